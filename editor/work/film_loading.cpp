#include "editor/work/film_loading.h"

#include <algorithm>
#include <exception>
#include <map>
#include <system_error>
#include <utility>

#include "editor/files/paths.h"
#include "editor/film/film_reader.h"
#include "editor/work/messages.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

// A GIF with one frame is a picture; so is one that this build cannot read as a film.
bool moves(const fs::path& gif) {
  try {
    const auto reader = open_gif_film(gif);
    return reader->next() && reader->next();
  } catch (const std::exception&) {
    return false;
  }
}

// "frames/" names the folder "frames".
fs::path plain(const fs::path& path) {
  const fs::path full = full_path(path);
  return full.has_filename() ? full : full.parent_path();
}

void take_part(OpenedFilm& film, Recovered recovered, const fs::path& journal) {
  const int frame = recovered.session.photo.frame.value_or(0);
  auto& painted = film.session.painted;
  const auto known =
      std::find_if(painted.begin(), painted.end(), [&](const FrameWork& work) { return work.frame == frame; });
  if (known == painted.end())
    painted.push_back({frame, std::move(recovered.session.state)});
  else
    known->state = std::move(recovered.session.state);
  film.recovered.push_back(frame);
  film.journals.push_back(journal);
}

// All that a program that died has left of the film: a journal for each frame that was changed, in the order in which
// they were begun, which their names tell.
void take_parts(OpenedFilm& film, const fs::path& asked, Recovered recovered) {
  std::map<std::string, std::pair<fs::path, Recovered>> parts;
  for (const Recovery& other : list_recoveries()) {
    if (other.journal == asked || other.photo != recovered.session.photo.path ||
        other.session_file != recovered.session_file)
      continue;
    try {
      Recovered part = read_recovery(other.journal);
      if (part.session.photo.frame && part.session.photo.frame != recovered.session.photo.frame)
        parts.emplace(other.journal.filename().string(), std::pair(other.journal, std::move(part)));
    } catch (const FileError&) {
      // It stays where it is.
    }
  }
  parts.emplace(asked.filename().string(), std::pair(asked, std::move(recovered)));
  for (auto& [name, part] : parts) take_part(film, std::move(part.second), part.first);
}

}  // namespace

bool is_film(const fs::path& file) {
  if (is_session_name(file)) return is_film_session(file);
  const auto kind = film_kind_of(file);
  return kind && (kind != FilmKind::gif || moves(file));
}

bool is_frame_of_film(const Recovered& recovered) {
  return recovered.session.photo.frame && (recovered.session_file.empty() || is_film_session(recovered.session_file));
}

std::vector<std::string> film_extensions() {
  const auto endings = film_endings();
  return {endings.begin(), endings.end()};
}

bool holds_frames(const fs::path& folder) {
  try {
    return numbered_pictures(folder).size() > 1;
  } catch (const FileError&) {
    return false;
  }
}

void load_film(Loaded& loaded, std::optional<Recovered> recovered) {
  auto film = std::make_shared<OpenedFilm>();
  FilmSession& session = film->session;
  fs::path path;
  if (recovered) {
    loaded.session_file = recovered->session_file;
    loaded.session_sha256 = recovered->session_sha256;
    loaded.recovered = true;
    path = recovered->session.photo.path;
    if (!loaded.session_file.empty()) session = read_film_session(loaded.session_file);
    session.film.frame = recovered->session.photo.frame;
    take_parts(*film, *loaded.request.recovery, std::move(*recovered));
  } else if (is_session_name(loaded.request.file)) {
    session = read_film_session(loaded.request.file);
    loaded.session_file = loaded.request.file;
    loaded.session_sha256 = session.file_sha256;
    path = find_film(session, loaded.session_file);
  } else {
    path = plain(loaded.request.file);
    if (!loaded.request.start_anew) {
      if (loaded.session_file = session_beside(path); !loaded.session_file.empty()) {
        loaded.outcome = Loaded::Outcome::session_found;
        return;
      }
    }
    session.coat.on = loaded.request.first_coat;
  }
  std::error_code error;
  if (loaded.request.photo) path = *loaded.request.photo;
  // Of a folder that has moved a person points at one of its pictures.
  if (loaded.request.photo && film_kind_of(path) != FilmKind::film && is_picture_name(path) &&
      film_kind_of(path) != FilmKind::gif)
    path = path.parent_path();
  if (!fs::exists(path, error) && !loaded.session_file.empty()) {
    loaded.outcome = Loaded::Outcome::photo_missing;
    loaded.message = path.string();
    return;
  }
  film->frames = std::make_shared<FrameSource>(path);
  const Extent size = film->frames->size(), painted{session.film.width, session.film.height};
  if (!session.painted.empty() && painted.width > 0 && painted != size)
    throw FileError(path, tr("has {1} pixels, the session was painted on {2}; choose the original film",
                             {to_string(size), to_string(painted)}));
  int frame = session.film.frame.value_or(0);
  auto photo = film->frames->frame(frame);
  if (!photo) photo = film->frames->frame(frame = 0);
  if (!photo) throw FileError(path, tr("holds no frames"));
  session.film = refer_to_film(path, size);
  session.film.frame = frame;
  loaded.photo = session.film;
  loaded.notes = session.notes;
  DocumentState state;
  state.coat = session.coat;
  state.finish = session.finish;
  const auto work = std::find_if(session.painted.begin(), session.painted.end(),
                                 [&](const FrameWork& w) { return w.frame == frame; });
  if (work != session.painted.end()) state = work->state;
  const bool saved = !std::count(film->recovered.begin(), film->recovered.end(), frame);
  loaded.film = std::move(film);
  complete(loaded, std::move(photo), std::make_unique<Document>(size, std::move(state), saved));
}

LoadedFrame load_frame(FrameSource& frames, int frame, const DocumentState& state,
                       const std::shared_ptr<const KeptColours>& kept, std::stop_token stop) {
  LoadedFrame result;
  result.frame = frame;
  try {
    auto photo = frames.frame(frame, stop);
    if (!photo) return result;
    Carried carried = kept ? kept->under(frame) : Carried{};
    Prior prior = carried.empty() ? Prior{} : carried_prior(carried);
    if (!carried.empty()) result.carried = std::make_shared<const Carried>(std::move(carried));
    prepare_picture(result.loaded, photo, state, std::move(prior));
    result.there = true;
  } catch (const std::exception& error) {
    result.problem = text_of(error);
  }
  return result;
}

}  // namespace handtint
