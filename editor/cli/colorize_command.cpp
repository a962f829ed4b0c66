#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "editor/cli/colorize_job.h"
#include "editor/cli/command.h"
#include "editor/cli/command_files.h"
#include "editor/cli/film_run.h"
#include "editor/cli/folder_job.h"
#include "editor/cli/named_option.h"
#include "editor/cli/progress_bar.h"
#include "editor/cli/report_file.h"
#include "editor/cli/standard_streams.h"
#include "editor/document/session.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* examples =
    "PHOTO is a picture (JPEG, PNG, TIFF, PNM, BMP, TGA, GIF, and what 'handtint backends' lists), a folder of them,\n"
    "or a session of the editor (.handtint).\n"
    "OUT is a .png, .tif or .jpg, a .webp, .avif or .jxl, or an .ora (layers); it has the photograph's size, depth\n"
    "and lightness. For a folder of photographs, OUT, MASK and FILE are folders too, and what belongs together has\n"
    "the same name; REF is one file for all, or a folder.\n"
    "Photographs without strokes are passed over; one that fails is reported, the others go on, and the exit code is "
    "1.\n"
    "A session in the folder is coloured as it says, instead of a photograph of its name; strokes from MASK come "
    "before\n"
    "both.\n"
    "A GIF that moves becomes one if OUT is a .gif; the strokes are for its first frame.\n"
    "PHOTO, MASK and OUT may be -: standard input (one of them), and standard output (a PNG).\n"
    "\n"
    "Examples:\n"
    "  handtint colorize photo.jpg --strokes strokes.png -o colour.png\n"
    "  handtint colorize scan.tif --strokes strokes.png -o colour.tif --report report.json\n"
    "  handtint colorize photo.jpg --prior other-tool.png --strokes corrections.png -o colour.jpg\n"
    "  handtint colorize grandmother.jpg --reference her-sister.jpg -o colour.jpg\n"
    "  handtint colorize film/ --reference first-frame.png --reference last-frame.png -o coloured/\n"
    "  handtint colorize room.jpg --reference sunset.jpg --reference-how mood --mood-amount 0.5 -o evening.jpg\n"
    "  handtint colorize photo.png --strokes marked.bmp --mask-format levin -o colour.png\n"
    "  handtint colorize scans/ --strokes strokes/ -o coloured/ --jobs 4\n"
    "  handtint colorize archive/ -o coloured/ --recursive --resume\n"
    "  scan | handtint colorize - -o - | display\n"
    "  handtint colorize portrait.handtint -o colour.tif\n";

constexpr Model models[] = {Model::full, Model::gtv, Model::membrane, Model::bilaplacian};
constexpr Backend backends[] = {Backend::automatic, Backend::cpu, Backend::cuda};

struct Request {
  ColorizeJob job;
  FolderSearch search;
  int at_a_time = 1;
  fs::path report;
  bool quiet = false;
};

void add_options(CLI::App* command, Request& request) {
  ColorizeJob& job = request.job;
  SettingsWish& settings = job.settings;
  command->add_option("PHOTO", job.photo, "Photograph, folder of photographs, or session file")
      ->required()
      ->type_name("");
  command->add_option("-s,--strokes", job.strokes, "The strokes: a mask of the photograph's size")->type_name("MASK");
  command->add_option("-o,--output", job.output, "The colour photograph to write")->required()->type_name("OUT");
  command
      ->add_option("--layer", job.layer, "Write the colour alone, too: a transparent layer to lie over the photograph")
      ->type_name("FILE.png");
  add_mask_format_option(command, job.mask_format);
  command->add_flag("--fit", job.fit, "Stretch a mask of another size over the photograph (nearest neighbour)");
  command->add_flag("--salvage", job.salvage, "Of a damaged or cut-off photograph, read what is there");
  command
      ->add_option("--quality", job.quality,
                   "Of JPEG, WebP, AVIF and JPEG XL, 1..100 (default: 95); 100 loses nothing, but JPEG does")
      ->check(CLI::Range(1, 100))
      ->type_name("N");
  command->add_flag("--strip", job.strip, "Leave away EXIF, GPS, captions and whatever else the file says of itself");
  command
      ->add_option("--prior", job.prior,
                   "A colour picture of the same scene as first coat; strokes overrule it, and --affinity is 0")
      ->type_name("FILE");
  command
      ->add_option("--prior-weight", job.prior_weight,
                   "How firmly the first coat holds: 1e-5 a hint, 1e-2 hard to change (default: 3e-4)")
      ->check(a_number(min_picture_weight, max_picture_weight))
      ->type_name("W");
  command
      ->add_option("--protect", job.protect, "A black-on-white region that keeps the photograph's own colour (PiMask)")
      ->type_name("FILE");

  add_network_options(command, job.network);
  add_reference_options(command, job.reference);
  add_mood_options(command, job.reference);

  const std::string look = "Look";
  add_named_option<Model>(
      command, "--model", models, [&settings](Model model) { settings.model = model; },
      "Which terms spread the colour (default: full)")
      ->group(look);
  const Settings standard;
  for (const Dial& dial : dials()) {
    std::string flag = "--" + std::string(dial.name);
    std::replace(flag.begin(), flag.end(), '_', '-');
    char words[160];
    std::snprintf(words, sizeof words, "%s, %g..%g (default: %g)", dial.words, dial.low, dial.high,
                  standard.*dial.value);
    command
        ->add_option_function<float>(
            flag, [&settings, dial](float value) { settings.dials.emplace_back(dial.value, value); }, words)
        ->check(a_number(dial.low, dial.high))
        ->group(look)
        ->type_name("X");
  }
  command->add_flag("--preview", settings.preview, "Solve the colour at about 0.3 megapixels only: fast")->group(look);

  const std::string running = "Running";
  add_named_option<Backend>(
      command, "--backend", backends, [&job](Backend backend) { job.backend = backend; },
      "Where to compute (default: auto)")
      ->group(running);
  command->add_option("--threads", job.threads, "Threads for one photograph (default: 0, all cores)")
      ->check(CLI::Range(0, 1024))
      ->type_name("N")
      ->group(running);
  command->add_option("--jobs", request.at_a_time, "Photographs of a folder at a time (default: 1)")
      ->check(CLI::Range(1, 1024))
      ->type_name("N")
      ->group(running);
  command->add_flag("--recursive", request.search.recursive, "Of a folder, take the folders inside it too")
      ->group(running);
  command
      ->add_flag("--resume", request.search.resume,
                 "Of a folder, pass over what an earlier run has finished and nobody has changed since")
      ->group(running);
  command->add_option("--report", request.report, "Write sizes, times, iterations and memory as JSON")
      ->type_name("FILE.json")
      ->group(running);
  command->add_flag("--force", job.force, "Let an output replace an input, or another output")->group(running);
  command->add_flag("-q,--quiet", request.quiet, "Say nothing unless something is wrong")->group(running);
}

void require_usable(Backend wanted) {
  if (wanted == Backend::automatic) return;
  for (const BackendInfo& info : probe_backends())
    if (info.backend == wanted && !info.usable)
      throw BackendNotUsable("the backend " + std::string(name_of(wanted)) + " cannot be used: " + info.description +
                             "; leave --backend away to take what there is");
}

void require_sense(const Request& request) {
  const ColorizeJob& job = request.job;
  if (const std::string problem = validate(job.settings.over({})); !problem.empty()) throw UsageError(problem);
  if (is_session_name(job.photo)) {
    if (!job.strokes.empty() || !job.prior.empty() || !job.protect.empty())
      throw UsageError("a session holds its own strokes: leave --strokes, --prior and --protect away");
  } else if (job.strokes.empty() && job.prior.empty() && job.network.name == "none" && job.reference.files.empty() &&
             !fs::is_directory(job.photo)) {
    throw UsageError(
        "nothing says what colours to take: give --strokes, a --reference, a first coat with --prior, or a --network");
  }
  if (job.reference.use_given && job.reference.files.empty())
    throw UsageError("--reference-how says how a reference is used: give one with --reference");
  if (job.reference.use == ReferenceUse::mood && job.network.name == "none" && job.prior.empty())
    throw UsageError("a mood is laid over a first coat, and --network none leaves that away");
  if (!job.prior.empty() && job.network.asked_for() && job.network.name != "none")
    throw UsageError("--prior and --network both make a first coat: leave one away");
}

void print(const ReferenceResult& reference) {
  std::printf("reference: %zu strokes%s (confidence %.2f)\n", reference.strokes.size(),
              reference.mood ? " and a mood" : "", reference.confidence);
}

Exit colorize_photo(const Request& request) {
  const ColorizeJob& job = request.job;
  CommandFiles files(job.force);
  files.reads_inputs_of(job);
  files.writes(job.output);
  files.writes(job.layer);
  files.writes(request.report);

  ProgressBar bar(!request.quiet);
  KeptPredictor network;
  const ColorizeResult result = run_job(job, network, [&](float fraction, std::string_view stage) {
    bar.show(fraction, stage);
    return !interrupted();
  });
  bar.wipe();
  if (result.cancelled) {
    complain("stopped; " + job.output.string() + " was not written");
    return Exit::cancelled;
  }
  if (!request.report.empty()) write_report(request.report, describe(job, result));
  if (!request.quiet) {
    if (!result.found.empty()) std::printf("strokes: %s\n", result.found.c_str());
    if (result.reference) print(*result.reference);
    if (!result.network.empty()) std::printf("first coat: %s\n", result.network.c_str());
    std::printf("%s: %dx%d, %.2f s\n", job.output.c_str(), result.photo.width, result.photo.height,
                result.total_ms / 1000);
  }
  for (const std::string& note : result.notes) complain(note);
  return Exit::done;
}

// From its first frame on, as `handtint film` does.
Exit colorize_gif(const Request& request) {
  const ColorizeJob& job = request.job;
  if (!job.prior.empty() || !job.protect.empty() || !job.reference.files.empty() || !request.report.empty())
    throw UsageError("an animated GIF takes --strokes and --network alone; 'handtint film' can more");
  FilmRequest film;
  film.job.film = job.photo;
  film.job.output = job.output;
  film.job.threads = job.threads;
  film.strokes = job.strokes;
  film.network = job.network;
  film.force = job.force;
  film.quiet = request.quiet;
  return run_film(std::move(film));
}

Exit colorize_folder(Request request) {
  ColorizeJob& job = request.job;
  for (const fs::path* companion : {&job.strokes, &job.prior, &job.protect})
    if (!companion->empty() && !fs::is_directory(*companion))
      throw UsageError(companion->string() + " is not a folder, but " + job.photo.string() + " is one");
  if (!job.layer.empty()) throw UsageError("--layer is of one photograph, and " + job.photo.string() + " is a folder");
  std::error_code ignored;
  if (fs::equivalent(job.photo, job.strokes, ignored))
    throw UsageError("photographs and strokes have the same names, so they cannot lie in the same folder " +
                     job.photo.string());

  CommandFiles files(job.force);
  const FolderPlan plan = plan_folder(job, files, request.search);
  files.writes(request.report);
  std::error_code error;
  fs::create_directories(job.output, error);
  if (error) throw FileError(job.output, "cannot be made a folder (" + error.message() + ")");
  return run_folder(plan, {request.at_a_time, request.quiet, request.report});
}

}  // namespace

void add_colorize_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("colorize", "Colour a photograph, or a folder of them, from strokes");
  command->footer(examples);
  const auto request = std::make_shared<Request>();
  add_options(command, *request);
  command->callback([&run, request] {
    request->job.measure = !request->report.empty();
    run = [request] {
      require_sense(*request);
      require_usable(request->job.backend);
      ColorizeJob& job = request->job;
      if (fs::is_directory(job.photo)) return colorize_folder(*request);
      if (request->search.recursive || request->search.resume)
        throw UsageError("--recursive and --resume are for folders, and " + job.photo.string() + " is none");
      if (film_kind_of(job.photo) == FilmKind::gif && kind_of_output(job.output) == FilmKind::gif)
        return colorize_gif(*request);
      return with_streams({&job.photo, &job.strokes, &job.prior, &job.protect}, job.output, request->quiet,
                          [&] { return colorize_photo(*request); });
    };
  });
}

}  // namespace handtint
