#include <fribidi.h>

#include <vector>

#include "editor/gui/legible.h"

namespace handtint {

std::string turned_right_to_left(std::string_view line) {
  const auto bytes = static_cast<FriBidiStrIndex>(line.size());
  std::vector<FriBidiChar> logical(line.size() + 1), visual(line.size() + 1);
  const FriBidiStrIndex length = fribidi_charset_to_unicode(FRIBIDI_CHAR_SET_UTF8, line.data(), bytes, logical.data());
  FriBidiParType base = FRIBIDI_PAR_LTR;  // so that a name's ending stays at its end
  if (!fribidi_log2vis(logical.data(), length, &base, visual.data(), nullptr, nullptr, nullptr))
    return std::string(line);
  // What two letters became together leaves a sign without a width.
  std::erase_if(visual, [](FriBidiChar c) { return c == FRIBIDI_CHAR_FILL || c == 0; });
  std::string text(4 * visual.size() + 1, '\0');
  text.resize(static_cast<std::size_t>(fribidi_unicode_to_charset(
      FRIBIDI_CHAR_SET_UTF8, visual.data(), static_cast<FriBidiStrIndex>(visual.size()), text.data())));
  return text;
}

}  // namespace handtint
