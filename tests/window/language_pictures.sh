#!/bin/bash
# The window's words for looking at, in each language at 100 % and at 200 %, at 100 % in a narrow window and with a film, too:
# language_pictures.sh FOLDER [LANGUAGE]... SCALES="1 2" and LOOKS="look look_narrow look_film" say less.
# The screen is so high that the whole side panel is on it.
out=$(realpath -- "${1?the folder for the pictures is missing}") || exit
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

# narrow NAME: of a window 400 pixels wide.
narrow() { shot "narrow-$1" 400x800+0+0; }
look_narrow() {
  rm -rf "$XDG_CONFIG_HOME" "$XDG_STATE_HOME"
  rm -f "$work/portrait.handtint"
  cp "$EXAMPLES/portrait.jpg" "$work/"
  COAT=true WINDOW=400x800 started "$work/portrait.jpg"
  wait_title "Handtint - portrait.jpg"
  sleep 2
  narrow canvas
  key Tab
  for part in 1 2 3 4; do
    narrow "panel-$part"
    xdotool mousemove 200 400 click --repeat 8 --delay 60 5
  done
  key Tab F1
  narrow help
  key Escape ctrl+e
  narrow export
  key Escape n
  xdotool mousemove 200 300 sleep 0.3 mousedown 1 mousemove_relative 30 20 sleep 0.1 mouseup 1
  key ctrl+q
  narrow question
  press "Don't save"
  wait "$editor_pid"
  editor_pid=
  WINDOW=400x800 started
  narrow start
  key ctrl+o
  sleep 0.6
  key Down Down Down
  narrow open
  key Escape
  quit_editor
}

look_film() {
  rm -rf "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" "$work/clip" "$work/clip.handtint"
  mkdir "$work/clip"
  for n in 0 1 2 3 4; do convert -seed 5 -size 240x160 plasma:grey30-grey50 -roll "+$((4 * n))+0" -colorspace gray "$work/clip/f00$n.png"; done
  COAT=true WINDOW=1280x800 started "$work/clip"
  wait_title "Handtint - clip"
  wait_for 60 "there is a timeline" control frames >/dev/null
  sleep 2
  xdotool mousemove 300 300 sleep 0.3 mousedown 1 mousemove_relative 60 40 sleep 0.1 mouseup 1
  wait_title "Handtint - clip *"
  set -- $(control frames)
  xdotool mousemove $(($1 + ($3 - $1) * 7 / 10)) $((($2 + $4) / 2)) sleep 0.1 click 3
  shot film 1280x800+0+0
  key Escape ctrl+e
  shot film-export 1280x800+0+0
  key Escape ctrl+q
  shot film-question 1280x800+0+0
  press "Don't save"
  wait "$editor_pid"
  editor_pid=
}

for language in "${languages[@]}"; do
  for scale in ${SCALES:-1 2}; do
    for what in ${LOOKS:-look look_narrow look_film}; do
      [ "$scale $what" = "2 look_narrow" ] || $what
    done
    echo "$language at $scale"
  done
done
