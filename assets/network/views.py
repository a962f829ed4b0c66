"""What the network learns from: crops of colour photos, some aged as old prints are, some with simulated hints."""
import csv
import hashlib
import math
import queue
import random
import sys
import threading
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from colour import lab_from_srgb, lightness_of_grey
from network import OUTPUT_STRIDE, network_input

# What share of the views each kind of photo gets; unknown sources count as "general". Inside a kind a source's share grows
# with the 3/4 power of its size, so that a small set of people with surroundings is seen more often than its size says.
SHARES = {'people': 0.25, 'street': 0.18, 'scenes': 0.30, 'general': 0.27}
KIND_OF_SOURCE = {
    'utkface': 'people', 'faces-mask': 'people', 'faces-nomask': 'people', 'human-seg-290': 'people',
    'clothing-co-parsing': 'street', 'intel-scenes': 'scenes', 'sunhays80': 'scenes', 'urban100': 'scenes', 'camvid': 'scenes', 'debian-wallpapers': 'scenes'}
# Photographs of the world as it is are few here beside pictures of one thing or one face: they count double.
DOUBLE = {'human-seg-290', 'bsds500', 'coco-132', 'tiny-coco-100', 'imagenet-sample-1000', 'imagenet-val-1300', 'sunhays80'}
SUFFIXES = {'.jpg', '.jpeg', '.png', '.webp', '.bmp'}


class Photos:
    """The colour photos of a folder in memory, with the probability of drawing each. `held_back` photos of each kind, chosen
    by a hash of their names, stay outside: `held` names them, {kind: paths}."""

    def __init__(self, folder, index=None, limit=0, held_back=0, longest=512):
        source = sources_of(folder, index, limit)
        self.held = held_back_of(source, held_back)
        aside = {path for group in self.held.values() for path in group}
        self.pictures, sources = [], []
        for path in (p for p in source if p not in aside):
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
            sources.append(source[path])
        if not self.pictures:
            sys.exit(f'{folder}: no colour photos of at least 64 pixels found')
        self.chances = self.chances_of(sources)

    @staticmethod
    def chances_of(sources):
        sources = np.array(sources)
        chance = np.zeros(len(sources))
        names, counts = np.unique(sources, return_counts=True)
        kinds = np.array([KIND_OF_SOURCE.get(n, 'general') for n in names])
        weight = counts ** 0.75 * np.array([2 if n in DOUBLE else 1 for n in names])
        for kind, share in SHARES.items():
            for i in np.flatnonzero(kinds == kind):
                chance[sources == names[i]] = share * weight[i] / weight[kinds == kind].sum() / counts[i]
        return chance / chance.sum()

    def __len__(self):
        return len(self.pictures)


def sources_of(folder, index=None, limit=0):
    """{path: source} of a folder's photos: as the tables (id, part, source, ...) have it, else the name of its folder."""
    source_of = {}
    for table in index or []:
        with open(table, newline='') as f:
            source_of |= {row[0]: row[2] for row in csv.reader(f, delimiter='\t') if len(row) > 2}
    paths = sorted(p for p in Path(folder).rglob('*') if p.suffix.lower() in SUFFIXES)[:limit or None]
    return {path: source_of.get(path.stem, path.parent.name) for path in paths}


def held_back_of(source, count):
    """{path: source} -> {kind: the `count` paths of each kind whose names' hashes come first}."""
    kinds = {}
    for path in sorted(source, key=lambda p: hashlib.md5(p.name.encode()).digest()):
        group = kinds.setdefault(KIND_OF_SOURCE.get(source[path], 'general'), [])
        if len(group) < count:
            group.append(path)
    return kinds if count else {}


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


def plate(rgb, rng):
    """Lightness as a plate sees it that knows no red (orthochromatic) or only blue: (H, W, 3) in 0..1 -> (H, W)."""
    weights = np.array([rng.uniform(0, 0.15), rng.uniform(0, 0.6), rng.uniform(0.3, 1)], np.float32)
    return lightness_of_grey(rgb @ (weights / weights.sum()))


def age(lightness, ab, rgb, rng):
    """An old photo's lightness from a clean one; (H, W), (2, H, W), (H, W, 3) -> (H, W). Each defect comes with some chance."""
    height, width = lightness.shape
    out = lightness
    kind = rng.random()
    if kind < 0.2:  # a plate
        out = plate(rgb, rng)
    elif kind < 0.4:  # something between a plate and a film: skin darker, sky whiter
        out = out - rng.uniform(0.1, 0.6) * (0.5 * ab[0] + ab[1])
    if rng.random() < 0.5:  # contrast
        out = 100 * (out.clip(0, 100) / 100) ** math.exp(rng.uniform(-0.5, 0.5))
    if rng.random() < 0.4:  # fading
        black, white = rng.uniform(0, 35), rng.uniform(65, 100)
        out = black + out * (white - black) / 100
    if rng.random() < 0.3:  # vignetting
        down, across = np.linspace(-1, 1, height, dtype=np.float32), np.linspace(-1, 1, width, dtype=np.float32)
        out = out * (1 - rng.uniform(0, 0.4) * (down[:, None] ** 2 + across[None] ** 2) / 2)
    if rng.random() < 0.4:  # blur
        for _ in range(rng.randint(1, 3)):
            p = np.pad(out, 1, mode='edge')
            q = (p[:-2] + 2 * p[1:-1] + p[2:]) / 4
            out = (q[:, :-2] + 2 * q[:, 1:-1] + q[:, 2:]) / 4
    if rng.random() < 0.06:  # halftone: a screen of dots
        pitch, turn = rng.uniform(2.5, 5), rng.uniform(0, math.pi / 2)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32) * (2 * math.pi / pitch)
        dots = np.cos(x * math.cos(turn) + y * math.sin(turn)) * np.cos(y * math.cos(turn) - x * math.sin(turn))
        out = out + rng.uniform(5, 25) * dots
    if rng.random() < 0.5:  # grain
        out = out + rng.uniform(1, 6) * np.random.default_rng(rng.getrandbits(32)).standard_normal(out.shape, np.float32)
    if rng.random() < 0.25:  # scratches
        out = out.copy()
        for _ in range(rng.randint(1, 4)):
            x0, x1 = rng.uniform(0, width - 1), rng.uniform(0, width - 1)
            rows = np.arange(rng.randint(0, height - 8), height)[: rng.randint(8, height)]
            columns = (x0 + (x1 - x0) * rng.uniform(0, 0.4) * rows / height).astype(int)
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


class Views(IterableDataset):
    """Batches of (input, ab at a quarter of the size), made beside the training: by a thread, which does for a CPU, or by
    so many processes, which share the photos."""

    def __init__(self, photos, batch, side, hinted, seed, makers=0):
        self.photos, self.batch, self.side, self.hinted, self.seed = photos, batch, side, hinted, seed
        self.cumulative = np.cumsum(photos.chances).tolist()
        self.rng = random.Random(seed)
        self.made = iter(DataLoader(self, batch_size=None, num_workers=makers, prefetch_factor=4)) if makers else None
        if makers: return
        self.queue = queue.Queue(4)
        threading.Thread(target=self.work, daemon=True).start()

    def __iter__(self):
        """In a process of its own."""
        self.rng = random.Random(f'{self.seed} {get_worker_info().id}')
        while True:
            yield self.make()

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
                lightness[i] = age(lightness[i], ab[i], rgb[i].astype(np.float32) / 255, self.rng)
        x = network_input(torch.from_numpy(lightness), torch.from_numpy(hints))
        return x, F.avg_pool2d(lab[:, 1:], OUTPUT_STRIDE)

    def __next__(self):
        return self.queue.get() if self.made is None else next(self.made)
