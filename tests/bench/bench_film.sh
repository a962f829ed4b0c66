#!/bin/bash
# Frames a second of `handtint film` at 1 megapixel, in full and as a draft: a view that wanders over the example photographs, 48 frames,
# the first of them in colour. And the most memory that it took. Then how soon a stroke on a frame is on its neighbours, in the editor.
#
#   tests/bench/bench_film.sh [FOLDER]      FOLDER has the program: build/bin if not given. Needs ImageMagick.
set -eu
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
handtint=$(realpath "${1:-$here/../../build/bin}")/handtint
film=$(mktemp -d)
trap 'rm -rf "$film"' EXIT
mkdir "$film/frames" "$film/keys"
convert "$here/../../assets/examples/portrait.jpg" -resize 1600x1100^ -gravity northwest -crop 1600x1100+0+0 +repage "$film/all.png"
"$handtint" predict "$film/all.png" -o "$film/colour.png" -q
for n in $(seq 0 47); do
  place=1216x832+$((n * 7))+$((n * 4))
  convert "$film/all.png" -crop "$place" +repage -colorspace gray -define png:compression-level=1 "$film/frames/$(printf %06d "$n").png"
  [ "$n" -gt 0 ] || convert "$film/colour.png" -crop "$place" +repage "$film/keys/ref_000000.png"
done
for how in "" --draft; do
  /usr/bin/time -f "%U s of processors, %M kB at most" "$handtint" film "$film/frames" --keys "$film/keys" -o "$film/out" $how
  rm -rf "$film/out"
done
bench=$(dirname "$handtint")/bench_film_thread
[ ! -x "$bench" ] || "$bench" "$film/frames" "$film/work"
