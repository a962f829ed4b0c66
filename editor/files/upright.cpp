#include "editor/files/upright.h"

#include "editor/files/colour_profile.h"

namespace handtint {

void read_srgb_bands(RasterReader& reader, bool& exact_grey, const BandSink& sink) {
  const RasterInfo& info = reader.info();
  const std::size_t width = static_cast<std::size_t>(info.width);
  ToSrgb to_srgb(info);
  exact_grey = to_srgb.exact();
  if (!to_srgb.note().empty()) reader.add_note(to_srgb.note());
  std::vector<std::uint16_t> rgb(3 * width * band_rows), alpha(info.alpha ? width * band_rows : 0);
  int y0 = 0, rows = 0;
  reader.read_rows([&](const std::uint16_t* samples) {
    to_srgb.convert_row(samples, info.width, rgb.data() + 3 * width * rows);
    if (info.alpha) {
      const int channels = info.channels();
      for (std::size_t x = 0; x < width; ++x) alpha[width * rows + x] = samples[x * channels + channels - 1];
    }
    if (++rows < band_rows && y0 + rows < info.height) return;
    sink(rgb.data(), info.alpha ? alpha.data() : nullptr, y0, rows);
    y0 += rows;
    rows = 0;
  });
}

}  // namespace handtint
