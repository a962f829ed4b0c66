#!/bin/bash
# A reference photo: strokes suggested by it, one given the colour of another place, kept, dropped; its mood; all of it in the session.
source "$(dirname "$0")/lib.sh"
"$COMMAND_PROGRAM" suggest "$EXAMPLES/boats.jpg" --reference "$EXAMPLES/boats.jpg" -o "$work/x.png" -q 2>"$work/why.txt"
grep -q "network can be run" "$work/why.txt" && { echo "skipped: $(cat "$work/why.txt")"; exit 77; }

# The reference is the photo itself, coloured.
convert "$EXAMPLES/boats.jpg" -resize 640x "$work/boats.png" || fail "no photo"
"$COMMAND_PROGRAM" colorize "$EXAMPLES/boats.jpg" --strokes "$EXAMPLES/strokes/boats.png" -o "$work/whole.png" -q || fail "no reference"
convert "$work/whole.png" -resize 640x "$work/reference.png"
size=$(identify -format '%w %h' "$work/boats.png")
mkdir "$work/bin"
# Once a system's dialog was asked for, saving asks it, too.
printf '#!/bin/sh\ncase "$*" in *--save*) echo "%s" ;; *) echo "%s" ;; esac\n' "$work/boats.handtint" "$work/reference.png" >"$work/bin/zenity"
chmod +x "$work/bin/zenity"
suggested() { grep -o '"source": *\[' "$work/boats.handtint" | wc -l; }
# save TITLE_BEFORE: waits for the change, then saves.
save() {
  wait_title "Handtint - boats.handtint *"
  key ctrl+s
  wait_title "Handtint - boats.handtint"
}

COAT=true PATH=$work/bin:$PATH start_editor "$work/boats.png"
wait_title "Handtint - boats.png"
read -r width height <<<"$size"
at_100_percent "$width" "$height"

echo "a reference is chosen and strokes are suggested"
press Reference
press "Open a reference…" 0.8
press "System dialog" 1.2
wait_title "Handtint - boats.png *"
key ctrl+s
wait_title "Handtint - boats.handtint"
grep -q '"reference": *{' "$work/boats.handtint" || fail "the session does not remember the reference"
press "Suggest strokes" 0.5
save
count=$(suggested)
[ "$count" -ge 5 ] && [ "$count" -le 80 ] || fail "$count strokes have a source"
[ -z "${SHOTS:-}" ] || { wait_refined; import -window root "$SHOTS/suggested.png"; }

echo "one step takes them back, one brings them again"
key ctrl+z
save
key ctrl+shift+z
wait_title "Handtint - boats.handtint *"

echo "a selected one takes the colour of another place, and can be kept"
key ctrl+a
press "reference picture"
press Keep
save
[ "$(grep -o '"label": *"Keep the suggestion"' "$work/boats.handtint" | wc -l)" -eq 1 ] || fail "nothing was kept"
grep -q '"Colour from the reference"' "$work/boats.handtint" || fail "no colour was taken from the reference"
key ctrl+z ctrl+z Escape

echo "all are dropped, and the mood is laid over the coat"
press "Drop all"
press Mood
save
grep -q '"mood": *0\.[0-9]*[1-9]' "$work/boats.handtint" || fail "the mood is not in the session"
sleep 1
wait_refined
[ -z "${SHOTS:-}" ] || import -window root "$SHOTS/mood.png"

echo "the export is what the command line makes of the session"
key ctrl+e
type_line "$work/exported.png"
wait_for 60 "the picture is exported" test -s "$work/exported.png"
sleep 0.5
"$COMMAND_PROGRAM" colorize "$work/boats.handtint" -o "$work/again.png" -q || fail "the session is not coloured"
cmp "$work/exported.png" "$work/again.png" || fail "the two differ"
"$COMMAND_PROGRAM" colorize "$work/boats.png" -o "$work/bare.png" -q
cmp -s "$work/exported.png" "$work/bare.png" && fail "the mood changes nothing"

echo "a reference that has gone is a sentence, and the work goes on"
quit_editor
mv "$work/reference.png" "$work/elsewhere.png"
start_editor "$work/boats.handtint"
wait_title "Handtint - boats.handtint"
wait_for 20 "it is said" grep -q "Reference: .*is not there" "$work/log.txt"
wait_refined
quit_editor
echo "passed"
