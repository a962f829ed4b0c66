// What file managers call for the small picture of a session: the photograph in the colours of its strokes.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "editor/cli/colorize_job.h"
#include "editor/cli/command.h"
#include "editor/document/print.h"
#include "editor/document/render.h"
#include "editor/document/session.h"

namespace handtint {
namespace {

struct ThumbnailRequest {
  std::filesystem::path session, output;
  int side = 256;
};

// Solved small, and without a network: dozens of these are asked for at once.
Exit write_thumbnail(const ThumbnailRequest& request) {
  Session session = read_session(request.session);
  std::vector<std::string> notes;
  const Photo photo = read_photo_of(session, request.session, true, notes);
  DocumentState& state = session.state;
  state.settings.preview = true;
  state.coat.on = false;
  const Rendered rendered =
      render(photo, state, {}, {.threads = 1}, [](float, std::string_view) { return !interrupted(); });
  if (rendered.cancelled()) return Exit::cancelled;
  const Print print = make_print(photo, rendered.chroma, {.longest_side = request.side});
  WriteOptions options;
  options.overwrite = true;
  options.input = photo.path;
  write_photo(request.output, print.lightness, print.chroma, print.alpha, options);
  return Exit::done;
}

}  // namespace

void add_thumbnail_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("thumbnail", "Write the small picture of a session");
  command->group("");  // not for people
  const auto request = std::make_shared<ThumbnailRequest>();
  command->add_option("SESSION", request->session)->required();
  command->add_option("OUT.png", request->output)->required();
  command->add_option("SIDE", request->side, "Pixels on the longer side")->check(CLI::Range(16, 4096));
  command->callback([&run, request] { run = [request] { return write_thumbnail(*request); }; });
}

}  // namespace handtint
