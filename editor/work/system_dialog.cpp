#include "editor/work/system_dialog.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <vector>

extern char** environ;

namespace handtint {
namespace {

std::filesystem::path found_program(const char* name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path program = std::filesystem::path(folder) / name;
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  return {};
}

// Runs a program without a shell and returns what it printed if it ended well.
std::optional<std::string> output_of(const std::filesystem::path& program, std::vector<std::string> arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<char*> argv;
  std::string name = program.string();
  argv.push_back(name.data());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const bool started = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string text;
  if (started) {
    char buffer[4096];
    for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  if (!started || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return std::nullopt;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

bool have_system_dialog() {
  // Remembered: the browser asks in every frame.
  static const bool have = !found_program("zenity").empty() || !found_program("kdialog").empty();
  return have;
}

std::optional<std::filesystem::path> ask_system_dialog(const std::string& title, const std::filesystem::path& start,
                                                       bool save) {
  std::optional<std::string> answer;
  if (const auto zenity = found_program("zenity"); !zenity.empty()) {
    std::vector<std::string> arguments{"--file-selection", "--title=" + title, "--filename=" + start.string()};
    if (save) arguments.insert(arguments.end(), {"--save", "--confirm-overwrite"});
    answer = output_of(zenity, arguments);
  } else if (const auto kdialog = found_program("kdialog"); !kdialog.empty()) {
    answer = output_of(kdialog, {save ? "--getsavefilename" : "--getopenfilename", start.string(), "--title", title});
  }
  if (!answer || answer->empty()) return std::nullopt;
  return std::filesystem::path(*answer);
}

}  // namespace handtint
