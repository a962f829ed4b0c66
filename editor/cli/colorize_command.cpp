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
#include "editor/cli/help_words.h"
#include "editor/cli/named_option.h"
#include "editor/cli/progress_bar.h"
#include "editor/cli/report_file.h"
#include "editor/cli/standard_streams.h"
#include "editor/document/session.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

std::string colorize_footer() {
  return footer(
      {tr_noop("PHOTO is a picture (JPEG, PNG, TIFF, PNM, BMP, TGA, GIF, PSD, OpenRaster, and what 'handtint backends' "
               "lists), a folder of "
               "them, or a session of the editor (.handtint)."),
       tr_noop(
           "OUT is a .png, .tif or .jpg, a .webp, .avif or .jxl, or an .ora (layers); it has the photograph's size, "
           "depth and lightness. For a folder of photographs, OUT, MASK and FILE are folders too, and what belongs "
           "together has the same name; REF is one file for all, or a folder."),
       tr_noop(
           "Photographs without strokes are passed over; one that fails is reported, the others go on, and the exit "
           "code is 1."),
       tr_noop("A session in the folder is coloured as it says, instead of a photograph of its name; strokes from MASK "
               "come before both."),
       tr_noop("A GIF that moves becomes one if OUT is a .gif; the strokes are for its first frame."),
       tr_noop("PHOTO, MASK and OUT may be -: standard input (one of them), and standard output (a PNG).")},
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
      "  handtint colorize portrait.handtint -o colour.tif\n"
      "  handtint colorize portrait.handtint --profile prophoto -o for-print.tif\n");
}

constexpr Model models[] = {Model::full, Model::gtv, Model::membrane, Model::bilaplacian};
constexpr Backend backends[] = {Backend::automatic, Backend::cpu, Backend::cuda};

struct Request {
  ColorizeJob job;
  FolderSearch search;
  int at_a_time = 1;
  std::string profile;
  fs::path report;
  bool quiet = false;
};

void add_options(CLI::App* command, Request& request) {
  ColorizeJob& job = request.job;
  SettingsWish& settings = job.settings;
  command->add_option("PHOTO", job.photo, tr("Photograph, folder of photographs, or session file"))
      ->required()
      ->type_name("");
  command->add_option("-s,--strokes", job.strokes, tr("The strokes: a mask of the photograph's size"))
      ->type_name("MASK");
  command->add_option("-o,--output", job.output, tr("The colour photograph to write"))->required()->type_name("OUT");
  command
      ->add_option("--layer", job.layer,
                   tr("Write the colour alone, too: a transparent layer to lie over the photograph"))
      ->type_name("FILE.png");
  add_mask_format_option(command, job.mask_format);
  command->add_flag("--fit", job.fit, tr("Stretch a mask of another size over the photograph (nearest neighbour)"));
  command->add_flag("--salvage", job.salvage, tr("Of a damaged or cut-off photograph, read what is there"));
  command
      ->add_option("--quality", job.quality,
                   tr("Of JPEG, WebP, AVIF and JPEG XL, 1..100 (default: 95); 100 loses nothing, but JPEG does"))
      ->check(CLI::Range(1, 100))
      ->type_name("N");
  add_profile_option(command, request.profile);
  command->add_flag("--strip", job.strip,
                    tr("Leave away EXIF, GPS, captions and whatever else the file says of itself"));
  command
      ->add_option("--prior", job.prior,
                   tr("A colour picture of the same scene as first coat; strokes overrule it, and --affinity is 0"))
      ->type_name("FILE");
  command
      ->add_option("--prior-weight", job.prior_weight,
                   tr("How firmly the first coat holds: 1e-5 a hint, 1e-2 hard to change (default: 3e-4)"))
      ->check(a_number(min_picture_weight, max_picture_weight))
      ->type_name("W");
  command
      ->add_option("--protect", job.protect,
                   tr("A black-on-white region that keeps the photograph's own colour (PiMask)"))
      ->type_name("FILE");

  add_network_options(command, job.network);
  add_finish_options(command, job.finish);
  add_reference_options(command, job.reference);
  add_mood_options(command, job.reference);

  // Translators: a heading, over the options that say how the colours look
  const std::string look = tr("Look");
  add_named_option<Model>(
      command, "--model", models, [&settings](Model model) { settings.model = model; },
      tr("Which terms spread the colour (default: full)"))
      ->group(look);
  const Settings standard;
  for (const Dial& dial : dials()) {
    std::string flag = "--" + std::string(dial.name);
    std::replace(flag.begin(), flag.end(), '_', '-');
    const std::string words =
        tr("{1}, {2}..{3} (default: {4})",
           {tr(dial.words), short_number(dial.low), short_number(dial.high), short_number(standard.*dial.value)});
    command
        ->add_option_function<float>(
            flag, [&settings, dial](float value) { settings.dials.emplace_back(dial.value, value); }, words)
        ->check(a_number(dial.low, dial.high))
        ->group(look)
        ->type_name("X");
  }
  command->add_flag("--preview", settings.preview, tr("Solve the colour at about 0.3 megapixels only: fast"))
      ->group(look);
}

void add_running_options(CLI::App* command, Request& request) {
  ColorizeJob& job = request.job;
  // Translators: a heading, over the options that say how the program runs
  const std::string running = tr("Running");
  add_named_option<Backend>(
      command, "--backend", backends, [&job](Backend backend) { job.backend = backend; },
      tr("Where to compute (default: auto)"))
      ->group(running);
  command->add_option("--threads", job.threads, tr("Threads for one photograph (default: 0, all cores)"))
      ->check(CLI::Range(0, 1024))
      ->type_name("N")
      ->group(running);
  command->add_option("--jobs", request.at_a_time, tr("Photographs of a folder at a time (default: 1)"))
      ->check(CLI::Range(1, 1024))
      ->type_name("N")
      ->group(running);
  command->add_flag("--recursive", request.search.recursive, tr("Of a folder, take the folders inside it too"))
      ->group(running);
  command
      ->add_flag("--resume", request.search.resume,
                 tr("Of a folder, pass over what an earlier run has finished and nobody has changed since"))
      ->group(running);
  command->add_option("--report", request.report, tr("Write sizes, times, iterations and memory as JSON"))
      ->type_name("FILE.json")
      ->group(running);
  command->add_flag("--force", job.force, tr("Let an output replace an input, or another output"))->group(running);
  command->add_flag("-q,--quiet", request.quiet, tr("Say nothing unless something is wrong"))->group(running);
}

void require_usable(Backend wanted) {
  if (wanted == Backend::automatic) return;
  for (const BackendInfo& info : probe_backends())
    if (info.backend == wanted && !info.usable)
      throw BackendNotUsable(tr("the backend {1} cannot be used: {2}; leave --backend away to take what there is",
                                {std::string(name_of(wanted)), info.description}));
}

void require_sense(const Request& request) {
  const ColorizeJob& job = request.job;
  if (const std::string problem = validate(job.settings.over({})); !problem.empty()) throw UsageError(problem);
  if (is_session_name(job.photo)) {
    if (!job.strokes.empty() || !job.prior.empty() || !job.protect.empty())
      throw UsageError(tr("a session holds its own strokes: leave --strokes, --prior and --protect away"));
  } else if (job.strokes.empty() && job.prior.empty() && job.network.name == "none" && job.reference.files.empty() &&
             !fs::is_directory(job.photo)) {
    throw UsageError(
        tr("nothing says what colours to take: give --strokes, a --reference, a first coat with --prior, or a "
           "--network"));
  }
  require_sense(job.reference, job.network.name != "none" || !job.prior.empty());
  if (!job.prior.empty() && job.network.asked_for() && job.network.name != "none")
    throw UsageError(tr("--prior and --network both make a first coat: leave one away"));
}

void print(const ReferenceResult& reference) {
  if (!reference.refusal.empty() && !reference.mood) return;  // a note says so
  const auto strokes = static_cast<long>(reference.strokes.size());
  const std::string count = std::to_string(strokes), confidence = number(reference.confidence, 2);
  const std::string words =
      reference.mood ? tr_n("reference: {1} stroke and a mood (confidence {2})",
                            "reference: {1} strokes and a mood (confidence {2})", strokes, {count, confidence})
                     : tr_n("reference: {1} stroke (confidence {2})", "reference: {1} strokes (confidence {2})",
                            strokes, {count, confidence});
  std::printf("%s\n", words.c_str());
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
    complain(tr("stopped; {1} was not written", {job.output.string()}));
    return Exit::cancelled;
  }
  if (!request.report.empty()) write_report(request.report, describe(job, result));
  if (!request.quiet) {
    if (!result.found.empty()) std::printf("%s\n", tr("strokes: {1}", {result.found}).c_str());
    if (result.reference) print(*result.reference);
    if (!result.network.empty()) std::printf("%s\n", tr("first coat: {1}", {result.network}).c_str());
    std::printf("%s: %dx%d, %.2f s\n", job.output.c_str(), result.photo.width, result.photo.height,
                result.total_ms / 1000);
  }
  for (const std::string& note : result.notes) complain(note);
  return Exit::done;
}

// From its first frame on, as `handtint film` does.
Exit colorize_gif(const Request& request) {
  const ColorizeJob& job = request.job;
  if (!job.prior.empty() || !job.protect.empty() || !request.report.empty() || job.profile)
    throw UsageError(tr("an animated GIF takes --strokes, --reference and --network alone; 'handtint film' can more"));
  FilmRequest film;
  film.job.film = job.photo;
  film.job.output = job.output;
  film.job.threads = job.threads;
  film.strokes = job.strokes;
  film.reference = job.reference;
  film.network = job.network;
  film.finish = job.finish;
  film.force = job.force;
  film.quiet = request.quiet;
  return run_film(std::move(film));
}

Exit colorize_folder(Request request) {
  ColorizeJob& job = request.job;
  for (const fs::path* companion : {&job.strokes, &job.prior, &job.protect})
    if (!companion->empty() && !fs::is_directory(*companion))
      throw UsageError(tr("{1} is not a folder, but {2} is one", {companion->string(), job.photo.string()}));
  if (!job.layer.empty())
    throw UsageError(tr("--layer is of one photograph, and {1} is a folder", {job.photo.string()}));
  std::error_code ignored;
  if (fs::equivalent(job.photo, job.strokes, ignored))
    throw UsageError(tr("photographs and strokes have the same names, so they cannot lie in the same folder {1}",
                        {job.photo.string()}));

  CommandFiles files(job.force);
  const FolderPlan plan = plan_folder(job, files, request.search);
  files.writes(request.report);
  std::error_code error;
  fs::create_directories(job.output, error);
  if (error) throw FileError(job.output, tr("cannot be made a folder ({1})", {error.message()}));
  return run_folder(plan, {request.at_a_time, request.quiet, request.report});
}

}  // namespace

void add_colorize_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("colorize", tr("Colour a photograph, or a folder of them, from strokes"));
  command->footer(colorize_footer());
  const auto request = std::make_shared<Request>();
  add_options(command, *request);
  add_running_options(command, *request);
  command->callback([&run, request] {
    request->job.measure = !request->report.empty();
    run = [request] {
      require_sense(*request);
      require_usable(request->job.backend);
      ColorizeJob& job = request->job;
      job.profile = output_profile(request->profile);
      if (fs::is_directory(job.photo)) return colorize_folder(*request);
      if (request->search.recursive || request->search.resume)
        throw UsageError(tr("--recursive and --resume are for folders, and {1} is none", {job.photo.string()}));
      if (film_kind_of(job.photo) == FilmKind::gif && kind_of_output(job.output) == FilmKind::gif)
        return colorize_gif(*request);
      return with_streams({&job.photo, &job.strokes, &job.prior, &job.protect}, job.output, request->quiet,
                          [&] { return colorize_photo(*request); });
    };
  });
}

}  // namespace handtint
