#include "editor/files/language.h"

#include <libintl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <clocale>
#include <cstdlib>
#include <stdexcept>

#include "editor/files/paths.h"
#include "solver/tr.h"

// Of glibc's gettext: counts the changes of language, so that it does not answer from memory.
extern "C" int _nl_msg_cat_cntr;

namespace handtint {
namespace {

constexpr std::array all_languages{
    Language{"en", "English"}, Language{"ca", "Català"},   Language{"de", "Deutsch"},
    Language{"es", "Español"}, Language{"fr", "Français"}, Language{"pt_BR", "Português (Brasil)"},
};

std::atomic<const Language*> in_use = all_languages.data();

// "PT-br.UTF-8" as "pt_br".
std::string folded_code(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, text.find_first_of(".@")))
    out += c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// The first of LANGUAGE's list that there is, or the locale's own. The locale need not be installed.
const Language& desktop_language() {
  static const std::string list = environment("LANGUAGE");  // before use_language() writes it
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (locale.empty()) locale = environment(name);
  if (locale.empty() || locale == "C" || locale == "POSIX")
    return all_languages.front();  // LANGUAGE does not count then
  std::string_view left = list.empty() ? std::string_view(locale) : std::string_view(list);
  while (!left.empty()) {
    if (const Language* found = find_language(left.substr(0, left.find(':')))) return *found;
    left.remove_prefix(std::min(left.find(':'), left.size() - 1) + 1);
  }
  return all_languages.front();
}

}  // namespace

std::span<const Language> languages() {
  return all_languages;
}

const Language* find_language(std::string_view wanted) {
  const std::string code = folded_code(wanted);
  for (const bool whole : {true, false})
    for (const Language& language : all_languages) {
      const std::string one = folded_code(language.code);
      if (whole ? one == code : one.substr(0, one.find('_')) == code.substr(0, code.find('_'))) return &language;
    }
  return nullptr;
}

std::string unknown_language(std::string_view wanted) {
  std::string known;
  for (const Language& language : all_languages) known += (known.empty() ? "" : ", ") + std::string(language.code);
  return tr("there is no language \"{1}\"; there are {2}", {std::string(wanted), known});
}

// gettext translates nothing in the locale "C"; in "C.UTF-8", which every glibc has while others must be generated, it
// takes the language from LANGUAGE. A later setenv() only exchanges the variable's pointer, and the old text stays
// readable for other threads.
void use_language(std::string_view wanted) {
  const Language& desktop = desktop_language();
  const Language* language = wanted.empty() ? &desktop : find_language(wanted);
  if (!language) throw std::invalid_argument(unknown_language(wanted));
  if (!std::setlocale(LC_MESSAGES, "C.UTF-8")) std::setlocale(LC_MESSAGES, "");
  ::setenv("LANGUAGE", language->code, 1);
  const std::string folder =
      program_folder().parent_path() / "share/locale";  // in a build tree as where it is installed
  ::bindtextdomain("handtint", folder.c_str());
  ::bind_textdomain_codeset("handtint", "UTF-8");
  ::bind_textdomain_codeset("libc", "UTF-8");  // the system's own messages
  ++_nl_msg_cat_cntr;
  in_use = language;
}

const Language& language_in_use() {
  return *in_use;
}

}  // namespace handtint
