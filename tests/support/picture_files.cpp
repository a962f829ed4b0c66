#include "tests/support/picture_files.h"

#include <cstddef>
#include <cstdio>
// libjpeg's header needs the two above.
#include <jpeglib.h>
#include <lcms2.h>
#include <png.h>
#include <tiffio.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace handtint {
namespace {

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

File open_for_writing(const std::filesystem::path& path) {
  File file(std::fopen(path.c_str(), "wb"), std::fclose);
  if (!file) throw std::runtime_error("cannot make " + path.string());
  return file;
}

void put16(std::string& bytes, unsigned value, bool big_endian) {
  const char high = static_cast<char>(value >> 8), low = static_cast<char>(value);
  bytes += big_endian ? high : low;
  bytes += big_endian ? low : high;
}
void put32(std::string& bytes, unsigned value, bool big_endian) {
  put16(bytes, big_endian ? value >> 16 : value & 0xffff, big_endian);
  put16(bytes, big_endian ? value & 0xffff : value >> 16, big_endian);
}

// One directory with orientation and resolution.
std::string exif_bytes(int orientation, double dpi, bool big_endian) {
  std::string bytes = big_endian ? "MM" : "II";
  put16(bytes, 42, big_endian);
  put32(bytes, 8, big_endian);
  put16(bytes, 4, big_endian);
  const auto short_entry = [&](unsigned tag, unsigned value) {
    put16(bytes, tag, big_endian);
    put16(bytes, 3, big_endian);
    put32(bytes, 1, big_endian);
    put16(bytes, value, big_endian);
    put16(bytes, 0, big_endian);
  };
  const auto rational_entry = [&](unsigned tag, unsigned offset) {
    put16(bytes, tag, big_endian);
    put16(bytes, 5, big_endian);
    put32(bytes, 1, big_endian);
    put32(bytes, offset, big_endian);
  };
  const unsigned data = 8 + 2 + 4 * 12 + 4;
  short_entry(0x0112, static_cast<unsigned>(orientation));
  rational_entry(0x011a, data);
  rational_entry(0x011b, data);
  short_entry(0x0128, 2);
  put32(bytes, 0, big_endian);
  put32(bytes, static_cast<unsigned>(std::lround(dpi * 10)), big_endian);
  put32(bytes, 10, big_endian);
  return bytes;
}

// Samples of any depth, packed big-end-first; 16 bit in the machine's own order.
std::vector<std::uint8_t> packed(const std::uint16_t* samples, std::size_t count, std::size_t step, int bits) {
  std::vector<std::uint8_t> bytes((count * bits + 7) / 8);
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned value = samples[i * step];
    if (bits == 16) {
      std::memcpy(&bytes[2 * i], &samples[i * step], 2);
    } else {
      for (int b = 0; b < bits; ++b)
        if (value >> (bits - 1 - b) & 1)
          bytes[(i * bits + b) / 8] |= static_cast<std::uint8_t>(128 >> (i * bits + b) % 8);
    }
  }
  return bytes;
}

std::vector<std::uint8_t> saved(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  std::vector<std::uint8_t> bytes(size);
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsCloseProfile(profile);
  return bytes;
}

}  // namespace

TestPicture test_picture(int width, int height, int channels, int bits) {
  TestPicture picture{width, height, channels, bits, {}};
  const unsigned top = (1u << bits) - 1;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c) {
        const unsigned steps[] = {7919, 104729, 1299709, 15485863};
        const unsigned mixed = static_cast<unsigned>((y * width + x) * channels + c + 1) * steps[c];
        picture.samples.push_back(static_cast<std::uint16_t>((mixed >> 3) % (top + 1)));
      }
  return picture;
}

void make_png(const std::filesystem::path& path, const TestPicture& picture, const PngKind& kind) {
  const File file = open_for_writing(path);
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_init_io(png, file.get());
  const int types[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  png_set_IHDR(png, info, static_cast<png_uint_32>(picture.width), static_cast<png_uint_32>(picture.height),
               picture.bits, types[picture.channels], kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  const auto per_metre = static_cast<png_uint_32>(std::lround(kind.dpi / 0.0254));
  if (kind.dpi > 0) png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
  std::string exif = exif_bytes(kind.orientation, 0, true);
  if (kind.orientation > 0)
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(exif.size()), reinterpret_cast<png_bytep>(exif.data()));
  if (!kind.profile.empty())
    png_set_iCCP(png, info, "test", PNG_COMPRESSION_TYPE_BASE, kind.profile.data(),
                 static_cast<png_uint_32>(kind.profile.size()));
  png_write_info(png, info);
  if (picture.bits == 16 && std::endian::native == std::endian::little) png_set_swap(png);
  const int passes = png_set_interlace_handling(png);
  const std::size_t values = static_cast<std::size_t>(picture.width) * picture.channels;
  for (int pass = 0; pass < passes; ++pass)
    for (int y = 0; y < picture.height; ++y)
      png_write_row(png, packed(picture.samples.data() + y * values, values, 1, picture.bits).data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
}

void make_palette_png(const std::filesystem::path& path, const TestPicture& indices,
                      const std::vector<std::uint8_t>& rgb) {
  const File file = open_for_writing(path);
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_init_io(png, file.get());
  png_set_IHDR(png, info, static_cast<png_uint_32>(indices.width), static_cast<png_uint_32>(indices.height),
               indices.bits, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_color> palette;
  for (std::size_t i = 0; i + 2 < rgb.size(); i += 3) palette.push_back({rgb[i], rgb[i + 1], rgb[i + 2]});
  png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
  png_write_info(png, info);
  for (int y = 0; y < indices.height; ++y)
    png_write_row(png, packed(indices.samples.data() + static_cast<std::size_t>(y) * indices.width,
                              static_cast<std::size_t>(indices.width), 1, indices.bits)
                           .data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
}

void make_tiff(const std::filesystem::path& path, const TestPicture& picture, const TiffKind& kind) {
  TIFF* tiff = TIFFOpen(path.c_str(), kind.big_endian ? "wb" : "wl");
  if (!tiff) throw std::runtime_error("cannot make " + path.string());
  const int colours = picture.channels - (kind.alpha ? 1 : 0);
  const int by_channels = colours == 4   ? PHOTOMETRIC_SEPARATED
                          : colours == 3 ? PHOTOMETRIC_RGB
                                         : PHOTOMETRIC_MINISBLACK;
  const int photometric = kind.photometric >= 0 ? kind.photometric : by_channels;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, picture.width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, picture.height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, picture.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, picture.channels);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, kind.compression);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, kind.planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  if (kind.orientation > 0) TIFFSetField(tiff, TIFFTAG_ORIENTATION, kind.orientation);
  if (kind.dpi > 0) {
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, kind.dpi);
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION, kind.dpi);
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  }
  if (kind.alpha) {
    std::uint16_t meaning = kind.premultiplied ? EXTRASAMPLE_ASSOCALPHA : EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &meaning);
  }
  if (!kind.palette.empty()) {
    const std::size_t colours_in_palette = kind.palette.size() / 3;
    TIFFSetField(tiff, TIFFTAG_COLORMAP, kind.palette.data(), kind.palette.data() + colours_in_palette,
                 kind.palette.data() + 2 * colours_in_palette);
  }
  if (!kind.profile.empty())
    TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(kind.profile.size()), kind.profile.data());
  const int planes = kind.planar ? picture.channels : 1, values = kind.planar ? 1 : picture.channels;
  const std::size_t row_values = static_cast<std::size_t>(picture.width) * picture.channels;
  if (kind.tiled) {
    constexpr int side = 16;
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, side);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, side);
    for (int plane = 0; plane < planes; ++plane)
      for (int y0 = 0; y0 < picture.height; y0 += side)
        for (int x0 = 0; x0 < picture.width; x0 += side) {
          std::vector<std::uint16_t> tile(static_cast<std::size_t>(side) * side * values);
          for (int y = 0; y < std::min(side, picture.height - y0); ++y)
            for (int x = 0; x < std::min(side, picture.width - x0); ++x)
              for (int c = 0; c < values; ++c)
                tile[(static_cast<std::size_t>(y) * side + x) * values + c] = picture.at(x0 + x, y0 + y, plane + c);
          std::vector<std::uint8_t> bytes;
          for (int y = 0; y < side; ++y) {
            const auto line = packed(tile.data() + static_cast<std::size_t>(y) * side * values,
                                     static_cast<std::size_t>(side) * values, 1, picture.bits);
            bytes.insert(bytes.end(), line.begin(), line.end());
          }
          TIFFWriteTile(tiff, bytes.data(), static_cast<std::uint32_t>(x0), static_cast<std::uint32_t>(y0), 0,
                        static_cast<std::uint16_t>(plane));
        }
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, kind.rows_per_strip);
    for (int plane = 0; plane < planes; ++plane)
      for (int y = 0; y < picture.height; ++y)
        TIFFWriteScanline(
            tiff,
            packed(picture.samples.data() + y * row_values + plane, static_cast<std::size_t>(picture.width) * values,
                   kind.planar ? picture.channels : 1, picture.bits)
                .data(),
            static_cast<std::uint32_t>(y), static_cast<std::uint16_t>(plane));
  }
  TIFFClose(tiff);
}

void make_jpeg(const std::filesystem::path& path, const TestPicture& picture, const JpegKind& kind) {
  const File file = open_for_writing(path);
  jpeg_compress_struct encoder{};
  jpeg_error_mgr errors{};
  encoder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&encoder);
  jpeg_stdio_dest(&encoder, file.get());
  encoder.image_width = static_cast<JDIMENSION>(picture.width);
  encoder.image_height = static_cast<JDIMENSION>(picture.height);
  encoder.input_components = picture.channels;
  encoder.in_color_space = picture.channels == 1 ? JCS_GRAYSCALE : picture.channels == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, kind.quality, TRUE);
  for (int c = 0; c < encoder.num_components; ++c)
    encoder.comp_info[c].h_samp_factor = encoder.comp_info[c].v_samp_factor = kind.subsampled && c == 0 ? 2 : 1;
  encoder.write_Adobe_marker = kind.adobe_cmyk ? TRUE : encoder.write_Adobe_marker;
  if (picture.channels == 4 && !kind.adobe_cmyk) encoder.write_Adobe_marker = FALSE;
  if (kind.progressive) jpeg_simple_progression(&encoder);
  if (kind.dpi > 0) {
    encoder.density_unit = 1;
    encoder.X_density = encoder.Y_density = static_cast<UINT16>(kind.dpi);
  }
  jpeg_start_compress(&encoder, TRUE);
  if (kind.orientation > 0 || kind.exif_dpi > 0) {
    const std::string exif =
        std::string("Exif\0\0", 6) + exif_bytes(std::max(kind.orientation, 1), kind.exif_dpi, kind.big_endian_exif);
    jpeg_write_marker(&encoder, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(exif.data()),
                      static_cast<unsigned>(exif.size()));
  }
  if (!kind.profile.empty())
    jpeg_write_icc_profile(&encoder, kind.profile.data(), static_cast<unsigned>(kind.profile.size()));
  const std::size_t values = static_cast<std::size_t>(picture.width) * picture.channels;
  std::vector<JSAMPLE> row(values);
  for (int y = 0; y < picture.height; ++y) {
    for (std::size_t i = 0; i < values; ++i) row[i] = static_cast<JSAMPLE>(picture.samples[y * values + i]);
    JSAMPROW rows[] = {row.data()};
    jpeg_write_scanlines(&encoder, rows, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
}

void make_bmp(const std::filesystem::path& path, const TestPicture& picture, double dpi) {
  const int stride = (3 * picture.width + 3) / 4 * 4;
  std::string bytes = "BM";
  put32(bytes, static_cast<unsigned>(54 + stride * picture.height), false);
  put32(bytes, 0, false);
  put32(bytes, 54, false);
  put32(bytes, 40, false);
  put32(bytes, static_cast<unsigned>(picture.width), false);
  put32(bytes, static_cast<unsigned>(picture.height), false);
  put16(bytes, 1, false);
  put16(bytes, 24, false);
  put32(bytes, 0, false);
  put32(bytes, static_cast<unsigned>(stride * picture.height), false);
  for (int i = 0; i < 2; ++i) put32(bytes, static_cast<unsigned>(std::lround(dpi / 0.0254)), false);
  put32(bytes, 0, false);
  put32(bytes, 0, false);
  for (int y = picture.height - 1; y >= 0; --y) {
    for (int x = 0; x < picture.width; ++x)
      for (int c = 2; c >= 0; --c) bytes += static_cast<char>(picture.at(x, y, c));
    bytes.append(static_cast<std::size_t>(stride - 3 * picture.width), '\0');
  }
  write_bytes(path, bytes);
}

void make_tga(const std::filesystem::path& path, const TestPicture& picture) {
  std::string bytes(18, '\0');
  bytes[2] = 2;
  bytes[12] = static_cast<char>(picture.width);
  bytes[13] = static_cast<char>(picture.width >> 8);
  bytes[14] = static_cast<char>(picture.height);
  bytes[15] = static_cast<char>(picture.height >> 8);
  bytes[16] = 24;
  bytes[17] = 0x20;  // top row first
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      for (int c = 2; c >= 0; --c) bytes += static_cast<char>(picture.at(x, y, c));
  write_bytes(path, bytes);
}

void make_gif(const std::filesystem::path& path, int width, int height, const std::vector<std::uint8_t>& indices,
              const std::vector<std::uint8_t>& rgb) {
  std::string bytes = "GIF89a";
  put16(bytes, static_cast<unsigned>(width), false);
  put16(bytes, static_cast<unsigned>(height), false);
  bytes += static_cast<char>(0x81);  // a palette of 4
  bytes += std::string(2, '\0');
  for (std::size_t i = 0; i < 12; ++i) bytes += i < rgb.size() ? static_cast<char>(rgb[i]) : '\0';
  bytes += ',';
  put32(bytes, 0, false);
  put16(bytes, static_cast<unsigned>(width), false);
  put16(bytes, static_cast<unsigned>(height), false);
  bytes += '\0';
  bytes += static_cast<char>(2);  // code size: 0..3 are colours, 4 clears, 5 ends; codes stay 3 bits wide
  std::string data;
  unsigned pending = 0;
  int available = 0;
  const auto put_code = [&](unsigned code) {
    pending |= code << available;
    for (available += 3; available >= 8; available -= 8, pending >>= 8) data += static_cast<char>(pending & 255);
  };
  for (const std::uint8_t index : indices) {
    put_code(4);
    put_code(index);
  }
  put_code(5);
  if (available > 0) data += static_cast<char>(pending);
  for (std::size_t i = 0; i < data.size(); i += 255) {
    const std::string block = data.substr(i, 255);
    bytes += static_cast<char>(block.size());
    bytes += block;
  }
  bytes += '\0';
  bytes += ';';
  write_bytes(path, bytes);
}

void make_pnm(const std::filesystem::path& path, const TestPicture& picture, int kind, int max_value) {
  std::string bytes = "P" + std::to_string(kind) + "\n# a comment\n" + std::to_string(picture.width) + " " +
                      std::to_string(picture.height) + "\n";
  if (kind != 1 && kind != 4) bytes += std::to_string(max_value) + "\n";
  const std::size_t values = static_cast<std::size_t>(picture.width) * picture.channels;
  for (int y = 0; y < picture.height; ++y) {
    const std::uint16_t* row = picture.samples.data() + y * values;
    if (kind <= 3) {
      for (std::size_t i = 0; i < values; ++i) bytes += std::to_string(row[i]) + (kind == 1 ? "" : " ");
      bytes += "\n";
    } else if (kind == 4) {
      const auto line = packed(row, values, 1, 1);
      bytes.append(line.begin(), line.end());
    } else {
      for (std::size_t i = 0; i < values; ++i) {
        if (max_value > 255) bytes += static_cast<char>(row[i] >> 8);
        bytes += static_cast<char>(row[i]);
      }
    }
  }
  write_bytes(path, bytes);
}

void make_npy(const std::filesystem::path& path, const std::string& kind, bool fortran_order,
              const std::vector<std::size_t>& shape, const std::vector<double>& values) {
  std::string header =
      "{'descr': '" + kind + "', 'fortran_order': " + (fortran_order ? "True" : "False") + ", 'shape': (";
  for (const std::size_t side : shape) header += std::to_string(side) + ", ";
  header += "), }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  put16(bytes, static_cast<unsigned>(header.size()), false);
  bytes += header;
  for (const double value : values) {
    std::string number;
    if (kind.substr(1) == "f8") {
      number.assign(reinterpret_cast<const char*>(&value), 8);
    } else if (kind.substr(1) == "f4") {
      const float single = static_cast<float>(value);
      number.assign(reinterpret_cast<const char*>(&single), 4);
    } else {
      number.assign(1, static_cast<char>(value));
    }
    if (kind[0] == '>') std::reverse(number.begin(), number.end());
    bytes += number;
  }
  write_bytes(path, bytes);
}

std::string le16(unsigned value) {
  std::string bytes;
  put16(bytes, value, false);
  return bytes;
}
std::string le32(unsigned value) {
  std::string bytes;
  put32(bytes, value, false);
  return bytes;
}
std::string be32(unsigned value) {
  std::string bytes;
  put32(bytes, value, true);
  return bytes;
}

void add_png_chunk(const std::filesystem::path& path, const std::string& type, const std::string& data) {
  const std::string named = type + data;
  std::uint32_t check = 0xffffffff;
  for (const char c : named) {
    check ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) check = check & 1 ? 0xedb88320 ^ check >> 1 : check >> 1;
  }
  std::string bytes = bytes_of(path);
  constexpr std::size_t behind_header = 8 + 25;
  bytes.insert(behind_header, be32(static_cast<unsigned>(data.size())) + named + be32(~check));
  write_bytes(path, bytes);
}

void add_jpeg_segment(const std::filesystem::path& path, int mark, const std::string& data) {
  std::string segment = {'\xff', static_cast<char>(mark)};
  put16(segment, static_cast<unsigned>(data.size() + 2), true);
  std::string bytes = bytes_of(path);
  bytes.insert(2, segment + data);
  write_bytes(path, bytes);
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::uint8_t> linear_grey_profile() {
  cmsToneCurve* linear = cmsBuildGamma(nullptr, 1.0);
  const cmsHPROFILE profile = cmsCreateGrayProfile(cmsD50_xyY(), linear);
  cmsFreeToneCurve(linear);
  return saved(profile);
}

std::vector<std::uint8_t> wide_rgb_profile() {
  cmsCIExyY white;
  cmsWhitePointFromTemp(&white, 6504);
  const cmsCIExyYTRIPLE primaries = {{0.708, 0.292, 1}, {0.170, 0.797, 1}, {0.131, 0.046, 1}};
  cmsToneCurve* gamma = cmsBuildGamma(nullptr, 1.8);
  cmsToneCurve* curves[] = {gamma, gamma, gamma};
  const cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, curves);
  cmsFreeToneCurve(gamma);
  return saved(profile);
}

}  // namespace handtint
