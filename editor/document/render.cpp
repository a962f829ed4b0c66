#include "editor/document/render.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "editor/document/rasterise.h"
#include "editor/document/things.h"
#include "solver/layers/host_memory.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// Shares of the progress bar, roughly as the time goes on a large photograph.
struct StageShare {
  const char* words;
  float begin, end;
};
constexpr std::array<StageShare, 4> shares{{{tr_noop("reading"), 0, 0.1f},
                                            {tr_noop("laying the first coat"), 0.1f, 0.2f},
                                            {tr_noop("colouring"), 0.2f, 0.8f},
                                            {tr_noop("saving"), 0.8f, 1}}};

// What stays in memory while the solver works.
std::size_t bytes_of(const Photo& photo, const DocumentState& state) {
  const std::size_t mask = state.imported ? state.imported->drawn.size() * (sizeof(Rgb8) + 1) : 0;
  return (photo.lightness.size() + 2 * photo.a.size()) * sizeof(float) + photo.alpha.size() * 2 + mask;
}

// Every region is a layer that lives as long as the picture.
void require_memory_for_regions(const Photo& photo, const StrokeList& strokes) {
  constexpr std::size_t bytes_per_pixel = 40;  // hints, lightness, answer, what lies below
  std::set<std::uint64_t> regions;
  std::size_t bytes = 0;
  for (const SharedStroke& stroke : strokes) {
    if (!stroke->limited() || stroke->hidden || !regions.insert(stroke.region_id()).second) continue;
    const Rect part = intersect(bounds(stroke->region), {0, 0, photo.width(), photo.height()});
    if (!part.empty()) bytes += bytes_per_pixel * part.width() * part.height();
  }
  const std::size_t most = picture_memory() / 4 * 3;
  const auto words = [](std::size_t b) { return std::to_string((b >> 20) + 1) + " MB"; };
  if (most > 0 && bytes > most)
    throw std::runtime_error(
        tr("strokes are limited to {1} areas, which need {2} of memory where there are {3}; remove "
           "some of the lassos, or draw them closer around their strokes",
           {std::to_string(regions.size()), words(bytes), words(most)}));
}

// What was painted, thing by thing.
NamedMask named_mask(const Photo& photo, const DocumentState& state) {
  NamedMask named;
  named.owner = Plane<std::uint16_t>(photo.width(), photo.height());
  std::unordered_map<StrokeId, std::uint16_t> owner_of;
  for (Thing& thing : things_of(state)) {
    if (named.names.size() == std::numeric_limits<std::uint16_t>::max()) break;
    named.names.push_back(std::move(thing.name));
    for (const StrokeId id : thing.strokes) owner_of[id] = static_cast<std::uint16_t>(named.names.size());
  }
  const auto own = [&](const Stroke& stroke, int y, int x0, int x1) {
    std::fill_n(named.owner.row(y) + x0, x1 - x0, owner_of[stroke.id]);
  };
  named.mask = mask_from_strokes({photo, state.strokes, state.imported.get()}, true, own);
  return named;
}

}  // namespace

Problem make_problem(const Photo& photo, const DocumentState& state, Prior prior) {
  require_memory_for_regions(photo, state.strokes);
  HintPatch hints = rasterise({photo, state.strokes, state.imported.get()}, {0, 0, photo.width(), photo.height()},
                              has_cuts(state.strokes));
  Problem problem;
  problem.lightness = photo.lightness;
  problem.hint_a = std::move(hints.hint_a);
  problem.hint_b = std::move(hints.hint_b);
  problem.hint_strength = std::move(hints.hint_strength);
  problem.cuts = std::move(hints.cuts);
  problem.regions = std::move(hints.regions);
  problem.prior = std::move(prior);
  return problem;
}

HintPatch make_patch(const Photo& photo, const DocumentState& state, const Change& change, const Stroke* in_progress,
                     std::span<const Point> lasso) {
  return rasterise({photo, state.strokes, state.imported.get(), in_progress, lasso}, change.hints, change.cuts,
                   change.only_regions);
}

Prior make_coat(const Photo& photo, const DocumentState& state, const CoatSource& source, std::stop_token stop) {
  return state.coat.wanted() ? source(photo, state, stop) : Prior{};
}

bool has_hints(const Problem& problem) {
  const auto given = [](const Plane<float>& strength) {
    return std::any_of(strength.begin(), strength.end(), [](float h) { return h > 0; });
  };
  return given(problem.hint_strength) || std::any_of(problem.regions.begin(), problem.regions.end(),
                                                     [&](const RegionPatch& r) { return given(r.hint_strength); });
}

bool tell(const Progress& progress, Stage stage, float done) {
  const StageShare& share = shares[static_cast<std::size_t>(stage)];
  return !progress || progress(share.begin + (share.end - share.begin) * done, tr(share.words));
}

Rendered render(const Photo& photo, const DocumentState& state, const CoatSource& source, const RenderOptions& options,
                const Progress& progress) {
  Rendered rendered;
  rendered.report.stop = StopReason::cancelled;
  if (!tell(progress, Stage::coat)) return rendered;
  Problem problem = make_problem(photo, state, make_coat(photo, state, source, options.stop));
  if (!tell(progress, Stage::colouring)) return rendered;
  rendered.spoken = !problem.prior.empty() || has_hints(problem);
  const Settings settings = state.settings;
  const Finish finish = state.finish;
  if (options.let_go) options.let_go();
  const std::size_t held = bytes_of(photo, state);
  Colorized solved =
      colorize(std::move(problem), {.settings = settings,
                                    .backend = options.backend,
                                    .threads = options.threads,
                                    .measure_energy = options.measure_energy,
                                    .held_bytes = held,
                                    .keep_going = [&](float done) { return tell(progress, Stage::colouring, done); },
                                    .memory = options.memory});
  rendered.chroma = finished(std::move(solved.chroma), finish);
  rendered.report = std::move(solved.report);
  return rendered;
}

WriteOptions write_options_for(const Photo& photo, const DocumentState& state, const std::filesystem::path& target) {
  WriteOptions options = write_options_for(photo);
  if (has_layers(target)) options.strokes = std::make_shared<const NamedMask>(named_mask(photo, state));
  return options;
}

bool write_rendered(const std::filesystem::path& target, const Photo& photo, const Rendered& rendered,
                    const WriteOptions& options, const Progress& progress) {
  return !rendered.cancelled() && write_photo(target, photo.lightness, rendered.chroma, photo.alpha, options,
                                              [&](float done) { return tell(progress, Stage::saving, done); });
}

}  // namespace handtint
