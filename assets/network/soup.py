#!/usr/bin/env python3
"""Weights of two exported networks, mixed, with the traits of the first.

  soup.py SHIPPED.onnx NEW.onnx PHOTOS --share 0.7 --out MIXED.onnx

Each convolution is (1 - share) of SHIPPED's and share of NEW's (batch norms are folded; Wortsman et al. 2022, "Model soups"): what
was trained on from SHIPPED often does better on what it has seen last and worse on the rest, and the mean keeps most of both. NEW
need not have traits. The solver's constants were found with SHIPPED's traits, so the last two convolutions are fitted anew to give
these from the mixed features, on PHOTOS (a folder of colour photos); how well they do on every eighth, which they are not fitted
on, is printed as R2 of each trait. Graph, contract and named outputs are SHIPPED's; the reference answer is made anew.
"""
import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn as nn
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))
import add_feature_outputs
from colour import lab_from_srgb
from network import STRIDE, network_input

SHORT_SIDE, CELLS_OF_A_PHOTO = 192, 256
TRAITS_CONVOLUTIONS = 2


def convolutions(model):
    return [node for node in model.graph.node if node.op_type == 'Conv']


def mixed(shipped, new, share):
    """A copy of `shipped` with mixed weights; its traits are still its own."""
    result = onnx.ModelProto()
    result.CopyFrom(shipped)
    stored = {t.name: t for t in result.graph.initializer}
    others = {t.name: onnx.numpy_helper.to_array(t) for t in new.graph.initializer}
    ours, theirs = convolutions(result)[:-TRAITS_CONVOLUTIONS], convolutions(new)
    if len(theirs) < len(ours):
        sys.exit('the new network has fewer convolutions than the shipped one')
    for here, there in zip(ours, theirs):
        for a, b in zip(here.input[1:], there.input[1:]):
            old = onnx.numpy_helper.to_array(stored[a])
            if old.shape != others[b].shape:
                sys.exit(f'{a}: {old.shape} in one network, {others[b].shape} in the other')
            stored[a].CopyFrom(onnx.numpy_helper.from_array(((1 - share) * old + share * others[b]).astype(old.dtype), a))
    return result


def questions(folder, count, seed):
    """Photos without colour, as the network is asked about them."""
    files = sorted(p for p in Path(folder).rglob('*') if p.suffix.lower() in ('.jpg', '.jpeg', '.png'))
    for i in np.random.default_rng(seed).permutation(len(files))[:count]:
        with Image.open(files[i]) as photo:
            rgb = photo.convert('RGB')
        scale = SHORT_SIDE / min(rgb.size)
        size = [max(round(side * scale / STRIDE), 1) * STRIDE for side in rgb.size]
        lab = lab_from_srgb(torch.from_numpy(np.asarray(rgb.resize(size, Image.BILINEAR), np.float32) / 255))
        yield network_input(lab[None, ..., 0], torch.zeros(1, 3, *lab.shape[:2])).numpy()


def session(model):
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])


def cells(shipped, model, folder, count, seed):
    """Of some cells of each photo the mixed network's last features and the shipped one's traits: [(n, 64)], [(n, 3)]."""
    one, other, rng = session(shipped), session(model), np.random.default_rng(seed)
    name, features, traits = shipped.graph.input[0].name, [], []
    for question in questions(folder, count, seed):
        wanted = one.run(['logits'], {name: question})[0][0, -3:].reshape(3, -1).T
        seen = other.run(['decoder_4'], {name: question})[0][0]
        some = rng.choice(len(wanted), min(CELLS_OF_A_PHOTO, len(wanted)), replace=False)
        features.append(seen.reshape(len(seen), -1).T[some])
        traits.append(wanted[some])
    return features, traits


def fit_traits(model, features, traits, steps):
    """Fits the last two convolutions; gives R2 of each trait on every eighth photo."""
    held = [i % 8 == 7 for i in range(len(features))]
    part = lambda rows, kept: torch.from_numpy(np.concatenate([r for r, h in zip(rows, held) if h == kept]))
    nodes, stored = convolutions(model)[-TRAITS_CONVOLUTIONS:], {t.name: t for t in model.graph.initializer}
    first, last = (onnx.numpy_helper.to_array(stored[n.input[1]]) for n in nodes)
    head = nn.Sequential(nn.Linear(first.shape[1], first.shape[0]), nn.ReLU(), nn.Linear(last.shape[1], last.shape[0]))
    with torch.no_grad():
        for layer, node in zip((head[0], head[2]), nodes):
            layer.weight.copy_(torch.from_numpy(onnx.numpy_helper.to_array(stored[node.input[1]])[:, :, 0, 0].copy()))
            layer.bias.copy_(torch.from_numpy(onnx.numpy_helper.to_array(stored[node.input[2]]).copy()))
    x, y = part(features, False), part(traits, False)
    optimizer = torch.optim.Adam(head.parameters(), 1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        some = torch.randint(len(x), (4096,))
        loss = ((head(x[some]) - y[some]) ** 2).mean()
        optimizer.zero_grad(), loss.backward(), optimizer.step(), schedule.step()
    for layer, node in zip((head[0], head[2]), nodes):
        for name, value in ((node.input[1], layer.weight[:, :, None, None]), (node.input[2], layer.bias)):
            stored[name].CopyFrom(onnx.numpy_helper.from_array(value.detach().numpy(), name))
    with torch.no_grad():
        x, y = part(features, True), part(traits, True)
        return 1 - ((head(x) - y) ** 2).mean(0) / y.var(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('shipped', type=Path)
    parser.add_argument('new', type=Path)
    parser.add_argument('photos', help='folder of colour photos, some hundreds')
    parser.add_argument('--share', type=float, default=0.7, help='of the new weights, 0 .. 1')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--count', type=int, default=800, help='photos that the traits are fitted on')
    parser.add_argument('--steps', type=int, default=3000)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    shipped = onnx.load(args.shipped)
    model = mixed(shipped, onnx.load(args.new), args.share)
    r2 = fit_traits(model, *cells(shipped, model, args.photos, args.count, args.seed), args.steps)
    print('R2 of the traits: ' + ' '.join(f'{value:.3f}' for value in r2.tolist()))
    reference = args.out.with_suffix('.reference')
    shutil.copyfile(args.shipped.with_suffix('.reference'), reference)
    contract = json.loads(args.shipped.with_suffix('.json').read_text())
    args.out.with_suffix('.json').write_text(json.dumps({**contract, 'reference': reference.name}))
    onnx.save(model, args.out)
    add_feature_outputs.main(args.out)


if __name__ == '__main__':
    main()
