#include <fontconfig/fontconfig.h>

#include <memory>
#include <string_view>

#include "editor/gui/font_search.h"

namespace handtint {
namespace {

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* p) const {
    destroy(p);
  }
};
using Pattern = std::unique_ptr<FcPattern, Destroy<FcPatternDestroy>>;
using Characters = std::unique_ptr<FcCharSet, Destroy<FcCharSetDestroy>>;
using Fonts = std::unique_ptr<FcFontSet, Destroy<FcFontSetDestroy>>;

// Outlines are what the interface's toolkit draws: no bitmaps, no colours, no variable fonts.
bool can_be_drawn(const FcPattern* font) {
  FcChar8* format = nullptr;
  FcBool colour = FcFalse, variable = FcFalse;
  FcPatternGetBool(font, FC_COLOR, 0, &colour);
  FcPatternGetBool(font, FC_VARIABLE, 0, &variable);
  if (colour || variable || FcPatternGetString(font, FC_FONTFORMAT, 0, &format) != FcResultMatch) return false;
  const std::string_view name(reinterpret_cast<const char*>(format));
  return name == "TrueType" || name == "CFF";
}

}  // namespace

std::vector<FontForCharacters> find_fonts_for(std::set<ImWchar> characters) {
  std::vector<FontForCharacters> found;
  if (characters.empty() || !FcInit()) return found;
  const Characters wanted(FcCharSetCreate());
  for (const ImWchar c : characters) FcCharSetAddChar(wanted.get(), c);
  const Pattern pattern(FcPatternCreate());
  FcPatternAddString(pattern.get(), FC_FAMILY, reinterpret_cast<const FcChar8*>("sans-serif"));
  FcPatternAddInteger(pattern.get(), FC_WEIGHT, FC_WEIGHT_REGULAR);
  FcPatternAddCharSet(pattern.get(), FC_CHARSET, wanted.get());
  FcConfigSubstitute(nullptr, pattern.get(), FcMatchPattern);
  FcDefaultSubstitute(pattern.get());
  FcResult result = FcResultNoMatch;
  const Fonts fonts(FcFontSort(nullptr, pattern.get(), FcTrue, nullptr, &result));
  for (int i = 0; fonts && i < fonts->nfont && !characters.empty(); ++i) {
    const FcPattern* const font = fonts->fonts[i];
    FcChar8* file = nullptr;
    FcCharSet* has = nullptr;
    int number = 0;
    if (!can_be_drawn(font) || FcPatternGetString(font, FC_FILE, 0, &file) != FcResultMatch ||
        FcPatternGetCharSet(font, FC_CHARSET, 0, &has) != FcResultMatch)
      continue;
    FcPatternGetInteger(font, FC_INDEX, 0, &number);
    FontForCharacters share{reinterpret_cast<const char*>(file), number & 0xffff, {}};
    for (const ImWchar c : characters)
      if (FcCharSetHasChar(has, c)) share.characters.insert(c);
    for (const ImWchar c : share.characters) characters.erase(c);
    if (!share.characters.empty()) found.push_back(std::move(share));
  }
  return found;
}

}  // namespace handtint
