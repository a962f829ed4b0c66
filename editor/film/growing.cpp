#include "editor/film/growing.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "editor/document/reduced.h"
#include "editor/film/growing_frames.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr double finished_s = 2;
constexpr int frames_looked_at = 9, samples_a_frame = 6000;  // for a palette
constexpr float share_of_palette = 0.25f;                    // of the time

Extent growing_size(const Photo& photo, int longest_side) {
  const double scale = std::min(1.0, static_cast<double>(longest_side) / std::max(photo.width(), photo.height()));
  return {std::max(1, static_cast<int>(std::lround(scale * photo.width()))),
          std::max(1, static_cast<int>(std::lround(scale * photo.height())))};
}

// On white paper where it is transparent.
Photo made_opaque(Photo photo) {
  if (photo.alpha.empty()) return photo;
  Plane<float>& lightness = photo.lightness.edit();
  for (std::size_t i = 0; i < lightness.size(); ++i) {
    const float through = 1 - static_cast<float>(photo.alpha.data()[i]) / 65535.0f;
    lightness.data()[i] += through * (100 - lightness.data()[i]);
  }
  photo.alpha = {};
  return photo;
}

// A coat is asked for once, as long as few different ones come.
CoatSource remembered(CoatSource source) {
  using Known = std::vector<std::pair<FirstCoat, Prior>>;
  return [source = std::move(source), known = std::make_shared<Known>()](const Photo& photo, const DocumentState& state,
                                                                         std::stop_token stop) {
    constexpr std::size_t most = 6;
    const auto found =
        std::find_if(known->begin(), known->end(), [&](const auto& coat) { return coat.first == state.coat; });
    if (found != known->end()) return found->second;
    Prior prior = source(photo, state, stop);
    if (known->size() == most) known->erase(known->begin());
    if (!stop.stop_requested()) known->emplace_back(state.coat, prior);
    return prior;
  };
}

}  // namespace

bool write_growing(const std::filesystem::path& target, const Photo& photo, const DocumentState& state,
                   const CoatSource& coat, const GrowingOptions& options, const RenderOptions& rendering,
                   const Progress& progress) {
  require_moving_picture(target);
  const double rate = frame_rate_of(target);
  const Extent size = frame_size_of(target, growing_size(photo, options.longest_side));
  const int count = std::max(2, static_cast<int>(std::lround(options.seconds * rate)));
  float done = 0;
  const auto go_on = [&] { return !progress || progress(done, tr("colouring")); };
  GrowingFrames frames(made_opaque(reduced(photo, size)), reduced(state, photo.extent(), size), remembered(coat), count,
                       options.seconds, rendering, go_on);
  if (!frames.grows()) throw std::runtime_error(tr("nothing was painted and there is no first coat: nothing grows"));

  std::vector<Lab> colours;
  const float share = has_palette(target) ? share_of_palette : 0;
  if (has_palette(target)) {
    for (int i = 1; i <= frames_looked_at; ++i) {
      const auto picture = frames.frame(count * i / frames_looked_at - 1);
      if (!picture) return false;
      const std::size_t pixels = picture->lightness.size(), stride = std::max<std::size_t>(1, pixels / samples_a_frame);
      for (std::size_t k = 0; k < pixels; k += stride)
        colours.push_back(reduce_chroma_to_gamut(
            {picture->lightness.data()[k], picture->chroma.a.data()[k], picture->chroma.b.data()[k]}));
      done = share * static_cast<float>(i) / frames_looked_at;
      if (!go_on()) return false;
    }
  }
  const auto writer = begin_frames(target, size, colours);
  for (int n = 0; n < count; ++n) {
    const auto picture = frames.frame(n);
    if (!picture) return false;
    writer->add(*picture, n + 1 < count ? 1 : 1 + static_cast<int>(std::lround(finished_s * rate)));
    done = share + (1 - share) * static_cast<float>(n + 1) / static_cast<float>(count);
    if (!go_on()) return false;
  }
  writer->finish();
  return true;
}

}  // namespace handtint
