// A stroke mask as text, for the session file: RGBA PNG in base64. Exact both ways.
#pragma once

#include <string>
#include <string_view>

#include "editor/files/stroke_mask.h"

namespace handtint {

std::string mask_to_text(const StrokeMask& mask);

// Throws std::runtime_error with a clause that says what is wrong ("is no base64", "is no PNG", "has another size than
// ..."). Nothing large is allocated before the size is known to be the expected one.
StrokeMask mask_from_text(std::string_view text, int width, int height);

}  // namespace handtint
