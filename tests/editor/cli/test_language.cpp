#include <doctest/doctest.h>

#include <clocale>
#include <filesystem>
#include <stdexcept>

#include "editor/files/language.h"
#include "editor/files/paths.h"
#include "solver/tr.h"
#include "tests/support/run_program.h"

using namespace handtint;

namespace {

bool have_catalogues() {
  if (std::filesystem::exists(program_folder().parent_path() / "share/locale/de/LC_MESSAGES/handtint.mo")) return true;
  MESSAGE("not tried: the catalogues were not built (Debian package gettext)");
  return false;
}

// What the program says of itself to a desktop with these variables alone.
Outcome help(std::vector<std::string> variables, std::vector<std::string> options = {}) {
  std::vector<std::string> command{"env", "-i"};
  command.insert(command.end(), variables.begin(), variables.end());
  command.push_back(HANDTINT_PROGRAM);
  command.insert(command.end(), options.begin(), options.end());
  command.push_back("--help");
  return run_program(command);
}

}  // namespace

TEST_CASE("a language is found by its code, its country or another country's") {
  const auto code = [](const char* wanted) {
    const Language* found = find_language(wanted);
    return std::string(found ? found->code : "none");
  };
  CHECK(code("es") == "es");
  CHECK(code("es_MX.UTF-8") == "es");
  CHECK(code("de_AT@euro") == "de");
  CHECK(code("pt-br") == "pt_BR");
  CHECK(code("pt") == "pt_BR");
  CHECK(code("en_GB") == "en");
  for (const char* none : {"", "C", "C.UTF-8", "c", "tlh", "espanol"}) CHECK(code(none) == "none");
  CHECK_THROWS_WITH_AS(use_language("tlh"), "there is no language \"tlh\"; there are en, ca, de, es, fr, pt_BR",
                       std::invalid_argument);
}

TEST_CASE("the language changes while the program runs, and numbers do not") {
  if (!have_catalogues()) return;
  for (const auto& [language, word] : {std::pair{"de", "Abbrechen"}, {"es", "Cancelar"}, {"en", "Cancel"}}) {
    use_language(language);
    CHECK(std::string(tr("Cancel")) == word);
    CHECK(std::string(std::setlocale(LC_NUMERIC, nullptr)) == "C");
  }
}

TEST_CASE("the program speaks as the desktop does, or as --lang says") {
  const std::string english = help({}).out;
  CHECK(english.find("Handtint colours") != std::string::npos);
  CHECK(help({"LANG=C", "LANGUAGE=de"}).out == english);  // gettext's own rule
  CHECK(help({"LANG=nb_NO.UTF-8"}).out == english);
  CHECK(help({"LANG=en_GB.UTF-8", "LANGUAGE=en_GB:de"}).out == english);
  const Outcome refused = run_program({HANDTINT_PROGRAM, "--lang", "tlh", "backends"});
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("there is no language \"tlh\"; there are en, ca, de, es, fr, pt_BR") != std::string::npos);
  if (!have_catalogues()) return;
  const std::string german = help({}, {"--lang", "de"}).out;
  CHECK(german != english);
  CHECK(help({"LANG=de_CH.UTF-8"}).out == german);
  CHECK(help({"LANG=C.UTF-8", "LANGUAGE=it:de:fr"}).out == german);
  CHECK(help({"LANG=es_ES.UTF-8", "LC_ALL=de_DE.UTF-8"}).out == german);
  CHECK(help({"LANG=fr_FR.UTF-8"}, {"--lang=de"}).out == german);
  CHECK(help({"LANG=de_DE.UTF-8"}, {"--lang", "en"}).out == english);
}
