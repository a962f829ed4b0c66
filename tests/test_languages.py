#!/usr/bin/env python3
"""Every sentence that a person may read is marked for translation, and every catalogue has all of them.

  test_languages.py SOURCE_FOLDER

Fails when a sentence in the sources is in none of tr(), tr_n(), tr_noop() (solver/tr.h); when a catalogue lacks a text, has it
empty or fuzzy, or has other places {1}, {2} ... than the source. Exit code 77 (skipped) without gettext."""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOMS = ('solver', 'cuda', 'editor')
MARKS = {'tr': 1, 'tr_noop': 1, 'tr_n': 2}  # how many of the arguments are texts

# What holds words and is not for a person who speaks another language, by path and by text; each with its reason.
NOT_FOR_PEOPLE = [
    ('', r'^(Handtint|JPEG X[LR]|ONNX Runtime|Lab)$', 'names'),
    ('editor/cli/', r'^(\n?  (scan \| )?handtint [^\n]*(\n   [^\n]*)*\n?)+$|^: handtint ', 'examples of command lines'),
    ('editor/cli/standard_streams', r'^standard input$', 'the name of a file in memory'),
    ('editor/gui/', r'^(close coats|end lasso|lasso chip|photo beside|quick \w+|reference picture|thing colour|name field|language of the desktop)$',
     'names that controls have for tests and for ImGui'),
    ('editor/gui/dialogs', r'^View$', 'compared with a group of shortcuts'),
    ('editor/gui/file_browser', r'^(Pictures|Desktop|Downloads)$', 'folders of the disk'),
    ('editor/gui/input_devices_x11', r'', "names that X11's drivers give"),
    ('editor/gui/main', r'^\.TH ', 'a manual page, which is English'),
    ('editor/cli/describe_command', r'', 'manual pages and completions, which are English'),
    ('editor/cli/(thumbnail|try_network)_command', r'', 'commands that programs give'),
    ('editor/work/preferences', r'^a file of preferences$', 'of an error that nobody is shown'),
    ('editor/document/recovery', r'^(the line|is missing|is not known|is damaged|the history is shorter)$',
     'of errors that nobody is shown: what cannot be read is passed over'),
    ('editor/document/state_json', r'^\w+(, \w+)+$', 'values of the session format'),
    ('editor/(document/palette|files|film/(shots|work_folder))', r'^(GIMP Palette|#|work of |<|sRGB IEC|Raw profile|gimp xcf)',
     'what stands in files'),
    ('editor/files/layered_picture', r'^Colour and light$', 'the name of a layer in files, where all have English ones'),
    ('editor/files/output_profile', r'^(ICC profile|Adobe RGB|ProPhoto RGB|Compatible with [^,]*)$', 'names of colour spaces, in files too'),
    ('editor/files/format_heif', r'^it cannot be written$', "told to the library; AtomicFile's own error is shown"),
    ('editor/files/raster_tiff', r'^(Unsupported JPEG process|SOF type)', "libtiff's words, looked for"),
    ('solver/problem', r'^the patch$', 'of what is said to programmers'),
    ('solver/report', r'', 'values in reports'),
    ('solver/prediction/contract', r' -> ', 'names of inputs and outputs'),
]
# Whom these tell that he called wrongly is a programmer.
FOR_PROGRAMMERS = {'invalid_argument', 'logic_error', 'static_assert'}

STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
RAW_STRING = re.compile(r'R"([^(\s]*)\((.*?)\)\1"', re.S)
SKIPPED = re.compile(r'//[^\n]*|/\*.*?\*/|\'(?:[^\'\\\n]|\\.)+\'|^[ \t]*#[^\n]*(?:\\\n[^\n]*)*', re.S | re.M)
ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]+|[0-7]{1,3}|.)', re.S)
NAMED = {'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v', 'a': '\a', 'e': '\x1b'}


def decoded(text):
    def one(match):
        code = match[1]
        if code[0] == 'u':
            return chr(int(code[1:], 16))
        if code[0] == 'x':
            return chr(int(code[1:], 16))
        if code[0].isdigit():
            return chr(int(code, 8))
        return NAMED.get(code, code)
    return ESCAPE.sub(one, text)


def literals(source):
    """[(line, text, marked)] of a C++ source; neighbouring literals are one."""
    found, calls, at = [], [], 0  # calls: [name, argument], of every bracket that is open
    while at < len(source):
        skipped = SKIPPED.match(source, at) if source[at] in "/'# \t" else None
        if skipped and (source[at] not in ' \t' or '#' in skipped[0]):
            at = skipped.end()
            continue
        raw = RAW_STRING.match(source, at)
        if raw or source[at] == '"':
            start, text = at, ''
            while True:
                piece = raw or STRING.match(source, at)
                if not piece:
                    break
                text += piece[2] if raw else decoded(piece[1])
                at = piece.end()
                blank = re.compile(r'(?:\s|//[^\n]*\n)*').match(source, at)
                raw = RAW_STRING.match(source, blank.end())
                if not raw and not source.startswith('"', blank.end()):
                    break
                at = blank.end()
            name, argument = calls[-1] if calls else ('', 0)
            alone = source[:start].rstrip()[-1:] in '(,' and source[at:].lstrip()[:1] in '),'
            marked = alone and argument < MARKS.get(name, 0)
            if marked or not any(name in FOR_PROGRAMMERS for name, _ in calls):
                found.append((source.count('\n', 0, start) + 1, text, marked))
            continue
        c = source[at]
        if c in '([{':
            name = re.search(r'(\w+)\s*$', source[max(0, at - 60):at]) if c == '(' else None
            calls.append([name[1] if name else '', 0])
        elif c in ')]}' and calls:
            calls.pop()
        elif c == ',' and calls:
            calls[-1][1] += 1
        at += 1
    return found


def is_sentence(text):
    """Two words with a space between them, in what is left of a text without its formats and places."""
    words = re.sub(r'%[-+ #0-9.*]*(?:hh?|ll?|[zjt])?[a-zA-Z]|\{\d\}|<[^>]*>', ' ', text)
    return bool(re.search(r'[A-Za-z]{2,}[,;:.!?\u2026]? +[A-Za-z]{2,}', words))


def is_label(path, text):
    """In the window a single word is a text as well: it begins with a capital."""
    return path.parts[:2] == ('editor', 'gui') and bool(re.match(r'[A-Z][a-z]+(?:\u2026| |$)', text))


def unmarked(root):
    faults, marked = [], set()
    for path in sorted(p for room in ROOMS for p in (root / room).rglob('*') if p.suffix in ('.h', '.cpp', '.cu')):
        name = path.relative_to(root)
        for line, text, is_marked in literals(path.read_text(encoding='utf-8')):
            if is_marked:
                marked.add(text)
            elif (is_sentence(text) or is_label(name, text)) and not any(
                    re.search(where, str(name)) and re.search(what, text, re.S) for where, what, _ in NOT_FOR_PEOPLE):
                faults.append(f'{name}:{line}: not marked for translation: {text!r}')
    return faults, marked


def entries(catalogue):
    """{text: (plural or None, [translations], fuzzy)} of a .po file."""
    found = {}
    for block in re.split(r'\n\s*\n', catalogue.read_text(encoding='utf-8')):
        parts, key = {}, None
        for line in block.split('\n'):
            match = re.match(r'(msg\w+(?:\[\d\])?)?\s*"(.*)"\s*$', line)
            if line.startswith('#') or not match:
                continue
            key = match[1] or key
            parts[key] = parts.get(key, '') + decoded(match[2])
        if parts.get('msgid'):
            translations = [v for k, v in parts.items() if k.startswith('msgstr')]
            found[parts['msgid']] = (parts.get('msgid_plural'), translations, bool(re.search(r'^#,.*fuzzy', block, re.M)))
    return found


def places(text):
    return set(re.findall(r'\{[1-9]\}', text))


def gaps(catalogue, wanted):
    faults = []
    have = entries(catalogue)
    for text, (plural, _, _) in wanted.items():
        _, translations, fuzzy = have.get(text, (None, [], False))
        if fuzzy or not translations or not all(translations):
            faults.append(f'{catalogue.name}: {"fuzzy" if fuzzy else "no translation"}: {text!r}')
        # The form for one may leave the number away.
        allowed = [places(text)] if plural is None else [places(text), places(plural), places(plural) - {'{1}'}]
        faults += [f'{catalogue.name}: other places than {text!r}: {t!r}'
                   for t in translations if t and places(t) not in allowed]
    faults += [f'{catalogue.name}: not in the sources any more: {text!r}' for text in have if text not in wanted]
    check = subprocess.run(['msgfmt', '--check', '-o', '/dev/null', str(catalogue)], capture_output=True, text=True)
    return faults + ([f'{catalogue.name}: {check.stderr.strip()}'] if check.returncode else [])


def main():
    root = Path(sys.argv[1])
    for tool in ('xgettext', 'msgfmt'):
        if not shutil.which(tool):
            print(f'skipped: {tool} is not here (Debian package gettext)')
            sys.exit(77)
    faults, marked = unmarked(root)
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / 'handtint.pot'
        subprocess.run([root / 'assets/languages/update.sh', '--template', template], check=True)
        wanted = entries(template)
    extracted = set(wanted) | {plural for plural, _, _ in wanted.values() if plural}
    faults += [f'xgettext does not find {text!r}' for text in marked - extracted]
    faults += [f'only xgettext finds {text!r}' for text in extracted - marked]
    catalogues = sorted((root / 'assets/languages').glob('*.po'))
    for catalogue in catalogues:
        faults += gaps(catalogue, wanted)
    print('\n'.join(faults) or f'{len(wanted)} texts in English and {len(catalogues)} other languages')
    sys.exit(1 if faults or not catalogues else 0)


if __name__ == '__main__':
    main()
