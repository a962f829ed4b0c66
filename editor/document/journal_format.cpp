#include "editor/document/journal_format.h"

#include "editor/files/sha256.h"

namespace handtint::journal_format {
namespace {

constexpr std::size_t digits = 16;

std::string sum_of(std::string_view text) {
  return sha256_of(text).substr(0, digits);
}

}  // namespace

std::string line_of(const session_json::Json& json) {
  std::string line = session_json::text_of(json);
  const std::string sum = sum_of(line);
  return line += '\t' + sum + '\n';
}

std::optional<std::string_view> checked_text(std::string_view line, bool& has_sum) {
  // In JSON a tab is no part of any text, and ours has none between its tokens.
  const std::size_t tab = line.rfind('\t');
  has_sum = tab != std::string_view::npos;
  if (!has_sum) return line;
  const std::string_view text = line.substr(0, tab);
  if (line.substr(tab + 1) != sum_of(text)) return std::nullopt;
  return text;
}

}  // namespace handtint::journal_format
