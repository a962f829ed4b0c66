#include "editor/film/frame_source.h"

#include <algorithm>

#include "solver/tr.h"

namespace handtint {
namespace {

// So many before the one that is wanted are kept when a film is read anew: who steps back goes on stepping back.
constexpr int kept_before = 24;

constexpr FilmReading as_shown{.deinterlace = true};  // whoever looks at a frame wants to see one moment

std::size_t bytes_of(const Photo& photo) {
  return sizeof(float) * (photo.lightness.size() + photo.a.size() + photo.b.size()) + 2 * photo.alpha.size();
}

}  // namespace

FrameSource::FrameSource(std::filesystem::path film, std::size_t kept_bytes)
    : film_(std::move(film)), kind_(film_kind_of(film_).value_or(FilmKind::film)), kept_bytes_(kept_bytes) {
  reader_ = open_film(film_, as_shown);
  size_ = reader_->size();
  likely_frames_ = reader_->likely_frames();
  if (kind_ == FilmKind::folder) pictures_ = numbered_pictures(film_);
}

std::shared_ptr<const Photo> FrameSource::kept(int number) {
  const auto found =
      std::find_if(frames_.begin(), frames_.end(), [&](const auto& kept) { return kept.first == number; });
  if (found == frames_.end()) return nullptr;
  frames_.splice(frames_.begin(), frames_, found);
  return found->second;
}

void FrameSource::keep(int number, std::shared_ptr<const Photo> photo) {
  frames_.emplace_front(number, std::move(photo));
  std::size_t bytes = 0;
  for (auto kept = frames_.begin(); kept != frames_.end(); ++kept)
    if ((bytes += bytes_of(*kept->second)) > kept_bytes_ && kept != frames_.begin()) {
      frames_.erase(kept, frames_.end());
      return;
    }
}

std::shared_ptr<const Photo> FrameSource::frame(int number, std::stop_token stop) {
  if (number < 0) return nullptr;
  if (auto photo = kept(number)) return photo;
  if (kind_ == FilmKind::folder) {
    const auto i = static_cast<std::size_t>(number);
    if (i >= pictures_.size()) return nullptr;
    auto photo = std::make_shared<const Photo>(read_photo(pictures_[i]));
    if (photo->extent() != size_)
      throw FileError(pictures_[i], tr("is {1}, but the first frame is {2}; the frames of a film have one size",
                                       {to_string(photo->extent()), to_string(size_)}));
    keep(number, photo);
    return photo;
  }
  if (!reader_ || next_ > number) {
    const int first = std::max(0, number - kept_before);
    const bool back = reader_ && reader_->go_back(first);
    if (!back) reader_ = open_film(film_, as_shown);
    next_ = back ? first : 0;
  }
  while (!stop.stop_requested()) {
    const int here = next_;
    if (here < number - kept_before) {
      if (!reader_->skip()) break;
      ++next_;
      continue;
    }
    std::optional<Photo> photo = reader_->next();
    if (!photo) break;
    ++next_;
    rate_ = reader_->rate();
    auto shared = std::make_shared<const Photo>(std::move(*photo));
    keep(here, shared);
    if (here == number) return shared;
  }
  if (!stop.stop_requested() && kind_ != FilmKind::film) reader_.reset();  // at its end
  return nullptr;
}

std::shared_ptr<const Photo> read_frame(const std::filesystem::path& film, int number) {
  auto photo = FrameSource(film, 1).frame(number);
  if (!photo) throw FileError(film, tr("has no frame with the number {1}, counted from 0", {std::to_string(number)}));
  return photo;
}

}  // namespace handtint
