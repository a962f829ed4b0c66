#include "solver/layers/coat_maker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "solver/layers/time_slice.h"
#include "solver/prior_weights.h"
#include "solver/resample.h"

namespace handtint {

Size reduced_to(double most_pixels, int photo_width, int photo_height) {
  const double scale = std::sqrt(std::min(1.0, most_pixels / (static_cast<double>(photo_width) * photo_height)));
  return {std::max(1, static_cast<int>(std::lround(photo_width * scale))),
          std::max(1, static_cast<int>(std::lround(photo_height * scale)))};
}

void CoatMaker::load(SharedPlane<float> lightness) {
  stop();
  lightness_ = std::move(lightness);
  small_lightness_ = {};
}

void CoatMaker::begin(Prior prior, const Settings& settings) {
  stop();
  const auto [width, height] = reduced_to(coat_pixels, lightness_.width(), lightness_.height());
  if (small_lightness_.empty()) small_lightness_ = resample(lightness_, width, height);
  Problem coat;
  coat.lightness = small_lightness_;
  coat.hint_a = coat.hint_b = coat.hint_strength = Plane<float>(width, height);
  coat.prior = std::move(prior);
  for (float& weight : coat.prior.weight) weight *= prior_weights::coat_alone;
  Settings at_full_size = settings;
  at_full_size.preview = false;
  at_full_size.neutral_pull = 0;
  preview_ = settings.preview;
  solver_ = make_plain_();
  solver_->configure(at_full_size);
  solver_->load(std::move(coat));
}

void CoatMaker::stop() {
  solver_.reset();
  enlarger_.reset();
  coat_ = {};
}

Report CoatMaker::iterate(const Budget& budget, float progress) {
  const TimeSlice slice(budget);
  if (solver_) {
    report_ = solver_->iterate(budget);
    if (!report_.done()) return report_;
    Chroma made;
    solver_->read(made);
    solver_.reset();
    if (preview_ || made.a.same_size(lightness_))
      coat_ = {made, made};
    else
      enlarger_.emplace(std::move(made), small_lightness_, lightness_, threads_);
  }
  Report report = report_;
  if (!enlarger_) return report;
  bool cancelled = false;
  const auto keep_going = [&] {
    cancelled = budget.keep_going && !budget.keep_going(std::min(progress, 0.99f));
    return !cancelled && !slice.rest().spent();
  };
  if (enlarger_->work(keep_going)) {
    coat_ = {enlarger_->small(), enlarger_->take()};
    enlarger_.reset();
  } else {
    report.stop = cancelled ? StopReason::cancelled : StopReason::out_of_budget;
  }
  return report;
}

void CoatMaker::read(Chroma& chroma) const {
  if (solver_)
    solver_->read(chroma);
  else
    chroma = enlarger_->small();
}

CoatMaker::Coat CoatMaker::take() {
  return std::exchange(coat_, {});
}

}  // namespace handtint
