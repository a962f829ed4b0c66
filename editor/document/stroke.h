// Strokes: what a person draws, as vectors. The hints and barriers that the solver sees are derived from them
// (rasterise.h).
//
// Coordinates are photo pixels, float; the pixel (i, j) covers [i, i+1) x [j, j+1), its centre is (i + 0.5, j + 0.5).
// Points may lie outside the photo. Strokes know no photo, no files and no undo.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "editor/files/stroke_mask.h"
#include "solver/lab.h"
#include "solver/plane.h"

namespace handtint {

enum class StrokeKind {
  colour,   // carries a colour
  neutral,  // keep grey: a hint of a = b = 0
  protect,  // keep the photo's own colour: a hard hint of its a, b
  barrier,  // colour does not cross the centre line; no hint, no width
  erase,    // takes away the parts of older strokes (and of the imported mask) under it
};

std::string_view name_of(StrokeKind kind);  // "colour", "neutral", "protect", "barrier", "erase"
std::optional<StrokeKind> stroke_kind_from_name(std::string_view name);

struct Point {
  float x = 0, y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

// A round dab; between two dabs the brush goes straight and its radius changes evenly. Pen pressure and smoothing are
// in here already.
struct StrokePoint {
  float x = 0, y = 0, radius = 1;
  friend bool operator==(const StrokePoint&, const StrokePoint&) = default;
};

struct Ab {
  float a = 0, b = 0;
  friend bool operator==(const Ab&, const Ab&) = default;
};

// What a colour asks of the pixels that it is painted on. An exact one asks for its a and b everywhere; the chroma of a
// natural one follows the photo's light. The same surface in less light sends less of every wavelength: XYZ falls by
// one factor, and L + 16, a and b of CIE Lab fall together (above L = 8). Highlights and light from all around hold
// against that, so in photos chroma goes half of the way: it is multiplied by the harmonic mean of 1 and
// (L + 16) / (L of the colour + 16), which of several laws came closest on colour photos, in shade and in light. Never
// more than doubled.
struct HintColour {
  Ab ab;
  float lightness = 0;  // CIE L at which a natural colour is itself
  bool natural = false;

  Ab at(float L) const {
    if (!natural) return ab;
    const float gain = 2 * (L + 16) / (L + lightness + 32);
    return {gain * ab.a, gain * ab.b};
  }
};

using StrokeId = std::uint64_t;  // 0 = not yet in a document

// A stroke on a frame of a film.
struct StrokeOrigin {
  int frame = 0;
  StrokeId id = 0;  // in that frame's document
  friend auto operator<=>(const StrokeOrigin&, const StrokeOrigin&) = default;
};

struct Stroke {
  StrokeId id = 0;
  StrokeKind kind = StrokeKind::colour;
  Rgb colour;            // gamma-encoded sRGB, 0..1; means something for `colour` only
  bool natural = false;  // the colour is a HintColour of that kind; means something for `colour` only
  float strength = 1;    // 0 .. 10; Problem::hint_strength is 100 times this. Not used by protect, barrier and erase.
  std::vector<StrokePoint> points;
  // Closed polygon: the stroke changes the picture inside it only. Empty = no limit. Not used by barriers; an erase
  // stroke takes away nothing outside it.
  std::vector<Point> region;
  std::optional<int> frame;  // of a film; none = a photo
  // The stroke on another frame that it takes over from: from here on, away from there, it is carried instead of that
  // one (film/carried_strokes.h). A hidden one ends it.
  std::optional<StrokeOrigin> of;
  // Suggested by the reference photo: the place in it, 0..1 across and down, that has the colour. None once a person
  // has said the colour, or painted the stroke.
  std::optional<Point> source;
  StrokeId thing = 0;   // strokes of one number are one thing (things.h); 0 = alone, or with those of its region
  std::string name;     // of its thing, as a person gave it; mostly empty
  bool hidden = false;  // is kept, and does nothing
  std::string foreign;  // JSON object text of members that this version does not know (session.h), mostly empty

  bool paints() const { return kind != StrokeKind::barrier && kind != StrokeKind::erase; }
  bool cuts() const { return kind == StrokeKind::barrier; }
  bool limited() const { return paints() && !region.empty(); }  // speaks in its region alone
};

// Limits that every stroke in a document keeps; empty if all is well, else one sentence naming the field.
inline constexpr float max_coordinate = 1e6f;
inline constexpr float max_radius = 1e5f;
inline constexpr float max_stroke_strength = 10.0f;
inline constexpr std::size_t max_points_per_stroke = 1'000'000;
inline constexpr std::size_t max_name_bytes = 200;  // without control characters
std::string validate(const Stroke& stroke);
std::string validate(std::span<const Point> region);

// One in the place of the other leaves the picture as it is: they differ at most in what they are called.
bool act_alike(const Stroke& p, const Stroke& q);

HintColour hint_colour(Rgb colour, bool natural);
Rgb lit_colour(float lightness, Ab ab);        // less colourful where sRGB cannot show it
HintColour hint_colour(const Stroke& stroke);  // grey if its kind is not `colour`

// Pixels whose hint or cuts the stroke can change: brush, centre line of a barrier and region, with a pixel to spare.
// Not clipped to any photo; empty for a stroke without points.
Rect bounds(const Stroke& stroke);

// The pixels that a region's outline bounds, with one to spare. Not clipped to any photo.
Rect bounds(std::span<const Point> region);

// Equal for equal outlines.
std::uint64_t region_id(std::span<const Point> region);

// Does the brush of the stroke (its centre line, for a barrier) come within `reach` pixels of the place?
bool hit(const Stroke& stroke, Point place, float reach = 0);

// Does the brush of the stroke meet what `inside` says of places? Looked for at steps of half the brush.
bool touches(const Stroke& stroke, const std::function<bool(Point)>& inside);

void move(Stroke& stroke, float dx, float dy);  // points and region
// A neutral or protect stroke becomes a colour stroke; barrier and erase stay. The colour is a person's. It stays
// natural or exact, if that is not said.
void recolour(Stroke& stroke, Rgb colour, std::optional<bool> natural = {});

std::uint8_t code_of(float channel);  // 8-bit sRGB, clipped
Rgb8 codes_of(Rgb colour);
bool same_colour(Rgb p, Rgb q);  // equal as 8-bit sRGB

// A stroke that no longer changes, with what follows from it computed once. Copies share it: the document, its history
// and the threads that read it. Never null.
class SharedStroke {
 public:
  explicit SharedStroke(Stroke stroke);

  const Stroke& operator*() const { return node_->stroke; }
  const Stroke* operator->() const { return &node_->stroke; }
  const Rect& bounds() const { return node_->bounds; }
  const HintColour& hint() const { return node_->hint; }
  std::uint64_t region_id() const { return node_->region_id; }  // of a limited stroke

  friend bool operator==(const SharedStroke& p, const SharedStroke& q) {
    return p.node_ == q.node_;
  }  // the same object

 private:
  struct Node {
    Stroke stroke;
    Rect bounds;
    HintColour hint;
    std::uint64_t region_id;
  };
  std::shared_ptr<const Node> node_;
};

using StrokeList = std::vector<SharedStroke>;  // oldest first; later strokes lie over earlier ones

const Stroke* find(const StrokeList& strokes, StrokeId id);  // null if there is none; for as long as the list has it

// Even-odd rule.
bool inside_polygon(std::span<const Point> polygon, Point place);

// The topmost stroke at a place, for selecting; none if nothing is there, or it was erased there. None is hidden.
std::optional<StrokeId> topmost_at(const StrokeList& strokes, Point place, float reach);

}  // namespace handtint
