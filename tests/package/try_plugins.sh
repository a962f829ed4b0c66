#!/usr/bin/env bash
# Tries the plug-ins of assets/plugins, and the layers of -o out.ora, in the real programs: Krita of a bare Debian 12, GIMP 3 of a bare
# Debian 13. Needs root (debootstrap, chroot), a network, and the packages that `./bootstrap.sh package` made on that Debian. Says how far
# each picture is from Handtint's own; pictures of the windows lie beside the packages then. BARE and MIRROR as in try_package.sh.
#
#   tests/package/try_plugins.sh krita|gimp [FOLDER WITH THE PACKAGES, build-package]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
program=${1:-krita} packages=${2:-build-package} examples=assets/examples
case $program in
  krita) suite=bookworm needs="krita python3-pyqt5 python3-sip" ;;
  gimp) suite=trixie needs="gimp" ;;
  *) echo "krita or gimp"; exit 2 ;;
esac
root=$(mktemp -d "/var/tmp/handtint-$program.XXXXXX")
within() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
as_user() { within setpriv --reuid=1234 --regid=1234 --clear-groups env HOME=/tmp/home TRIAL=/tmp/trial LIBGL_ALWAYS_SOFTWARE=1 "$@"; }
trap 'umount -l "$root/proc" 2>/dev/null; rm -rf --one-file-system "$root"' EXIT

chmod 755 "$root"
if [ -f "${BARE:-}" ]; then
  tar -C "$root" -xf "$BARE" && chmod 755 "$root"
else
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" ${MIRROR:+"$MIRROR"} >"$root.log" 2>&1 || { cat "$root.log"; exit 1; }
  rm -f "$root.log"
fi
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp "$packages"/handtint-cli_*.deb "$root/tmp/"
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe"  # it is thrown away in any case
within apt-get update -qq
# shellcheck disable=SC2086  # a list of words
within apt-get install -y -qq --no-install-recommends "/tmp/$(basename "$packages"/handtint-cli_*.deb)" xvfb xauth xdotool imagemagick \
  libgl1-mesa-dri $needs >"$root/tmp/apt.log" 2>&1 || { tail "$root/tmp/apt.log"; exit 1; }

install -d -m 777 "$root/tmp/trial" "$root/tmp/home"
# Grey as RGB, and without chunks that the programs would take for another colour space.
cp $examples/portrait.jpg $examples/strokes/portrait.png "$root/tmp/"
within convert /tmp/portrait.jpg -strip -type TrueColor -define png:exclude-chunks=gAMA,cHRM,date,tIME PNG24:/tmp/trial/photo.png
mv "$root/tmp/portrait.png" "$root/tmp/trial/strokes.png"
for out in direct.png out.ora; do as_user handtint colorize /tmp/trial/photo.png --strokes /tmp/trial/strokes.png -o /tmp/trial/$out -q; done

if [ "$program" = krita ]; then
  plugins=$root/tmp/home/.local/share/krita/pykrita
  mkdir -p "$plugins/trial" "$root/tmp/home/.config"
  cp -r assets/plugins/krita/. "$plugins/"
  cp tests/package/plugins/krita_trial.py "$plugins/trial/__init__.py"
  sed 's/handtint/trial/; s/^Name=.*/Name=Trial/' assets/plugins/krita/handtint.desktop >"$plugins/trial.desktop"
  printf '[python]\nenable_handtint=true\nenable_trial=true\n' >"$root/tmp/home/.config/kritarc"
  start="krita --nosplash"
else
  install -D -m 755 assets/plugins/gimp/handtint/handtint.py "$root/tmp/home/.config/GIMP/3.0/plug-ins/handtint/handtint.py"
  cp tests/package/plugins/gimp_trial.py "$root/tmp/gimp_trial.py"
  start="gimp -n -s --batch-interpreter=python-fu-eval -b 'exec(open(\"/tmp/gimp_trial.py\").read())'"
fi
cat >"$root/tmp/show.sh" <<END
export DISPLAY=:\$((1000 + \$\$ % 30000))  # as in try_package.sh
Xvfb \$DISPLAY -screen 0 1400x900x24 >/dev/null 2>&1 & server=\$!
for _ in \$(seq 100); do [ -S /tmp/.X11-unix/X\${DISPLAY#:} ] && break; sleep 0.2; done
$start >/tmp/trial/said 2>&1 & program=\$!
for _ in \$(seq 400); do sleep 1; grep -qx end /tmp/trial/log 2>/dev/null && break; kill -0 \$program || break; done  # the first start fills Krita's cache: minutes
[ -f /tmp/trial/screen.png ] || import -window root /tmp/trial/screen.png
kill -9 \$program
kill \$server
wait
END
chown -R 1234:1234 "$root/tmp/home"
as_user bash /tmp/show.sh >/dev/null 2>&1 || true
cat "$root/tmp/trial/log" || { cat "$root/tmp/trial/said"; exit 1; }
cp "$root/tmp/trial/screen.png" "$packages/screen-$program.png"

failed=0
# difference PICTURE MEAN LARGEST [FROM]: of a channel from Handtint's own picture, or FROM, in steps of 255, and what is allowed.
difference() {
  local channel found
  for channel in R G B; do
    found=$(within convert "/tmp/trial/$1" "/tmp/trial/${4:-direct.png}" -alpha off -depth 16 -compose difference -composite \
      -channel $channel -separate -format '%[fx:mean*255] %[fx:maxima*255]' info:)
    echo "$1 $channel: mean and largest difference $found"
    awk -v mean="$2" -v largest="$3" '{ exit !($1 <= mean && $2 <= largest) }' <<<"$found" || { echo "that is too much"; failed=1; }
  done
}
difference ora.png 0.1 1
difference ora-photo.png 0.1 1 photo.png  # without colour and light
if [ "$program" = krita ]; then
  difference colour.png 0.2 1
else
  difference colour.png 0.8 5
  difference ora-lch.png 0.8 6
fi
grep -q WRONG "$root/tmp/trial/log" && failed=1
grep -qx end "$root/tmp/trial/log" || { echo "it did not come to its end"; failed=1; }
find "$root/tmp" -maxdepth 1 -type d -name 'handtint-*' | grep . && { echo "left behind (see above)"; failed=1; }
exit $failed
