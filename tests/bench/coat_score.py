#!/usr/bin/env python3
"""What the first coat is worth without a stroke, on photos that have their colours: as they are, and as old ones.

    coat_score.py FOLDER [FOLDER...] [--program build/bin/handtint] [--photos N] [--network FILE] [--save FOLDER]

FOLDER holds colour originals. Needs what flood_score.py needs. Photographs of 1910 whose colours are known are hard to come by,
but most plates of that time saw blue light alone: the blue channel of a colour photo is what such a plate would have
shown, red dark and blue sky white. Three greys of each photo:
  clean  its lightness
  plate  its blue channel
  aged   the blue channel, softer, faded, darker in the corners, with grain, each by a fixed seed
The program's a and b are put on the original's L. Printed for each folder and grey: mean CIEDE2000 of the grey picture, of the
coat, their ratio with its standard error over the photos (jackknife), in how many photos the coat is nearer to the truth,
and colourfulness (Hasler and Suesstrunk 2003) relative to the original's.
"""
import pathlib
import sys
import tempfile
import zlib

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage.color import deltaE_ciede2000, lab2rgb, rgb2lab

from flood_score import Program, grey_of, parser_of, photos_in, read

GREYS = "clean", "plate", "aged"


def grey_as(kind, rgb, lab, rng):
    """8-bit sRGB grey."""
    if kind == "clean":
        return grey_of(lab)
    plate = rgb[..., 2]
    if kind == "aged":
        height, width = plate.shape
        plate = ndimage.gaussian_filter(plate, rng.uniform(0.5, 1.2))
        black, white = rng.uniform(0.05, 0.25), rng.uniform(0.75, 0.95)
        plate = black + (white - black) * plate ** np.exp(rng.uniform(-0.3, 0.3))
        down, across = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
        plate = plate * (1 - rng.uniform(0, 0.3) * (down**2 + across**2) / 2) + rng.normal(0, rng.uniform(0.01, 0.04), plate.shape)
    return np.rint(255 * np.clip(plate, 0, 1)).astype(np.uint8)


def colourfulness(rgb):
    red, green, blue = np.moveaxis(255 * rgb, -1, 0)
    rg, yb = red - green, (red + green) / 2 - blue
    return np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean())


def score(path, program, kind, save):
    """Of one photo: mean CIEDE2000 of grey and of the coat, colourfulness of the coat relative to the original's."""
    rgb = read(path)
    lab = rgb2lab(rgb)
    ab = program.colours(grey_as(kind, rgb, lab, np.random.RandomState(zlib.crc32(path.name.encode()) & 0x7FFFFFFF)))
    coated = np.dstack([lab[..., 0], ab])
    shown = np.clip(lab2rgb(coated), 0, 1)
    if save:
        Image.fromarray(np.rint(255 * np.hstack([rgb, shown])).astype(np.uint8)).save(save / f"{path.stem}-{kind}.png")
    grey = np.dstack([lab[..., 0], np.zeros_like(ab)])
    return [deltaE_ciede2000(lab, grey).mean(), deltaE_ciede2000(lab, coated).mean(), colourfulness(shown) / max(colourfulness(rgb), 1)]


def show(name, kind, rows):
    grey, coat, colour = np.array(rows).T
    left_out = [(coat.sum() - c) / (grey.sum() - g) for g, c in zip(grey, coat)] if len(rows) > 1 else [0]
    error = np.sqrt((len(rows) - 1) * np.var(left_out))
    print(f"{len(rows):6d}  {kind:5s}  {grey.mean():5.2f}  {coat.mean():5.2f}  {coat.sum() / grey.sum():5.3f} +- {error:5.3f}  "
          f"{np.sum(coat < grey):4d} of {len(rows):3d}  {colour.mean():5.2f}  {name}", flush=True)


def main():
    parser = parser_of(__doc__)
    parser.add_argument("--save", type=pathlib.Path, help="original and coat side by side, for looking at")
    arguments = parser.parse_args()
    if arguments.save:
        arguments.save.mkdir(parents=True, exist_ok=True)
    print("photos  grey    none   coat  ratio           better        colour")
    with tempfile.TemporaryDirectory() as folder:
        program = Program(arguments.program, folder, arguments.network)
        for photos in arguments.folders:
            paths = photos_in(photos, most=arguments.photos)
            if not paths:
                sys.exit(f"{photos}: no photos there")
            for kind in GREYS:
                show(photos.name, kind, [score(p, program, kind, arguments.save) for p in paths])


if __name__ == "__main__":
    main()
