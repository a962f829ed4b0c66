#include "editor/files/path_text.h"

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::string_view replacement_sign = "\uFFFD";
constexpr char32_t last_in_field = 0xFFFF, none = 0xFFFFFFFF;

struct Piece {
  std::string_view bytes;  // a character, or a single byte that is part of none
  char32_t character = none;
};

// The first piece of a text that is not empty, as RFC 3629 has it: no overlong forms, no surrogates.
Piece first_piece(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (byte(0) < 0x80) return {text.substr(0, 1), byte(0)};
  const std::size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < length) return {text.substr(0, 1)};
  char32_t character = byte(0) & (0xFF >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {text.substr(0, 1)};
    character = character << 6 | (byte(i) & 0x3F);
  }
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < least[length] || character > 0x10FFFF || surrogate) return {text.substr(0, 1)};
  return {text.substr(0, length), character};
}

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    pieces.push_back(first_piece(text));
    text.remove_prefix(pieces.back().bytes.size());
  }
  return pieces;
}

std::string with_signs(const std::string& bytes, char32_t last_shown) {
  std::string text;
  for (const Piece& piece : pieces_of(bytes)) text += piece.character <= last_shown ? piece.bytes : replacement_sign;
  return text;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string text_of_path(const std::filesystem::path& path) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::string bytes = path.string();
  std::string text;
  for (const Piece& piece : pieces_of(bytes)) {
    if (piece.character != none) {
      text += piece.bytes;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(piece.bytes[0]);
    text += '\0';
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::filesystem::path path_of_text(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\0') {
      bytes += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 8 || low < 0) throw std::runtime_error(tr("is not a file name"));  // ASCII needs no escape
    bytes += static_cast<char>(high << 4 | low);
    i += 2;
  }
  if (bytes.empty()) throw std::runtime_error(tr("is not a file name"));
  return bytes;
}

std::string shown(const std::filesystem::path& path) {
  return with_signs(path.string(), 0x10FFFF);
}

std::string shown_in_field(const std::filesystem::path& name) {
  return with_signs(name.string(), last_in_field);
}

std::filesystem::path name_from_field(std::string_view text, const std::filesystem::path& name) {
  const std::string original = name.string();
  std::vector<std::string_view> stood_for;
  for (const Piece& piece : pieces_of(original))
    if (piece.character > last_in_field || piece.bytes == replacement_sign) stood_for.push_back(piece.bytes);
  std::string bytes;
  std::size_t signs = 0;
  for (const Piece& piece : pieces_of(text)) {
    if (piece.bytes != replacement_sign) {
      bytes += piece.bytes;
    } else if (signs++ < stood_for.size()) {
      bytes += stood_for[signs - 1];
    }
  }
  if (signs != 0 && signs != stood_for.size())
    throw std::runtime_error(tr("holds a sign that stands for something else; type another name"));
  return bytes;
}

}  // namespace handtint
