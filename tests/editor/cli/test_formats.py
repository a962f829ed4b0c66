#!/usr/bin/env python3
"""README's table of formats, row by row: other libraries' tools make the files that are read and judge those that are written.

  test_formats.py HANDTINT

A row whose tool is missing, or whose library this build lacks, is passed over with a sentence. Exit code 77 where ImageMagick is missing."""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# name: (how a tool makes a file of a PNG, how one turns a file into a PNG)
TOOLS = {
    'WebP': ('.webp', 'cwebp -quiet -lossless -exact {png} -o {file}', 'dwebp -quiet {file} -o {png}'),
    'AVIF': ('.avif', 'heif-enc -A -L -b 12 -p chroma=444 --matrix_coefficients=0 {png} -o {file}', 'heif-convert {file} {png}'),
    'HEIC': ('.heic', 'heif-enc -L -p chroma=444 --matrix_coefficients=0 {png} -o {file}', 'heif-convert {file} {png}'),
    'JPEG XL': ('.jxl', 'cjxl --quiet -d 0 {png} {file}', 'djxl --quiet {file} {png}'),
    'JPEG 2000': ('.jp2', 'opj_compress -i {png} -o {file}', 'opj_decompress -i {file} -o {png}'),
}
# (name, bits of the file that is read, of the one that is written; 0: not written, and at least that likeness in dB)
ROWS = [('WebP', 8, 8), ('AVIF', 8, 8), ('AVIF', 16, 16), ('HEIC', 8, 0), ('JPEG XL', 8, 8), ('JPEG XL', 16, 16), ('JPEG 2000', 8, 0),
        ('JPEG 2000', 16, 0)]


def run(line, **names):
    return subprocess.run([word.format(**names) for word in line.split()], capture_output=True, text=True, check=True)


def likeness(one, other):
    """PSNR in dB, `inf` for equal pictures; alpha counts."""
    said = subprocess.run(['compare', '-metric', 'PSNR', one, other, 'null:'], capture_output=True, text=True).stderr
    return float(re.match(r'\s*(inf|[\d.]+)', said).group(1))


def main():
    if not shutil.which('convert'):
        print('ImageMagick is not here: no format is judged')
        return 77
    handtint, faults, judged = sys.argv[1], [], 0
    there = dict(re.findall(r'^(WebP|HEIC|AVIF|JPEG XL|JPEG 2000) +(.*)$', run(handtint + ' backends').stdout, re.M))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        strokes = folder / 'strokes.png'
        # A grey stroke: the picture stays as it is.
        subprocess.run(['convert', '-size', '96x64', 'xc:none', '-fill', 'gray50', '-draw', 'rectangle 10,10 60,14', strokes], check=True)
        def colour(photo, out, *options):
            run(f'{handtint} colorize {photo} --strokes {options[0] if options else strokes} --network none -q --quality 100 -o {out}')
        for name, bits, written_bits in ROWS:
            extension, make, unpack = TOOLS[name]
            lacking = [tool for tool in (make.split()[0], unpack.split()[0]) if not shutil.which(tool)]
            if there[name].startswith('not there') or lacking:
                print(f'{name}: {", ".join(lacking) + " is not here" if lacking else there[name]}; passed over')
                continue
            judged += 1
            stem = folder / f'{extension[1:]}{bits}'
            source, photo, ours, theirs = (Path(f'{stem}{end}') for end in ('-source.png', extension, '-ours.png', '-theirs.png'))
            subprocess.run(['convert', '-size', '96x64', 'plasma:grey20-grey90', '-colorspace', 'gray', '-seed', '3', '-depth', str(bits),
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
    print('\n'.join(faults) or f'{judged} rows hold')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
