#!/usr/bin/env python3
"""Are the places good at which "a stroke helps most"? A few dabs there against as many at random places, in true colours.

    helps_most.py FOLDER [FOLDER...] [--program build/bin/handtint] [--photos N] [--dabs 5] [--seeds 5] [--network FILE]

FOLDER holds colour originals. Needs what flood_score.py needs. The program is given the grey photo and asked for the places
(`predict --help-most`); at each goes a dab of 1 % of the shorter side in the median colour that the original has there, and
the photo is coloured with all of them. Against that stand so many dabs at random places, the mean of some seeds. Printed for
each folder: RGB PSNR in dB of the first coat, with the dabs where they help most, with the random ones, their difference with
its standard error over the photos, and in how many photos it is above 0.
"""
import os
import re
import subprocess
import sys
import tempfile
import zlib

import numpy as np
from PIL import Image
from skimage.color import lab2rgb, rgb2lab

from flood_score import Program, grey_of, parser_of, read


class Asked(Program):
    def run(self, command, *words):
        call = [self.path, command, self.folder / "photo.png", "-o", self.folder / "out.png", "--force", *words, *self.network]
        said = subprocess.run([str(w) for w in call], check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
        return said.stdout, rgb2lab(np.asarray(Image.open(self.folder / "out.png").convert("RGB"), np.float64) / 255)[..., 1:]

    def coat_and_places(self, grey, count):
        Image.fromarray(grey).save(self.folder / "photo.png")
        said, coat = self.run("predict", "--help-most", count)
        return coat, [(int(x), int(y)) for x, y in re.findall(r"^a stroke helps at (\d+), (\d+):", said, re.M)]

    def with_dabs(self, strokes):
        Image.fromarray(strokes).save(self.folder / "strokes.png")
        return self.run("colorize", "--strokes", self.folder / "strokes.png")[1]


def dabs(lab, places):
    height, width = lab.shape[:2]
    radius = max(2, round(0.01 * min(height, width)))
    ys, xs = np.mgrid[0:height, 0:width]
    strokes = np.zeros((height, width, 4), np.uint8)
    for x, y in places:
        inside = (xs - x) ** 2 + (ys - y) ** 2 <= radius**2
        colour = lab2rgb(np.median(lab[inside], axis=0)[None, None])[0, 0]
        strokes[inside] = (*np.rint(255 * np.clip(colour, 0, 1)).astype(np.uint8), 255)
    return strokes


def psnr(rgb, lab, ab):
    shown = np.clip(lab2rgb(np.dstack([lab[..., 0], ab])), 0, 1)
    return -10 * np.log10(np.mean((shown - rgb) ** 2) + 1e-12)


def score(path, program, count, seeds):
    rgb = read(path)
    lab = rgb2lab(rgb)
    coat, places = program.coat_and_places(grey_of(lab), count)
    # Where fewer places are worth a mark there are fewer random dabs too.
    rng = np.random.RandomState(zlib.crc32(path.name.encode()) & 0x7FFFFFFF)
    random = [[(rng.randint(0, lab.shape[1]), rng.randint(0, lab.shape[0])) for _ in range(count)] for _ in range(seeds)]
    chosen = psnr(rgb, lab, program.with_dabs(dabs(lab, places)))
    others = [psnr(rgb, lab, program.with_dabs(dabs(lab, r[: len(places)]))) for r in random]
    return [psnr(rgb, lab, coat), chosen, np.mean(others)]


def main():
    parser = parser_of(__doc__)
    parser.add_argument("--dabs", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    print("photos    coat  helps random    gain            better")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        program = Asked(arguments.program, folder, arguments.network)

        def show(name, some):
            gain = np.array([chosen - other for _, chosen, other in some])
            coat, chosen, other = np.mean(some, axis=0)
            error = np.std(gain, ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else 0
            print(f"{len(some):6d}  {coat:6.2f} {chosen:6.2f} {other:6.2f}  {gain.mean():+5.2f} +- {error:4.2f}  "
                  f"{np.sum(gain > 0):3d} of {len(gain):3d}  {name}", flush=True)

        for photos in arguments.folders:
            paths = sorted(p for p in photos.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
            some = [score(p, program, arguments.dabs, arguments.seeds) for p in paths[: arguments.photos or None]]
            if not some:
                sys.exit(f"{photos}: no photos there")
            show(photos.name, some)
            rows += some
        if len(arguments.folders) > 1:
            show("all", rows)


if __name__ == "__main__":
    main()
