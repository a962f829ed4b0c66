#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <future>
#include <memory>
#include <numeric>
#include <string>

#include "editor/cli/command.h"
#include "editor/cli/command_files.h"
#include "editor/cli/finish_option.h"
#include "editor/cli/help_words.h"
#include "editor/cli/named_option.h"
#include "editor/cli/network_option.h"
#include "editor/cli/progress_bar.h"
#include "editor/cli/standard_streams.h"
#include "editor/document/render.h"
#include "editor/files/number_plane.h"
#include "editor/files/output_profile.h"
#include "solver/prediction/helpful_places.h"
#include "solver/prediction/prediction_set.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* predict_examples =
    "  handtint predict photo.jpg -o coat.png\n"
    "  handtint predict photo.jpg -o vivid.png --vividness 1.4 --warmth 0.3\n"
    "  handtint predict photo.jpg -o another.png --variant 2 --uncertainty unsure.png --help-most 5\n"
    "  handtint predict photo.jpg -o theirs.png --network ddcolor.onnx\n";

struct PredictRequest {
  fs::path photo, output, uncertainty;
  int help_most = 0;
  NetworkWish network;
  std::string profile;
  FinishWish finish;
  bool salvage = false, strip = false, force = false, quiet = false;
};

// Throws FileError if nothing can or may be written there, before any work.
void require_targets(const PredictRequest& request) {
  CommandFiles files(request.force);
  files.reads(request.photo);
  files.reads(request.network);
  files.reads(request.profile);
  for (const fs::path& target : {request.output, request.uncertainty}) files.writes(target);
  require_writable_target(request.output, true, {});
  if (!request.uncertainty.empty()) require_number_plane_target(request.uncertainty);
}

// What is known of the colours: in words for a person, and the places that --help-most asks for.
void tell_doubt(const PredictRequest& request, const Photo& photo, const Prediction& prediction,
                const Plane<float>& radius) {
  if (!prediction.has_distribution()) {
    complain(tr("the network gives one colour for each place and does not say how sure it is"));
    return;
  }
  const Calibration& calibration = prediction.calibration;
  const auto percent = [](float share) { return std::to_string(std::lround(100 * share)); };
  const float mean = std::accumulate(radius.begin(), radius.end(), 0.0f) / static_cast<float>(radius.size());
  std::printf(
      "%s\n%s\n",
      tr("a colour may lie in an area of radius {1} in CIE a and b, on the mean", {std::to_string(std::lround(mean))})
          .c_str(),
      calibration.covered > 0
          ? tr("measured on photos that the network had not learnt from: {1} % of the true colours lie in such an "
               "area, of vivid ones {2} %",
               {percent(calibration.covered), percent(calibration.covered_vivid)})
                .c_str()
          : tr("the network's own opinion, {1} % sure: nobody has measured how often it is right",
               {percent(calibration.mass)})
                .c_str());
  for (const HelpfulPlace& place : helpful_places(radius, prediction.traits, {}, request.help_most))
    std::printf("%s\n", tr("a stroke helps at {1}, {2}: decides {3} % of what is not known",
                           {std::to_string(static_cast<int>(place.x * static_cast<float>(photo.width()))),
                            std::to_string(static_cast<int>(place.y * static_cast<float>(photo.height()))),
                            percent(place.share)})
                            .c_str());
}

Exit predict(const PredictRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  require_targets(request);
  if (request.network.name == "none")
    throw UsageError(tr("predict needs a network: --network none makes no sense here"));

  const std::shared_ptr<const OutputProfile> profile = output_profile(request.profile);
  require_writable_profile(request.output, profile.get());
  ProgressBar bar(!request.quiet);
  const Progress progress = [&](float fraction, std::string_view stage) {
    bar.show(fraction, stage);
    return !interrupted();
  };
  tell(progress, Stage::reading);
  std::future<Predictor> opening = std::async(std::launch::async, open_predictor, request.network.name);
  const Photo photo = read_photo(request.photo, {.salvage = request.salvage});

  tell(progress, Stage::coat);
  const Predictor network = opening.get();
  const Prediction prediction = network.ask(bare_problem(photo), {});
  DocumentState state;
  state.coat = {.on = true, .dials = request.network.coat};
  state.finish = request.finish.over({});
  const CoatSource coat = network_coat({[&](const Problem&, std::stop_token) { return prediction; }, {}});
  const Rendered rendered = render(photo, state, coat, {}, progress);
  WriteOptions options = write_options_for(photo);
  options.overwrite = true;
  options.profile = profile;
  if (request.strip) options.metadata.reset();
  if (request.force) options.input.clear();
  const bool stopped = !write_rendered(request.output, photo, rendered, options, progress);
  const bool doubt_asked = !request.uncertainty.empty() || request.help_most > 0;
  const Plane<float> radius = !stopped && doubt_asked ? prediction_radius(prediction) : Plane<float>();
  if (!stopped && !request.uncertainty.empty())
    write_number_plane(request.uncertainty, resample(radius, photo.width(), photo.height()));
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
  if (!request.quiet && doubt_asked) tell_doubt(request, photo, prediction, radius);
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
      ->add_option(
          "--uncertainty", request->uncertainty,
          tr("Write what the network does not know: at each pixel the radius, in CIE a and b, of the area where the "
             "colour may lie. .npy: numbers; .png, .tif: 16 bit, grey 256 is a radius of 1"))
      ->type_name("FILE");
  command->add_option("--help-most", request->help_most, tr("Say at which N pixels a stroke would help most"))
      ->type_name("N")
      ->check(CLI::Range(0, 100));
  add_network_options(command, request->network);
  add_profile_option(command, request->profile);
  add_finish_options(command, request->finish);
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
