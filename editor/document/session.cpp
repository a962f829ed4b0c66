#include "editor/document/session.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

#include "editor/document/session_json.h"
#include "editor/files/atomic_file.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using session_json::Json;

constexpr std::uintmax_t max_session_bytes = std::uintmax_t{256} << 20;

}  // namespace

PhotoReference refer_to_photo(const fs::path& path, int width, int height) {
  PhotoReference photo;
  static_cast<FileReference&>(photo) = refer_to_file(path);
  photo.width = width;
  photo.height = height;
  return photo;
}

bool is_session_name(const fs::path& path) {
  return path.extension() == ".handtint";
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
  std::error_code error;
  if (!fs::exists(path, error)) throw FileError(path, "does not exist");
  if (fs::is_directory(path, error)) throw FileError(path, "is a folder, not a Handtint session");
  if (fs::file_size(path, error) > max_session_bytes && !error) {
    throw FileError(path, "is larger than 256 MiB: not a Handtint session");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw FileError(path, "cannot be read; check its permissions");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) throw FileError(path, "cannot be read to its end");
  if (text.empty()) throw FileError(path, "is empty, not a Handtint session");
  return session_from_text(text, full_path(path).parent_path(), path.string());
}

void write_session(const fs::path& path, const Session& session) {
  write_text_file(path, session_to_text(session, full_path(path).parent_path()));
}

}  // namespace handtint
