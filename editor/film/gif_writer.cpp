// A film as an animated GIF: whole frames, a palette for each shot.
#include <algorithm>

#include "editor/film/film_writer.h"
#include "editor/film/gif_encoder.h"
#include "editor/film/gif_reader.h"
#include "editor/film/shot_palette.h"
#include "solver/layers/enlarger.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr int usual_delay = 4;        // hundredths of a second, of frames that come without times
constexpr int frames_looked_at = 12;  // of a shot, for its palette
constexpr int samples_a_frame = 1500;

// One with holes is taken away before the next, or that would show the one through its own.
void add_frame(GifEncoder& gif, const Photo& photo, const Chroma& colour, ShotPalette& palette, int delay) {
  const bool holes = !photo.alpha.empty();
  Plane<std::uint8_t> entries(photo.width(), photo.height());
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x)
      entries(x, y) =
          holes && photo.alpha(x, y) == 0
              ? GifEncoder::transparent
              : palette.index(reduce_chroma_to_gamut({photo.lightness(x, y), colour.a(x, y), colour.b(x, y)}), x, y);
  gif.add({entries.whole(), entries, delay, holes, holes ? GifEncoder::Left::is_taken_away : GifEncoder::Left::stays},
          palette);
}

// Colours from frames spread over the shot, from pixels spread over the frame. `reader` stands at the shot's begin and
// is left at its end.
ShotPalette palette_of(const Shot& shot, FilmReader& reader, const FilmToWrite& film) {
  std::vector<Lab> samples;
  const int step = std::max(1, (shot.end - shot.begin) / frames_looked_at);
  for (int n = shot.begin; n < shot.end; ++n) {
    if ((n - shot.begin) % step != 0) {
      reader.skip();
      continue;
    }
    const std::optional<Photo> photo = reader.next();
    if (!photo) break;
    const Chroma colour = enlarge_along_edges(film.colours(n), photo->lightness);
    const std::size_t stride = std::max<std::size_t>(1, photo->lightness.size() / samples_a_frame);
    for (std::size_t i = 0; i < photo->lightness.size(); i += stride)
      samples.push_back(reduce_chroma_to_gamut({photo->lightness.data()[i], colour.a.data()[i], colour.b.data()[i]}));
  }
  return ShotPalette(samples);
}

}  // namespace

void require_gif_writer(const fs::path&) {}

bool write_gif_film(const FilmToWrite& film) {
  const auto ahead = open_film(film.film, film.reading), reader = open_film(film.film, film.reading);
  const auto* gif = dynamic_cast<const GifReader*>(reader.get());
  const Extent size = reader->size();
  if (size.width > 65535 || size.height > 65535)
    throw FileError(film.output, tr("a GIF has at most 65535 pixels across and down; choose a folder"));
  GifEncoder writer(film.output, size);
  for (const Shot& shot : film.shots) {
    ShotPalette palette = palette_of(shot, *ahead, film);
    for (int n = shot.begin; n < shot.end; ++n) {
      const std::optional<Photo> photo = reader->next();
      if (!photo) throw FileError(film.film, tr("has fewer frames than before; it was changed meanwhile"));
      if (n == 0) writer.begin(gif ? gif->repeats() : 0);
      add_frame(writer, *photo, enlarge_along_edges(film.colours(n), photo->lightness), palette,
                gif ? gif->delay() : usual_delay);
      if (!film.progress(n)) return false;
    }
  }
  writer.finish();
  return true;
}

}  // namespace handtint
