// The manual page and the shells' completions, written from what --help is made of. Installing calls it; people need
// not.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "editor/cli/command.h"

namespace handtint {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::vector<const CLI::Option*> options_of(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return !option->get_positional(); });
}

// Of "--model TEXT:{full,gtv}": "full gtv"; empty where any value will do.
std::string choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{'), close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return {};
  std::string words = type.substr(open + 1, close - open - 1);
  std::replace(words.begin(), words.end(), ',', ' ');
  return words;
}

// What stands for the value in help: "MASK", "full|gtv".
std::string value_of(const CLI::Option& option) {
  std::string words = choices_of(option);
  if (words.empty()) return option.get_type_name().substr(0, option.get_type_name().find(':'));
  std::replace(words.begin(), words.end(), ' ', '|');
  return words;
}

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

// --- the manual page

std::string roff(const std::string& text) {
  std::string escaped;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\')
      escaped += "\\e";
    else if (c == '-')
      escaped += "\\-";
    else
      escaped += c;
    line_begins = c == '\n';
  }
  return escaped;
}

void print_as_it_is(const std::string& text) {
  std::printf(".nf\n%s\n.fi\n", roff(text).c_str());
}

void print_option(const CLI::Option& option) {
  std::string line;
  for (const std::string& name : names_of(option)) line += (line.empty() ? "\\fB" : ", \\fB") + roff(name) + "\\fR";
  if (const std::string value = value_of(option); !value.empty()) line += " \\fI" + roff(value) + "\\fR";
  std::printf(".TP\n%s\n%s\n", line.c_str(), roff(option.get_description()).c_str());
}

void print_manual(const CLI::App& app) {
  std::printf(".TH HANDTINT 1 \"\" \"handtint %s\" \"User Commands\"\n", HANDTINT_VERSION);
  std::printf(".SH NAME\nhandtint \\- colour black\\-and\\-white photographs from a few strokes of colour\n");
  std::printf(".SH SYNOPSIS\n\\fBhandtint\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR] ...\n");
  std::printf(".SH DESCRIPTION\n%s\n", roff(app.get_description()).c_str());
  for (const CLI::Option* option : options_of(app)) print_option(*option);
  for (const CLI::App* command : commands_of(app)) {
    std::printf(".SH \"HANDTINT %s\"\n%s.\n", roff(command->get_name()).c_str(),
                roff(command->get_description()).c_str());
    std::string line = "\\fBhandtint " + roff(command->get_name()) + "\\fR [\\fIOPTIONS\\fR]";
    for (const CLI::Option* option : command->get_options())
      if (option->get_positional()) line += " \\fI" + roff(option->get_single_name()) + "\\fR";
    std::printf(".PP\n%s\n", line.c_str());
    for (const CLI::Option* option : command->get_options())
      if (option->get_positional())
        std::printf(".TP\n\\fI%s\\fR\n%s\n", roff(option->get_single_name()).c_str(),
                    roff(option->get_description()).c_str());
    for (const CLI::Option* option : options_of(*command)) print_option(*option);
    std::printf(".PP\n");
    print_as_it_is(command->get_footer());
  }
  std::printf(".SH NOTES\n");
  print_as_it_is(app.get_footer());
  std::printf(".SH SEE ALSO\n\\fBhandtint\\-editor\\fR(1)\n");
}

// --- completions

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

void print_bash(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : options_of(app))
    for (const std::string& name : names_of(*option)) names.push_back(name);
  for (const CLI::App* command : commands_of(app)) names.push_back(command->get_name());
  std::printf(
      "# Completion of handtint's command line for bash; what is no option is a file.\n_handtint() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    words=\"%s\"\n  else\n    case ${COMP_WORDS[1]},$before in\n",
      joined(names).c_str());
  for (const CLI::App* command : commands_of(app))
    for (const CLI::Option* option : options_of(*command))
      if (const std::string choices = choices_of(*option); !choices.empty())
        for (const std::string& name : names_of(*option))
          std::printf("      %s,%s) words=\"%s\" ;;\n", command->get_name().c_str(), name.c_str(), choices.c_str());
  std::printf("    esac\n    if [ -z \"$words\" ] && [[ $word == -* ]]; then\n      case ${COMP_WORDS[1]} in\n");
  for (const CLI::App* command : commands_of(app)) {
    std::vector<std::string> words;
    for (const CLI::Option* option : options_of(*command))
      for (const std::string& name : names_of(*option)) words.push_back(name);
    std::printf("        %s) words=\"%s\" ;;\n", command->get_name().c_str(), joined(words).c_str());
  }
  std::printf(
      "      esac\n    fi\n  fi\n  [ -z \"$words\" ] || mapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
      "\"$word\")\n}\n"
      "complete -o default -o bashdefault -F _handtint handtint\n");
}

// In single quotes, as zsh and fish take them.
std::string quoted(const std::string& text, const char* quote) {
  std::string made = "'";
  for (const char c : text) made += c == '\'' ? std::string(quote) : std::string(1, c);
  return made + "'";
}

void print_zsh(const CLI::App& app) {
  std::printf("#compdef handtint\n_handtint() {\n  local -a commands\n  commands=(\n");
  for (const CLI::App* command : commands_of(app))
    std::printf("    %s\n", quoted(command->get_name() + ":" + command->get_description(), "'\\''").c_str());
  std::printf(
      "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
      "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n");
  for (const CLI::App* command : commands_of(app)) {
    std::printf("    %s)\n      _arguments", command->get_name().c_str());
    for (const CLI::Option* option : options_of(*command)) {
      std::string words = option->get_description();
      for (const char* sign : {"[", "]"}) words.erase(std::remove(words.begin(), words.end(), *sign), words.end());
      const std::string value = value_of(*option), choices = choices_of(*option);
      for (const std::string& name : names_of(*option))
        std::printf(" \\\n        %s",
                    quoted("*" + name + "[" + words + "]" +
                               (value.empty() ? std::string()
                                              : ":" + option->get_single_name() + ":" +
                                                    (choices.empty() ? "_files" : "(" + choices + ")")),
                           "'\\''")
                        .c_str());
    }
    std::printf(" \\\n        '*:file:_files'\n      ;;\n");
  }
  std::printf("  esac\n}\n_handtint \"$@\"\n");
}

void print_fish(const CLI::App& app) {
  std::printf("# Completion of handtint's command line for fish; what is no option is a file.\n");
  for (const CLI::App* command : commands_of(app))
    std::printf("complete -c handtint -n __fish_use_subcommand -f -a %s -d %s\n", command->get_name().c_str(),
                quoted(command->get_description(), "\\'").c_str());
  for (const CLI::App* command : commands_of(app))
    for (const CLI::Option* option : options_of(*command)) {
      std::string line = "complete -c handtint -n '__fish_seen_subcommand_from " + command->get_name() + "'";
      for (const std::string& name : option->get_snames()) line += " -s " + name;
      for (const std::string& name : option->get_lnames()) line += " -l " + name;
      if (const std::string choices = choices_of(*option); !choices.empty())
        line += " -x -a '" + choices + "'";
      else if (!value_of(*option).empty())
        line += " -r";
      std::printf("%s -d %s\n", line.c_str(), quoted(option->get_description(), "\\'").c_str());
    }
}

}  // namespace

void add_describe_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("describe", "Write the manual page or a shell's completions");
  command->group("");  // not for people
  const auto kind = std::make_shared<std::string>();
  command->add_option("KIND", *kind)->required()->check(CLI::IsMember({"man", "bash", "zsh", "fish"}));
  command->callback([&run, &app, kind] {
    run = [&app, kind] {
      (*kind == "man" ? print_manual : *kind == "bash" ? print_bash : *kind == "zsh" ? print_zsh : print_fish)(app);
      return Exit::done;
    };
  });
}

}  // namespace handtint
