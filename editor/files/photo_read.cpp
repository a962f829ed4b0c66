#include "editor/files/photo_read.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "editor/files/photo.h"
#include "editor/files/upright.h"
#include "solver/lab.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// Turns bands of sRGB into the planes of a photo.
class PhotoBuilder {
 public:
  PhotoBuilder(Photo& photo, const RasterInfo& info)
      : photo_(photo),
        upright_(info.width, info.height, info.orientation),
        width_(static_cast<std::size_t>(info.width)),
        values_(3 * width_),
        L_(width_ * band_rows),
        a_(width_ * band_rows),
        b_(width_ * band_rows) {
    photo_.lightness = Plane<float>(upright_.width(), upright_.height());
  }

  // Colour management leaves a grey slightly tinted: less than one step of 8 bit is no colour then.
  void set_exact_grey(bool exact) { largest_grey_spread_ = exact ? 0 : 256; }

  // sRGB
  void add(const std::uint16_t* rgb, const std::uint16_t* alpha, int y0, int rows) {
    bool coloured = false;
    for (int y = 0; y < rows; ++y) {
      const std::uint16_t* row = rgb + 3 * width_ * y;
      const std::size_t at = y * width_;
      const int spread = grey_spread(row);
      if (spread == 0) {
        lightness_row_from_grey(row, 3, static_cast<int>(width_), L_.data() + at);
        std::fill_n(a_.begin() + at, width_, 0.0f);
        std::fill_n(b_.begin() + at, width_, 0.0f);
        continue;
      }
      coloured = coloured || spread > largest_grey_spread_;
      for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = static_cast<float>(row[i]) * (1 / 65535.0f);
      lab_row_from_srgb(values_.data(), static_cast<int>(width_), L_.data() + at, a_.data() + at, b_.data() + at);
    }
    place(coloured, alpha, y0, rows);
  }

  // A row of sRGB's greys, without alpha; the last of all says so.
  void add_grey(const std::uint16_t* samples, int y, bool last) {
    const int row = y % band_rows;
    lightness_row_from_grey(samples, 1, static_cast<int>(width_), L_.data() + width_ * row);
    if (last || row + 1 == band_rows) place(false, nullptr, y - row, row + 1);
  }

  // A row of Lab as RasterReader gives it: lightness stays the file's own.
  void add_lab(const std::uint16_t* samples, int channels, int y) {
    std::vector<std::uint16_t> alpha;
    bool coloured = false;
    for (std::size_t x = 0; x < width_; ++x, samples += channels) {
      L_[x] = static_cast<float>(samples[0] / 65535.0 * 100);
      a_[x] = (static_cast<float>(samples[1]) - 32768) / 256;
      b_[x] = (static_cast<float>(samples[2]) - 32768) / 256;
      coloured = coloured || std::max(std::abs(a_[x]), std::abs(b_[x])) >= 0.5f;
      if (channels > 3) alpha.push_back(samples[3]);
    }
    place(coloured, alpha.empty() ? nullptr : alpha.data(), y, 1);
  }

 private:
  void place(bool coloured, const std::uint16_t* alpha, int y0, int rows) {
    upright_.place(L_.data(), y0, rows, photo_.lightness.edit());
    if (coloured && photo_.a.empty()) {
      photo_.a = Plane<float>(upright_.width(), upright_.height());
      photo_.b = Plane<float>(upright_.width(), upright_.height());
    }
    if (!photo_.a.empty()) {
      upright_.place(a_.data(), y0, rows, photo_.a);
      upright_.place(b_.data(), y0, rows, photo_.b);
    }
    if (!alpha) return;
    const bool opaque = std::all_of(alpha, alpha + width_ * rows, [](std::uint16_t v) { return v == 65535; });
    if (!opaque && photo_.alpha.empty())
      photo_.alpha = Plane<std::uint16_t>(upright_.width(), upright_.height(), 65535);
    if (!photo_.alpha.empty()) upright_.place(alpha, y0, rows, photo_.alpha);
  }

  // How far the channels of a row's pixels lie apart, at most.
  int grey_spread(const std::uint16_t* row) const {
    int largest = 0;
    for (std::size_t x = 0; x < width_; ++x) {
      const int r = row[3 * x], g = row[3 * x + 1], b = row[3 * x + 2];
      largest = std::max(largest, std::max({r, g, b}) - std::min({r, g, b}));
    }
    return largest;
  }

  Photo& photo_;
  Upright upright_;
  std::size_t width_;
  std::vector<float> values_, L_, a_, b_;
  int largest_grey_spread_ = 0;
};

void read_rgb(RasterReader& reader, PhotoBuilder& builder) {
  bool exact_grey = true;
  read_srgb_bands(reader, exact_grey, [&](const std::uint16_t* rgb, const std::uint16_t* alpha, int y0, int rows) {
    builder.set_exact_grey(exact_grey);
    builder.add(rgb, alpha, y0, rows);
  });
}

PhotoInfo photo_info(const RasterInfo& info) {
  const Upright upright(info.width, info.height, info.orientation);
  PhotoInfo photo;
  photo.width = upright.width();
  photo.height = upright.height();
  photo.bits = info.bits;
  photo.grey = info.samples == Samples::grey;
  photo.alpha = info.alpha;
  photo.orientation = info.orientation;
  photo.dpi_x = upright.turned() ? info.dpi_y : info.dpi_x;
  photo.dpi_y = upright.turned() ? info.dpi_x : info.dpi_y;
  photo.profile = !info.profile.empty();
  photo.format = info.format;
  photo.notes = info.notes;
  return photo;
}

}  // namespace

Photo read_photo(RasterReader& reader, const std::filesystem::path& path) {
  const PhotoInfo info = photo_info(reader.info());
  Photo photo;
  photo.bits = info.bits;
  photo.dpi_x = info.dpi_x;
  photo.dpi_y = info.dpi_y;
  photo.orientation = info.orientation;
  photo.format = info.format;
  photo.path = path;
  try {
    PhotoBuilder builder(photo, reader.info());
    const RasterInfo& stored = reader.info();
    int y = 0;
    if (stored.samples == Samples::grey && !stored.alpha && stored.profile.empty()) {
      reader.read_rows([&](const std::uint16_t* samples) {
        builder.add_grey(samples, y, y + 1 == stored.height);
        ++y;
      });
    } else if (stored.samples == Samples::lab) {
      reader.read_rows([&](const std::uint16_t* samples) { builder.add_lab(samples, reader.info().channels(), y++); });
    } else {
      read_rgb(reader, builder);
    }
  } catch (const std::bad_alloc&) {
    throw FileError(path, tr("needs more memory than there is; scale the photo down first"));
  }
  photo.notes = reader.info().notes;
  if (Metadata said = reader.metadata(); !said.empty())
    photo.metadata = std::make_shared<const Metadata>(std::move(said));
  return photo;
}

Photo read_photo(const std::filesystem::path& path, const ReadOptions& options) {
  return read_photo(*open_raster(ByteStream(path), options), path);
}

PhotoInfo probe_photo(const std::filesystem::path& path) {
  return photo_info(open_raster(ByteStream(path))->info());
}

}  // namespace handtint
