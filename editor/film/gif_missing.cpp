#include "editor/film/film_reader.h"
#include "editor/film/film_writer.h"
#include "editor/film/frame_writer.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr const char* way_out = tr_noop("this build knows no animated GIF; install libgif-dev and build again");

}  // namespace

std::unique_ptr<FilmReader> open_gif_film(const std::filesystem::path& path) {
  throw FileError(path, tr(way_out));
}

void require_gif_writer(const std::filesystem::path& output) {
  throw FileError(output, tr(way_out));
}

bool write_gif_film(const FilmToWrite& film) {
  throw FileError(film.output, tr(way_out));
}

std::unique_ptr<FrameWriter> begin_gif_frames(const std::filesystem::path& target, Extent, const std::vector<Lab>&) {
  throw FileError(target, tr(way_out));
}

}  // namespace handtint
