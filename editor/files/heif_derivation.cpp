#include "editor/files/heif_derivation.h"

#include <cstddef>
#include <cstring>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace handtint {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Item = std::uint32_t;

// Takes a number of so many bytes off the front; 0 where they end.
std::uint64_t take(Bytes& bytes, std::size_t count) {
  std::uint64_t value = 0;
  if (bytes.size() < count) return bytes = {}, value;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[i];
  bytes = bytes.subspan(count);
  return value;
}

struct Box {
  std::string_view type;
  Bytes content;
};

// ISO/IEC 14496-12, 4.2: a size (1 = 64 bits follow, 0 = up to the end), a type, the content.
Box take_box(Bytes& bytes) {
  const Bytes whole = bytes;
  std::uint64_t size = take(bytes, 4);
  if (bytes.size() < 4) return bytes = {}, Box{};
  const std::string_view type(reinterpret_cast<const char*>(bytes.data()), 4);
  bytes = bytes.subspan(4);
  if (size == 1) size = take(bytes, 8);
  const std::size_t head = whole.size() - bytes.size();
  if (size == 0 || size > whole.size()) size = whole.size();
  if (size < head) return bytes = {}, Box{};
  const Box box{type, bytes.first(size - head)};
  bytes = whole.subspan(size);
  return box;
}

Bytes content_of(Bytes bytes, std::string_view type) {
  while (!bytes.empty())
    if (const Box box = take_box(bytes); box.type == type) return box.content;
  return {};
}

// What each picture is made of.
std::map<Item, std::vector<Item>> parts_in(Bytes file) {
  Bytes meta = content_of(file, "meta");
  take(meta, 4);  // version and flags
  Bytes references = content_of(meta, "iref");
  const std::size_t number = take(references, 4) >> 24 == 0 ? 2 : 4;
  std::map<Item, std::vector<Item>> parts;
  while (!references.empty()) {
    auto [type, content] = take_box(references);
    const bool made_of = type == "dimg", belongs_to = type == "auxl";
    if (!made_of && !belongs_to) continue;
    const auto from = static_cast<Item>(take(content, number));
    for (std::uint64_t left = take(content, 2); left > 0 && !content.empty(); --left) {
      const auto to = static_cast<Item>(take(content, number));
      parts[made_of ? from : to].push_back(made_of ? to : from);
    }
  }
  return parts;
}

}  // namespace

bool is_derived_deeper(Bytes file, int most) {
  const std::map<Item, std::vector<Item>> parts = parts_in(file);
  std::set<Item> level;
  for (const auto& [item, its_parts] : parts) level.insert(item);
  for (int step = 0; step < most && !level.empty(); ++step) {
    std::set<Item> next;
    for (const Item item : level)
      for (const Item part : parts.at(item))
        if (parts.contains(part)) next.insert(part);
    level = std::move(next);
  }
  return !level.empty();
}

}  // namespace handtint
