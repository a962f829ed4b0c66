#include "editor/work/film_pictures.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <list>
#include <mutex>
#include <utility>

#include "solver/lab.h"

namespace handtint {
namespace {

constexpr std::size_t kept_large = 48, kept_small = 512;

// Box averages.
Plane<float> reduced(const Plane<float>& plane, int step) {
  if (step == 1) return plane;
  const int width = std::max(1, plane.width() / step), height = std::max(1, plane.height() / step);
  Plane<float> small(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      float sum = 0;
      int n = 0;
      for (int v = y * step; v < std::min((y + 1) * step, plane.height()); ++v)
        for (int u = x * step; u < std::min((x + 1) * step, plane.width()); ++u, ++n) sum += plane(u, v);
      small(x, y) = sum / static_cast<float>(std::max(1, n));
    }
  return small;
}

}  // namespace

struct PicturesExchange : Exchange {
  std::vector<PictureWish> wishes;
  std::shared_ptr<const KeptColours> kept;
  std::list<std::shared_ptr<const FramePicture>> large, small;  // the newest first

  std::list<std::shared_ptr<const FramePicture>>& of(bool is_small) { return is_small ? small : large; }

  bool has(const PictureWish& wish) {
    const auto& pictures = of(wish.small);
    return std::any_of(pictures.begin(), pictures.end(),
                       [&](const auto& p) { return p->frame == wish.frame && p->number == wish.number; });
  }

  void add(const PictureWish& wish, FramePicture picture) {
    auto& pictures = of(wish.small);
    pictures.remove_if([&](const auto& p) { return p->frame == wish.frame; });
    pictures.push_front(std::make_shared<const FramePicture>(std::move(picture)));
    if (pictures.size() > (wish.small ? kept_small : kept_large)) pictures.pop_back();
  }

  std::optional<PictureWish> next() {
    while (kept && !wishes.empty()) {
      const PictureWish wish = wishes.front();
      if (!has(wish)) return wish;
      wishes.erase(wishes.begin());
    }
    return {};
  }

  void run(std::stop_token stop) {
    while (true) {
      std::optional<PictureWish> wish;
      std::shared_ptr<const KeptColours> source;
      {
        std::unique_lock lock(mutex);
        if (!changed.wait(lock, stop, [&] { return (wish = next()).has_value(); })) return;
        source = kept;
      }
      FramePicture picture;
      try {
        picture = frame_picture(*source, wish->frame, wish->small ? FilmPictures::thumbnail_width : 0);
      } catch (const std::exception&) {
        // There is none, then: it is asked for again when the frame has other colours.
      }
      picture.frame = wish->frame;
      picture.number = wish->number;
      std::lock_guard lock(mutex);
      std::erase(wishes, *wish);
      if (picture.rgba.empty()) continue;  // not seen yet
      add(*wish, std::move(picture));
      if (wake_up) wake_up();
    }
  }
};

FramePicture frame_picture(const KeptColours& kept, int frame, int most_width) {
  FramePicture picture;
  picture.frame = frame;
  if (!kept.work().has(kept::light, frame)) return picture;
  Plane<float> light = light_of(kept.work(), frame);
  Carried carried = kept.at(frame);
  const int step = most_width > 0 ? std::max(1, (light.width() + most_width - 1) / most_width) : 1;
  light = reduced(light, step);
  const bool coloured = !carried.empty();
  const Plane<float> a = coloured ? reduced(carried.colour.a, step) : Plane<float>(light.width(), light.height());
  const Plane<float> b = coloured ? reduced(carried.colour.b, step) : Plane<float>(light.width(), light.height());
  picture.width = light.width();
  picture.height = light.height();
  picture.rgba.resize(light.size() * 4);
  std::vector<float> rgb(static_cast<std::size_t>(picture.width) * 3);
  for (int y = 0; y < picture.height; ++y) {
    srgb_row_from_lab(light.row(y), a.row(y), b.row(y), picture.width, rgb.data());
    std::uint8_t* out = picture.rgba.data() + static_cast<std::size_t>(y) * picture.width * 4;
    for (int x = 0; x < picture.width; ++x, out += 4) {
      for (int c = 0; c < 3; ++c)
        out[c] = static_cast<std::uint8_t>(
            std::lround(255 * std::clamp(rgb[3 * static_cast<std::size_t>(x) + c], 0.0f, 1.0f)));
      out[3] = 255;
    }
  }
  return picture;
}

FilmPictures::FilmPictures(std::function<void()> wake_up) : exchange_(std::make_shared<PicturesExchange>()) {
  exchange_->wake_up = std::move(wake_up);
  thread_.start(exchange_, 0, [exchange = exchange_](std::stop_token stop) { exchange->run(stop); });
}

FilmPictures::~FilmPictures() {
  thread_.leave(patience);
}

void FilmPictures::want(std::vector<PictureWish> wishes, std::shared_ptr<const KeptColours> kept) {
  std::lock_guard lock(exchange_->mutex);
  exchange_->wishes = std::move(wishes);
  exchange_->kept = std::move(kept);
  exchange_->changed.notify_all();
}

std::shared_ptr<const FramePicture> FilmPictures::get(int frame, bool small) const {
  std::lock_guard lock(exchange_->mutex);
  for (const auto& picture : exchange_->of(small))
    if (picture->frame == frame) return picture;
  return nullptr;
}

}  // namespace handtint
