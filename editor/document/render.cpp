#include "editor/document/render.h"

#include <algorithm>
#include <array>
#include <utility>

#include "editor/document/rasterise.h"

namespace handtint {
namespace {

// Shares of the progress bar, roughly as the time goes on a large photograph.
struct StageShare {
  std::string_view words;
  float begin, end;
};
constexpr std::array<StageShare, 4> shares{
    {{"reading", 0, 0.1f}, {"laying the first coat", 0.1f, 0.2f}, {"colouring", 0.2f, 0.8f}, {"saving", 0.8f, 1}}};

}  // namespace

Problem make_problem(const Photo& photo, const DocumentState& state, Prior prior) {
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
  return !progress || progress(share.begin + (share.end - share.begin) * done, share.words);
}

Rendered render(const Photo& photo, const DocumentState& state, const CoatSource& source, const RenderOptions& options,
                const Progress& progress) {
  Rendered rendered;
  rendered.report.stop = StopReason::cancelled;
  if (!tell(progress, Stage::coat)) return rendered;
  Problem problem = make_problem(photo, state, make_coat(photo, state, source, options.stop));
  if (!tell(progress, Stage::colouring)) return rendered;
  rendered.spoken = !problem.prior.empty() || has_hints(problem);
  Colorized solved =
      colorize(std::move(problem), {.settings = state.settings,
                                    .backend = options.backend,
                                    .threads = options.threads,
                                    .measure_energy = options.measure_energy,
                                    .keep_going = [&](float done) { return tell(progress, Stage::colouring, done); }});
  rendered.chroma = std::move(solved.chroma);
  rendered.report = std::move(solved.report);
  return rendered;
}

bool write_rendered(const std::filesystem::path& target, const Photo& photo, const Rendered& rendered,
                    const WriteOptions& options, const Progress& progress) {
  return !rendered.cancelled() && write_photo(target, photo.lightness, rendered.chroma, photo.alpha, options,
                                              [&](float done) { return tell(progress, Stage::saving, done); });
}

}  // namespace handtint
