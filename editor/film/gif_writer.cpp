// A film as an animated GIF: whole frames, a palette for each shot.
#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <utility>

#include "editor/files/atomic_file.h"
#include "editor/film/film_writer.h"
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

// The GIF's bytes on their way to the disk. No exception may pass through the library.
struct Target {
  AtomicFile file;
  std::exception_ptr failure;

  static int write(GifFileType* gif, const GifByteType* bytes, int count) {
    auto& target = *static_cast<Target*>(gif->UserData);
    try {
      target.file.write(bytes, static_cast<std::size_t>(count));
      return count;
    } catch (...) {
      target.failure = std::current_exception();
      return 0;
    }
  }
};

class GifWriter {
 public:
  GifWriter(const fs::path& path, Extent size) : target_{AtomicFile(path), {}}, size_(size) {
    int error = 0;
    file_ = EGifOpen(&target_, Target::write, &error);
    if (!file_) throw FileError(path, tr("cannot be begun as a GIF"));
    EGifSetGifVersion(file_, true);
  }
  ~GifWriter() {
    if (file_) close();
  }
  GifWriter(const GifWriter&) = delete;
  GifWriter& operator=(const GifWriter&) = delete;

  void begin(std::optional<int> repeats) {
    require(EGifPutScreenDesc(file_, size_.width, size_.height, 8, 0, nullptr));
    if (!repeats) return;
    const std::array<GifByteType, 3> count{1, static_cast<GifByteType>(*repeats & 255),
                                           static_cast<GifByteType>(*repeats >> 8)};
    require(EGifPutExtensionLeader(file_, APPLICATION_EXT_FUNC_CODE));
    require(EGifPutExtensionBlock(file_, 11, "NETSCAPE2.0"));
    require(EGifPutExtensionBlock(file_, 3, count.data()));
    require(EGifPutExtensionTrailer(file_));
  }

  void frame(const Photo& photo, const Chroma& colour, ShotPalette& palette, int delay) {
    constexpr int transparent = palette_entries;
    const bool holes = !photo.alpha.empty();
    // One with holes is taken away before the next, or that would show the one through its own.
    const GraphicsControlBlock control{holes ? DISPOSE_BACKGROUND : DISPOSE_DO_NOT, false, delay,
                                       holes ? transparent : NO_TRANSPARENT_COLOR};
    std::array<GifByteType, 4> bytes{};
    EGifGCBToExtension(&control, bytes.data());
    require(EGifPutExtension(file_, GRAPHICS_EXT_FUNC_CODE, 4, bytes.data()));
    const std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)> map(GifMakeMapObject(256, nullptr),
                                                                         GifFreeMapObject);
    for (int i = 0; i < palette_entries; ++i) {
      const Rgb8Entry& entry = palette.entries()[static_cast<std::size_t>(i)];
      map->Colors[i] = {entry.r, entry.g, entry.b};
    }
    require(EGifPutImageDesc(file_, 0, 0, size_.width, size_.height, false, map.get()));
    std::vector<GifPixelType> row(static_cast<std::size_t>(size_.width));
    for (int y = 0; y < size_.height; ++y) {
      for (int x = 0; x < size_.width; ++x)
        row[static_cast<std::size_t>(x)] =
            holes && photo.alpha(x, y) == 0
                ? transparent
                : palette.index(reduce_chroma_to_gamut({photo.lightness(x, y), colour.a(x, y), colour.b(x, y)}), x, y);
      require(EGifPutLine(file_, row.data(), size_.width));
    }
  }

  void finish() {
    const int closed = close();
    if (target_.failure) std::rethrow_exception(target_.failure);
    if (closed == GIF_ERROR) throw FileError(target_.file.target(), tr("cannot be finished as a GIF"));
    target_.file.commit();
  }

 private:
  int close() {
    int error = 0;
    return EGifCloseFile(std::exchange(file_, nullptr), &error);
  }
  void require(int result) {
    if (target_.failure) std::rethrow_exception(target_.failure);
    if (result == GIF_ERROR) throw FileError(target_.file.target(), tr("cannot be written as a GIF"));
  }

  Target target_;
  Extent size_;
  GifFileType* file_ = nullptr;
};

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
  const auto ahead = open_film(film.film), reader = open_film(film.film);
  const auto* gif = dynamic_cast<const GifReader*>(reader.get());
  const Extent size = reader->size();
  if (size.width > 65535 || size.height > 65535)
    throw FileError(film.output, tr("a GIF has at most 65535 pixels across and down; choose a folder"));
  GifWriter writer(film.output, size);
  for (const Shot& shot : film.shots) {
    ShotPalette palette = palette_of(shot, *ahead, film);
    for (int n = shot.begin; n < shot.end; ++n) {
      const std::optional<Photo> photo = reader->next();
      if (!photo) throw FileError(film.film, tr("has fewer frames than before; it was changed meanwhile"));
      if (n == 0) writer.begin(gif ? gif->repeats() : 0);
      writer.frame(*photo, enlarge_along_edges(film.colours(n), photo->lightness), palette,
                   gif ? gif->delay() : usual_delay);
      if (!film.progress(n)) return false;
    }
  }
  writer.finish();
  return true;
}

}  // namespace handtint
