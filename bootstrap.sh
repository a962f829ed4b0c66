#!/usr/bin/env bash
# From a fresh clone to a running program on Debian 12 and 13: installs what is missing, builds, then shows or tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'END'
usage: ./bootstrap.sh demo    build Handtint, colorize the example portrait and say where the picture is
                              (with a display, the editor opens as well)
       ./bootstrap.sh test    build everything and run every test

       ./bootstrap.sh package    build the Debian packages handtint and handtint-cli in build-package/

For developers:
       ./bootstrap.sh sanitize    run the readers' and the threads' tests under address, undefined-behaviour and thread sanitizers;
                                  with the word all, the numerics' too, and the editor unoptimised, linked with -Werror=odr
       ./bootstrap.sh format      check the format of the sources, if clang-format 14 is there

Missing Debian packages are installed first with apt-get: as root, or through sudo.
The programs are built in build/bin/.
END
}

for_building=(g++ cmake ninja-build pkg-config libtiff-dev libpng-dev libjpeg-dev libssl-dev liblcms2-dev libstb-dev
              libdeflate-dev nlohmann-json3-dev libcli11-dev libeigen3-dev
              gettext)  # without it the programs speak English alone
# Without these the picture formats of their names are not read or written, and the rest works.
for_pictures=(libwebp-dev libheif-dev libjxl-dev libopenjp2-7-dev libraw-dev)
# From Debian 13 on libheif's codecs are packages of their own.
[ "$(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_ID:-0}" | tr -cd 0-9)" -lt 13 ] 2>/dev/null ||
  for_pictures+=(libheif-plugin-aomenc libheif-plugin-dav1d libheif-plugin-libde265)
for_editor=(libglfw3-dev libimgui-dev libepoxy-dev libgl1-mesa-dri fonts-inter
            libfontconfig-dev libfribidi-dev  # without these names of files show Latin, Greek and Cyrillic alone
            libxi-dev                         # without it a pen has no pressure
            libsystemd-dev                    # without it the editor asks for files in its own dialog, and is dark
            libglib2.0-dev)                   # without it the desktop's list of recent documents has none of ours
for_networks=(libopencv-dnn-dev)
# Without these no motion is followed (no `handtint film`), no GIF is animated, no film file is read or written.
for_films=(libopencv-video-dev libgif-dev libavformat-dev libavcodec-dev libavutil-dev)
for_testing=(doctest-dev python3 xvfb xdotool imagemagick clang-format libimage-exiftool-perl webp libheif-examples libjxl-tools
             libopenjp2-tools dbus-daemon python3-dbus python3-gi)

# Tests that run under sanitizers as well: every reader of foreign files (the corpus of the fuzzers holds one of each kind, and what
# once made them fall) and of our own, and what has threads. `sanitize all` adds the numerics, which take longer.
with_address_sanitizer=(fuzz_corpus photo_read photo_write stroke_mask npy onnx_file network session mask_text palette preferences
                        autosave rasterise)
with_thread_sanitizer=(cpu_threads solver_thread solved_picture network_thread)
more_with_address_sanitizer=(solver multigrid_ops coated_solver layered_solver cuda_on_cpu cuda_screen traffic)
more_with_thread_sanitizer=(editor autosave)

say() { printf 'bootstrap: %s\n' "$*"; }
give_up() { printf 'bootstrap: %s\n' "$*" >&2; exit 1; }

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

install_missing() {
  local missing=() package as_root=()
  if ! command -v apt-get >/dev/null; then
    say "no apt-get here; this system must already have what these Debian packages hold: $*"
    return
  fi
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || give_up "packages are missing and only root can install them; as root, run:" \
      "apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing with apt-get: ${missing[*]}"
  as_root+=(env DEBIAN_FRONTEND=noninteractive)
  # The lists are refreshed only when something is to be installed; a mirror that fails may still have it in older lists.
  "${as_root[@]}" apt-get update -qq || say "apt-get update failed; trying with the package lists as they are"
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    give_up "apt-get could not install them (see above); install them yourself, then run this again"
}

configure() {
  local preset=$1
  shift
  if command -v ccache >/dev/null; then
    export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1  # another clone finds what this one has compiled
    set -- "$@" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
  fi
  cmake --preset "$preset" "$@"
}

# test_under PRESET ENGINE TEST...: builds and runs these tests only; the whole suite would take too long with sanitizers. ENGINE,
# ON or OFF: the solver's engine under them, too.
test_under() {
  local preset=$1 engine=$2
  shift 2
  say "building with sanitizers ($preset)"
  configure "$preset" "-DHANDTINT_SANITIZE_ENGINE=$engine"
  cmake --build --preset "$preset" --target "${@/#/test_}"
  ctest --preset "$preset" --no-tests=error -R "^($(IFS='|'; echo "$*"))\$"
}

# The whole of both programs with one definition of every name, as far as the linker sees types; and the editor without
# optimisation, which hides what a wrong definition does.
run_unoptimised() {
  say "building without optimisation (odr)"
  configure odr
  cmake --build --preset odr --target handtint handtint-editor
  ctest --preset odr --no-tests=error -R '^window_first_stroke$' --repeat until-pass:2
}

# Other versions of clang-format lay out some lines in another way.
check_format() {
  local formatter
  for formatter in clang-format-14 clang-format; do
    if "$formatter" --version 2>/dev/null | grep -q 'version 14\.'; then
      say "checking the format"
      git ls-files '*.cpp' '*.h' '*.cu' | xargs "$formatter" --dry-run -Werror ||
        give_up "some lines are not as .clang-format wants them (see above): $formatter -i FILE"
      return
    fi
  done
  say "clang-format 14 is not here: the format of the sources is not checked"
}

demo() {
  install_missing "${for_building[@]}" "${for_pictures[@]}" "${for_editor[@]}" "${for_networks[@]}" "${for_films[@]}"
  say "building"
  configure release -DHANDTINT_TESTS=OFF
  cmake --build --preset release
  local photo=assets/examples/portrait.jpg strokes=assets/examples/strokes/portrait.png picture=build/portrait-in-colour.png
  say "build/bin/handtint colorize $photo --strokes $strokes -o $picture"
  build/bin/handtint colorize "$photo" --strokes "$strokes" -o "$picture"
  say "the portrait in colour: $PWD/$picture"
  if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -x build/bin/handtint-editor ]; then
    say "opening the editor"
    exec build/bin/handtint-editor "$photo"
  fi
}

run_tests() {
  install_missing "${for_building[@]}" "${for_pictures[@]}" "${for_editor[@]}" "${for_networks[@]}" "${for_films[@]}" "${for_testing[@]}"
  say "building"
  configure release -DHANDTINT_TESTS=ON
  cmake --build --preset release
  ctest --preset release --label-exclude window --parallel 2
  # Each has an X server of its own. Once more what failed, of these alone: they wait for a program that draws and solves.
  ctest --preset release --label-regex window --parallel 2 --repeat until-pass:2
}

sanitize() {
  install_missing "${for_building[@]}" "${for_pictures[@]}" "${for_editor[@]}" "${for_networks[@]}" "${for_films[@]}" "${for_testing[@]}"
  test_under asan OFF "${with_address_sanitizer[@]}"  # the readers' tests only need it to link
  test_under tsan ON "${with_thread_sanitizer[@]}"
  [ "${1:-}" = all ] || return 0
  test_under asan ON "${more_with_address_sanitizer[@]}"
  test_under tsan ON "${more_with_thread_sanitizer[@]}"
  run_unoptimised
}

package() {
  install_missing "${for_building[@]}" "${for_pictures[@]}" "${for_editor[@]}" "${for_networks[@]}" "${for_films[@]}" dpkg-dev
  # The same commit gives the same bytes (tests/package/try_same_bytes.sh).
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
  export SOURCE_DATE_EPOCH
  umask 022
  say "building"
  configure package
  cmake --build --preset package
  local name
  for name in handtint handtint-cli; do
    (cd build-package && HANDTINT_PACKAGE=$name cpack)
  done
  say "the packages: $(cd build-package && echo *.deb)"
  if command -v lintian >/dev/null; then lintian --fail-on error build-package/*.deb; fi
}

format() {
  install_missing clang-format
  check_format
}

case "${1:-}" in
  demo) demo ;;
  test) run_tests ;;
  package) package ;;
  sanitize) sanitize "${2:-}" ;;
  format) format ;;
  *) usage; [ $# -eq 0 ] || [ "$1" = --help ] || [ "$1" = -h ] || exit 2 ;;
esac
