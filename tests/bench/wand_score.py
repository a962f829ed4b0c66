#!/usr/bin/env python3
"""How well the wand finds the thing under a click.

    wand_score.py FOLDER [FOLDER...] [--program build/bin/wand_things] [--photos N] [--half even|odd]

FOLDER holds colour originals; region truth as flood_score.py makes it. Two clicks by a fixed seed go well inside the
largest connected part of each region of 1 to 40 % of the photo. Printed as means over the clicks: intersection over
union, precision (how much of what lit up belongs to the thing) and recall at the usual extent, and the intersection
over union of the best of seven extents, as the wheel gives them.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage.color import rgb2lab

from flood_score import grey_of, photos_in, read, things_of

EXTENTS = [0.26, 0.41, 0.64, 1.0, 1.56, 2.44, 3.8]


def clicks_of(labels, seed):
    """(region as a mask, x, y) of each click, the place 0..1."""
    rng = np.random.default_rng(seed)
    for label in range(labels.max() + 1):
        parts, count = ndimage.label(labels == label)
        region = parts == 1 + np.argmax(np.bincount(parts.ravel())[1:]) if count else parts > 0
        if not 0.01 <= region.mean() <= 0.4:
            continue
        depth = ndimage.distance_transform_edt(np.pad(region, 1))[1:-1, 1:-1]
        ys, xs = np.nonzero(depth >= max(3, 0.4 * depth.max()))
        for i in rng.choice(len(ys), min(2, len(ys)), replace=False):
            yield region, (xs[i] + 0.5) / region.shape[1], (ys[i] + 0.5) / region.shape[0]


def on_grid(region, width, height):
    rows = ((np.arange(height) + 0.5) * region.shape[0] / height).astype(int)
    columns = ((np.arange(width) + 0.5) * region.shape[1] / width).astype(int)
    return region[rows][:, columns]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--program", default="build/bin/wand_things")
    parser.add_argument("--photos", type=int, default=0, help="at most so many of each folder")
    parser.add_argument("--half", choices=["even", "odd"], help="every second photo only")
    arguments = parser.parse_args()
    print("folder      clicks    iou  precision  recall   best")
    every = []
    for folder in arguments.folders:
        names = photos_in(folder, arguments.half, arguments.photos)
        regions, lines = [], []
        with tempfile.TemporaryDirectory() as work:
            for number, name in enumerate(names):
                rgb = read(name)
                lab = rgb2lab(rgb)
                grey = pathlib.Path(work) / f"{number}.png"
                Image.fromarray(grey_of(lab)).save(grey)
                for region, x, y in clicks_of(things_of(rgb, lab)[0], number):
                    regions.append(region)
                    lines.append(f"{grey} {x:.5f} {y:.5f}\n")
            words = [arguments.program, *map(str, EXTENTS)]
            masks = subprocess.run(words, input="".join(lines).encode(), stdout=subprocess.PIPE, check=True).stdout
        at, rows = 0, []
        for region in regions:
            scores = []
            for _ in EXTENTS:
                width, height = np.frombuffer(masks, np.int32, 2, at)
                found = np.frombuffer(masks, np.uint8, width * height, at + 8).reshape(height, width) > 0
                at += 8 + int(width) * int(height)
                truth = on_grid(region, width, height)
                both = (found & truth).sum()
                scores.append([both / (found | truth).sum(), both / found.sum(), both / max(truth.sum(), 1)])
            rows.append([*scores[EXTENTS.index(1.0)], max(score[0] for score in scores)])
        every += rows
        print(f"{folder.name:10s} {len(rows):7d} " + "  ".join(f"{v:6.3f}" for v in np.mean(rows, axis=0)), flush=True)
    if not every:
        sys.exit("no photos with regions there")
    print(f"{'all':10s} {len(every):7d} " + "  ".join(f"{v:6.3f}" for v in np.mean(every, axis=0)))


if __name__ == "__main__":
    main()
