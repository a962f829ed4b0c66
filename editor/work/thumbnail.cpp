#include "editor/work/thumbnail.h"

#include <algorithm>
#include <cmath>
#include <exception>

#include "editor/document/session.h"
#include "editor/files/photo.h"
#include "editor/work/film_loading.h"
#include "editor/work/loading.h"
#include "solver/lab.h"
#include "solver/tr.h"

namespace handtint {
namespace {

std::string facts(int width, int height, int bits, const std::string& format) {
  return tr("{1} \u00d7 {2}, {3} bit, {4}",
            {std::to_string(width), std::to_string(height), std::to_string(bits), format});
}

// Mean over boxes of whole pixels: good enough to recognise a photo, and quick.
void shrink_into(Thumbnail& thumbnail, const Photo& photo, int side) {
  const int step = std::max(1, (std::max(photo.width(), photo.height()) + side - 1) / side);
  thumbnail.width = std::max(1, photo.width() / step);
  thumbnail.height = std::max(1, photo.height() / step);
  thumbnail.rgba.resize(static_cast<std::size_t>(thumbnail.width) * thumbnail.height * 4);
  std::vector<float> L(thumbnail.width), a(thumbnail.width), b(thumbnail.width), rgb(3 * thumbnail.width);
  const bool coloured = !photo.a.empty();
  for (int y = 0; y < thumbnail.height; ++y) {
    for (int x = 0; x < thumbnail.width; ++x) {
      float sum_L = 0, sum_a = 0, sum_b = 0;
      int n = 0;
      for (int v = y * step; v < std::min((y + 1) * step, photo.height()); ++v) {
        for (int u = x * step; u < std::min((x + 1) * step, photo.width()); ++u, ++n) {
          sum_L += photo.lightness(u, v);
          if (coloured) {
            sum_a += photo.a(u, v);
            sum_b += photo.b(u, v);
          }
        }
      }
      L[x] = sum_L / static_cast<float>(n);
      a[x] = sum_a / static_cast<float>(n);
      b[x] = sum_b / static_cast<float>(n);
    }
    srgb_row_from_lab(L.data(), a.data(), b.data(), thumbnail.width, rgb.data());
    std::uint8_t* out = thumbnail.rgba.data() + static_cast<std::size_t>(y) * thumbnail.width * 4;
    for (int x = 0; x < thumbnail.width; ++x, out += 4) {
      for (int c = 0; c < 3; ++c) {
        out[c] = static_cast<std::uint8_t>(std::lround(255 * std::clamp(rgb[3 * x + c], 0.0f, 1.0f)));
      }
      out[3] = 255;
    }
  }
}

}  // namespace

Thumbnail make_thumbnail(const std::filesystem::path& file, int side) {
  Thumbnail thumbnail;
  thumbnail.file = file;
  try {
    if (is_film(file)) {
      const bool session = is_session_name(file);
      const FilmSession painted = session ? read_film_session(file) : FilmSession{};
      FrameSource frames(session ? find_film(painted, file) : file);
      const auto photo = frames.frame(painted.film.frame.value_or(0));
      if (!photo) return thumbnail;
      thumbnail.facts = to_string(photo->extent()) + (session ? ", " + tr_n("{1} frame painted", "{1} frames painted",
                                                                            static_cast<long>(painted.painted.size()))
                                                              : std::string());
      shrink_into(thumbnail, *photo, side);
      return thumbnail;
    }
    std::filesystem::path photo_file = file;
    std::optional<std::size_t> strokes;
    std::optional<int> frame;
    if (is_session_name(file)) {
      const Session session = read_session(file);
      const PhotoLookup lookup = find_photo(session.photo, file);
      if (lookup.state == PhotoState::missing) {
        thumbnail.problem = tr("Its photo has moved");
        return thumbnail;
      }
      photo_file = lookup.path;
      frame = session.photo.frame;
      strokes = session.state.strokes.size();
    }
    const Photo photo = frame ? *read_frame(photo_file, *frame) : read_photo(photo_file);
    thumbnail.facts = facts(photo.width(), photo.height(), photo.bits, photo.format);
    if (strokes)
      thumbnail.facts = tr_n("{1}, {2} stroke", "{1}, {2} strokes", static_cast<long>(*strokes),
                             {thumbnail.facts, std::to_string(*strokes)});
    shrink_into(thumbnail, photo, side);
  } catch (const std::exception& error) {
    thumbnail.problem = error.what();
  }
  return thumbnail;
}

std::string facts_of(const std::filesystem::path& file) {
  try {
    const PhotoInfo info = probe_photo(file);
    return facts(info.width, info.height, info.bits, info.format);
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace handtint
