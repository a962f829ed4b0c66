// Which kind of moving picture a name stands for, and who reads and writes it.
#include <algorithm>
#include <array>
#include <system_error>

#include "editor/files/paths.h"
#include "editor/film/film_reader.h"
#include "editor/film/film_writer.h"
#include "solver/tr.h"

namespace handtint {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 12> known_endings{".y4m", ".mp4", ".m4v",  ".mov", ".mkv", ".webm",
                                                         ".avi", ".mpg", ".mpeg", ".mxf", ".ts",  ".dv"};

bool ends_like_a_film(const fs::path& path) {
  const std::string ending = lower_case_extension(path);
  return std::find(known_endings.begin(), known_endings.end(), ending) != known_endings.end();
}

}  // namespace

std::span<const std::string_view> film_endings() {
  return known_endings;
}

std::optional<FilmKind> film_kind_of(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return FilmKind::folder;
  if (lower_case_extension(path) == ".gif") return FilmKind::gif;
  if (ends_like_a_film(path)) return FilmKind::film;
  return {};
}

std::optional<FilmKind> kind_of_output(const fs::path& path) {
  if (lower_case_extension(path) == ".gif") return FilmKind::gif;
  if (ends_like_a_film(path)) return FilmKind::film;
  if (is_picture_name(path)) return {};
  return FilmKind::folder;
}

std::unique_ptr<FilmReader> open_film(const fs::path& path, FilmReading reading) {
  std::error_code error;
  if (!fs::exists(path, error)) throw FileError(path, tr("is not there"));
  switch (film_kind_of(path).value_or(FilmKind::film)) {
    case FilmKind::folder:
      return open_frame_folder(path);
    case FilmKind::gif:
      return open_gif_film(path);
    case FilmKind::film:
      break;
  }
  return open_film_file(path, reading);
}

void require_writable_film(const fs::path& film, const fs::path& output, const FilmWriting& writing) {
  std::error_code error;
  const auto kind = kind_of_output(output);
  if (!kind) throw FileError(output, tr("is the name of one picture; name a folder, a .gif or a film file"));
  if (kind == FilmKind::folder && fs::exists(output, error) && !fs::is_directory(output, error))
    throw FileError(output, tr("is there already and no folder; choose another name"));
  if (kind != FilmKind::folder && fs::is_directory(output, error))
    throw FileError(output, tr("is a folder already; choose another name"));
  if (kind == FilmKind::gif) require_gif_writer(output);
  if (kind == FilmKind::film) require_film_file_writer(film, output, writing);
}

bool write_film(const FilmToWrite& film) {
  switch (kind_of_output(film.output).value()) {
    case FilmKind::gif:
      return write_gif_film(film);
    case FilmKind::film:
      return write_film_file(film);
    case FilmKind::folder:
      break;
  }
  return write_frame_folder(film);
}

}  // namespace handtint
