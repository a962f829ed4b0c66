// BMP, TGA and the first frame of a GIF through stb_image, which decodes them in one piece with 8 bit.
#include <stb/stb_image.h>

#include <array>

#include "editor/files/raster.h"

namespace handtint {
namespace {

const char* name_of(SimpleFormat format) {
  switch (format) {
    case SimpleFormat::bmp:
      return "BMP";
    case SimpleFormat::tga:
      return "TGA";
    case SimpleFormat::gif:
      return "GIF";
  }
  return "";
}

// stb_image takes missing bytes for zeros. `ran_dry` notes that it asked for some.
struct StbInput {
  ByteStream& stream;
  bool ran_dry = false;

  stbi_io_callbacks callbacks() const { return {on_read, on_skip, on_end}; }
  static int on_read(void* user, char* to, int bytes) {
    auto& input = *static_cast<StbInput*>(user);
    const std::size_t count = input.stream.read(to, static_cast<std::size_t>(bytes));
    if (count == 0) input.ran_dry = true;
    return static_cast<int>(count);
  }
  static void on_skip(void* user, int bytes) {
    auto& stream = static_cast<StbInput*>(user)->stream;
    const std::int64_t position = static_cast<std::int64_t>(stream.position()) + bytes;
    stream.seek(position < 0 ? 0 : static_cast<std::uint64_t>(position));
  }
  static int on_end(void* user) {
    const auto& stream = static_cast<StbInput*>(user)->stream;
    return stream.position() >= stream.size();
  }
};

class SimpleReader final : public RasterReader {
 public:
  SimpleReader(ByteStream stream, std::int64_t max_pixels, SimpleFormat format)
      : stream_(std::move(stream)), format_(format) {
    info_.format = name_of(format);
    check_header();
    stream_.seek(0);
    StbInput input{stream_};
    const stbi_io_callbacks callbacks = input.callbacks();
    int width = 0, height = 0, channels = 0;
    if (stbi_info_from_callbacks(&callbacks, &input, &width, &height, &channels) == 0 || input.ran_dry)
      throw_damaged(stream_, info_.format, "its header cannot be read");
    // A byte of TGA's runs yields 64 pixels, one of GIF's LZW or BMP's runs some hundreds.
    require_plausible_size(stream_, info_.format, width, height, max_pixels, 4096);
    info_.width = width;
    info_.height = height;
    info_.samples = channels <= 2 ? Samples::grey : Samples::rgb;
    info_.alpha = channels == 2 || channels == 4;
  }

  void read_rows(const RowSink& sink) override {
    stream_.seek(0);
    StbInput input{stream_};
    const stbi_io_callbacks callbacks = input.callbacks();
    int width = 0, height = 0, in_file = 0;
    const int channels = info_.channels();
    const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
        stbi_load_from_callbacks(&callbacks, &input, &width, &height, &in_file, channels), stbi_image_free);
    if (!pixels) {
      const char* reason = stbi_failure_reason();
      throw_damaged(stream_, info_.format, reason ? reason : "unknown reason");
    }
    if (input.ran_dry) throw_damaged(stream_, info_.format, "the file ends early");
    if (width != info_.width || height != info_.height) throw_damaged(stream_, info_.format, "two sizes");
    const std::size_t row_values = static_cast<std::size_t>(width) * channels;
    std::vector<std::uint16_t> samples(row_values);
    for (int y = 0; y < height; ++y) {
      const stbi_uc* row = pixels.get() + y * row_values;
      for (std::size_t i = 0; i < row_values; ++i) samples[i] = static_cast<std::uint16_t>(257 * row[i]);
      sink(samples.data());
    }
  }

 private:
  void check_header() {
    std::array<std::uint8_t, 46> head{};
    const std::size_t count = stream_.read(head.data(), head.size());
    const auto u16 = [&head](int at) { return head[at] | head[at + 1] << 8; };
    const auto u32 = [&u16](int at) {
      return static_cast<std::uint32_t>(u16(at)) | static_cast<std::uint32_t>(u16(at + 2)) << 16;
    };
    if (format_ == SimpleFormat::bmp && count == head.size() && u32(14) >= 40) {
      info_.dpi_x = tidy_dpi(u32(38) * 0.0254);
      info_.dpi_y = tidy_dpi(u32(42) * 0.0254);
    }
    if (format_ == SimpleFormat::tga && count >= 18) {
      // Without runs the size is known; stb_image would not notice that the last row is cut.
      const bool runs = head[2] >= 9;
      const std::uint64_t palette = static_cast<std::uint64_t>(u16(5)) * ((head[7] + 7) / 8);
      const std::uint64_t pixels = static_cast<std::uint64_t>(u16(12)) * u16(14) * ((head[16] + 7) / 8);
      if (stream_.size() < 18 + head[0] + palette + (runs ? 0 : pixels))
        throw_damaged(stream_, "TGA", "the file ends early");
    }
  }

  ByteStream stream_;
  SimpleFormat format_;
};

}  // namespace

std::unique_ptr<RasterReader> open_simple(ByteStream stream, std::int64_t max_pixels, SimpleFormat format) {
  return std::make_unique<SimpleReader>(std::move(stream), max_pixels, format);
}

}  // namespace handtint
