#include "editor/gui/legible.h"

#include <imgui_internal.h>

#include <algorithm>
#include <utility>

namespace handtint {
namespace {

constexpr unsigned last_of_every_font = 0x17f;  // theme.cpp

std::set<ImWchar> met;
bool met_more = false;

bool is_right_to_left(unsigned c) {
  return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff);
}

template <class F>
void each_character(std::string_view text, F&& f) {
  for (const char *at = text.data(), *end = at + text.size(); at < end;) {
    unsigned c = 0;
    at += std::max(1, ImTextCharFromUtf8(&c, at, end));
    f(c);
  }
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void note(unsigned c) {
  const bool general_signs = c >= 0x2010 && c <= 0x2044;  // dashes, quotes
  if (c > last_of_every_font && !general_signs && c <= 0xffff && c != IM_UNICODE_CODEPOINT_INVALID)
    met_more |= met.insert(static_cast<ImWchar>(c)).second;
}

}  // namespace

std::string legible(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  bool turns = false;
  each_character(text, [&](unsigned c) { turns |= is_right_to_left(c); });
  std::string drawn;
  for (std::size_t begin = 0; turns && begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    drawn += turned_right_to_left(text.substr(begin, end - begin));
    if (end < text.size()) drawn += '\n';
    begin = end + 1;
  }
  if (!turns) drawn = text;
  each_character(drawn, note);
  return drawn;
}

void need_character(ImWchar character) {
  note(character);
}

const std::set<ImWchar>& foreign_characters() {
  return met;
}

bool take_new_characters() {
  return std::exchange(met_more, false);
}

}  // namespace handtint
