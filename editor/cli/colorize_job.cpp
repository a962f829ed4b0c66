#include "editor/cli/colorize_job.h"

#include <chrono>
#include <cmath>
#include <memory>
#include <system_error>
#include <utility>

#include "editor/document/session.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

class Stopwatch {
 public:
  double ms() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

bool same_file(const fs::path& p, const fs::path& q) {
  std::error_code error;
  return !p.empty() && !q.empty() && fs::equivalent(p, q, error) && !error;
}

// What is to be rendered.
struct Work {
  Photo photo;
  DocumentState state;
};

StrokeMask read_strokes(const ColorizeJob& job, const Photo& photo, ColorizeResult& result) {
  MaskReading reading = read_stroke_mask(job.strokes, {job.mask_format, &photo, job.fit});
  result.found = reading.found;
  result.strokes = summarize(reading.mask);
  if (!reading.region.empty())
    throw FileError(job.strokes,
                    "is a region without colours (a PiMask); give it with --protect to keep that part as it is");
  if (result.strokes.drawn_pixels == 0 && job.prior.empty())
    throw FileError(job.strokes, "holds no strokes; paint at least one, or give a first coat with --prior");
  if (result.strokes.covered >= 1)
    result.notes.push_back(job.strokes.string() + ": every pixel is a stroke, so there is nothing left to spread");
  return std::move(reading.mask);
}

void add_protection(const ColorizeJob& job, const Photo& photo, StrokeMask& mask) {
  const MaskReading reading = read_stroke_mask(job.protect, {MaskFormat::pimask, &photo, job.fit});
  for (std::size_t i = 0; i < reading.region.size(); ++i)
    if (reading.region.data()[i]) mask.drawn.data()[i] = StrokeMask::keeps_own_colour;
}

void note_proportions(const fs::path& picture, const Photo& photo, std::vector<std::string>& notes) {
  const PhotoInfo coat = probe_photo(picture);
  const double stretch =
      static_cast<double>(coat.width) * photo.height() / (static_cast<double>(coat.height) * photo.width());
  if (std::abs(std::log(stretch)) > 0.03)
    notes.push_back(picture.string() + ": has other proportions than the photograph and is stretched over it");
}

Photo photo_of(const ColorizeJob& job, const fs::path& path, ColorizeResult& result) {
  Photo photo = read_photo(path, {.salvage = job.salvage});
  for (const std::string& note : photo.notes) result.notes.push_back(path.string() + ": " + note);
  return photo;
}

Work work_on_photo(const ColorizeJob& job, ColorizeResult& result) {
  Work work{photo_of(job, job.photo, result), {}};
  const Photo& photo = work.photo;
  DocumentState& state = work.state;
  if (!job.strokes.empty() || !job.protect.empty()) {
    StrokeMask mask =
        job.strokes.empty() ? StrokeMask(photo.width(), photo.height()) : read_strokes(job, photo, result);
    if (!job.protect.empty()) add_protection(job, photo, mask);
    state.imported = std::make_shared<const StrokeMask>(std::move(mask));
  }
  Settings standard;
  if (job.prior.empty()) {
    state.coat = {.on = job.network.name != "none", .dials = job.network.coat};
  } else {
    state.coat = {.on = true, .picture = CoatPicture{.file = {.path = job.prior}, .weight = job.prior_weight}};
    note_proportions(job.prior, photo, result.notes);
    // Strokes over a first coat are corrections: they must not recolour whatever has a similar texture elsewhere.
    standard.affinity = 0;
  }
  state.settings = job.settings.over(standard);
  return work;
}

Work work_on_session(const ColorizeJob& job, ColorizeResult& result) {
  Session session = read_session(job.photo);
  const PhotoLookup lookup = find_photo(session.photo, job.photo);
  if (lookup.state == PhotoState::missing)
    throw FileError(lookup.path, "the photograph of this session is not there; put it beside " + job.photo.string());
  Work work{photo_of(job, lookup.path, result), std::move(session.state)};
  if (work.photo.width() != session.photo.width || work.photo.height() != session.photo.height)
    throw FileError(lookup.path,
                    "has another size than the photograph that the session was painted on; put that one back");
  if (lookup.state == PhotoState::changed)
    result.notes.push_back(lookup.path.string() + ": has changed since the session was saved");
  work.state.settings = job.settings.over(work.state.settings);
  FirstCoat& coat = work.state.coat;
  coat.on = (coat.on || job.network.asked_for()) && job.network.name != "none";
  coat.dials = job.network.over(coat.dials);
  if (job.network.named) coat.picture.reset();
  return work;
}

// The coat that the job wants. Where strokes speak too and nobody asked for a coat, one that cannot be had is a note,
// not a failure.
CoatSource coat_source(const ColorizeJob& job, KeptPredictor& network, ColorizeResult& result) {
  const bool session = is_session_name(job.photo);
  const CoatSource ask = document_coat(
      [&](const Photo& photo, const DocumentState& state, std::stop_token stop) {
        const Predictor& predictor = network.open(job.network.name);
        Prior prior = network_coat(predictor)(photo, state, stop);
        result.network = predictor.description;
        return prior;
      },
      session ? job.photo : fs::path());
  return [&job, &result, session, ask](const Photo& photo, const DocumentState& state, std::stop_token stop) {
    const bool asked_for = job.network.asked_for() || !job.prior.empty();
    try {
      return ask(photo, state, stop);
    } catch (const std::runtime_error& error) {
      if (!asked_for && has_hints(make_problem(photo, state))) {
        result.notes.push_back(std::string("no first coat: ") + error.what());
        return Prior{};
      }
      if (asked_for || !session) throw;
      throw FileError(job.photo, std::string("has a first coat that cannot be made (") + error.what() +
                                     "); --network none colours it without");
    }
  };
}

PhotoInfo info_of(const Photo& photo) {
  return {.width = photo.width(),
          .height = photo.height(),
          .bits = photo.bits,
          .grey = photo.a.empty(),
          .alpha = !photo.alpha.empty(),
          .orientation = photo.orientation,
          .dpi_x = photo.dpi_x,
          .dpi_y = photo.dpi_y,
          .format = photo.format};
}

}  // namespace

Settings SettingsWish::over(Settings base) const {
  base.model = model.value_or(base.model);
  for (const auto& [dial, value] : dials) base.*dial = value;
  base.preview = preview;
  return base;
}

void require_not_an_input(const fs::path& target, const ColorizeJob& job) {
  for (const fs::path* input : {&job.photo, &job.strokes, &job.prior, &job.protect})
    if (same_file(target, *input))
      throw FileError(target, "is one of the inputs and stays as it is; choose another name, or say --force");
}

ColorizeResult run_job(const ColorizeJob& job, KeptPredictor& network, const Progress& progress) {
  const Stopwatch total;
  ColorizeResult result;
  if (!job.force) require_not_an_input(job.output, job);
  require_writable_target(job.output, true, {});  // before the work, not after it

  tell(progress, Stage::reading);
  const bool session = is_session_name(job.photo);
  const Work work = session ? work_on_session(job, result) : work_on_photo(job, result);
  result.photo = info_of(work.photo);
  result.settings = work.state.settings;

  const RenderOptions options{.backend = job.backend, .threads = job.threads, .measure_energy = job.measure};
  const Rendered rendered = render(work.photo, work.state, coat_source(job, network, result), options, progress);
  if (session && !rendered.spoken && !rendered.cancelled())
    throw FileError(job.photo,
                    "holds no strokes; paint at least one in the editor, or ask for a first coat with --network");
  result.report = rendered.report;
  if (!result.report.note.empty()) result.notes.push_back(result.report.note);
  result.load_ms = total.ms() - result.report.solve_ms;

  const Stopwatch saving;
  WriteOptions writing = write_options_for(work.photo);
  writing.overwrite = true;
  if (job.force) writing.input.clear();
  result.cancelled = !write_rendered(job.output, work.photo, rendered, writing, progress);
  result.save_ms = saving.ms();
  result.total_ms = total.ms();
  return result;
}

}  // namespace handtint
