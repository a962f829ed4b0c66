#include "editor/files/stroke_mask.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "solver/connected_areas.h"

namespace handtint {
namespace {

constexpr std::pair<MaskFormat, std::string_view> format_names[] = {
    {MaskFormat::automatic, "auto"}, {MaskFormat::rgba, "rgba"},     {MaskFormat::black_empty, "black-empty"},
    {MaskFormat::levin, "levin"},    {MaskFormat::pimask, "pimask"}, {MaskFormat::ideepcolor, "ideepcolor"}};

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
