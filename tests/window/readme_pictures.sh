#!/bin/bash
# Makes the README's pictures with the real programs: readme_pictures.sh FOLDER writes editor.png, painting.gif, things.jpg,
# first-coat.jpg and reference.jpg.
out=$(realpath -- "${1?the folder for the pictures is missing}") || exit
export SCREEN=960x640
source "$(dirname "$0")/lib.sh" "$out"
cp "$EXAMPLES/portrait.jpg" "$work/"
mkdir -p "$XDG_CONFIG_HOME/handtint"
printf '{"window_width": 960, "window_height": 640, "smoothing": 0, "brush_points": 14, "guided_start_seen": true, "system_dialogs": false, "coat_on_opening": false}' \
  >"$XDG_CONFIG_HOME/handtint/preferences.json"

frames=0
frame() { import -window root "$work/frame-$(printf %02d $frames).png"; frames=$((frames + 1)); }
# stroke X Y X Y ...: through these photo pixels.
stroke() {
  xdotool mousemove "$(screen_x "$1")" "$(screen_y "$2")"
  sleep 0.05
  xdotool mousedown 1
  while [ $# -ge 4 ]; do
    local i
    for i in 1 2 3 4 5; do
      xdotool mousemove "$(screen_x $(($1 + ($3 - $1) * i / 5)))" "$(screen_y $(($2 + ($4 - $2) * i / 5)))"
      sleep 0.01
    done
    shift 2
  done
  xdotool mouseup 1
  sleep 0.2
}
colour() { key b; key c; type_line "$1"; }
answer() { wait_refined; frame; }

start_editor "$work/portrait.jpg"
wait_title "Handtint - portrait.jpg"
at_100_percent 512 512
sleep 1
frame
colour "#e09a78"; stroke 195 88 230 92 255 97; stroke 192 163 225 180 247 172; stroke 192 120 200 135; answer
colour "#8a5c22"; stroke 165 78 205 58 262 76; stroke 170 55 230 33 280 50; stroke 293 70 292 108; answer
colour "#e0522c"; stroke 88 330 72 430 95 470; stroke 150 300 202 340 208 450; stroke 285 300 330 290 342 322; stroke 74 272 90 250; answer
colour "#c9c2c6"; stroke 110 20 132 70 108 150; stroke 330 30 345 110 330 210; stroke 300 120 315 160; answer
colour "#d6bfae"; stroke 375 30 372 80; stroke 482 60 490 250; answer
colour "#a81c2c"; stroke 22 150 88 222; stroke 8 415 25 500; stroke 8 240 28 290; answer
colour "#2a2470"; stroke 12 55 26 100 40 90 42 25; answer
colour "#3c3a50"; stroke 152 375 154 412 194 412 198 380; answer
key n; stroke 10 180 45 240 56 256; stroke 68 120 80 165; stroke 290 430 345 402 365 465 420 480 460 430; answer
stroke 390 350 440 365 492 430; stroke 395 60 380 220; stroke 450 70 452 235; stroke 392 318 440 302 500 318; stroke 190 200 230 214 258 203; answer
stroke 262 340 258 430; stroke 130 180 122 215 165 265 230 280 280 265; answer
colour "#9a6a2c"; stroke 415 15 425 118; answer
xdotool mousemove 250 630  # off the photo
sleep 0.3
frame
cp "$work/frame-$(printf %02d $((frames - 1))).png" "$work/last.png"
key h
key backslash
wait_for 5 "the split is shown" true
sleep 0.4
frame
key backslash
convert "$work/last.png" -depth 8 "$out/editor.png"
convert -delay 80 "$work"/frame-*.png -resize 560x +dither -colors 64 -fuzz 3% -layers optimize -loop 0 "$out/painting.gif"
key ctrl+s
sleep 0.6
key Return
sleep 0.5
quit_editor

# A coat from the strip, then one click of the wand a thing: what is chosen from, and the things that were clicked.
cp "$EXAMPLES/portrait.jpg" "$work/astronaut.jpg"
sed -i 's/"coat_on_opening": *false/"coat_on_opening": true/' "$XDG_CONFIG_HOME/handtint/preferences.json"
start_editor "$work/astronaut.jpg"
wait_title "Handtint - astronaut.jpg"
at_100_percent 512 512
wait_for 120 "the strip of coats" control "coat 2" >/dev/null
point_at "coat 2"
sleep 1
import -window root "$work/strip.png"
press "coat 2"
wait_refined
press "close coats"
key w
# click_thing COLOUR X Y: what the wand finds there gets the colour.
click_thing() { key c; type_line "$1"; click "$2" "$3"; wait_refined; }
click_thing "#b9bcc0" 330 60
click_thing "#d9482a" 100 330
click_thing "#d9482a" 190 330
click_thing "#d9482a" 130 420
click_thing "#d9482a" 320 300
click_thing "#e0a07c" 225 110
click_thing "#8a5c22" 230 50
click_thing "#a81c2c" 20 300
click_thing "#2a2470" 30 60
key c
type_line "#b0602c"
bring_into_view Group
xdotool mousemove "$(screen_x 430)" "$(screen_y 60)"
sleep 1.5
import -window root "$work/things.png"
montage "$work/strip.png" "$work/things.png" -tile 2x1 -geometry 720x+3+3 -quality 90 "$out/things.jpg"
key ctrl+s
sleep 0.6
key Return
sleep 0.5
quit_editor

# The photo, the network's first coat, and the coat under three strokes, side by side.
# side_by_side NAME SIZE WIDTH COLOUR POINTS COLOUR POINTS ...: strokes of that width through "x,y x,y".
side_by_side() {
  local name=$1 size=$2 width=$3 draw=()
  shift 3
  while [ $# -ge 2 ]; do draw+=(-stroke "$1" -draw "polyline $2"); shift 2; done
  convert -size "$size" xc:none +antialias -fill none -strokewidth "$width" "${draw[@]}" "$work/$name-strokes.png"
  "$COMMAND_PROGRAM" predict "$EXAMPLES/$name.jpg" -o "$work/$name-coat.png" --quiet || fail "no coat"
  "$COMMAND_PROGRAM" colorize "$EXAMPLES/$name.jpg" -s "$work/$name-strokes.png" -o "$work/$name-three.png" --quiet || fail "no colour"
  convert "$EXAMPLES/$name.jpg" -colorspace Gray -colorspace sRGB "$work/$name-grey.png"
  convert "$work/$name-coat.png" "$work/$name-strokes.png" -composite "$work/$name-painted.png"
  montage "$work/$name-grey.png" "$work/$name-coat.png" "$work/$name-painted.png" "$work/$name-three.png" -tile 4x1 -geometry 300x+3+3 "$work/$name-row.png"
}
side_by_side portrait 512x512 9 "#e0522c" "95,330 75,430 110,470" "#8a5c22" "165,78 205,58 262,76" "#b8b2ae" "110,30 130,80 112,150"
side_by_side house 1024x788 14 "#d2a869" "200,600 500,650 800,640" "#6a9fd8" "60,60 200,40 520,50 800,60" "#7d8f45" "120,455 250,460"
convert "$work/portrait-row.png" "$work/house-row.png" -append -quality 88 "$out/first-coat.jpg"

# A reference (the left half of a photo, coloured by its strokes), what it suggests for the other half, one correction, the result.
"$COMMAND_PROGRAM" colorize "$EXAMPLES/boats.jpg" -s "$EXAMPLES/strokes/boats.png" -o "$work/boats.png" --quiet || fail "no colour"
convert "$work/boats.png" -gravity West -crop 50%x100%+0+0 +repage "$work/reference.png"
convert "$EXAMPLES/boats.jpg" -colorspace Gray -colorspace sRGB -gravity East -crop 50%x100%+0+0 +repage "$work/half.png"
convert -size "$(identify -format %wx%h "$work/half.png")" xc:none +antialias -fill none -strokewidth 8 \
  -stroke "#8a5038" -draw "polyline 230,720 340,755 440,745" -stroke "#4a5f96" -draw "polyline 262,700 268,740" "$work/correction.png"
"$COMMAND_PROGRAM" suggest "$work/half.png" --reference "$work/reference.png" -o "$work/suggested.png" --quiet || fail "nothing is suggested"
"$COMMAND_PROGRAM" colorize "$work/half.png" --reference "$work/reference.png" -s "$work/correction.png" -o "$work/half-colour.png" --quiet || fail "no colour"
montage "$work/reference.png" \( "$work/half.png" "$work/suggested.png" -composite \) \( "$work/half.png" "$work/correction.png" -composite \) \
  "$work/half-colour.png" -tile 4x1 -geometry 300x+3+3 -quality 88 "$out/reference.jpg"
echo "$out/editor.png $out/painting.gif $out/things.jpg $out/first-coat.jpg $out/reference.jpg"
