// What is fuzzed: each reader of foreign files, fed with bytes. The same functions run under libFuzzer and, with the
// corpus of found and interesting files, in an ordinary test. A target returns for every input; FileError is an answer
// like any other.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace handtint::fuzz {

using Target = void (*)(std::span<const std::uint8_t> bytes);

// "jpeg", "png", "tiff", "pnm", "bmp", "tga", "gif", "psd", "raw", "mask", "npy", "session", "journal", "gpl", "onnx",
// "contract"; null for any other name. The folders of the corpus have these names.
Target target_of(std::string_view name);

}  // namespace handtint::fuzz
