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


W3C, KRITA = (0.3, 0.59, 0.11), (0.299, 0.587, 0.114)  # what luma is made of


def luma(c, weights):
    return sum(v * w for v, w in zip(c, weights))


def with_luma(colour, light, weights):
    """SetLum and ClipColor of the specification's 10.2, in steps of 8 bit."""
    c = [v + light - luma(colour, weights) for v in colour]
    l, n, x = light, min(c), max(c)
    if n < 0:
        c = [l + (v - l) * l / (l - n) for v in c]
    if x > 255:
        c = [l + (v - l) * (255 - l) / (x - l) for v in c]
    return c


def largest_difference(one, other):
    return max(abs(a - b) for pixel, wanted in zip(one, other) for a, b in zip(pixel[:3], wanted))


def laid_together(data, bits, read_bits, weights):
    """Colour over light, both of so many bits, by a program that reads so many: the picture in steps of 8 bit."""
    def steps(layer):
        values = [[v if bits == 8 else v / 257 for v in pixel[:3]] for pixel in pixels(data / layer, bits)]
        return [[int(v + 0.5) for v in pixel] for pixel in values] if read_bits == 8 else values
    return [with_luma(colour, light[0], weights) for colour, light in zip(steps('colour.png'), steps('light.png'))]


def unlike(data, whole, bits):
    """What a file with layers of so many bits, and the picture `whole` in steps of 8 bit, gives wrongly."""
    found = {'Krita': laid_together(data, bits, 8, KRITA), 'the specification': laid_together(data, bits, bits, W3C)}
    # Blue and yellow without anything else are 1.7 steps off in one of the two, as they weigh them otherwise.
    most = {'Krita': 1.3 if bits == 8 else 1.95, 'the specification': 1.75}
    return [f'the layers of {bits} bit laid together as in {who} differ from the picture by {worst} of 255'
            for who, picture in found.items() if (worst := largest_difference(picture, whole)) > most[who]]


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
    layers = [layer for group in stack.find('stack') if group.get('name') == 'Strokes' for layer in group]
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


def deep_and_clear(colour, photo, strokes, folder):
    """Of a photo of 16 bit, and of one that is transparent in part."""
    deep, clear = folder / 'deep.png', folder / 'clear.png'
    subprocess.run(['convert', photo, '-depth', '16', '-evaluate', 'multiply', '0.9973', deep], check=True)
    subprocess.run(['convert', photo, '-alpha', 'set', '-region', '20x20+0+0', '-alpha', 'transparent', clear], check=True)
    for picture in (deep, clear):
        colour(strokes, picture.with_suffix('.ora'), of=picture)
        with zipfile.ZipFile(picture.with_suffix('.ora')) as archive:
            archive.extractall(picture.with_suffix(''))
    faults = unlike(folder / 'deep/data', [[v / 257 for v in pixel[:3]]
                                           for pixel in pixels(folder / 'deep/mergedimage.png', 16)], 16)
    for layer in ('colour', 'light', 'photo'):
        alpha = [pixel[3] for pixel in pixels(folder / f'clear/data/{layer}.png')]
        if (alpha[0], alpha[-1]) != (0, 255):
            faults.append(f'{layer} is not as transparent as the photo')
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
                        '-fill', '#1e50c8', '-draw', 'rectangle 60,40 80,44', '-fill', '#0000ff', '-draw', 'rectangle 10,40 30,44',
                        '-fill', '#ffe000', '-draw', 'rectangle 60,10 80,14', strokes], check=True)
        def colour(mask, target, *options, of=photo):
            subprocess.run([handtint, 'colorize', of, '--strokes', mask, '--network', 'none', '-q', '-o', target,
                            *options],
                           check=True)
        colour(strokes, out)
        colour(strokes, flat, '--layer', folder / 'layer.png')
        with zipfile.ZipFile(out) as archive:
            if archive.testzip() or archive.namelist()[0] != 'mimetype' or archive.read('mimetype') != b'image/openraster':
                faults.append('the archive is not whole, or says not what it is')
            archive.extractall(folder / 'layers')
            stack = ElementTree.fromstring(archive.read('stack.xml'))
        layers = [(e.tag, e.get('name'), e.get('composite-op'), e.get('isolation'), e.get('visibility'))
                  for e in stack.iter() if e.get('name') and 'trokes' not in e.get('name')]
        normal, auto, seen = 'svg:src-over', 'auto', 'visible'
        if layers != [('stack', 'Colour and light', normal, auto, seen), ('stack', 'Colours', normal, auto, seen),
                      ('layer', 'Colour', 'svg:color', None, seen), ('layer', 'Light', normal, None, seen),
                      ('layer', 'Photo', normal, None, seen)]:
            faults.append(f'the layers are {layers}')
        strokes_of = stack.find('stack')[0]
        if (strokes_of.get('visibility'), *sorted(layer.get('name') for layer in strokes_of)) != (
                'hidden', 'Strokes #0000ff', 'Strokes #1e50c8', 'Strokes #b43c32', 'Strokes #ffe000'):
            faults.append(f'the strokes are {[layer.attrib for layer in strokes_of]}')
        whole = pixels(flat)
        if pixels(folder / 'layers/mergedimage.png') != whole:
            faults.append('the merged image is not the picture')
        data = folder / 'layers/data'
        faults += unlike(data, whole, 8)
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
        faults += deep_and_clear(colour, photo, strokes, folder)
    print('\n'.join(faults) or 'the layers are the picture')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
