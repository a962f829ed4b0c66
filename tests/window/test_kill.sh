#!/bin/bash
# kill -9 while painting, ROUNDS times: the recovery file opens every time and lacks at most the stroke in progress. The hand
# and the moments are those of SEED; how far the program had come by then is the machine's affair.
source "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-5}
seed=${SEED:-$RANDOM}
echo "SEED=$seed ROUNDS=$rounds"
convert -size 600x400 plasma:gray50-gray70 -seed 1 -colorspace Gray "$work/photo.png" || fail "no photo"

# hand: strokes without a pause until the program dies.
hand() {
  while kill -0 "$editor_pid" 2>/dev/null; do
    xdotool mousemove $((centre_x - 200 + RANDOM % 400)) $((centre_y - 150 + RANDOM % 300)) mousedown 1
    for _ in 1 2 3 4 5 6; do xdotool mousemove_relative -- $((RANDOM % 30 - 15)) $((RANDOM % 30 - 15)) sleep 0.01; done
    xdotool mouseup 1
  done
}

strokes=0
for round in $(seq 1 "$rounds"); do
  RANDOM=$((seed + round))  # each round by itself, so that SEED=$((seed + round - 1)) ROUNDS=1 does one again
  moment=$((1 + RANDOM % 2)).$((RANDOM % 10))$((RANDOM % 10))
  rm -rf "$XDG_STATE_HOME"
  start_editor "$work/photo.png"
  wait_title "Handtint - photo.png"
  at_100_percent 600 400
  hand 2>/dev/null &
  hand_pid=$!
  sleep "$moment"
  kill -9 "$editor_pid"
  wait "$editor_pid" 2>/dev/null
  editor_pid=
  wait $hand_pid 2>/dev/null
  xdotool mouseup 1
  # The trace tells of a stroke's end only after the journal has it: not even the last one may be missing.
  ended=$(grep -c '^release' "$work/trace.txt")
  if [ "$ended" -eq 0 ]; then  # nothing to recover yet
    echo "round $round: no stroke was ended"
    continue
  fi
  recovered=$("$RECOVERED_PROGRAM") || fail "SEED=$seed, round $round: the recovery file does not open"
  echo "round $round: $ended strokes were ended, $recovered are recovered"
  [ "$recovered" -ge "$ended" ] || fail "SEED=$seed, round $round: strokes are missing"
  strokes=$((strokes + ended))
done
[ "$strokes" -gt "$rounds" ] || fail "$strokes strokes in $rounds rounds: too few to show anything"
echo "passed: all of $strokes ended strokes were recovered"
