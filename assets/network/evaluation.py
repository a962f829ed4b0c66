"""Figures, samples and curves of a network on photos that it was not trained on."""
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw

from colour import AB_SCALE, ciede2000, colourfulness, decode, lab_from_srgb, srgb_from_lab
from network import OUTPUT_STRIDE, STRIDE, network_input
from views import SUFFIXES


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
def evaluate(net, centres, sets, short_side=192, temperature=0.7, hint_counts=(0, 10)):
    """Per set: mean CIEDE2000 and colourfulness (relative to the truth) of the grey picture and of the network's colours
    for each number of 7-pixel hints."""
    net.eval()
    figures = {}
    for name, paths in sets.items():
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
