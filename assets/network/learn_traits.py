#!/usr/bin/env python3
"""The last part of the recipe: a trained network learns to say what is alike.

  learn_traits.py PHOTOS --run RUN [--index index.tsv] [--steps 2400]     writes RUN/traits.pt; train.py export takes it along

Two 1x1 convolutions on the network's last features answer with three traits per cell (Prior::traits of the solver): pixels
of like traits show the same thing, and where the traits change a thing ends. Nobody has labelled that; it is learnt from
what it is good for. Hints are drawn from a colour photo, a small version of the solver spreads what they say over the
picture, and the error of the result is driven back through the solve, which takes one more solve with the same matrix
(implicit differentiation). The network itself stays as it is.

The small version is the solver's energy at its coarsest scale without what makes it nonlinear: edge weights from lightness and
traits, the affinity prior and the pull to the first coat (edge_ops.h and affinity_ops.h in solver/numerics, and solver/layers). The constants
of these are learnt beside the traits and printed, so that the program's can be compared with them.
"""
import argparse
import math
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
import scipy.sparse.linalg
import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parent))
import views
import weights
from colour import lab_from_srgb
from network import OUTPUT_STRIDE, network_input
from train import Average

TRAITS, HIDDEN = 3, 128
VIEW, GRID = 192, 64        # sides of what the network sees and of what is solved
CELLS = VIEW // OUTPUT_STRIDE
HINT_STRENGTH, EDGE_FLOOR, SIGMA = 100.0, 1e-4, 1.5
AFFINITY_PIXELS = 40000     # a usual size of the scale whose pulls the program's constants are made for

# The program's constants, as the learning begins. Names are those of the program where it has one.
DIALS = {'feature_scale': 0.5, 'trait_reach': 1.4, 'trait_trust': 4.0, 'full_trust': 2e-5, 'lightness_share': 0.5,
         'trait_slope': 2.1, 'half_unlike': 4.0, 'unlike_firmness': 20.0}


class Solve(torch.autograd.Function):
    """x of (D + sum over edges w_ij (e_i - e_j)(e_i - e_j)^T) x = rhs: (E,), (n,), (n, 2) -> (n, 2)."""

    @staticmethod
    def forward(ctx, weight, diagonal, rhs, start, end):
        n, w = len(diagonal), weight.detach().double().numpy()
        d = diagonal.detach().double().numpy().copy()
        np.add.at(d, start, w)
        np.add.at(d, end, w)
        i = np.arange(n)
        matrix = sparse.csc_matrix((np.concatenate([d, -w, -w]), (np.concatenate([i, start, end]),
                                                                 np.concatenate([i, end, start]))), (n, n))
        ctx.factors = scipy.sparse.linalg.splu(matrix, permc_spec='MMD_AT_PLUS_A', diag_pivot_thresh=0,
                                               options={'SymmetricMode': True})
        ctx.x, ctx.start, ctx.end = ctx.factors.solve(rhs.detach().double().numpy()), start, end
        return torch.from_numpy(ctx.x).float()

    @staticmethod
    def backward(ctx, gradient):
        y, x, i, j = ctx.factors.solve(gradient.double().numpy()), ctx.x, ctx.start, ctx.end
        along = -((y[i] - y[j]) * (x[i] - x[j])).sum(1)
        return torch.from_numpy(along).float(), torch.from_numpy(-(y * x).sum(1)).float(), torch.from_numpy(y).float(), None, None


def edges_of(side):
    """Index of both ends and 1 / length of the edges to the east, south, south-east and south-west of a square grid."""
    at = np.arange(side * side).reshape(side, side)
    pairs = [(at[:, :-1], at[:, 1:], 1.0), (at[:-1], at[1:], 1.0), (at[:-1, :-1], at[1:, 1:], 0.5 ** 0.5),
             (at[:-1, 1:], at[1:, :-1], 0.5 ** 0.5)]
    return (np.concatenate([p.ravel() for p, _, _ in pairs]), np.concatenate([q.ravel() for _, q, _ in pairs]),
            torch.cat([torch.full((p.size,), scale) for p, _, scale in pairs]))


def box(plane, size):
    """Mean over the size x size pixels that exist; (1, 1, H, W)."""
    kernel = torch.ones(1, 1, size, size)
    return F.conv2d(plane, kernel, padding=size // 2) / F.conv2d(torch.ones_like(plane), kernel, padding=size // 2)


class Head(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.traits = nn.Sequential(nn.Conv2d(features, HIDDEN, 1), nn.ReLU(), nn.Conv2d(HIDDEN, TRAITS, 1))
        nn.init.normal_(self.traits[2].weight, std=0.3)  # traits of nearly nothing would learn slowly
        self.dials = nn.ParameterDict({name: nn.Parameter(torch.tensor(math.log(value))) for name, value in DIALS.items()})

    def dial(self, name):
        return self.dials[name].exp()


class Teacher:
    """What stays as it is: the photos, the network and the geometry of the small solve."""

    def __init__(self, photos, net, centres, temperature, seed):
        self.photos, self.net, self.centres, self.temperature = photos, net, centres, temperature
        self.cumulative = np.cumsum(photos.chances).tolist()
        self.rng = random.Random(seed)
        self.start, self.end, self.scale = edges_of(GRID)
        side = torch.arange(GRID).float()
        self.place = torch.stack([side.repeat(GRID), side.repeat_interleave(GRID)], 1)

    def lesson(self):
        """A view of a photo, some aged, and the corners of the 2x2 hints on it."""
        i = self.rng.choices(range(len(self.photos)), cum_weights=self.cumulative)[0]
        rgb = views.random_view(self.photos.pictures[i], VIEW, self.rng).astype(np.float32) / 255
        lab = lab_from_srgb(torch.from_numpy(rgb)).permute(2, 0, 1)
        lightness, ab = lab[0], lab[1:]
        if self.rng.random() < 0.25:
            aged = views.age(lightness.numpy(), ab.numpy(), rgb, self.rng)
            lightness = torch.as_tensor(aged, dtype=torch.float32)
        count = round(math.exp(self.rng.uniform(math.log(1.5), math.log(150))))
        corners = sorted({self.rng.randrange(GRID - 1) * GRID + self.rng.randrange(GRID - 1) for _ in range(count)})
        return lightness, ab, torch.tensor(corners)

    @torch.no_grad()
    def look(self, lightness):
        """The network's last features, and its coat with the distribution's variance, at GRID x GRID."""
        features = self.net.features(network_input(lightness[None], torch.zeros(1, 3, VIEW, VIEW)))
        share = torch.softmax(self.net.answer(features) / self.temperature, 1)
        coat = torch.einsum('nqhw,qc->nchw', share, self.centres)
        variance = torch.einsum('nqhw,q->nhw', share, (self.centres ** 2).sum(1))[:, None] - (coat ** 2).sum(1, keepdim=True)
        enlarged = F.interpolate(torch.cat([coat, variance], 1), size=(GRID, GRID), mode='bilinear')[0]
        return features, enlarged[:2].flatten(1).T, enlarged[2].flatten()

    def examine(self, head, lesson):
        """The error of the colours that the hints lead to, in dB."""
        lightness, ab, corner = lesson
        features, coat, variance = self.look(lightness)
        truth = F.avg_pool2d(ab[None], VIEW // GRID)[0].flatten(1).T
        L = F.avg_pool2d(lightness[None, None], VIEW // GRID)
        mean, squares = box(L, 3), box(L * L, 3)
        shown = torch.cat([L, box(L, 5), (squares - mean ** 2).clamp(min=0).sqrt()], 1)[0].flatten(1).T / 4
        L = L.flatten()
        traits = F.interpolate(head.traits(features), size=(GRID, GRID), mode='bilinear')[0].flatten(1).T
        area = AFFINITY_PIXELS / GRID ** 2

        # Hints, as deviations from the coat.
        four = torch.stack([corner, corner + 1, corner + GRID, corner + GRID + 1])
        colour = truth[four].mean(0)
        strength, hint = torch.zeros(GRID ** 2), torch.zeros(GRID ** 2, 2)
        strength[four.flatten()] = HINT_STRENGTH
        hint[four.flatten()] = (colour - coat[four]).reshape(-1, 2)

        # Edge weights.
        i, j = self.start, self.end
        slope = head.dial('trait_slope') * GRID / CELLS
        step2 = head.dial('lightness_share') * (L[i] - L[j]) ** 2 + slope ** 2 * ((traits[i] - traits[j]) ** 2).sum(1)
        weight = self.scale * (torch.exp(-step2 / (2 * SIGMA ** 2)) + EDGE_FLOOR)

        # The affinity prior.
        between = lambda f: ((f ** 2).sum(1)[:, None] + (f[corner] ** 2).sum(1) - 2 * f @ f[corner].T).clamp(min=0)
        apart = between(traits)
        reach = math.sqrt(GRID ** 2 / len(corner)) * head.dial('trait_reach')
        likeness = torch.exp(-0.5 * (apart + between(shown * head.dial('feature_scale')) + between(self.place / reach)))
        total = likeness.sum(1, keepdim=True) + 1e-12
        guess = likeness @ hint[corner] / total
        spread = (likeness @ (hint[corner] ** 2).sum(1, keepdim=True) / total - (guess ** 2).sum(1, keepdim=True)).clamp(min=0)
        trust = head.dial('trait_trust') * min(max(1e-4 * len(corner), 5e-4), 1e-2) * area
        mass = trust * likeness.max(1).values / (1 + spread[:, 0] / 100) ** 2 * (strength == 0)

        # The pull to the coat, firmer where nothing alike was painted.
        far = apart.min(1).values / head.dial('half_unlike') ** 2
        unlike = far ** 2 / (1 + far ** 2)
        pull = head.dial('full_trust') * area / (1 + variance / 15 ** 2) * (1 + (head.dial('unlike_firmness') - 1) * unlike)

        rhs = strength[:, None] * hint + mass[:, None] * guess
        result = coat + Solve.apply(weight, strength + mass + pull, rhs, i, j)
        return 10 * torch.log10(((result - truth) ** 2).mean() + 6)  # so that no photo counts for its last tenth of a unit


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('photos', help='folder of colour photos')
    parser.add_argument('--run', required=True, help='folder of a finished run of train.py')
    parser.add_argument('--index', nargs='+', help='as for train.py')
    parser.add_argument('--hold-back', type=int, default=0, help='as for train.py')
    parser.add_argument('--from', dest='start_from', metavar='ONNX', help='begin with the traits of an exported network')
    parser.add_argument('--limit', type=int, default=0, help='use only the first photos')
    parser.add_argument('--average-with', metavar='CHECKPOINT', help='as for train.py export')
    parser.add_argument('--take-off', type=float, default=0.45, help='as for train.py export')
    parser.add_argument('--temperature', type=float, default=0.7, help='as for train.py export')
    parser.add_argument('--steps', type=int, default=2400)
    parser.add_argument('--batch', type=int, default=4)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--threads', type=int, default=0)
    args = parser.parse_args()

    net, checkpoint = weights.load_run(args.run, args.average_with)
    if checkpoint['options']['target'] != 'bins':
        sys.exit('only networks that answer with bins have traits')
    weights.take_off_rebalancing(net, checkpoint['rarity'], args.take_off)
    torch.manual_seed(args.seed)
    photos = views.Photos(args.photos, args.index, args.limit, args.hold_back)
    teacher = Teacher(photos, net, checkpoint['centres'], args.temperature, args.seed)
    head = Head(net.answer.in_channels)
    if args.start_from:
        with torch.no_grad():
            for layer, (weight, bias) in zip((head.traits[0], head.traits[2]), weights.convolutions_of_onnx(args.start_from)[-2:]):
                layer.weight.copy_(weight), layer.bias.copy_(bias)
    optimizer = torch.optim.AdamW([{'params': head.traits.parameters(), 'share': 1.0},
                                   {'params': head.dials.parameters(), 'share': 5.0, 'weight_decay': 0.0}], weight_decay=1e-3)
    average = Average(head, 0.98)
    workers = ThreadPoolExecutor(args.threads or None, initializer=torch.set_num_threads, initargs=(1,))
    out, began, recent = Path(args.run) / 'traits.pt', time.monotonic(), []
    torch.set_num_threads(1)

    def learn(lesson):
        loss = teacher.examine(head, lesson)
        (loss / args.batch).backward()
        return loss.item()

    options = {name: value for name, value in vars(args).items() if name not in ('photos', 'run', 'index')}
    with open(Path(args.run) / 'traits-log.txt', 'w', buffering=1) as log:
        def say(text):
            print(text, flush=True)
            log.write(text + '\n')

        say(f'{len(photos)} colour photos, {sum(p.numel() for p in head.traits.parameters())} weights, {options}')
        for step in range(1, args.steps + 1):
            rate = args.rate * min(1, step / 30) * (0.5 + 0.5 * math.cos(math.pi * step / args.steps))
            for group in optimizer.param_groups:
                group['lr'] = rate * group['share']
            optimizer.zero_grad()
            recent += workers.map(learn, [teacher.lesson() for _ in range(args.batch)])
            if not all(map(math.isfinite, recent)):
                sys.exit('the loss is not finite; the last checkpoint is kept')
            nn.utils.clip_grad_norm_(head.parameters(), 2.0)
            optimizer.step()
            average.update(head)
            if step % max(args.steps // 24, 1) == 0 or step == args.steps:
                minutes = (time.monotonic() - began) / 60
                say(f'{minutes:6.1f} min  step {step}  loss {np.mean(recent):.3f}  '
                    + '  '.join(f'{name} {head.dial(name).item():.3g}' for name in DIALS)
                    + f'  {minutes * (args.steps / step - 1):.0f} min left')
                recent = []
                weights.save_atomically({'average': average.state, 'options': options}, out)


if __name__ == '__main__':
    main()
