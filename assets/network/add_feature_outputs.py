#!/usr/bin/env python3
"""Gives an exported network the outputs by which two photos are compared, and stores their reference answer.

  add_feature_outputs.py colornet.onnx        (the .json and .reference beside it are rewritten too)

The weights stay as they are: four tensors that the network computes anyway get names and become outputs. Who asks for the
logits alone pays nothing for them. Needs onnx and onnxruntime. `train.py export` writes a file without them; run this after it.
"""
import json, pathlib, struct, sys
import numpy as np, onnx, onnxruntime

# (name, how the tensor is found among the nodes' names): encoder after the blocks 10 and 15 (1/16 and 1/32 of the photo), the
# decoder's stages at 1/8 and 1/4.
FEATURES = [('encoder_16', '/encoder/blocks.10/Add'), ('encoder_32', '/encoder/blocks.15/project/project.0/Conv'),
            ('decoder_8', '/up8/refine/Relu'), ('decoder_4', '/up4/refine/Relu')]


def add_outputs(model):
    nodes = {node.name: node for node in model.graph.node}
    inferred = {v.name: v for v in onnx.shape_inference.infer_shapes(model).graph.value_info}
    known = {output.name for output in model.graph.output}
    for name, node in FEATURES:
        if name in known: continue
        # A ReLU of the export bears the number of its call behind its name.
        found = [n for key, n in nodes.items() if key == node or key.startswith(node + '_')]
        if len(found) != 1: raise SystemExit(f'{len(found)} nodes are called {node}: not the network that this script knows')
        old = found[0].output[0]
        for n in model.graph.node:
            for names in (n.input, n.output):
                for i, tensor in enumerate(names):
                    if tensor == old: names[i] = name
        channels = inferred[old].type.tensor_type.shape.dim[1].dim_value
        model.graph.output.append(onnx.helper.make_tensor_value_info(
            name, onnx.TensorProto.FLOAT, ['batch', channels, f'{name}_height', f'{name}_width']))


def read_question(path):
    """The stored question: it stays the same."""
    data = path.read_bytes()
    shape = struct.unpack('<4i', data[:16])
    return np.frombuffer(data, '<f4', int(np.prod(shape)), 32).reshape(shape)


def main(path):
    model = onnx.load(path)
    add_outputs(model)
    onnx.checker.check_model(model)
    question = read_question(path.with_suffix('.reference'))
    onnx.save(model, path)
    session = onnxruntime.InferenceSession(str(path), providers=['CPUExecutionProvider'])
    answers = session.run([model.graph.output[0].name] + [name for name, _ in FEATURES], {model.graph.input[0].name: question})
    with open(path.with_suffix('.reference'), 'wb') as f:   # sizes of question and answer, both; then each further answer
        f.write(struct.pack('<8i', *question.shape, *answers[0].shape))
        f.write(question.astype('<f4').tobytes() + answers[0].astype('<f4').tobytes())
        for answer in answers[1:]:
            f.write(struct.pack('<4i', *answer.shape) + answer.astype('<f4').tobytes())
    contract = json.loads(path.with_suffix('.json').read_text())
    contract['output']['features'] = [name for name, _ in FEATURES]
    path.with_suffix('.json').write_text(json.dumps(contract))
    for (name, _), answer in zip(FEATURES, answers[1:]):
        print(f'{name}: {answer.shape}, values {answer.min():.2f} .. {answer.max():.2f}')


if __name__ == '__main__':
    if len(sys.argv) != 2: raise SystemExit(__doc__)
    main(pathlib.Path(sys.argv[1]))
