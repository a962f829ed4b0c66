#include "editor/film/film_reader.h"
#include "editor/film/film_writer.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr const char* way_out = tr_noop(
    "this build knows no film files; install libavformat-dev, libavcodec-dev and libavutil-dev and build again, or "
    "give a folder of numbered pictures");

}  // namespace

std::unique_ptr<FilmReader> open_film_file(const std::filesystem::path& path) {
  throw FileError(path, tr(way_out));
}

void require_film_file_writer(const std::filesystem::path&, const std::filesystem::path& output, const FilmWriting&) {
  throw FileError(output, tr(way_out));
}

bool write_film_file(const FilmToWrite& film) {
  throw FileError(film.output, tr(way_out));
}

}  // namespace handtint
