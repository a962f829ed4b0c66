#include "editor/film/gif_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "solver/lab.h"
#include "solver/tr.h"

namespace handtint {

namespace fs = std::filesystem;

namespace {

constexpr GraphicsControlBlock no_control{DISPOSAL_UNSPECIFIED, false, 0, NO_TRANSPARENT_COLOR};

float lightness_of_entry(const GifColorType& c) {
  const float unit = 1 / 255.0f;
  return c.Red == c.Green && c.Green == c.Blue ? lightness_from_grey(c.Red * unit)
                                               : lab_from_srgb({c.Red * unit, c.Green * unit, c.Blue * unit}).L;
}

}  // namespace

GifReader::GifReader(const fs::path& path) : path_(path), control_(no_control) {
  int error = 0;
  file_ = DGifOpenFileName(path.c_str(), &error);
  if (!file_) {
    const char* reason = GifErrorString(error);
    throw FileError(path, tr("cannot be read as a GIF ({1})", {reason ? reason : tr("unknown reason")}));
  }
  size_ = {file_->SWidth, file_->SHeight};
  if (size_.width < 1 || size_.height < 1 || static_cast<std::int64_t>(size_.width) * size_.height > max_photo_pixels) {
    DGifCloseFile(file_, &error);
    throw FileError(path, tr("has no size that can be read"));
  }
  canvas_ = Plane<Pixel>(size_.width, size_.height);
}

GifReader::~GifReader() {
  int ignored = 0;
  DGifCloseFile(file_, &ignored);
}

void GifReader::fail() const {
  const char* reason = GifErrorString(file_->Error);
  throw FileError(path_,
                  tr_n("is damaged or cut off after {1} frame ({2})", "is damaged or cut off after {1} frames ({2})",
                       frames_, {std::to_string(frames_), reason ? reason : tr("it ends early")}));
}

std::optional<Photo> GifReader::next() {
  dispose();
  control_ = no_control;
  for (;;) {
    GifRecordType record;
    if (DGifGetRecordType(file_, &record) == GIF_ERROR) fail();
    if (record == TERMINATE_RECORD_TYPE) return {};
    if (record == EXTENSION_RECORD_TYPE) read_extension();
    if (record != IMAGE_DESC_RECORD_TYPE) continue;
    read_image();
    ++frames_;
    return photo();
  }
}

void GifReader::read_extension() {
  int code = 0;
  GifByteType* block = nullptr;
  if (DGifGetExtension(file_, &code, &block) == GIF_ERROR) fail();
  bool loops = false;
  if (block && code == GRAPHICS_EXT_FUNC_CODE) DGifExtensionToGCB(block[0], block + 1, &control_);
  if (block && code == APPLICATION_EXT_FUNC_CODE && block[0] == 11)
    loops = std::memcmp(block + 1, "NETSCAPE2.0", 11) == 0 || std::memcmp(block + 1, "ANIMEXTS1.0", 11) == 0;
  while (block) {
    if (DGifGetExtensionNext(file_, &block) == GIF_ERROR) fail();
    if (block && loops && block[0] == 3 && block[1] == 1) repeats_ = block[2] | block[3] << 8;
  }
}

void GifReader::read_image() {
  if (DGifGetImageDesc(file_) == GIF_ERROR) fail();
  const GifImageDesc& image = file_->Image;
  const ColorMapObject* colours = image.ColorMap ? image.ColorMap : file_->SColorMap;
  if (!colours || image.Width < 1 || image.Height < 1) throw FileError(path_, tr("is damaged: a frame has no colours"));
  if (control_.DisposalMode == DISPOSE_PREVIOUS) before_ = canvas_;
  drawn_ = intersect({image.Left, image.Top, image.Left + image.Width, image.Top + image.Height}, canvas_.whole());
  delay_ = control_.DelayTime;
  std::vector<GifPixelType> row(static_cast<std::size_t>(image.Width));
  const auto draw_row = [&](int y) {
    if (DGifGetLine(file_, row.data(), image.Width) == GIF_ERROR) fail();
    const int to = image.Top + y;
    if (to >= canvas_.height()) return;
    for (int x = drawn_.x0; x < drawn_.x1; ++x) {
      const int index = row[static_cast<std::size_t>(x - image.Left)];
      if (index == control_.TransparentColor || index >= colours->ColorCount) continue;
      canvas_(x, to) = {colours->Colors[index], true};
    }
  };
  if (!image.Interlace) {
    for (int y = 0; y < image.Height; ++y) draw_row(y);
    return;
  }
  constexpr std::pair<int, int> passes[] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
  for (const auto& [first, step] : passes)
    for (int y = first; y < image.Height; y += step) draw_row(y);
}

void GifReader::dispose() {
  if (control_.DisposalMode == DISPOSE_PREVIOUS && !before_.empty()) canvas_ = std::exchange(before_, {});
  if (control_.DisposalMode == DISPOSE_BACKGROUND)
    for (int y = drawn_.y0; y < drawn_.y1; ++y) std::fill_n(canvas_.row(y) + drawn_.x0, drawn_.width(), Pixel{});
}

Photo GifReader::photo() const {
  Photo photo;
  photo.format = "GIF";
  photo.path = path_;
  Plane<float> lightness(size_.width, size_.height);
  std::transform(canvas_.begin(), canvas_.end(), lightness.begin(),
                 [](const Pixel& p) { return p.opaque ? lightness_of_entry(p.colour) : 0; });
  photo.lightness = std::move(lightness);
  if (std::all_of(canvas_.begin(), canvas_.end(), [](const Pixel& p) { return p.opaque; })) return photo;
  photo.alpha = Plane<std::uint16_t>(size_.width, size_.height);
  std::transform(canvas_.begin(), canvas_.end(), photo.alpha.begin(),
                 [](const Pixel& p) { return static_cast<std::uint16_t>(p.opaque ? 65535 : 0); });
  return photo;
}

std::unique_ptr<FilmReader> open_gif_film(const fs::path& path) {
  return std::make_unique<GifReader>(path);
}

}  // namespace handtint
