#!/bin/bash
# Every figure of FIGURES.md's table, measured now: prints the table with date, machine and commands. Minutes on two cores; the
# machine should do nothing else meanwhile.
#
#   tests/bench/run_all.sh [FOLDER]      FOLDER has the programs: build/bin if not given
#
# What cannot be measured here is left out, and under the table it says why.
set -u
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
bin=$(realpath "${1:-$here/../../build/bin}")
export EDITOR_PROGRAM=$bin/handtint-editor COMMAND_PROGRAM=$bin/handtint
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
missing=()
load=$(cut -d' ' -f1-3 /proc/loadavg)

# run NAME COMMAND...: its output in $out/NAME; notes why there is none.
run() {
  local name=$1
  shift
  if [ ! -x "$1" ]; then
    missing+=("$name: ${1##*/} is not built here")
  elif ! "$@" >"$out/$name" 2>&1; then
    missing+=("$name: $(tail -1 "$out/$name")")
  fi
  [ -f "$out/$name" ] || : >"$out/$name"
}
run bench_solver "$bin/bench_solver" --megapixels 1,4,12
run bench_peers "$bin/bench_peers" --megapixels 1,4,12
run bench_first "$here/bench_first.sh" "$bin"
run count_bytes "$bin/count_bytes" --megapixels 1,4,12
run bench_editor "$here/bench_editor.sh"

# row WHAT COMMAND 1MP 4MP 12MP: left out where nothing was measured.
row() {
  local cells="$3$4$5"
  [ -n "$cells" ] && printf '| %s | %s | %s | %s | %s |\n' "$1" "${3:--}" "${4:--}" "${5:--}" "\`$2\`"
}
# of FILE MEGAPIXELS AWK: what AWK prints on the first matching line of that size.
of() { awk -v size="$2" '($1 + 0 > size * 0.97 && $1 + 0 < size * 1.03) '"$3" "$out/$1" | head -1; }
solver_row() { row "$1" bench_solver "$(of bench_solver 1 "$2")" "$(of bench_solver 4 "$2")" "$(of bench_solver 12 "$2")"; }
peer_row() {
  local words='&& index($0, "  '$1'   ") { sub(/ *ms.*/, ""); printf "%.0f ms", $NF }'
  row "$1" bench_peers "$(of bench_peers 1 "$words")" "$(of bench_peers 4 "$words")" "$(of bench_peers 12 "$words")"
}
first_row() {
  local words='&& match($0, "'$2'") { sub(/.*'$2' */, ""); sub(/'$3'.*/, ""); print $0 "'$4'" }'
  row "$1" bench_first.sh "$(of bench_first 1 "$words")" "$(of bench_first 4 "$words")" "$(of bench_first 12 "$words")"
}
bytes_row() {
  local words='&& index($0, "'$2'") { sub(/ *B\/px.*/, ""); printf "%.0f B per pixel", $NF }'
  row "$1" count_bytes "$(of count_bytes 1 "$words")" "$(of count_bytes 4 "$words")" "$(of count_bytes 12 "$words")"
}
# of_editor SIZE COAT WORDS: the figure behind WORDS in the part of that size, with (1) or without (0) a coat.
of_editor() {
  awk -v size="$1" -v coat="$2" -v words="$3" '
    /^photo of/ { here = index($3, size) == 1 && (coat == ($0 ~ /coat/)) }
    here && index($0, words) { sub(/ *\(wanted.*/, ""); sub(".*" words "[, 0-9a-z]*[^0-9]  +", ""); print; exit }' "$out/bench_editor"
}
editor_row() { row "$1" bench_editor.sh "$(of_editor 1000x1000 "$2" "$3")" "" "$(of_editor 4000x3000 "$2" "$3")"; }

processor=$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)
memory=$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo)
printf 'Measured on %s: %s cores of %s, %s, %s, load average before %s; %s.\n\n' "$(date -u +%F)" "$(nproc)" "$processor" "$memory" \
  "$(. /etc/os-release 2>/dev/null; echo "${PRETTY_NAME:-$(uname -s)}")" "$load" "$(head -1 "$out/bench_solver")"
printf '| | 1 MP | 4 MP | 12 MP | command |\n|---|---|---|---|---|\n'
solver_row "cold solve" '{ printf "%.0f ms", $2 }'
solver_row "stroke update" '{ printf "%.0f ms", $4 }'
solver_row "preview" '{ printf "%.0f ms", $5 }'
peer_row "Handtint"
peer_row "Handtint, preview"
peer_row "OpenCV fast bilateral solver, tuned"
peer_row "OpenCV fast global smoother, tuned"
peer_row "Levin, Lischinski, Weiss 2004, exact"
first_row "first solve of a process" "first solve" " ms" " ms"
first_row "the same, of the bilateral solver's time" "first solve *[0-9]* ms" " of" ""
first_row "first preview, of the bilateral solver's time" "first preview *[0-9]* ms" " of" ""
first_row "most memory of a whole colorize" "most memory" " B.px" " B per pixel"
bytes_row "moved by a cold solve" "cold solve"
bytes_row "moved by a stroke update" "stroke update"
bytes_row "held" "memory"
for coat in 0 1; do
  with=$([ $coat = 1 ] && echo ", with a coat")
  editor_row "cursor event to first colour, median$with" $coat "event to first colour, median"
  editor_row "the same, 95 %$with" $coat "event to first colour, 95 %"
  editor_row "release to refined picture$with" $coat "release to refined picture"
  editor_row "frame while painting, 95 %$with" $coat "frame while painting, 95 %"
done
editor_row "start to first colour (a session)" 0 "start to first colour"
editor_row "start to first coat" 1 "start to first coat, run 3"
editor_row "processor at rest" 0 "CPU at rest"
for reason in "${missing[@]+"${missing[@]}"}"; do printf '\nNot measured: %s.\n' "$reason"; done
