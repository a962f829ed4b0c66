#include "editor/files/photo_write.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "editor/files/colour_profile.h"
#include "editor/files/layered_picture.h"
#include "editor/files/metadata.h"
#include "editor/files/optional_formats.h"
#include "editor/files/output_profile.h"
#include "editor/files/paths.h"
#include "solver/lab.h"
#include "solver/tr.h"
#include "solver/wide_code.h"

namespace handtint {
namespace {

struct WriteFormat {
  bool (*write)(AtomicFile&, const RowSource&, const WriteOptions&, const WriteProgress&);
  int most_bits = 8;
  bool alpha = true;
  bool layers = false;  // written by write_layers
};

std::optional<WriteFormat> format_of(const std::filesystem::path& path) {
  const std::string extension = lower_case_extension(path);
  if (extension == ".png") return WriteFormat{write_png, 16};
  if (extension == ".tif" || extension == ".tiff") return WriteFormat{write_tiff, 16};
  if (extension == ".jpg" || extension == ".jpeg") return WriteFormat{write_jpeg, 8, false};
  if (extension == ".ora") return WriteFormat{nullptr, 16, true, true};
  if (const OptionalFormat* format = optional_format_named(extension); format && format->write)
    return WriteFormat{format->write, format->most_bits};
  return std::nullopt;
}

std::string why_not_writable(const std::filesystem::path& path) {
  const OptionalFormat* format = optional_format_named(lower_case_extension(path));
  if (!format) return tr("has no extension that says how to write it; use .png, .tif or .jpg");
  if (!format->writable)
    return tr("would be {1}, which is read but not written; use .png, .tif or .jpg", {std::string(format->name)});
  return tr("cannot be written: {1}; use .png, .tif or .jpg", {lacking(*format)});
}

// 0..1 as codes.
HANDTINT_WIDE void codes_from(const float* values, std::size_t n, std::uint8_t* codes) {
  for (std::size_t i = 0; i < n; ++i) codes[i] = static_cast<std::uint8_t>(static_cast<int>(values[i] * 255 + 0.5f));
}
HANDTINT_WIDE void codes_from(const float* values, std::size_t n, std::uint16_t* codes) {
  for (std::size_t i = 0; i < n; ++i) codes[i] = static_cast<std::uint16_t>(static_cast<int>(values[i] * 65535 + 0.5f));
}

// Lab rows to codes of 8 or 16 bit, chroma reduced to the gamut.
class ExportRows {
 public:
  ExportRows(const Plane<float>& lightness, const Chroma& chroma, const Plane<std::uint16_t>& alpha,
             const OutputProfile* profile)
      : lightness_(lightness),
        chroma_(chroma),
        alpha_(alpha),
        profile_(profile),
        rgb_(3 * static_cast<std::size_t>(lightness.width())) {}

  template <class Code>
  void fill(int y, Code* row) {
    const int width = lightness_.width();
    if (profile_)
      profile_->row_from_lab(lightness_.row(y), chroma_.a.row(y), chroma_.b.row(y), width, rgb_.data());
    else
      srgb_row_from_lab(lightness_.row(y), chroma_.a.row(y), chroma_.b.row(y), width, rgb_.data());
    if (alpha_.empty()) {
      codes_from(rgb_.data(), rgb_.size(), row);
      return;
    }
    std::vector<Code> codes(rgb_.size());
    codes_from(rgb_.data(), rgb_.size(), codes.data());
    const std::uint16_t* alpha = alpha_.row(y);
    for (int x = 0; x < width; ++x, row += 4) {
      for (int c = 0; c < 3; ++c) row[c] = codes[3 * x + c];
      row[3] = sizeof(Code) == 2 ? static_cast<Code>(alpha[x]) : static_cast<Code>((alpha[x] + 128) / 257);
    }
  }

 private:
  const Plane<float>& lightness_;
  const Chroma& chroma_;
  const Plane<std::uint16_t>& alpha_;
  const OutputProfile* profile_;
  std::vector<float> rgb_;
};

template <class T>
void require_size(const char* name, const Plane<T>& plane, const Plane<float>& lightness) {
  if (!plane.same_size(lightness)) throw std::invalid_argument(std::string(name) + " has another size than the photo");
}

}  // namespace

bool is_writable_photo_name(const std::filesystem::path& path) {
  return format_of(path).has_value();
}

bool keeps_transparency(const std::filesystem::path& path) {
  const std::optional<WriteFormat> format = format_of(path);
  return !format || format->alpha;
}

bool has_layers(const std::filesystem::path& path) {
  const std::optional<WriteFormat> format = format_of(path);
  return format && format->layers;
}

WriteOptions write_options_for(const Photo& photo) {
  WriteOptions options;
  options.bits = photo.bits;
  options.dpi_x = photo.dpi_x;
  options.dpi_y = photo.dpi_y;
  options.metadata = photo.metadata;
  options.input = photo.path;
  return options;
}

void require_writable_target(const std::filesystem::path& target, bool overwrite, const std::filesystem::path& input) {
  if (!is_writable_photo_name(target)) throw FileError(target, why_not_writable(target));
  std::error_code ignored;
  if (!std::filesystem::exists(target, ignored)) return;
  if (std::filesystem::is_directory(target, ignored)) throw FileError(target, tr("is a folder; name a file inside it"));
  // Also told apart when it goes by another name: a link, a different spelling of the path.
  if (!input.empty() && std::filesystem::equivalent(target, input, ignored))
    throw FileError(target, tr("is the photo itself, which is never written over; choose another name"));
  if (!overwrite) throw FileError(target, tr("exists already; choose another name, or allow it to be replaced"));
}

void require_writable_profile(const std::filesystem::path& target, const OutputProfile* profile) {
  if (profile && has_layers(target))
    throw FileError(target, tr("would be in layers, which are sRGB; leave the profile away, or use .png or .tif"));
}

std::vector<std::uint8_t> profile_of(const WriteOptions& options) {
  return options.profile ? options.profile->icc() : srgb_profile();
}

bool keeps_going(const WriteProgress& progress, int rows_done, int height) {
  if (!progress || (rows_done % 16 != 0 && rows_done != height)) return true;
  return progress(static_cast<float>(rows_done) / static_cast<float>(height));
}

bool write_photo(const std::filesystem::path& target, const Plane<float>& lightness, const Chroma& chroma,
                 const Plane<std::uint16_t>& alpha, const WriteOptions& options, const WriteProgress& progress) {
  if (lightness.empty()) throw std::invalid_argument("the photo is empty");
  require_size("chroma a", chroma.a, lightness);
  require_size("chroma b", chroma.b, lightness);
  if (!alpha.empty()) require_size("alpha", alpha, lightness);
  if (options.bits != 8 && options.bits != 16) throw std::invalid_argument("a photo is written with 8 or 16 bit");
  require_writable_target(target, options.overwrite, options.input);
  require_writable_profile(target, options.profile.get());

  const WriteFormat format = *format_of(target);
  const Plane<std::uint16_t> opaque;
  ExportRows rows(lightness, chroma, format.alpha ? alpha : opaque, options.profile.get());
  RowSource source;
  source.width = lightness.width();
  source.height = lightness.height();
  source.alpha = format.alpha && !alpha.empty();
  source.bits = std::min(options.bits, format.most_bits);
  source.fill = [&rows, bits = source.bits](int y, void* row) {
    if (bits == 16)
      rows.fill(y, static_cast<std::uint16_t*>(row));
    else
      rows.fill(y, static_cast<std::uint8_t*>(row));
  };

  WriteOptions own = options;
  if (own.metadata)
    own.metadata =
        std::make_shared<const Metadata>(renewed(*own.metadata, lightness.width(), lightness.height(),
                                                 options.profile ? options.profile->description() : std::string()));

  AtomicFile file(target);
  const bool whole =
      format.layers ? write_layers(file, source, lightness, own, progress) : format.write(file, source, own, progress);
  if (whole) file.commit();
  return whole;
}

}  // namespace handtint
