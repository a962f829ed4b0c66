#!/bin/bash
# The first solve of a process: `handtint colorize`, each time a process of its own, beside OpenCV's tuned bilateral solver, warm in
# one process (bench_peers), on the same photos and strokes. Times are set-up and solve as the report has them, the best of N, in
# turns; then page faults and the most memory per pixel that a whole `colorize` took (VmHWM of the report).
#
#   tests/bench/bench_first.sh [--megapixels 1,4,12] [--repeat N] [FOLDER]     FOLDER has the programs: build/bin if not given
set -u
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
sizes=1,4,12 repeat=5
while [ $# -gt 1 ]; do
  case "$1" in --megapixels) sizes=$2 ;; --repeat) repeat=$2 ;; esac
  shift 2
done
bin=$(realpath "${1:-$here/../../build/bin}")
for program in handtint bench_peers; do
  [ -x "$bin/$program" ] || { echo "$program is not built here" && exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bin/bench_peers" --write "$work" --megapixels "$sizes"

# colorize SIZE OPTIONS...: "milliseconds bytes-per-pixel minor-faults" of one process
colorize() {
  local size=$1
  shift
  python3 - "$work/report.json" "$bin/handtint" colorize "$work/$size.pgm" -s "$work/$size-strokes.ppm" --mask-format black-empty \
    -o "$work/out.png" --report "$work/report.json" --force --quiet --backend cpu "$@" <<'PYTHON'
import json, resource, subprocess, sys
subprocess.run(sys.argv[2:], check=True)
report = json.load(open(sys.argv[1]))
times = report["times_ms"]
faults = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
pixels = report["photo"]["width"] * report["photo"]["height"]
print(times["setup"] + times["solve"], report["peak_memory_bytes"] / pixels, faults)
PYTHON
}
best() { sort -g "$work/$1" | head -1; }

for size in ${sizes//,/ }; do
  rm -f "$work"/{whole,preview,coat,peer}
  for ((i = 0; i < repeat; ++i)); do
    "$bin/bench_peers" --megapixels "$size" --repeat 2 --only bilateral | awk '/ MP / { sub(/ *ms.*/, ""); print $NF }' >>"$work/peer"
    colorize "$size" --network none >>"$work/whole"
    colorize "$size" --network none --preview >>"$work/preview"
    [ "$i" -gt 0 ] || colorize "$size" --network shipped >>"$work/coat"
  done
  echo "$size $(best peer) $(best whole) $(best preview) $(best coat)" | awk '{
    printf "%5.1f MP  first solve   %8.0f ms   %.2f of the bilateral solver'"'"'s %.0f ms\n", $1, $3, $3 / $2, $2
    printf "%5.1f MP  first preview %8.0f ms   %.2f of it\n", $1, $6, $6 / $2
    printf "%5.1f MP  most memory   %8.0f B/px, with a coat %.0f B/px; %d page faults\n", $1, $4, $10, $5 }'
done
