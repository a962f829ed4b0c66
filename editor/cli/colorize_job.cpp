#include "editor/cli/colorize_job.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <system_error>
#include <utility>

#include "editor/document/document.h"
#include "editor/document/session.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

// A person's stroke is meant: the colour at the stroke is the colour that was painted. Problem::hint_strength.
constexpr float hard_hint = 100.0f;

// Shares of the progress bar, roughly as the time goes on a large photograph.
constexpr float loaded = 0.15f, solved = 0.80f;

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

void add_strokes(const ColorizeJob& job, const Photo& photo, Problem& problem, ColorizeResult& result) {
  const MaskReading reading = read_stroke_mask(job.strokes, {job.mask_format, &photo, job.fit});
  result.found = reading.found;
  result.strokes = summarize(reading.mask);
  if (!reading.region.empty())
    throw FileError(job.strokes,
                    "is a region without colours (a PiMask); give it with --protect to keep that part as it is");
  if (result.strokes.drawn_pixels == 0 && job.prior.empty())
    throw FileError(job.strokes, "holds no strokes; paint at least one, or give a first coat with --prior");
  if (result.strokes.covered >= 1)
    result.notes.push_back(job.strokes.string() + ": every pixel is a stroke, so there is nothing left to spread");
  add_hints(reading.mask, hard_hint, problem);
}

// Hard hints of the photo's own colour: what a protect stroke of the editor means.
void add_protection(const ColorizeJob& job, const Photo& photo, Problem& problem) {
  const MaskReading reading = read_stroke_mask(job.protect, {MaskFormat::pimask, &photo, job.fit});
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x) {
      if (!reading.region(x, y)) continue;
      problem.hint_a(x, y) = photo.a.empty() ? 0 : photo.a(x, y);
      problem.hint_b(x, y) = photo.b.empty() ? 0 : photo.b(x, y);
      problem.hint_strength(x, y) = hard_hint;
    }
}

void add_prior(const ColorizeJob& job, const Photo& photo, Problem& problem, ColorizeResult& result) {
  Photo coat = read_photo(job.prior);
  if (coat.a.empty())
    throw FileError(job.prior, "is grey and cannot be a first coat; give a colour picture of the same scene");
  const double stretch =
      static_cast<double>(coat.width()) * photo.height() / (static_cast<double>(coat.height()) * photo.width());
  if (std::abs(std::log(stretch)) > 0.03)
    result.notes.push_back(job.prior.string() + ": has other proportions than the photograph and is stretched over it");

  Chroma chroma{std::move(coat.a), std::move(coat.b)};
  if (chroma.a.width() > photo.width() || chroma.a.height() > photo.height())
    chroma = resize(chroma, photo.width(), photo.height());
  const int width = chroma.a.width(), height = chroma.a.height();
  problem.prior = {std::move(chroma.a), std::move(chroma.b), Plane<float>(width, height, job.prior_weight)};
}

bool has_hint(const Problem& problem) {
  const auto given = [](const Plane<float>& strength) {
    return std::any_of(strength.begin(), strength.end(), [](float h) { return h > 0; });
  };
  return given(problem.hint_strength) || std::any_of(problem.regions.begin(), problem.regions.end(),
                                                     [&](const RegionPatch& r) { return given(r.hint_strength); });
}

// Where strokes speak too and nobody asked for a network, one that cannot be had is a note, not a failure.
void lay_coat(const ColorizeJob& job, FirstCoat coat, KeptPredictor& network, Problem& problem,
              ColorizeResult& result) {
  if (!coat.on || job.network.name == "none" || coat.dials.amount == 0) return;
  try {
    const Predictor& predictor = network.open(job.network.name);
    lay_first_coat(problem, coat, predictor);
    result.network = predictor.description;
  } catch (const std::runtime_error& error) {
    if (job.network.asked_for || !has_hint(problem)) throw;
    result.notes.push_back(std::string("no first coat: ") + error.what());
  }
}

using PhotoPtr = std::shared_ptr<const Photo>;

PhotoPtr load_photo(const ColorizeJob& job, KeptPredictor& network, Problem& problem, ColorizeResult& result) {
  auto photo = std::make_shared<const Photo>(read_photo(job.photo));
  problem.lightness = photo->lightness;
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(photo->width(), photo->height());
  if (!job.strokes.empty()) add_strokes(job, *photo, problem, result);
  if (!job.protect.empty()) add_protection(job, *photo, problem);
  if (!job.prior.empty())
    add_prior(job, *photo, problem, result);
  else
    lay_coat(job, {.on = true, .dials = job.network.coat}, network, problem, result);
  Settings standard;
  // Strokes over a first coat are corrections: they must not recolour whatever has a similar texture elsewhere.
  if (!job.prior.empty()) standard.affinity = 0;
  result.settings = job.settings.over(standard);
  return photo;
}

PhotoPtr load_session(const ColorizeJob& job, KeptPredictor& network, Problem& problem, ColorizeResult& result) {
  Session session = read_session(job.photo);
  const PhotoLookup lookup = find_photo(session.photo, job.photo);
  if (lookup.state == PhotoState::missing)
    throw FileError(lookup.path, "the photograph of this session is not there; put it beside " + job.photo.string());
  auto photo = std::make_shared<const Photo>(read_photo(lookup.path));
  if (photo->width() != session.photo.width || photo->height() != session.photo.height)
    throw FileError(lookup.path,
                    "has another size than the photograph that the session was painted on; put that one back");
  if (lookup.state == PhotoState::changed)
    result.notes.push_back(lookup.path.string() + ": has changed since the session was saved");

  const Document document(photo->extent(), std::move(session.state));
  problem = make_problem(*photo, document.state());
  result.settings = job.settings.over(document.settings());
  const FirstCoat& own = document.coat();
  try {
    lay_coat(job, {.on = own.on || job.network.asked_for, .dials = job.network.over(own.dials)}, network, problem,
             result);
  } catch (const std::runtime_error& error) {
    if (job.network.asked_for) throw;
    throw FileError(job.photo, std::string("has a first coat that cannot be made (") + error.what() +
                                   "); --network none colours it without");
  }
  if (!has_hint(problem) && problem.prior.empty())
    throw FileError(job.photo,
                    "holds no strokes; paint at least one in the editor, or ask for a first coat with --network");
  return photo;
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
  base.strength = strength.value_or(base.strength);
  base.smoothness = smoothness.value_or(base.smoothness);
  base.edge = edge.value_or(base.edge);
  base.exponent = exponent.value_or(base.exponent);
  base.affinity = affinity.value_or(base.affinity);
  base.neutral_pull = neutral_pull.value_or(base.neutral_pull);
  base.preview = preview;
  return base;
}

bool is_session_name(const fs::path& path) {
  return path.extension() == ".handtint";
}

void require_not_an_input(const fs::path& target, const ColorizeJob& job) {
  for (const fs::path* input : {&job.photo, &job.strokes, &job.prior, &job.protect})
    if (same_file(target, *input))
      throw FileError(target, "is one of the inputs and stays as it is; choose another name, or say --force");
}

ColorizeResult run_job(const ColorizeJob& job, KeptPredictor& network, const JobProgress& progress) {
  const Stopwatch total;
  ColorizeResult result;
  if (!job.force) require_not_an_input(job.output, job);
  require_writable_target(job.output, true, {});  // before the work, not after it

  progress(0, "reading");
  const Stopwatch loading;
  Problem problem;
  const PhotoPtr photo = is_session_name(job.photo) ? load_session(job, network, problem, result)
                                                    : load_photo(job, network, problem, result);
  result.photo = info_of(*photo);
  result.load_ms = loading.ms();

  const auto keep_solving = [&](float share) { return progress(loaded + (solved - loaded) * share, "colouring"); };
  const ColorizeOptions options = {.settings = result.settings,
                                   .backend = job.backend,
                                   .threads = job.threads,
                                   .measure_energy = job.measure,
                                   .keep_going = keep_solving};
  const Colorized colorized = colorize(std::move(problem), options);
  result.report = colorized.report;
  if (!colorized.report.note.empty()) result.notes.push_back(colorized.report.note);
  result.cancelled = colorized.report.stop == StopReason::cancelled;

  const Stopwatch saving;
  if (!result.cancelled) {
    WriteOptions options = write_options_for(*photo);
    options.overwrite = true;
    if (job.force) options.input.clear();
    const auto keep_saving = [&](float share) { return progress(solved + (1 - solved) * share, "saving"); };
    result.cancelled = !write_photo(job.output, photo->lightness, colorized.chroma, photo->alpha, options, keep_saving);
  }
  result.save_ms = saving.ms();
  result.total_ms = total.ms();
  return result;
}

}  // namespace handtint
