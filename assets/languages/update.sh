#!/usr/bin/env bash
# Brings the catalogues up to the sources: new texts come in empty, those no longer there go. Needs gettext.
#
#   assets/languages/update.sh [CATALOGUE.po]...    all of them when none is named
#   assets/languages/update.sh --template FILE      the texts of the sources alone
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

extract() {
  find solver cuda editor -name '*.cpp' -o -name '*.h' -o -name '*.cu' | LC_ALL=C sort |
    xgettext --files-from=- --language=C++ --from-code=UTF-8 --no-wrap --add-location=file \
      --keyword --keyword=tr --keyword=tr_n:1,2 --keyword=tr_noop \
      --flag=tr:1:no-c-format --flag=tr_n:1:no-c-format --flag=tr_n:2:no-c-format --flag=tr_noop:1:no-c-format \
      --add-comments=Translators: --package-name=handtint --output=- |
    sed -e 's/CHARSET/UTF-8/' -e '/^#, no-c-format$/d' -e '/^"\(Report-Msgid-Bugs-To\|POT-Creation-Date\):/d' >"$1"
}

if [ "${1:-}" = --template ]; then
  extract "$2"
  exit
fi
template=$(mktemp)
trap 'rm -f "$template"' EXIT
extract "$template"
for catalogue in "${@:-assets/languages/*.po}"; do
  for file in $catalogue; do
    msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-wrap "$file" "$template"
    msgattrib --no-obsolete --no-wrap --output-file="$file" "$file"
  done
done
