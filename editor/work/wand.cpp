#include "editor/work/wand.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "solver/tr.h"

namespace handtint {
namespace {

constexpr float step_factor = 1.15f, least_extent = 0.02f, most_extent = 50;
constexpr double least_change = 0.1;  // of a thing's size, relative

// The smallest picture of the pyramid that has so many pixels; the photo itself if none has.
Plane<float> lightness_of(const LightnessPyramid& pyramid, double pixels) {
  int level = 0;
  while (level + 1 < pyramid.levels() &&
         static_cast<double>(pyramid.width(level + 1)) * pyramid.height(level + 1) >= pixels)
    ++level;
  const int width = pyramid.width(level), height = pyramid.height(level);
  const std::vector<std::uint16_t> codes = pyramid.window(level, {0, 0, width, height});
  Plane<float> lightness(width, height);
  std::transform(codes.begin(), codes.end(), lightness.begin(),
                 [](std::uint16_t c) { return 100.0f / 65535 * static_cast<float>(c); });
  return lightness;
}

// The connected part of the cells that holds this one.
Plane<std::uint8_t> part_with(const Plane<std::uint8_t>& cells, int cell) {
  Plane<std::uint8_t> part(cells.width(), cells.height());
  std::vector<int> open{cell};
  part.data()[cell] = 1;
  while (!open.empty()) {
    const int here = open.back(), x = here % cells.width(), y = here / cells.width();
    open.pop_back();
    for (int ny = std::max(y - 1, 0); ny <= std::min(y + 1, cells.height() - 1); ++ny)
      for (int nx = std::max(x - 1, 0); nx <= std::min(x + 1, cells.width() - 1); ++nx)
        if (cells(nx, ny) && !std::exchange(part(nx, ny), std::uint8_t{1})) open.push_back(ny * cells.width() + nx);
  }
  return part;
}

// The cell of a grid over the photo that a place of it lies in.
int cell_at(Point place, int width, int height, const Photo& photo) {
  const auto at = [](float p, int cells, int pixels) {
    return std::clamp(static_cast<int>(p * static_cast<float>(cells) / static_cast<float>(pixels)), 0, cells - 1);
  };
  return at(place.y, height, photo.height()) * width + at(place.x, width, photo.width());
}

}  // namespace

void Wand::widen(int steps) {
  // On until the thing at the place looks another one: between two areas of a photo there may be nothing.
  const auto size = [this] {
    const int x = asked_->cell % finder_->width(), y = asked_->cell / finder_->width();
    const Plane<std::uint8_t> thing = finder_->find(x, y, extent_);
    return static_cast<double>(std::count(thing.begin(), thing.end(), 1));
  };
  const float factor = steps > 0 ? step_factor : 1 / step_factor;
  for (int step = 0; step < std::abs(steps); ++step) {
    const double before = asked_ ? size() : 0;
    do extent_ = std::clamp(extent_ * factor, least_extent, most_extent);
    while (asked_ && std::abs(std::log(size() / before)) < least_change && extent_ > least_extent &&
           extent_ < most_extent);
  }
}

void Wand::follow(Editor& editor) {
  const Predictions& predictions = editor.colouring().predictions();
  if (finder_ && editor.sitting().number() == document_ && predictions.bare() == prediction_) return;
  document_ = editor.sitting().number();
  prediction_ = predictions.bare();
  asked_.reset();
  finder_.emplace(lightness_of(*editor.sitting().picture_source().lightness, ThingFinder::grid_pixels),
                  prediction_ ? prediction_->traits : std::array<Plane<float>, 3>{});
}

const Wand::Thing* Wand::look_at(Editor& editor, Point place) {
  const Photo& photo = editor.sitting().photo();
  const std::vector<Point>& lasso = editor.brush().region();
  if (!editor.sitting().lightness_at(place) || (!lasso.empty() && !inside_polygon(lasso, place))) return nullptr;
  follow(editor);
  const int width = finder_->width(), height = finder_->height();
  const float cell_width = static_cast<float>(photo.width()) / static_cast<float>(width);
  const float cell_height = static_cast<float>(photo.height()) / static_cast<float>(height);
  const int cell = cell_at(place, width, height, photo), x = cell % width, y = cell / width;
  const Asked asked{cell, extent_, lasso.empty() ? 0 : region_id(lasso)};
  if (asked_ == asked) return &thing_;
  asked_ = asked;
  ++looks_;
  thing_.cells = finder_->find(x, y, extent_);
  if (!lasso.empty()) {
    for (int v = 0; v < height; ++v)
      for (int u = 0; u < width; ++u) {
        const Point middle{(static_cast<float>(u) + 0.5f) * cell_width, (static_cast<float>(v) + 0.5f) * cell_height};
        if (thing_.cells(u, v) && !inside_polygon(lasso, middle)) thing_.cells(u, v) = 0;
      }
    thing_.cells(x, y) = 1;
    thing_.cells = part_with(thing_.cells, cell);
  }
  thing_.outline.clear();
  for (const CellPoint& p : outline_of(thing_.cells)) thing_.outline.push_back({p.x * cell_width, p.y * cell_height});
  return &thing_;
}

// Where exactly the thing ends finer pixels than the grid's say; at the photo's rim it goes beyond.
std::vector<Point> Wand::fine_outline(Editor& editor, Point inside) const {
  constexpr double fine_pixels = 1e6;
  const Photo& photo = editor.sitting().photo();
  const Plane<float> lightness = lightness_of(*editor.sitting().picture_source().lightness, fine_pixels);
  const auto width = static_cast<float>(lightness.width()), height = static_cast<float>(lightness.height());
  const float scale_x = static_cast<float>(photo.width()) / width;
  const float scale_y = static_cast<float>(photo.height()) / height;
  Plane<std::uint8_t> fine = finder_->refined(thing_.cells, lightness);
  const int start = cell_at(inside, fine.width(), fine.height(), photo);
  if (!fine.data()[start]) return thing_.outline;
  if (const std::vector<Point>& lasso = editor.brush().region(); !lasso.empty())
    for (int y = 0; y < fine.height(); ++y)
      for (int x = 0; x < fine.width(); ++x)
        fine(x, y) &=
            inside_polygon(lasso, {(static_cast<float>(x) + 0.5f) * scale_x, (static_cast<float>(y) + 0.5f) * scale_y});
  const auto beyond = [](float at, float length) { return at < 1 ? -1 : at > length - 1 ? length + 1 : at; };
  std::vector<Point> outline;
  for (const CellPoint& p : outline_of(part_with(fine, start)))
    outline.push_back({beyond(p.x, width) * scale_x, beyond(p.y, height) * scale_y});
  return outline;
}

std::string_view Wand::colour(Editor& editor, Point place) {
  const Thing* thing = look_at(editor, place);
  if (!thing) return editor.sitting().lightness_at(place) ? tr("Outside the lasso") : tr("Outside the photo");
  const Photo& photo = editor.sitting().photo();
  const float cell_width = static_cast<float>(photo.width()) / static_cast<float>(thing->cells.width());
  const float cell_height = static_cast<float>(photo.height()) / static_cast<float>(thing->cells.height());
  Stroke stroke;
  stroke.colour = editor.brush().colour();
  stroke.natural = editor.brush().natural();
  stroke.strength = editor.brush().strength;
  for (const CorePoint& p : core_of(thing->cells))
    stroke.points.push_back({p.x * cell_width, p.y * cell_height, std::max(p.radius * cell_width, min_brush_radius)});
  stroke.region = fine_outline(editor, {stroke.points.front().x, stroke.points.front().y});
  if (stroke.region.size() < 3) return tr("Too small a thing");
  editor.brush().remember_colour();
  editor.change([&](Document& document) { return document.add(std::move(stroke), tr_noop("Colour a thing")); });
  return {};
}

}  // namespace handtint
