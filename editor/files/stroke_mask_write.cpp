#include <stdexcept>

#include "editor/files/paths.h"
#include "editor/files/photo_write.h"
#include "editor/files/stroke_mask.h"
#include "solver/tr.h"

namespace handtint {

void write_stroke_mask(const std::filesystem::path& target, const StrokeMask& mask, MaskFormat format, bool overwrite) {
  if (format != MaskFormat::rgba && format != MaskFormat::black_empty)
    throw std::invalid_argument("a stroke mask is written as rgba or black-empty");
  if (mask.colour.empty() || !mask.drawn.same_size(mask.colour))
    throw std::invalid_argument("the stroke mask is empty or has two sizes");
  if (lower_case_extension(target) != ".png")
    throw FileError(target, tr("is no name for a stroke mask; masks are PNG files, use .png"));
  require_writable_target(target, overwrite, {});

  RowSource source;
  source.width = mask.width();
  source.height = mask.height();
  source.alpha = format == MaskFormat::rgba;
  source.fill = [&mask, alpha = source.alpha](int y, void* row) {
    const Rgb8* colour = mask.colour.row(y);
    const std::uint8_t* drawn = mask.drawn.row(y);
    auto* to = static_cast<std::uint8_t*>(row);
    for (int x = 0; x < mask.width(); ++x) {
      Rgb8 c = drawn[x] ? colour[x] : Rgb8{};
      if (!alpha && drawn[x] && c == Rgb8{}) c = {1, 1, 1};
      *to++ = c.r;
      *to++ = c.g;
      *to++ = c.b;
      if (alpha) *to++ = drawn[x] ? 255 : 0;
    }
  };
  AtomicFile file(target);
  write_png(file, source, {}, {});
  file.commit();
}

}  // namespace handtint
