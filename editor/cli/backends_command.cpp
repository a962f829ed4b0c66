#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "editor/cli/command.h"
#include "editor/files/optional_formats.h"
#include "solver/backend.h"

namespace handtint {

void add_backends_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand(
      "backends", "Say where the numerics can run on this machine, and what picture formats this build has");
  command->footer(
      "Best first: --backend auto takes the first usable one. JPEG, PNG, TIFF, PNM, BMP, TGA and GIF are always "
      "there.\n\n"
      "Examples:\n"
      "  handtint backends\n");
  command->callback([&run] {
    run = [] {
      for (const BackendInfo& info : probe_backends())
        std::printf("%-5s %-13s %s\n", std::string(name_of(info.backend)).c_str(),
                    info.usable ? "usable" : "not usable", info.description.c_str());
      for (const OptionalFormat& format : optional_formats())
        std::printf("%-9s %s\n", std::string(format.name).c_str(),
                    !format.open      ? ("not there: " + lacking(format)).c_str()
                    : format.writable ? ("read and written by " + format.library).c_str()
                                      : ("read by " + format.library).c_str());
      return Exit::done;
    };
  });
}

}  // namespace handtint
