#include "solver/layers/layer.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "solver/layers/coat_maker.h"
#include "solver/prior_weights.h"
#include "solver/resample.h"

namespace handtint {
namespace {

// Cuts between a pixel and its neighbours on the other side of an outline.
template <class Inside>
std::uint8_t cuts_of_outline(int x, int y, const Rect& whole, const Inside& inside) {
  const struct {
    int dx, dy;
    std::uint8_t bit;
  } neighbours[] = {{1, 0, cut_east}, {0, 1, cut_south}, {1, 1, cut_south_east}, {-1, 1, cut_south_west}};
  std::uint8_t bits = 0;
  for (const auto& n : neighbours) {
    const int s = x + n.dx, t = y + n.dy;
    if (s < 0 || s >= whole.x1 || t < 0 || t >= whole.y1) continue;
    if (inside(x, y) != inside(s, t)) bits |= n.bit;
  }
  return bits;
}

}  // namespace

void Layer::load(Problem strokes, Plane<std::uint8_t> mask) {
  strokes_ = std::move(strokes);
  mask_ = std::move(mask);
  base_ = {};
  distance_ = {};
  answer_ = {};
  own_ = static_cast<int>(std::count_if(mask_.begin(), mask_.end(), [](auto bits) { return bits & region_own; }));
  loaded_ = done_ = ready_ = sketched_ = false;
}

bool Layer::apply(const HintPatch& patch, const Plane<std::uint8_t>& mask) {
  const Rect& at = patch.rect;
  if (at.empty()) return false;
  const bool was_active = active();
  for (int y = 0; y < mask.height(); ++y)
    for (int x = 0; x < mask.width(); ++x)
      own_ += ((mask(x, y) & region_own) != 0) - ((mask_(at.x0 + x, at.y0 + y) & region_own) != 0);
  // The whole photo's strokes are solved in any case: who gave a patch waits for an answer.
  const bool cuts_changed = cuts_differ(patch), changed = !is_region() || cuts_changed || differs(patch);
  if (!mask.empty()) mask_.paste(mask, at);
  strokes_.hint_a.paste(patch.hint_a, at);
  strokes_.hint_b.paste(patch.hint_b, at);
  strokes_.hint_strength.paste(patch.hint_strength, at);
  if (cuts_changed) {
    if (strokes_.cuts.empty()) strokes_.cuts = Plane<std::uint8_t>(whole().width(), whole().height());
    strokes_.cuts.paste(patch.cuts, at);
  }
  if (!changed) return active() != was_active;
  done_ = sketched_ = false;
  const bool other_pull = distance_.update(strokes_.hint_strength, at);
  if (loaded_) {
    solver_->apply(deviations(at, cuts_changed));
    if (other_pull) follow_painted();
  }
  return true;
}

bool Layer::differs(const HintPatch& patch) const {
  for (int y = patch.rect.y0; y < patch.rect.y1; ++y)
    for (int x = patch.rect.x0; x < patch.rect.x1; ++x) {
      const int px = x - patch.rect.x0, py = y - patch.rect.y0;
      const float strength = patch.hint_strength(px, py);
      if (strength != strokes_.hint_strength(x, y)) return true;
      if (strength > 0 &&
          (patch.hint_a(px, py) != strokes_.hint_a(x, y) || patch.hint_b(px, py) != strokes_.hint_b(x, y)))
        return true;
    }
  return false;
}

bool Layer::cuts_differ(const HintPatch& patch) const {
  if (!patch.has_cuts()) return false;
  if (strokes_.cuts.empty()) return std::any_of(patch.cuts.begin(), patch.cuts.end(), [](auto bits) { return bits; });
  return patch.cuts != strokes_.cuts.cut(patch.rect);
}

void Layer::open() {
  if (solver_) return;
  solver_ = make_plain_();
  solver_->configure(given_ = solver_settings());
}

void Layer::park() {
  solver_.reset();
  loaded_ = false;
}

Prior Layer::pull() {
  const float closeness = distance_.closeness(settings_.reach);
  if (closeness > 0) distance_.find_things();
  return pull_to_none(strokes_.prior, distance_, closeness);
}

// Strokes that keep to their things are believed less where others merely resemble those.
Settings Layer::solver_settings() const {
  Settings settings = settings_;
  settings.affinity *= std::pow(prior_weights::alike_of_close, distance_.closeness(settings_.reach));
  return settings;
}

void Layer::give_settings() {
  if (const Settings settings = solver_settings(); settings != given_) solver_->configure(given_ = settings);
}

// The solver's dials and pull are those of what is painted.
void Layer::follow_painted() {
  give_settings();
  solver_->set_prior(pull());
}

void Layer::configure(const Settings& settings) {
  if (const std::string wrong = validate(settings); !wrong.empty()) throw std::invalid_argument(wrong);
  const bool other_reach = settings.reach != settings_.reach;
  settings_ = settings;
  if (solver_) solver_->configure(given_ = solver_settings());
  if (other_reach && loaded_) solver_->set_prior(pull());
  done_ = false;
}

void Layer::set_base(Prior prior, std::shared_ptr<const Chroma> base) {
  const bool same_kind = (base != nullptr) == (base_ != nullptr);
  const bool same_base = same_kind && (base == base_ || *base == *base_);
  const bool same_traits = same_kind && prior.traits == strokes_.prior.traits;
  const bool same_prior = same_traits && prior.weight == strokes_.prior.weight;
  base_ = std::move(base);
  if (same_base && same_prior) return;
  strokes_.prior = std::move(prior);
  if (!same_traits && !distance_.look_again(strokes_.prior.traits)) {
    distance_ = DistanceToPainted(strokes_.prior.traits, strokes_.lightness);
    distance_.update(strokes_.hint_strength, whole());
  }
  done_ = false;
  if (!same_kind) {  // a colour is no start for a deviation
    answer_ = {};
    loaded_ = ready_ = false;
  }
  if (!loaded_) return;
  if (!same_prior) follow_painted();
  if (!same_base) move_hints();
}

// Tells the solver the hints as deviations from a new base, rows with hints only: most of a large photo has none.
void Layer::move_hints() {
  const auto hinted = [&](int y) {
    const float* row = strokes_.hint_strength.row(y);
    return std::any_of(row, row + whole().width(), [](float h) { return h > 0; });
  };
  for (int y = 0; y < whole().height(); ++y) {
    if (!hinted(y)) continue;
    const int first = y;
    while (y < whole().height() && hinted(y)) ++y;
    solver_->apply(deviations({0, first, whole().width(), y}, false));
  }
}

std::pair<float, float> Layer::base_at(int x, int y) const {
  if (!base_) return {0, 0};
  if (base_->a.same_size(strokes_.lightness)) return {base_->a(x, y), base_->b(x, y)};
  const float u = (x + 0.5f) * (static_cast<float>(base_->width()) / whole().width());
  const float v = (y + 0.5f) * (static_cast<float>(base_->height()) / whole().height());
  return {value_at(base_->a, u, v), value_at(base_->b, u, v)};
}

// The barriers; and the outline, which is not to be a way around them either.
std::uint8_t Layer::cuts_at(int x, int y) const {
  const std::uint8_t barriers = strokes_.cuts.empty() ? 0 : strokes_.cuts(x, y);
  return barriers | cuts_of_outline(x, y, whole(), [this](int u, int v) { return inside(u, v); });
}

// What the solver is told of a part: the hints inside, less the base.
HintPatch Layer::deviations(const Rect& part, bool with_cuts) const {
  const int width = part.width(), height = part.height();
  HintPatch patch{part, {width, height}, {width, height}, {width, height}, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int u = part.x0 + x, v = part.y0 + y;
      if (!(strokes_.hint_strength(u, v) > 0) || !inside(u, v)) continue;
      const auto [a, b] = base_at(u, v);
      patch.hint_a(x, y) = strokes_.hint_a(u, v) - a;
      patch.hint_b(x, y) = strokes_.hint_b(u, v) - b;
      patch.hint_strength(x, y) = strokes_.hint_strength(u, v);
    }
  if (!with_cuts) return patch;
  if (is_region()) {
    patch.cuts = Plane<std::uint8_t>(width, height);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) patch.cuts(x, y) = cuts_at(part.x0 + x, part.y0 + y);
  } else if (!strokes_.cuts.empty()) {
    patch.cuts = strokes_.cuts.cut(part);
  }
  return patch;
}

// Before a region's solver has its planes, which takes a second for ten megapixels and a tenth for half of one, whoever
// looks has a picture.
bool Layer::wants_sketch(const Budget& budget) const {
  const double pixels = static_cast<double>(whole().width()) * whole().height();
  return is_region() && active() && !sketched_ && budget.mode == Budget::Mode::interactive &&
         pixels > 1.5 * draft_pixels && strokes_.cuts.empty();
}

Report Layer::sketch(const Budget& budget) {
  const auto [width, height] = reduced_to(draft_pixels, whole().width(), whole().height());
  Plane<float> a(width, height), b(width, height), strength(width, height);
  Plane<int> balance(width, height);  // pixels inside, less those outside
  std::vector<int> column(static_cast<std::size_t>(whole().width()));
  for (std::size_t x = 0; x < column.size(); ++x) column[x] = static_cast<int>(x * width / column.size());
  for (int y = 0; y < whole().height(); ++y) {
    const int v = static_cast<int>(static_cast<std::int64_t>(y) * height / whole().height());
    for (int x = 0; x < whole().width(); ++x) {
      const int u = column[static_cast<std::size_t>(x)];
      const bool in = inside(x, y);
      balance(u, v) += in ? 1 : -1;
      const float hint = strokes_.hint_strength(x, y);
      if (!in || !(hint > 0)) continue;
      const auto [base_a, base_b] = base_at(x, y);
      strength(u, v) += hint;
      a(u, v) += hint * (strokes_.hint_a(x, y) - base_a);
      b(u, v) += hint * (strokes_.hint_b(x, y) - base_b);
    }
  }
  const float pixels = static_cast<float>(whole().width()) * whole().height() / (static_cast<float>(width) * height);
  for (std::size_t i = 0; i < strength.size(); ++i) {
    float& sum = strength.data()[i];
    if (!(sum > 0)) continue;
    a.data()[i] /= sum;
    b.data()[i] /= sum;
    sum /= pixels;
  }
  Plane<std::uint8_t> cuts(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      cuts(x, y) = cuts_of_outline(x, y, cuts.whole(), [&](int u, int v) { return balance(u, v) > 0; });

  const std::unique_ptr<Solver> solver = make_plain_();
  solver->configure(solver_settings());
  solver->load({resample(strokes_.lightness, width, height), std::move(a), std::move(b), std::move(strength),
                std::move(cuts), pull()});
  Budget first;
  first.mode = Budget::Mode::interactive;
  first.keep_going = budget.keep_going;
  Report report;
  do {
    report = solver->iterate(first);
    if (report.stop == StopReason::cancelled) return report;
  } while (!report.picture_changed && !report.done());
  solver->read(answer_);
  sketched_ = true;
  report.stop = StopReason::out_of_budget;
  report.picture_changed = true;
  report.progress = 0;
  return report;
}

Report Layer::iterate(const Budget& budget) {
  if (!loaded_) {
    if (wants_sketch(budget)) return sketch(budget);
    open();
    give_settings();
    if (budget.mode == Budget::Mode::interactive) distance_.find_areas();  // the first stroke is to come
    HintPatch all = deviations(whole(), true);
    if (once_)
      for (Plane<float>* plane : {&strokes_.hint_a, &strokes_.hint_b, &strokes_.hint_strength}) *plane = {};
    Problem problem{strokes_.lightness,           std::move(all.hint_a), std::move(all.hint_b),
                    std::move(all.hint_strength), std::move(all.cuts),   pull()};
    solver_->load(std::move(problem));
    loaded_ = true;
  }
  const Report report = solver_->iterate(budget);
  done_ = report.done();
  ready_ |= done_;
  if (is_region() && (report.picture_changed || answer_.empty())) solver_->read(answer_);
  return report;
}

// Pixel for pixel.
void Layer::lay_pixels_over(Chroma& picture, const Rect& window, const Rect& bounds) const {
  const Rect common = intersect(window, bounds);
  const float below = base_ ? 1 : 0;
  for (int y = common.y0; y < common.y1; ++y) {
    const auto from = [&](const auto& plane) { return plane.row(y - bounds.y0) + (common.x0 - bounds.x0); };
    const auto to = [&](Plane<float>& plane) { return plane.row(y - window.y0) + (common.x0 - window.x0); };
    const std::uint8_t* mask = from(mask_);
    const float *a = from(answer_.a), *b = from(answer_.b);
    float *to_a = to(picture.a), *to_b = to(picture.b);
    for (int x = 0; x < common.width(); ++x) {
      if (!(mask[x] & region_inside)) continue;
      to_a[x] = below * to_a[x] + a[x];
      to_b[x] = below * to_b[x] + b[x];
    }
  }
}

void Layer::lay_over(Chroma& picture, const Rect& window, const Rect& bounds) const {
  const Rect common = intersect(window, bounds);
  if (common.empty() || answer_.empty()) return;
  const int width = picture.a.width(), height = picture.a.height();
  const float pixel_width = static_cast<float>(window.width()) / width;
  const float pixel_height = static_cast<float>(window.height()) / height;
  if (pixel_width == 1 && pixel_height == 1 && answer_.a.same_size(mask_))
    return lay_pixels_over(picture, window, bounds);
  const float scale_x = static_cast<float>(answer_.a.width()) / bounds.width();
  const float scale_y = static_cast<float>(answer_.a.height()) / bounds.height();
  const bool adds = base_ != nullptr;
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
          const float px = window.x0 + (x + (i + 0.5f) / across) * pixel_width - bounds.x0;
          const float py = window.y0 + (y + (j + 0.5f) / down) * pixel_height - bounds.y0;
          const int u = static_cast<int>(std::floor(px)), v = static_cast<int>(std::floor(py));
          if (u < 0 || v < 0 || u >= bounds.width() || v >= bounds.height() || !inside(u, v)) continue;
          a += value_at(answer_.a, px * scale_x, py * scale_y);
          b += value_at(answer_.b, px * scale_x, py * scale_y);
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
