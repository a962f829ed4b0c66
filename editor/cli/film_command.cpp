#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>

#include "editor/cli/command.h"
#include "editor/cli/command_files.h"
#include "editor/cli/network_option.h"
#include "editor/cli/progress_bar.h"
#include "editor/film/colour_film.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* examples =
    "FILM is a folder of numbered pictures, an animated GIF, or a film file; OUT is one of these too. A key frame is a\n"
    "picture of the film's size in colour, named by its frame, counted from 0: ref_000000.png. Where it is transparent\n"
    "it says nothing. Strokes on a frame are a mask of that name. The colours go with what moves, up to the next cut.\n"
    "A shot that nothing was given for gets the first coat.\n"
    "\n"
    "What is worked out on the way lies in the folder OUT.work until the film is done; --resume goes on with it, also\n"
    "with other keys, and shots.txt in it lists the cuts: edit it and run again.\n"
    "\n"
    "Examples:\n"
    "  handtint film frames/ --keys keys/ -o coloured/\n"
    "  handtint film clip.gif --strokes strokes/ -o coloured.gif\n"
    "  handtint film wedding.mp4 --keys keys/ -o wedding-colour.mp4\n"
    "  handtint film grey.mkv --prior deoldify/ -o steady.mkv\n"
    "  handtint film long.mkv --keys keys/ -o out/ --work work --survey      once, then for each machine or core:\n"
    "  handtint film long.mkv --keys keys/ -o out/ --work work --resume --shots 3-7\n";

struct Request {
  FilmJob job;
  fs::path keys, strokes, prior;
  NetworkWish network;
  std::string shots;
  bool survey = false, force = false, quiet = false;
};

void add_options(CLI::App* command, Request& request) {
  FilmJob& job = request.job;
  command->add_option("FILM", job.film, "Folder of numbered pictures, GIF or film file")->required()->type_name("");
  command->add_option("-o,--output", job.output, "Where the coloured film goes")->required()->type_name("OUT");
  command->add_option("-k,--keys", request.keys, "Folder of frames in colour: ref_nnnnnn.png")->type_name("FOLDER");
  command->add_option("-s,--strokes", request.strokes, "Folder of masks on frames: nnnnnn.png")->type_name("FOLDER");
  command
      ->add_option("--prior", request.prior,
                   "Folder with each frame as another tool coloured it: its colours without their flicker")
      ->type_name("FOLDER");
  add_network_options(command, request.network);
  command->add_flag("--draft", job.draft, "Work the colours out at 0.1 megapixels, not 0.26: fast");
  command->add_option("--quality", job.writing.quality, "Of a film file: 0 (best) .. 51, lower is larger (default: without loss in .mkv, else 16)")
      ->check(CLI::Range(0, 51))
      ->type_name("N");
  const std::string running = "Running";
  command->add_option("--work", job.work, "Folder for what is worked out on the way; it stays (default: OUT.work)")
      ->type_name("FOLDER")
      ->group(running);
  command->add_flag("--resume", job.resume, "Go on with what an earlier run has done")->group(running);
  command->add_option("--shots", request.shots, "These shots only, counted from 1")->type_name("A-B")->group(running);
  command->add_flag("--survey", request.survey, "Only follow the motion and list the shots")->group(running);
  command->add_option("--threads", job.threads, "Threads (default: 0, all cores)")
      ->check(CLI::Range(0, 1024))
      ->type_name("N")
      ->group(running);
  command->add_flag("--force", request.force, "Let the output replace an input")->group(running);
  command->add_flag("-q,--quiet", request.quiet, "Say nothing unless something is wrong")->group(running);
}

void read_shots(Request& request) {
  if (request.shots.empty()) return;
  FilmJob& job = request.job;
  char rest = 0;
  const int read = std::sscanf(request.shots.c_str(), "%d-%d%c", &job.first_shot, &job.last_shot, &rest);
  if (read == 1) job.last_shot = job.first_shot;
  if (read < 1 || read > 2 || job.first_shot < 1 || job.last_shot < job.first_shot)
    throw UsageError("--shots " + request.shots + " is no range of shots such as 3-7, counted from 1");
}

// Everything that the run reads and writes, before any work.
void require_files(Request& request) {
  FilmJob& job = request.job;
  CommandFiles files(request.force);
  for (const fs::path& input : {job.film, request.keys, request.strokes, request.prior}) files.reads(input);
  files.reads(request.network);
  std::error_code error;
  for (const fs::path& folder : {request.keys, request.strokes, request.prior})
    if (!folder.empty() && !fs::is_directory(folder, error)) throw UsageError(folder.string() + " is not a folder");
  if (!request.keys.empty()) job.keys.pictures = keys_in(request.keys);
  if (!request.strokes.empty()) job.keys.strokes = keys_in(request.strokes);
  if (!request.prior.empty()) job.keys.prior = numbered_pictures(request.prior);
  if (!job.keys.prior.empty() && (!job.keys.pictures.empty() || !job.keys.strokes.empty()))
    throw UsageError("--prior colours every frame already: leave --keys and --strokes away");
  require_writable_film(job.film, job.output, job.writing);
  if (kind_of_output(job.output) != FilmKind::folder) {
    files.writes(job.output);
    if (!request.shots.empty())
      throw UsageError("with --shots the output is a folder; a whole film is written without it, with --resume");
  } else if (fs::equivalent(job.film, job.output, error) && !request.force) {
    throw FileError(job.output, "holds the film and stays as it is; choose another folder, or say --force");
  }
}

FilmJob made_ready(Request& request, KeptPredictor& network) {
  require_files(request);
  read_shots(request);
  FilmJob& job = request.job;
  job.keep_work = !job.work.empty();
  if (job.work.empty()) job.work = job.output.lexically_normal().string() + ".work";
  if (const std::string name = job.output.string(); !job.keep_work && name.ends_with('/'))
    job.work = name.substr(0, name.size() - 1) + ".work";
  if (request.network.name == "none" || !job.keys.prior.empty()) {
    if (job.keys.pictures.empty() && job.keys.strokes.empty() && job.keys.prior.empty() && !request.survey)
      throw UsageError("nothing says what colours to take: give --keys, --strokes, --prior or a --network");
    return job;
  }
  const CoatSettings& dials = request.network.coat;
  job.coat_dials = {.on = true, .dials = dials};
  job.coat_name = request.network.name + " " + std::to_string(dials.amount) + " " + std::to_string(dials.temperature) +
                  " " + std::to_string(dials.variant);
  job.coat = [&network, name = request.network.name](const Photo& photo, const DocumentState& state,
                                                     std::stop_token stop) {
    return network_coat(network.open(name))(photo, state, stop);
  };
  return job;
}

std::string seconds_left(double seconds) {
  char words[40];
  std::snprintf(words, sizeof words, ", %d:%02d left", static_cast<int>(seconds) / 60, static_cast<int>(seconds) % 60);
  return words;
}

Exit colour(Request& request) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto since_start = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  KeptPredictor network;
  FilmJob job = made_ready(request, network);
  job.survey_only = request.survey;
  ProgressBar bar(!request.quiet);
  float begun = -1;
  const FilmResult result = colour_film(job, [&](float fraction, std::string_view stage) {
    if (begun < 0) begun = fraction;
    const double seconds = since_start(), share = fraction - begun;
    bar.show(fraction, std::string(stage) + (seconds > 3 && share > 0.01 ? seconds_left(seconds * (1 - fraction) / share)
                                                                         : std::string()));
    return !interrupted();
  });
  bar.wipe();
  for (const std::string& note : result.notes) complain(note);
  if (result.cancelled) {
    complain("stopped; what is done lies in " + job.work.string() + ", go on with --resume");
    return Exit::cancelled;
  }
  const Survey& survey = result.survey;
  if (!request.quiet) {
    std::printf("%s: %d frames of %s in %zu shot%s\n", job.film.c_str(), survey.frames, to_string(survey.size).c_str(),
                survey.shots.size(), survey.shots.size() == 1 ? "" : "s");
    if (result.written)
      std::printf("%s: %.1f s, %.1f frames a second\n", job.output.c_str(), since_start(),
                  survey.frames / since_start());
    else
      std::printf("%s: %s\n", job.work.c_str(), request.survey ? "surveyed" : "these shots are done");
  }
  return Exit::done;
}

}  // namespace

void add_film_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("film", "Colour a film, a GIF or a folder of frames from key frames");
  command->footer(examples);
  const auto request = std::make_shared<Request>();
  add_options(command, *request);
  command->callback([&run, request] { run = [request] { return colour(*request); }; });
}

}  // namespace handtint
