#!/bin/bash
# A folder of frames as a film: a stroke on the first, its colour on the third, a session that the command line writes.
source "$(dirname "$0")/lib.sh"
mkdir "$work/clip"
convert -seed 5 -size 240x160 plasma:grey30-grey50 -colorspace gray "$work/ground.png"
convert -seed 9 -size 70x70 plasma:grey65-grey85 -colorspace gray "$work/square.png"
for n in 0 1 2 3 4; do
  convert "$work/ground.png" "$work/square.png" -geometry +$((60 + 4 * n))+45 -composite "$work/clip/f00$n.png"
done
bluer() {
  import -window root "$work/seen.png"
  local r g b
  read -r r g b <<<"$(pixel "$work/seen.png" "$1" "$2")"
  [ "$b" -gt $((r + 40)) ]
}

start_editor "$work/clip"
wait_title "Handtint - clip"
wait_for 10 "there is a timeline" control frames >/dev/null
at_100_percent 240 160
centre_y=$((centre_y - 56))  # the timeline lies under the canvas
wait_refined
key c
type_line "#2040c0"
paint 75 60 115 100
wait_title "Handtint - clip *"
wait_refined
key Right
key Right
xdotool keydown h
wait_for 15 "the colour is on the third frame" bluer "$(screen_x 108)" "$(screen_y 65)"
bluer "$(screen_x 20)" "$(screen_y 140)" && echo "the ground is coloured too"
xdotool keyup h
[ -z "${SHOTS:-}" ] || cp "$work/seen.png" "$SHOTS/film.png"
key ctrl+s
sleep 0.6
key Return
wait_title "Handtint - clip.handtint"
quit_editor
"$COMMAND_PROGRAM" film -q "$work/clip.handtint" -o "$work/out" || fail "the command line does not write the session"
read -r r g b <<<"$(pixel "$work/out/f004.png" 116 65)"
[ "$b" -gt $((r + 30)) ] || fail "no colour on the last frame: $r $g $b"
echo "passed"
