#!/usr/bin/env python3
"""What `handtint colorize -o out.ora` hands over: read by Python's zipfile and ImageMagick, laid together as the W3C's
Compositing and Blending Level 1 says, it is the picture that a PNG would be; and its strokes come back.

  test_layers.py HANDTINT

Exit code 77 where ImageMagick is missing."""
import json
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

WIDTH, HEIGHT = 96, 64


def pixels(file, bits=8):
    """[(r, g, b, a)] of 0..255, or of 0..65535"""
    raw = subprocess.run(['convert', file, '-depth', str(bits), '-endian', 'LSB', 'rgba:-'], capture_output=True,
                         check=True).stdout
    values = raw if bits == 8 else struct.unpack(f'<{len(raw) // 2}H', raw)
    return [tuple(values[i:i + 4]) for i in range(0, len(values), 4)]


def luma(c):
    return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]


def with_luma(colour, light):
    """SetLum and ClipColor of the specification's 10.2, in steps of 8 bit."""
    c = [v + light - luma(colour) for v in colour]
    l, n, x = luma(c), min(c), max(c)
    if n < 0:
        c = [l + (v - l) * l / (l - n) for v in c]
    if x > 255:
        c = [l + (v - l) * (255 - l) / (x - l) for v in c]
    return c


def things(handtint, folder, photo):
    """A session's strokes lie in a layer each thing, called and ordered as the window lists them; not those that are hidden."""
    def stroke(id, x, colour, **more):
        return {'id': id, 'kind': 'colour', 'colour': colour, 'points': [x, 20, 3], **more}
    session, out, again = folder / 'things.handtint', folder / 'things.ora', folder / 'things.png'
    skin = [0xe0 / 255, 0xac / 255, 0x8b / 255]
    session.write_text(json.dumps({
        'version': '1.6', 'photo': {'path': photo.name, 'width': WIDTH, 'height': HEIGHT}, 'strokes': [
            stroke(1, 10, [1, 0, 0], thing=9, name='Tom & "Jerry" <3'), stroke(2, 20, skin), stroke(3, 30, skin),
            stroke(4, 40, [0, 0, 1], thing=9), stroke(5, 50, [0, 1, 0], hidden=True, name='Not here'),
            stroke(6, 60, [0, 1, 0], name='Photo')]}))
    def colour(target, *strokes):
        subprocess.run([handtint, 'colorize', session if not strokes else photo, *strokes, '--network', 'none', '-q', '-o', target],
                       check=True)
    colour(out)
    with zipfile.ZipFile(out) as archive:
        stack = ElementTree.fromstring(archive.read('stack.xml'))
    layers = [layer for group in stack.find('stack').findall('stack') for layer in group]
    faults = []
    if [layer.get('name') for layer in layers] != ['Strokes Photo', 'Skin 2', 'Skin 1', 'Tom & "Jerry" <3']:
        faults.append(f'the things are {[layer.get("name") for layer in layers]}')
    elif not int(layers[3].get('x')) <= 8:
        faults.append('the thing of two strokes does not begin with the first')
    colour(folder / 'direct.png')
    colour(again, '--strokes', out)
    if pixels(again) != pixels(folder / 'direct.png'):
        faults.append('the things do not come back')
    return faults


def main():
    if not shutil.which('convert'):
        print('ImageMagick is not here: no layer is judged')
        return 77
    handtint, faults = sys.argv[1], []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        photo, strokes, out = folder / 'photo.png', folder / 'strokes.png', folder / 'out.ora'
        flat, again = folder / 'flat.png', folder / 'again.png'
        size = f'{WIDTH}x{HEIGHT}'
        subprocess.run(['convert', '-size', size, '-seed', '5', 'plasma:black-white', '-colorspace', 'gray', '-depth', '8',
                        photo], check=True)
        subprocess.run(['convert', '-size', size, 'xc:none', '-fill', '#b43c32', '-draw', 'rectangle 10,10 30,14',
                        '-fill', '#1e50c8', '-draw', 'rectangle 60,40 80,44', strokes], check=True)
        def colour(mask, target, *options):
            subprocess.run([handtint, 'colorize', photo, '--strokes', mask, '--network', 'none', '-q', '-o', target,
                            *options],
                           check=True)
        colour(strokes, out)
        colour(strokes, flat, '--layer', folder / 'layer.png')
        with zipfile.ZipFile(out) as archive:
            if archive.testzip() or archive.namelist()[0] != 'mimetype' or archive.read('mimetype') != b'image/openraster':
                faults.append('the archive is not whole, or says not what it is')
            archive.extractall(folder / 'layers')
            stack = ElementTree.fromstring(archive.read('stack.xml'))
        layers = [(layer.get('name'), layer.get('composite-op')) for layer in stack.find('stack').findall('layer')]
        if layers != [('Colour', 'svg:color'), ('Light', 'svg:src-over'), ('Photo', 'svg:src-over')]:
            faults.append(f'the layers are {layers}')
        groups = [[layer.get('name') for layer in group] for group in stack.find('stack').findall('stack')]
        if groups != [['Strokes #1e50c8', 'Strokes #b43c32']] and groups != [['Strokes #b43c32', 'Strokes #1e50c8']]:
            faults.append(f'the strokes are {groups}')
        whole = pixels(flat)
        if pixels(folder / 'layers/mergedimage.png') != whole:
            faults.append('the merged image is not the picture')
        data = folder / 'layers/data'
        light = [luma(pixel) / 257 for pixel in pixels(data / 'light.png', 16)]
        together = [with_luma(pixel[:3], l) for pixel, l in zip(pixels(data / 'colour.png'), light)]
        worst = max(abs(a - b) for one, other in zip(together, whole) for a, b in zip(one, other))
        if worst > 1:
            faults.append(f'the layers laid together differ from the picture by {worst} of 255')
        over = pixels(folder / 'layer.png', 16)
        worst_over = max(abs(g[0] + o[3] / 65535 * (o[c] / 257 - g[0]) - w[c])
                         for g, o, w in zip(pixels(data / 'photo.png'), over, whole) for c in range(3))
        if worst_over > 1.01 or max(o[3] for o in over) == 65535 == min(o[3] for o in over):
            faults.append(f'the colour layer over the photo differs from the picture by {worst_over} of 255')
        difference = max(abs(a[0] - b[0]) for a, b in zip(pixels(data / 'photo.png'), pixels(photo)))
        if difference > 1:
            faults.append(f'the photo in it differs from the photo by {difference} of 255')
        if max(Path(folder / 'layers/Thumbnails/thumbnail.png').stat().st_size, 1) > 100000:
            faults.append('the thumbnail is none')
        colour(out, again)
        if pixels(again) != whole:
            faults.append('the strokes do not come back')
        faults += things(handtint, folder, photo)
    print('\n'.join(faults) or f'the layers are the picture, within {worst:.2f} of 255')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
