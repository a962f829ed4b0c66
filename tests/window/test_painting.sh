#!/bin/bash
# What the hand meets: a selection that ends, cursors and keys of other keyboards, a lasso that can be undone, strokes that
# nobody meant.
source "$(dirname "$0")/lib.sh"
convert -size 640x400 gradient:'gray(45%)'-'gray(65%)' -colorspace Gray "$work/photo.png" || fail "no photo"
session=$work/photo.handtint
# Saves; the session's strokes are a line each.
saved() {
  key ctrl+s
  [ -f "$session" ] || { sleep 0.5; key Return; }
  wait_title "Handtint - photo.handtint"
}
strokes() { grep -c '^{.*"points"' "$session"; }
last_stroke() { grep '^{.*"points"' "$session" | tail -1; }
radius() { last_stroke | sed 's/.*"points": *\[\([^]]*\)\].*/\1/' | cut -d, -f3 | cut -d. -f1; }
there() { control "$1" >/dev/null; }
gone() { ! there "$1"; }

start_editor "$work/photo.png"
wait_title "Handtint - photo.png"
at_100_percent 640 400
key c
type_line "#2040c0"
paint 60 60 160 60

echo "painting ends a selection: the next colour is the brush's alone"
key v
click 100 60
key b
key c
type_line "#c03020"
paint 60 120 160 120
saved
[ "$(strokes)" = 2 ] || fail "$(strokes) strokes"
grep '^{.*"points"' "$session" | head -1 | grep -q '"colour": *\[0.12' || fail "the old stroke is recoloured"

echo "a colour chosen while a grey brush is held goes back to the brush"
key n
key c
type_line "#20a040"
paint 60 180 160 180
saved
last_stroke | grep -q '"kind": *"colour"' || fail "still the grey brush: $(last_stroke)"

echo "a click that trembles moves nothing; a stroke outside the photo is none"
key v
xdotool mousemove "$(screen_x 100)" "$(screen_y 60)" mousedown 1 sleep 0.05
xdotool mousemove "$(screen_x 102)" "$(screen_y 61)" sleep 0.05 mouseup 1
key b
paint 200 -40 300 -30
sleep 0.3
title_is "Handtint - photo.handtint" || fail "something was changed"

echo "another button does not end a stroke"
xdotool mousemove "$(screen_x 240)" "$(screen_y 60)" mousedown 1 sleep 0.05 mousemove "$(screen_x 280)" "$(screen_y 60)" sleep 0.05
xdotool click 2 sleep 0.05 mousemove "$(screen_x 340)" "$(screen_y 60)" sleep 0.05 mouseup 1
wait_title "Handtint - photo.handtint *"
saved
[ "$(strokes)" = 4 ] || fail "$(strokes) strokes"
last_stroke | grep -q '34[0-9.]*, *6' || fail "the stroke ended early: $(last_stroke)"

echo "a lasso is a step that can be undone; a stray click leaves it"
key l
xdotool mousemove "$(screen_x 400)" "$(screen_y 100)" mousedown 1
for corner in "500 100" "600 100" "600 300" "500 300" "400 300" "400 200"; do
  read -r x y <<<"$corner"
  xdotool mousemove "$(screen_x "$x")" "$(screen_y "$y")" sleep 0.03
done
xdotool mouseup 1
wait_for 10 "the lasso is told" there "end lasso"
click 300 350
there "end lasso" || fail "a stray click takes the lasso away"
key b
paint 100 300 200 300
saved
[ "$(strokes)" = 4 ] || fail "a stroke outside the lasso is kept"
grep -q '"lasso": *\[' "$session" || fail "the session does not tell the lasso"

echo "an open list takes the keys; Esc closes it and nothing else"
press palettes
key n
key Escape
sleep 0.2
there "end lasso" || fail "Esc ended the lasso behind the list"
paint 450 200 550 200
saved
last_stroke | grep -q '"region"' || fail "the stroke is not limited"
last_stroke | grep -q '"kind": *"colour"' || fail "a key acted behind the list"
key ctrl+z
key ctrl+z
wait_for 10 "undo takes the lasso" gone "end lasso"
key ctrl+shift+z
wait_for 10 "redo brings it back" there "end lasso"
press "end lasso"
wait_for 10 "the chip ends it" gone "end lasso"

echo "the brush's size by wheel, by dragging, and by AltGr of a German keyboard"
xdotool mousemove "$(screen_x 300)" "$(screen_y 200)" sleep 0.1
paint 240 250 300 250 && saved
first=$(radius)
xdotool keydown shift click 4 click 4 click 4 click 4 keyup shift sleep 0.1
paint 240 280 300 280 && saved
second=$(radius)
[ "$second" -gt "$first" ] || fail "Shift and wheel: $first, then $second"
xdotool keydown shift mousemove "$(screen_x 300)" "$(screen_y 200)" mousedown 1 sleep 0.05 mousemove "$(screen_x 340)" "$(screen_y 200)" sleep 0.05
xdotool mousemove "$(screen_x 390)" "$(screen_y 200)" sleep 0.05 mouseup 1 keyup shift sleep 0.1
paint 240 330 300 330 && saved
third=$(radius)
[ "$third" -gt $((second + second / 2)) ] || fail "Shift and drag: $second, then $third"
if command -v setxkbmap >/dev/null && setxkbmap de 2>/dev/null; then
  sleep 0.3
  for i in 1 2 3 4; do xdotool keydown ISO_Level3_Shift key 8 keyup ISO_Level3_Shift sleep 0.05; done
  paint 240 370 300 370 && saved
  [ "$(radius)" -lt "$third" ] || fail "AltGr and 8: $third, then $(radius)"
fi

echo "painting in the view of the photo shows what is painted"
key F3
key c
type_line "#2040c0"
paint 560 60 600 60
wait_refined
xdotool keydown h sleep 0.3
import -window root "$work/after.png"
xdotool keyup h
read -r r g b <<<"$(pixel "$work/after.png" "$(screen_x 580)" "$(screen_y 60)")"
[ "$b" -gt $((r + 25)) ] || fail "no blue: $r $g $b"
saved
quit_editor
echo "passed"
