#include "editor/film/film_reader.h"
#include "editor/film/film_writer.h"

namespace handtint {
namespace {

constexpr const char* way_out = "this build knows no animated GIF; install libgif-dev and build again";

}  // namespace

std::unique_ptr<FilmReader> open_gif_film(const std::filesystem::path& path) {
  throw FileError(path, way_out);
}

void require_gif_writer(const std::filesystem::path& output) {
  throw FileError(output, way_out);
}

bool write_gif_film(const FilmToWrite& film) {
  throw FileError(film.output, way_out);
}

}  // namespace handtint
