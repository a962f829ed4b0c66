#include "tests/fuzz/targets.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "editor/document/autosave.h"
#include "editor/document/palette.h"
#include "editor/document/rasterise.h"
#include "editor/document/session.h"
#include "editor/files/metadata.h"
#include "editor/files/npy.h"
#include "editor/files/photo_read.h"
#include "editor/files/raster.h"
#include "editor/files/stroke_mask.h"
#include "editor/work/preferences.h"
#include "solver/prediction/contract.h"
#include "solver/prediction/onnx_file.h"

namespace handtint::fuzz {
namespace {

// Small enough for thousands of inputs a second.
constexpr std::int64_t max_pixels = 1 << 18;

// A property that does not hold must look like a crash to the fuzzer.
void require(bool holds) {
  if (!holds) std::abort();
}

using Open = std::unique_ptr<RasterReader> (*)(ByteStream, const ReadOptions&);

void read_as_photo(std::span<const std::uint8_t> bytes, Open open, bool salvage) {
  try {
    const auto reader = open(ByteStream(bytes, "fuzzed"), {salvage, max_pixels});
    const Photo photo = read_photo(*reader, "fuzzed");
    const std::size_t pixels = photo.lightness.size();
    require(pixels >= 1 && static_cast<std::int64_t>(pixels) <= max_pixels);
    require(photo.a.empty() || photo.a.same_size(photo.lightness));
    for (const float L : photo.lightness) require(L >= 0 && L <= 100.001f);
    require(std::isfinite(photo.dpi_x) && photo.dpi_x >= 0);
    if (!photo.metadata) return;
    const Metadata now = renewed(*photo.metadata, photo.width(), photo.height());
    for (const JpegSegment& segment : jpeg_segments(now)) require(segment.data.size() <= 65533);
    png_chunks(now);
    tiff_block(now);
  } catch (const FileError&) {
  }
}

template <Open open>
void picture(std::span<const std::uint8_t> bytes) {
  read_as_photo(bytes, open, false);
  read_as_photo(bytes, open, true);
}

void npy(std::span<const std::uint8_t> bytes) {
  try {
    ByteStream stream(bytes, "fuzzed");
    const NpyArray array = read_npy(stream);
    std::size_t count = 1;
    for (const std::size_t side : array.shape) count *= side;
    require(count == array.values.size());
  } catch (const FileError&) {
  }
}

// The first byte chooses the format and whether there is a photo; the rest is the file.
void mask(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  const unsigned choice = bytes[0];
  bytes = bytes.subspan(1);
  constexpr MaskFormat formats[] = {MaskFormat::automatic, MaskFormat::rgba, MaskFormat::black_empty, MaskFormat::levin,
                                    MaskFormat::pimask};
  Photo photo;
  photo.format = "PNG";
  photo.lightness = Plane<float>(24, 16, 50.0f);
  const int file = memfd_create("fuzzed", MFD_CLOEXEC);
  require(file >= 0);
  require(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  try {
    MaskReadOptions options;
    options.format = formats[choice % std::size(formats)];
    options.photo = (choice & 32) != 0 ? &photo : nullptr;
    options.fit = (choice & 64) != 0;
    const MaskReading reading = read_stroke_mask("/proc/self/fd/" + std::to_string(file), options);
    require(reading.format != MaskFormat::automatic && !reading.found.empty());
    require(!options.photo || reading.mask.colour.same_size(photo.lightness));
    require(reading.mask.drawn.same_size(reading.mask.colour));
    for (std::size_t i = 0; i < reading.mask.drawn.size(); ++i)
      require(reading.mask.drawn.data()[i] <= 1 &&
              (reading.mask.drawn.data()[i] == 1 || reading.mask.colour.data()[i] == Rgb8{}));
  } catch (const FileError&) {
  }
  close(file);
}

// What can be read can be drawn, undone, written, and read again as the same.
void use(const Session& session) {
  const std::string text = session_to_text(session, "/folder");
  require(session_to_text(session_from_text(text, "/folder", "again"), "/folder") == text);
  if (static_cast<std::int64_t>(session.photo.width) * session.photo.height > 4096) return;
  Photo photo;
  photo.lightness = Plane<float>(session.photo.width, session.photo.height, 50.0f);
  Document document(photo.extent(), session.state);
  while (document.can_redo()) document.redo();
  while (document.can_undo()) document.undo();
  rasterise({photo, document.strokes(), document.imported().get()}, {0, 0, photo.width(), photo.height()});
}

void session(std::span<const std::uint8_t> bytes) {
  try {
    use(session_from_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "/folder", "fuzzed"));
  } catch (const FileError&) {
  }
}

void journal(std::span<const std::uint8_t> bytes) {
  const int file = memfd_create("fuzzed", MFD_CLOEXEC);
  require(file >= 0);
  require(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  try {
    use(read_recovery("/proc/self/fd/" + std::to_string(file)).session);
  } catch (const FileError&) {
  }
  close(file);
}

void gpl(std::span<const std::uint8_t> bytes) {
  try {
    const Palette palette = gpl_from_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "fuzzed");
    require(gpl_from_text(gpl_to_text(palette), "again") == palette);
  } catch (const FileError&) {
  }
}

// Every input can be given a size, and what comes out is a model with the same names.
void onnx(std::span<const std::uint8_t> bytes) {
  const std::string_view model(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  try {
    const OnnxSummary before = summarize_onnx(model);
    for (const TensorInfo& input : before.inputs) {
      const OnnxSummary after = summarize_onnx(with_input_shape(model, input.name, {1, 3, 32, 48}));
      require(after.inputs.size() == before.inputs.size() && after.outputs.size() == before.outputs.size());
    }
    contract_from_shapes(before);
  } catch (const std::runtime_error&) {
  }
}

void contract(std::span<const std::uint8_t> bytes) {
  try {
    const Contract read = contract_from_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    require(read.short_side > 0 && read.multiple > 0 && read.temperature > 0 && read.output_channels() > 0);
  } catch (const std::runtime_error&) {
  }
}

// Whatever is in it, the values are within their ranges.
void preferences(std::span<const std::uint8_t> bytes) {
  const int file = memfd_create("fuzzed", MFD_CLOEXEC);
  require(file >= 0);
  require(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  const Preferences read = read_preferences("/proc/self/fd/" + std::to_string(file));
  close(file);
  require(read.smoothing >= 0 && read.smoothing <= 1);
  require(read.window_width == Preferences{}.window_width || read.window_width >= 200);
  require(read.recent_files.size() <= max_recent_files);
}

}  // namespace

Target target_of(std::string_view name) {
  if (name == "jpeg") return picture<open_jpeg>;
  if (name == "png") return picture<open_png>;
  if (name == "tiff") return picture<open_tiff>;
  if (name == "pnm") return picture<open_pnm>;
  if (name == "bmp") return picture<open_bmp>;
  if (name == "tga") return picture<open_tga>;
  if (name == "gif") return picture<open_gif>;
  if (name == "psd") return picture<open_psd>;
  if (name == "raw" || name == "webp" || name == "heif" || name == "jxl" || name == "jp2") return picture<open_raster>;
  if (name == "mask") return mask;
  if (name == "npy") return npy;
  if (name == "session") return session;
  if (name == "journal") return journal;
  if (name == "gpl") return gpl;
  if (name == "onnx") return onnx;
  if (name == "contract") return contract;
  if (name == "preferences") return preferences;
  return nullptr;
}

}  // namespace handtint::fuzz
