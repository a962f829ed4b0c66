# Ground of the window tests: starts the real program under Xvfb and drives it with xdotool. Sourced, not run.
#
#   EDITOR_PROGRAM  the editor, COMMAND_PROGRAM the command line, RECOVERED_PROGRAM the reader of recovery files, EXAMPLES the
#                   example photos: set by ctest; by hand those of build/bin
#
# A test that lacks a tool ends with 77, which ctest counts as skipped. Every wait has a limit; on failure the screen is kept
# beside the logs and the log of the program is printed.
set -u
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
: "${EDITOR_PROGRAM:=$root/build/bin/handtint-editor}" "${COMMAND_PROGRAM:=$root/build/bin/handtint}"
: "${RECOVERED_PROGRAM:=$root/build/bin/recovered_strokes}" "${EXAMPLES:=$root/assets/examples}"

for tool in Xvfb xdotool convert import; do
  command -v $tool >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done

work=$(mktemp -d "${TMPDIR:-/tmp}/handtint-window.XXXXXX")
export LANGUAGE=en HOME=$work/home XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state XDG_RUNTIME_DIR=$work/run
unset DBUS_SESSION_BUS_ADDRESS  # neither the dialogs nor the look of the desktop that the tests run on
mkdir -p "$HOME"
mkdir -m 700 "$XDG_RUNTIME_DIR"
editor_pid=

# The server picks a display that is free, and stays as it is when its last client ends: without -noreset it starts over at
# that moment, and an editor that starts just then finds no display.
mkfifo "$work/display"
Xvfb -displayfd 3 -noreset -nolisten tcp -screen 0 "${SCREEN:-1280x800}x24" 3>"$work/display" 2>"$work/xvfb.txt" &
xvfb_pid=$!
read -r -t 30 display <"$work/display" || { cat "$work/xvfb.txt"; kill "$xvfb_pid"; echo "FAILED: Xvfb does not start"; exit 1; }
export DISPLAY=:$display

finish() {
  code=$?
  [ -n "$editor_pid" ] && kill -9 "$editor_pid" 2>/dev/null
  kill "$xvfb_pid" 2>/dev/null
  mountpoint -q "$work/small" 2>/dev/null && umount "$work/small"
  if [ $code -eq 0 ]; then rm -rf "$work"; else echo "kept: $work"; fi
  exit $code
}
trap finish EXIT

fail() {
  echo "FAILED: $*"
  import -window root "$work/failed.png" 2>/dev/null
  [ -f "$work/log.txt" ] && sed 's/^/  log: /' "$work/log.txt"
  exit 1
}

# wait_for SECONDS WORDS COMMAND...: until the command succeeds.
wait_for() {
  local end=$(($(date +%s) + $1)) words=$2
  shift 2
  until "$@"; do
    [ "$(date +%s)" -lt "$end" ] || fail "waited in vain until $words"
    sleep 0.05
  done
}

# start_editor ARGUMENTS...: photos start without a first coat, unless COAT=true when the first editor starts; BRUSH: its diameter in points. The window fills the screen; the trace is in $work/trace.txt.
start_editor() {
  local size=${WINDOW:-${SCREEN:-1280x800}}
  mkdir -p "$XDG_CONFIG_HOME/handtint"
  local preferences=$XDG_CONFIG_HOME/handtint/preferences.json
  [ -f "$preferences" ] || printf '{"window_width": %d, "window_height": %d, "smoothing": 0, "guided_start_seen": true, "system_dialogs": false, "coat_on_opening": %s%s}\n' "${size%x*}" "${size#*x}" "${COAT:-false}" "${BRUSH:+, \"brush_points\": $BRUSH}" >"$preferences"
  rm -f "$work/trace.txt"
  "$EDITOR_PROGRAM" --trace "$work/trace.txt" "$@" 2>"$work/log.txt" &
  editor_pid=$!
  wait_for 20 "the window is there" window_found
  # There is no window manager that would do this.
  xdotool windowmove "$window" 0 0 windowfocus --sync "$window"
}
window_found() {
  kill -0 "$editor_pid" 2>/dev/null || fail "the editor ended at once"
  window=$(xdotool search --onlyvisible --name '^Handtint' 2>/dev/null | head -1)
  [ -n "$window" ]
}

title() { xdotool getwindowname "$window"; }
title_is() { [ "$(title)" = "$1" ]; }
wait_title() { wait_for 20 "the title is '$1' (it is '$(title)')" title_is "$1"; }

key() { xdotool key --delay 30 "$@"; sleep 0.15; }
# Types into a field that has just been asked for: it takes some frames until it has the keyboard.
type_line() { sleep 0.6; xdotool type --delay 30 "$1"; sleep 0.3; xdotool key Return; sleep 0.4; }

# The picture has been solved to the end since the last stroke or change.
refined() {
  tail -n 2000 "$work/trace.txt" | awk '$1 == "point" || $1 == "release" { wanted = $3 } $1 == "shown" { revision = $3; done = $4 } END { exit !(done == 1 && revision >= wanted) }'
}
wait_refined() { sleep 0.3; wait_for 120 "the picture is refined" refined; }

# In a window of this size the canvas is what tool strip, top bar, side panel and status line leave.
canvas_centre() {
  local size=${WINDOW:-${SCREEN:-1280x800}}
  centre_x=$((52 + (${size%x*} - 52 - 320) / 2))
  centre_y=$((48 + (${size#*x} - 48 - 28) / 2))
}

# at_100_percent WIDTH HEIGHT: one photo pixel is one screen pixel, the photo in the middle; then photo_x, photo_y convert.
at_100_percent() {
  canvas_centre
  photo_width=$1
  photo_height=$2
  xdotool mousemove "$centre_x" "$centre_y"
  sleep 0.1
  key 0
  key 1
}
screen_x() { echo $((centre_x + $1 - photo_width / 2)); }
screen_y() { echo $((centre_y + $1 - photo_height / 2)); }

# paint X0 Y0 X1 Y1 [STEPS]: a stroke, in photo pixels.
paint() {
  local steps=${5:-12} i
  xdotool mousemove "$(screen_x "$1")" "$(screen_y "$2")"
  sleep 0.05
  xdotool mousedown 1
  for i in $(seq 1 "$steps"); do
    xdotool mousemove "$(screen_x $(($1 + ($3 - $1) * i / steps)))" "$(screen_y $(($2 + ($4 - $2) * i / steps)))"
    sleep 0.01
  done
  xdotool mouseup 1
  sleep 0.15
}
click() {
  xdotool mousemove "$(screen_x "$1")" "$(screen_y "$2")"
  sleep 0.1
  xdotool click 1
  sleep 0.15
}

# control NAME: "x0 y0 x1 y1", where the trace last saw it; fails while it cannot be seen. The name is its label, or what
# the source calls it (trace.h).
control() {
  awk -v name="$1" '
    $1 == "control" {
      line = $0
      sub(/^control /, "", line)
      sub(/ -?[0-9]+ -?[0-9]+ -?[0-9]+ -?[0-9]+$/, "", line)
      if (line == name) place = $(NF - 3) " " $(NF - 2) " " $(NF - 1) " " $NF
    }
    END { if (place == "" || place == "0 0 0 0") exit 1; print place }' "$work/trace.txt"
}
# bring_into_view NAME: turns the wheel over the side panel, down to its end and up again, until the control is there.
bring_into_view() {
  local size=${WINDOW:-${SCREEN:-1280x800}} button turn
  control "$1" >/dev/null && return
  xdotool mousemove $((${size%x*} - 160)) $((${size#*x} / 2))
  for button in 5 4; do
    for turn in $(seq 30); do
      xdotool click $button
      sleep 0.1
      control "$1" >/dev/null && sleep 0.2 && return
    done
  done
  fail "there is no control '$1'"
}
# point_at NAME: the cursor to the middle of the control.
point_at() {
  local place
  bring_into_view "$1"
  place=$(control "$1") || fail "the control '$1' has gone"
  set -- $place
  xdotool mousemove $((($1 + $3) / 2)) $((($2 + $4) / 2)) sleep 0.2
}
# press NAME [SECONDS]: a click on the control, then a pause.
press() {
  point_at "$1"
  xdotool click 1 sleep "${2:-0.4}"
}

quit_editor() {
  key ctrl+q
  local end=$(($(date +%s) + 20)) code
  while kill -0 "$editor_pid" 2>/dev/null; do
    [ "$(date +%s)" -lt "$end" ] || fail "the editor did not quit"
    sleep 0.05
  done
  wait "$editor_pid"
  code=$?
  editor_pid=
  [ $code -eq 0 ] || fail "the editor ended with $code"
}

# pixel FILE X Y: "R G B", 0..255.
pixel() {
  convert "$1" -depth 8 -format "%[fx:round(255*p{$2,$3}.r)] %[fx:round(255*p{$2,$3}.g)] %[fx:round(255*p{$2,$3}.b)]" info:
}
