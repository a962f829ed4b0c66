"""Colour: sRGB and CIE Lab (D65), the ab bins of the network's answer, what a distribution over them means, differences."""
import math

import numpy as np
import torch

BIN_SIZE = 10.0    # side of an ab bin
AB_SCALE = 110.0   # ab / 110 is what the network reads as a hint, and what a regression answers

SRGB_TO_XYZ = torch.tensor([[0.4124564, 0.3575761, 0.1804375],
                            [0.2126729, 0.7151522, 0.0721750],
                            [0.0193339, 0.1191920, 0.9503041]])
D65 = SRGB_TO_XYZ.sum(1)  # the white that makes r = g = b neutral


def lab_from_srgb(rgb):
    """(..., 3) gamma-encoded sRGB in 0..1 -> (..., 3) CIE Lab, D65."""
    linear = torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4)
    xyz = linear @ SRGB_TO_XYZ.T / D65
    f = torch.where(xyz > 216 / 24389, xyz.clamp(min=1e-6) ** (1 / 3), (24389 / 27 * xyz + 16) / 116)
    return torch.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def lightness_of_grey(value):
    """A grey of sRGB in 0..1 (NumPy) -> CIE L."""
    linear = np.where(value <= 0.04045, value / 12.92, ((np.maximum(value, 0.04045) + 0.055) / 1.055) ** 2.4)
    return np.where(linear > 216 / 24389, 116 * np.cbrt(linear) - 16, 24389 / 27 * linear).astype(np.float32)


def srgb_from_lab(lab):
    """(..., 3) CIE Lab -> (..., 3) sRGB, clipped to 0..1."""
    fy = (lab[..., 0] + 16) / 116
    f = torch.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], -1)
    xyz = torch.where(f > 6 / 29, f ** 3, (116 * f - 16) * 27 / 24389) * D65
    linear = (xyz @ torch.linalg.inv(SRGB_TO_XYZ).T).clamp(0, 1)
    return torch.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear.clamp(min=0.0031308) ** (1 / 2.4) - 0.055)


def gamut_bins():
    """(Q, 2) centres of the ab bins that hold at least one sRGB colour, ordered by a, then b."""
    side = torch.linspace(0, 1, 96)
    cube = torch.cartesian_prod(side, side, side)
    cells = torch.round(lab_from_srgb(cube)[:, 1:] / BIN_SIZE)
    return torch.unique(cells, dim=0) * BIN_SIZE


class SoftBins:
    """Soft encoding of ab: the 5 nearest bins, weighted by a Gaussian of 5 units (Zhang et al. 2016), from a table."""

    REACH = 115  # the table covers -115..115 in steps of one unit

    def __init__(self, centres):
        self.centres = centres
        axis = torch.arange(-self.REACH, self.REACH + 1, dtype=torch.float32)
        distance = torch.cdist(torch.cartesian_prod(axis, axis), centres)
        near, self.index = distance.topk(5, largest=False)
        weight = torch.exp(-near ** 2 / (2 * 5.0 ** 2))
        self.weight = weight / weight.sum(1, keepdim=True)

    def __call__(self, ab):
        """(N, 2, h, w) -> indices and weights, both (N, 5, h, w)."""
        cell = (ab.round().clamp(-self.REACH, self.REACH) + self.REACH).long()
        cell = cell[:, 0] * (2 * self.REACH + 1) + cell[:, 1]
        return self.index[cell].permute(0, 3, 1, 2), self.weight[cell].permute(0, 3, 1, 2)


def decode(answer, centres, temperature):
    """The annealed mean (Zhang et al. 2016): softmax(answer / temperature) weighs the bins. (N, Q, h, w) -> (N, 2, h, w).
    Without centres the answer is a regression's."""
    if centres is None:
        return torch.tanh(answer.float()) * AB_SCALE
    return torch.einsum('nqhw,qc->nchw', torch.softmax(answer.float() / temperature, 1), centres)


def ciede2000(lightness, ab1, ab2):
    """CIEDE2000 of two colours of the same lightness (Sharma, Wu, Dalal 2005); the last axis of ab is (a, b)."""
    (a1, b1), (a2, b2) = ab1.unbind(-1), ab2.unbind(-1)
    c7 = ((torch.hypot(a1, b1) + torch.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - torch.sqrt(c7 / (c7 + 25.0 ** 7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = torch.hypot(a1, b1), torch.hypot(a2, b2)
    h1, h2 = torch.atan2(b1, a1) % (2 * math.pi), torch.atan2(b2, a2) % (2 * math.pi)
    dh = h2 - h1
    dh = torch.where(dh > math.pi, dh - 2 * math.pi, torch.where(dh < -math.pi, dh + 2 * math.pi, dh))
    dh = torch.where(c1 * c2 == 0, torch.zeros_like(dh), dh)
    big, chroma = 2 * torch.sqrt(c1 * c2) * torch.sin(dh / 2), (c1 + c2) / 2
    sum_h = h1 + h2
    mean_h = torch.where((h1 - h2).abs() <= math.pi, sum_h / 2,
                         torch.where(sum_h < 2 * math.pi, sum_h / 2 + math.pi, sum_h / 2 - math.pi))
    mean_h = torch.where(c1 * c2 == 0, sum_h, mean_h)
    t = (1 - 0.17 * torch.cos(mean_h - math.pi / 6) + 0.24 * torch.cos(2 * mean_h)
         + 0.32 * torch.cos(3 * mean_h + math.pi / 30) - 0.20 * torch.cos(4 * mean_h - math.radians(63)))
    turn = math.radians(30) * torch.exp(-((torch.rad2deg(mean_h) - 275) / 25) ** 2)
    rotation = -torch.sin(2 * turn) * 2 * torch.sqrt(chroma ** 7 / (chroma ** 7 + 25.0 ** 7))
    dc, dh = (c2 - c1) / (1 + 0.045 * chroma), big / (1 + 0.015 * chroma * t)
    return torch.sqrt((dc ** 2 + dh ** 2 + rotation * dc * dh).clamp(min=0))


def colourfulness(rgb):
    """Hasler and Suesstrunk 2003, of an (H, W, 3) picture in 0..255."""
    rg, yb = rgb[..., 0] - rgb[..., 1], (rgb[..., 0] + rgb[..., 1]) / 2 - rgb[..., 2]
    return float(torch.hypot(rg.std(), yb.std()) + 0.3 * torch.hypot(rg.mean(), yb.mean()))
