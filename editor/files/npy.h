// NumPy's .npy arrays of numbers, as ideepcolor leaves them. A small, strict reader. Internal to editor/document.
#pragma once

#include <cstddef>
#include <vector>

#include "editor/files/byte_stream.h"

namespace handtint {

struct NpyArray {
  std::vector<std::size_t> shape;
  std::vector<float> values;  // in C order whatever the file's order was
};

// Versions 1 to 3; 4- and 8-byte floats of both byte orders, bytes and booleans; at most 16 million values.
// Throws FileError: no .npy file, another kind of number, cut off, a value that is not finite.
NpyArray read_npy(ByteStream& stream);

}  // namespace handtint
