#!/usr/bin/env python3
"""The walls of the house: no circle of files or of folders by #include, no source over 500 lines.

  test_folders.py SOURCE_FOLDER

Prints every circle with the includes that close it; exit code 1 if there is one, or a file that is too long."""
import re
import sys
from pathlib import Path

MOST_LINES = 500
ROOMS = ('solver', 'cuda', 'editor')


def includes(root):
    """{file: files that it includes}, as paths from the root."""
    sources = [p for room in ROOMS for p in (root / room).rglob('*') if p.suffix in ('.h', '.cpp', '.cu')]
    known = {p.relative_to(root) for p in sources}
    found = {}
    for source in sources:
        named = re.findall(r'^#include "([^"]+)"', source.read_text(encoding='utf-8'), re.M)
        found[source.relative_to(root)] = {Path(name) for name in named} & known
    return found


def circles(edges):
    """Sets of nodes that reach one another (Tarjan 1972, "Depth-first search and linear graph algorithms")."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in edges.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(set(stack[at:]))
            del stack[at:]

    for node in list(edges):
        if node not in index:
            visit(node)
    return found


def main():
    root = Path(sys.argv[1])
    files = includes(root)
    faults = []
    for circle in circles(files):
        faults.append('circle of files: ' + ', '.join(map(str, sorted(circle))))
    folders = {}
    for source, named in files.items():
        folders.setdefault(source.parent, set()).update(n.parent for n in named if n.parent != source.parent)
    for circle in circles(folders):
        faults.append('circle of folders: ' + ', '.join(map(str, sorted(circle))))
        faults += [f'  {source} includes {name}' for source, named in sorted(files.items()) for name in sorted(named)
                   if source.parent != name.parent and {source.parent, name.parent} <= circle]
    for source in files:
        lines = (root / source).read_text(encoding='utf-8').count('\n')
        if lines > MOST_LINES:
            faults.append(f'{source}: {lines} lines, more than {MOST_LINES}')
    print('\n'.join(faults) or f'{len(files)} files in {len(folders)} folders: no circle')
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
