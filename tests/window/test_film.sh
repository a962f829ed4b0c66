#!/bin/bash
# A folder of frames as a film: a stroke on the first, its colour and its rim on the third, where it is taken over; a cut that is made and
# taken back; a session that the command line writes.
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

# The strokes alone are shown: the photo's pixel has the colour of the stroke, or not.
in_stroke() {
  local r g b
  import -window root "$work/seen.png"
  read -r r g b <<<"$(pixel "$work/seen.png" "$(screen_x "$1")" "$(screen_y "$2")")"
  [ $((b - r)) -gt 80 ]
}
# Of the stroke from (83, 60) to (123, 100) its rim alone: near its edge, across the line, lies its colour, in the middle none.
is_rim() {
  local x
  in_stroke 103 80 && return 1
  for x in $(seq 92 112); do in_stroke $((x + 3)) $((x - 26)) && return; done
  return 1
}
shot() { [ -z "${SHOTS:-}" ] || import -window root "$SHOTS/film-$1.png"; }
# ask_about_cut FRAME: a right click in the timeline.
ask_about_cut() {
  set -- "$1" $(control frames)
  xdotool mousemove $(($2 + ($4 - $2) * (2 * $1 + 1) / 10)) $((($3 + $5) / 2)) sleep 0.1 click 3
}

start_editor "$work/clip"
wait_title "Handtint - clip"
wait_for 60 "there is a timeline" control frames >/dev/null
at_100_percent 240 160
centre_y=$((centre_y - 56))  # the timeline lies under the canvas
xdotool mousemove "$centre_x" "$centre_y" sleep 0.1
key 0
key 1
wait_refined
key c
type_line "#2040c0"
paint 75 60 115 100
wait_title "Handtint - clip *"
wait_refined
key Right
key Right
xdotool keydown h
wait_for 60 "the colour is on the third frame" bluer "$(screen_x 108)" "$(screen_y 65)"
bluer "$(screen_x 20)" "$(screen_y 140)" && echo "the ground is coloured too"
xdotool keyup h
[ -z "${SHOTS:-}" ] || cp "$work/seen.png" "$SHOTS/film.png"

key v
key F4
wait_for 60 "the stroke lies on the third frame as a rim" is_rim
xdotool mousemove "$(screen_x 103)" "$(screen_y 80)" sleep 0.5
shot rim
paint 103 80 113 80
wait_for 60 "the stroke is this frame's" in_stroke 113 80
key ctrl+z
wait_for 60 "the rim is back" is_rim
key ctrl+shift+z
wait_for 60 "the stroke is back" in_stroke 113 80
key F2
key Escape
shot adopted

ask_about_cut 3
wait_for 60 "it can be cut" control "Cut here" >/dev/null
shot cut-menu
press "Cut here"
key ctrl+s
sleep 0.6
key Return
wait_title "Handtint - clip.handtint"
grep -q '"of":{"frame":0,"id":1}' "$work/clip.handtint" || fail "the session does not know where the stroke comes from"
grep -q '^"shots": \[0,3\],$' "$work/clip.handtint" || fail "the session does not know the cut"
shot cut
ask_about_cut 3
wait_for 60 "it can be joined" control "Join with the shot before" >/dev/null
press "Join with the shot before"
wait_title "Handtint - clip.handtint *"
key d
wait_title "Handtint - clip.handtint *"
key d
key ctrl+s
wait_title "Handtint - clip.handtint"
! grep -q '"shots"' "$work/clip.handtint" || fail "the session has a cut that was taken back"
quit_editor
"$COMMAND_PROGRAM" film -q "$work/clip.handtint" -o "$work/out" || fail "the command line does not write the session"
read -r r g b <<<"$(pixel "$work/out/f004.png" 116 65)"
[ "$b" -gt $((r + 30)) ] || fail "no colour on the last frame: $r $g $b"
echo "passed"
