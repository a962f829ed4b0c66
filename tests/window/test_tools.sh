#!/bin/bash
# Tools beside the brush: lasso, protect brush, selection, moving, palette files, a reference photo.
source "$(dirname "$0")/lib.sh"
convert -size 640x400 gradient:'gray(45%)'-'gray(65%)' -fill 'gray(15%)' -draw 'rectangle 520,130 619,299' -colorspace Gray "$work/photo.png" || fail "no photo"
export_to() {
  rm -f "$1"
  key ctrl+e
  type_line "$1"
  wait_for 60 "the picture is exported" test -s "$1"
  sleep 0.3
}
reddish() { local r g b; read -r r g b <<<"$(pixel "$1" "$2" "$3")"; [ "$r" -gt $((b + ${4:-25})) ]; }
bluish() { local r g b; read -r r g b <<<"$(pixel "$1" "$2" "$3")"; [ "$b" -gt $((r + ${4:-25})) ]; }

# The system's dialog, as far as the editor sees it.
mkdir "$work/bin"
printf '#!/bin/sh\necho "%s"\n' "$work/reference.png" >"$work/bin/zenity"
chmod +x "$work/bin/zenity"
convert -size 200x200 xc:'#3070c0' "$work/reference.png"
printf 'GIMP Palette\nName: Of the test\n#\n 32 160 64 Green\n' >"$work/test.gpl"

PATH=$work/bin:$PATH start_editor "$work/photo.png"
wait_title "Handtint - photo.png"
at_100_percent 640 400

echo "a stroke that a lasso limits: its colour and its mask end at the lasso"
wait_refined
import -window root "$work/before.png"
key l
xdotool mousemove "$(screen_x 100)" "$(screen_y 100)" mousedown 1
for corner in "200 100" "300 100" "300 200" "300 300" "200 300" "100 300" "100 200"; do
  read -r x y <<<"$corner"
  xdotool mousemove "$(screen_x "$x")" "$(screen_y "$y")" sleep 0.03
done
xdotool mouseup 1
sleep 0.2
key c
type_line "#2040c0"
key b
paint 150 200 500 200 20
wait_title "Handtint - photo.png *"
wait_refined
import -window root "$work/lasso.png"
[ -z "${SHOTS:-}" ] || cp "$work/lasso.png" "$SHOTS/lasso.png"
bluish "$work/lasso.png" "$(screen_x 200)" "$(screen_y 270)" || fail "no blue in the lasso on the screen"
for place in "60 60" "60 200" "320 240" "450 300"; do
  read -r x y <<<"$place"
  now=$(pixel "$work/lasso.png" "$(screen_x "$x")" "$(screen_y "$y")")
  [ "$now" = "$(pixel "$work/before.png" "$(screen_x "$x")" "$(screen_y "$y")")" ] || fail "outside the lasso at $place the screen shows $now"
done
key Escape
key ctrl+s
sleep 0.6
key Return
wait_title "Handtint - photo.handtint"
grep -q '"region"' "$work/photo.handtint" || fail "the session does not know the lasso"

echo "protect and neutral brush keep their places grey"
key k
paint 560 60 600 60
key n
paint 560 340 600 340
wait_refined
[ -z "${SHOTS:-}" ] || import -window root "$SHOTS/protect.png"
export_to "$work/out.png"
bluish "$work/out.png" 400 200 2 && fail "blue outside the lasso: $(pixel "$work/out.png" 400 200)"
bluish "$work/out.png" 200 200 || fail "no blue in the lasso: $(pixel "$work/out.png" 200 200)"
bluish "$work/out.png" 580 60 12 && fail "blue at the protected place: $(pixel "$work/out.png" 580 60)"
bluish "$work/out.png" 580 340 12 && fail "blue at the neutral place: $(pixel "$work/out.png" 580 340)"

echo "selected, moved, deleted"
key v
click 200 200
xdotool mousemove "$(screen_x 200)" "$(screen_y 200)" mousedown 1 sleep 0.05 mousemove "$(screen_x 220)" "$(screen_y 230)" sleep 0.05 mousemove "$(screen_x 220)" "$(screen_y 250)" sleep 0.05 mouseup 1
sleep 0.3
[ -z "${SHOTS:-}" ] || import -window root "$SHOTS/moved.png"
wait_title "Handtint - photo.handtint *"
key Delete
wait_refined
export_to "$work/out.png"
bluish "$work/out.png" 200 200 10 && fail "the deleted stroke still colours"
key ctrl+z
wait_refined
export_to "$work/out.png"
bluish "$work/out.png" 200 250 || fail "undo does not bring it back: $(pixel "$work/out.png" 200 250)"
key ctrl+s
wait_title "Handtint - photo.handtint"
echo "things: two strokes are one, which is hidden, shown, named and recoloured by a colour that is dropped on it"
screen_is() { import -window root "$work/screen.png" && "$1" "$work/screen.png" "$(screen_x "$2")" "$(screen_y "$3")" 8; }
screen_is_not() { ! screen_is "$@"; }
key b
key c
type_line "#c02020"
paint 60 340 100 340
paint 140 340 180 340
wait_for 20 "the new strokes colour" screen_is reddish 120 370
press "Red 1" 0.2
xdotool keydown ctrl
press "Red 2" 0.2
xdotool keyup ctrl
key ctrl+g
control "Red 2" >/dev/null && fail "the strokes are still two things"
press "eye Red 1"
wait_for 20 "the hidden thing does nothing" screen_is_not reddish 120 370
[ -z "${SHOTS:-}" ] || cp "$work/screen.png" "$SHOTS/things.png"
key ctrl+z
wait_for 20 "the thing acts again" screen_is reddish 120 370
key F2
type_line "Two lines"
read -r x0 y0 x1 y1 <<<"$(control "recent 2")" || fail "no recent colour"
xdotool mousemove $(((x0 + x1) / 2)) $(((y0 + y1) / 2)) mousedown 1 sleep 0.1
read -r x0 y0 x1 y1 <<<"$(control "Two lines")" || fail "the thing has not its name"
for step in 1 2 3 4; do xdotool mousemove $(((x0 + x1) / 2 - 8 + 2 * step)) $(((y0 + y1) / 2)) sleep 0.1; done
xdotool mouseup 1
wait_for 20 "the thing has the colour that was dropped" screen_is_not reddish 120 370
key ctrl+s
wait_title "Handtint - photo.handtint"
[ "$("$COMMAND_PROGRAM" info "$work/photo.handtint" | grep -c "Two lines")" = 1 ] || fail "the session does not know the thing's name"
press "bin Two lines"
wait_title "Handtint - photo.handtint *"
key ctrl+s
wait_title "Handtint - photo.handtint"

echo "the wand: what lights up under the cursor is what a click colours"
key w
key c
type_line "#c02020"
xdotool mousemove "$(screen_x 570)" "$(screen_y 215)"
sleep 0.5
import -window root "$work/hover.png"
[ -z "${SHOTS:-}" ] || cp "$work/hover.png" "$SHOTS/wand.png"
reddish "$work/hover.png" "$(screen_x 560)" "$(screen_y 160)" || fail "the thing under the wand does not light up"
reddish "$work/hover.png" "$(screen_x 500)" "$(screen_y 215)" && fail "more lights up than the thing"
grep -q '^hover' "$work/trace.txt" || fail "the trace does not tell of it"
click 570 215
wait_title "Handtint - photo.handtint *"
wait_refined
export_to "$work/out.png"
for place in "560 160" "570 215" "590 250"; do  # well inside: at its borders the network may see something else
  read -r x y <<<"$place"
  reddish "$work/out.png" "$x" "$y" 15 || fail "the click did not colour $place: $(pixel "$work/out.png" "$x" "$y")"
done
for place in "516 215" "570 304" "570 126"; do
  read -r x y <<<"$place"
  reddish "$work/out.png" "$x" "$y" 6 && fail "the click coloured $place: $(pixel "$work/out.png" "$x" "$y")"
done
key ctrl+z
wait_title "Handtint - photo.handtint"

echo "a typed colour is exact; the switch makes the selected stroke natural, paler in the dark, and is undone"
key c
type_line "#b09070"
key b
paint 560 170 580 260 20
wait_refined
export_to "$work/exact.png"
key v
click 570 215
press "Natural colour"
[ -z "${SHOTS:-}" ] || import -window root "$SHOTS/natural.png"
wait_refined
export_to "$work/out.png"
spread() { local r g b; read -r r g b <<<"$(pixel "$1" 570 215)"; echo $((r - b)); }
[ "$(spread "$work/out.png")" -gt 10 ] && [ "$(spread "$work/out.png")" -lt $(($(spread "$work/exact.png") * 3 / 4)) ] ||
  fail "natural $(pixel "$work/out.png" 570 215) is not paler than exact $(pixel "$work/exact.png" 570 215)"
key ctrl+z
wait_refined
export_to "$work/out.png"
[ "$(pixel "$work/out.png" 570 215)" = "$(pixel "$work/exact.png" 570 215)" ] || fail "undo does not make it exact again"
key ctrl+z
wait_title "Handtint - photo.handtint"

echo "a palette; its name is typed as soon as the field is there"
press load 0.2
xdotool type --delay 5 "$work/test.gpl"
xdotool key Return
wait_title "Handtint - photo.handtint *"
key ctrl+s
wait_title "Handtint - photo.handtint"
grep -q '"Of the test"' "$work/photo.handtint" || fail "the palette is not in the session"

echo "a reference photo by the system's dialog, and its colour for all strokes"
press Reference
press "Open a reference…" 0.8
press "System dialog" 1.2
[ -z "${SHOTS:-}" ] || import -window root "$SHOTS/reference.png"
key ctrl+a
press "reference picture"
wait_title "Handtint - photo.handtint *"
key ctrl+s
wait_title "Handtint - photo.handtint"
grep -q '"colour": *\[0.188' "$work/photo.handtint" || fail "the strokes have not the reference's colour"

echo "the eyedropper"
key Escape
wait_refined
key c
type_line "#808080"
key i
click 200 250
import -window root "$work/screen.png"
read -r x0 y0 x1 y1 <<<"$(control colour)"
bluish "$work/screen.png" $(((x0 + x1) / 2)) $(((y0 + y1) / 2)) || fail "the brush's colour is not the picture's blue"
if [ -n "${DROP:-}" ]; then
  echo "a file is dropped"
  timeout 5 "$DROP" "$window" "file://$EXAMPLES/boats.jpg" || fail "the drop is not answered"
  wait_title "Handtint - boats.jpg"
fi
quit_editor
echo "passed"
