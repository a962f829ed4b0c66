// JPEG 2000 through OpenJPEG: grey and RGB with up to 16 bits, with or without alpha; read only.
#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "editor/files/optional_formats.h"
#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class Jp2Reader final : public RasterReader {
 public:
  Jp2Reader(ByteStream stream, const ReadOptions& options) : RasterReader(options), stream_(std::move(stream)) {
    info_.format = "JPEG 2000";
    std::array<std::uint8_t, 4> head{};
    stream_.read(head.data(), head.size());
    stream_.seek(0);
    const bool bare = head[0] == 0xff;  // a codestream without the file's boxes
    codec_.reset(opj_create_decompress(bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2));
    input_.reset(opj_stream_default_create(OPJ_TRUE));
    if (!codec_ || !input_) throw std::bad_alloc();
    opj_set_error_handler(codec_.get(), on_error, this);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_stream_set_read_function(input_.get(), on_read);
    opj_stream_set_skip_function(input_.get(), on_skip);
    opj_stream_set_seek_function(input_.get(), on_seek);
    opj_stream_set_user_data(input_.get(), this, nullptr);
    opj_stream_set_user_data_length(input_.get(), stream_.size());
    opj_image_t* image = nullptr;
    const bool read = opj_setup_decoder(codec_.get(), &parameters) == OPJ_TRUE &&
                      opj_read_header(input_.get(), codec_.get(), &image) == OPJ_TRUE;
    image_.reset(image);
    if (!read || !image_)
      throw_damaged(stream_, "JPEG 2000", error_.empty() ? tr("its header cannot be read") : error_);
    require_readable_kind(options.max_pixels);
  }

 private:
  void require_readable_kind(std::int64_t max_pixels) {
    const std::int64_t width = std::int64_t{image_->x1} - image_->x0, height = std::int64_t{image_->y1} - image_->y0;
    // Nothing but headers is a grey picture.
    require_plausible_size(stream_, "JPEG 2000", width, height, max_pixels, 1 << 20);
    info_.width = static_cast<int>(width);
    info_.height = static_cast<int>(height);
    if (image_->numcomps < 1 || image_->numcomps > 4)
      throw_unread_kind(stream_, tr("a JPEG 2000 picture of {1} channels", {std::to_string(image_->numcomps)}));
    for (unsigned c = 0; c < image_->numcomps; ++c)
      if (image_->comps[c].prec < 1 || image_->comps[c].prec > 16)
        throw_unread_kind(stream_,
                          tr("a JPEG 2000 picture with {1} bits per channel", {std::to_string(image_->comps[c].prec)}));
    channels_told_ = image_->numcomps;
    const bool inks = image_->color_space == OPJ_CLRSPC_CMYK && channels_told_ == 4;
    info_.samples = inks ? Samples::cmyk : channels_told_ >= 3 ? Samples::rgb : Samples::grey;
    info_.alpha = !inks && channels_told_ % 2 == 0;
    if (image_->icc_profile_buf && image_->icc_profile_len > 0)
      info_.profile.assign(image_->icc_profile_buf, image_->icc_profile_buf + image_->icc_profile_len);
    info_.bits = image_->comps[0].prec > 8 ? 16 : 8;
  }

  void decode_rows(const RowSink& sink) override {
    opj_codec_set_threads(codec_.get(), static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
    opj_decoder_set_strict_mode(codec_.get(), options_.salvage ? OPJ_FALSE : OPJ_TRUE);
    const bool whole = opj_decode(codec_.get(), input_.get(), image_.get()) == OPJ_TRUE &&
                       opj_end_decompress(codec_.get(), input_.get()) == OPJ_TRUE;
    if (!whole && !options_.salvage)
      throw_damaged(stream_, "JPEG 2000", error_.empty() ? tr("unknown reason") : error_);
    if (!whole) add_note(tr("the file is damaged or cut off ({1}), so it is coarse or partly grey", {error_}));
    const int channels = info_.channels();
    const bool ycc = image_->color_space == OPJ_CLRSPC_SYCC || image_->color_space == OPJ_CLRSPC_EYCC;
    if (image_->numcomps != channels_told_) throw_unread_kind(stream_, tr("a JPEG 2000 picture with a palette"));
    if (static_cast<int>(image_->numcomps) < channels) throw_damaged(stream_, "JPEG 2000", tr("channels are missing"));
    for (int c = 0; c < channels; ++c)
      if (!image_->comps[c].data || image_->comps[c].w < 1 || image_->comps[c].h < 1)
        throw_damaged(stream_, "JPEG 2000", tr("a channel is missing"));
    std::vector<std::uint16_t> row(static_cast<std::size_t>(info_.width) * channels);
    for (int y = 0; y < info_.height; ++y) {
      for (int c = 0; c < channels; ++c) unpack(image_->comps[c], y, row.data() + c, channels);
      if (ycc && channels >= 3) rgb_of_ycc(row, channels);
      sink(row.data());
    }
  }

  // A channel may have fewer pixels than the picture.
  void unpack(const opj_image_comp_t& channel, int y, std::uint16_t* to, int step) const {
    const std::int64_t top = (std::int64_t{1} << channel.prec) - 1, zero = channel.sgnd ? (top + 1) / 2 : 0;
    const auto row = std::min<std::size_t>(static_cast<std::size_t>(y) / std::max(channel.dy, 1u), channel.h - 1);
    const OPJ_INT32* from = channel.data + row * channel.w;
    for (int x = 0; x < info_.width; ++x, to += step) {
      const auto column = std::min<std::size_t>(static_cast<std::size_t>(x) / std::max(channel.dx, 1u), channel.w - 1);
      *to = static_cast<std::uint16_t>((std::clamp<std::int64_t>(from[column] + zero, 0, top) * 65535 + top / 2) / top);
    }
  }

  // ITU-T T.871.
  void rgb_of_ycc(std::vector<std::uint16_t>& row, int channels) const {
    const auto code = [](double v) { return static_cast<std::uint16_t>(std::clamp(v + 0.5, 0.0, 65535.0)); };
    for (std::size_t i = 0; i + 2 < row.size(); i += static_cast<std::size_t>(channels)) {
      const double luma = row[i], blue = row[i + 1] - 32896.0, red = row[i + 2] - 32896.0;
      row[i] = code(luma + 1.402 * red);
      row[i + 1] = code(luma - 0.344136 * blue - 0.714136 * red);
      row[i + 2] = code(luma + 1.772 * blue);
    }
  }

  static Jp2Reader& self_of(void* user) { return *static_cast<Jp2Reader*>(user); }
  static void on_error(const char* message, void* user) {
    std::string& error = self_of(user).error_;
    if (!error.empty()) return;
    error = message;
    error.erase(std::find(error.begin(), error.end(), '\n'), error.end());
  }
  static OPJ_SIZE_T on_read(void* to, OPJ_SIZE_T bytes, void* user) {
    const std::size_t count = self_of(user).stream_.read(to, bytes);
    return count > 0 ? count : static_cast<OPJ_SIZE_T>(-1);
  }
  static OPJ_OFF_T on_skip(OPJ_OFF_T bytes, void* user) {
    ByteStream& stream = self_of(user).stream_;
    const auto left = static_cast<OPJ_OFF_T>(stream.size() - std::min(stream.position(), stream.size()));
    const OPJ_OFF_T skipped = std::min(bytes, left);
    if (skipped < 0 || (skipped == 0 && bytes > 0)) return -1;
    stream.seek(stream.position() + static_cast<std::uint64_t>(skipped));
    return skipped;
  }
  static OPJ_BOOL on_seek(OPJ_OFF_T place, void* user) {
    ByteStream& stream = self_of(user).stream_;
    if (place < 0 || static_cast<std::uint64_t>(place) > stream.size()) return OPJ_FALSE;
    stream.seek(static_cast<std::uint64_t>(place));
    return OPJ_TRUE;
  }

  ByteStream stream_;
  std::string error_;
  unsigned channels_told_ = 0;  // by the header
  std::unique_ptr<opj_codec_t, void (*)(opj_codec_t*)> codec_{nullptr, opj_destroy_codec};
  std::unique_ptr<opj_stream_t, void (*)(opj_stream_t*)> input_{nullptr, opj_stream_destroy};
  std::unique_ptr<opj_image_t, void (*)(opj_image_t*)> image_{nullptr, opj_image_destroy};
};

}  // namespace

std::unique_ptr<RasterReader> open_jp2(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<Jp2Reader>(std::move(stream), options);
}

}  // namespace handtint
