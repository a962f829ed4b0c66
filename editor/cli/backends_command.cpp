#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "editor/cli/command.h"
#include "editor/cli/help_words.h"
#include "editor/files/optional_formats.h"
#include "solver/backend.h"
#include "solver/tr.h"

namespace handtint {

void add_backends_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand(
      "backends", tr("Say where the numerics can run on this machine, and what picture formats this build has"));
  command->footer(footer(
      {tr_noop("Best first: --backend auto takes the first usable one. JPEG, PNG, TIFF, PNM, BMP, TGA, GIF, PSD and "
               "OpenRaster are always there.")},
      "  handtint backends\n"));
  command->callback([&run] {
    run = [] {
      for (const BackendInfo& info : probe_backends())
        std::printf("%-5s %s %s\n", std::string(name_of(info.backend)).c_str(),
                    padded(info.usable ? tr("usable") : tr("not usable"), 13).c_str(), info.description.c_str());
      for (const OptionalFormat& format : optional_formats())
        std::printf("%-9s %s\n", std::string(format.name).c_str(),
                    (!format.open      ? tr("not there: {1}", {lacking(format)})
                     : format.writable ? tr("read and written by {1}", {format.library})
                                       : tr("read by {1}", {format.library}))
                        .c_str());
      return Exit::done;
    };
  });
}

}  // namespace handtint
