#!/bin/bash
# One sitting, from opening a photo to the exported picture, and the same bytes from the command line.
source "$(dirname "$0")/lib.sh"

# Two fields with a sharp border between them, so that it is known where colour may go.
convert -size 320x240 gradient:'gray(45%)'-'gray(55%)' \( -size 320x240 gradient:'gray(75%)'-'gray(85%)' \) +append \
  -colorspace Gray "$work/photo.png" || fail "no photo"

start_editor
key ctrl+o
type_line "$work/photo.png"
wait_title "Handtint - photo.png"
at_100_percent 640 240

echo "a colour by HEX, one stroke"
key c
type_line "#c03020"
paint 60 60 240 90
wait_title "Handtint - photo.png *"
wait_refined

echo "undo and redo"
key ctrl+z
wait_title "Handtint - photo.png"
key ctrl+shift+z
wait_title "Handtint - photo.png *"

echo "recolour the stroke"
key v
click 150 75
key c
type_line "#2040c0"
key Escape

echo "a neutral stroke on the other side, and a barrier between the two"
key n
paint 420 60 580 100
key r
paint 320 2 320 238
wait_refined

echo "save, quit, reopen, export"
key ctrl+s
sleep 0.6
key Return
wait_title "Handtint - photo.handtint"
[ -s "$work/photo.handtint" ] || fail "no session file"
quit_editor
if readelf -d "$EDITOR_PROGRAM" | grep -q 'NEEDED.*libgio'; then
  echo "the desktop's list of recent documents"
  for file in photo.png photo.handtint; do
    grep -q "file://$work/$file\"" "$XDG_DATA_HOME/recently-used.xbel" || fail "$file is not on the desktop's list"
  done
fi

start_editor "$work/photo.handtint"
wait_title "Handtint - photo.handtint"
key ctrl+e
type_line "$work/exported.png"
exported() { [ -s "$work/exported.png" ]; }
wait_for 60 "the picture is exported" exported
sleep 0.5
echo "the same as JPEG, in another colour space, small and beside the photo"
key ctrl+e
sleep 0.4
press format
press JPEG
press profile
press "Adobe RGB"
press "Photo beside"
press 1024
press Quality # in the middle: 75
[ -n "${EXPORT_PICTURE:-}" ] && import -window root "$EXPORT_PICTURE"
key Return
given=$work/photo-coloured.jpg
wait_for 60 "the picture is exported" test -s "$given"
sleep 0.3
quit_editor
[ "$(identify -format '%wx%h %m %Q' "$given")" = "1280x240 JPEG 75" ] || fail "not as asked for: $(identify "$given")"
grep -aq 'Compatible with Adobe RGB' "$given" || fail "no profile in it"

echo "the pixels"
read -r r g b <<<"$(pixel "$work/exported.png" 150 200)"
[ "$b" -gt $((r + 40)) ] || fail "the left field is not blue: $r $g $b"
read -r r g b <<<"$(pixel "$work/exported.png" 500 200)"
[ $((r > b ? r - b : b - r)) -le 6 ] || fail "the right field is not grey: $r $g $b"
[ "$(identify -format '%wx%h' "$work/exported.png")" = 640x240 ] || fail "wrong size"

echo "the command line gives the same bytes"
"$COMMAND_PROGRAM" colorize "$work/photo.handtint" -o "$work/command.png" --quiet || fail "the command line failed"
cmp "$work/exported.png" "$work/command.png" || fail "the command line gives other bytes"

looked() { [ "$(grep -c '^coat' "$work/trace.txt")" -ge "$1" ]; }
export_as() {
  key ctrl+e
  type_line "$1"
  wait_for 60 "the picture is exported" test -s "$1"
  sleep 0.5
}
if "$COMMAND_PROGRAM" predict "$EXAMPLES/portrait.jpg" -o "$work/predicted.png" --quiet 2>"$work/reason.txt"; then
  echo "with the network's first coat: on opening, under a stroke, another one; saved, exported, the same bytes again"
  rm "$XDG_CONFIG_HOME/handtint/preferences.json"
  cp "$EXAMPLES/portrait.jpg" "$work/portrait.jpg"
  COAT=true start_editor "$work/portrait.jpg"
  wait_title "Handtint - portrait.jpg"
  wait_for 20 "there is a first coat" looked 1
  at_100_percent 512 512
  offered() { control "coat 2" >/dev/null; }
  gone() { ! offered; }
  wait_for 60 "coats are offered" offered
  canvas() { convert "$1" -crop 500x300+$((centre_x - 250))+$((centre_y - 200)) +repage -depth 8 rgb:- | md5sum; }
  xdotool mousemove "$(screen_x 256)" 20 sleep 0.5
  import -window root "$work/likeliest.png"
  point_at "coat 2"
  sleep 1
  import -window root "$work/hovered.png"
  [ -z "${SHOTS:-}" ] || cp "$work/hovered.png" "$SHOTS/coats.png"
  [ "$(canvas "$work/hovered.png")" != "$(canvas "$work/likeliest.png")" ] || fail "a coat under the cursor is not shown large"
  xdotool mousemove "$(screen_x 256)" 20 sleep 1
  import -window root "$work/left.png"
  [ "$(canvas "$work/left.png")" = "$(canvas "$work/likeliest.png")" ] || fail "a coat that was looked at stays"
  press "coat 2"
  wait_for 20 "the coat is taken" looked 2
  wait_title "Handtint - portrait.jpg *"
  wait_refined
  key ctrl+z
  wait_for 20 "undo brings the likeliest back" looked 3
  press "close coats"
  xdotool mousemove "$(screen_x 256)" 20  # what is no longer drawn is told of a frame later
  wait_for 10 "the strip of coats closes" gone
  key c
  type_line "#2040c0"
  paint 150 400 200 420
  wait_refined
  key shift+f
  wait_for 20 "there is another coat" looked 4
  wait_refined
  export_as "$work/coated.png"
  key ctrl+s
  sleep 0.6
  key Return
  wait_title "Handtint - portrait.handtint"
  quit_editor
  grep -q '"coat": {"amount":1.0,"on":true,"temperature":1.0,"variant":1,"vividness":1.0}' "$work/portrait.handtint" || fail "the session does not tell the coat"
  "$COMMAND_PROGRAM" colorize "$work/portrait.handtint" -o "$work/command.png" --quiet || fail "the command line failed"
  cmp "$work/coated.png" "$work/command.png" || fail "the command line gives other bytes with a coat"
  "$COMMAND_PROGRAM" colorize "$work/portrait.handtint" -o "$work/bare.png" --network none --quiet || fail "the command line failed"
  cmp -s "$work/coated.png" "$work/bare.png" && fail "the coat changes nothing"
else
  echo "no first coat here: $(cat "$work/reason.txt")"
fi

echo "a damaged network: one line, and everything else goes on"
echo "this is no network" >"$work/damaged.onnx"
rm -f "$XDG_CONFIG_HOME/handtint/preferences.json" "$work/portrait.handtint"
cp "$EXAMPLES/portrait.jpg" "$work/portrait.jpg"
COAT=true start_editor --network "$work/damaged.onnx" "$work/portrait.jpg"
wait_title "Handtint - portrait.jpg"
said() { grep -q 'No first coat' "$work/log.txt"; }
"$COMMAND_PROGRAM" predict "$EXAMPLES/portrait.jpg" -o "$work/predicted.png" --quiet 2>/dev/null && wait_for 20 "it says why there is no coat" said
at_100_percent 512 512
paint 150 400 200 420
wait_refined
export_as "$work/without.png"
[ "$(wc -l <"$work/log.txt")" -le 2 ] || fail "it says more than one line per matter: $(cat "$work/log.txt")"
key ctrl+s
sleep 0.6
key Return
wait_title "Handtint - portrait.handtint"
quit_editor
echo "passed"
