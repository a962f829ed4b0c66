#include "editor/cli/help_words.h"

#include <CLI/CLI.hpp>
#include <array>
#include <sstream>
#include <string_view>

#include "editor/cli/command.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::size_t line_length = 110;

using Places = std::array<std::string, 4>;

// CLI11's complaints; the names of options and values stand in the places.
constexpr const char* complaints[] = {
    tr_noop("{1} is required"),
    tr_noop("The following argument was not expected: {1}"),
    tr_noop("The following arguments were not expected: {1}"),
    tr_noop("Could not convert: {1} = {2}"),
    tr_noop("{1}: Value {2} not in range {3} to {4}"),
    tr_noop("{1}: {2} not in {3}"),
    tr_noop("{1}: {2} required {3} missing"),
    tr_noop("{1}: At Most {2} required but received {3}"),
    tr_noop("{1}: Should be true/false or a number"),
};

// Is the text of that pattern? Then with what in its places.
bool fits(std::string_view text, std::string_view pattern, Places& places) {
  for (;;) {
    const std::size_t open = pattern.find('{');
    if (open == std::string_view::npos) return text == pattern;
    if (!text.starts_with(pattern.substr(0, open))) return false;
    text.remove_prefix(open);
    std::string& place = places[static_cast<std::size_t>(pattern[open + 1] - '1')];
    pattern.remove_prefix(open + std::string_view("{1}").size());
    const std::string_view next = pattern.substr(0, pattern.find('{'));
    const std::size_t end = next.empty() ? text.size() : next == pattern ? text.rfind(next) : text.find(next);
    if (end == std::string_view::npos) return false;
    place = text.substr(0, end);
    text.remove_prefix(end);
  }
}

}  // namespace

std::string in_lines(const std::string& paragraph) {
  std::string lines, line;
  std::istringstream words(paragraph);
  for (std::string word; words >> word;) {
    if (!line.empty() && characters_in(line) + 1 + characters_in(word) > line_length) {
      lines += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return lines + line + "\n";
}

std::string footer(std::initializer_list<const char*> paragraphs, const std::string& examples) {
  std::string text;
  for (const char* paragraph : paragraphs) text += in_lines(tr(paragraph));
  if (!text.empty()) text += "\n";
  return text + tr("Examples:") + "\n" + examples;
}

void translate_headings(CLI::App& app) {
  for (const char* word :
       {tr_noop("Usage"), tr_noop("OPTIONS"), tr_noop("SUBCOMMAND"), tr_noop("Positionals"), tr_noop("REQUIRED")})
    app.get_formatter()->label(word, tr(word));
  const std::string usual_group = app.get_help_ptr()->get_group();
  std::vector<CLI::App*> commands =
      app.get_subcommands([](CLI::App* command) { return !command->get_group().empty(); });
  for (CLI::App* command : commands) command->group(tr("Subcommands"));
  commands.push_back(&app);
  for (CLI::App* command : commands)
    for (CLI::Option* option : command->get_options())
      if (option->get_group() == usual_group) option->group(tr("Options"));
}

std::string words_of(const CLI::ParseError& error) {
  for (const char* complaint : complaints)
    if (Places places; fits(error.what(), complaint, places))
      return tr(complaint, {places[0], places[1], places[2], places[3]});
  return error.what();
}

}  // namespace handtint
