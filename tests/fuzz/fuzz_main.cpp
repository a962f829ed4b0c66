// libFuzzer's entry; which target it feeds is set at build time.
#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "tests/fuzz/targets.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

// Mutated chunks would all fail at their check sum; it is made right again, so that what they hold is reached.
void repair_png_chunks(std::uint8_t* data, std::size_t size) {
  const auto u32 = [data](std::size_t at) {
    return std::uint32_t{data[at]} << 24 | std::uint32_t{data[at + 1]} << 16 | std::uint32_t{data[at + 2]} << 8 |
           data[at + 3];
  };
  for (std::size_t at = 8; at + 12 <= size;) {
    const std::size_t length = u32(at);
    if (length > size - at - 12) return;
    const auto sum = static_cast<std::uint32_t>(crc32(0, data + at + 4, static_cast<uInt>(length + 4)));
    for (int i = 0; i < 4; ++i) data[at + 8 + length + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
    at += length + 12;
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned) {
  const std::size_t mutated = LLVMFuzzerMutate(data, size, max_size);
  const std::size_t prefix = std::strcmp(HANDTINT_FUZZ_TARGET, "mask") == 0 ? 1 : 0;
  constexpr char signature[] = {'\x89', 'P', 'N', 'G', '\r', '\n', '\x1a', '\n'};
  if (mutated > prefix + sizeof signature && std::memcmp(data + prefix, signature, sizeof signature) == 0)
    repair_png_chunks(data + prefix, mutated - prefix);
  return mutated;
}

// libheif 1.15 does not give back what libdav1d 1.0 has made of a damaged AVIF (80 bytes), nor the code points of a
// colour space that it does not know (52).
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libdav1d\nleak:libheif.so\n";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const handtint::fuzz::Target target = handtint::fuzz::target_of(HANDTINT_FUZZ_TARGET);
  if (!target) std::abort();
  target({data, size});
  return 0;
}
