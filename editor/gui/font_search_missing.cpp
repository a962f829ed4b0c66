#include "editor/gui/font_search.h"

namespace handtint {

std::vector<FontForCharacters> find_fonts_for(std::set<ImWchar>) {
  return {};
}

}  // namespace handtint
