#include "editor/document/rasterise.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <utility>

#include "editor/document/brush_coverage.h"
#include "editor/document/exact_lines.h"

namespace handtint {
namespace {

constexpr float full_strength = 100;  // Problem::hint_strength of a stroke of strength 1

// --- Strokes, bottom to top

struct PlacedStroke {
  const Stroke& stroke;
  Rect bounds;
  HintColour hint;
  std::uint64_t region_id;  // of a limited stroke
};

template <class F>
void each_stroke(const Painting& painting, const Rect& rect, F&& f) {
  for (const SharedStroke& stroke : painting.strokes) {
    if (!stroke->hidden && !intersect(stroke.bounds(), rect).empty())
      f(PlacedStroke{*stroke, stroke.bounds(), stroke.hint(), stroke.region_id()});
  }
  if (const Stroke* now = painting.in_progress) {
    f(PlacedStroke{*now, bounds(*now), hint_colour(*now), now->limited() ? region_id(now->region) : 0});
  }
}

// Calls f(Span) for what a stroke's brush covers inside the rectangle, its region respected.
template <class F>
void each_span(const PlacedStroke& placed, const Rect& rect, Coverage& coverage, F&& f) {
  const Stroke& stroke = placed.stroke;
  coverage.reset(intersect(placed.bounds, rect));
  cover_brush(stroke.points, coverage);
  if (stroke.region.empty()) {
    coverage.each(f);
  } else {
    RegionRows region(stroke.region);
    coverage.each([&](const Span& span) { region.clip(span, f); });
  }
}

// a and b of 8-bit colours; masks hold few of them.
class AbCache {
 public:
  Ab of(Rgb8 colour) {
    const std::uint32_t key = (colour.r << 16 | colour.g << 8 | colour.b) + 1u;
    if (entries_.empty()) entries_.resize(size);
    Entry& entry = entries_[key * 2654435761u >> 22];
    if (entry.key != key) {
      const Lab lab = lab_from_srgb({colour.r / 255.0f, colour.g / 255.0f, colour.b / 255.0f});
      entry = {key, {lab.a, lab.b}};
    }
    return entry.ab;
  }

 private:
  static constexpr std::size_t size = 1024;  // 10 bits of the hash
  struct Entry {
    std::uint32_t key = 0;
    Ab ab;
  };
  std::vector<Entry> entries_;
};

Ab own_ab(const Photo& photo, int x, int y) {
  return photo.a.empty() ? Ab{} : Ab{photo.a(x, y), photo.b(x, y)};
}

// As a mask shows it.
Rgb8 own_codes(const Photo& photo, int x, int y, Ab ab) {
  return codes_of(srgb_from_lab({photo.lightness(x, y), ab.a, ab.b}));
}

void require_size(const StrokeMask& mask, const Photo& photo) {
  if (mask.width() != photo.width() || mask.height() != photo.height()) {
    throw std::invalid_argument("the imported mask has another size than the photo");
  }
}

void paint_mask(const StrokeMask& mask, const Photo& photo, const Rect& rect, HintPatch& patch) {
  AbCache cache;
  for (int y = rect.y0; y < rect.y1; ++y) {
    const std::uint8_t* drawn = mask.drawn.row(y);
    const Rgb8* colour = mask.colour.row(y);
    for (int x = rect.x0; x < rect.x1; ++x) {
      if (!drawn[x]) continue;
      const Ab ab = drawn[x] == StrokeMask::keeps_own_colour ? own_ab(photo, x, y) : cache.of(colour[x]);
      patch.hint_a(x - rect.x0, y - rect.y0) = ab.a;
      patch.hint_b(x - rect.x0, y - rect.y0) = ab.b;
      patch.hint_strength(x - rect.x0, y - rect.y0) = full_strength;
    }
  }
}

void paint_stroke(const PlacedStroke& placed, const Photo& photo, const Span& span, HintPatch& patch) {
  const Rect& rect = patch.rect;
  if (span.y < rect.y0 || span.y >= rect.y1) return;
  const int x0 = std::max(span.x0, rect.x0), x1 = std::min(span.x1, rect.x1);
  if (x0 >= x1) return;
  float* a = patch.hint_a.row(span.y - rect.y0) - rect.x0;
  float* b = patch.hint_b.row(span.y - rect.y0) - rect.x0;
  float* strength = patch.hint_strength.row(span.y - rect.y0) - rect.x0;
  const StrokeKind kind = placed.stroke.kind;
  if (kind == StrokeKind::protect && !photo.a.empty()) {
    std::copy(photo.a.row(span.y) + x0, photo.a.row(span.y) + x1, a + x0);
    std::copy(photo.b.row(span.y) + x0, photo.b.row(span.y) + x1, b + x0);
  } else if (placed.hint.natural) {
    const float* lightness = photo.lightness.row(span.y);
    for (int x = x0; x < x1; ++x) {
      const Ab ab = placed.hint.at(lightness[x]);
      a[x] = ab.a;
      b[x] = ab.b;
    }
  } else {
    std::fill(a + x0, a + x1, placed.hint.ab.a);
    std::fill(b + x0, b + x1, placed.hint.ab.b);
  }
  const float value = kind == StrokeKind::erase     ? 0
                      : kind == StrokeKind::protect ? full_strength
                                                    : full_strength * placed.stroke.strength;
  std::fill(strength + x0, strength + x1, value);
}

void cut_barrier(const Stroke& barrier, const Rect& rect, const Photo& photo, Plane<std::uint8_t>& cuts) {
  const StrokePoint* last = nullptr;
  for (const StrokePoint& p : barrier.points) {
    if (!finite(p)) continue;
    if (last) cut_along(on_grid(last->x, last->y), on_grid(p.x, p.y), rect, photo.width(), photo.height(), cuts);
    last = &p;
  }
}

// Opens every edge that begins or ends in the span.
void uncut(const Span& span, const Rect& rect, Plane<std::uint8_t>& cuts) {
  const auto clear = [&](int x, int y, int bits) {
    if (x < rect.x0 || x >= rect.x1 || y < rect.y0 || y >= rect.y1) return;
    cuts(x - rect.x0, y - rect.y0) &= static_cast<std::uint8_t>(~bits);
  };
  for (int x = span.x0; x < span.x1; ++x) {
    clear(x, span.y, cut_east | cut_south | cut_south_east | cut_south_west);
    for (const Neighbour& n : neighbours) clear(x - n.dx, span.y - n.dy, n.bit);
  }
}

Rect grown(const Rect& rect) {
  return {rect.x0 - 1, rect.y0 - 1, rect.x1 + 1, rect.y1 + 1};
}

Rect whole(const Photo& photo) {
  return {0, 0, photo.width(), photo.height()};
}

// Hints and cuts of the strokes that may speak; calls on_span(stroke, span) for what each of them covers.
template <class MaySpeak, class OnSpan>
HintPatch draw(const Painting& painting, const Rect& rect, bool with_cuts, MaySpeak may_speak, OnSpan on_span) {
  const Photo& photo = painting.photo;
  HintPatch patch;
  patch.rect = rect;
  patch.hint_a = Plane<float>::sparse(rect.width(), rect.height());
  patch.hint_b = Plane<float>::sparse(rect.width(), rect.height());
  patch.hint_strength = Plane<float>::sparse(rect.width(), rect.height());
  if (with_cuts) patch.cuts = Plane<std::uint8_t>(rect.width(), rect.height());
  if (painting.imported) paint_mask(*painting.imported, photo, rect, patch);
  Coverage coverage;
  each_stroke(painting, grown(rect), [&](const PlacedStroke& placed) {
    const Stroke& stroke = placed.stroke;
    if (!may_speak(placed)) return;
    if (stroke.kind == StrokeKind::barrier) {
      if (with_cuts) cut_barrier(stroke, rect, photo, patch.cuts);
      return;
    }
    const bool opens = with_cuts && stroke.kind == StrokeKind::erase;
    each_span(placed, opens ? grown(rect) : rect, coverage, [&](const Span& span) {
      paint_stroke(placed, photo, span, patch);
      if (opens) uncut(span, rect, patch.cuts);
      on_span(placed, span);
    });
  });
  return patch;
}
template <class MaySpeak>
HintPatch draw(const Painting& painting, const Rect& rect, bool with_cuts, MaySpeak may_speak) {
  return draw(painting, rect, with_cuts, may_speak, [](const PlacedStroke&, const Span&) {});
}

// --- Regions

struct RegionOutline {
  std::uint64_t id;
  std::span<const Point> polygon;
};

// In the order of the last stroke in each: where regions overlap, the one painted last lies on top.
std::vector<RegionOutline> outlines_of(const Painting& painting) {
  std::vector<RegionOutline> outlines;  // topmost first
  const auto add = [&](std::uint64_t id, std::span<const Point> polygon) {
    for (const RegionOutline& known : outlines)
      if (known.id == id) return;
    if (!intersect(bounds(polygon), whole(painting.photo)).empty()) outlines.push_back({id, polygon});
  };
  if (!painting.lasso.empty()) add(region_id(painting.lasso), painting.lasso);
  if (const Stroke* now = painting.in_progress; now && now->limited()) add(region_id(now->region), now->region);
  for (auto stroke = painting.strokes.rbegin(); stroke != painting.strokes.rend(); ++stroke)
    if ((*stroke)->limited() && !(*stroke)->hidden) add(stroke->region_id(), (*stroke)->region);
  return {outlines.rbegin(), outlines.rend()};
}

// The last of `outlines`, lowest first. In a region speaks what may speak there: unlimited strokes, those limited to
// it, and those of regions below, which else would be hidden. Those of regions above speak there, and only there.
RegionPatch draw_region(const Painting& painting, std::span<const RegionOutline> outlines, const Rect& rect,
                        bool with_cuts) {
  const Photo& photo = painting.photo;
  const RegionOutline& outline = outlines.back();
  RegionPatch patch;
  patch.id = outline.id;
  patch.bounds = intersect(bounds(outline.polygon), whole(photo));
  patch.rect = intersect(rect, patch.bounds);
  if (patch.rect.empty()) {
    patch.rect = {};
    return patch;
  }
  const Rect& part = patch.rect;
  patch.mask = Plane<std::uint8_t>(part.width(), part.height());
  const auto may_speak = [&](const PlacedStroke& placed) {
    const auto is_its = [&](const RegionOutline& known) { return known.id == placed.region_id; };
    return !placed.stroke.limited() || std::any_of(outlines.begin(), outlines.end(), is_its);
  };
  const auto note_owner = [&](const PlacedStroke& placed, const Span& span) {
    if (span.y < part.y0 || span.y >= part.y1) return;
    const bool own = placed.stroke.limited() && placed.region_id == outline.id;
    const int x0 = std::max(span.x0, part.x0), x1 = std::min(span.x1, part.x1);
    if (x0 < x1) std::fill_n(patch.mask.row(span.y - part.y0) + x0 - part.x0, x1 - x0, own ? region_own : 0);
  };
  HintPatch hints =
      draw(painting, part, with_cuts || (patch.complete() && has_cuts(painting.strokes)), may_speak, note_owner);
  patch.cuts = std::move(hints.cuts);

  // Outside nothing speaks.
  Plane<float> strength = std::exchange(hints.hint_strength, Plane<float>(part.width(), part.height()));
  Plane<std::uint8_t> mask = std::exchange(patch.mask, Plane<std::uint8_t>(part.width(), part.height()));
  RegionRows rows(outline.polygon);
  for (int y = part.y0; y < part.y1; ++y)
    rows.clip({y, part.x0, part.x1}, [&](const Span& span) {
      const int row = y - part.y0;
      for (int x = span.x0 - part.x0; x < span.x1 - part.x0; ++x) {
        patch.mask(x, row) = static_cast<std::uint8_t>(mask(x, row) | region_inside);
        hints.hint_strength(x, row) = strength(x, row);
      }
    });
  patch.hint_a = std::move(hints.hint_a);
  patch.hint_b = std::move(hints.hint_b);
  patch.hint_strength = std::move(hints.hint_strength);
  if (part == whole(photo)) {
    patch.lightness = photo.lightness;
  } else if (patch.complete()) {
    Plane<float> lightness(part.width(), part.height());
    for (int y = part.y0; y < part.y1; ++y)
      std::copy_n(photo.lightness.row(y) + part.x0, part.width(), lightness.row(y - part.y0));
    patch.lightness = std::move(lightness);
  }
  return patch;
}

}  // namespace

HintPatch rasterise(const Painting& painting, Rect rect, bool with_cuts, bool only_regions) {
  const Photo& photo = painting.photo;
  if (painting.imported) require_size(*painting.imported, photo);
  HintPatch patch;
  rect = intersect(rect, whole(photo));
  if (rect.empty()) return patch;
  if (!only_regions)
    patch = draw(painting, rect, with_cuts, [](const PlacedStroke& placed) { return !placed.stroke.limited(); });
  patch.rect = rect;
  const std::vector<RegionOutline> outlines = outlines_of(painting);
  for (std::size_t i = 0; i < outlines.size(); ++i)
    patch.regions.push_back(draw_region(painting, {outlines.begin(), outlines.begin() + i + 1}, rect, with_cuts));
  return patch;
}

bool has_cuts(const StrokeList& strokes) {
  return std::any_of(strokes.begin(), strokes.end(),
                     [](const SharedStroke& stroke) { return stroke->cuts() && !stroke->hidden; });
}

StrokeMask mask_from_strokes(const Painting& painting, bool flat, const CoveredPixels& covers) {
  const Photo& photo = painting.photo;
  StrokeMask mask = painting.imported ? *painting.imported : StrokeMask(photo.width(), photo.height());
  require_size(mask, photo);
  for (int y = 0; y < mask.height(); ++y)
    for (int x = 0; x < mask.width(); ++x)
      if (mask.drawn(x, y) == StrokeMask::keeps_own_colour) {
        mask.colour(x, y) = own_codes(photo, x, y, own_ab(photo, x, y));
        mask.drawn(x, y) = 1;
      }
  const Rect all = whole(photo);
  Coverage coverage;
  each_stroke(painting, all, [&](const PlacedStroke& placed) {
    const Stroke& stroke = placed.stroke;
    if (stroke.kind == StrokeKind::barrier) return;
    each_span(placed, all, coverage, [&](const Span& span) {
      const Rgb8 chosen = stroke.kind == StrokeKind::colour ? codes_of(stroke.colour) : Rgb8{};
      for (int x = span.x0; x < span.x1; ++x) {
        Rgb8 colour = chosen;
        if (stroke.kind == StrokeKind::neutral || stroke.kind == StrokeKind::protect) {
          const Ab ab = stroke.kind == StrokeKind::protect ? own_ab(photo, x, span.y) : Ab{};
          colour = own_codes(photo, x, span.y, ab);
        } else if (placed.hint.natural && !flat) {
          const float L = photo.lightness(x, span.y);
          colour = codes_of(lit_colour(L, placed.hint.at(L)));
        }
        mask.colour(x, span.y) = colour;
        mask.drawn(x, span.y) = stroke.kind != StrokeKind::erase;
      }
      if (covers) covers(stroke, span.y, span.x0, span.x1);
    });
  });
  return mask;
}

}  // namespace handtint
