#include "editor/gui/legible.h"

namespace handtint {

std::string turned_right_to_left(std::string_view line) {
  return std::string(line);
}

}  // namespace handtint
