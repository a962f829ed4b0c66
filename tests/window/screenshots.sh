#!/bin/bash
# Pictures of the program for looking at: screenshots.sh FOLDER
out=$(realpath -- "${1?the folder for the pictures is missing}") || exit
export SCREEN=1600x1000
source "$(dirname "$0")/lib.sh" "$out"
mkdir -p "$out"
shot() { sleep "${2:-0.6}"; import -window root "$out/$1.png"; echo "$1"; }
cp "$EXAMPLES/portrait.jpg" "$EXAMPLES/house.jpg" "$EXAMPLES/boats.jpg" "$work/"

hue() { key c; type_line "$1"; }

# stroke X Y X Y ...: a stroke through these points of the canvas, in parts of a thousand of its width and height.
stroke() {
  canvas_centre
  local width=$(((centre_x - 52) * 2)) height=$(((centre_y - 48) * 2)) down=mousedown
  while [ $# -ge 2 ]; do
    xdotool mousemove $((52 + width * $1 / 1000)) $((48 + height * $2 / 1000))
    sleep 0.03
    [ -n "$down" ] && xdotool mousedown 1 && down=
    shift 2
  done
  sleep 0.05
  xdotool mouseup 1
  sleep 0.2
}
paint_portrait() {  # the astronaut of the examples, fitted into the canvas of 1600 x 1000
  hue "#d9a184"; stroke 420 250 450 260 470 280
  hue "#8a5a30"; stroke 380 110 440 80 500 110
  hue "#e0782c"; stroke 250 640 300 560 340 620
  hue "#9aa7b8"; stroke 650 150 620 300 660 330
  hue "#b03038"; stroke 165 160 190 300
}

start_editor "$work/portrait.jpg"
wait_title "Handtint - portrait.jpg"
sleep 1
paint_portrait
wait_refined
canvas_centre
xdotool mousemove $((centre_x - 180)) $((centre_y + 150))
shot painting 1
key backslash
shot split
key backslash
bring_into_view "Solve afresh"
shot settings
bring_into_view Colour
key F1
shot help
key Escape
key ctrl+s
sleep 0.6
key Return
sleep 0.6
quit_editor

for photo in house boats; do
  start_editor "$work/$photo.jpg"
  wait_title "Handtint - $photo.jpg"
  quit_editor
done
start_editor
shot start 4
key ctrl+o
sleep 0.6
key Down Down Down Down
shot file-browser 2
key Escape
quit_editor

start_editor --scale 2 "$work/portrait.handtint"
wait_title "Handtint - portrait.handtint"
shot twice-as-large 2
quit_editor
printf '{"window_width": 400, "window_height": 800, "guided_start_seen": true, "system_dialogs": false}' >"$XDG_CONFIG_HOME/handtint/preferences.json"
start_editor "$work/portrait.handtint"
wait_title "Handtint - portrait.handtint"
shot narrow 2
key Tab
shot narrow-panel 1
quit_editor
printf '{"window_width": 1600, "window_height": 1000, "theme": "light", "system_dialogs": false}' >"$XDG_CONFIG_HOME/handtint/preferences.json"
start_editor "$work/portrait.handtint"
wait_title "Handtint - portrait.handtint"
shot light 2
quit_editor

# The first coat: on the photo, where it is unsure, the panel's section in every look.
rm "$work/portrait.handtint"
to_coat() { bring_into_view "Lay it on newly opened photos"; }
preferences() { printf '{"window_width": %d, "window_height": %d, "theme": "%s", "guided_start_seen": true, "system_dialogs": false}' "$1" "$2" "$3" >"$XDG_CONFIG_HOME/handtint/preferences.json"; }
coated() { start_editor "$@" "$work/portrait.jpg"; wait_title "Handtint - portrait.jpg"; sleep 2; }
preferences 1600 1000 dark
coated
canvas_centre
xdotool mousemove $((centre_x - 300)) $((centre_y + 150)) sleep 0.6
point_at likely
shot coat 1
key u
to_coat
shot coat-unsure 1
key Escape
quit_editor
preferences 1600 1000 light
coated
key u
to_coat
shot coat-light 1
quit_editor
preferences 1600 1000 dark
coated --scale 2
to_coat
shot coat-twice-as-large 1
quit_editor
preferences 400 800 dark
coated
key Tab
to_coat
shot coat-narrow-panel 1
quit_editor
preferences 1600 1000 dark
coated --network nowhere.onnx
bring_into_view "First coat"
shot coat-no-network 1
quit_editor
