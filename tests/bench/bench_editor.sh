#!/bin/bash
# Speed of the editor under Xvfb and software OpenGL at 1600 x 1000, on the real program.
#
#   tests/bench/bench_editor.sh [PHOTO]      EDITOR_PROGRAM is another editor than build/bin/handtint-editor, SIZES="1000x1000" fewer sizes,
#   BRUSH its brush's diameter in points of the screen
#
# Prints: time from a cursor event to the first picture with its colour on the screen, from release to the refined picture, frame
# times while painting, time from start to the first coloured picture, CPU use at rest; then the same strokes with the network's
# first coat, which looks again between them, and the time from start to the coat on the screen. KEEP=FOLDER keeps the traces there.
export SCREEN=1600x1000
source "$(dirname "$0")/../window/lib.sh"
photo=${1:-$EXAMPLES/house.jpg}

measure() {  # TRACE -> the figures of its strokes
  awk '
    BEGIN { points = nframes = pictures = n = 0 }
    $1 == "point" { at[points] = $2; of[points++] = $3 }
    $1 == "release" { released = $2; final = $3 }
    $1 == "frame" && $4 == 1 { frames[nframes++] = $3 }
    $1 == "shown" { when[pictures] = $2; revision[pictures] = $3; done[pictures++] = $4 }
    function sort(v, n,   i, j, t) { for (i = 1; i < n; i++) { t = v[i]; for (j = i - 1; j >= 0 && v[j] > t; j--) v[j + 1] = v[j]; v[j + 1] = t } }
    END {
      for (i = 0; i < points; i++)
        for (j = 0; j < pictures; j++) if (revision[j] >= of[i] && when[j] >= at[i]) { latency[n++] = when[j] - at[i]; break }
      sort(latency, n); sort(frames, nframes)
      for (j = 0; j < pictures; j++) if (done[j] && revision[j] >= final && when[j] >= released) { refined = when[j] - released; break }
      printf "  points of the strokes             %d\n", points
      printf "  event to first colour, median     %.0f ms   (wanted: 50)\n", latency[int(n * 0.5)]
      printf "  event to first colour, 95 %%       %.0f ms   (wanted: 100)\n", latency[int(n * 0.95)]
      printf "  event to first colour, longest    %.0f ms\n", latency[n - 1]
      printf "  release to refined picture        %.0f ms   (wanted at 1 MP: 400)\n", refined
      printf "  frame while painting, median      %.0f ms\n", frames[int(nframes * 0.5)]
      printf "  frame while painting, 95 %%        %.0f ms   (wanted at 12 MP: 40)\n", frames[int(nframes * 0.95)]
    }' "$1"
}

stroke() {  # [DOWN]: 60 cursor events at 125 Hz
  canvas_centre
  local x=$((centre_x - 180)) y=$((centre_y - 30 + ${1:-0})) i
  xdotool mousemove $x $y
  sleep 0.05
  { echo mousedown 1; for i in $(seq 1 59); do echo "mousemove $((x + i * 6)) $((y + i)) sleep 0.008"; done; echo mouseup 1; } | xargs xdotool
}

# Six strokes; the pauses let the network, its coat and the next stroke meet in different ways.
strokes() {
  local down=-150 pause
  for pause in 0.3 0.55 0.65 0.8 1.0 0; do
    stroke $down
    down=$((down + 60))
    sleep $pause
  done
  sleep 0.5
  wait_for 60 "the picture is refined" refined
  sleep 0.3
  kept=$(grep -c '^point' "$work/trace.txt")
  [ "$kept" -ge 360 ] || fail "only $kept of 360 cursor events became part of the strokes"
  measure "$work/trace.txt"
}

save() {
  key ctrl+s
  sleep 1
  key Return
  wait_title "Handtint - photo-$size.handtint"
}
# What the wand lights up on its way over the photo, and a click of it.
wand() {
  canvas_centre
  local i
  key w
  for i in $(seq 1 20); do
    xdotool mousemove $((centre_x - 200 + 20 * i)) $((centre_y - 100 + 10 * i))
    sleep 0.2
  done
  grep '^hover' "$work/trace.txt" | sort -k2 -n | awk '{ t[NR] = $2 } END { printf "  the thing under the wand          %.1f ms, at worst %.1f   (wanted: 30, at 12 MP 60)\n", t[int((NR + 1) / 2)], t[NR] }'
  xdotool click 1
  wait_refined
  awk '$1 == "release" { at = $2; revision = $3; shown = 0 } $1 == "shown" && at && !shown && $3 >= revision { shown = $2 } END { printf "  click to first colour             %.0f ms\n", shown - at }' "$work/trace.txt"
}
ticks() { awk '{ print $14 + $15 }' "/proc/$editor_pid/stat"; }

for size in ${SIZES:-1000x1000 4000x3000}; do
  convert "$photo" -colorspace Gray -resize "$size!" -quality 92 "$work/photo-$size.jpg"
  echo "photo of $size"
  rm -rf "$XDG_STATE_HOME" "$XDG_CONFIG_HOME"
  COAT=false start_editor "$work/photo-$size.jpg"
  wait_title "Handtint - photo-$size.jpg"
  wait_refined
  sleep 1
  strokes
  sleep 2
  [ -z "${KEEP:-}" ] || cp "$work/trace.txt" "$KEEP/trace-$size-plain.txt"
  before=$(ticks)
  sleep 5
  awk -v t=$(($(ticks) - before)) -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "  CPU at rest                       %.1f %% of a core   (wanted: 2)\n", 100 * t / hz / 5 }'

  save
  quit_editor
  start_editor "$work/photo-$size.handtint"
  wait_for 30 "the first coloured picture" grep -q '^shown' "$work/trace.txt"
  awk '$1 == "shown" { printf "  start to first colour             %.0f ms   (wanted at 12 MP: 1500)\n", $2; exit }' "$work/trace.txt"
  quit_editor
  rm "$work/photo-$size.handtint"

  echo "photo of $size, with the first coat"
  rm -rf "$XDG_STATE_HOME" "$XDG_CONFIG_HOME"
  for run in 1 2 3; do
    COAT=true start_editor "$work/photo-$size.jpg"
    coat_shown() { awk '$1 == "coat" && !coat { coat = $3 } $1 == "shown" && coat && $3 >= coat { print $2; exit }' "$work/trace.txt" | grep .; }
    wait_for 30 "the first coat" coat_shown >/dev/null
    printf '  start to first coat, run %d        %.0f ms   (wanted at 12 MP: 1200)\n' $run "$(coat_shown)"
    [ $run = 3 ] || quit_editor
  done
  wait_refined
  sleep 1
  strokes
  printf '  times the network looked          %d\n' "$(grep -c '^coat' "$work/trace.txt")"
  [ -z "${KEEP:-}" ] || cp "$work/trace.txt" "$KEEP/trace-$size.txt"
  wand
  save
  quit_editor
done
