#!/bin/bash
# Work that is not lost: a session beside the photo, one that somebody else changed, names of any bytes, a recovery that was
# discarded too soon.
source "$(dirname "$0")/lib.sh"
convert -size 300x200 gradient:'gray(45%)'-'gray(55%)' -colorspace Gray "$work/photo.png" || fail "no photo"
asked() { control "$1" >/dev/null; }
same() { cmp -s "$1" "$2"; }

echo "a session is saved beside the photo"
start_editor "$work/photo.png"
wait_title "Handtint - photo.png"
at_100_percent 300 200
paint 60 60 200 90
key ctrl+s
sleep 0.6
key Return
wait_title "Handtint - photo.handtint"

echo "somebody else changes it: Ctrl+S asks, and Escape leaves it as it is"
printf ' ' >>"$work/photo.handtint"
cp "$work/photo.handtint" "$work/theirs"
paint 60 120 200 150
wait_title "Handtint - photo.handtint *"
key ctrl+s
wait_for 10 "it asks" asked "Overwrite"
key Escape
sleep 0.3
same "$work/photo.handtint" "$work/theirs" || fail "the other's session is overwritten"
echo "Enter saves under another name"
key ctrl+s
wait_for 10 "it asks" asked "Overwrite"
key Return
type_line "$work/mine.handtint"
wait_title "Handtint - mine.handtint"
same "$work/photo.handtint" "$work/theirs" || fail "the other's session is overwritten"
echo "reload, and overwrite"
printf ' ' >>"$work/mine.handtint"
paint 60 30 200 40
key ctrl+s
wait_for 10 "it asks" asked "Reload"
press "Reload"
wait_title "Handtint - mine.handtint"
paint 60 30 200 40
printf ' ' >>"$work/mine.handtint"
cp "$work/mine.handtint" "$work/theirs"
key ctrl+s
wait_for 10 "it asks" asked "Overwrite"
press "Overwrite"
wait_title "Handtint - mine.handtint"
same "$work/mine.handtint" "$work/theirs" && fail "it is not overwritten"

echo "a replace question is not answered by the key that raised it"
cp "$work/photo.handtint" "$work/old"
key ctrl+shift+s
type_line "$work/photo.handtint"
key Return
key Return
sleep 0.5
same "$work/photo.handtint" "$work/old" || fail "Enter replaced the old work"
press "Replace"
wait_title "Handtint - photo.handtint"
same "$work/photo.handtint" "$work/old" && fail "it is not replaced"
quit_editor

echo "a photo with a session beside it: continue"
start_editor "$work/photo.png"
wait_for 20 "it asks" asked "Start anew"
key Return
wait_title "Handtint - photo.handtint"
quit_editor

echo "start anew: the old work is there when the new is saved"
cp "$work/photo.handtint" "$work/old"
start_editor "$work/photo.png"
wait_for 20 "it asks" asked "Start anew"
press "Start anew"
wait_title "Handtint - photo.png"
at_100_percent 300 200
paint 60 60 200 90
key ctrl+s
sleep 0.6
key Return
key Return
wait_title "Handtint - photo-2.handtint"
same "$work/photo.handtint" "$work/old" || fail "the old work is replaced"
quit_editor

for name in $'caf\xe9' $'tante \xf0\x9f\x8c\xbb'; do
  echo "a photo named by any bytes"
  cp "$work/photo.png" "$work/$name.png"
  start_editor "$work/$name.png"
  wait_for 20 "it is open" grep -q '^shown' "$work/trace.txt"
  at_100_percent 300 200
  paint 60 60 200 90
  key ctrl+s
  sleep 0.6
  key Return
  wait_for 10 "it is saved under its name" test -s "$work/$name.handtint"
  quit_editor
  "$COMMAND_PROGRAM" colorize "$work/$name.handtint" -o "$work/named.png" -q --network none || fail "its photo is not found"
done

echo "a discarded recovery is taken back"
cp "$work/photo.png" "$work/lone.png"
start_editor "$work/lone.png"
wait_title "Handtint - lone.png"
at_100_percent 300 200
paint 60 60 200 90
kill -9 "$editor_pid"
wait "$editor_pid" 2>/dev/null
journals() { find "$XDG_STATE_HOME" -name "*.$1" | wc -l; }
[ "$(journals journal)" -eq 1 ] || fail "no journal"
start_editor
wait_for 20 "it is offered" asked "Discard"
press "Discard"
[ "$(journals journal)" -eq 0 ] || fail "it is not discarded"
press "Take back"
[ "$(journals journal)" -eq 1 ] || fail "it is not taken back"
press "Discard"
quit_editor
[ "$(journals journal)$(journals discarded)" = 00 ] || fail "something is left of it"
echo "passed"
