// A folder of numbered pictures as a film.
#include <algorithm>
#include <charconv>
#include <map>

#include "editor/files/paths.h"
#include "editor/film/film_reader.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

class FrameFolder final : public FilmReader {
 public:
  explicit FrameFolder(const fs::path& folder) : pictures_(numbered_pictures(folder)) {
    const PhotoInfo first = probe_photo(pictures_.front());
    size_ = {first.width, first.height};
  }

  Extent size() const override { return size_; }
  int likely_frames() const override { return static_cast<int>(pictures_.size()); }

  std::optional<Photo> next() override {
    if (next_ >= pictures_.size()) return {};
    const fs::path& path = pictures_[next_];
    Photo photo = read_photo(path);
    if (photo.extent() != size_)
      throw FileError(path, tr("is {1}, but the first frame is {2}; the frames of a film have one size",
                               {to_string(photo.extent()), to_string(size_)}));
    ++next_;
    return photo;
  }

  bool skip() override {
    if (next_ >= pictures_.size()) return false;
    ++next_;
    return true;
  }

 private:
  std::vector<fs::path> pictures_;
  std::size_t next_ = 0;
  Extent size_;
};

}  // namespace

std::optional<long> number_of(const fs::path& name) {
  const std::string stem = name.stem().string();
  std::size_t begin = stem.size();
  while (begin > 0 && stem[begin - 1] >= '0' && stem[begin - 1] <= '9') --begin;
  long number = 0;
  const auto [end, error] = std::from_chars(stem.data() + begin, stem.data() + stem.size(), number);
  if (begin == stem.size() || error != std::errc()) return {};
  return number;
}

std::vector<fs::path> numbered_pictures(const fs::path& folder) {
  std::map<long, fs::path> by_number;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.filename().string().starts_with('.') || !is_picture_name(path)) continue;
    const std::optional<long> number = number_of(path);
    if (!number) continue;
    const auto [same, is_new] = by_number.emplace(*number, path);
    if (!is_new)
      throw FileError(path, tr("and {1} have the same number; keep one of them", {same->second.filename().string()}));
  }
  if (error) throw FileError(folder, tr("cannot be read as a folder ({1})", {error.message()}));
  if (by_number.empty()) throw FileError(folder, tr("holds no numbered pictures, such as frame0001.png"));
  std::vector<fs::path> pictures;
  for (const auto& [number, path] : by_number) {
    const long expected = by_number.begin()->first + static_cast<long>(pictures.size());
    if (number != expected)
      throw FileError(
          folder,
          tr("lacks the frame with the number {1} (after it comes {2}); put it there, or number the frames anew",
             {std::to_string(expected), path.filename().string()}));
    pictures.push_back(path);
  }
  return pictures;
}

std::unique_ptr<FilmReader> open_frame_folder(const fs::path& folder) {
  return std::make_unique<FrameFolder>(folder);
}

}  // namespace handtint
