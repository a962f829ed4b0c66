#!/usr/bin/env python3
"""Do two builds of Handtint give the same pictures, bit for bit?

usage: same_pictures.py BEFORE AFTER [PART...] [--keep FOLDER]

BEFORE and AFTER are folders with the programs of two builds (build/bin). Each renders the example photographs and some
sixty synthetic cases, all inputs of which are made here with nothing but Python's own library; the files that come out
are compared by their bytes. With PARTs only the cases whose names hold one of them are run. If both folders have the
program `cuda_checksums` (tests/cuda), its answers are compared as well: whole solves on the CPU and, through the
stand-in for the CUDA runtime, by the CUDA backend.

One thing may differ and still count as equal: the colour profile in a picture tells the moment at which it was made, and
its checksum if there is one; both are put to zero on both sides before comparing. Reports are not compared (they hold
times), the complaints of cases that must fail are.

Exit code: 0 all equal, 1 something differs, 2 not understood. Not a test of ctest: it needs a build of another day.
"""

import json
import math
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from base64 import b64encode
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "assets" / "examples"


# --- Writers of pictures, each as small as its format allows


def png(path, width, height, channels, samples, bits=8):
    """`samples`: a list of width * height * channels numbers, 0..255 or 0..65535."""
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    row = width * channels
    if bits == 8:
        lines = [bytes(samples[y * row : (y + 1) * row]) for y in range(height)]
    else:
        lines = [struct.pack(f">{row}H", *samples[y * row : (y + 1) * row]) for y in range(height)]

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
    data += chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines), 6)) + chunk(b"IEND", b"")
    Path(path).write_bytes(data)


def tiff16(path, width, height, channels, samples):
    data = struct.pack(f"<{len(samples)}H", *samples)
    tags = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, 1, 16), (259, 3, 1, 1), (262, 3, 1, 2 if channels == 3 else 1)]
    tags += [(273, 4, 1, 8), (277, 3, 1, channels), (278, 4, 1, height), (279, 4, 1, len(data))]
    after = b""
    at = 8 + len(data)
    if channels == 3:
        tags[2] = (258, 3, 3, at)
        after = struct.pack("<3H", 16, 16, 16)
    directory = struct.pack("<H", len(tags))
    for tag, kind, count, value in tags:
        directory += struct.pack("<HHII", tag, kind, count, value)
    head = struct.pack("<2sHI", b"II", 42, at + len(after))
    Path(path).write_bytes(head + data + after + directory + struct.pack("<I", 0))


def bmp(path, width, height, samples):
    stride = (width * 3 + 3) // 4 * 4
    rows = []
    for y in reversed(range(height)):
        row = bytearray()
        for x in range(width):
            r, g, b = samples[(y * width + x) * 3 : (y * width + x) * 3 + 3]
            row += bytes((b, g, r))
        rows.append(bytes(row).ljust(stride, b"\0"))
    data = b"".join(rows)
    head = struct.pack("<2sIHHI", b"BM", 54 + len(data), 0, 0, 54)
    Path(path).write_bytes(head + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(data), 2835, 2835, 0, 0) + data)


def pgm(path, width, height, samples):
    Path(path).write_bytes(f"P5\n{width} {height}\n255\n".encode() + bytes(samples))


def npy(path, shape, values):
    head = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % (tuple(shape),)
    head = head.ljust(117) + "\n"
    Path(path).write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + struct.pack(f"<{len(values)}f", *values))


# --- What is drawn


def grey(width, height, seed, most=255):
    """A photo: flat patches with sharp edges, a soft slope, noise."""
    chance = random.Random(seed)
    patches = [
        (chance.random() * width, chance.random() * height, chance.random() * width / 2, chance.random() * height / 2, chance.random())
        for _ in range(9)
    ]
    out = []
    for y in range(height):
        for x in range(width):
            v = 0.35 + 0.3 * x / max(width - 1, 1)
            for px, py, pw, ph, level in patches:
                if px <= x < px + pw and py <= y < py + ph:
                    v = level
            v += 0.03 * math.sin(x * 0.9 + y * 0.4) + 0.02 * (chance.random() - 0.5)
            out.append(round(most * min(max(v, 0), 1)))
    return out


def as_rgb(samples):
    return [v for v in samples for _ in range(3)]


def tinted(samples, most=255):
    """A colour picture of the same scene: warm on dark, cold on light."""
    out = []
    for v in samples:
        t = v / most
        out += [round(most * min(max(t + d, 0), 1)) for d in (0.12 - 0.2 * t, 0.02, -0.1 + 0.25 * t)]
    return out


def dabs(width, height, seed, count):
    """(x0, y0, x1, y1, (r, g, b)) of rectangular dabs; one is grey and one is black."""
    chance = random.Random(seed)
    out = []
    for k in range(count):
        x, y = int(chance.random() * width), int(chance.random() * height)
        colour = tuple(int(chance.random() * 256) for _ in range(3))
        if k == 1:
            colour = (128, 128, 128)
        if k == 2:
            colour = (0, 0, 0)
        out.append((x, y, min(width, x + 1 + width // 15), min(height, y + 1 + height // 25), colour))
    return out


def paint(samples, width, channels, strokes):
    out = list(samples)
    for x0, y0, x1, y1, colour in strokes:
        for y in range(y0, y1):
            for x in range(x0, x1):
                out[(y * width + x) * channels : (y * width + x + 1) * channels] = [*colour, 255][:channels]
    return out


def line(kind, points, colour=(0.5, 0.5, 0.5), strength=1.0, region=None):
    stroke = {"kind": kind, "colour": list(colour), "strength": strength, "points": [float(v) for p in points for v in p]}
    if region:
        stroke["region"] = [float(v) for p in region for v in p]
    return stroke


def session(path, photo, width, height, strokes, **more):
    data = {"version": "1.1", "photo": {"path": photo, "width": width, "height": height}, "strokes": strokes, **more}
    Path(path).write_text(json.dumps(data))


# --- The cases: a name and the arguments; words that begin with OUT are files to compare


def make_inputs(top):
    """Everything that the cases read, under names that `cases` knows."""
    w, h = 181, 133
    photo = grey(w, h, 1)
    png(top / "photo.png", w, h, 1, photo)
    png(top / "rgb.png", w, h, 3, as_rgb(photo))
    png(top / "alpha.png", w, h, 4, [v for i, g in enumerate(photo) for v in (g, g, g, 255 - i % 97)])
    deep = grey(w, h, 1, 65535)
    tiff16(top / "deep.tif", w, h, 1, deep)
    tiff16(top / "deep-rgb.tif", w, h, 3, tinted(deep, 65535))
    png(top / "deep.png", w, h, 1, deep, 16)
    pgm(top / "photo.pgm", w, h, photo)
    bmp(top / "photo.bmp", w, h, as_rgb(photo))
    png(top / "sepia.png", w, h, 3, tinted(photo))
    strokes = dabs(w, h, 5, 14)
    empty = [0] * (w * h * 4)
    png(top / "rgba.png", w, h, 4, paint(empty, w, 4, strokes))
    png(top / "few.png", w, h, 4, paint(empty, w, 4, [s for s in strokes if sum(s[4]) % 3 != 0][:2]))
    png(top / "none.png", w, h, 4, empty)
    png(top / "black-empty.png", w, h, 3, paint([0] * (w * h * 3), w, 3, strokes))
    bmp(top / "levin.bmp", w, h, paint(as_rgb(photo), w, 3, strokes))
    png(top / "protect.png", w, h, 3, paint([255] * (w * h * 3), w, 3, [(30, 20, 80, 70, (0, 0, 0)), (120, 90, 150, 120, (0, 0, 0))]))
    small = dabs(90, 66, 6, 8)
    png(top / "half-size.png", 90, 66, 4, paint([0] * (90 * 66 * 4), 90, 4, small))
    (top / "ideepcolor").mkdir()
    chance = random.Random(8)
    marked = [1.0 if chance.random() < 0.01 else 0.0 for _ in range(256 * 256)]
    npy(top / "ideepcolor" / "im_mask.npy", (1, 256, 256), marked)
    npy(top / "ideepcolor" / "im_ab.npy", (2, 256, 256), [m * 80 * (chance.random() - 0.5) for m in marked + marked])
    for name, (width, height) in {"1x1": (1, 1), "1x40": (1, 40), "57x1": (57, 1), "2x2": (2, 2), "33x47": (33, 47), "255x257": (255, 257)}.items():
        png(top / f"{name}.png", width, height, 1, grey(width, height, 2))
        png(top / f"{name}-strokes.png", width, height, 4, paint([0] * (width * height * 4), width, 4, dabs(width, height, 3, 5)))
    shutil.copy(EXAMPLES / "portrait.jpg", top / "portrait.jpg")
    shutil.copy(EXAMPLES / "house.jpg", top / "house.jpg")
    make_sessions(top, w, h, strokes)
    for folder in ("photos", "masks", "priors"):
        (top / folder).mkdir()
    for k in range(3):
        fine = grey(70 + 9 * k, 60, 20 + k)
        png(top / "photos" / f"{k}.png", 70 + 9 * k, 60, 1, fine)
        png(top / "priors" / f"{k}.png", 70 + 9 * k, 60, 3, tinted(fine))
        if k < 2:
            png(top / "masks" / f"{k}.png", 70 + 9 * k, 60, 4, paint([0] * ((70 + 9 * k) * 240), 70 + 9 * k, 4, dabs(70 + 9 * k, 60, 30 + k, 6)))


def make_sessions(top, w, h, strokes):
    red = line("colour", [(20, 20, 5), (60, 35, 7)], (0.8, 0.2, 0.15))
    blue = line("colour", [(150, 20, 4), (120, 110, 6)], (0.2, 0.3, 0.8), 0.7)
    weak = line("colour", [(90, 60, 3), (95, 100, 3)], (0.2, 0.7, 0.3), 0.05)
    still = line("neutral", [(10, 110, 6), (60, 120, 6)])
    wall = line("barrier", [(90, 0, 1), (88, 60, 1), (95, 133, 1)])
    ring = line("barrier", [(110, 60, 1), (160, 60, 1), (160, 110, 1), (110, 110, 1), (110, 60, 1)])
    shield = line("protect", [(130, 80, 9), (140, 90, 9)])
    rubber = line("erase", [(40, 20, 4), (40, 40, 4)])
    lasso = [(70, 20), (130, 30), (120, 80), (60, 70)]
    other = [(100, 50), (170, 55), (150, 125), (90, 100)]
    inside = line("colour", [(80, 40, 4), (110, 45, 4)], (0.9, 0.8, 0.1), region=lasso)
    grey_inside = line("neutral", [(100, 60, 3)], region=lasso)
    over = line("colour", [(120, 70, 5), (140, 100, 5)], (0.6, 0.1, 0.7), region=other)
    kept_inside = line("protect", [(140, 70, 6)], region=other)
    kinds = {
        "strokes": [red, blue, weak, still],
        "barriers": [red, wall, blue, ring],
        "protect": [red, blue, shield],
        "erase": [red, blue, wall, rubber, line("erase", [(88, 40, 6)])],
        "lasso": [red, blue, inside, grey_inside],
        "lassos": [red, inside, blue, over, kept_inside, wall, line("erase", [(85, 42, 3)], region=lasso)],
        "only-lasso": [inside],
        "no-strokes": [],
    }
    for name, list_of in kinds.items():
        session(top / f"{name}.handtint", "photo.png", w, h, list_of)
        session(top / f"{name}-coat.handtint", "photo.png", w, h, list_of, coat={"on": True})
    dials = {"on": True, "amount": 0.6, "temperature": 0.5, "variant": 3}
    session(top / "dials.handtint", "photo.png", w, h, kinds["strokes"], coat=dials)
    settings = {"model": "full", "smoothness": 4.0, "edge": 2.0, "exponent": 1.25, "strength": 0.5, "affinity": 0.3, "neutral_pull": 0.001}
    session(top / "settings.handtint", "photo.png", w, h, kinds["lassos"], settings=settings, coat={"on": True})
    session(top / "preview.handtint", "photo.png", w, h, kinds["lassos"], settings={"preview": True}, coat={"on": True})
    session(top / "sepia.handtint", "sepia.png", w, h, kinds["protect"] + [kept_inside, over], coat={"on": True})
    session(top / "deep.handtint", "deep.tif", w, h, kinds["lassos"])
    mask = b64encode((top / "rgba.png").read_bytes()).decode()
    session(top / "imported.handtint", "photo.png", w, h, [blue, wall], masks=[mask], imported_mask=0)
    session(top / "imported-coat.handtint", "photo.png", w, h, [inside, blue], masks=[mask], imported_mask=0, coat={"on": True})
    face = [(200, 60), (280, 70), (285, 200), (200, 190)]
    session(
        top / "portrait.handtint",
        "portrait.jpg",
        512,
        512,
        [
            line("colour", [(95, 330, 6), (75, 430, 8), (110, 470, 8)], (0.88, 0.32, 0.17)),
            line("colour", [(220, 120, 6), (250, 150, 6)], (0.85, 0.6, 0.5), region=face),
            line("protect", [(400, 380, 12), (450, 420, 12)]),
            line("barrier", [(300, 250, 1), (420, 260, 1)]),
        ],
        coat={"on": True, "amount": 0.8},
    )


def cases():
    all_of = []

    def add(name, *words):
        all_of.append((name, list(words)))

    def colorize(name, *words):
        add(name, "colorize", *words, "-q")

    for example in ("portrait", "boats", "house"):
        photo, strokes = str(EXAMPLES / f"{example}.jpg"), str(EXAMPLES / "strokes" / f"{example}.png")
        colorize(f"example {example}", photo, "-s", strokes, "-o", "OUT.png")
        colorize(f"example {example}, no coat", photo, "-s", strokes, "-o", "OUT.png", "--network", "none")
    for kind in ("rgba", "few", "none", "black-empty"):
        colorize(f"mask {kind}", "photo.png", "-s", f"{kind}.png", "-o", "OUT.png")
        colorize(f"mask {kind}, no coat", "photo.png", "-s", f"{kind}.png", "-o", "OUT.png", "--network", "none")
    colorize("mask levin", "photo.bmp", "-s", "levin.bmp", "-o", "OUT.png", "--mask-format", "levin")
    colorize("mask ideepcolor", "photo.png", "-s", "ideepcolor", "-o", "OUT.png", "--fit")
    colorize("mask stretched", "photo.png", "-s", "half-size.png", "-o", "OUT.png", "--fit")
    colorize("mask of another size", "photo.png", "-s", "half-size.png", "-o", "OUT.png")
    for words in ("--coat 0.5", "--coat 0", "--temperature 0.5", "--temperature 3", "--variant 7", "--preview", "--threads 1"):
        colorize(f"few {words}", "photo.png", "-s", "few.png", "-o", "OUT.png", *words.split())
    for model in ("full", "gtv", "membrane", "bilaplacian"):
        colorize(f"model {model}", "photo.png", "-s", "rgba.png", "-o", "OUT.png", "--model", model)
        colorize(f"model {model}, no coat", "photo.png", "-s", "rgba.png", "-o", "OUT.png", "--model", model, "--network", "none")
    for words in ("--strength 0.1", "--smoothness 20", "--edge 3", "--exponent 1.1", "--affinity 0", "--affinity 4", "--neutral-pull 0.01"):
        colorize(f"look {words}", "photo.png", "-s", "rgba.png", "-o", "OUT.png", *words.split())
    colorize("protect", "sepia.png", "-s", "rgba.png", "-o", "OUT.png", "--protect", "protect.png")
    colorize("protect, no coat", "sepia.png", "-s", "rgba.png", "-o", "OUT.png", "--protect", "protect.png", "--network", "none")
    colorize("protect without strokes", "sepia.png", "-o", "OUT.png", "--protect", "protect.png")
    colorize("prior", "photo.png", "--prior", "sepia.png", "-o", "OUT.png")
    colorize("prior and strokes", "photo.png", "--prior", "sepia.png", "-s", "few.png", "-o", "OUT.png")
    colorize("prior, firm", "photo.png", "--prior", "sepia.png", "-s", "few.png", "-o", "OUT.png", "--prior-weight", "0.01")
    colorize("prior and protect", "sepia.png", "--prior", "sepia.png", "-s", "few.png", "-o", "OUT.png", "--protect", "protect.png")
    colorize("prior and a session", "lassos.handtint", "--prior", "sepia.png", "-o", "OUT.png")
    for photo in ("deep.tif", "deep-rgb.tif", "deep.png", "alpha.png", "photo.pgm", "sepia.png"):
        for out in ("OUT.tif", "OUT.png") if photo.startswith("deep") else ("OUT.png", "OUT.jpg"):
            colorize(f"file {photo} to {out[4:]}", photo, "-s", "rgba.png", "-o", out)
    for size in ("1x1", "1x40", "57x1", "2x2", "33x47", "255x257"):
        colorize(f"size {size}", f"{size}.png", "-s", f"{size}-strokes.png", "-o", "OUT.png")
        colorize(f"size {size}, no coat", f"{size}.png", "-s", f"{size}-strokes.png", "-o", "OUT.png", "--network", "none")
        add(f"size {size}, predict", "predict", f"{size}.png", "-o", "OUT.png", "-q")
    sessions = ("strokes", "barriers", "protect", "erase", "lasso", "lassos", "only-lasso", "no-strokes")
    for name in [n + more for n in sessions for more in ("", "-coat")] + [
        "dials", "settings", "preview", "sepia", "imported", "imported-coat", "portrait"
    ]:
        colorize(f"session {name}", f"{name}.handtint", "-o", "OUT.png")
    colorize("session deep", "deep.handtint", "-o", "OUT.tif")
    colorize("session lassos-coat --preview", "lassos-coat.handtint", "-o", "OUT.png", "--preview")
    colorize("session lassos --network shipped", "lassos.handtint", "-o", "OUT.png", "--network", "shipped")
    colorize("session lassos-coat --network none", "lassos-coat.handtint", "-o", "OUT.png", "--network", "none")
    colorize("session lassos-coat --coat 0.5", "lassos-coat.handtint", "-o", "OUT.png", "--coat", "0.5", "--temperature", "0.7", "--variant", "2")
    colorize("session --model gtv", "barriers-coat.handtint", "-o", "OUT.png", "--model", "gtv")
    colorize("folder", "photos", "-s", "masks", "-o", "OUT.folder")
    colorize("folder, no coat, two at a time", "photos", "-s", "masks", "-o", "OUT.folder", "--network", "none", "--jobs", "2")
    colorize("folder of priors", "photos", "--prior", "priors", "-o", "OUT.folder")
    for photo in ("photo.png", "deep.tif", "sepia.png", "portrait.jpg", "house.jpg"):
        add(f"predict {photo}", "predict", photo, "-o", "OUT.png", "-q", "--uncertainty", "OUT.unsure.png")
    for words in ("--coat 0.5", "--temperature 0.3", "--variant 2", "--network none"):
        add(f"predict {words}", "predict", "photo.png", "-o", "OUT.png", "-q", *words.split())
    add("convert levin", "mask", "levin.bmp", "--photo", "photo.bmp", "-o", "OUT.png")
    add("convert to black-empty", "mask", "rgba.png", "-o", "OUT.png", "--to", "black-empty")
    add("info of a mask", "info", "rgba.png")
    return all_of


# --- Running and comparing


def without_date(data):
    """The bytes of a picture whose colour profile does not tell when it was made."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        out, at = [data[:8]], 8
        while at + 12 <= len(data):
            size = struct.unpack(">I", data[at : at + 4])[0]
            name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
            if name == b"iCCP":
                body = without_date(zlib.decompress(body[body.index(b"\0") + 2 :]))
            out += [name, body]
            at += 12 + size
        return b"".join(out) + data[at:]
    at = data.find(b"acsp")
    while at >= 36:  # a profile's mark: twelve bytes of date before it, sixteen of checksum 48 bytes on
        data = data[: at - 12] + bytes(12) + data[at : at + 48] + bytes(16) + data[at + 64 :]
        at = data.find(b"acsp", at + 4)
    return data


def run(program, words, inputs, out):
    """Exit code, what was said, and the files that were written by their names."""
    out.mkdir(parents=True)
    words = [str(out / ("picture" + w[3:])) if w.startswith("OUT") else w for w in words]
    done = subprocess.run([program, *words], cwd=inputs, capture_output=True, timeout=600)
    said = (done.stdout + done.stderr).decode(errors="replace").replace(str(out), "OUT")
    return done.returncode, said, {str(f.relative_to(out)): f for f in sorted(out.rglob("*")) if f.is_file()}


def difference(before, after):
    """None, or in a few words what differs."""
    if before[0] != after[0]:
        return f"exit code {before[0]}, now {after[0]}: {(before[1] + after[1]).strip()[-200:]}"
    if before[1] != after[1]:
        return f"said {before[1].strip()!r}, now {after[1].strip()!r}"
    if list(before[2]) != list(after[2]):
        return f"files {list(before[2])}, now {list(after[2])}"
    for name in before[2]:
        old, new = before[2][name].read_bytes(), after[2][name].read_bytes()
        if old != new and without_date(old) != without_date(new):
            return f"{name}: other bytes ({len(old)} and {len(new)})"
    return None


def main():
    words = sys.argv[1:]
    keep = None
    if "--keep" in words:
        at = words.index("--keep")
        keep = Path(words[at + 1])
        del words[at : at + 2]
    if len(words) < 2:
        print(__doc__.split("\n\n")[1])
        return 2
    folders, parts = [Path(w).resolve() for w in words[:2]], words[2:]
    for folder in folders:
        if not os.access(folder / "handtint", os.X_OK):
            print(f"{folder} has no program handtint")
            return 2
    top = keep or Path(tempfile.mkdtemp(prefix="handtint-same-pictures."))
    inputs = top / "inputs"
    inputs.mkdir(parents=True)
    make_inputs(inputs)
    chosen = [c for c in cases() if not parts or any(p in c[0] for p in parts)]
    if all((f / "cuda_checksums").exists() for f in folders) and (not parts or "cuda" in parts):
        chosen.append(("cuda", None))
    other = 0
    print(f"{'case':42} {'before':>7} {'after':>7}  files")
    for k, (name, arguments) in enumerate(chosen):
        results, times = [], []
        for side, folder in zip(("before", "after"), folders):
            start = time.monotonic()
            program = folder / ("handtint" if arguments else "cuda_checksums")
            results.append(run(program, arguments or [], inputs, top / side / str(k)))
            times.append(time.monotonic() - start)
        reason = difference(*results)
        other += reason is not None
        files = f"{len(results[0][2])} equal" if results[0][0] == 0 else f"exit code {results[0][0]} on both sides"
        print(f"{name:42} {times[0]:6.2f}s {times[1]:6.2f}s  {'DIFFERS: ' + reason if reason else files}", flush=True)
    print(f"{len(chosen) - other} of {len(chosen)} cases are equal" + (f", {other} differ; all files: {top}" if other else ""))
    if not other and not keep:
        shutil.rmtree(top)
    return 1 if other or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
