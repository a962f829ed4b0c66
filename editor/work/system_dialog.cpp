#include "editor/work/system_dialog.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "editor/work/desktop_portal.h"

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

// What a program printed, and how it ended.
struct Ran {
  int status = -1;  // < 0: it did not start, or was stopped
  std::string text;
};

// Without a shell.
Ran run(const std::filesystem::path& program, std::vector<std::string> arguments, std::stop_token stop) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
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
  Ran ran;
  constexpr int look_ms = 100;
  for (bool open = started; open && !stop.stop_requested();) {
    pollfd end{ends[0], POLLIN, 0};
    if (poll(&end, 1, look_ms) <= 0) continue;
    char buffer[4096];
    const ssize_t n = read(ends[0], buffer, sizeof buffer);
    if (n > 0) ran.text.append(buffer, static_cast<std::size_t>(n));
    open = n > 0 || (n < 0 && errno == EINTR);
  }
  close(ends[0]);
  if (!started) return {};
  if (stop.stop_requested()) kill(child, SIGTERM);
  int status = 0;
  if (waitpid(child, &status, 0) == child && WIFEXITED(status)) ran.status = WEXITSTATUS(status);
  while (!ran.text.empty() && ran.text.back() == '\n') ran.text.pop_back();
  return ran;
}

SystemAnswer ask_program(const SystemQuestion& question, std::stop_token stop) {
  const std::string start = question.save ? question.start.string() : (question.start / "").string();
  Ran ran;
  if (const auto zenity = found_program("zenity"); !zenity.empty()) {
    std::vector<std::string> arguments{"--file-selection", "--title=" + question.title, "--filename=" + start};
    if (question.save) arguments.insert(arguments.end(), {"--save", "--confirm-overwrite"});
    for (const FileKind& kind : question.kinds) {
      std::string filter = "--file-filter=";
      filter.append(kind.name).append(" |");
      for (const std::string& extension : kind.extensions) filter.append(" ").append(glob_of(extension));
      arguments.push_back(std::move(filter));
    }
    ran = run(zenity, std::move(arguments), stop);
  } else if (const auto kdialog = found_program("kdialog"); !kdialog.empty()) {
    ran = run(kdialog, {question.save ? "--getsavefilename" : "--getopenfilename", start, "--title", question.title},
              stop);
  }
  if (ran.status == 0 && !ran.text.empty()) return {SystemAnswer::Outcome::chosen, ran.text};
  // Both end with 1 when cancelled; without a display, for example, with another number.
  return {ran.status == 1 || stop.stop_requested() ? SystemAnswer::Outcome::cancelled
                                                   : SystemAnswer::Outcome::no_dialog};
}

}  // namespace

bool may_have_system_dialog() {
  // Remembered: the browser asks in every frame.
  static const bool have = may_have_portal() || !found_program("zenity").empty() || !found_program("kdialog").empty();
  return have;
}

SystemAnswer ask_system_dialog(const SystemQuestion& question, std::stop_token stop) {
  const SystemAnswer answer = may_have_portal() ? ask_portal(question, stop) : SystemAnswer{};
  return answer.outcome == SystemAnswer::Outcome::no_dialog ? ask_program(question, stop) : answer;
}

std::string glob_of(const std::string& extension) {
  std::string glob = "*";
  for (const char c : extension) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalpha(letter)) {
      glob += '[';
      glob += static_cast<char>(std::tolower(letter));
      glob += static_cast<char>(std::toupper(letter));
      glob += ']';
    } else {
      glob += c;
    }
  }
  return glob;
}

}  // namespace handtint
