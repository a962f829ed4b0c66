// Sentences in the person's language, by GNU gettext: every text that a person may read stands in the source in English
// inside tr(), tr_n() or, where it is only named and shown later, tr_noop(); assets/languages holds the others.
#pragma once

#include <initializer_list>
#include <string>

namespace handtint {

// As it is in the language in use (editor/files/language.h), or as it stands.
const char* tr(const char* text);

// The same with {1}, {2} ... replaced by the arguments, so that a language may put them in another order.
std::string tr(const char* text, std::initializer_list<std::string> arguments);

// The form that goes with a number: tr_n("{1} stroke", "{1} strokes", 3) is "3 strokes". With arguments, {1} is the
// first of these.
std::string tr_n(const char* one, const char* many, long number, std::initializer_list<std::string> arguments = {});

// Marks a text for translation and leaves it; who shows it calls tr().
constexpr const char* tr_noop(const char* text) {
  return text;
}

}  // namespace handtint
