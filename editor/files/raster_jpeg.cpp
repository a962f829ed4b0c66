// JPEG through libjpeg: grey, YCbCr, RGB, CMYK and YCCK; baseline and progressive; 8 bit.
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
// libjpeg's header needs the two above.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "editor/files/colour_profile.h"
#include "editor/files/exif.h"
#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// Ordinary progressive files have about ten scans. Thousands of empty ones over a large picture cost hours.
constexpr int max_scans = 200;

class JpegReader final : public RasterReader {
 public:
  JpegReader(ByteStream stream, const ReadOptions& options) : RasterReader(options), stream_(std::move(stream)) {
    info_.format = "JPEG";
    require_readable_kind();
    decoder_.err = jpeg_std_error(&errors_);
    errors_.error_exit = on_error;
    errors_.emit_message = on_message;
    decoder_.client_data = this;
    guarded([&] { jpeg_create_decompress(&decoder_); });
    try {
      read_header(options.max_pixels);
    } catch (...) {
      jpeg_destroy_decompress(&decoder_);
      throw;
    }
  }
  ~JpegReader() override { jpeg_destroy_decompress(&decoder_); }
  Metadata metadata() override { return jpeg_metadata(stream_); }

  void decode_rows(const RowSink& sink) override {
    decoding_ = true;
    try {
      start();
    } catch (const DamagedPicture& damage) {
      if (!several_scans_) throw;
      throw_partly_damaged(stream_.name(), "JPEG", damage.detail(), scans_text());
    }
    const std::size_t row_values = static_cast<std::size_t>(info_.width) * info_.channels();
    // All programs store light where the standard's words would have ink, with Adobe's marker or without it.
    const bool inverted = info_.samples == Samples::cmyk;
    std::vector<JSAMPLE> bytes(row_values);
    std::vector<std::uint16_t> samples(row_values);
    for (int y = 0; y < info_.height; ++y) {
      JSAMPROW row = bytes.data();
      guarded([&] { jpeg_read_scanlines(&decoder_, &row, 1); });
      if (broken_from_ < 0 && error_[0] != '\0') broken_from_ = y;
      for (std::size_t i = 0; i < row_values; ++i)
        samples[i] = static_cast<std::uint16_t>(257 * (inverted ? 255 - bytes[i] : bytes[i]));
      sink(samples.data());
    }
    // The end marker, and whatever a camera put in its place or behind it, are no part of the picture.
    if (broken_from_ >= 0 && several_scans_)
      add_note(tr("the file is damaged or cut off ({1}): {2}, so it is coarse or partly grey", {error_, scans_text()}));
    else if (broken_from_ >= 0)
      note_missing(broken_from_, error_);
  }

 private:
  void start() {
    guarded([&] {
      decoder_.out_color_space = info_.samples == Samples::grey  ? JCS_GRAYSCALE
                                 : info_.samples == Samples::rgb ? JCS_RGB
                                                                 : JCS_CMYK;
      // It stops where the file ends between two scans (see on_source_empty), perhaps within a marker. That is left
      // out.
      while (!jpeg_start_decompress(&decoder_)) decoder_.unread_marker = JPEG_EOI;
    });
  }

  // libjpeg counts the scan that it is reading, too.
  std::string scans_text() const {
    const int begun = decoder_.input_iMCU_row < decoder_.total_iMCU_rows ? 1 : 0;
    return tr("of its several scans {1} are there in full",
              {std::to_string(std::max(decoder_.input_scan_number - begun, 0))});
  }

  // Says what it is when libjpeg has no decoder for it. Leaves the stream at its beginning.
  void require_readable_kind() {
    stream_.seek(2);
    for (;;) {
      int mark = stream_.get();
      if (mark != 0xff) break;
      while (mark == 0xff) mark = stream_.get();
      if (mark < 0 || mark == 0xda || mark == 0xd9) break;
      if (mark == 0x01 || (mark >= 0xd0 && mark <= 0xd7)) continue;
      const int length = stream_.get() << 8 | stream_.get();
      if (length < 2) break;
      const bool is_frame = mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 && mark != 0xc8 && mark != 0xcc;
      if (mark == 0xf7) throw_unread_kind(stream_, tr("a JPEG-LS file"), tr("save it as PNG or TIFF first"));
      if (!is_frame) {
        stream_.seek(stream_.position() + static_cast<std::uint64_t>(length - 2));
        continue;
      }
      const int precision = stream_.get(), height = stream_.get() << 8 | stream_.get();
      if (mark == 0xc3 || mark == 0xcb)
        throw_unread_kind(stream_, tr("a lossless JPEG file"), tr("save it as PNG or TIFF first"));
      if ((mark & 3) == 3 || (mark & 7) >= 5) throw_unread_kind(stream_, tr("a hierarchical JPEG file"));
      if (precision == 12)
        throw_unread_kind(stream_, tr("a JPEG file with 12 bits per sample"),
                          tr("save it as PNG or TIFF with 16 bit first"));
      if (height == 0) throw_unread_kind(stream_, tr("a JPEG file that tells its height only at its end (DNL)"));
      break;
    }
    stream_.seek(0);
  }

  // libjpeg reports errors by a call that must not return. Nothing with a destructor lives inside a step.
  template <class Step>
  void guarded(Step step) {
    if (setjmp(jump_) != 0) throw_damaged(stream_, "JPEG", error_);
    step();
  }

  static JpegReader& self_of(j_common_ptr decoder) { return *static_cast<JpegReader*>(decoder->client_data); }

  static void on_error(j_common_ptr decoder) {
    JpegReader& self = self_of(decoder);
    decoder->err->format_message(decoder, self.error_);
    std::longjmp(self.jump_, 1);
  }

  // Negative levels are warnings. libjpeg would go on with grey blocks in place of what is missing; a photograph with a
  // hole must not pass for a whole one. Stray bytes between markers, odd version numbers and a baseline scan that
  // numbers its coefficients oddly do no harm.
  static void on_message(j_common_ptr decoder, int level) {
    const int code = decoder->err->msg_code;
    const bool harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM ||
                          code == JWRN_BOGUS_PROGRESSION || code == JWRN_TOO_MUCH_DATA || code == JWRN_BOGUS_ICC ||
                          code == JWRN_NOT_SEQUENTIAL;
    if (level >= 0 || harmless) return;
    JpegReader& self = self_of(decoder);
    if (!self.options_.salvage || !self.decoding_) on_error(decoder);
    if (self.error_[0] == '\0') decoder->err->format_message(decoder, self.error_);
  }

  static void on_progress(j_common_ptr decoder) {
    JpegReader& self = self_of(decoder);
    if (self.decoder_.input_scan_number <= max_scans) {
      self.watch_scan();
      return;
    }
    std::snprintf(self.error_, sizeof self.error_, "%s",
                  tr("more than {1} scans", {std::to_string(max_scans)}).c_str());
    std::longjmp(self.jump_, 1);
  }

  // Called before each row of blocks and each marker of a file with several scans. When the last coefficient is there,
  // the picture is whole whatever follows.
  void watch_scan() {
    if (decoder_.input_iMCU_row < decoder_.total_iMCU_rows) return;
    for (int i = 0; i < decoder_.comps_in_scan; ++i)
      if (decoder_.cur_comp_info[i])  // null where the file ends in the header of a scan
        scanned_components_ |= 1u << decoder_.cur_comp_info[i]->component_index;
    for (int c = 0; c < decoder_.num_components; ++c) {
      if ((scanned_components_ >> c & 1) == 0) return;
      if (decoder_.progressive_mode && decoder_.coef_bits)
        for (int k = 0; k < DCTSIZE2; ++k)
          if (decoder_.coef_bits[c][k] != 0) return;
    }
    decoder_.unread_marker = JPEG_EOI;
    whole_ = true;
  }

  // libjpeg's view of the stream.
  static void on_source_ready(j_decompress_ptr) {}
  static boolean on_source_empty(j_decompress_ptr decoder) {
    JpegReader& self = self_of(reinterpret_cast<j_common_ptr>(decoder));
    self.source_.bytes_in_buffer = self.stream_.read(self.input_, sizeof self.input_);
    self.source_.next_input_byte = self.input_;
    if (self.source_.bytes_in_buffer > 0) return TRUE;
    // The decoder looks some bytes ahead. Between two scans that are needed, nothing can stand for the rest of the
    // file.
    const bool in_scan = decoder->input_iMCU_row < decoder->total_iMCU_rows;
    if (!self.decoding_ || (self.several_scans_ && !in_scan && !self.whole_)) {
      if (self.error_[0] == '\0') std::snprintf(self.error_, sizeof self.error_, "%s", tr("the file ends early"));
      if (!self.decoding_ || !self.options_.salvage) std::longjmp(self.jump_, 1);
      return FALSE;
    }
    self.input_[0] = 0xff;
    self.input_[1] = JPEG_EOI;
    self.source_.bytes_in_buffer = 2;
    return TRUE;
  }
  static void on_source_skip(j_decompress_ptr decoder, long bytes) {
    JpegReader& self = self_of(reinterpret_cast<j_common_ptr>(decoder));
    while (bytes > static_cast<long>(self.source_.bytes_in_buffer)) {
      bytes -= static_cast<long>(self.source_.bytes_in_buffer);
      if (!on_source_empty(decoder)) return;
    }
    if (bytes <= 0) return;
    self.source_.next_input_byte += bytes;
    self.source_.bytes_in_buffer -= static_cast<std::size_t>(bytes);
  }
  static void on_source_done(j_decompress_ptr) {}

  void read_header(std::int64_t max_pixels) {
    source_.init_source = on_source_ready;
    source_.fill_input_buffer = on_source_empty;
    source_.skip_input_data = on_source_skip;
    source_.resync_to_restart = jpeg_resync_to_restart;
    source_.term_source = on_source_done;
    decoder_.src = &source_;
    progress_.progress_monitor = on_progress;
    decoder_.progress = &progress_;
    guarded([&] {
      jpeg_save_markers(&decoder_, JPEG_APP0 + 1, 0xffff);
      jpeg_save_markers(&decoder_, JPEG_APP0 + 2, 0xffff);
      jpeg_read_header(&decoder_, TRUE);
      several_scans_ = jpeg_has_multiple_scans(&decoder_) != 0;
    });
    // A block of 64 pixels takes two bits at least with Huffman coding; arithmetic coding may take a tenth of that.
    require_plausible_size(stream_, "JPEG", decoder_.image_width, decoder_.image_height, max_pixels, 4096);
    info_.width = static_cast<int>(decoder_.image_width);
    info_.height = static_cast<int>(decoder_.image_height);
    switch (decoder_.jpeg_color_space) {
      case JCS_GRAYSCALE:
        info_.samples = Samples::grey;
        break;
      case JCS_RGB:
      case JCS_YCbCr:
        info_.samples = Samples::rgb;
        break;
      case JCS_CMYK:
      case JCS_YCCK:
        info_.samples = Samples::cmyk;
        break;
      default:
        throw FileError(stream_.name(), tr("is a JPEG file of an unknown kind of colour; save it as RGB first"));
    }
    // Both units hold whole numbers only: 300 dots per inch become 118 per centimetre.
    if (decoder_.density_unit == 1 || decoder_.density_unit == 2) {
      const double inches = decoder_.density_unit == 2 ? 2.54 : 1;
      info_.dpi_x = tidy_dpi(std::round(decoder_.X_density * inches));
      info_.dpi_y = tidy_dpi(std::round(decoder_.Y_density * inches));
    }
    read_profile();
    read_exif();
  }

  void read_exif() {
    constexpr char mark[] = {'E', 'x', 'i', 'f', 0, 0};
    for (const jpeg_marker_struct* marker = decoder_.marker_list; marker; marker = marker->next) {
      if (marker->marker != JPEG_APP0 + 1 || marker->data_length < sizeof mark) continue;
      if (std::memcmp(marker->data, mark, sizeof mark) != 0) continue;
      ByteStream exif({marker->data + sizeof mark, marker->data_length - sizeof mark}, stream_.name());
      const ExifFacts facts = exif_facts(exif);
      info_.orientation = facts.orientation;
      if (info_.dpi_x == 0) {
        info_.dpi_x = facts.dpi_x;
        info_.dpi_y = facts.dpi_y;
      }
      if (facts.adobe_rgb && info_.profile.empty() && info_.samples == Samples::rgb)
        info_.profile = rgb_profile(adobe_rgb_space());
      return;
    }
  }

  void read_profile() {
    JOCTET* profile = nullptr;
    unsigned bytes = 0;
    guarded([&] { jpeg_read_icc_profile(&decoder_, &profile, &bytes); });
    if (!profile) return;
    info_.profile.assign(profile, profile + bytes);
    std::free(profile);
  }

  ByteStream stream_;
  jpeg_decompress_struct decoder_{};
  jpeg_error_mgr errors_{};
  jpeg_source_mgr source_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf jump_;
  char error_[JMSG_LENGTH_MAX] = "";  // the first one
  bool several_scans_ = false, decoding_ = false, whole_ = false;
  unsigned scanned_components_ = 0;
  int broken_from_ = -1;  // the first row with something missing, if it was salvaged
  JOCTET input_[1 << 14];
};

}  // namespace

std::unique_ptr<RasterReader> open_jpeg(ByteStream stream, const ReadOptions& options) {
  return std::make_unique<JpegReader>(std::move(stream), options);
}

}  // namespace handtint
