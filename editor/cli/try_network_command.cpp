#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "editor/cli/command.h"
#include "editor/document/network_trial.h"

namespace handtint {

void add_try_network_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("try-network", "Load and run a network that may end the program");
  command->group("");  // not for people
  struct Request {
    std::string file;
    int width = 0, height = 0;
  };
  const auto request = std::make_shared<Request>();
  command->add_option("FILE", request->file)->required();
  command->add_option("WIDTH", request->width)->required();
  command->add_option("HEIGHT", request->height)->required();
  command->callback([&run, request] {
    run = [request] { return static_cast<Exit>(run_network_trial(request->file, request->width, request->height)); };
  });
}

}  // namespace handtint
