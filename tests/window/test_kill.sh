#!/bin/bash
# kill -9 while painting, many times: the recovery file opens every time and lacks at most the stroke in progress.
source "$(dirname "$0")/lib.sh"
times=${KILLS:-20}
convert -size 600x400 plasma:gray50-gray70 -colorspace Gray "$work/photo.png" || fail "no photo"

exact=0
for round in $(seq 1 "$times"); do
  rm -rf "$XDG_STATE_HOME"
  start_editor "$work/photo.png"
  wait_title "Handtint - photo.png"
  canvas_centre
  photo_width=600 photo_height=400
  key 0 1
  # The hand: strokes without a pause until the program dies.
  (
    while kill -0 "$editor_pid" 2>/dev/null; do
      xdotool mousemove $((centre_x - 200 + RANDOM % 400)) $((centre_y - 150 + RANDOM % 300)) mousedown 1
      for _ in 1 2 3 4 5 6; do xdotool mousemove_relative -- $((RANDOM % 30 - 15)) $((RANDOM % 30 - 15)) sleep 0.01; done
      xdotool mouseup 1
    done
  ) 2>/dev/null &
  hand=$!
  sleep "$((1 + RANDOM % 2)).$((RANDOM % 10))$((RANDOM % 10))"
  kill -9 "$editor_pid"
  wait "$editor_pid" 2>/dev/null
  editor_pid=
  wait $hand 2>/dev/null
  xdotool mouseup 1
  ended=$(grep -c '^release' "$work/trace.txt")
  recovered=$("$RECOVERED_PROGRAM") || fail "round $round: the recovery file does not open"
  echo "round $round: $ended strokes were ended, $recovered are recovered"
  # The journal is written by a thread of its own, moments after the stroke's end: at that moment a stroke is in progress.
  [ "$recovered" -ge $((ended - 1)) ] || fail "round $round: strokes are missing"
  [ "$recovered" -ge "$ended" ] && exact=$((exact + 1))
done
echo "passed: $exact of $times had every ended stroke, the others lacked one"

