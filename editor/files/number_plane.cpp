#include "editor/files/number_plane.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

#include "editor/files/paths.h"
#include "editor/files/photo_write.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// NumPy's format, version 1: a magic word, the header's length, a Python dictionary padded to 64 bytes, the numbers.
void write_npy(AtomicFile& file, const Plane<float>& plane) {
  std::string header = std::string("{'descr': '") + (std::endian::native == std::endian::little ? '<' : '>') +
                       "f4', 'fortran_order': False, 'shape': (" + std::to_string(plane.height()) + ", " +
                       std::to_string(plane.width()) + "), }";
  constexpr std::size_t before = 10, block = 64;
  header.resize((before + header.size() + block) / block * block - before, ' ');
  header.back() = '\n';
  const std::string start{'\x93',
                          'N',
                          'U',
                          'M',
                          'P',
                          'Y',
                          1,
                          0,
                          static_cast<char>(header.size() & 255),
                          static_cast<char>(header.size() >> 8)};
  file.write(start.data(), start.size());
  file.write(header.data(), header.size());
  file.write(plane.data(), plane.size() * sizeof(float));
}

}  // namespace

void require_number_plane_target(const std::filesystem::path& target) {
  const std::string extension = lower_case_extension(target);
  for (const char* known : {".png", ".tif", ".tiff", ".npy"})
    if (extension == known) {
      std::error_code ignored;
      if (std::filesystem::is_directory(target, ignored))
        throw FileError(target, tr("is a folder; name a file inside it"));
      return;
    }
  throw FileError(target, tr("holds numbers: choose .png or .tif (16 bit) or .npy"));
}

void write_number_plane(const std::filesystem::path& target, const Plane<float>& plane) {
  require_number_plane_target(target);
  AtomicFile file(target);
  if (lower_case_extension(target) == ".npy") {
    write_npy(file, plane);
  } else {
    RowSource rows;
    rows.width = plane.width();
    rows.height = plane.height();
    rows.bits = 16;
    rows.fill = [&](int y, void* row) {
      auto* codes = static_cast<std::uint16_t*>(row);
      for (int x = 0; x < plane.width(); ++x, codes += 3)
        std::fill_n(codes, 3,
                    static_cast<std::uint16_t>(std::lround(std::clamp(greys_per_unit * plane(x, y), 0.0f, 65535.0f))));
    };
    (lower_case_extension(target) == ".png" ? write_png : write_tiff)(file, rows, {}, {});
  }
  file.commit();
}

}  // namespace handtint
