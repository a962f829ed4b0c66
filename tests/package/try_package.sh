#!/usr/bin/env bash
# Tries the Debian packages in a bare Debian: what a photographer who installs them finds. Needs root (debootstrap, chroot), a
# network, and the packages that `./bootstrap.sh package` made on that Debian.
#
# BARE=FILE.tar keeps the bare Debian for the next time; MIRROR=URL is where it comes from, if not from debootstrap's own choice.
#
#   tests/package/try_package.sh [bookworm|trixie] [FOLDER WITH THE PACKAGES, build-package]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
suite=${1:-bookworm} packages=${2:-build-package} root=$(mktemp -d /var/tmp/handtint-$suite.XXXXXX)
started=$SECONDS
step() { printf '%4d s  %s\n' $((SECONDS - started)) "$*"; }
within() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
as_user() { within setpriv --reuid=1234 --regid=1234 --clear-groups "$@"; }  # no name, no HOME
trap 'mountpoint -q "$root/usr" && umount -l "$root/usr"; umount -l "$root/proc" 2>/dev/null; rm -rf --one-file-system "$root"' EXIT

chmod 755 "$root"
step "a bare Debian: $suite"
if [ -f "${BARE:-}" ]; then
  tar -C "$root" -xf "$BARE" && chmod 755 "$root"
else
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" ${MIRROR:+"$MIRROR"} >"$root.log" 2>&1 || { cat "$root.log"; exit 1; }
  rm -f "$root.log"
  [ -z "${BARE:-}" ] || tar -C "$root" -cf "$BARE" .
fi
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/resolv.conf"
within apt-get update -qq  # a bare Debian that was kept may have no lists, or old ones
cp "$packages"/handtint_*.deb "$packages"/handtint-cli_*.deb "$root/tmp/"

listed() { within find /usr /etc /var/lib -xdev -not -path '/var/lib/dpkg*' -not -path '/var/lib/apt*' -not -path '*/__pycache__*' | sort; }
try_programs() {
  as_user handtint --version
  as_user handtint colorize /usr/share/handtint/examples/portrait.jpg --strokes /usr/share/handtint/examples/strokes/portrait.png \
    -o /tmp/out/portrait.jpg
  as_user handtint predict /usr/share/handtint/examples/house.jpg -o /tmp/out/house.png -q
  [ "$(stat -c %s "$root/tmp/out/house.png")" -gt 100000 ]
}
install -d -m 777 "$root/tmp/out"

step "handtint-cli alone"
within apt-get install -y -qq --no-install-recommends "/tmp/$(basename "$packages"/handtint-cli_*.deb)" >"$root/tmp/apt.log" 2>&1 || { cat "$root/tmp/apt.log"; exit 1; }
within dpkg-query -W -f '${Depends}' handtint-cli | grep -E 'libgl|libglfw|libepoxy' && { echo "it wants a window system"; exit 1; }
try_programs
within apt-get purge -y -qq --autoremove handtint-cli >/dev/null 2>&1

step "what the window needs of tests: Xvfb, validators, manual pages"
within apt-get install -y -qq --no-install-recommends xvfb xdotool imagemagick desktop-file-utils appstream man-db bash-completion \
  shared-mime-info libgl1-mesa-dri >/dev/null 2>&1
rm -f "$root/etc/dpkg/dpkg.cfg.d/docker"
listed >"$root/tmp/before"

step "apt install ./handtint_*.deb"
within apt-get install -y -qq "/tmp/$(basename "$packages"/handtint_*.deb)" >"$root/tmp/apt.log" 2>&1 || { cat "$root/tmp/apt.log"; exit 1; }
mount --bind "$root/usr" "$root/usr" && mount -o remount,ro,bind "$root/usr"
step "as an ordinary user without a home, /usr read-only"
try_programs
within desktop-file-validate /usr/share/applications/io.github.handtint.Handtint.desktop
within appstreamcli validate --no-net /usr/share/metainfo/io.github.handtint.Handtint.metainfo.xml
printf '{"handtint": 1}' >"$root/tmp/out/empty.handtint"
within bash -c 'grep -q "application/x-handtint:.*\.handtint" /usr/share/mime/globs || grep -q "^application/x-handtint:\*.handtint" /usr/share/mime/globs'
within man -P cat handtint | grep -q -- '--strokes'
within man -P cat handtint-editor | grep -q -- '--scale'
within bash -c '. /usr/share/bash-completion/completions/handtint; COMP_WORDS=(handtint colorize --stro) COMP_CWORD=2; _handtint; [ "${COMPREPLY[*]}" = --strokes ]'
step "the editor under Xvfb shows the example with a coat"
cat >"$root/tmp/show.sh" <<'END'
export DISPLAY=:$((1000 + $$ % 30000))  # two such scripts at once share the network, and thus the servers' abstract sockets
Xvfb $DISPLAY -screen 0 1280x800x24 >/dev/null 2>&1 & server=$!
sleep 2
handtint-editor --trace /tmp/out/trace /usr/share/handtint/examples/portrait.jpg & editor=$!
for _ in $(seq 60); do sleep 1; import -window root /tmp/out/screen.png 2>/dev/null; grep -q '^coat' /tmp/out/trace 2>/dev/null && break; done
sleep 5
import -window root /tmp/out/screen.png
kill $editor $server
wait
END
as_user bash /tmp/show.sh >"$root/tmp/out/editor.log" 2>&1 || true
# In colour: the middle of the screen is not grey.
saturation=$(within convert /tmp/out/screen.png -gravity center -crop 400x400+0+0 -colorspace HSL -channel G -separate -format '%[fx:mean]' info:)
echo "saturation of the picture on the screen: $saturation"
cp "$root/tmp/out/screen.png" "$packages/screen-$suite.png" || { cat "$root/tmp/out/editor.log"; exit 1; }
awk -v s="$saturation" 'BEGIN { exit !(s > 0.05) }' || { cat "$root/tmp/out/editor.log"; exit 1; }
umount -l "$root/usr"

step "apt remove leaves nothing"
within apt-get purge -y -qq --autoremove handtint >/dev/null 2>&1
listed >"$root/tmp/after"
diff "$root/tmp/before" "$root/tmp/after" | grep '^>' | grep -i handtint && { echo "left behind (see above)"; exit 1; }
step "all is well"
