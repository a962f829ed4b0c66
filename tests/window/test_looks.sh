#!/bin/bash
# What the eye meets: pixels that are pixels, a dial that does what it says, texts that are no colours, the tour, and
# dialogs that say what is wrong while there is time.
source "$(dirname "$0")/lib.sh"
there() { control "$1" >/dev/null; }
tour_at() { grep -q "^control $1 of 6" "$work/trace.txt"; }
# Every second pixel is the other one, in both directions.
is_checkerboard() {
  import -window root -crop 40x40+$(($1))+$(($2)) +repage "$work/crop.png"
  local values
  values=$(convert "$work/crop.png" -colorspace Gray -depth 8 txt: | awk -F'[,:() ]+' 'NR > 1 { print ($1 + $2) % 2, $4 }' | sort -u | wc -l)
  [ "$values" = 2 ]
}

echo "at 100 % a pixel is a pixel, for odd sizes, after any zoom and any move"
convert -size 1x1 xc:'gray(30%)' xc:'gray(70%)' +append \( xc:'gray(70%)' xc:'gray(30%)' +append \) -append "$work/two.png"
convert -size 301x217 tile:"$work/two.png" -colorspace Gray -depth 8 "$work/checks.png" || fail "no photo"
start_editor "$work/checks.png"
wait_title "Handtint - checks.png"
canvas_centre
xdotool mousemove "$centre_x" "$centre_y"
key z
wait_refined
is_checkerboard $((centre_x - 60)) $((centre_y - 60)) || fail "not at once"
xdotool click 4 click 4 click 5 click 4 sleep 0.2
key z
sleep 0.2
is_checkerboard $((centre_x - 60)) $((centre_y - 60)) || fail "not after the wheel"
xdotool mousedown 2 mousemove_relative 7 3 sleep 0.05 mousemove_relative 6 2 sleep 0.05 mouseup 2 sleep 0.3
is_checkerboard $((centre_x - 60)) $((centre_y - 60)) || fail "not after a move"

echo "the zoom is a field, and a photo that does not fit has a navigator"
there navigator && fail "the photo fits"
press zoom
type_line "800 %"
wait_for 5 "there is a navigator" there navigator
press zoom
type_line "much"
there navigator || fail "what is no zoom has changed it"
press navigator
press zoom
type_line 100
there navigator && fail "the photo fits again"
is_checkerboard $((centre_x - 60)) $((centre_y - 60)) || fail "100 % was typed"

echo "the photo as it was, while G is held and beside the picture with Y; a palette at the cursor"
seen() { import -window root -crop 500x500+$((centre_x - 250))+50 +repage -depth 8 rgb:- | md5sum; }
xdotool mousemove 600 795 sleep 0.3
before=$(seen)
xdotool keydown g sleep 0.4
[ "$(seen)" != "$before" ] || fail "G does not say that this is the photo"
xdotool keyup g sleep 0.4
[ "$(seen)" = "$before" ] || fail "the photo stays when G is let go"
key y
[ "$(seen)" != "$before" ] || fail "nothing lies beside the picture"
key y
[ "$(seen)" = "$before" ] || fail "the picture is alone again"
xdotool mousemove "$centre_x" "$centre_y" sleep 0.1 click 3 sleep 0.4
there "quick swatch" || fail "a right click opens no palette"
key Escape

echo "a text that is no colour leaves the colour from before"
key c
type_line "#2040c0"
for wrong in "#a0" "#a0b0c" "300, 0, 0" ""; do
  key c
  sleep 0.4
  xdotool key ctrl+a BackSpace
  type_line "$wrong"
done
import -window root "$work/screen.png"
read -r x0 y0 x1 y1 <<<"$(control colour)"
[ "$(pixel "$work/screen.png" $(((x0 + x1) / 2)) $(((y0 + y1) / 2)))" = "32 64 192" ] || fail "the brush has another colour"

echo "dialogs stay open and say what is wrong"
for name in "$work/nowhere/out.png" "$work/out.bmp"; do
  key ctrl+e
  type_line "$name"
  there Cancel || fail "the dialog took $name"
  key Escape
done
key ctrl+e
sleep 0.3
for list in format profile; do
  press "$list"
  key Escape
  there Cancel || fail "Esc in the list of the $list has closed the dialog"
done
key Escape
there Cancel && fail "Esc does not close the dialog"
key ctrl+o
type_line "$work/missing.png"
there Cancel || fail "the dialog took a file that is not there"
key Escape
title_is "Handtint - checks.png" || fail "the photo is gone"

catalogue=$(dirname "$EDITOR_PROGRAM")/../share/locale/de/LC_MESSAGES/handtint.mo
if [ -f "$catalogue" ]; then
  echo "the language changes at once; a control keeps its name, and so the rest goes on in German"
  views() { import -window root -crop 400x36+440+6 +repage "$work/views-$1.png"; }
  views before
  press languages
  press de
  views after
  cmp -s "$work/views-before.png" "$work/views-after.png" && fail "the views still have English names"
  there Result && there languages || fail "the controls have other names"
fi

echo "the tour can be had again, and waits until its words were followed"
key F1
press "Take the tour"
for step in 1 2 3; do
  wait_for 10 "step $step" tour_at "$step"
  press "Skip this step"
done
wait_for 10 "step 4" there "4 of 6: compare"
key 0  # the photo in the middle, and so the line
key s
sleep 0.5
there "4 of 6: compare" || fail "step 4 is over before the split was dragged"
xdotool mousemove "$centre_x" "$centre_y" mousedown 1 sleep 0.05 mousemove_relative 20 0 sleep 0.05 mousemove_relative 20 0 sleep 0.05 mouseup 1 sleep 0.3
there "4 of 6: compare" || fail "step 4 is over before the split was closed"
key s
wait_for 10 "step 5" there "5 of 6: too much?"
key n
xdotool mousemove "$centre_x" $((centre_y + 60)) mousedown 1 sleep 0.05 mousemove_relative 30 0 sleep 0.05 mouseup 1 sleep 0.3
wait_for 10 "step 6" there "6 of 6: keep it"
press Done
key ctrl+z
sleep 0.3
quit_editor
[ ! -f "$catalogue" ] || grep -q '"language": "de"' "$XDG_CONFIG_HOME/handtint/preferences.json" || fail "the language is not remembered"

if "$COMMAND_PROGRAM" predict "$EXAMPLES/portrait.jpg" -o "$work/coat.png" --quiet 2>"$work/reason.txt"; then
  echo "Vividness and Warmth: the last tones, the same in the window and on the command line, kept in the session"
  chroma() { convert "$1" -resize 25% -colorspace HCL -channel G -separate -format '%[fx:round(10000*mean)]' info:; }
  rm "$XDG_CONFIG_HOME/handtint/preferences.json"
  cp "$EXAMPLES/portrait.jpg" "$work/"
  COAT=true start_editor "$work/portrait.jpg"
  wait_title "Handtint - portrait.jpg"
  coated() { grep -q '^coat' "$work/trace.txt"; }
  wait_for 20 "there is a first coat" coated
  last=-1
  for share in 0 50 100; do
    bring_into_view Vividness
    read -r x0 y0 x1 y1 <<<"$(control Vividness)"
    xdotool mousemove $((x0 + 6 + (x1 - x0 - 12) * share / 100)) $((y1 - 10)) click 1 sleep 0.2
    wait_refined
    key ctrl+e
    type_line "$work/vivid$share.png"
    wait_for 60 "the picture is exported" test -s "$work/vivid$share.png"
    sleep 0.3
    now=$(chroma "$work/vivid$share.png")
    [ "$now" -gt "$last" ] || fail "at $share % the chroma is $now, before it was $last"
    last=$now
  done
  [ "$(chroma "$work/vivid0.png")" -lt 30 ] || fail "Vividness 0 is not grey"
  bring_into_view Warmth
  read -r x0 y0 x1 y1 <<<"$(control Warmth)"
  import -window root "$work/cool.png"
  xdotool mousemove $((x0 + 6 + (x1 - x0 - 12) * 3 / 4)) $((y1 - 10)) click 1 sleep 0.3
  import -window root "$work/warm.png"
  [ -z "${SHOTS:-}" ] || cp "$work/warm.png" "$SHOTS/warm.png"
  blue() { convert "$1" -crop 400x400+200+200 -format '%[fx:round(10000*(mean.b-mean.r))]' info:; }
  [ "$(blue "$work/warm.png")" -lt "$(($(blue "$work/cool.png") - 150))" ] || fail "Warmth does not warm the screen at once"
  key ctrl+z
  import -window root "$work/undone.png"
  [ "$(blue "$work/undone.png")" = "$(blue "$work/cool.png")" ] || fail "undo does not take the warmth away"
  key ctrl+shift+z
  rm "$work/vivid100.png"
  key ctrl+e
  type_line "$work/vivid100.png"
  wait_for 60 "the picture is exported" test -s "$work/vivid100.png"
  sleep 0.3
  key ctrl+s
  sleep 0.6
  key Return
  wait_title "Handtint - portrait.handtint"
  grep -q '"finish": {"vividness":2.0,"warmth":' "$work/portrait.handtint" || fail "the session does not tell it"
  warmth=$(sed -n 's/.*"finish": {"vividness":2.0,"warmth":\([0-9.]*\)}.*/\1/p' "$work/portrait.handtint")
  quit_editor
  "$COMMAND_PROGRAM" predict "$EXAMPLES/portrait.jpg" -o "$work/command.png" --vividness 2 --warmth "$warmth" --quiet || fail "predict failed"
  cmp "$work/vivid100.png" "$work/command.png" || fail "the command line gives other bytes"
else
  echo "no first coat here: $(cat "$work/reason.txt")"
fi
echo "a window that was larger than this screen fits it, with a title bar"
printf '{"window_width": 1600, "window_height": 1000, "guided_start_seen": true}\n' >"$XDG_CONFIG_HOME/handtint/preferences.json"
start_editor
sleep 0.3
eval "$(xdotool getwindowgeometry --shell "$window")"
[ "$WIDTH" = 1280 ] && [ "$HEIGHT" = 760 ] || fail "it is $WIDTH x $HEIGHT"
quit_editor
echo "the first window is as large as the interface wants at its scale; the next one as the last was left"
printf '{"guided_start_seen": true}\n' >"$XDG_CONFIG_HOME/handtint/preferences.json"
for scale in 0.5 0.7; do
  start_editor --scale $scale
  sleep 0.3
  eval "$(xdotool getwindowgeometry --shell "$window")"
  [ "$WIDTH" = 800 ] && [ "$HEIGHT" = 500 ] || fail "it is $WIDTH x $HEIGHT"
  quit_editor
done
echo "passed"
