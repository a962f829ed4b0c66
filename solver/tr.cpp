#include "solver/tr.h"

#include <libintl.h>

namespace handtint {
namespace {

constexpr const char* domain = "handtint";

std::string filled(const std::string& text, std::initializer_list<std::string> arguments) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool place =
        text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' && text[i + 1] > '0' && text[i + 1] <= '9';
    const auto number = place ? static_cast<std::size_t>(text[i + 1] - '1') : arguments.size();
    if (number >= arguments.size()) {
      out += text[i];
      continue;
    }
    out += arguments.begin()[number];
    i += 2;
  }
  return out;
}

}  // namespace

// gettext gives the empty text's translation, which is the catalogue's head.
const char* tr(const char* text) {
  return *text ? dgettext(domain, text) : text;
}

std::string tr(const char* text, std::initializer_list<std::string> arguments) {
  return filled(tr(text), arguments);
}

std::string tr_n(const char* one, const char* many, long number, std::initializer_list<std::string> arguments) {
  const std::string text = dngettext(domain, one, many, static_cast<unsigned long>(number < 0 ? -number : number));
  return arguments.size() > 0 ? filled(text, arguments) : filled(text, {std::to_string(number)});
}

}  // namespace handtint
