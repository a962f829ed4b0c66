#!/usr/bin/env python3
"""A small run of assets/network/train.py: the loss falls on one photo, a resumed run goes on where it stopped, and what it
exports gives its stored reference answer on every runner. Then learn_traits.py on top of it: the network learns to say what
is alike, and that is exported too. With onnxruntime there, calibrate.py measures how far its doubt can be believed, and
soup.py mixes the shipped network with itself.

  test_training.py TRAIN.PY CHECK_NETWORK

Needs PyTorch, Pillow, SciPy and onnx (assets/network/requirements.txt); without them the test is skipped (exit code 77)."""
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f'{" ".join(str(c) for c in command)}\n{done.stdout}{done.stderr}')
    return done.stdout


def paint_photo(path):
    """A picture whose colours follow from its lightness: a red disc, a blue sky, a green ground."""
    import numpy as np
    from PIL import Image
    y, x = np.mgrid[0:96, 0:128]
    picture = np.where((y < 56)[..., None], (120, 160, 230), (60, 110, 40))
    disc = (x - 50) ** 2 + (y - 50) ** 2 < 24 ** 2
    picture = np.where(disc[..., None], (200, 40, 50), picture) + np.random.default_rng(1).normal(0, 6, (96, 128, 1))
    Image.fromarray(picture.clip(0, 255).astype('uint8')).save(path)


def losses(log):
    return [float(value) for value in re.findall(r'loss ([0-9.]+)', log)]


def main():
    missing = [name for name in ('torch', 'PIL', 'numpy', 'scipy', 'onnx') if not importlib.util.find_spec(name)]
    if missing:
        print(f'skipped: {sys.executable} has no {", ".join(missing)}')
        sys.exit(SKIPPED)
    recipe, check_network = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        photos, out = Path(folder, 'photos'), Path(folder, 'run')
        photos.mkdir()
        paint_photo(photos / 'one.png')
        train = [sys.executable, recipe, 'train', photos, '--out', out, '--encoder', 'residual', '--side', 64, '--batch', 8,
                 '--report', 0.0001, '--dev', photos, '--rebalance', 0, '--rate', 0.005]
        first = losses(run(*train, '--steps', 20))
        assert len(first) == 20, first
        log = run(*train, '--steps', 60)
        assert re.search(r'resumed at step 20\b', log), log
        second = losses(log)
        assert len(second) == 40, second
        # Resumed, it goes on from where it was and not from the beginning; in the end it knows the one photo.
        mean = lambda values: sum(values) / len(values)
        assert mean(first[-5:]) < first[0] - 0.5, (first, second)
        assert mean(second[:5]) < mean(first[-5:]) + 0.3, (first, second)
        assert mean(second[-5:]) < 0.6 * first[0], (first, second)
        for name in ('last.pt', 'log.txt', 'curves.png', 'samples.png'):
            assert (out / name).stat().st_size > 0, name
        network = Path(folder, 'exported.onnx')
        run(sys.executable, recipe, 'export', out, '--onnx', network)
        print(run(check_network, network), end='')
        assert '"traits": 0' in network.with_suffix('.json').read_text()

        errors = losses(run(sys.executable, Path(recipe).with_name('learn_traits.py'), photos, '--run', out, '--steps', 240,
                            '--batch', 2, '--rate', 0.01))
        assert len(errors) == 24, errors
        assert mean(errors[-8:]) < mean(errors[:8]) - 0.5, errors
        run(sys.executable, recipe, 'export', out, '--onnx', network)
        assert '"traits": 3' in network.with_suffix('.json').read_text()
        print(run(check_network, network), end='')

        if importlib.util.find_spec('onnxruntime'):
            seen = Path(folder, 'seen')
            seen.mkdir()
            for i in range(4):
                paint_photo(seen / f'{i}.png')
            said = run(sys.executable, Path(recipe).with_name('calibrate.py'), network, seen, '--covered', 0.4, '--hints')
            contract = json.loads(network.with_suffix('.json').read_text())
            assert contract['prediction_set']['covered'] == 0.4, contract
            assert 0 <= contract['prediction_set']['covered_vivid'] <= 1, contract
            # Measured on the photos that calibrated it, the promise is kept.
            outside = float(re.search(r'\| all \| 4 \| ([0-9.]+) ', said)[1])
            assert 0 <= outside <= 60, said
            assert 0 < contract['prediction_set']['mass'] <= 1, contract
            run(check_network, network)

            # A soup of the shipped network with itself is that network.
            eight, shipped, mixed = Path(folder, 'eight'), Path(recipe).with_name('colornet.onnx'), Path(folder, 'mixed.onnx')
            eight.mkdir()
            for i in range(8):
                paint_photo(eight / f'{i}.png')
            said = run(sys.executable, Path(recipe).with_name('soup.py'), shipped, shipped, eight, '--share', 0.5, '--steps', 50,
                       '--out', mixed)
            assert min(map(float, re.search(r'R2 of the traits: (.*)', said)[1].split())) > 0.95, said
            run(check_network, mixed)

        # The file alone is enough to learn on: the first lessons find it as good as the last ones left it.
        again = [Path(folder, 'again') if word == out else word for word in train]
        third = losses(run(*again, '--steps', 5, '--from', network))
        assert mean(third[:2]) < mean(second[-5:]) + 0.3, (second, third)
    print(f'loss {first[0]:.2f} -> {second[-1]:.2f}')


if __name__ == '__main__':
    main()
