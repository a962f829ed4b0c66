// Encoders behind write_photo and write_stroke_mask, one file per format. Internal to editor/document.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "editor/files/atomic_file.h"
#include "editor/files/photo.h"

namespace handtint {

// The picture as its encoder asks for it, row by row from the top: interleaved RGB or RGBA, std::uint8_t or
// std::uint16_t.
struct RowSource {
  int width = 0, height = 0;
  bool alpha = false;
  int bits = 8;
  std::function<void(int y, void* row)> fill;

  int channels() const { return alpha ? 4 : 3; }
  std::size_t row_bytes() const { return static_cast<std::size_t>(width) * channels() * (bits / 8); }
};

// Write the whole picture into the file and do not commit it. False when cancelled. Throw FileError. What the options
// hold of metadata is written as it is.
bool write_png(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress);
bool write_tiff(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress);
bool write_jpeg(AtomicFile& file, const RowSource& source, const WriteOptions& options, const WriteProgress& progress);

// The ICC profile to embed.
std::vector<std::uint8_t> profile_of(const WriteOptions& options);

// For the encoders: called after each row; asks `progress` every 16 rows and after the last.
bool keeps_going(const WriteProgress& progress, int rows_done, int height);

}  // namespace handtint
