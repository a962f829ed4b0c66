#include "editor/cli/film_run.h"

#include <chrono>
#include <cstdio>
#include <system_error>
#include <utility>

#include "editor/cli/command_files.h"
#include "editor/cli/progress_bar.h"
#include "editor/document/film_session.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

void read_shots(FilmRequest& request) {
  if (request.shots.empty()) return;
  FilmJob& job = request.job;
  char rest = 0;
  const int read = std::sscanf(request.shots.c_str(), "%d-%d%c", &job.first_shot, &job.last_shot, &rest);
  if (read == 1) job.last_shot = job.first_shot;
  if (read < 1 || read > 2 || job.first_shot < 1 || job.last_shot < job.first_shot)
    throw UsageError(tr("--shots {1} is no range of shots such as 3-7, counted from 1", {request.shots}));
}

// A session of the editor says which film, and what was painted on its frames.
void take_session(FilmRequest& request) {
  FilmJob& job = request.job;
  if (!is_session_name(job.film)) return;
  if (!request.keys.empty() || !request.strokes.empty() || !request.prior.empty())
    throw UsageError(tr("a film's session has its strokes in it: leave --keys, --strokes and --prior away"));
  request.session = job.film;
  FilmSession session = read_film_session(request.session);
  for (const std::string& note : session.notes) complain(note);
  job.film = find_film(session, request.session);
  job.reading.deinterlace = true;  // as the editor showed it
  const Extent size = open_film(job.film)->size(), painted{session.film.width, session.film.height};
  if (size != painted)
    throw FileError(request.session, tr("is for {1}, but the film is {2}", {to_string(painted), to_string(size)}));
  const bool asked_for = request.network.asked_for() || !request.reference.files.empty();
  bool coats = session.coat.on || asked_for;
  for (const FrameWork& work : session.painted) {
    if (!says_colours(work.state)) continue;
    job.keys.painted.push_back(painted_frame(work.frame, work.state));
    coats |= work.state.coat.wanted();
  }
  job.coat_dials = session.coat;
  job.coat_dials.on = request.network.name != "none" && (session.coat.on || asked_for);
  job.finish = session.finish;
  job.shots = session.shots;
  request.network.coat = session.coat.dials;
  if (!coats) request.network.name = "none";
}

// Everything that the run reads and writes, before any work.
void require_files(FilmRequest& request) {
  FilmJob& job = request.job;
  CommandFiles files(request.force);
  for (const fs::path& input : {job.film, request.session, request.keys, request.strokes, request.prior})
    files.reads(input);
  for (const fs::path& reference : request.reference.files) files.reads(reference);
  files.reads(request.network);
  std::error_code error;
  if (!request.keys.empty()) job.keys.pictures = keys_in(request.keys);
  if (!request.strokes.empty()) job.keys.strokes = keys_in(request.strokes, true);
  if (!request.prior.empty()) job.keys.prior = numbered_pictures(request.prior);
  if (!job.keys.prior.empty() &&
      (!job.keys.pictures.empty() || !job.keys.strokes.empty() || !request.reference.files.empty()))
    throw UsageError(tr("--prior colours every frame already: leave --keys, --strokes and --reference away"));
  require_writable_film(job.film, job.output, job.writing);
  if (kind_of_output(job.output) != FilmKind::folder) {
    files.writes(job.output);
    if (!request.shots.empty())
      throw UsageError(tr("with --shots the output is a folder; a whole film is written without it, with --resume"));
  } else if (!request.force) {
    for (const fs::path& input : {job.film, request.keys, request.strokes, request.prior})
      if (fs::equivalent(input, job.output, error))
        throw FileError(job.output, tr("is read and stays as it is; choose another folder, or say --force"));
  }
}

void choose_work_folder(FilmJob& job, const fs::path& session) {
  if (job.work.empty() && !session.empty() && fs::is_directory(work_folder_for(job.film)))
    job.work = work_folder_for(job.film);  // the editor's: what it has made is made
  job.keep_work = !job.work.empty();
  if (job.work.empty()) job.work = job.output.lexically_normal().string() + ".work";
  if (const std::string name = job.output.string(); !job.keep_work && name.ends_with('/'))
    job.work = name.substr(0, name.size() - 1) + ".work";
}

// What colours the shots that nothing was painted in.
void choose_coat(const FilmRequest& request, KeptPredictor& network, FilmJob& job) {
  const bool none = request.network.name == "none";
  if (const ReferenceWish& wish = request.reference; !wish.files.empty())
    job.reference = std::make_shared<FilmReference>(
        wish.files, FilmReferenceUse{wish.use, wish.things, wish.mood},
        [&network, name = none ? "shipped" : request.network.name] { return network.open(name); });
  if (none) return;
  if (!job.draft)
    job.matcher = std::make_shared<KeyMatcher>([&network, name = request.network.name] { return network.open(name); },
                                               request.network.name);
  const CoatSettings& dials = request.network.coat;
  if (request.session.empty()) job.coat_dials = {.on = true, .dials = dials};
  job.coat_name = name_of_coat(request.network.name, dials);
  job.coat = [&network, name = request.network.name](const Photo& photo, const DocumentState& state,
                                                     std::stop_token stop) {
    return network_coat(network.open(name))(photo, state, stop);
  };
}

FilmJob made_ready(FilmRequest& request, KeptPredictor& network) {
  take_session(request);
  require_sense(request.reference, request.network.name != "none");
  require_files(request);
  read_shots(request);
  FilmJob& job = request.job;
  job.finish = request.finish.over(job.finish);
  choose_work_folder(job, request.session);
  const FilmKeys& keys = job.keys;
  const bool any_keys = !keys.pictures.empty() || !keys.strokes.empty() || !keys.painted.empty() || !keys.prior.empty();
  if (request.network.name == "none" && !any_keys && request.reference.files.empty() && !job.survey_only)
    throw UsageError(
        tr("nothing says what colours to take: give --keys, --strokes, --reference, --prior or a --network"));
  if (keys.prior.empty()) choose_coat(request, network, job);
  return job;
}

std::string with_time_left(std::string_view stage, double seconds) {
  char time[40];
  std::snprintf(time, sizeof time, "%d:%02d", static_cast<int>(seconds) / 60, static_cast<int>(seconds) % 60);
  return tr("{1}, {2} left", {std::string(stage), time});
}

}  // namespace

Exit run_film(FilmRequest request) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto since_start = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  KeptPredictor network;
  FilmJob job = made_ready(request, network);
  ProgressBar bar(!request.quiet);
  float begun = -1;
  const FilmResult result = colour_film(job, [&](float fraction, std::string_view stage) {
    if (begun < 0) begun = fraction;
    const double seconds = since_start(), share = fraction - begun;
    if (seconds > 3 && share > 0.01)
      bar.show(fraction, with_time_left(stage, seconds * (1 - fraction) / share));
    else
      bar.show(fraction, stage);
    return !interrupted();
  });
  bar.wipe();
  for (const std::string& note : result.notes) complain(note);
  if (result.cancelled) {
    complain(tr("stopped; what is done lies in {1}, go on with --resume", {job.work.string()}));
    return Exit::cancelled;
  }
  const Survey& survey = result.survey;
  if (!request.quiet) {
    const std::string frames = tr_n("{1} frame", "{1} frames", survey.frames),
                      shots = tr_n("{1} shot", "{1} shots", static_cast<long>(survey.shots.size()));
    std::printf("%s: %s\n", job.film.c_str(), tr("{1} of {2} in {3}", {frames, to_string(survey.size), shots}).c_str());
    const double seconds = since_start();
    if (result.written)
      std::printf("%s: %s\n", job.output.c_str(),
                  tr("{1} s, {2} frames a second", {number(seconds, 1), number(survey.frames / seconds, 1)}).c_str());
    else
      std::printf("%s: %s\n", job.work.c_str(), request.job.survey_only ? tr("surveyed") : tr("these shots are done"));
  }
  return Exit::done;
}

}  // namespace handtint
