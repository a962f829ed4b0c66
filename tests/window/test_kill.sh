#!/bin/bash
# kill -9 while painting, ROUNDS times: the recovery file opens every time and lacks at most the stroke in progress. The hand
# and the moments are those of SEED; how far the program had come by then is the machine's affair.
#
# A third of the rounds paints on an imported mask of MASK pixels, which takes a while to pack; every other round is on a file
# system without locks (NO_LOCKS, a library for LD_PRELOAD).
source "$(dirname "$0")/lib.sh"
: "${MASKED_SESSION_PROGRAM:=$root/build/bin/masked_session}" "${NO_LOCKS:=$root/build/tests/libno_locks.so}"
rounds=${ROUNDS:-6}
seed=${SEED:-$RANDOM}
mask=${MASK:-2400x1600}
[ -f "$NO_LOCKS" ] || fail "no library without locks: $NO_LOCKS"
echo "SEED=$seed ROUNDS=$rounds MASK=$mask"
convert -size 600x400 plasma:gray50-gray70 -seed 1 -colorspace Gray "$work/photo.png" || fail "no photo"
convert -size "$mask" gradient:'gray(45%)'-'gray(55%)' -colorspace Gray "$work/large.png" || fail "no large photo"
"$MASKED_SESSION_PROGRAM" "$work/large.png" "$work/masked.handtint" || fail "no session with a mask"

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
  kind=$((RANDOM % 6))
  file=photo.png
  [ $((kind % 3)) -eq 0 ] && file=masked.handtint
  shim=
  [ $((kind % 2)) -eq 0 ] && shim=$NO_LOCKS
  rm -rf "$XDG_STATE_HOME"
  LD_PRELOAD=$shim start_editor "$work/$file"
  wait_title "Handtint - $file"
  if [ $file = photo.png ]; then at_100_percent 600 400; else canvas_centre; fi
  hand 2>/dev/null &
  hand_pid=$!
  sleep "$moment"
  LD_PRELOAD=$shim "$RECOVERED_PROGRAM" >/dev/null 2>&1 && fail "SEED=$seed, round $round: the file of a living program is offered"
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
  recovered=$(LD_PRELOAD=$shim "$RECOVERED_PROGRAM") || fail "SEED=$seed, round $round: the recovery file does not open"
  echo "round $round: $file${shim:+, no locks}: $ended strokes were ended, $recovered are recovered"
  [ "${recovered% masked}" -ge "$ended" ] || fail "SEED=$seed, round $round: strokes are missing"
  [ $file = photo.png ] || [ "$recovered" != "${recovered% masked}" ] || fail "SEED=$seed, round $round: the mask is missing"
  strokes=$((strokes + ended))
done
[ "$strokes" -gt "$rounds" ] || fail "$strokes strokes in $rounds rounds: too few to show anything"
echo "passed: all of $strokes ended strokes were recovered"
