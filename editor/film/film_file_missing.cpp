#include "editor/film/film_reader.h"
#include "editor/film/film_writer.h"
#include "editor/film/frame_writer.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr const char* way_out = tr_noop(
    "this build knows no film files; install libavformat-dev, libavcodec-dev and libavutil-dev and build again, or "
    "give a folder of numbered pictures");

}  // namespace

std::unique_ptr<FilmReader> open_film_file(const std::filesystem::path& path, FilmReading) {
  throw FileError(path, tr(way_out));
}

void require_film_file_writer(const std::filesystem::path&, const std::filesystem::path& output, const FilmWriting&) {
  throw FileError(output, tr(way_out));
}

bool write_film_file(const FilmToWrite& film) {
  throw FileError(film.output, tr(way_out));
}

void require_film_frames(const std::filesystem::path& target) {
  throw FileError(target, tr("cannot be written: this build knows no film files; choose .gif, or install "
                             "libavformat-dev, libavcodec-dev and libavutil-dev and build again"));
}

std::unique_ptr<FrameWriter> begin_film_frames(const std::filesystem::path& target, Extent, double) {
  require_film_frames(target);
  return nullptr;
}

}  // namespace handtint
