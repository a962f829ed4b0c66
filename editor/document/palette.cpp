#include "editor/document/palette.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "editor/document/stroke.h"
#include "editor/files/atomic_file.h"
#include "editor/files/read_bytes.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::size_t max_swatches = 100'000;

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

Rgb colour_of_codes(int r, int g, int b) {
  return {static_cast<float>(r) / 255, static_cast<float>(g) / 255, static_cast<float>(b) / 255};
}

// The next number of a text whose numbers are parted by blanks or commas; none at the end or at anything else.
std::optional<double> take_number(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == ',')) text.remove_prefix(1);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<std::array<double, 3>> three_numbers(std::string_view text) {
  std::array<double, 3> values{};
  for (double& value : values) {
    const std::optional<double> number = take_number(text);
    if (!number) return std::nullopt;
    value = *number;
  }
  if (!trimmed(text).empty()) return std::nullopt;
  return values;
}

std::optional<Rgb> parse_hex(std::string_view digits) {
  if (digits.size() != 3 && digits.size() != 6) return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (digits.size() == 3) {
    return colour_of_codes((value >> 8) * 17, (value >> 4 & 15) * 17, (value & 15) * 17);
  }
  return colour_of_codes(value >> 16, value >> 8 & 255, value & 255);
}

// The text between the brackets of "name(...)".
std::optional<std::string_view> inside_call(std::string_view text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  text = trimmed(text.substr(name.size()));
  if (text.size() < 2 || text.front() != '(' || text.back() != ')') return std::nullopt;
  return text.substr(1, text.size() - 2);
}

std::optional<Rgb> rgb_of_numbers(std::string_view text) {
  const auto values = three_numbers(text);
  if (!values) return std::nullopt;
  for (const double v : *values) {
    if (v < 0 || v > 255) return std::nullopt;
  }
  return Rgb{static_cast<float>((*values)[0] / 255), static_cast<float>((*values)[1] / 255),
             static_cast<float>((*values)[2] / 255)};
}

std::optional<Rgb> rgb_of_lab(std::string_view text) {
  const auto values = three_numbers(text);
  if (!values) return std::nullopt;
  const auto [L, a, b] = *values;
  if (L < 0 || L > 100 || std::abs(a) > 128 || std::abs(b) > 128) return std::nullopt;
  const Rgb colour =
      srgb_from_lab(reduce_chroma_to_gamut({static_cast<float>(L), static_cast<float>(a), static_cast<float>(b)}));
  return Rgb{std::clamp(colour.r, 0.0f, 1.0f), std::clamp(colour.g, 0.0f, 1.0f), std::clamp(colour.b, 0.0f, 1.0f)};
}

// A name on one line, so that the text can be read again.
std::string one_line(std::string_view name) {
  std::string line(name);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 32; }, ' ');
  return std::string(trimmed(line));
}

}  // namespace

Palette gpl_from_text(std::string_view text, const std::string& name_for_messages) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark, as Windows editors leave it
  Palette palette;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (first) {
      if (line != "GIMP Palette")
        throw FileError(name_for_messages, tr("is no GIMP palette: it must begin with \"GIMP Palette\""));
      first = false;
      continue;
    }
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("Name:")) {
      palette.name = one_line(line.substr(5));
      continue;
    }
    std::string_view rest = line;
    std::array<int, 3> codes{};
    bool is_colour = true;
    for (int& code : codes) {
      const std::optional<double> number = take_number(rest);
      is_colour = is_colour && number && *number >= 0 && *number <= 255;
      if (is_colour) code = static_cast<int>(std::lround(*number));
    }
    if (!is_colour) continue;
    if (palette.swatches.size() == max_swatches) throw FileError(name_for_messages, tr("has more than 100000 colours"));
    palette.swatches.push_back({one_line(rest), colour_of_codes(codes[0], codes[1], codes[2])});
  }
  if (first) throw FileError(name_for_messages, tr("is empty, not a GIMP palette"));
  return palette;
}

Palette read_gpl(const std::filesystem::path& path) {
  constexpr std::uint64_t largest = 16u << 20;
  return gpl_from_text(read_whole_file(path, largest, tr("a palette")), path.string());
}

std::string gpl_to_text(const Palette& palette) {
  std::string text = "GIMP Palette\nName: " + one_line(palette.name) + "\nColumns: 0\n#\n";
  for (const Swatch& swatch : palette.swatches) {
    std::array<char, 32> codes{};
    std::snprintf(codes.data(), codes.size(), "%3d %3d %3d\t", code_of(swatch.colour.r), code_of(swatch.colour.g),
                  code_of(swatch.colour.b));
    text += codes.data() + one_line(swatch.name) + "\n";
  }
  return text;
}

void write_gpl(const std::filesystem::path& path, const Palette& palette) {
  write_text_file(path, gpl_to_text(palette));
}

void RecentColours::use(Rgb colour) {
  std::erase_if(colours_, [&](Rgb known) { return same_colour(known, colour); });
  colours_.insert(colours_.begin(), colour);
  if (colours_.size() > capacity_) colours_.resize(capacity_);
}

void RecentColours::swap_last_two() {
  if (colours_.size() >= 2) std::swap(colours_[0], colours_[1]);
}

std::optional<Rgb> parse_colour(std::string_view text) {
  const std::string entry = lower(trimmed(text));
  if (entry.starts_with('#')) return parse_hex(trimmed(std::string_view(entry).substr(1)));
  if (const auto lab = inside_call(entry, "lab")) return rgb_of_lab(*lab);
  if (const auto rgb = inside_call(entry, "rgb")) return rgb_of_numbers(*rgb);
  if (const auto rgb = rgb_of_numbers(entry)) return rgb;
  return parse_hex(entry);
}

std::string hex_of(Rgb colour) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", static_cast<unsigned>(code_of(colour.r)),
                static_cast<unsigned>(code_of(colour.g)), static_cast<unsigned>(code_of(colour.b)));
  return text.data();
}

}  // namespace handtint
