#include "editor/files/stroke_mask.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "editor/files/connected_areas.h"
#include "solver/lab.h"

namespace handtint {
namespace {

constexpr std::pair<MaskFormat, std::string_view> format_names[] = {
    {MaskFormat::automatic, "auto"}, {MaskFormat::rgba, "rgba"},     {MaskFormat::black_empty, "black-empty"},
    {MaskFormat::levin, "levin"},    {MaskFormat::pimask, "pimask"}, {MaskFormat::ideepcolor, "ideepcolor"}};

Lab lab_of(Rgb8 colour) {
  return lab_from_srgb({colour.r / 255.0f, colour.g / 255.0f, colour.b / 255.0f});
}

}  // namespace

std::string_view name_of(MaskFormat format) {
  for (const auto& [known, name] : format_names)
    if (known == format) return name;
  return "";
}

std::optional<MaskFormat> mask_format_from_name(std::string_view name) {
  for (const auto& [format, known] : format_names)
    if (known == name) return format;
  return std::nullopt;
}

void add_hints(const StrokeMask& mask, float strength, Problem& problem) {
  const int width = problem.width(), height = problem.height();
  if (mask.width() != width || mask.height() != height)
    throw std::invalid_argument("the stroke mask has another size than the photo");
  for (Plane<float>* plane : {&problem.hint_a, &problem.hint_b, &problem.hint_strength})
    if (plane->empty()) *plane = Plane<float>(width, height);
  Rgb8 last{};
  Lab last_lab = lab_of(last);
  for (std::size_t i = 0; i < mask.drawn.size(); ++i) {
    if (!mask.drawn.data()[i]) continue;
    const Rgb8 colour = mask.colour.data()[i];
    if (colour != last) {
      last = colour;
      last_lab = lab_of(colour);
    }
    problem.hint_a.data()[i] = last_lab.a;
    problem.hint_b.data()[i] = last_lab.b;
    problem.hint_strength.data()[i] = strength;
  }
}

MaskSummary summarize(const StrokeMask& mask) {
  MaskSummary summary;
  std::vector<bool> seen(1 << 24);
  for (std::size_t i = 0; i < mask.drawn.size(); ++i) {
    if (!mask.drawn.data()[i]) continue;
    ++summary.drawn_pixels;
    const Rgb8 c = mask.colour.data()[i];
    const std::size_t code = static_cast<std::size_t>(c.r) << 16 | static_cast<std::size_t>(c.g) << 8 | c.b;
    if (seen[code]) continue;
    seen[code] = true;
    ++summary.colours;
    summary.neutral = summary.neutral || (c.r == c.g && c.g == c.b);
  }
  if (mask.drawn.size() > 0)
    summary.covered = static_cast<double>(summary.drawn_pixels) / static_cast<double>(mask.drawn.size());
  summary.strokes = static_cast<int>(connected_areas(mask.drawn).sizes.size());
  return summary;
}

}  // namespace handtint
