#include "editor/document/film_session.h"

#include <system_error>

#include "editor/document/session_json.h"
#include "editor/document/state_json.h"
#include "editor/files/atomic_file.h"
#include "editor/files/read_bytes.h"
#include "editor/files/sha256.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using session_json::BadMember;
using session_json::Json;

constexpr std::uint64_t most_frames = 1'000'000'000;

std::string film_text(const FilmSession& session, const fs::path& base, bool with_history) {
  Json film = session_json::photo_json(session.film, base);
  if (session.frames > 0) film["frames"] = session.frames;
  Json head = {{"coat", session_json::coat_json(session.coat, base)}};
  if (!session.finish.plain()) head["finish"] = session_json::finish_json(session.finish);
  if (!session.shots.empty()) head["shots"] = session.shots;
  session_json::add_foreign(head, session.foreign);
  std::string text =
      "{\n\"version\": " +
      session_json::text_of(std::to_string(session_major_version) + "." + std::to_string(session_minor_version)) +
      ",\n\"film\": " + session_json::text_of(film) + ",\n";
  for (const auto& [name, value] : head.items())
    text += session_json::text_of(name) + ": " + session_json::text_of(value) + ",\n";
  text += "\"painted\": [";
  for (std::size_t i = 0; i < session.painted.size(); ++i) {
    const FrameWork& work = session.painted[i];
    Session part{session.film, work.state, {}};
    part.photo.frame = work.frame;
    if (!with_history) {
      part.state.history.clear();
      part.state.position = 0;
    }
    const Json json = {{"frame", work.frame}, {"session", session_json::session_of(part, base)}};
    text += (i > 0 ? ",\n" : "\n") + session_json::text_of(json);
  }
  return text + "\n]\n}\n";
}

std::vector<int> read_shots(const Json& json, const std::string& where) {
  std::vector<int> shots;
  session_json::require_array(json, where);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string here = session_json::item(where, i);
    const auto first = static_cast<int>(session_json::count_of(json[i], here, most_frames));
    if (shots.empty() ? first != 0 : first <= shots.back())
      throw BadMember(here, tr("is out of order: shots begin with frame 0, then later ones"));
    shots.push_back(first);
  }
  return shots;
}

FilmSession film_from(const Json& json, const fs::path& base) {
  session_json::require_object(json, tr("the file"));
  if (!json.contains("version")) throw BadMember("version", tr("is missing: this is no Handtint session"));
  if (!json.contains("film")) throw BadMember("film", tr("is missing: this is no session of a film"));
  FilmSession session;
  Json foreign = Json::object();
  for (const auto& [name, value] : json.items()) {
    if (name == "version") continue;
    if (name == "film") {
      Json inner = Json::object();
      session.film = session_json::read_photo_reference(value, base, inner);
      if (inner.contains("frames"))
        session.frames = static_cast<int>(session_json::count_of(inner["frames"], "film.frames", most_frames));
    } else if (name == "coat") {
      session_json::read_coat(value, name, base, session.coat, nullptr);
    } else if (name == "finish") {
      session.finish = session_json::read_finish(value, name, nullptr);
    } else if (name == "shots") {
      session.shots = read_shots(value, name);
    } else if (name == "painted") {
      session_json::require_array(value, name);
      for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string here = session_json::item(name, i);
        const Json& part = session_json::require_object(value[i], here);
        if (!part.contains("frame") || !part.contains("session"))
          throw BadMember(here, tr("has no frame or no session"));
        const auto frame =
            static_cast<int>(session_json::count_of(part["frame"], session_json::member(here, "frame"), most_frames));
        for (const FrameWork& other : session.painted)
          if (other.frame == frame) throw BadMember(here, tr("is of a frame that is there already"));
        Session of_frame = session_json::read_session(part["session"], base);
        if (of_frame.photo.width != session.film.width || of_frame.photo.height != session.film.height)
          throw BadMember(here, tr("is for another size than the film's"));
        for (std::string& note : of_frame.notes)
          session.notes.push_back(tr("Frame {1}: {2}", {std::to_string(frame), note}));
        session.painted.push_back({frame, std::move(of_frame.state)});
      }
    } else {
      foreign[name] = value;
    }
  }
  session.foreign = session_json::foreign_text(foreign);
  return session;
}

}  // namespace

PhotoReference refer_to_film(const fs::path& film, Extent size) {
  PhotoReference reference;
  reference.path = full_path(film);
  std::error_code error;
  if (fs::is_regular_file(reference.path, error)) reference.bytes = fs::file_size(reference.path, error);
  if (error) reference.bytes = 0;
  reference.width = size.width;
  reference.height = size.height;
  return reference;
}

bool is_film_session(const fs::path& path) {
  if (!is_session_name(path)) return false;
  try {
    const std::string text = read_whole_file(path, max_session_bytes, tr("a Handtint session"));
    if (text.find("\"film\"") == std::string::npos) return false;  // a photo's may be large: it is parsed once
    const Json json = session_json::parse(text);
    return json.is_object() && json.contains("film");
  } catch (const std::exception&) {
    return false;
  }
}

fs::path find_film(const FilmSession& session, const fs::path& session_file) {
  std::error_code error;
  const fs::path beside = full_path(session_file).parent_path() / session.film.path.filename();
  return !fs::exists(session.film.path, error) && fs::exists(beside, error) ? beside : session.film.path;
}

FilmSession read_film_session(const fs::path& path) {
  const std::string text = read_whole_file(path, max_session_bytes, tr("a Handtint session"));
  try {
    FilmSession session = film_from(session_json::parse(text), full_path(path).parent_path());
    session.file_sha256 = sha256_of(text);
    return session;
  } catch (const BadMember& error) {
    throw FileError(path, error.what());
  }
}

SavedSession write_film_session(const fs::path& path, const FilmSession& session) {
  const fs::path base = full_path(path).parent_path();
  std::string text = film_text(session, base, true), note;
  if (text.size() > max_session_bytes) {
    text = film_text(session, base, false);
    note = tr("The undo history was too large for the session file and is not in it. Everything that can be seen is.");
  }
  if (text.size() > max_session_bytes)
    throw FileError(path,
                    tr("would be larger than the {1} MiB that can be opened again, so it is not written; take the "
                       "imported mask or some strokes away, or export them as a mask",
                       {std::to_string(max_session_bytes >> 20)}));
  write_text_file(path, text);
  return {sha256_of(text), note};
}

}  // namespace handtint
