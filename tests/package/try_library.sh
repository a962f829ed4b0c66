#!/usr/bin/env bash
# Installs a build of the package preset elsewhere, and compiles and runs assets/packaging/examples against what lies there.
#
#   tests/package/try_library.sh [BUILD FOLDER, build-package]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:-build-package} scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cmake --install "$build" --prefix "$scratch/there" >/dev/null
library=$(find "$scratch/there" -name libhandtint.so)
cmake -S assets/packaging/examples -B "$scratch/build" -DCMAKE_PREFIX_PATH="$scratch/there" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$scratch/build" -j1 >/dev/null
"$scratch/build/colorize" "$scratch/there/share/handtint/examples/portrait.jpg" "$scratch/colour.png"
[ "$(stat -c %s "$scratch/colour.png")" -gt 100000 ]
echo "C++: a photo was coloured by the installed library"
python3 assets/packaging/examples/colorize.py "$library"
echo "C: from Python, by $(basename "$library")"
HOME= "$scratch/there/bin/handtint" predict "$scratch/there/share/handtint/examples/house.jpg" -o "$scratch/house.png" -q
echo "the program finds its network from where it was installed"
