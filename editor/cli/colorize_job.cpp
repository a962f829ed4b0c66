#include "editor/cli/colorize_job.h"

#include <chrono>
#include <cmath>
#include <memory>
#include <system_error>
#include <utility>

#include "editor/files/layered_picture.h"
#include "editor/film/frame_source.h"
#include "solver/tr.h"

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

// What is to be rendered.
struct Work {
  Photo photo;
  DocumentState state;
};

// A mask that can be read, but hardly as it was meant.
void note_doubts(const fs::path& file, const MaskReading& reading, ColorizeResult& result) {
  const auto note = [&](const std::string& words) { result.notes.push_back(file.string() + ": " + words); };
  const auto drawn = static_cast<std::int64_t>(result.strokes.drawn_pixels);
  if (drawn > 0 && reading.faint > drawn)
    note(tr("most of what is painted is less than half opaque and counts as nothing; make that layer opaque"));
  constexpr std::uint8_t white = 250;
  const StrokeMask& mask = reading.mask;
  std::int64_t whites = 0;
  for (std::size_t i = 0; i < mask.drawn.size(); ++i) {
    const Rgb8 c = mask.colour.data()[i];
    whites += mask.drawn.data()[i] && c.r >= white && c.g >= white && c.b >= white;
  }
  if (2 * whites > static_cast<std::int64_t>(mask.drawn.size()))
    note(
        tr("is mostly white, and white is a colour like any other: it makes the photograph grey there; paint on "
           "transparency or on black"));
}

StrokeMask read_strokes(const ColorizeJob& job, const Photo& photo, ColorizeResult& result) {
  MaskReading reading = read_stroke_mask(job.strokes, {job.mask_format, &photo, job.fit});
  result.found = reading.found;
  result.strokes = summarize(reading.mask);
  if (!reading.region.empty())
    throw FileError(job.strokes,
                    tr("is a region without colours (a PiMask); give it with --protect to keep that part as it is"));
  const std::size_t told = result.notes.size();
  note_doubts(job.strokes, reading, result);
  if (result.strokes.drawn_pixels == 0 && reading.faint > 0)
    throw FileError(job.strokes, tr("holds strokes that are less than half opaque; make their layer opaque"));
  if (result.strokes.drawn_pixels == 0 && job.prior.empty())
    throw FileError(job.strokes, tr("holds no strokes; paint at least one, or give a first coat with --prior"));
  // One on white covers everything too, and has been told better.
  if (result.strokes.covered >= 1 && result.notes.size() == told)
    result.notes.push_back(job.strokes.string() + ": " +
                           tr("every pixel is a stroke, so there is nothing left to spread"));
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
    notes.push_back(picture.string() + ": " + tr("has other proportions than the photograph and is stretched over it"));
}

Photo with_notes_told(Photo photo, std::vector<std::string>& notes) {
  for (const std::string& note : photo.notes) notes.push_back(photo.path.string() + ": " + note);
  return photo;
}

Work work_on_photo(const ColorizeJob& job, std::future<Photo> ahead, ColorizeResult& result) {
  Photo read = ahead.valid() ? ahead.get() : read_photo(job.photo, {.salvage = job.salvage});
  Work work{with_notes_told(std::move(read), result.notes), {}};
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
  Work work{read_photo_of(session, job.photo, job.salvage, result.notes), std::move(session.state)};
  work.state.settings = job.settings.over(work.state.settings);
  FirstCoat& coat = work.state.coat;
  coat.on = (coat.on || job.network.asked_for()) && job.network.name != "none";
  coat.dials = job.network.over(coat.dials);
  if (job.network.named) coat.picture.reset();
  return work;
}

// The network that makes the coat; where there shall be no coat, the one that comes with Handtint.
const Predictor& comparing_network(const ColorizeJob& job, KeptPredictor& network) {
  return network.open(job.network.name == "none" ? "shipped" : job.network.name);
}

// The coat that the job wants; what the network answered when the references were studied is not asked again. Where
// strokes speak too and nobody asked for a coat, one that cannot be had is a note, not a failure.
CoatSource coat_source(const ColorizeJob& job, KeptPredictor& network, const ReferenceStudy& studied,
                       ColorizeResult& result) {
  const bool session = is_session_name(job.photo);
  const CoatSource ask = document_coat(
      [&](const Photo& photo, const DocumentState& state, std::stop_token stop) {
        const Predictor& predictor = network.open(job.network.name);
        Prior prior = studied.empty() ? network_coat(predictor)(photo, state, stop)
                                      : make_prior(studied.photo.prediction, state.coat.dials);
        result.network = predictor.description;
        return prior;
      },
      session ? job.photo : fs::path());
  // A session may want the mood of a reference; one that is given here comes before it.
  const CoatSource graded = job.reference.files.empty()
                                ? coat_in_mood(
                                      ask, [&] { return comparing_network(job, network); }, job.photo)
                                : ask;
  return [&job, &result, session, ask = graded](const Photo& photo, const DocumentState& state, std::stop_token stop) {
    const bool asked_for = job.network.asked_for() || !job.prior.empty();
    try {
      return ask(photo, state, stop);
    } catch (const std::runtime_error& error) {
      if (!asked_for && has_hints(make_problem(photo, state))) {
        result.notes.push_back(tr("no first coat: {1}", {error.what()}));
        return Prior{};
      }
      if (asked_for || !session) throw;
      throw FileError(job.photo, tr("has a first coat that cannot be made ({1}); --network none colours it without",
                                    {error.what()}));
    }
  };
}

// Strokes from the references enter the document. Those that show other things give none, and their whole mood only to
// who asked for the mood alone.
ReferenceStudy use_references(const ColorizeJob& job, std::vector<ReferencePicture> references, Work& work,
                              KeptPredictor& network, ColorizeResult& result) {
  const ReferenceWish& wish = job.reference;
  ReferenceStudy studied = study_references(work.photo, std::move(references), comparing_network(job, network));
  ReferenceResult found;
  const bool refused = studied.refused(wish.things.daring);
  studied.matches = as_daring(std::move(studied.matches), wish.things.daring);
  found.excess = studied.matches.excess;
  if (refused) found.refusal = studied.refusal;
  for (float confidence : studied.matches.confidence)
    found.confidence += confidence / static_cast<float>(studied.matches.confidence.size());
  if (wish.wants_things()) found.strokes = suggest_into(work.state, wish, work.photo, studied);
  const bool coat = work.state.coat.wanted(), only_mood = wish.use == ReferenceUse::mood;
  found.mood = coat && (only_mood || (wish.wants_mood() && !refused));
  found.alike = coat && !only_mood && wish.wants_mood() && refused && found.confidence > 0;
  if (refused && wish.wants_things())
    result.notes.push_back(
        tr("{1}: say --reference-how mood, or a higher --daring if you know better", {studied.refusal}));
  if (found.alike) result.notes.push_back(tr("what is surely the same took its colours from there nevertheless"));
  result.reference = std::move(found);
  return studied;
}

Prior coat_by_references(Prior coat, const ReferenceStudy& studied, const ReferenceResult& found,
                         const MoodSettings& mood) {
  if (found.mood) return in_reference_mood(std::move(coat), studied, mood);
  if (found.alike) return with_matches(std::move(coat), studied.matches, mood.amount);
  return coat;
}

// While the photograph, its strokes and its coat are made ready memory for the solve can be. Strokes are solved at full
// size; a coat alone takes a few bytes per pixel.
std::shared_ptr<CpuMemory> memory_ahead(const ColorizeJob& job) {
  const bool speaks = !job.strokes.empty() || !job.protect.empty();
  if (!speaks || is_session_name(job.photo) || job.settings.preview) return nullptr;
  try {
    const PhotoInfo info = probe_photo(job.photo);
    return take_memory_ahead(info.width, info.height, job.backend);
  } catch (const FileError&) {
    return nullptr;  // whoever reads it will say
  }
}

// The network that comes with Handtint, opened while the photograph is read: a tenth of a second.
std::future<void> open_ahead(const ColorizeJob& job, KeptPredictor& network) {
  if (is_session_name(job.photo) || !job.prior.empty() || job.network.name != "shipped") return {};
  return std::async(std::launch::async, [&network] {
    try {
      network.open("shipped");
    } catch (const std::runtime_error&) {
      // whoever needs it will say
    }
  });
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
          .profile = false,
          .format = photo.format,
          .notes = {}};
}

}  // namespace

Settings SettingsWish::over(Settings base) const {
  base.model = model.value_or(base.model);
  for (const auto& [dial, value] : dials) base.*dial = value;
  base.preview = preview;
  return base;
}

Photo read_photo_of(const Session& session, const fs::path& session_file, bool salvage,
                    std::vector<std::string>& notes) {
  const PhotoLookup lookup = find_photo(session.photo, session_file);
  if (lookup.state == PhotoState::missing)
    throw FileError(lookup.path,
                    tr("the photograph of this session is not there; put it beside {1}", {session_file.string()}));
  const std::optional<int>& frame = session.photo.frame;
  Photo photo =
      with_notes_told(frame ? *read_frame(lookup.path, *frame) : read_photo(lookup.path, {.salvage = salvage}), notes);
  if (photo.width() != session.photo.width || photo.height() != session.photo.height)
    throw FileError(lookup.path,
                    tr("has another size than the photograph that the session was painted on; put that one back"));
  if (lookup.state == PhotoState::changed)
    notes.push_back(lookup.path.string() + ": " + tr("has changed since the session was saved"));
  return photo;
}

std::future<Photo> read_ahead(const ColorizeJob& job) {
  if (is_session_name(job.photo)) return {};
  return std::async(std::launch::async,
                    [path = job.photo, salvage = job.salvage] { return read_photo(path, {.salvage = salvage}); });
}

ColorizeResult run_job(const ColorizeJob& job, KeptPredictor& network, const Progress& progress,
                       std::future<Photo> photo) {
  const Stopwatch total;
  ColorizeResult result;
  require_writable_profile(job.output, job.profile.get());
  require_writable_target(job.output, true, {});  // before the work, not after it

  tell(progress, Stage::reading);
  RenderOptions options{
      .backend = job.backend, .threads = job.threads, .measure_energy = job.measure, .memory = memory_ahead(job)};
  std::future<std::vector<ReferencePicture>> references;
  if (!job.reference.files.empty()) references = read_ahead(job.reference);
  const bool session = is_session_name(job.photo);
  const std::future<void> opening = open_ahead(job, network);
  Work work = session ? work_on_session(job, result) : work_on_photo(job, std::move(photo), result);
  if (opening.valid()) opening.wait();
  result.photo = info_of(work.photo);
  work.state.finish = job.finish.over(work.state.finish);
  result.settings = work.state.settings;
  result.finish = work.state.finish;
  if (!work.photo.alpha.empty() && !keeps_transparency(job.output))
    result.notes.push_back(job.output.string() + ": " +
                           tr("the photograph's transparency is lost, JPEG has none; choose .png or .tif"));

  ReferenceStudy studied;
  if (!job.reference.files.empty()) {
    result.cancelled = !tell(progress, Stage::coat);
    if (result.cancelled) return result;
    studied = use_references(job, references.get(), work, network, result);
  }
  const CoatSource coat = [&, source = coat_source(job, network, studied, result)](
                              const Photo& photo, const DocumentState& state, std::stop_token stop) {
    Prior prior = source(photo, state, stop);
    return result.reference ? coat_by_references(std::move(prior), studied, *result.reference, job.reference.mood)
                            : prior;
  };

  WriteOptions writing = write_options_for(work.photo, work.state, job.output);
  writing.overwrite = true;
  writing.quality = job.quality;
  writing.profile = job.profile;
  if (job.strip) writing.metadata.reset();
  if (job.force) writing.input.clear();
  options.let_go = [&] {
    for (Plane<float>* plane : {&work.photo.a, &work.photo.b}) *plane = {};
    work.state = {};
    studied = {};
  };
  const Rendered rendered = render(work.photo, work.state, coat, options, progress);
  options.memory.reset();
  if (!rendered.spoken && !rendered.cancelled() && result.reference)
    throw FileError(job.photo,
                    tr("stays grey: nothing in the references is surely the same, and there is no first coat"));
  if (session && !rendered.spoken && !rendered.cancelled())
    throw FileError(job.photo,
                    tr("holds no strokes; paint at least one in the editor, or ask for a first coat with --network"));
  result.report = rendered.report;
  if (!result.report.note.empty()) result.notes.push_back(result.report.note);
  result.load_ms = total.ms() - result.report.solve_ms;

  const Stopwatch saving;
  result.cancelled = !write_rendered(job.output, work.photo, rendered, writing, progress);
  if (!job.layer.empty() && !result.cancelled)
    result.cancelled = !write_colour_layer(job.layer, work.photo.lightness, rendered.chroma, writing,
                                           [&](float) { return tell(progress, Stage::saving, 1); });
  result.save_ms = saving.ms();
  result.total_ms = total.ms();
  return result;
}

}  // namespace handtint
