#!/usr/bin/env python3
"""What a photo's file says beside its pixels comes through `handtint colorize`: a dozen files, ExifTool as the judge.

  test_metadata.py HANDTINT

Every tag that ExifTool tells of the photo must be told of the result, with the same value, but those that README lists.
Exit code 77 where ExifTool or ImageMagick is missing."""
import json
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SIZE = (60, 40)

# README, "What the file knew": tags that must change, and groups that describe the file and not the photograph.
OTHER_FILE = ('System', 'File', 'ExifTool', 'Composite', 'JFIF', 'ICC_Profile', 'ICC-header', 'ICC-meas', 'ICC-view', 'IFD1', 'Adobe')
RENEWED = {'Orientation', 'Software', 'ImageWidth', 'ImageHeight', 'ExifImageWidth', 'ExifImageHeight', 'ColorSpace', 'InteropIndex',
           'SourceFile', 'XMPToolkit', 'ThumbnailImage', 'ThumbnailOffset', 'ThumbnailLength'}
# How pixels were stored.
STORAGE = {'BitsPerSample', 'Compression', 'PhotometricInterpretation', 'StripOffsets', 'SamplesPerPixel', 'RowsPerStrip', 'StripByteCounts',
           'PlanarConfiguration', 'FillOrder', 'Predictor', 'SubfileType', 'BitDepth', 'ColorType', 'Filter', 'Interlace', 'ExtraSamples',
           'PixelsPerUnitX', 'PixelsPerUnitY', 'PixelUnits', 'SRGBRendering', 'Gamma', 'WhitePointX', 'WhitePointY',
           'RedX', 'RedY', 'GreenX', 'GreenY', 'BlueX', 'BlueY', 'BackgroundColor', 'WhitePoint', 'PrimaryChromaticities', 'Datecreate',
           'Datemodify', 'Datetimestamp', 'CurrentIPTCDigest'}

# To all three formats; the others to their own.
EVERYWHERE = dict.fromkeys(('all.jpg', 'canon.jpg', 'captions.tif', 'all.png'), ('.jpg', '.png', '.tif'))

CAPTION = '-IPTC:Caption-Abstract=A caf\u00e9 in 1931', '-IPTC:Keywords=cafe', '-IPTC:Keywords=Lisbon', '-IPTC:By-line=A. Nobody'
XMP = ('-XMP-dc:Description=A caf\u00e9 in 1931', '-XMP-dc:Creator=A. Nobody', '-XMP-xmp:Rating=4', '-XMP-photoshop:City=Lisbon',
       '-XMP-tiff:Orientation#=6', '-XMP-exif:ExifImageWidth=60', '-XMP-crs:Exposure2012=+0.35')
EXIF = ('-IFD0:Make=Canon', '-IFD0:Model=Canon EOS 5D', '-IFD0:Artist=A. Nobody', '-IFD0:Copyright=nobody', '-ExifIFD:ISO=200',
        '-ExifIFD:ExposureTime=1/125', '-ExifIFD:DateTimeOriginal=1999:12:31 23:59:59', '-ExifIFD:UserComment=as found', '-ExifIFD:LensModel=50 mm',
        '-ExifIFD:ExifImageWidth=60', '-ExifIFD:ExifImageHeight=40', '-ExifIFD:ColorSpace#=65535', '-InteropIFD:InteropIndex=R03',
        '-IFD0:ImageDescription=A long description of what is to be seen', '-IFD0:Software=Firmware 1.0')
GPS = '-GPSLatitude=38.7', '-GPSLatitudeRef=N', '-GPSLongitude=9.1', '-GPSLongitudeRef=W', '-GPSAltitude=12', '-GPSDateStamp=1999:12:31'
SCANNER = ('-IFD0:Make=Epson', '-IFD0:Model=V700', '-IFD0:PageName=Album 3, page 7', '-IFD0:DocumentName=Album', '-IFD0:HostComputer=scans',
           '-IFD0:ModifyDate=2020:02:02 20:20:20', '-IFD0:Artist=A. Nobody', '-IFD0:Copyright=nobody', '-XResolution=600', '-YResolution=600')
TEXTS = '-PNG:Title=Album', '-PNG:Author=A. Nobody', '-PNG:Description=A caf\u00e9', '-PNG:Comment=as found', '-PNG:Copyright=nobody'


def maker_notes(maker, order):
    """A directory of three texts that lie outside it, by offsets as this maker counts them; and the place it must have."""
    texts = [(6, b'Canon EOS 5D\0'), (7, b'Firmware Version 1.1.0\0'), (9, b'A. Nobody\0')] if maker == 'Canon' else \
            [(1, b'0210'), (4, b'FINE  \0'), (7, b'AF-C  \0')]
    head = b'' if maker == 'Canon' else b'Nikon\0\2\x10\0\0' + (b'II*\0' if order == '<' else b'MM\0*') + struct.pack(order + 'I', 8)
    base = 8 if maker == 'Nikon' else None  # None: counted from where EXIF begins
    def made(place):
        start = (place if base is None else base)
        at = start + 2 + 12 * len(texts) + 4
        entries, data = b'', b''
        for tag, text in texts:
            kind = 7 if text == b'0210' else 2
            value = text if len(text) <= 4 else struct.pack(order + 'I', at + len(data))
            data += text if len(text) > 4 else b''
            entries += struct.pack(order + 'HHI', tag, kind, len(text)) + value
        return head + struct.pack(order + 'H', len(texts)) + entries + struct.pack(order + 'I', 0) + data
    return made


def exif_by_hand(maker, order, orientation):
    """EXIF as a camera writes it: maker's notes in the midst of it, an orientation, a thumbnail at the end."""
    make = {'Canon': b'Canon\0', 'Nikon': b'NIKON CORPORATION\0'}[maker]
    thumbnail = b'\xff\xd8\xff\xdb' + b'T' * 3000 + b'\xff\xd9'
    first, exif = 8, 8 + 2 + 12 * 3 + 4
    texts = exif + 2 + 12 * 3 + 4
    notes_at = texts + len(make) + len(make) % 2 + 20
    notes = maker_notes(maker, order)(notes_at)
    second = notes_at + len(notes) + len(notes) % 2
    picture = second + 2 + 12 * 3 + 4
    def entry(tag, kind, count, value):
        return struct.pack(order + 'HHI', tag, kind, count) + \
            (struct.pack(order + 'HH', value, 0) if kind == 3 else struct.pack(order + 'I', value))
    block = (b'II*\0' if order == '<' else b'MM\0*') + struct.pack(order + 'I', first)
    block += struct.pack(order + 'H', 3) + entry(271, 2, len(make), texts) + entry(274, 3, 1, orientation) + entry(0x8769, 4, 1, exif)
    block += struct.pack(order + 'I', second)
    block += struct.pack(order + 'H', 3) + entry(0x9003, 2, 20, texts + len(make) + len(make) % 2) + entry(0x927c, 7, len(notes), notes_at)
    block += entry(0xa002, 4, 1, SIZE[0]) + struct.pack(order + 'I', 0)
    block += make + b'\0' * (len(make) % 2) + b'1999:12:31 23:59:59\0' + notes + b'\0' * (len(notes) % 2)
    block += struct.pack(order + 'H', 3) + entry(259, 3, 1, 6) + entry(513, 4, 1, picture) + entry(514, 4, 1, len(thumbnail)) + struct.pack(order + 'I', 0)
    assert len(block) == picture
    return block + thumbnail


def add_exif(jpeg, block):
    data = jpeg.read_bytes()
    jpeg.write_bytes(data[:2] + b'\xff\xe1' + struct.pack('>H', len(block) + 8) + b'Exif\0\0' + block + data[2:])


def told(files):
    """{file: {(group, tag): value}} by one run of ExifTool."""
    said = subprocess.run(['exiftool', '-j', '-a', '-u', '-n', '-G1:4', *map(str, files)], capture_output=True, check=True).stdout
    found = {}
    for one in json.loads(said):
        tags = {}
        for key, value in one.items():
            group, _, tag = key.rpartition(':')
            tags.setdefault((group.split(':')[0], tag), []).append(value)
        found[Path(one['SourceFile'])] = tags
    return found


def kept(group, tag):
    if (group, tag) == ('PNG', 'ModifyDate'):
        return False
    return group not in OTHER_FILE and tag not in RENEWED | STORAGE and not group.startswith('ICC')


def make_photos(folder):
    """{name: tags that ExifTool writes into it}"""
    photos = {
        'plain.jpg': (), 'camera.jpg': (*EXIF, *GPS, '-Orientation#=6'), 'captions.jpg': (*CAPTION, *XMP, '-Comment=as found'),
        'all.jpg': (*EXIF, *GPS, *CAPTION, *XMP, '-Orientation#=8', '-Comment=as found'), 'canon.jpg': (), 'nikon.jpg': (),
        'scan.tif': SCANNER, 'captions.tif': (*SCANNER, *CAPTION, *XMP, '-Orientation#=3'), 'camera.tif': (*EXIF, *GPS),
        'big-endian.tif': (*SCANNER, *GPS), 'texts.png': TEXTS, 'camera.png': (*EXIF, *GPS, '-Orientation#=6'),
        'all.png': (*EXIF, *GPS, *XMP, *TEXTS, *CAPTION)}
    for name in photos:
        order = ['-define', 'tiff:endian=msb'] if name.startswith('big') else []
        subprocess.run(['convert', '-size', '%dx%d' % SIZE, 'gradient:black-white', '-depth', '8', *order, folder / name],
                       check=True)
    add_exif(folder / 'canon.jpg', exif_by_hand('Canon', '<', 6))
    add_exif(folder / 'nikon.jpg', exif_by_hand('Nikon', '>', 8))
    lines = []
    for name, tags in photos.items():
        if tags:
            lines += ['-charset', 'iptc=UTF8', '-overwrite_original', *tags, str(folder / name), '-execute']
    subprocess.run(['exiftool', '-q', '-m', '-@', '-'], input='\n'.join(lines) + '\n', text=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return list(photos)


def main():
    if not shutil.which('exiftool') or not shutil.which('convert'):
        print('ExifTool or ImageMagick is not here (libimage-exiftool-perl, imagemagick): nothing is judged')
        return 77
    handtint, faults = sys.argv[1], []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        strokes, pairs = folder / 'strokes.png', []
        subprocess.run(['convert', '-size', '%dx%d' % SIZE, 'xc:none', '-fill', 'red', '-draw', 'rectangle 10,10 20,14', strokes],
                       check=True)
        def colour(name, extension, *options):
            out = folder / (Path(name).stem + '-' + Path(name).suffix[1:] + ('-stripped' if options else '') + extension)
            subprocess.run([handtint, 'colorize', folder / name, '--strokes', strokes, '--fit', '--network', 'none', '-o', out,
                            '-q', *options], check=True)
            return out
        for name in make_photos(folder):
            pairs += [(folder / name, colour(name, extension)) for extension in EVERYWHERE.get(name, (Path(name).suffix,))]
        stripped = colour('all.jpg', '.jpg', '--strip')
        said = told([*dict(pairs), *(out for _, out in pairs), stripped])
        for photo, out in pairs:
            before, after = said[photo], said[out]
            same = photo.suffix == out.suffix
            for (group, tag), values in before.items():
                # What only one format has is another's by another name, or its comment.
                if not kept(group, tag) or (not same and group in ('PNG', 'PNG-pHYs', 'Photoshop')):
                    continue
                if after.get((group, tag)) != values:
                    faults.append(f'{photo.name} -> {out.name}: {group}:{tag} was {values}, is {after.get((group, tag))}')
            for tag in ('Orientation',):
                for group in ('IFD0', 'XMP-tiff'):
                    if after.get((group, tag), [1]) != [1]:
                        faults.append(f'{out.name}: {group}:{tag} is {after[group, tag]}')
            if any(group == 'IFD1' for group, _ in after):
                faults.append(f'{out.name}: a thumbnail')
            if ('ExifTool', 'Warning') in after and ('ExifTool', 'Warning') not in before:
                faults.append(f'{out.name}: {after["ExifTool", "Warning"]}')
            if ('ExifIFD', 'ExifImageWidth') in before:
                size = [after[('ExifIFD', tag)] for tag in ('ExifImageWidth', 'ExifImageHeight') if ('ExifIFD', tag) in after]
                if size != [after[('File', tag)] if ('File', tag) in after else size[i]
                            for i, tag in enumerate(('ImageWidth', 'ImageHeight')[:len(size)])]:
                    faults.append(f'{out.name}: the size in EXIF is {size}')
        left = [key for key in said[stripped] if kept(*key)]
        if left:
            faults.append(f'--strip left {left}')
    print('\n'.join(faults) or f'{len(pairs)} results keep what their photos said')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
