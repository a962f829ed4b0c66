#!/usr/bin/env python3
"""Calibrates how far an exported network's doubt can be believed, and writes that into its contract.

  calibrate.py colornet.onnx PHOTOS [--index index.tsv ...] [--hold-back 60] [--check FOLDER ...] [--covered 0.7]

The program shows for each place the fewest colours, the likeliest first, whose probabilities add up to a mass: the place's
prediction set. Here that mass is chosen so that the promise `covered` holds (conformal risk control, Angelopoulos, Bates,
Fisch, Lei, Schuster 2022). The unit is the photo, because the cells of one photo are not independent of each other: a
photo's loss is the share of its cells whose true colour is not in the set, the mean of the photo as it is and of an aged
version of it. With n photos of a kind and a loss that falls as the mass grows, the least mass with
  n/(n+1) mean loss + 1/(n+1) <= 1 - covered
promises: of a further photo of that kind the expected share of cells outside is at most 1 - covered. Nobody can know which
kind of photo a person brings, so the mass is the largest that any kind asks for, and the promise holds for each of them. It
promises nothing for a single photo, or for one kind of colour: the tables say how it is divided, and the share of vivid
colours that lie in their set goes into the contract too, measured and not promised.

PHOTOS were neither trained on nor used to choose anything: with --hold-back, those that `train.py --hold-back` left out.
--check measures the mass on other photos. Needs onnxruntime.
"""
import argparse
import hashlib
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torch.nn.functional as F

from colour import BIN_SIZE, ciede2000, srgb_from_lab
from evaluation import dev_sets, load_lab
from network import OUTPUT_STRIDE, network_input
from views import age, held_back_of, is_grey, sources_of

VERSIONS = 'clean', 'aged'
VIVID = 15   # true chroma, from which on a colour counts as vivid
RANKS = 100  # larger sets (radius 56) count as this large in the figures


class Network:
    def __init__(self, path, threads):
        self.contract = json.loads(path.with_suffix('.json').read_text())
        self.bins = torch.tensor(self.contract['output']['bins'], dtype=torch.float32)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry('session.intra_op.allow_spinning', '0')
        self.session = onnxruntime.InferenceSession(str(path), options, providers=['CPUExecutionProvider'])
        self.output = self.session.get_outputs()[0].name

    def probabilities(self, lightness, hints):
        """(H, W), (3, H, W) -> (cells, bins)."""
        question = network_input(torch.from_numpy(lightness)[None], hints[None]).numpy()
        logits = self.session.run([self.output], {self.session.get_inputs()[0].name: question})[0][0, :len(self.bins)]
        return torch.softmax(torch.from_numpy(logits).flatten(1).T / self.contract['temperature'], 1)


@dataclass
class Cells:
    """A version of a photo, one number a cell."""
    lightness: np.ndarray  # as the network saw it
    chroma: np.ndarray     # of the true colour
    before: np.ndarray     # mass of the bins that are likelier than the true one: it is in the set if this is below the set's
    likelier: np.ndarray   # (cells, RANKS) mass of the bins before the first, second ... one
    error: np.ndarray      # CIEDE2000 of the distribution's mean

    def radius(self, mass):
        return BIN_SIZE * np.sqrt((self.likelier < mass).sum(1) / np.pi)


@dataclass
class Photo:
    kind: str
    versions: dict  # name -> Cells

    def missed(self, mass, chosen=lambda cells: slice(None), least=1, versions=VERSIONS):
        """Share of the chosen cells whose true colour is not in the set, the mean of the versions that have enough of them."""
        shares = []
        for name in versions:
            before = self.versions[name].before[chosen(self.versions[name])]
            if len(before) >= least:
                shares.append(np.mean(before >= mass))
        return float(np.mean(shares)) if shares else None


def random_of(path):
    return random.Random(hashlib.md5(path.name.encode()).digest())


def hints_of(lab, count, rng):
    """Patches of 7 pixels in their mean colour, as evaluation.py gives them."""
    hints = torch.zeros(3, *lab.shape[:2])
    for _ in range(count):
        y, x = rng.randrange(lab.shape[0] - 7), rng.randrange(lab.shape[1] - 7)
        hints[:2, y:y + 7, x:x + 7] = lab[y:y + 7, x:x + 7, 1:].mean((0, 1))[:, None, None]
        hints[2, y:y + 7, x:x + 7] = 1
    return hints


def look_at(network, lightness, lab, hints):
    p = network.probabilities(lightness, hints)
    small = F.avg_pool2d(lab.permute(2, 0, 1)[None], OUTPUT_STRIDE)[0].flatten(1).T
    truth = torch.cdist(small[:, 1:], network.bins).argmin(1, keepdim=True)
    before = torch.where(p > p.gather(1, truth), p, 0).sum(1)
    likelier = F.pad(p.topk(RANKS - 1).values.cumsum(1), (1, 0))
    seen = F.avg_pool2d(torch.from_numpy(lightness)[None, None], OUTPUT_STRIDE).flatten()
    error = ciede2000(small[:, 0], p @ network.bins, small[:, 1:])
    return Cells(seen.numpy(), small[:, 1:].norm(dim=1).numpy(), before.numpy(), likelier.numpy().astype(np.float16),
                 error.numpy())


def photos_of(network, paths, hints=0):
    """`paths`: {kind: paths}. Photos without colour are left out."""
    photos = []
    for kind, group in paths.items():
        for path in group:
            lab = load_lab(path, network.contract['input']['short_side'])
            rgb = srgb_from_lab(lab).numpy()
            if is_grey(rgb * 255):
                continue
            rng = random_of(path)
            given = hints_of(lab, hints, rng)
            clean = np.ascontiguousarray(lab[..., 0].numpy())
            aged = age(clean, lab[..., 1:].permute(2, 0, 1).numpy(), rgb, rng)
            photos.append(Photo(kind, {name: look_at(network, lightness, lab, given)
                                       for name, lightness in zip(VERSIONS, (clean, aged))}))
    return photos


def calibrated_mass(losses, kinds, grid, covered):
    """losses: (photos, masses of the grid), kinds: (photos) -> the least mass that keeps the promise for every kind."""
    masses = []
    for kind in np.unique(kinds):
        some = losses[kinds == kind]
        bound = len(some) / (len(some) + 1) * some.mean(0) + 1 / (len(some) + 1)
        kept = np.flatnonzero(bound <= 1 - covered)
        if not len(kept):
            raise SystemExit(f'{kind}: {len(some)} photos are too few for the promise {covered}')
        masses.append(grid[kept[0]])
    return float(max(masses))


def table(title, rows, mass):
    """rows: (name, {photos, and how to choose cells})."""
    print(f'\n| {title} | photos | outside |\n|---|---|---|')
    for name, photos, how in rows:
        missed = [m for m in (p.missed(mass, **how) for p in photos) if m is not None]
        if missed:
            print(f'| {name} | {len(missed)} | {mean_and_error(missed)} |')


def mean_and_error(values):
    return f'{100 * np.mean(values):.1f} ± {100 * np.std(values, ddof=1) / np.sqrt(len(values)):.1f} %'


def print_tables(photos, mass):
    def thirds(name, of):
        values = np.concatenate([of(p.versions['clean']) for p in photos])
        low, high = np.quantile(values, [1 / 3, 2 / 3])
        parts = [(f'below {low:.0f}', -np.inf, low), (f'{low:.0f} to {high:.0f}', low, high), (f'above {high:.0f}', high, np.inf)]
        if name == 'true chroma':
            parts.append(('above 30', 30, np.inf))
        table(name, [(part, photos, {'chosen': lambda c, a=a, b=b: (of(c) >= a) & (of(c) < b), 'least': 20})
                     for part, a, b in parts], mass)

    table('kind', [(kind, [p for p in photos if p.kind == kind], {}) for kind in dict.fromkeys(p.kind for p in photos)] +
          [('all', photos, {})], mass)
    table('version', [(name, photos, {'versions': [name]}) for name in VERSIONS], mass)
    thirds('lightness', lambda c: c.lightness)
    thirds('true chroma', lambda c: c.chroma)
    radius = np.concatenate([c.radius(mass) for p in photos for c in p.versions.values()])
    error = np.concatenate([c.error for p in photos for c in p.versions.values()])
    order = np.argsort(radius, kind='stable')
    print(f'\nradius: mean {radius.mean():.1f}, tenths {np.round(np.quantile(radius, [0.1, 0.5, 0.9]), 1)}; CIEDE2000 of the mean '
          'colour in the thirds of the cells by radius: ' + ', '.join(f'{e.mean():.1f}' for e in np.array_split(error[order], 3)))


def split_halves(losses, kinds, grid, covered, rounds=200):
    """Half of the photos calibrates, the other half is measured."""
    rng, missed = np.random.default_rng(1), []
    for _ in range(rounds):
        order = rng.permutation(len(losses))
        one, other = np.array_split(order, 2)
        at = np.searchsorted(grid, calibrated_mass(losses[one], kinds[one], grid, covered))
        missed.append([losses[other[kinds[other] == kind], at].mean() for kind in np.unique(kinds)])
    print(f'\n{rounds} random halves, at most {100 * (1 - covered):.0f} % promised, outside in the half that did not calibrate: ' +
          ', '.join(f'{kind} {100 * mean:.1f} %' for kind, mean in zip(np.unique(kinds), np.nanmean(missed, 0))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('network', type=Path)
    parser.add_argument('photos')
    parser.add_argument('--index', nargs='*', help='tables of the sources, as for train.py')
    parser.add_argument('--hold-back', type=int, default=0, help='use only the photos that train.py held back; 0 = all')
    parser.add_argument('--limit', type=int, default=0, help='at most so many photos of each kind')
    parser.add_argument('--check', nargs='*', default=[], help='folders of further photos, measured only')
    parser.add_argument('--covered', type=float, default=0.7)
    parser.add_argument('--hints', type=int, nargs='*', default=[1, 10], help='measured with so many hints as well')
    parser.add_argument('--threads', type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    network = Network(args.network, args.threads)
    paths = held_back_of(sources_of(args.photos, args.index), args.hold_back) if args.hold_back else dev_sets(args.photos)
    paths = {kind: group[:args.limit or None] for kind, group in paths.items()}

    grid = np.round(np.arange(1, 1001) / 1000, 3)
    photos = photos_of(network, paths)
    kinds = np.array([p.kind for p in photos])
    losses = np.array([[p.missed(mass) for mass in grid] for p in photos])
    mass = calibrated_mass(losses, kinds, grid, args.covered)
    raw = losses[:, np.searchsorted(grid, args.covered)]
    print(f'{len(photos)} photos: the sets hold a mass of {mass:.3f}; at {args.covered} there would be {mean_and_error(raw)} outside')
    print_tables(photos, mass)
    vivid = [p.missed(mass, lambda cells: cells.chroma >= VIVID, 20) for p in photos]
    vivid = 1 - np.mean([missed for missed in vivid if missed is not None])
    print(f'of vivid colours (true chroma from {VIVID} on) {100 * vivid:.1f} % lie in their set')
    split_halves(losses, kinds, grid, args.covered)
    for count in args.hints:
        table(f'with {count} hints', [('all', photos_of(network, paths, count), {})], mass)
    for folder in args.check:
        print(f'\n{folder}')
        print_tables(photos_of(network, dev_sets(folder)), mass)

    network.contract['prediction_set'] = {'mass': mass, 'covered': args.covered, 'covered_vivid': max(round(float(vivid), 2), 0.01)}
    args.network.with_suffix('.json').write_text(json.dumps(network.contract) + '\n')


if __name__ == '__main__':
    main()
