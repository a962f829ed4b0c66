#!/bin/bash
# The example with a first coat, one stroke on it: the shortest sitting that uses everything. Bootstrap runs it on a program
# without optimisation, too (preset odr).
source "$(dirname "$0")/lib.sh"
cp "$EXAMPLES/portrait.jpg" "$work/"
told() { grep -q '^coat' "$work/trace.txt" || grep -q 'No first coat' "$work/log.txt"; }
bluer() {
  local r g b
  read -r r g b <<<"$(pixel "$work/after.png" "$1" "$2")"
  [ "$b" -gt $((r + 40)) ]
}

COAT=true start_editor "$work/portrait.jpg"
wait_title "Handtint - portrait.jpg"
wait_for 100 "there is a first coat, or a reason why not" told
grep 'No first coat' "$work/log.txt"
at_100_percent 512 512
wait_refined

key c
type_line "#2040c0"
paint 150 380 200 440
wait_title "Handtint - portrait.jpg *"
wait_refined
xdotool keydown h sleep 0.5  # without the strokes themselves
import -window root "$work/after.png"
xdotool keyup h
bluer "$(screen_x 175)" "$(screen_y 405)" || fail "no blue beside the stroke: $(pixel "$work/after.png" "$(screen_x 175)" "$(screen_y 405)")"
key ctrl+s
sleep 0.6
key Return
wait_title "Handtint - portrait.handtint"
quit_editor
echo "passed"
