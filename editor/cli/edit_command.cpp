#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "editor/cli/command.h"
#include "editor/cli/help_words.h"
#include "editor/files/paths.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* editor_name = "handtint-editor";

constexpr const char* edit_examples =
    "  handtint edit photo.jpg\n"
    "  handtint edit portrait.handtint\n";

// Becomes the editor: the one beside this program, else the one that the shell would find.
[[noreturn]] void become_editor(const std::vector<std::string>& words) {
  std::vector<char*> arguments = {const_cast<char*>(editor_name)};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  if (const fs::path folder = program_folder(); !folder.empty())
    execv((folder / editor_name).c_str(), arguments.data());
  execvp(editor_name, arguments.data());
  throw std::runtime_error(
      tr("{1} cannot be started ({2}); build Handtint with its editor, or install it beside handtint",
         {editor_name, std::generic_category().message(errno)}));
}

}  // namespace

void add_edit_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("edit", tr("Open a photograph or a session in the editor"));
  command->footer(footer({}, edit_examples));
  const auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("PHOTO", *files, tr("What to open; nothing: the start page"))->expected(0, 1)->type_name("");
  command->callback([&run, files, language = app.get_option("--lang")] {
    run = [files, language]() -> Exit {
      std::vector<std::string> words = *files;
      if (*language) words.insert(words.begin(), {"--lang", language->as<std::string>()});
      become_editor(words);
    };
  });
}

}  // namespace handtint
