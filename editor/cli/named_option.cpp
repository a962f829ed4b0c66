#include "editor/cli/named_option.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace handtint {

std::function<std::string(const std::string&)> a_number(float low, float high) {
  return [low, high](const std::string& text) -> std::string {
    double value = 0;
    const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(begin, end, value);
    if (error == std::errc{} && stopped != end && *stopped == ',')
      return text + " is no number; write a point, not a comma";
    if (error != std::errc{} || stopped != end || !std::isfinite(value)) return text + " is no number";
    // As the dials keep it: 0.01 is within a limit of 0.01f.
    if (const auto kept = static_cast<float>(value); kept >= low && kept <= high) return {};
    char words[120];
    std::snprintf(words, sizeof words, "%s is not in the range %g .. %g", text.substr(0, 40).c_str(), low, high);
    return words;
  };
}

}  // namespace handtint
