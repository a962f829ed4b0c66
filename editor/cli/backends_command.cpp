#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "editor/cli/command.h"
#include "solver/backend.h"

namespace handtint {

void add_backends_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("backends", "Say where the numerics can run on this machine");
  command->footer(
      "Best first: --backend auto takes the first usable one.\n\n"
      "Examples:\n"
      "  handtint backends\n");
  command->callback([&run] {
    run = [] {
      for (const BackendInfo& info : probe_backends())
        std::printf("%-5s %-13s %s\n", std::string(name_of(info.backend)).c_str(),
                    info.usable ? "usable" : "not usable", info.description.c_str());
      return Exit::done;
    };
  });
}

}  // namespace handtint
