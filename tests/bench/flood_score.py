#!/usr/bin/env python3
"""How far one stroke floods: what a stroke in one thing does to the colour of all others, with the first coat on.

    flood_score.py FOLDER [FOLDER...] [--program build/bin/handtint] [--network FILE] [--photos N] [--save FOLDER]

FOLDER holds colour originals. Needs Debian's python3-skimage, python3-scipy and python3-pil.

Region truth: segments of the colour original (Felzenszwalb and Huttenlocher 2004), joined while neighbours' median
colours (CIE a, b) differ by less than 6. A thing is a joined segment of 2 to 40 % of the photo whose colour the coat
misses by more than 5. Into the K things chosen by a fixed seed goes one stroke each, straight, along the longest line
that lies well inside, in the thing's median colour.

Printed for K = 1 and 3, as means over the photos (CIEDE2000; the result's a, b with the original's L):
  flood    mean |dE of the result - dE of the coat|+ outside the stroked things: only what became worse counts, less
           what became better cannot pay for it
  outside  mean dE(result, coat) outside the stroked things: all that a stroke changes there
  else     the same, without segments that have a stroke's own colour (within 12 in a, b): colour is welcome there
  worse    mean dE to the original outside the stroked things, result less coat alone
  inside   mean dE to the original inside the stroked things; `coat`: of the coat alone
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import zlib

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage.color import deltaE_ciede2000, lab2rgb, rgb2lab
from skimage.segmentation import felzenszwalb

LONGEST = 640  # pixels: larger photos are reduced


def read(path):
    photo = Image.open(path).convert("RGB")
    photo.thumbnail((LONGEST, LONGEST), Image.LANCZOS)
    return np.asarray(photo, np.float64) / 255


def grey_of(lab):
    grey = lab.copy()
    grey[..., 1:] = 0
    return (255 * lab2rgb(grey) + 0.5).astype(np.uint8)


def things_of(rgb, lab):
    """Labels of joined segments, and the median a, b of each."""
    h, w = lab.shape[:2]
    scale = np.sqrt(h * w / 154401.0)
    labels = felzenszwalb(rgb, scale=200 * scale, sigma=0.8, min_size=int(0.002 * h * w))
    ab = lab[..., 1:]
    while True:
        ids = np.arange(labels.max() + 1)
        medians = np.array([np.median(ab[labels == i], axis=0) for i in ids])
        pairs = set()
        for p, q in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
            edge = p != q
            pairs.update(map(tuple, np.sort(np.stack([p[edge], q[edge]], 1), 1).tolist()))
        near = sorted((np.hypot(*(medians[p] - medians[q])), p, q) for p, q in pairs)
        joined, target = set(), ids.copy()
        for distance, p, q in near:
            if distance >= 6:
                break
            if p not in joined and q not in joined:
                joined.update((p, q))
                target[q] = p
        if not joined:
            return labels, medians
        labels = np.unique(target[labels], return_inverse=True)[1].reshape(labels.shape)


def stroke_in(thing, rng):
    """A mask of a straight stroke along the longest of some lines well inside, or None."""
    depth = ndimage.distance_transform_edt(np.pad(thing, 1))[1:-1, 1:-1]
    radius = int(np.clip(0.35 * depth.max(), 1, 8))
    ys, xs = np.nonzero(depth >= radius + 1.5)
    if len(ys) < 20:
        return None
    best, length = None, 0
    for _ in range(200):
        i, j = rng.randint(0, len(ys), 2)
        n = int(np.hypot(ys[i] - ys[j], xs[i] - xs[j])) + 1
        if n <= length or n > 0.25 * np.hypot(*thing.shape):
            continue
        line = np.rint(np.linspace(ys[i], ys[j], n)).astype(int), np.rint(np.linspace(xs[i], xs[j], n)).astype(int)
        if depth[line].min() >= radius + 1:
            best, length = line, n
    if best is None or length < 8:
        return None
    mask = np.ones(thing.shape, bool)
    mask[best] = False
    return ndimage.distance_transform_edt(mask) <= radius


class Program:
    def __init__(self, path, folder, network=None):
        self.path, self.folder = path, pathlib.Path(folder)
        self.network = ["--network", network] if network else []

    def colours(self, grey, strokes=None):
        photo, out = self.folder / "photo.png", self.folder / "out.png"
        Image.fromarray(grey).save(photo)
        words = [self.path, "colorize", photo, "-o", out, "--quiet", "--force"]
        if strokes is None:
            words = [self.path, "predict", photo, "-o", out, "--quiet", "--force"]
        else:
            Image.fromarray(strokes).save(self.folder / "strokes.png")
            words += ["--strokes", self.folder / "strokes.png"]
        subprocess.run([str(word) for word in words + self.network], check=True)
        return rgb2lab(np.asarray(Image.open(out).convert("RGB"), np.float64) / 255)[..., 1:]


def parser_of(documentation):
    """What every score that colours photos is asked with."""
    parser = argparse.ArgumentParser(description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--program", default="build/bin/handtint")
    parser.add_argument("--network", help="another one than the program's own")
    parser.add_argument("--photos", type=int, default=0, help="at most so many of each folder")
    return parser


def photos_in(folder, half=None, most=0):
    """The photos of a folder in order; `half`: every second one, "even" or "odd"; at most so many, 0 = all."""
    photos = sorted(p for p in folder.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    photos = photos[half == "odd" :: 2] if half else photos
    return photos[:most] if most else photos


def score(path, program, count, save):
    rgb = read(path)
    lab = rgb2lab(rgb)
    grey = grey_of(lab)
    rng = np.random.RandomState(zlib.crc32(f"{path.name}/{count}".encode()) & 0x7FFFFFFF)

    def with_light(ab):
        return np.dstack([lab[..., 0], ab])

    coat = program.colours(grey)
    coat_error = deltaE_ciede2000(lab, with_light(coat))
    labels, medians = things_of(rgb, lab)
    share = np.bincount(labels.ravel()) / labels.size
    wanted = [
        i
        for i in range(len(medians))
        if 0.02 <= share[i] <= 0.4 and np.hypot(*(medians[i] - np.median(coat[labels == i], axis=0))) > 5
    ]
    strokes = np.zeros(grey.shape[:2] + (4,), np.uint8)
    stroked, alike = np.zeros(labels.shape, bool), np.zeros(labels.shape, bool)
    done = 0
    for i in rng.permutation(wanted):
        line = stroke_in(labels == i, rng)
        if line is None:
            continue
        light = np.median(lab[..., 0][line])
        colour = np.clip(lab2rgb(np.array([[[light, *medians[i]]]])), 0, 1)[0, 0]
        strokes[line] = (*(255 * colour + 0.5).astype(np.uint8), 255)
        stroked |= labels == i
        alike |= np.isin(labels, [j for j in range(len(medians)) if np.hypot(*(medians[i] - medians[j])) < 12])
        done += 1
        if done == count:
            break
    if done < count or stroked.all():
        return None
    result = program.colours(grey, strokes)
    error = deltaE_ciede2000(lab, with_light(result))
    moved = deltaE_ciede2000(with_light(coat), with_light(result))
    outside, other = ~stroked, ~(stroked | alike)
    if save:
        sheet = [rgb, grey / 255, lab2rgb(with_light(coat)), lab2rgb(with_light(result))]
        drawn = strokes[..., 3] > 0
        sheet[1] = np.where(drawn[..., None], strokes[..., :3] / 255, sheet[1])
        name = f"{path.parent.name}-{path.stem}-{count}.jpg"
        Image.fromarray((255 * np.clip(np.hstack(sheet), 0, 1)).astype(np.uint8)).save(pathlib.Path(save) / name)
    return [
        np.maximum(error - coat_error, 0)[outside].mean(),
        moved[outside].mean(),
        moved[other].mean() if other.any() else 0.0,
        (error - coat_error)[outside].mean(),
        error[stroked].mean(),
        coat_error[stroked].mean(),
    ]


def main():
    parser = parser_of(__doc__)
    parser.add_argument("--half", choices=["even", "odd"], help="every second photo only")
    parser.add_argument("--save", help="a folder for pictures: original, strokes, coat, result")
    arguments = parser.parse_args()
    photos = []
    for folder in arguments.folders:
        photos += photos_in(folder, arguments.half, arguments.photos)
    if not photos:
        sys.exit("no photos there")
    if arguments.save:
        pathlib.Path(arguments.save).mkdir(parents=True, exist_ok=True)
    print("strokes photos   flood outside    else   worse  inside    coat")
    with tempfile.TemporaryDirectory() as folder:
        program = Program(arguments.program, folder, arguments.network)
        for count in (1, 3):
            rows = [row for row in (score(p, program, count, arguments.save) for p in photos) if row]
            if not rows:
                sys.exit("no photo has things to stroke")
            means = np.mean(rows, axis=0)
            print(f"{count:7d} {len(rows):6d} " + " ".join(f"{v:7.3f}" for v in means), flush=True)


if __name__ == "__main__":
    main()
