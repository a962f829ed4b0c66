#!/usr/bin/env python3
"""README's table of formats, row by row: other libraries' tools make the files that are read and judge those that are written.

  test_formats.py HANDTINT

A row whose tool is missing, or whose library this build lacks, is passed over with a sentence. Exit code 77 where ImageMagick is missing."""
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# name: (how a tool makes a file of a PNG, how one turns a file into a PNG)
TOOLS = {
    'WebP': ('.webp', 'cwebp -quiet -lossless -exact {png} -o {file}', 'dwebp -quiet {file} -o {png}'),
    'AVIF': ('.avif', 'heif-enc -A -L -b 12 -p chroma=444 --matrix_coefficients=0 {png} -o {file}', 'heif-convert {file} {png}'),
    'HEIC': ('.heic', 'heif-enc -L -p chroma=444 --matrix_coefficients=0 {png} -o {file}', 'heif-convert {file} {png}'),
    'JPEG XL': ('.jxl', 'cjxl --quiet -d 0 {png} {file}', 'djxl --quiet {file} {png}'),
    'JPEG 2000': ('.jp2', 'opj_compress -i {png} -o {file}', 'opj_decompress -i {file} -o {png}'),
    'PSD': ('.psd', 'convert {png} -compress RLE {file}', 'convert {file}[0] {png}'),
}
# (name, bits of the file that is read, of the one that is written; 0: not written, and at least that likeness in dB)
ROWS = [('WebP', 8, 8), ('AVIF', 8, 8), ('AVIF', 16, 16), ('HEIC', 8, 0), ('JPEG XL', 8, 8), ('JPEG XL', 16, 16), ('JPEG 2000', 8, 0),
        ('JPEG 2000', 16, 0), ('PSD', 8, 0), ('PSD', 16, 0)]


def run(line, **names):
    return subprocess.run([word.format(**names) for word in line.split()], capture_output=True, text=True, check=True)


def likeness(one, other):
    """PSNR in dB, `inf` for equal pictures; alpha counts."""
    said = subprocess.run(['compare', '-metric', 'PSNR', one, other, 'null:'], capture_output=True, text=True).stderr
    return float(re.match(r'\s*(inf|[\d.]+)', said).group(1))


def make_dng(path, fields, turn=1):
    """A camera's mosaic whose colours are linear sRGB: fields of them, 32 x 48 pixels each, behind one of pure white."""
    width, height = 32 * (len(fields) + 1), 48
    rows = b''
    for y in range(height):
        colours = [(1, 1, 1)] + fields
        rows += struct.pack(f'<{width}H', *(round(65535 * colours[x // 32][(y % 2) + (x % 2)]) for x in range(width)))
    def entry(tag, kind, values):
        codes = {1: 'B', 3: 'H', 4: 'I', 5: 'I', 10: 'i'}
        data = values + b'\0' if isinstance(values, bytes) else struct.pack(f'<{len(values)}{codes[kind]}', *values)
        count = len(data) if kind == 2 else len(values) // (2 if kind in (5, 10) else 1)
        return tag, kind, count, data
    matrix = [3.2404542, -1.5371385, -0.4985314, -0.9692660, 1.8760108, 0.0415560, 0.0556434, -0.2040259, 1.0572252]
    entries = [entry(254, 4, [0]), entry(256, 4, [width]), entry(257, 4, [height]), entry(258, 3, [16]), entry(259, 3, [1]),
               entry(262, 3, [32803]), entry(271, 2, b'Epson'), entry(272, 2, b'R-D9'), entry(273, 4, [0]), entry(274, 3, [turn]),
               entry(277, 3, [1]), entry(278, 4, [height]), entry(279, 4, [len(rows)]), entry(33421, 3, [2, 2]),
               entry(33422, 1, [0, 1, 1, 2]), entry(50706, 1, [1, 4, 0, 0]), entry(50708, 2, b'Epson R-D9'), entry(50717, 4, [65535]),
               entry(50721, 10, [n for value in matrix for n in (round(value * 10**7), 10**7)]), entry(50728, 5, [1, 1, 1, 1, 1, 1]),
               entry(50778, 3, [21])]
    at, directory, values = 8 + 2 + 12 * len(entries) + 4, b'', b''
    for tag, kind, count, data in entries:
        if tag == 273:
            data = struct.pack('<I', at + sum(len(d) + len(d) % 2 for t, _, _, d in entries if len(d) > 4))
        place = data.ljust(4, b'\0') if len(data) <= 4 else struct.pack('<I', at + len(values))
        values += b'' if len(data) <= 4 else data + bytes(len(data) % 2)
        directory += struct.pack('<HHI', tag, kind, count) + place
    path.write_bytes(b'II*\0' + struct.pack('<IH', 8, len(entries)) + directory + bytes(4) + values + rows)


def encoded(light):
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def lightness(r, g, b):
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


def grey_code(r, g, b):
    """Of the grey, 0..65535, that has the lightness of this light."""
    return 65535 * encoded(((lightness(r, g, b) + 16) / 116) ** 3)


def pixel(file, x, y):
    said = subprocess.run(['convert', file, '-format', f'%[fx:65535*p{{{x},{y}}}.r] %[fx:65535*p{{{x},{y}}}.g] %[fx:65535*p{{{x},{y}}}.b]',
                           'info:'], capture_output=True, text=True, check=True).stdout
    return [float(value) for value in said.split()]


def camera_raw(folder, colour, faults):
    """The mosaic's own numbers are the judge."""
    fields = [(0.18, 0.18, 0.18), (0.4, 0.2, 0.1), (0.02, 0.03, 0.05), (0.1, 0.5, 0.6)]
    for turn, place in ((1, lambda i: (32 * i + 16, 24)), (6, lambda i: (24, 32 * i + 16))):
        make_dng(folder / 'camera.dng', fields, turn)
        run('convert -size {size} xc:none -fill gray50 -draw {dot} {png}', size='160x48' if turn == 1 else '48x160', dot='point 2,2',
            png=folder / f'grey{turn}.png')
        colour(folder / 'camera.dng', folder / 'camera.png', folder / f'grey{turn}.png')
        for i, field in enumerate(fields):
            is_, should = pixel(folder / 'camera.png', *place(i + 1))[1], grey_code(*field)
            if abs(is_ - should) > 0.015 * 65535:
                faults.append(f'camera raw, turned {turn}: {field} becomes {is_:.0f} instead of {should:.0f}')
    if shutil.which('exiftool'):
        said = run(f'exiftool -s3 -Make -Orientation -DNGVersion -CFAPattern2 {folder}/camera.png').stdout.split('\n')
        if said[:2] != ['Epson', 'Horizontal (normal)'] or said[2:] != ['']:
            faults.append(f'camera raw says {said}')


def documents(folder, source, colour, faults):
    """What layered documents hold as a whole: Krita's, OpenRaster's, Photoshop's of other colours."""
    colour(source, folder / 'plain.png')
    for name in ('picture.kra', 'picture.ora'):
        with zipfile.ZipFile(folder / name, 'w', zipfile.ZIP_DEFLATED) as archive:
            archive.writestr('mimetype', 'application/x-krita' if name.endswith('kra') else 'image/openraster', zipfile.ZIP_STORED)
            archive.write(source, 'mergedimage.png')
        colour(folder / name, folder / 'merged.png')
        if likeness(folder / 'plain.png', folder / 'merged.png') < 99:
            faults.append(f'{name} is read with {likeness(folder / "plain.png", folder / "merged.png")} dB')
    # Inks without a profile, a palette, one bit: read as ImageMagick reads them.
    for name, how in (('inks', '-colorspace CMYK'), ('palette', '-type Palette -colors 32'), ('bits', '-monochrome'), ('lab', '-colorspace Lab'),
                      ('soft', '-fill orange -colorize 20% -alpha set -channel A -evaluate set 95% +channel')):
        run(f'convert {{png}} -depth 8 {how} {{psd}}', png=source, psd=folder / f'{name}.psd')
        run('convert {psd}[0] -colorspace sRGB -depth 16 {png}', psd=folder / f'{name}.psd', png=folder / f'{name}.png')
        for end in ('psd', 'png'):
            colour(folder / f'{name}.{end}', folder / f'{name}-{end}.png')
        if likeness(folder / f'{name}-psd.png', folder / f'{name}-png.png') < 38:
            faults.append(f'{name}.psd is read with {likeness(folder / f"{name}-psd.png", folder / f"{name}-png.png")} dB')


def profiles(folder, source, colour, there, faults):
    """ImageMagick, by lcms2, sees the same colours in each format and profile as in sRGB; ExifTool reads the profile's name."""
    red, srgb = folder / 'muted.png', folder / 'srgb.icc'
    subprocess.run(['convert', '-size', '96x64', 'xc:none', '-fill', '#806a60', '-draw', 'rectangle 10,10 60,14', red], check=True)
    colour(source, folder / 'srgb.tif', red)
    srgb.write_bytes(subprocess.run(['exiftool', '-b', '-ICC_Profile', folder / 'srgb.tif'], capture_output=True, check=True).stdout)
    for extension, least in (('.tif', 52), ('.png', 52), ('.jpg', 38), ('.webp', 42), ('.avif', 50), ('.jxl', 52)):
        kind = {'.webp': 'WebP', '.avif': 'AVIF', '.jxl': 'JPEG XL'}.get(extension)
        unpack = TOOLS[kind][2] if kind else 'convert {file} {png}'
        if kind and (there[kind].startswith('not there') or not shutil.which(unpack.split()[0])):
            continue
        result, seen = folder / f'wide{extension}', folder / 'wide-seen.png'
        icc = folder / 'wide.icc'
        colour(source, result, red, '--profile', 'adobe-rgb')
        run(unpack, file=result, png=seen)
        said = run(f'exiftool -s3 -ProfileDescription -ProfileCopyright {seen if extension == ".jxl" else result}').stdout.split('\n')
        if said[:2] != ['Compatible with Adobe RGB (1998)', 'CC0']:
            faults.append(f'{extension} has the profile {said}')
        if extension == '.tif':
            icc.write_bytes(subprocess.run(['exiftool', '-b', '-ICC_Profile', result], capture_output=True, check=True).stdout)
        run('convert {seen} +profile * -profile {icc} -intent Relative -profile {srgb} -depth 16 {back}', seen=seen, icc=icc, srgb=srgb,
            back=folder / 'back.png')
        if likeness(folder / 'srgb.tif', folder / 'back.png') < least:
            faults.append(f'{extension} in a profile is seen with {likeness(folder / "srgb.tif", folder / "back.png")} dB')
    # By a file, too, and the same; a profile that nothing can be written in is said.
    colour(source, folder / 'by-file.tif', red, '--profile', folder / 'wide.icc')
    if (folder / 'by-file.tif').read_bytes() != (folder / 'wide.tif').read_bytes():
        faults.append('a profile by its file is another than by its name')


def main():
    if not shutil.which('convert'):
        print('ImageMagick is not here: no format is judged')
        return 77
    handtint, faults, judged = sys.argv[1], [], 0
    there = dict(re.findall(r'^(WebP|HEIC|AVIF|JPEG XL|JPEG 2000|RAW) +(.*)$', run(handtint + ' backends').stdout, re.M))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        strokes = folder / 'strokes.png'
        # A grey stroke: the picture stays as it is.
        subprocess.run(['convert', '-size', '96x64', 'xc:none', '-fill', 'gray50', '-draw', 'rectangle 10,10 60,14', strokes], check=True)
        def colour(photo, out, mask=strokes, *options):
            run(f'{handtint} colorize {photo} --strokes {mask} --network none -q --quality 100 -o {out} ' + ' '.join(map(str, options)))
        for name, bits, written_bits in ROWS:
            extension, make, unpack = TOOLS[name]
            lacking = [tool for tool in (make.split()[0], unpack.split()[0]) if not shutil.which(tool)]
            if there.get(name, '').startswith('not there') or lacking:
                print(f'{name}: {", ".join(lacking) + " is not here" if lacking else there[name]}; passed over')
                continue
            judged += 1
            stem = folder / f'{extension[1:]}{bits}'
            source, photo, ours, theirs = (Path(f'{stem}{end}') for end in ('-source.png', extension, '-ours.png', '-theirs.png'))
            subprocess.run(['convert', '-size', '96x64', '-seed', '3', 'plasma:grey20-grey90', '-colorspace', 'gray', '-depth', str(bits),
                            '-define', 'png:color-type=2', '-define', 'png:exclude-chunks=gAMA,cHRM', source], check=True)
            run(make, png=source, file=photo)
            run(unpack, png=theirs, file=photo)
            colour(photo, ours)
            if likeness(ours, theirs) < (60 if bits == 16 else 50):
                faults.append(f'{name} of {bits} bits is read with {likeness(ours, theirs)} dB')
            depth = subprocess.run(['identify', '-format', '%z', ours], capture_output=True, text=True).stdout
            if depth != str(bits):
                faults.append(f'{name} of {bits} bits becomes one of {depth}')
            if not written_bits:
                continue
            red = folder / 'red.png'
            subprocess.run(['convert', '-size', '96x64', 'xc:none', '-fill', '#a04030', '-draw', 'rectangle 10,10 60,14', red], check=True)
            coloured, result = Path(f'{stem}-colour.png'), Path(f'{stem}-colour{extension}')
            colour(source, coloured, red)
            colour(source, result, red)
            run(unpack, png=theirs, file=result)
            least = 70 if bits == 16 else 99
            if likeness(coloured, theirs) < least:
                faults.append(f'{name} of {bits} bits is written with {likeness(coloured, theirs)} dB')
            # And what the file says: to this format and back out of it.
            if shutil.which('exiftool'):
                subprocess.run(['exiftool', '-q', '-m', '-overwrite_original', '-Make=Epson', '-GPSLatitude=38.7', '-XMP-xmp:Rating=4', source],
                               check=True, stderr=subprocess.DEVNULL)
                colour(source, result, red)
                colour(result, coloured, red)
                for file in (result, coloured):
                    said = run(f'exiftool -n -Make -GPSLatitude -Rating -s3 {file}').stdout.split()
                    if said != ['Epson', '38.7', '4']:
                        faults.append(f'{file.name} says {said}')
        source = folder / 'deep.png'
        subprocess.run(['convert', '-size', '96x64', '-seed', '3', 'plasma:grey20-grey90', '-colorspace', 'gray', '-depth', '16', source], check=True)
        documents(folder, source, colour, faults)
        if shutil.which('exiftool'):
            profiles(folder, source, colour, there, faults)
        if there['RAW'].startswith('not there'):
            print(f'RAW: {there["RAW"]}; passed over')
        else:
            camera_raw(folder, colour, faults)
    print('\n'.join(faults) or f'{judged} rows hold')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
