#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "editor/cli/colorize_job.h"
#include "editor/cli/command.h"
#include "editor/cli/command_files.h"
#include "editor/cli/help_words.h"
#include "editor/cli/named_option.h"
#include "editor/cli/progress_bar.h"
#include "editor/document/film_session.h"
#include "editor/film/frame_writer.h"
#include "editor/film/growing.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* export_examples =
    "  handtint export portrait.handtint --growing portrait.gif\n"
    "  handtint export portrait.handtint --growing portrait.mp4 --seconds 12 --size 1280\n"
    "  handtint export portrait.handtint --growing portrait.webm --size 480\n";

struct ExportRequest {
  fs::path session, growing;
  GrowingOptions options;
  NetworkWish network;
  bool force = false, quiet = false;
};

// Where strokes speak too, a coat that cannot be had is a note, not a failure.
CoatSource coat_of(const ExportRequest& request, const DocumentState& state, KeptPredictor& network,
                   std::vector<std::string>& notes) {
  if (request.network.name == "none") return [](const auto&...) { return Prior{}; };
  const auto open = [&request, &network] { return network.open(request.network.name); };
  const CoatSource ask = coat_in_mood(
      document_coat([open](const auto&... asked) { return network_coat(open())(asked...); }, request.session), open,
      request.session);
  const bool strokes = !state.strokes.empty() || state.imported;
  return [ask, strokes, &notes](const Photo& photo, const DocumentState& at, std::stop_token stop) {
    try {
      return ask(photo, at, stop);
    } catch (const std::runtime_error& error) {
      if (!strokes) throw;
      if (const std::string note = tr("no first coat: {1}", {error.what()}); notes.empty() || notes.back() != note)
        notes.push_back(note);
      return Prior{};
    }
  };
}

void require_sense(const ExportRequest& request) {
  if (!is_session_name(request.session))
    throw UsageError(
        tr("{1} is no session (.handtint): what grows are the strokes of one", {request.session.string()}));
  require_moving_picture(request.growing);
  CommandFiles files(request.force);
  ColorizeJob inputs;
  inputs.photo = request.session;
  inputs.network = request.network;
  if (is_film_session(request.session))
    throw FileError(request.session, tr("is the session of a film; 'handtint film' writes that"));
  files.reads_inputs_of(inputs);
  files.writes(request.growing);
}

Exit export_growing(const ExportRequest& request) {
  require_sense(request);
  ProgressBar bar(!request.quiet);
  bar.show(0, tr("reading"));
  std::vector<std::string> notes;
  Session session = read_session(request.session);
  const Photo photo = read_photo_of(session, request.session, false, notes);
  KeptPredictor network;
  const CoatSource coat = coat_of(request, session.state, network, notes);
  const bool written = write_growing(request.growing, photo, session.state, coat, request.options, {},
                                     [&](float fraction, std::string_view stage) {
                                       bar.show(fraction, stage);
                                       return !interrupted();
                                     });
  bar.wipe();
  for (const std::string& note : notes) complain(note);
  if (!written) {
    complain(tr("stopped; {1} was not written", {request.growing.string()}));
    return Exit::cancelled;
  }
  std::error_code error;
  const auto bytes = static_cast<double>(fs::file_size(request.growing, error));
  if (!request.quiet)
    std::printf("%s: %s\n", request.growing.c_str(), tr("{1} kB", {number(std::ceil(bytes / 1e3), 0)}).c_str());
  return Exit::done;
}

}  // namespace

void add_export_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("export", tr("Show how a session's picture came about"));
  command->footer(footer(
      {tr_noop("--growing makes a moving picture of the session's history: the grey photograph, its first coat, then "
               "stroke after stroke as they were laid, and the finished picture for two seconds. OUT is an animated "
               ".gif or a film: .mp4, .webm, .mov, .mkv. A session without a history shows its strokes in "
               "their order.")},
      export_examples));
  const auto request = std::make_shared<ExportRequest>();
  command->add_option("SESSION", request->session, tr("A session of the editor"))->required()->type_name("");
  command->add_option("--growing", request->growing, tr("The moving picture to write"))->required()->type_name("OUT");
  command->add_option("--seconds", request->options.seconds, tr("Until the picture is finished, 1..60 (default: 6)"))
      ->check(a_number(min_growing_seconds, max_growing_seconds))
      ->type_name("S");
  command
      ->add_option("--size", request->options.longest_side,
                   tr("Pixels on the longer side, 100..1920 (default: 800); no more than the photograph has"))
      ->check(CLI::Range(min_growing_side, max_growing_side))
      ->type_name("N");
  command
      ->add_option("--network", request->network.name,
                   tr("Who proposes the first coat: shipped, none, or an ONNX file (default: shipped)"))
      ->type_name("shipped|none|FILE");
  command->add_flag("--force", request->force, tr("Let the output replace an input"));
  command->add_flag("-q,--quiet", request->quiet, tr("Say nothing unless something is wrong"));
  command->callback([&run, request] { run = [request] { return export_growing(*request); }; });
}

}  // namespace handtint
