#!/bin/bash
# Files that are wrong, places that cannot be written: a clear message, and the work is still there.
source "$(dirname "$0")/lib.sh"
convert -size 200x150 gradient:gray30-gray70 -colorspace Gray "$work/photo.png" || fail "no photo"
says() { grep -q "$1" "$work/log.txt"; }

echo "a malformed session"
echo '{"handtint": "nonsense", "strokes": [' >"$work/broken.handtint"
start_editor "$work/broken.handtint"
wait_for 20 "it says what is wrong with the session" says "broken.handtint"
quit_editor

echo "a file that is no photo"
echo "hello" >"$work/text.jpg"
start_editor "$work/text.jpg"
wait_for 20 "it says what is wrong with the photo" says "text.jpg"
quit_editor

echo "a folder that cannot be written: the strokes stay, and can be saved elsewhere"
start_editor "$work/photo.png"
wait_title "Handtint - photo.png"
at_100_percent 200 150
paint 40 40 150 60
wait_title "Handtint - photo.png *"
key ctrl+s
type_line "/proc/nowhere.handtint"
wait_for 20 "it says that it could not save" says "nowhere.handtint"
title_is "Handtint - photo.png *" || fail "the work counts as saved: $(title)"
key ctrl+s
type_line "$work/good.handtint"
wait_title "Handtint - good.handtint"

echo "a full disk: the old session file is whole, the new strokes stay"
if mkdir "$work/small" && mount -t tmpfs -o size=16k none "$work/small" 2>/dev/null; then
  dd if=/dev/zero of="$work/small/filler" bs=1k count=64 2>/dev/null
  paint 40 90 150 110 40
  key ctrl+shift+s
  type_line "$work/small/full.handtint"
  wait_for 20 "it says that the disk is full" says "full.handtint"
  title_is "Handtint - good.handtint *" || fail "the work counts as saved: $(title)"
  umount "$work/small"
else
  echo "  (not tried: no right to mount a small disk)"
  paint 40 90 150 110
fi
key ctrl+s
wait_title "Handtint - good.handtint"
quit_editor

echo "the photo vanished: it asks, and Escape leaves everything as it is"
mv "$work/photo.png" "$work/elsewhere.png"
cp "$work/good.handtint" "$work/before.handtint"
start_editor "$work/good.handtint"
sleep 1.5
import -window root "$work/asks.png"
key Return
type_line "$work/elsewhere.png"
wait_title "Handtint - good.handtint"
quit_editor
cmp "$work/good.handtint" "$work/before.handtint" || fail "the session file was changed"

echo "no display: one line, no crash"
message=$(env -u DISPLAY -u WAYLAND_DISPLAY "$EDITOR_PROGRAM" 2>&1)
code=$?
[ $code -eq 1 ] || fail "exit code $code without a display"
[ "$(echo "$message" | wc -l)" -eq 1 ] || fail "without a display it said: $message"
echo "passed"
