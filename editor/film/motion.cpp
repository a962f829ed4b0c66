#include "editor/film/motion.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "solver/resample.h"
#include "solver/wide_code.h"

namespace handtint {
namespace {

constexpr float flow_steps = 32;  // per pixel, in files
constexpr int quantiles = 32;

// There and back may miss home by so much: a share of the way squared, and pixels squared (Sundaram, Brox, Keutzer
// 2010).
constexpr float miss_by_way = 0.01f, miss_at_least = 0.5f;
constexpr float like_lightness = 4.7f;  // in L: 12 of 255

// Lightness at 32 equally frequent ranks, without the darkest and lightest 3 %.
std::array<float, quantiles> ranks(const Plane<float>& lightness) {
  constexpr int bins = 1024;
  std::array<int, bins> histogram{};
  for (float L : lightness) ++histogram[std::clamp(static_cast<int>(L / 100 * bins), 0, bins - 1)];
  std::array<float, quantiles> result{};
  int bin = 0;
  double below = 0;
  for (int i = 0; i < quantiles; ++i) {
    const double wanted = (0.03 + 0.94 * i / (quantiles - 1)) * static_cast<double>(lightness.size());
    while (bin < bins - 1 && below + histogram[bin] < wanted) below += histogram[bin++];
    const double inside = histogram[bin] > 0 ? (wanted - below) / histogram[bin] : 0;
    result[i] = static_cast<float>((bin + std::clamp(inside, 0.0, 1.0)) * 100 / bins);
  }
  return result;
}

// Least squares of one's ranks over the other's: where things move, the ranks stay.
void fit_exposure(const Plane<float>& before, const Plane<float>& frame, Motion& motion) {
  const auto p = ranks(before), q = ranks(frame);
  double mean_p = 0, mean_q = 0, pp = 0, pq = 0;
  for (int i = 0; i < quantiles; ++i) mean_p += p[i] / quantiles, mean_q += q[i] / quantiles;
  for (int i = 0; i < quantiles; ++i) pp += (p[i] - mean_p) * (p[i] - mean_p), pq += (p[i] - mean_p) * (q[i] - mean_q);
  const double gain = pp > 1 ? pq / pp : 1;
  if (gain < 0.5 || gain > 2) return;  // another scene
  motion.gain = static_cast<float>(gain);
  motion.offset = static_cast<float>(mean_q - gain * mean_p);
}

Plane<std::uint8_t> grey_of(const Plane<float>& lightness, float gain = 1, float offset = 0) {
  Plane<std::uint8_t> grey(lightness.width(), lightness.height());
  std::transform(lightness.begin(), lightness.end(), grey.begin(), [&](float L) {
    return static_cast<std::uint8_t>(std::lrint(std::clamp((gain * L + offset) * 2.55f, 0.0f, 255.0f)));
  });
  return grey;
}

// From a frame to its neighbour.
struct FrameStep {
  const Flow &there, &back;
  const Plane<float>& from;  // the neighbour's lightness, which the frame shows as gain * L + offset
  float gain, offset;

  FrameStep(const Motion& motion, const Plane<float>& neighbour, bool forward)
      : there(forward ? motion.back : motion.on),
        back(forward ? motion.on : motion.back),
        from(neighbour),
        gain(forward ? motion.gain : 1 / motion.gain),
        offset(forward ? motion.offset : -motion.offset / motion.gain) {}
};

// At (x, y), whence the way to the neighbour is (dx, dy).
inline Seen seen(const FrameStep& step, float x, float y, float dx, float dy, float lightness) {
  const float qx = x + dx, qy = y + dy;
  const Between ux(qx / 2, step.back.x.width()), uy(qy / 2, step.back.x.height());
  const float bx = value_at(step.back.x, ux, uy), by = value_at(step.back.y, ux, uy);
  const float miss = (dx + bx) * (dx + bx) + (dy + by) * (dy + by);
  const float way = dx * dx + dy * dy + bx * bx + by * by;
  const auto width = static_cast<float>(step.from.width()), height = static_cast<float>(step.from.height());
  const bool inside = qx >= 0 && qx <= width && qy >= 0 && qy <= height;
  const float change = step.gain * value_at(step.from, qx, qy) + step.offset - lightness;
  return {qx, qy, inside && miss < miss_by_way * way + miss_at_least && std::abs(change) < like_lightness};
}

HANDTINT_WIDE void look_row(const FrameStep& step, int y, const float* lightness, Look& look) {
  const int width = look.x.width();
  float *to_x = look.x.row(y), *to_y = look.y.row(y);
  std::uint8_t* believed = look.believed.row(y);
  const Flow& there = step.there;
  const Between ty((y + 0.5f) / 2, there.x.height());
  const float *x_above = there.x.row(ty.low), *x_below = there.x.row(ty.high);
  const float *y_above = there.y.row(ty.low), *y_below = there.y.row(ty.high);
  for (int x = 0; x < width; ++x) {
    const Between tx((x + 0.5f) / 2, there.x.width());
    to_x[x] = between_rows(x_above, x_below, tx, ty.share);
    to_y[x] = between_rows(y_above, y_below, tx, ty.share);
  }
  for (int x = 0; x < width; ++x) {
    const Seen there_is = seen(step, x + 0.5f, y + 0.5f, to_x[x], to_y[x], lightness[x]);
    to_x[x] = there_is.x;
    to_y[x] = there_is.y;
    believed[x] = there_is.believed ? 1 : 0;
  }
}

}  // namespace

Motion find_motion(const Plane<float>& before, const Plane<float>& frame) {
  Motion motion;
  fit_exposure(before, frame, motion);
  const Plane<std::uint8_t> old = grey_of(before, motion.gain, motion.offset), now = grey_of(frame);
  motion.back = dense_flow(now, old);
  motion.on = dense_flow(old, now);
  const Look look = look_along(motion, before, frame, true);
  const auto believed = std::count(look.believed.begin(), look.believed.end(), 1);
  motion.doubt = 1 - static_cast<float>(believed) / static_cast<float>(look.believed.size());
  return motion;
}

Sheet sheet_of(const Motion& motion) {
  Sheet sheet;
  for (const Flow* flow : {&motion.back, &motion.on}) {
    sheet.add(flow->x, flow_steps);
    sheet.add(flow->y, flow_steps);
  }
  sheet.numbers = {motion.gain, motion.offset, motion.doubt, 0};
  return sheet;
}

Motion motion_from(const Sheet& sheet) {
  return {{sheet.plane(0, flow_steps), sheet.plane(1, flow_steps)},
          {sheet.plane(2, flow_steps), sheet.plane(3, flow_steps)},
          sheet.numbers[0],
          sheet.numbers[1],
          sheet.numbers[2]};
}

Seen seen_along(const Motion& motion, const Plane<float>& from, float x, float y, float lightness, bool forward) {
  const FrameStep step(motion, from, forward);
  const Between tx(x / 2, step.there.x.width()), ty(y / 2, step.there.x.height());
  return seen(step, x, y, value_at(step.there.x, tx, ty), value_at(step.there.y, tx, ty), lightness);
}

Look look_along(const Motion& motion, const Plane<float>& from, const Plane<float>& to, bool forward) {
  const int width = to.width(), height = to.height();
  Look look{{width, height}, {width, height}, {width, height}};
  const FrameStep step(motion, from, forward);
  for (int y = 0; y < height; ++y) look_row(step, y, to.row(y), look);
  return look;
}

void warp(std::initializer_list<const Plane<float>*> planes, const Look& look,
          std::initializer_list<Plane<float>*> results) {
  for (Plane<float>* result : results) *result = Plane<float>(look.x.width(), look.x.height());
  const int width = planes.begin()[0]->width(), height = planes.begin()[0]->height();
  for (std::size_t i = 0; i < look.x.size(); ++i) {
    const Between x(look.x.data()[i], width), y(look.y.data()[i], height);
    for (std::size_t k = 0; k < planes.size(); ++k) results.begin()[k]->data()[i] = value_at(*planes.begin()[k], x, y);
  }
}

}  // namespace handtint
