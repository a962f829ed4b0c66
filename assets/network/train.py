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
import json
import math
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from colour import AB_SCALE, SoftBins, gamut_bins, lab_from_srgb
from evaluation import dev_sets, draw_curves, evaluate, sample_picture
from network import ENCODER_BLOCKS, network_of
from weights import export, fill_from_onnx, load_run, mean_weights, save_atomically, take_off_rebalancing
from views import Photos, Views, random_view


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


def train(args):
    run = Path(args.out)
    run.mkdir(parents=True, exist_ok=True)
    log = open(run / 'log.txt', 'a', buffering=1)

    def say(text):
        print(text, flush=True)
        log.write(text + '\n')

    photos = Photos(args.photos, args.index, args.limit, args.hold_back)
    device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
    checkpoint = torch.load(run / 'last.pt', map_location='cpu', weights_only=False) if (run / 'last.pt').exists() else None
    options = checkpoint['options'] if checkpoint else {k: getattr(args, k) for k in (
        'encoder', 'pretrained', 'target', 'rebalance', 'hints', 'hinted', 'dropout', 'rate', 'batch', 'side', 'frozen',
        'unfreeze_at', 'seed')}
    torch.manual_seed(options['seed'])
    centres = gamut_bins()
    bins = SoftBins(centres) if options['target'] == 'bins' else None
    fresh = not checkpoint and not args.start_from
    net = network_of({**options, 'pretrained': options['pretrained'] and fresh}, centres)
    net.dropout = options.get('dropout', 0)
    started_from_imagenet = options['encoder'] == 'lite0' and options['pretrained']
    net.to(device, memory_format=torch.channels_last)
    if bins:
        rarity = checkpoint['rarity'] if checkpoint else rare_colour_weights(photos, bins, options['rebalance'])
        bins.index, bins.weight, rarity = bins.index.to(device), bins.weight.to(device), rarity.to(device)
    else:
        rarity = None
    if args.start_from and not checkpoint:
        if args.start_from[0].endswith('.onnx'):
            bare = Views(photos, options['batch'], options['side'], options['hinted'], options['seed'])
            fill_from_onnx(net, args.start_from[0], [next(bare)[0] for _ in range(16)], rarity.cpu(), args.taken_off)
        else:
            net.load_state_dict(mean_weights(args.start_from))
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
    makers = max(os.cpu_count() - 1, 1) if args.makers is None and device.type == 'cuda' else args.makers or 0
    views = Views(photos, options['batch'], options['side'], hinted, options['seed'] + step, makers)
    evaluator = network_of({**options, 'pretrained': False}, centres).to(memory_format=torch.channels_last)
    sample = Views(photos, 8, options['side'], hinted, 7).make()

    def validate():
        evaluator.load_state_dict(average.state)
        sample_picture(evaluator, decode_centres, *sample, run / 'samples.png')
        draw_curves(curve, run / 'curves.png')
        if args.dev:
            figures = evaluate(evaluator, decode_centres, dev_sets(args.dev))
            held = evaluate(evaluator, decode_centres, photos.held)
            for name, f in [*figures.items(), *((f'held {k}', f) for k, f in held.items())]:
                say('  ' + f'{name:12s} ' + ' '.join(f'{k} {v:.3f}' for k, v in f.items()))
            return float(np.mean([f['dE0'] / f['grey'] for f in figures.values()]))
        return None

    def save():
        save_atomically(dict(options=options, net=net.state_dict(), average=average.state, optimizer=optimizer.state_dict(),
                             step=step, spent=spent, curve=curve, rarity=None if rarity is None else rarity.cpu(), centres=centres), run / 'last.pt')

    def keep():
        """The averaged weights of now: what comes later may do worse on photos that are unlike those learnt from."""
        save_atomically(dict(average=average.state, step=step), run / f'step-{step:06}.pt')

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
    recent, last_report, last_check, last_validation, last_kept = [], began, began, began, began
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
            if args.keep and now - last_kept > args.keep * 60:
                keep()
                last_kept = now
            if now - last_validation > args.validate * 60 or done() == 1:
                curve[-1] = (spent / 60, mean, validate())
                last_validation = last_report = time.monotonic()
    save()
    say(f'done: {step} steps, {step * options["batch"]} views, {spent / 60:.1f} minutes')


def evaluate_run(args):
    net, checkpoint = load_run(args.run_folder, args.average_with)
    bins = checkpoint['options']['target'] == 'bins'
    if bins:
        take_off_rebalancing(net, checkpoint['rarity'], args.take_off)
    figures = evaluate(net, checkpoint['centres'] if bins else None, dev_sets(args.dev), args.short_side, args.temperature)
    for name, f in figures.items():
        print(f'{name:10s} ' + ' '.join(f'{k} {v:.3f}' for k, v in f.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    t = commands.add_parser('train', help='start a run, or go on with it')
    t.add_argument('photos', help='folder of colour photos')
    t.add_argument('--out', required=True, help='folder of the run: checkpoint, log, curves, samples')
    t.add_argument('--index', nargs='+', help='tables, tab-separated: id, part, source, name; else the source is the sub-folder')
    t.add_argument('--hold-back', type=int, default=0, help='photos of each kind that are kept for figures')
    t.add_argument('--dev', help='folder of photos (or of folders) to validate on')
    t.add_argument('--minutes', type=float, default=120, help='the whole schedule, over all resumed runs')
    t.add_argument('--steps', type=int, default=0, help='a schedule in steps instead of minutes')
    t.add_argument('--limit', type=int, default=0, help='use only the first photos')
    t.add_argument('--threads', type=int, default=0)
    t.add_argument('--makers', type=int, help='processes that make views; 0 = a thread. By default one per core less one beside a GPU')
    t.add_argument('--report', type=float, default=1, help='minutes between lines of the log')
    t.add_argument('--check', type=float, default=5, help='minutes between checkpoints')
    t.add_argument('--keep', type=float, default=0, help='minutes between weights that stay (RUN/step-*.pt, for --from and --average-with); 0 = none')
    t.add_argument('--validate', type=float, default=20, help='minutes between validations, curves and samples')
    t.add_argument('--bf16', action=argparse.BooleanOptionalAction, default=True, help='bfloat16 where it is safe')
    t.add_argument('--encoder', choices=['lite0', 'residual', 'plain'], default='lite0')
    t.add_argument('--pretrained', action=argparse.BooleanOptionalAction, default=True, help='ImageNet weights (lite0 only)')
    t.add_argument('--target', choices=['bins', 'regression'], default='bins')
    t.add_argument('--rebalance', type=float, default=0.5, help='exponent of the rare colours\' weight; 0 = off')
    t.add_argument('--hints', action=argparse.BooleanOptionalAction, default=True)
    t.add_argument('--hinted', type=float, default=0.6, help='share of the views that come with simulated hints')
    t.add_argument('--dropout', type=float, default=0, help='share of the pooled features that is dropped; half of it before the answer')
    t.add_argument('--from', dest='start_from', nargs='+', metavar='CHECKPOINT', help="begin with the mean of these runs' weights, or with an exported .onnx")
    t.add_argument('--taken-off', type=float, default=0.45, help='what --take-off was when that .onnx was exported')
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
