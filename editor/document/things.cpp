#include "editor/document/things.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "solver/tr.h"

namespace handtint {
namespace {

// --- which strokes belong together

StrokeId thing_id(const SharedStroke& stroke, std::unordered_map<std::uint64_t, StrokeId>& by_region) {
  if (stroke->thing != 0) return stroke->thing;
  return stroke->limited() ? by_region.try_emplace(stroke.region_id(), stroke->id).first->second : stroke->id;
}

void add(Thing& thing, const Stroke& stroke) {
  const bool first = thing.strokes.empty(), colours = stroke.kind == StrokeKind::colour;
  thing.strokes.push_back(stroke.id);
  thing.hidden = (first || thing.hidden) && stroke.hidden;
  if (first || colours) thing.kind = stroke.kind;
  if (thing.name.empty()) thing.name = stroke.name;
  if (!thing.has_strength && (colours || stroke.kind == StrokeKind::neutral)) {
    thing.has_strength = true;
    thing.strength = stroke.strength;
  }
  const auto is_its = [&](Rgb known) { return same_colour(known, stroke.colour); };
  if (colours && std::none_of(thing.colours.begin(), thing.colours.end(), is_its))
    thing.colours.push_back(stroke.colour);
}

// --- what they are called

// By hue, chroma and lightness (CIE Lab), for colours that no palette knows.
const char* colour_word(Rgb colour) {
  const Lab lab = lab_from_srgb(colour);
  const float chroma = std::hypot(lab.a, lab.b);
  float hue = std::atan2(lab.b, lab.a) * 180 / std::numbers::pi_v<float>;
  if (hue < 0) hue += 360;
  if (chroma < 8) return tr("Grey");
  const bool warm = hue >= 42 && hue < 95;
  if (warm && lab.L >= 60 && chroma < 30) return tr("Beige");
  if (warm && (chroma < 30 || (lab.L < 50 && chroma < 65))) return tr("Brown");
  struct Hue {
    float end;
    const char* word;
  };
  const std::array hues{Hue{20, lab.L > 60 ? tr("Pink") : tr("Red")},
                        Hue{48, tr("Red")},
                        Hue{78, tr("Orange")},
                        Hue{110, tr("Yellow")},
                        Hue{170, tr("Green")},
                        Hue{225, tr("Turquoise")},
                        Hue{307, tr("Blue")},
                        Hue{335, tr("Violet")},
                        Hue{361, tr("Pink")}};
  return std::find_if(hues.begin(), hues.end(), [hue](const Hue& h) { return hue < h.end; })->word;
}

std::string word_of(const Thing& thing, const Palette& own) {
  switch (thing.kind) {
    case StrokeKind::neutral:
      return tr("Grey");
    case StrokeKind::protect:
      // Translators: here and below, the name of something painted, in a list, with a number behind it
      return tr("Protected");
    case StrokeKind::barrier:
      return tr("Barrier");
    case StrokeKind::erase:
      return tr("Eraser");
    case StrokeKind::colour:
      break;
  }
  const Rgb colour = thing.colours.front();
  for (const Swatch& swatch : own.swatches)
    if (same_colour(swatch.colour, colour) && !swatch.name.empty() && swatch.name.front() != '#') return swatch.name;
  const std::string_view material = material_of(colour);
  return material.empty() ? colour_word(colour) : tr(std::string(material).c_str());
}

// A person's name, without what cannot be in one; cut between characters.
std::string clean(std::string_view name) {
  std::string clean;
  for (const char c : name)
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) clean += c;
  const auto edge = clean.find_first_not_of(' ');
  clean.erase(0, std::min(edge, clean.size()));
  if (clean.size() > max_name_bytes) {
    std::size_t end = max_name_bytes;
    while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xc0) == 0x80) --end;
    clean.resize(end);
  }
  clean.erase(clean.find_last_not_of(' ') + 1);
  return clean;
}

}  // namespace

std::vector<Thing> things_of(const DocumentState& state) {
  std::vector<Thing> things;
  std::unordered_map<StrokeId, std::size_t> places;
  std::unordered_map<std::uint64_t, StrokeId> by_region;
  for (const SharedStroke& stroke : state.strokes) {
    const StrokeId id = thing_id(stroke, by_region);
    const auto [place, is_new] = places.try_emplace(id, things.size());
    if (is_new) things.push_back({.id = id});
    add(things[place->second], *stroke);
  }
  std::map<std::string, int> count;
  for (Thing& thing : things) {
    thing.named = !thing.name.empty();
    if (thing.named) continue;
    const std::string word = word_of(thing, state.palette);
    thing.name = word + " " + std::to_string(++count[word]);
  }
  std::reverse(things.begin(), things.end());
  return things;
}

Edit edit_of_grouping(const DocumentState& state, std::span<const StrokeId> ids) {
  const std::unordered_set<StrokeId> wanted(ids.begin(), ids.end());
  std::string name;
  std::size_t found = 0;
  for (const SharedStroke& stroke : state.strokes) {
    if (!wanted.contains(stroke->id)) continue;
    ++found;
    if (name.empty()) name = stroke->name;
  }
  const char* const label = tr_noop("Group");
  if (found < 2) return {.label = label};
  for (const Thing& thing : things_of(state)) {
    const auto is_in = [&](StrokeId id) { return wanted.contains(id); };
    if (thing.strokes.size() == found && std::all_of(thing.strokes.begin(), thing.strokes.end(), is_in))
      return {.label = label};  // it is one
  }
  return edit_of_each(state, ids, label, [&](Stroke& stroke) {
    stroke.thing = state.next_id;
    if (stroke.name.empty()) stroke.name = name;
    return true;
  });
}

Edit edit_of_ungrouping(const DocumentState& state, std::span<const StrokeId> ids) {
  std::unordered_set<StrokeId> alone;
  for (const Thing& thing : things_of(state))
    if (thing.strokes.size() == 1) alone.insert(thing.strokes.front());
  return edit_of_each(state, ids, tr_noop("Ungroup"), [&](Stroke& stroke) {
    if (alone.contains(stroke.id)) return false;
    stroke.thing = stroke.id;
    return true;
  });
}

Edit edit_of_naming(const DocumentState& state, std::span<const StrokeId> ids, std::string_view name) {
  const std::string wanted = clean(name);
  return edit_of_each(state, ids, tr_noop("Rename"),
                      [&](Stroke& stroke) { return std::exchange(stroke.name, wanted) != wanted; });
}

Edit edit_of_hiding(const DocumentState& state, std::span<const StrokeId> ids, bool hidden) {
  return edit_of_each(state, ids, hidden ? tr_noop("Hide") : tr_noop("Show"),
                      [&](Stroke& stroke) { return std::exchange(stroke.hidden, hidden) != hidden; });
}

Edit edit_of_limiting(const DocumentState& state, std::span<const StrokeId> ids, const std::vector<Point>& region) {
  return edit_of_each(state, ids, region.empty() ? tr_noop("Remove region") : tr_noop("Region"), [&](Stroke& stroke) {
    if (stroke.kind == StrokeKind::barrier || stroke.region == region) return false;
    stroke.region = region;
    return true;
  });
}

Palette joined(Palette palette, const Palette& more) {
  if (palette.swatches.empty()) return more;
  for (const Swatch& swatch : more.swatches) {
    const auto is_it = [&](const Swatch& known) { return same_colour(known.colour, swatch.colour); };
    if (std::none_of(palette.swatches.begin(), palette.swatches.end(), is_it)) palette.swatches.push_back(swatch);
  }
  return palette;
}

Palette palette_of_things(const DocumentState& state, std::string name) {
  Palette palette;
  const std::vector<Thing> things = things_of(state);
  for (auto thing = things.rbegin(); thing != things.rend(); ++thing) {
    const std::string word = thing->named || thing->colours.empty() ? thing->name : word_of(*thing, state.palette);
    Palette its;
    for (const Rgb& colour : thing->colours) its.swatches.push_back({word, colour});
    palette = joined(std::move(palette), its);
  }
  if (!palette.swatches.empty()) palette.name = std::move(name);
  return palette;
}

}  // namespace handtint
