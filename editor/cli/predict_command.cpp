#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "editor/cli/command.h"
#include "editor/cli/command_files.h"
#include "editor/cli/help_words.h"
#include "editor/cli/network_option.h"
#include "editor/cli/progress_bar.h"
#include "editor/cli/standard_streams.h"
#include "editor/document/render.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* predict_examples =
    "  handtint predict photo.jpg -o coat.png\n"
    "  handtint predict photo.jpg -o vivid.png --vividness 1.4\n"
    "  handtint predict photo.jpg -o another.png --variant 2 --uncertainty unsure.png\n"
    "  handtint predict photo.jpg -o theirs.png --network ddcolor.onnx\n";

struct PredictRequest {
  fs::path photo, output, uncertainty;
  NetworkWish network;
  bool salvage = false, strip = false, force = false, quiet = false;
};

// Throws FileError if nothing can or may be written there, before any work.
void require_targets(const PredictRequest& request) {
  CommandFiles files(request.force);
  files.reads(request.photo);
  files.reads(request.network);
  for (const fs::path& target : {request.output, request.uncertainty}) {
    files.writes(target);
    if (!target.empty()) require_writable_target(target, true, {});
  }
}

// White = unsure. The map has the photograph's size, so that it can be laid over it.
void write_uncertainty(const PredictRequest& request, const Photo& photo, const Plane<float>& unsure) {
  Plane<float> lightness = resample(unsure, photo.width(), photo.height());
  for (float& v : lightness) v *= 100;
  const Chroma grey{Plane<float>(photo.width(), photo.height()), Plane<float>(photo.width(), photo.height())};
  WriteOptions options;
  options.overwrite = true;
  write_photo(request.uncertainty, lightness, grey, {}, options);
}

Exit predict(const PredictRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  require_targets(request);
  if (request.network.name == "none")
    throw UsageError(tr("predict needs a network: --network none makes no sense here"));

  ProgressBar bar(!request.quiet);
  const Progress progress = [&](float fraction, std::string_view stage) {
    bar.show(fraction, stage);
    return !interrupted();
  };
  tell(progress, Stage::reading);
  const Photo photo = read_photo(request.photo, {.salvage = request.salvage});

  tell(progress, Stage::coat);
  const Predictor network = open_predictor(request.network.name);
  const Prediction prediction = network.ask(bare_problem(photo), {});
  DocumentState state;
  state.coat = {.on = true, .dials = request.network.coat};
  const CoatSource coat = network_coat({[&](const Problem&, std::stop_token) { return prediction; }, {}});
  const Rendered rendered = render(photo, state, coat, {}, progress);
  WriteOptions options = write_options_for(photo);
  options.overwrite = true;
  if (request.strip) options.metadata.reset();
  if (request.force) options.input.clear();
  const bool stopped = !write_rendered(request.output, photo, rendered, options, progress);
  if (!stopped && !request.uncertainty.empty()) write_uncertainty(request, photo, uncertainty(prediction));
  bar.wipe();
  for (const std::string& note : photo.notes) complain(request.photo.string() + ": " + note);
  if (!photo.alpha.empty() && !keeps_transparency(request.output))
    complain(request.output.string() + ": " +
             tr("the photograph's transparency is lost, JPEG has none; choose .png or .tif"));
  if (stopped) {
    complain(tr("stopped; {1} was not written", {request.output.string()}));
    return Exit::cancelled;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!request.quiet)
    std::printf("%s\n%s: %d x %d, %.2f s\n", network.description.c_str(), request.output.c_str(), photo.width(),
                photo.height(), seconds.count());
  return Exit::done;
}

}  // namespace

void add_predict_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("predict", tr("Colour a photograph without strokes, as a network proposes"));
  command->footer(footer(
      {tr_noop("The first coat alone: what the network proposes, spread along the photograph's edges. Strokes given to "
               "'handtint colorize' change it where they lie and where it looks alike.")},
      predict_examples));
  const auto request = std::make_shared<PredictRequest>();
  command->add_option("photo", request->photo, tr("The photograph"))->required()->type_name("PHOTO");
  command->add_option("-o,--output", request->output, tr("The colour photograph to write"))
      ->required()
      ->type_name("OUT");
  command
      ->add_option("--uncertainty", request->uncertainty, tr("Write where the network is unsure (white) as a picture"))
      ->type_name("FILE");
  add_network_options(command, request->network);
  command->add_flag("--salvage", request->salvage, tr("Of a damaged or cut-off photograph, read what is there"));
  command->add_flag("--strip", request->strip,
                    tr("Leave away EXIF, GPS, captions and whatever else the file says of itself"));
  command->add_flag("--force", request->force, tr("Let an output replace the photograph, or the other one"));
  command->add_flag("-q,--quiet", request->quiet, tr("Say nothing unless something is wrong"));
  command->callback([&run, request] {
    run = [request] {
      return with_streams({&request->photo}, request->output, request->quiet, [&] { return predict(*request); });
    };
  });
}

}  // namespace handtint
