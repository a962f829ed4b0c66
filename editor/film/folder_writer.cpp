// A film as a folder of pictures: the frames' own names, where they have some.
#include <atomic>
#include <cstdio>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include "editor/files/paths.h"
#include "editor/film/film_writer.h"
#include "solver/layers/enlarger.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr int quick_png = 1;  // WriteOptions::quality

// The names of the frames, in their order, with an ending that can be written.
std::vector<fs::path> names_of(const fs::path& film, int frames) {
  std::vector<fs::path> names;
  std::error_code error;
  if (fs::is_directory(film, error))
    for (const fs::path& picture : numbered_pictures(film)) names.push_back(picture.filename());
  else
    for (int n = 0; n < frames; ++n) {
      char name[24];
      std::snprintf(name, sizeof name, "%06d.png", n);
      names.emplace_back(name);
    }
  for (fs::path& name : names)
    if (!is_writable_photo_name(name)) name.replace_extension(".png");
  return names;
}

}  // namespace

bool write_frame_folder(const FilmToWrite& film) {
  std::error_code error;
  fs::create_directories(film.output, error);
  if (error) throw FileError(film.output, tr("cannot be made a folder ({1})", {error.message()}));
  const int end = film.shots.back().end;
  const std::vector<fs::path> names = names_of(film.film, end);
  const std::unique_ptr<FilmReader> reader = open_film(film.film, film.reading);

  std::mutex reading, telling;
  int next = 0;
  std::atomic<bool> stopped{false};
  std::exception_ptr failure;
  const auto take = [&](Photo& photo) {  // the next frame that is to be written; -1 after the last
    const std::lock_guard lock(reading);
    for (; next < end && !stopped; ++next) {
      const bool wanted =
          next >= film.shots.front().begin && !(film.resume && fs::exists(film.output / names[next], error));
      if (!wanted) {
        reader->skip();
        continue;
      }
      if (auto frame = reader->next()) {
        photo = std::move(*frame);
        return next++;
      }
      break;
    }
    return -1;
  };
  const auto work = [&] {
    Photo photo;
    try {
      for (int n; (n = take(photo)) >= 0;) {
        WriteOptions options = write_options_for(photo);
        options.overwrite = true;
        if (film.draft && lower_case_extension(names[n]) == ".png") options.quality = quick_png;
        options.input.clear();
        const Chroma colour = enlarge_along_edges(film.colours(n), photo.lightness, 1);
        write_photo(film.output / names[n], photo.lightness, colour, photo.alpha, options);
        const std::lock_guard lock(telling);
        if (!film.progress(n)) stopped = true;
      }
    } catch (...) {
      const std::lock_guard lock(telling);
      failure = std::current_exception();
      stopped = true;
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 1; i < film.threads; ++i) workers.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
  return !stopped;
}

}  // namespace handtint
