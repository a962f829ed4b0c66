"""Weights on disk: checkpoints, their mean, the ONNX file with its contract and its reference answer, and back from it."""
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn

from colour import AB_SCALE
from network import STRIDE, network_of


def save_atomically(data, path):
    torch.save(data, path.with_suffix('.part'))
    path.with_suffix('.part').replace(path)


def mean_weights(checkpoints):
    """The mean of the averaged weights of some checkpoints of the same architecture."""
    states = [torch.load(c, map_location='cpu', weights_only=False)['average'] for c in checkpoints]
    return {name: sum(s[name] for s in states) / len(states) if first.dtype.is_floating_point else first
            for name, first in states[0].items()}


def convolutions_of_onnx(path):
    """[(weight, bias)] of an exported network in the order of its graph, which is that in which PyTorch computes."""
    import onnx
    graph = onnx.load(str(path)).graph
    value = {t.name: torch.from_numpy(onnx.numpy_helper.to_array(t).copy()) for t in graph.initializer}
    return [(value[n.input[1]], value[n.input[2]]) for n in graph.node if n.op_type == 'Conv']


@torch.no_grad()
def fill_from_onnx(net, path, views, rarity, take_off):
    """The weights of an exported network, so that what ships can learn on. Its batch norms are folded into the convolutions:
    here each gets the statistics of its convolution's answers to `views` (batches of inputs) and the scale and shift that take
    them off again, so that the network answers as the file does and training goes on from there. What the export took off the
    rebalancing is put back. Returns the convolutions that are left: those of the traits."""
    order, units = [], {m[i - 1]: m[i] for m in net.modules() if isinstance(m, nn.Sequential)
                        for i in range(1, len(m)) if isinstance(m[i], nn.BatchNorm2d)}
    hooks = [m.register_forward_hook(lambda m, *_: order.append(m)) for m in net.modules() if isinstance(m, nn.Conv2d)]
    net.eval()(views[0][:1])
    for hook in hooks:
        hook.remove()
    stored = convolutions_of_onnx(path)
    for conv, (weight, bias) in zip(order, stored):
        if conv.weight.shape != weight.shape:
            sys.exit(f'{path}: a convolution of {tuple(weight.shape)} where this recipe has {tuple(conv.weight.shape)}')
        conv.weight.copy_(weight)
        norm = units.get(conv)
        if norm is None:
            conv.bias.copy_(bias)
            continue
        norm.running_mean.zero_(), norm.running_var.fill_(1), norm.weight.fill_(math.sqrt(1 + norm.eps)), norm.bias.copy_(bias)
    net.answer.bias += take_off * torch.log(rarity)

    moments = {conv: [0.0, 0.0] for conv in units}

    def look(conv, _, answer):
        moments[conv][0] += answer.mean((0, 2, 3)) / len(views)
        moments[conv][1] += (answer ** 2).mean((0, 2, 3)) / len(views)

    hooks = [conv.register_forward_hook(look) for conv in units]
    for view in views:
        net(view)
    for hook in hooks:
        hook.remove()
    for conv, norm in units.items():
        mean, variance = moments[conv][0], (moments[conv][1] - moments[conv][0] ** 2).clamp(min=0)
        norm.bias += mean
        norm.running_mean.copy_(mean), norm.running_var.copy_(variance), norm.weight.copy_((variance + norm.eps).sqrt())
    return stored[len(order):]


def load_run(run, earlier=None):
    """The averaged network of a run, ready to answer, and its checkpoint. With an earlier checkpoint of the same run, the mean
    of the two (stochastic weight averaging, Izmailov et al. 2018): it forgets a part of what was learnt by heart."""
    last = Path(run) / 'last.pt'
    checkpoint = torch.load(last, map_location='cpu', weights_only=False)
    if earlier:
        checkpoint['average'] = mean_weights([last, earlier])
    net = network_of({**checkpoint['options'], 'pretrained': False}, checkpoint['centres'])
    net.load_state_dict(checkpoint['average'])
    return net.eval(), checkpoint


def take_off_rebalancing(net, rarity, share):
    """Training with weights w turns the answer p(bin) into p(bin) w(bin), normalised; this takes `share` of that off again,
    in the last layer's bias. 1 = the photos' own frequencies, 0 = as vivid as trained."""
    with torch.no_grad():
        net.answer.bias -= share * torch.log(rarity)


class Joined(nn.Module):
    """The answer with the traits of learn_traits.py as further channels."""

    def __init__(self, answer, traits):
        super().__init__()
        self.answer, self.traits = answer, traits

    def forward(self, y):
        return torch.cat([self.answer(y), self.traits(y)], 1)


def learnt_traits(run, features):
    """The head that learn_traits.py left in the folder of the run, or None."""
    file = Path(run) / 'traits.pt'
    if not file.exists():
        return None
    state = {name.removeprefix('traits.'): value for name, value in
             torch.load(file, map_location='cpu', weights_only=False)['average'].items() if name.startswith('traits.')}
    hidden, traits = len(state['0.bias']), len(state['2.bias'])
    head = nn.Sequential(nn.Conv2d(features, hidden, 1), nn.ReLU(), nn.Conv2d(hidden, traits, 1))
    head.load_state_dict(state)
    return head


def plain_graph(model):
    """Drops the Identity nodes that PyTorch writes for equal constants, and the fixed width and height: OpenCV 4.6 refuses
    the one, and a network that may run at any size must not claim the other."""
    graph = model.graph
    for node in [n for n in graph.node if n.op_type == 'Identity']:
        for other in graph.node:
            for i, name in enumerate(other.input):
                if name == node.output[0]:
                    other.input[i] = node.input[0]
        graph.node.remove(node)
    for tensor in (graph.input[0], graph.output[0]):
        for axis, name in ((2, 'height'), (3, 'width')):
            tensor.type.tensor_type.shape.dim[axis].dim_param = f'{tensor.name}_{name}'
    del graph.value_info[:]
    return model


def export(args):
    import onnx
    net, checkpoint = load_run(args.run_folder, args.average_with)
    if checkpoint['options']['target'] != 'bins':
        sys.exit('only networks that answer with bins are exported')
    take_off_rebalancing(net, checkpoint['rarity'], args.take_off)
    traits = learnt_traits(args.run_folder, net.answer.in_channels)
    if traits:
        net.answer = Joined(net.answer, traits)
    torch.manual_seed(0)
    # Two strides are the smallest side: OpenCV 4.10 is wrong on maps of one row, which no photograph leads to.
    question = torch.rand(1, 4, 2 * STRIDE, 3 * STRIDE) * 2 - 1
    with torch.no_grad():
        answer = net(question)
    path = Path(args.onnx)
    torch.onnx.export(net, question, str(path), input_names=['input'], output_names=['logits'], opset_version=10,
                      dynamo=False)
    onnx.save(plain_graph(onnx.load(str(path))), str(path))
    with open(path.with_suffix('.reference'), 'wb') as f:
        f.write(np.array([*question.shape, *answer.shape], '<i4').tobytes())
        f.write(question.numpy().astype('<f4').tobytes() + answer.numpy().astype('<f4').tobytes())
    contract = {
        'input': {'kind': 'lightness+hints', 'scale': 1 / 50, 'offset': -1, 'hint_scale': 1 / AB_SCALE,
                  'short_side': args.short_side, 'multiple': STRIDE},
        'output': {'kind': 'bins', 'bins': [[int(a), int(b)] for a, b in checkpoint['centres'].tolist()],
                   'traits': 3 if traits else 0},
        'temperature': args.temperature, 'reference': path.with_suffix('.reference').name}
    path.with_suffix('.json').write_text(json.dumps(contract) + '\n')
    print(f'{path}: {path.stat().st_size / 1e6:.1f} MB, trained for {checkpoint["step"]} steps')
