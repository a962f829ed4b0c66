// The first frame of a GIF through stb_image, which decodes it in one piece with 8 bit.
#include <stb/stb_image.h>

#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

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

class GifReader final : public RasterReader {
 public:
  GifReader(ByteStream stream, const ReadOptions& options) : RasterReader(options), stream_(std::move(stream)) {
    info_.format = "GIF";
    StbInput input{stream_};
    const stbi_io_callbacks callbacks = input.callbacks();
    int width = 0, height = 0, channels = 0;
    if (stbi_info_from_callbacks(&callbacks, &input, &width, &height, &channels) == 0 || input.ran_dry)
      throw_damaged(stream_, "GIF", tr("its header cannot be read"));
    // A byte of LZW yields some hundreds of pixels.
    require_plausible_size(stream_, "GIF", width, height, options.max_pixels, 4096);
    info_.width = width;
    info_.height = height;
    info_.samples = channels <= 2 ? Samples::grey : Samples::rgb;
    info_.alpha = channels == 2 || channels == 4;
  }

 private:
  void decode_rows(const RowSink& sink) override {
    stream_.seek(0);
    StbInput input{stream_};
    const stbi_io_callbacks callbacks = input.callbacks();
    int width = 0, height = 0, in_file = 0;
    const int channels = info_.channels();
    const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
        stbi_load_from_callbacks(&callbacks, &input, &width, &height, &in_file, channels), stbi_image_free);
    if (!pixels) {
      const char* reason = stbi_failure_reason();
      throw_damaged(stream_, "GIF", reason ? reason : tr("unknown reason"));
    }
    if (input.ran_dry && !options_.salvage) throw_damaged(stream_, "GIF", tr("the file ends early"));
    if (input.ran_dry) add_note(tr("the file is damaged or cut off (it ends early); what is missing is black"));
    if (width != info_.width || height != info_.height) throw_damaged(stream_, "GIF", tr("two sizes"));
    const std::size_t row_values = static_cast<std::size_t>(width) * channels;
    std::vector<std::uint16_t> samples(row_values);
    for (int y = 0; y < height; ++y) {
      const stbi_uc* row = pixels.get() + y * row_values;
      for (std::size_t i = 0; i < row_values; ++i) samples[i] = static_cast<std::uint16_t>(257 * row[i]);
      sink(samples.data());
    }
  }

  ByteStream stream_;
};

}  // namespace

std::unique_ptr<RasterReader> open_gif(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<GifReader>(std::move(stream), options);
}

}  // namespace handtint
