#include <csetjmp>
#include <cstddef>
#include <cstdio>
// libjpeg's header needs the two above.
#include <jpeglib.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <vector>

#include "editor/files/metadata.h"
#include "editor/files/photo_write.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class JpegWriter {
 public:
  explicit JpegWriter(AtomicFile& file) : file_(file) {
    encoder_.err = jpeg_std_error(&errors_);
    errors_.error_exit = on_error;
    errors_.output_message = on_message;
    encoder_.client_data = this;
    guarded([&] { jpeg_create_compress(&encoder_); });
  }
  ~JpegWriter() { jpeg_destroy_compress(&encoder_); }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  bool write(const RowSource& source, const WriteOptions& options, const WriteProgress& progress) {
    if (source.width > JPEG_MAX_DIMENSION || source.height > JPEG_MAX_DIMENSION)
      throw FileError(file_.target(),
                      tr("is too long a picture for {1} ({2} pixels); choose .png or .tif", {"JPEG", "65500"}));
    const std::vector<std::uint8_t> profile = profile_of(options);
    std::vector<JpegSegment> segments;
    if (options.metadata) segments = jpeg_segments(*options.metadata);
    target_.init_destination = on_target_ready;
    target_.empty_output_buffer = on_target_full;
    target_.term_destination = on_target_done;
    encoder_.dest = &target_;
    const auto density = [](double dpi) { return static_cast<UINT16>(std::clamp(std::lround(dpi), 1l, 65535l)); };
    guarded([&] {
      encoder_.image_width = static_cast<JDIMENSION>(source.width);
      encoder_.image_height = static_cast<JDIMENSION>(source.height);
      encoder_.input_components = 3;
      encoder_.in_color_space = JCS_RGB;
      jpeg_set_defaults(&encoder_);
      jpeg_set_quality(&encoder_, options.quality, TRUE);
      for (int c = 0; c < encoder_.num_components; ++c)
        encoder_.comp_info[c].h_samp_factor = encoder_.comp_info[c].v_samp_factor = 1;
      if (options.dpi_x > 0 && options.dpi_y > 0) {
        encoder_.density_unit = 1;
        encoder_.X_density = density(options.dpi_x);
        encoder_.Y_density = density(options.dpi_y);
      }
      jpeg_start_compress(&encoder_, TRUE);
      for (const JpegSegment& segment : segments)
        jpeg_write_marker(&encoder_, segment.mark, segment.data.data(), static_cast<unsigned>(segment.data.size()));
      if (!profile.empty()) jpeg_write_icc_profile(&encoder_, profile.data(), static_cast<unsigned>(profile.size()));
    });
    std::vector<std::uint8_t> bytes(source.row_bytes());
    for (int y = 0; y < source.height; ++y) {
      source.fill(y, bytes.data());
      JSAMPROW row = bytes.data();
      guarded([&] { jpeg_write_scanlines(&encoder_, &row, 1); });
      if (!keeps_going(progress, y + 1, source.height)) return false;
    }
    guarded([&] { jpeg_finish_compress(&encoder_); });
    return true;
  }

 private:
  // libjpeg reports errors by a call that must not return; ours pass through it as a stored exception.
  template <class Step>
  void guarded(Step step) {
    if (setjmp(jump_) != 0) {
      if (thrown_) std::rethrow_exception(thrown_);
      throw FileError(file_.target(), tr("cannot be written as {1}: {2}", {"JPEG", error_}));
    }
    step();
  }

  static JpegWriter& self_of(j_common_ptr encoder) { return *static_cast<JpegWriter*>(encoder->client_data); }
  static void on_error(j_common_ptr encoder) {
    JpegWriter& self = self_of(encoder);
    encoder->err->format_message(encoder, self.error_);
    std::longjmp(self.jump_, 1);
  }
  static void on_message(j_common_ptr) {}

  static void on_target_ready(j_compress_ptr encoder) {
    JpegWriter& self = self_of(reinterpret_cast<j_common_ptr>(encoder));
    self.target_.next_output_byte = self.output_;
    self.target_.free_in_buffer = sizeof self.output_;
  }
  static boolean on_target_full(j_compress_ptr encoder) {
    self_of(reinterpret_cast<j_common_ptr>(encoder)).flush(sizeof output_);
    on_target_ready(encoder);
    return TRUE;
  }
  static void on_target_done(j_compress_ptr encoder) {
    JpegWriter& self = self_of(reinterpret_cast<j_common_ptr>(encoder));
    self.flush(sizeof output_ - self.target_.free_in_buffer);
  }
  void flush(std::size_t bytes) {
    try {
      file_.write(output_, bytes);
    } catch (...) {
      thrown_ = std::current_exception();
    }
    if (thrown_) std::longjmp(jump_, 1);
  }

  AtomicFile& file_;
  jpeg_compress_struct encoder_{};
  jpeg_error_mgr errors_{};
  jpeg_destination_mgr target_{};
  std::jmp_buf jump_;
  std::exception_ptr thrown_;
  char error_[JMSG_LENGTH_MAX] = "";
  JOCTET output_[1 << 16];
};

}  // namespace

bool write_jpeg(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress) {
  return JpegWriter(file).write(source, options, progress);
}

}  // namespace handtint
