#include "editor/document/network_trial.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "editor/files/language.h"
#include "editor/files/paths.h"
#include "editor/files/read_bytes.h"
#include "solver/layers/host_memory.h"
#include "solver/prediction/network.h"
#include "solver/tr.h"

extern char** environ;

namespace handtint {
namespace {

constexpr int complained = 1;
constexpr rlim_t most_seconds = 600;  // of computing

// What it said, and how it ended as waitpid tells it.
struct Ended {
  std::string said;
  int status = 0;
};

Ended run(const std::vector<std::string>& command, std::stop_token stop) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::strerror(errno));
  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_addopen(&streams, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&streams, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&streams, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawn(&child, arguments[0], &streams, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&streams);
  close(ends[1]);
  Ended ended;
  if (error == 0) {
    char buffer[1024];
    for (;;) {  // until its end of the pipe closes
      pollfd waiting{ends[0], POLLIN, 0};
      constexpr int milliseconds = 20;
      if (poll(&waiting, 1, milliseconds) > 0) {
        const ssize_t count = read(ends[0], buffer, sizeof buffer);
        if (count <= 0) break;
        ended.said.append(buffer, static_cast<std::size_t>(count));
      }
      if (stop.stop_requested()) kill(child, SIGKILL);
    }
    while (waitpid(child, &ended.status, 0) < 0 && errno == EINTR) continue;
  }
  close(ends[0]);
  if (error != 0) throw std::runtime_error(tr("{1} cannot be started ({2})", {command[0], std::strerror(error)}));
  return ended;
}

void limit(int resource, rlim_t most) {
  rlimit now{};
  if (getrlimit(resource, &now) != 0 || now.rlim_cur <= most) return;
  now.rlim_cur = most;
  static_cast<void>(setrlimit(resource, &now) == 0);
}

}  // namespace

void try_network(const std::string& file, int width, int height, std::stop_token stop) {
  const std::filesystem::path program = program_folder() / "handtint";
  if (access(program.c_str(), X_OK) != 0) return;
  const Ended ended = run({program.string(), "--lang", language_in_use().code, "try-network", "--", file,
                           std::to_string(width), std::to_string(height)},
                          stop);
  if (stop.stop_requested()) return;
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 0) return;
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == complained && !ended.said.empty())
    throw std::runtime_error(ended.said);
  // Translators: how a program ended, for "ends the program that tries it ({1})"
  const std::string how = WIFSIGNALED(ended.status) ? strsignal(WTERMSIG(ended.status)) : tr("without a word");
  throw std::runtime_error(file + ": " +
                           tr("ends the program that tries it ({1}): the file is damaged, or asks for what its runner "
                              "cannot do; use another network",
                              {how}));
}

int run_network_trial(const std::string& file, int width, int height) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, most_seconds);
  if (const std::size_t all = machine_memory()) limit(RLIMIT_AS, all);
  try {
    Network network = Network::load(file, read_bytes);
    if (width > 0) {
      Problem problem;
      problem.lightness = Plane<float>(width, height, 50.0f);
      network.predict(problem);
    }
    return 0;
  } catch (const std::exception& error) {
    std::fputs(error.what(), stdout);
    return complained;
  }
}

}  // namespace handtint
