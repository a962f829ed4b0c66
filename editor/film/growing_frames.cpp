#include "editor/film/growing_frames.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "editor/document/rasterise.h"

namespace handtint {
namespace {

constexpr std::size_t kept_bytes = std::size_t{128} << 20;
constexpr float drawn_by = 0.55f, follows_from = 0.4f;  // shares of a step: the stroke is whole, its colour begins

// Not where strokes get another name, or come and go hidden.
bool is_seen(const StrokeSwap& swap) {
  const auto hidden = [](const std::optional<SharedStroke>& stroke) { return !stroke || (*stroke)->hidden; };
  if (hidden(swap.before) && hidden(swap.after)) return false;
  return !(swap.before && swap.after && act_alike(**swap.before, **swap.after));
}

bool is_seen(const Edit& edit) {
  return edit.settings || edit.coat || edit.finish || edit.imported ||
         std::any_of(edit.strokes.begin(), edit.strokes.end(), [](const StrokeSwap& swap) { return is_seen(swap); });
}

// With a history that leads to all there is from a bare photo, at its beginning.
DocumentState from_the_beginning(DocumentState state) {
  std::vector<EditPtr> history(state.history.begin(),
                               state.history.begin() + static_cast<std::ptrdiff_t>(state.position));
  for (std::size_t i = history.size(); i-- > 0;) apply(*history[i], false, state);
  std::vector<EditPtr> before;
  if (state.imported)
    before.push_back(std::make_shared<const Edit>(Edit{.imported = Swap<ImportedMask>{nullptr, state.imported}}));
  for (std::size_t i = 0; i < state.strokes.size(); ++i)
    before.push_back(std::make_shared<const Edit>(Edit{.strokes = {{i, std::nullopt, state.strokes[i]}}}));
  state.strokes.clear();
  state.imported.reset();
  state.position = 0;
  state.history = std::move(before);
  state.history.insert(state.history.end(), history.begin(), history.end());
  return state;
}

float length(const std::vector<StrokePoint>& points) {
  float sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i)
    sum += std::hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y);
  return sum;
}

// So much of a path, 0..1 of its length.
std::vector<StrokePoint> beginning(const std::vector<StrokePoint>& points, float share) {
  float left = share * length(points);
  std::vector<StrokePoint> part(points.begin(), points.begin() + 1);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const StrokePoint &p = points[i - 1], &q = points[i];
    const float step = std::hypot(q.x - p.x, q.y - p.y);
    if (step > left) {
      const float t = left / step;
      part.push_back({p.x + t * (q.x - p.x), p.y + t * (q.y - p.y), p.radius + t * (q.radius - p.radius)});
      break;
    }
    part.push_back(q);
    left -= step;
  }
  return part;
}

// A stroke as a person sees it: what carries no colour has the colour of its meaning.
std::optional<Rgb> shown_colour(const Stroke& stroke) {
  switch (stroke.kind) {
    case StrokeKind::colour:
      return stroke.colour;
    case StrokeKind::neutral:
      return Rgb{0.5f, 0.5f, 0.5f};
    case StrokeKind::protect:
      return Rgb{1, 1, 1};
    case StrokeKind::barrier:
      return Rgb{0.1f, 0.1f, 0.1f};
    case StrokeKind::erase:
      break;
  }
  return std::nullopt;
}

float smooth(float x) {
  const float t = std::clamp(x, 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

void blend_into(Plane<float>& plane, int x, int y, float value, float opacity) {
  plane(x, y) += opacity * (value - plane(x, y));
}

}  // namespace

GrowingFrames::GrowingFrames(Photo photo, DocumentState state, CoatSource coat, int frames, double seconds,
                             RenderOptions rendering, std::function<bool()> keep_going)
    : photo_(std::move(photo)),
      grey_{photo_.lightness,
            {Plane<float>(photo_.width(), photo_.height()), Plane<float>(photo_.width(), photo_.height())}},
      state_(from_the_beginning(std::move(state))),
      coat_(std::move(coat)),
      frames_(frames),
      rendering_(std::move(rendering)),
      keep_going_(std::move(keep_going)) {
  lay_out(seconds);
  const std::size_t bytes = std::max<std::size_t>(1, 2 * sizeof(float) * photo_.lightness.size());
  most_made_ = std::clamp<std::size_t>(kept_bytes / bytes, 2, 32);
}

// The photo and the coat have their time, the strokes share the rest by their length.
void GrowingFrames::lay_out(double seconds) {
  const double grey = std::min(0.8, 0.15 * seconds), coat = state_.coat.wanted() ? std::min(1.2, 0.2 * seconds) : 0;
  steps_ = {{grey / seconds, 0, nullptr}};
  if (coat > 0) steps_.push_back({(grey + coat) / seconds, 0, nullptr});
  const double side = std::max(photo_.width(), photo_.height());
  std::vector<double> shares;
  double sum = 0;
  for (std::size_t i = 0; i < state_.history.size(); ++i) {
    const Edit& edit = *state_.history[i];
    if (!is_seen(edit)) continue;
    double share = 0.5;
    for (const StrokeSwap& swap : edit.strokes)
      if (swap.after && !swap.before) share += std::min(1.5, static_cast<double>(length((*swap.after)->points)) / side);
    shares.push_back(sum += std::min(share, 3.0));
    steps_.push_back({0, i + 1, &edit});
  }
  const double begun = steps_[steps_.size() - shares.size() - 1].until;
  for (std::size_t i = 0; i < shares.size(); ++i)
    steps_[steps_.size() - shares.size() + i].until = begun + (1 - begun) * shares[i] / sum;
  steps_.back().until = 1;
}

const Chroma* GrowingFrames::picture_after(std::size_t step) {
  if (step == 0) return &grey_.chroma;
  for (const Made& made : made_)
    if (made.step == step) return &made.chroma;
  for (; state_.position < steps_[step].position; ++state_.position)
    apply(*state_.history[state_.position], true, state_);
  for (; state_.position > steps_[step].position; --state_.position)
    apply(*state_.history[state_.position - 1], false, state_);
  Rendered rendered =
      render(photo_, state_, coat_, rendering_, [&](float, std::string_view) { return !keep_going_ || keep_going_(); });
  if (rendered.cancelled()) return nullptr;
  if (made_.size() == most_made_) made_.erase(made_.begin());
  made_.push_back({step, std::move(rendered.chroma)});
  return &made_.back().chroma;
}

std::optional<LabPicture> GrowingFrames::frame(int n) {
  const double time = (n + 1.0) / frames_;
  std::size_t at = 0;
  while (at + 1 < steps_.size() && steps_[at].until < time - 1e-9) ++at;
  const Step& step = steps_[at];
  if (at == 0) return grey_;
  const double begun = steps_[at - 1].until;
  const float phase = step.until > begun ? static_cast<float>((time - begun) / (step.until - begun)) : 1;
  const float drawn = step.edit ? phase / drawn_by : 0,
              followed = smooth(step.edit ? (phase - follows_from) / (1 - follows_from) : phase);
  LabPicture picture = grey_;
  const auto add = [&](const Chroma& chroma, float weight) {
    for (std::size_t i = 0; i < chroma.a.size(); ++i) {
      picture.chroma.a.data()[i] += weight * chroma.a.data()[i];
      picture.chroma.b.data()[i] += weight * chroma.b.data()[i];
    }
  };
  if (followed < 1) {
    const Chroma* before = picture_after(at - 1);
    if (!before) return std::nullopt;
    add(*before, 1 - followed);
  }
  if (followed > 0) {
    const Chroma* after = picture_after(at);
    if (!after) return std::nullopt;
    add(*after, followed);
  }
  if (step.edit) draw(*step.edit, std::min(drawn, 1.0f), 1 - followed, picture);
  return picture;
}

void GrowingFrames::draw(const Edit& edit, float share, float opacity, LabPicture& picture) const {
  if (opacity <= 0) return;
  for (const StrokeSwap& swap : edit.strokes) {
    if (!swap.after || (*swap.after)->hidden || !is_seen(swap)) continue;
    Stroke stroke = **swap.after;
    if (!swap.before) stroke.points = beginning(stroke.points, share);
    draw(stroke, opacity, picture);
  }
  if (!edit.imported || !edit.imported->after) return;
  const StrokeMask& mask = *edit.imported->after;
  for (int y = 0; y < mask.height(); ++y)
    for (int x = 0; x < mask.width(); ++x) {
      if (mask.drawn(x, y) != 1) continue;
      const Rgb8 c = mask.colour(x, y);
      const Lab lab = lab_from_srgb({c.r / 255.0f, c.g / 255.0f, c.b / 255.0f});
      blend_into(picture.lightness, x, y, lab.L, opacity);
      blend_into(picture.chroma.a, x, y, lab.a, opacity);
      blend_into(picture.chroma.b, x, y, lab.b, opacity);
    }
}

void GrowingFrames::draw(const Stroke& stroke, float opacity, LabPicture& picture) const {
  const std::optional<Rgb> colour = shown_colour(stroke);
  if (!colour) return;
  Stroke seen;
  seen.points = stroke.points;
  const SharedStroke shared(std::move(seen));
  const HintPatch covered = rasterise({photo_, {shared}}, shared.bounds(), false);
  const Lab lab = lab_from_srgb(*colour);
  for (int y = covered.rect.y0; y < covered.rect.y1; ++y)
    for (int x = covered.rect.x0; x < covered.rect.x1; ++x) {
      if (covered.hint_strength(x - covered.rect.x0, y - covered.rect.y0) <= 0) continue;
      blend_into(picture.lightness, x, y, lab.L, opacity);
      blend_into(picture.chroma.a, x, y, lab.a, opacity);
      blend_into(picture.chroma.b, x, y, lab.b, opacity);
    }
}

}  // namespace handtint
