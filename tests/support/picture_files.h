// Picture files of every kind for tests, made with the formats' own libraries and not with the code under test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace handtint {

// Interleaved samples, row-major, top row first. 8-bit values are 0..255 in the same type.
struct TestPicture {
  int width = 0, height = 0, channels = 3, bits = 8;
  std::vector<std::uint16_t> samples;

  std::uint16_t at(int x, int y, int c) const {
    return samples[(static_cast<std::size_t>(y) * width + x) * channels + c];
  }
};

// A picture whose pixels all differ, with dark, light and strongly coloured ones.
TestPicture test_picture(int width, int height, int channels, int bits);

struct PngKind {
  bool interlaced = false;
  double dpi = 0;
  int orientation = 0;  // 0: no eXIf chunk
  std::vector<std::uint8_t> profile;
};
// 1 = grey, 2 = grey and alpha, 3 = RGB, 4 = RGBA; `bits` may be 1, 2 or 4 for grey.
void make_png(const std::filesystem::path& path, const TestPicture& picture, const PngKind& kind = {});
// One index per sample; palette of RGB triples.
void make_palette_png(const std::filesystem::path& path, const TestPicture& indices,
                      const std::vector<std::uint8_t>& rgb);

struct TiffKind {
  int compression = 1;   // libtiff's numbers
  int photometric = -1;  // -1: by the number of channels
  bool tiled = false, planar = false, big_endian = false;
  int rows_per_strip = 7;
  int orientation = 0;  // 0: no tag
  double dpi = 0;
  bool alpha = false;  // the last channel
  bool premultiplied = false;
  std::vector<std::uint16_t> palette;  // all reds, all greens, all blues
  std::vector<std::uint8_t> profile;
};
void make_tiff(const std::filesystem::path& path, const TestPicture& picture, const TiffKind& kind = {});

struct JpegKind {
  bool progressive = false;
  bool adobe_cmyk = false;  // four channels: Adobe's inverted CMYK
  int orientation = 0;      // 0: no EXIF
  bool big_endian_exif = false;
  double dpi = 0;       // in JFIF
  double exif_dpi = 0;  // in EXIF, JFIF then says nothing
  std::vector<std::uint8_t> profile;
  int quality = 100;
  bool subsampled = false;  // colour at half the resolution
};
void make_jpeg(const std::filesystem::path& path, const TestPicture& picture, const JpegKind& kind = {});

void make_bmp(const std::filesystem::path& path, const TestPicture& picture, double dpi = 0);  // 24 bit
void make_tga(const std::filesystem::path& path, const TestPicture& picture);                  // 24 bit, no runs
void make_gif(const std::filesystem::path& path, int width, int height, const std::vector<std::uint8_t>& indices,
              const std::vector<std::uint8_t>& rgb);  // at most 4 colours
void make_pnm(const std::filesystem::path& path, const TestPicture& picture, int kind, int max_value);
void make_npy(const std::filesystem::path& path, const std::string& kind, bool fortran_order,
              const std::vector<std::size_t>& shape, const std::vector<double>& values);

// Puts a chunk behind the header of a PNG file, and a segment behind the first mark of a JPEG file.
void add_png_chunk(const std::filesystem::path& path, const std::string& type, const std::string& data);
void add_jpeg_segment(const std::filesystem::path& path, int mark, const std::string& data);

// Numbers with the little end first, and with the big end first.
std::string le16(unsigned value);
std::string le32(unsigned value);
std::string be32(unsigned value);

std::string bytes_of(const std::filesystem::path& path);
void write_bytes(const std::filesystem::path& path, const std::string& bytes);

// Profiles made with lcms2: a linear grey, and RGB with the primaries of Rec. 2020 and gamma 1.8.
std::vector<std::uint8_t> linear_grey_profile();
std::vector<std::uint8_t> wide_rgb_profile();

}  // namespace handtint
