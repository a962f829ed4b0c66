#!/bin/bash
# The window's words for looking at, in each language at 100 % and at 200 %: language_pictures.sh FOLDER [LANGUAGE]...
# The screen is so high that the whole side panel is on it.
out=$(realpath "${1:?folder}")
languages=("${@:2}")
[ ${#languages[@]} -gt 0 ] || languages=(en ca de es fr pt_BR)
export SCREEN=1600x2400
source "$(dirname "$0")/lib.sh"
mkdir -p "$out"

# shot NAME [CROP]: of the language and scale that are tried.
shot() { sleep 0.8; import -window root ${2:+-crop "$2"} +repage "$out/$language-$scale-$1.png"; }
started() { start_editor --lang "$language" --scale "$scale" "$@"; }

look() {
  rm -rf "$XDG_CONFIG_HOME" "$XDG_STATE_HOME"
  rm -f "$work/portrait.handtint"
  cp "$EXAMPLES/portrait.jpg" "$EXAMPLES/house.jpg" "$work/"
  COAT=true started "$work/portrait.jpg"
  wait_title "Handtint - portrait.jpg"
  press "First coat" # closed and opened again: what is below it has moved
  press "First coat"
  press Reference
  xdotool mousemove 560 1150 sleep 0.3 mousedown 1 mousemove_relative 60 40 sleep 0.1 mouseup 1
  wait_refined
  shot panel
  xdotool mousemove 70 "$((2400 - 14))"
  shot status 1600x160+0+2240
  point_at colour
  shot tip 800x800+0+0
  key F1
  shot help
  press "Take the tour"
  shot tour 1000x700+0+0
  press "End the tour"
  key ctrl+e
  shot export
  key Escape
  key ctrl+q
  shot question
  press "Don't save"
  wait "$editor_pid"
  editor_pid=
  started
  shot start 1600x1200+0+0
  key ctrl+o
  sleep 0.6
  key Down Down Down
  shot open
  key Escape
  quit_editor
}

for language in "${languages[@]}"; do
  for scale in 1 2; do
    look
    echo "$language at $scale"
  done
done
