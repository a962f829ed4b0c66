#include "solver/layers/region_layer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "solver/layers/cut_out.h"

namespace handtint {
namespace {

template <class T>
void store(const Plane<T>& from, const Rect& at, Plane<T>& to) {
  for (int y = at.y0; y < at.y1; ++y) std::copy_n(from.row(y - at.y0), at.width(), to.row(y) + at.x0);
}

Rect moved(const Rect& rect, int dx, int dy) {
  return {rect.x0 + dx, rect.y0 + dy, rect.x1 + dx, rect.y1 + dy};
}

// The part of a coat over a rectangle of the photo, with about as many values as lie there.
Prior cut_out(const Prior& prior, int photo_width, int photo_height, const Rect& rect) {
  const auto values = [](int all, int photo_pixels, int pixels) {
    const float covered = static_cast<float>(all) * pixels / photo_pixels;
    return std::clamp(static_cast<int>(std::ceil(covered)) + 1, 1, pixels);
  };
  const int width = values(prior.weight.width(), photo_width, rect.width());
  const int height = values(prior.weight.height(), photo_height, rect.height());
  const auto part = [&](const Plane<float>& plane) {
    return handtint::cut_out(plane, photo_width, photo_height, rect, width, height);
  };
  Prior cut{part(prior.a), part(prior.b), part(prior.weight), {}};
  if (prior.has_traits())
    for (int i = 0; i < 3; ++i) cut.traits[i] = part(prior.traits[i]);
  return cut;
}

}  // namespace

RegionLayer::RegionLayer(std::unique_ptr<Solver> solver, RegionPatch region, const Settings& settings)
    : solver_(std::move(solver)),
      id_(region.id),
      bounds_(region.bounds),
      lightness_(std::move(region.lightness)),
      hint_a_(std::move(region.hint_a)),
      hint_b_(std::move(region.hint_b)),
      hint_strength_(std::move(region.hint_strength)),
      mask_(std::move(region.mask)),
      barriers_(std::move(region.cuts)),
      settings_(settings) {
  own_ = static_cast<int>(std::count_if(mask_.begin(), mask_.end(), [](auto bits) { return bits & region_own; }));
}

bool RegionLayer::apply(const RegionPatch& patch) {
  if (patch.rect.empty()) return false;
  const Rect at = moved(patch.rect, -bounds_.x0, -bounds_.y0);
  const bool was_active = active();
  bool hints_changed = false, cuts_changed = false;
  for (int y = at.y0; y < at.y1; ++y)
    for (int x = at.x0; x < at.x1; ++x) {
      const int px = x - at.x0, py = y - at.y0;
      own_ += ((patch.mask(px, py) & region_own) != 0) - ((mask_(x, y) & region_own) != 0);
      const float strength = patch.hint_strength(px, py);
      hints_changed |=
          strength != hint_strength_(x, y) ||
          (strength > 0 && (patch.hint_a(px, py) != hint_a_(x, y) || patch.hint_b(px, py) != hint_b_(x, y)));
      if (!patch.cuts.empty()) cuts_changed |= patch.cuts(px, py) != (barriers_.empty() ? 0 : barriers_(x, y));
    }
  store(patch.mask, at, mask_);
  store(patch.hint_a, at, hint_a_);
  store(patch.hint_b, at, hint_b_);
  store(patch.hint_strength, at, hint_strength_);
  if (cuts_changed) {
    if (barriers_.empty()) barriers_ = Plane<std::uint8_t>(bounds_.width(), bounds_.height());
    store(patch.cuts, at, barriers_);
  }
  if (!hints_changed && !cuts_changed) return active() != was_active;
  done_ = false;
  const bool other_pull = unlikeness_.update(hint_strength_, at);
  if (loaded_) {
    solver_->apply(wish(at, cuts_changed));
    if (other_pull) solver_->set_prior(pull());
  }
  return true;
}

void RegionLayer::configure(const Settings& settings) {
  settings_ = settings;
  done_ = false;
  if (loaded_) solver_->configure(settings);
}

void RegionLayer::lie_on(const Prior& prior, int photo_width, int photo_height, Chroma below) {
  const bool same_below = below.a == below_.a && below.b == below_.b;
  const bool was_loaded = loaded_ && !prior_.empty();
  below_ = std::move(below);
  Prior part = cut_out(prior, photo_width, photo_height, bounds_);
  const bool same_prior = was_loaded && part.weight == prior_.weight && part.traits == prior_.traits;
  if (same_prior && same_below) return;
  prior_ = std::move(part);
  if (!same_prior) {
    unlikeness_ = Unlikeness(prior_.traits, bounds_.width(), bounds_.height());
    unlikeness_.update(hint_strength_, whole());
  }
  done_ = false;
  loaded_ = was_loaded;
  if (!loaded_) {
    answer_ = {};  // it was of another kind
    ready_ = false;
    return;
  }
  if (!same_below) solver_->apply(wish(whole(), false));
  if (!same_prior) solver_->set_prior(pull());
}

void RegionLayer::lie_on_nothing() {
  if (prior_.empty()) return;
  prior_ = {};
  below_ = {};
  unlikeness_ = {};
  answer_ = {};
  loaded_ = done_ = ready_ = false;
}

// What the solver is told of a part of the region.
HintPatch RegionLayer::wish(const Rect& part, bool with_cuts) const {
  const int width = part.width(), height = part.height();
  HintPatch patch{part, {width, height}, {width, height}, {width, height}, {}};
  if (with_cuts) patch.cuts = Plane<std::uint8_t>(width, height);
  const struct {
    int dx, dy;
    std::uint8_t bit;
  } neighbours[] = {{1, 0, cut_east}, {0, 1, cut_south}, {1, 1, cut_south_east}, {-1, 1, cut_south_west}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int u = part.x0 + x, v = part.y0 + y;
      const bool speaks = inside(u, v) && hint_strength_(u, v) > 0;
      patch.hint_a(x, y) = speaks ? hint_a_(u, v) - (below_.a.empty() ? 0 : below_.a(u, v)) : 0;
      patch.hint_b(x, y) = speaks ? hint_b_(u, v) - (below_.b.empty() ? 0 : below_.b(u, v)) : 0;
      patch.hint_strength(x, y) = speaks ? hint_strength_(u, v) : 0;
      if (!with_cuts) continue;
      std::uint8_t bits = barriers_.empty() ? 0 : barriers_(u, v);
      for (const auto& n : neighbours) {
        const int s = u + n.dx, t = v + n.dy;
        if (s < 0 || s >= bounds_.width() || t >= bounds_.height()) continue;
        if (inside(u, v) != inside(s, t)) bits |= n.bit;  // not a way around inside either
      }
      patch.cuts(x, y) = bits;
    }
  return patch;
}

void RegionLayer::load() {
  HintPatch all = wish(whole(), true);
  Problem problem;
  problem.lightness = lightness_;
  problem.hint_a = std::move(all.hint_a);
  problem.hint_b = std::move(all.hint_b);
  problem.hint_strength = std::move(all.hint_strength);
  problem.cuts = std::move(all.cuts);
  if (!prior_.empty()) problem.prior = pull();
  solver_->configure(settings_);
  solver_->load(std::move(problem));
  loaded_ = true;
}

Report RegionLayer::iterate(const Budget& budget) {
  if (!loaded_) load();
  const Report report = solver_->iterate(budget);
  done_ = report.done();
  ready_ |= done_;
  if (report.picture_changed || answer_.a.empty()) solver_->read(answer_);
  return report;
}

void RegionLayer::lay_over(Chroma& picture, const Rect& window) const {
  const Rect common = intersect(window, bounds_);
  if (common.empty() || answer_.a.empty()) return;
  const int width = picture.a.width(), height = picture.a.height();
  const float pixel_width = static_cast<float>(window.width()) / width;
  const float pixel_height = static_cast<float>(window.height()) / height;
  const bool plain = pixel_width == 1 && pixel_height == 1 && answer_.a.same_size(mask_);
  const float scale_x = static_cast<float>(answer_.a.width()) / bounds_.width();
  const float scale_y = static_cast<float>(answer_.a.height()) / bounds_.height();
  const bool adds = !below_.a.empty();
  // A picture's pixel is looked at in up to 3 x 3 places.
  const auto places = [](float length) { return std::clamp(static_cast<int>(std::ceil(length)), 1, 3); };
  const int across = places(pixel_width), down = places(pixel_height);
  const int x0 = static_cast<int>((common.x0 - window.x0) / pixel_width);
  const int y0 = static_cast<int>((common.y0 - window.y0) / pixel_height);
  const int x1 = std::min(width, static_cast<int>(std::ceil((common.x1 - window.x0) / pixel_width)));
  const int y1 = std::min(height, static_cast<int>(std::ceil((common.y1 - window.y0) / pixel_height)));
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) {
      float a = 0, b = 0;
      int count = 0;
      for (int j = 0; j < down; ++j)
        for (int i = 0; i < across; ++i) {
          const float px = window.x0 + (x + (i + 0.5f) / across) * pixel_width - bounds_.x0;
          const float py = window.y0 + (y + (j + 0.5f) / down) * pixel_height - bounds_.y0;
          const int u = static_cast<int>(std::floor(px)), v = static_cast<int>(std::floor(py));
          if (u < 0 || v < 0 || u >= bounds_.width() || v >= bounds_.height() || !inside(u, v)) continue;
          a += plain ? answer_.a(u, v) : value_at(answer_.a, px * scale_x, py * scale_y);
          b += plain ? answer_.b(u, v) : value_at(answer_.b, px * scale_x, py * scale_y);
          ++count;
        }
      if (count == 0) continue;
      const float share = static_cast<float>(count) / (across * down);
      const float left = adds ? 1 : 1 - share, scale = share / count;
      picture.a(x, y) = left * picture.a(x, y) + scale * a;
      picture.b(x, y) = left * picture.b(x, y) + scale * b;
    }
}

}  // namespace handtint
