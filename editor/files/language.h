// Which language the texts of solver/tr.h are shown in. Only messages change with it: numbers, files and JSON stay as
// they are in the "C" locale.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace handtint {

struct Language {
  const char* code;  // "pt_BR", as the catalogue's folder is named
  const char* name;  // in itself: "Português (Brasil)"
};

std::span<const Language> languages();  // English, which needs no catalogue, is the first

// "es", "pt-BR" or "de_AT.UTF-8" as one of languages(): a country of its own, or else of the same language. Null if
// there is none.
const Language* find_language(std::string_view wanted);

// Says so, and which there are.
std::string unknown_language(std::string_view wanted);

// From now on. Empty: what the desktop says (LANGUAGE, LC_ALL, LC_MESSAGES, LANG, as gettext reads them), English if
// that is none of languages(). Throws std::invalid_argument, which names those there are, for a `wanted` that is not
// one. The first call must be before there are threads; later ones may be at any time, in one thread.
void use_language(std::string_view wanted = {});
const Language& language_in_use();

}  // namespace handtint
