#include "editor/film/gif_encoder.h"

#include <array>
#include <memory>
#include <utility>

#include "solver/tr.h"

namespace handtint {

int GifEncoder::Target::write(GifFileType* gif, const GifByteType* bytes, int count) {
  auto& target = *static_cast<Target*>(gif->UserData);
  try {
    target.file.write(bytes, static_cast<std::size_t>(count));
    return count;
  } catch (...) {
    target.failure = std::current_exception();
    return 0;
  }
}

GifEncoder::GifEncoder(const std::filesystem::path& path, Extent size) : target_{AtomicFile(path), {}}, size_(size) {
  int error = 0;
  file_ = EGifOpen(&target_, Target::write, &error);
  if (!file_) throw FileError(path, tr("cannot be begun as a GIF"));
  EGifSetGifVersion(file_, true);
}

GifEncoder::~GifEncoder() {
  if (file_) close();
}

void GifEncoder::begin(std::optional<int> repeats) {
  require(EGifPutScreenDesc(file_, size_.width, size_.height, 8, 0, nullptr));
  if (!repeats) return;
  const std::array<GifByteType, 3> count{1, static_cast<GifByteType>(*repeats & 255),
                                         static_cast<GifByteType>(*repeats >> 8)};
  require(EGifPutExtensionLeader(file_, APPLICATION_EXT_FUNC_CODE));
  require(EGifPutExtensionBlock(file_, 11, "NETSCAPE2.0"));
  require(EGifPutExtensionBlock(file_, 3, count.data()));
  require(EGifPutExtensionTrailer(file_));
}

void GifEncoder::add(const Frame& frame, const ShotPalette& palette) {
  const GraphicsControlBlock control{frame.left == Left::stays ? DISPOSE_DO_NOT : DISPOSE_BACKGROUND, false,
                                     frame.delay, frame.holes ? transparent : NO_TRANSPARENT_COLOR};
  std::array<GifByteType, 4> bytes{};
  EGifGCBToExtension(&control, bytes.data());
  require(EGifPutExtension(file_, GRAPHICS_EXT_FUNC_CODE, 4, bytes.data()));
  const std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)> map(GifMakeMapObject(256, nullptr),
                                                                       GifFreeMapObject);
  for (int i = 0; i < palette_entries; ++i) {
    const Rgb8Entry& entry = palette.entries()[static_cast<std::size_t>(i)];
    map->Colors[i] = {entry.r, entry.g, entry.b};
  }
  require(
      EGifPutImageDesc(file_, frame.rect.x0, frame.rect.y0, frame.rect.width(), frame.rect.height(), false, map.get()));
  std::vector<GifPixelType> row(static_cast<std::size_t>(frame.rect.width()));  // the library changes what it is given
  for (int y = 0; y < frame.rect.height(); ++y) {
    std::copy_n(frame.entries.row(y), row.size(), row.begin());
    require(EGifPutLine(file_, row.data(), frame.rect.width()));
  }
}

void GifEncoder::finish() {
  const int closed = close();
  if (target_.failure) std::rethrow_exception(target_.failure);
  if (closed == GIF_ERROR) throw FileError(target_.file.target(), tr("cannot be finished as a GIF"));
  target_.file.commit();
}

int GifEncoder::close() {
  int error = 0;
  return EGifCloseFile(std::exchange(file_, nullptr), &error);
}

void GifEncoder::require(int result) {
  if (target_.failure) std::rethrow_exception(target_.failure);
  if (result == GIF_ERROR) throw FileError(target_.file.target(), tr("cannot be written as a GIF"));
}

}  // namespace handtint
