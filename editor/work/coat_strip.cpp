#include "editor/work/coat_strip.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <utility>

#include "editor/work/leavable_thread.h"
#include "solver/conductor/colorize.h"
#include "solver/lab.h"
#include "solver/resample.h"

namespace handtint {
namespace {

constexpr int coats_shown = 6, coats_looked_at = 20;
constexpr double solved_pixels = 60e3;
constexpr int picture_side = 160, patience_of_coats = 12;
constexpr float visibly_other = 2;  // of a, b, on the mean

float difference(const Prior& p, const Prior& q) {
  double sum = 0;
  for (std::size_t i = 0; i < p.a.size(); ++i)
    sum += std::hypot(p.a.data()[i] - q.a.data()[i], p.b.data()[i] - q.b.data()[i]);
  return static_cast<float>(sum / static_cast<double>(std::max<std::size_t>(p.a.size(), 1)));
}

CoatStrip::Coat coat_of(const Plane<float>& lightness, Prior prior, std::uint32_t variant) {
  CoatStrip::Coat coat{.variant = variant, .chroma = nullptr, .rgba = {}};
  Problem problem;
  problem.lightness = lightness;
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(lightness.width(), lightness.height());
  problem.prior = std::move(prior);
  coat.chroma =
      std::make_shared<const Chroma>(colorize(std::move(problem), {.backend = Backend::cpu, .threads = 1}).chroma);
  const double shrink =
      std::min(1.0, static_cast<double>(picture_side) / std::max(lightness.width(), lightness.height()));
  coat.width = std::max(1, static_cast<int>(std::lround(shrink * lightness.width())));
  coat.height = std::max(1, static_cast<int>(std::lround(shrink * lightness.height())));
  const Plane<float> light = resample(lightness, coat.width, coat.height);
  const Plane<float> a = resample(coat.chroma->a, coat.width, coat.height);
  const Plane<float> b = resample(coat.chroma->b, coat.width, coat.height);
  for (std::size_t i = 0; i < light.size(); ++i) {
    const Rgb8 c = codes_of(srgb_from_lab(reduce_chroma_to_gamut({light.data()[i], a.data()[i], b.data()[i]})));
    coat.rgba.insert(coat.rgba.end(), {c.r, c.g, c.b, 255});
  }
  return coat;
}

}  // namespace

std::vector<std::uint32_t> different_variants(const Prediction& prediction, CoatSettings dials, int count, int among) {
  std::vector<Prior> priors;
  for (int i = 0; i < among; ++i) {
    dials.variant = static_cast<std::uint32_t>(i);
    priors.push_back(make_prior(prediction, dials));
  }
  std::vector<std::uint32_t> chosen{0};
  std::vector<float> nearest(priors.size(), std::numeric_limits<float>::max());
  while (static_cast<int>(chosen.size()) < count) {
    for (std::size_t i = 0; i < priors.size(); ++i)
      nearest[i] = std::min(nearest[i], difference(priors[i], priors[chosen.back()]));
    const auto farthest = std::max_element(nearest.begin(), nearest.end());
    if (*farthest < visibly_other) break;
    chosen.push_back(static_cast<std::uint32_t>(farthest - nearest.begin()));
  }
  return chosen;
}

void CoatStrip::follow(bool wanted) {
  if (!wanted && maker_.running()) forget();
  if (!wanted || !sitting_.has_document() || !predictions_.bare() || maker_.running()) return;
  CoatSettings dials = sitting_.document().coat().dials;
  dials.variant = 0;
  if (dials.amount == 0) dials.amount = 1;
  if (begun_ && dials == dials_) return;
  begun_ = true;
  dials_ = dials;
  maker_.start(
      [photo = sitting_.picture_source().photo, prediction = predictions_.bare(), dials](std::stop_token stop, auto&) {
        let_others_go_first(patience_of_coats);
        std::vector<Coat> coats;
        const Plane<float>& full = photo->lightness;
        const double shrink = std::min(1.0, std::sqrt(solved_pixels / static_cast<double>(full.size())));
        const Plane<float> lightness = resample(full, std::max(1, static_cast<int>(shrink * full.width())),
                                                std::max(1, static_cast<int>(shrink * full.height())));
        CoatSettings settings = dials;
        try {
          for (const std::uint32_t variant : different_variants(*prediction, dials, coats_shown,
                                                                prediction->has_distribution() ? coats_looked_at : 1)) {
            if (stop.stop_requested()) return std::vector<Coat>{};
            settings.variant = variant;
            coats.push_back(coat_of(lightness, make_prior(*prediction, settings), variant));
          }
        } catch (const std::exception&) {
          coats.clear();  // a choice less; what is wrong with the solver is said by the one that solves the picture
        }
        return coats;
      },
      wake_up_);
}

bool CoatStrip::update() {
  auto made = maker_.take();
  if (!made || !begun_) return false;
  coats_ = std::move(*made);
  ++number_;
  return true;
}

// What is being made is not waited for: update() drops it.
void CoatStrip::forget() {
  maker_.cancel();
  coats_.clear();
  ++number_;
  begun_ = false;
}

}  // namespace handtint
