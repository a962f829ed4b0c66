#include "editor/files/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "editor/files/raster.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::size_t max_values = 1 << 24;

struct Header {
  std::string kind;  // "<f8", "|b1", ..
  bool fortran_order = false;
  std::vector<std::size_t> shape;
};

// The header is a Python dictionary of three entries with plain values; this reads that and nothing more.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const ByteStream& stream) : rest_(text), stream_(stream) {}

  Header parse() {
    Header header;
    bool has_kind = false, has_order = false, has_shape = false;
    expect('{');
    while (!taken('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr" && !has_kind) {
        header.kind = quoted();
        has_kind = true;
      } else if (key == "fortran_order" && !has_order) {
        header.fortran_order = truth();
        has_order = true;
      } else if (key == "shape" && !has_shape) {
        header.shape = shape();
        has_shape = true;
      } else {
        fail();
      }
      if (!taken(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!rest_.empty() || !has_kind || !has_order || !has_shape) fail();
    return header;
  }

 private:
  [[noreturn]] void fail() const {
    throw FileError(stream_.name(),
                    tr("has a header that is not that of a NumPy array of numbers; save it again with numpy.save"));
  }
  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
  }
  bool taken(char c) {
    skip_space();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!taken(c)) fail();
  }
  bool taken_word(std::string_view word) {
    skip_space();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::string quoted() {
    const char quote = taken('"') ? '"' : '\'';
    if (quote == '\'') expect('\'');
    const std::size_t end = rest_.find(quote);
    if (end == std::string_view::npos) fail();
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return text;
  }
  bool truth() {
    if (taken_word("True")) return true;
    if (!taken_word("False")) fail();
    return false;
  }
  std::vector<std::size_t> shape() {
    std::vector<std::size_t> sides;
    expect('(');
    while (!taken(')')) {
      skip_space();
      std::size_t side = 0, digits = 0;
      for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1), ++digits)
        if ((side = side * 10 + static_cast<std::size_t>(rest_.front() - '0')) > max_values) too_large();
      if (digits == 0 || sides.size() == 8) fail();
      sides.push_back(side);
      if (!taken(',')) {
        expect(')');
        break;
      }
    }
    return sides;
  }
  [[noreturn]] void too_large() const {
    throw FileError(stream_.name(), tr("is too large an array for a set of hints"));
  }

  std::string_view rest_;
  const ByteStream& stream_;
};

template <class Number, class Bits>
float number_at(const std::uint8_t* bytes, bool swapped) {
  std::array<std::uint8_t, sizeof(Number)> own;
  std::memcpy(own.data(), bytes, own.size());
  if (swapped) std::reverse(own.begin(), own.end());
  return static_cast<float>(std::bit_cast<Number>(std::bit_cast<Bits>(own)));
}

}  // namespace

NpyArray read_npy(ByteStream& stream) {
  std::array<std::uint8_t, 12> head{};
  if (stream.read(head.data(), 8) != 8 || std::memcmp(head.data(), "\x93NUMPY", 6) != 0)
    throw FileError(stream.name(), tr("is no NumPy array (.npy)"));
  const int version = head[6];
  if (version < 1 || version > 3) throw FileError(stream.name(), tr("is a NumPy array of an unknown version"));
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  std::size_t length = 0;
  if (stream.read(head.data() + 8, length_bytes) != length_bytes)
    throw_damaged(stream, "NumPy", tr("the file ends early"));
  for (std::size_t i = length_bytes; i-- > 0;) length = length << 8 | head[8 + i];
  if (length > 65536) throw_damaged(stream, "NumPy", tr("a huge header"));
  std::string text(length, ' ');
  if (stream.read(text.data(), length) != length) throw_damaged(stream, "NumPy", tr("the file ends early"));
  const Header header = HeaderParser(text, stream).parse();

  if (header.kind.size() != 3)
    throw FileError(stream.name(), tr("holds numbers of a kind that is not read: {1}", {header.kind}));
  const std::string_view type = std::string_view(header.kind).substr(1);
  const char order = header.kind[0];
  const std::size_t each = type == "f8" ? 8 : type == "f4" ? 4 : type == "b1" || type == "u1" ? 1 : 0;
  if (each == 0 || (order != '<' && order != '>' && !(order == '|' && each == 1)))
    throw FileError(stream.name(), tr("holds numbers of a kind that is not read: {1}", {header.kind}));
  std::size_t count = 1;
  for (const std::size_t side : header.shape) {
    count *= side;
    if (count > max_values) throw FileError(stream.name(), tr("is too large an array for a set of hints"));
  }
  if (stream.size() - stream.position() != count * each)
    throw_damaged(stream, "NumPy", tr("its length does not fit its shape"));

  std::vector<std::uint8_t> bytes(count * each);
  if (stream.read(bytes.data(), bytes.size()) != bytes.size())
    throw_damaged(stream, "NumPy", tr("the file ends early"));
  const bool swapped = (order == '>') == (std::endian::native == std::endian::little) && each > 1;
  std::vector<float> stored(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* at = bytes.data() + i * each;
    stored[i] = each == 8   ? number_at<double, std::uint64_t>(at, swapped)
                : each == 4 ? number_at<float, std::uint32_t>(at, swapped)
                            : static_cast<float>(*at);
    if (!std::isfinite(stored[i])) throw FileError(stream.name(), tr("holds a value that is not a finite number"));
  }
  NpyArray array{header.shape, {}};
  if (!header.fortran_order || header.shape.size() < 2) {
    array.values = std::move(stored);
    return array;
  }
  // Fortran's order: the first index runs fastest.
  array.values.resize(count);
  std::vector<std::size_t> index(header.shape.size(), 0);
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t target = 0;
    for (std::size_t d = 0; d < index.size(); ++d) target = target * header.shape[d] + index[d];
    array.values[target] = stored[i];
    for (std::size_t d = 0; d < index.size() && ++index[d] == header.shape[d]; ++d) index[d] = 0;
  }
  return array;
}

}  // namespace handtint
