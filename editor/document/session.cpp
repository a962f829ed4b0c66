#include "editor/document/session.h"

#include <algorithm>
#include <array>

#include "editor/document/session_json.h"
#include "editor/files/atomic_file.h"
#include "editor/files/paths.h"
#include "editor/files/read_bytes.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using session_json::Json;

constexpr std::uint64_t max_session_bytes = std::uint64_t{256} << 20;

}  // namespace

PhotoReference refer_to_photo(const fs::path& path, int width, int height) {
  PhotoReference photo;
  static_cast<FileReference&>(photo) = refer_to_file(path);
  photo.width = width;
  photo.height = height;
  return photo;
}

bool is_session_name(const fs::path& path) {
  return lower_case_extension(path) == ".handtint";
}

Session session_from_text(std::string_view text, const fs::path& base, const std::string& name) {
  try {
    return session_json::read_session(session_json::parse(text), base);
  } catch (const session_json::BadMember& error) {
    throw FileError(name, error.what());
  }
}

std::string session_to_text(const Session& session, const fs::path& base) {
  const Json json = session_json::session_of(session, base);
  constexpr std::array first{"version", "photo", "settings", "palette", "strokes"};
  const auto is_first = [&](const std::string& name) {
    return std::find(first.begin(), first.end(), name) != first.end();
  };

  std::string text = "{\n";
  const auto put = [&](const std::string& name, const Json& value) {
    text += session_json::text_of(name) + ": ";
    if (name == "strokes" && !value.empty()) {  // a line per stroke, so that versions of a session can be compared
      text += "[\n";
      for (std::size_t i = 0; i < value.size(); ++i) {
        text += session_json::text_of(value[i]) + (i + 1 < value.size() ? ",\n" : "\n");
      }
      text += "],\n";
    } else {
      text += session_json::text_of(value) + ",\n";
    }
  };
  for (const char* name : first) put(name, json[name]);
  for (const auto& [name, value] : json.items()) {
    if (!is_first(name)) put(name, value);
  }
  text.erase(text.size() - 2, 1);  // the last comma
  return text + "}\n";
}

Session read_session(const fs::path& path) {
  const std::string text = read_whole_file(path, max_session_bytes, "a Handtint session");
  if (text.empty()) throw FileError(path, "is empty, not a Handtint session");
  return session_from_text(text, full_path(path).parent_path(), path.string());
}

void write_session(const fs::path& path, const Session& session) {
  write_text_file(path, session_to_text(session, full_path(path).parent_path()));
}

}  // namespace handtint
