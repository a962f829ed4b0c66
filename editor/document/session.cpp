#include "editor/document/session.h"

#include <algorithm>
#include <array>

#include "editor/document/session_json.h"
#include "editor/files/atomic_file.h"
#include "editor/files/paths.h"
#include "editor/files/read_bytes.h"
#include "editor/files/sha256.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using session_json::Json;

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

fs::path session_file_for(const fs::path& photo) {
  fs::path name = photo.stem();
  name += ".handtint";
  return photo.parent_path() / name;
}

fs::path session_beside(const fs::path& photo) {
  const fs::path session_file = session_file_for(full_path(photo));
  std::error_code error;
  if (!fs::is_regular_file(session_file, error)) return {};
  try {
    const bool of_another = read_session(session_file).photo.path.filename() != photo.filename();
    return of_another ? fs::path() : session_file;
  } catch (const std::exception&) {
    return session_file;
  }
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
  const std::string text = read_whole_file(path, max_session_bytes, tr("a Handtint session"));
  if (text.empty()) throw FileError(path, tr("is empty, not a Handtint session"));
  Session session = session_from_text(text, full_path(path).parent_path(), path.string());
  session.file_sha256 = sha256_of(text);
  return session;
}

SessionText session_text_within(std::uintmax_t limit, const Session& session, const fs::path& base,
                                const std::string& name) {
  const auto fits = [&](const Session& candidate, std::string& text) {
    const std::vector<ImportedMask> masks = session_json::masks_of(candidate.state);
    const auto pixels = static_cast<std::uint64_t>(candidate.photo.width) * candidate.photo.height;
    if (masks.size() > 1 && masks.size() * pixels > session_json::max_total_pixels) return false;
    std::uintmax_t mask_bytes = 0;
    for (const ImportedMask& mask : masks) mask_bytes += session_json::packed(mask)->size();
    if (mask_bytes > limit) return false;
    text = session_to_text(candidate, base);
    return text.size() <= limit;
  };
  SessionText result;
  if (fits(session, result.text)) return result;
  Session present = session;
  present.state.history.clear();
  present.state.position = 0;
  if (!fits(present, result.text))
    throw FileError(name,
                    tr("would be larger than the {1} MiB that can be opened again, so it is not written; take the "
                       "imported mask or some strokes away, or export them as a mask",
                       {std::to_string(limit >> 20)}));
  result.note =
      tr("The undo history was too large for the session file and is not in it. Everything that can be seen is.");
  return result;
}

SavedSession write_session(const fs::path& path, const Session& session) {
  const SessionText session_text =
      session_text_within(max_session_bytes, session, full_path(path).parent_path(), path.string());
  write_text_file(path, session_text.text);
  return {sha256_of(session_text.text), session_text.note};
}

bool has_changed(const fs::path& session_file, const std::string& sha256) {
  std::error_code error;
  if (!fs::exists(session_file, error)) return false;
  if (!fs::is_regular_file(session_file, error)) return true;
  try {
    return sha256_of_file(session_file) != sha256;
  } catch (const FileError&) {
    return true;
  }
}

}  // namespace handtint
