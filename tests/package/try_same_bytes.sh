#!/usr/bin/env bash
# Are the packages the same, whoever builds them? Builds those of the last commit twice, without ccache, in two clones whose
# folders differ in name, length and file system, under another time zone, language and mask, and compares them byte for byte.
# Where they differ, it says which files. Takes half an hour on two cores; needs what `./bootstrap.sh package` needs.
#
#   tests/package/try_same_bytes.sh [FOLDER, for one of the clones, which is kept with its packages]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source=$PWD commit=$(git rev-parse HEAD)
[ -z "$(git status --porcelain --untracked-files=no)" ] || { echo "there are uncommitted changes, which a clone would not have"; exit 1; }
here=${1:-$(mktemp -d /var/tmp/handtint-same.XXXXXX)}
there=$([ -w /dev/shm ] && mktemp -d /dev/shm/handtint-same.XXXXXX || mktemp -d)
export CCACHE_DISABLE=1  # it would hand the first clone's objects to the second
first=$here/a second=$there/a-much-longer-name/b
started=$SECONDS

# build FOLDER VARIABLE=VALUE...: of a clone made and built under them.
build() {
  local folder=$1
  shift
  mkdir -p "$(dirname "$folder")"
  env "$@" git clone -q "$source" "$folder"
  git -C "$folder" checkout -q "$commit"
  env "$@" "$folder/bootstrap.sh" package >"$folder.log" 2>&1 || { tail -30 "$folder.log"; exit 1; }
  printf '%4d s  built in %s\n' $((SECONDS - started)) "$folder"
}
build "$first" TZ=UTC LC_ALL=C
(umask 077 && build "$second" TZ=Pacific/Chatham LC_ALL=C.UTF-8 HOME=/nonexistent)

different=0
for package in "$first"/build-package/*.deb; do
  other=$second/build-package/$(basename "$package")
  sha256sum "$package" "$other"
  cmp -s "$package" "$other" && continue
  different=1
  for at in "$first" "$second"; do
    rm -rf "$at.unpacked"
    dpkg-deb -R "$at/build-package/$(basename "$package")" "$at.unpacked"
  done
  diff -rq "$first.unpacked" "$second.unpacked" || true
  diff <(dpkg-deb -c "$package") <(dpkg-deb -c "$other") || true
done
[ $different = 0 ] || { echo "not the same; kept: $first $second"; exit 1; }
echo "the same bytes, of commit $commit"
rm -rf --one-file-system "$there"
[ -n "${1:-}" ] || rm -rf --one-file-system "$here"
