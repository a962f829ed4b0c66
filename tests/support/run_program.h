// Starts a program as a shell would and waits for it: its exit code and everything it said.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/scratch_folder.h"

extern char** environ;

namespace handtint {

struct Outcome {
  int exit_code = -1;  // 128 + n if signal n killed it, as a shell says it
  std::string out, err;
};

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The child with its standard streams on files; wait_for() ends it.
inline pid_t start_program(const std::vector<std::string>& command, const std::string& out, const std::string& err) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_addopen(&streams, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&streams, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&streams, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_NOCTTY, 0600);
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0], &streams, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&streams);
  if (error != 0) throw std::runtime_error("cannot start " + command[0]);
  return child;
}

inline int wait_for(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("the program is gone");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

inline Outcome run_program(const std::vector<std::string>& command) {
  const ScratchFolder folder;
  const std::string out = folder / "out", err = folder / "err";
  Outcome outcome;
  outcome.exit_code = wait_for(start_program(command, out, err));
  outcome.out = text_of(out);
  outcome.err = text_of(err);
  return outcome;
}

}  // namespace handtint
