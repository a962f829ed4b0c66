#include "editor/gui/picture_painter.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "editor/gui/gl/shaders.h"
#include "solver/numerics/device_picture_ops.h"

namespace handtint {
namespace {

using numerics::screen_code;

// Differences of two chromas reach twice as far (shaders/picture.frag).
constexpr float difference_scale = 0.5f;

// Box average of the part `rect` of a chroma by `step`, as the texture wants it.
std::vector<std::int16_t> packed(const Chroma& chroma, const Rect& rect, int step, int width, int height,
                                 float scale = 1) {
  std::vector<std::int16_t> codes(static_cast<std::size_t>(width) * height * 2);
  for (int y = 0; y < height; ++y) {
    std::int16_t* out = codes.data() + static_cast<std::size_t>(y) * width * 2;
    if (step == 1) {
      const float* a = chroma.a.row(rect.y0 + y) + rect.x0;
      const float* b = chroma.b.row(rect.y0 + y) + rect.x0;
      for (int x = 0; x < width; ++x) {
        out[2 * x] = screen_code(scale * a[x]);
        out[2 * x + 1] = screen_code(scale * b[x]);
      }
      continue;
    }
    const int v0 = rect.y0 + y * step, v1 = std::min(v0 + step, rect.y1);
    for (int x = 0; x < width; ++x) {
      const int u0 = rect.x0 + x * step, u1 = std::min(u0 + step, rect.x1);
      float sum_a = 0, sum_b = 0;
      for (int v = v0; v < v1; ++v) {
        for (int u = u0; u < u1; ++u) {
          sum_a += chroma.a.row(v)[u];
          sum_b += chroma.b.row(v)[u];
        }
      }
      const float mean = scale / static_cast<float>((v1 - v0) * (u1 - u0));
      out[2 * x] = screen_code(mean * sum_a);
      out[2 * x + 1] = screen_code(mean * sum_b);
    }
  }
  return codes;
}

bool contains(const Rect& outer, const Rect& inner) {
  return intersect(outer, inner) == inner;
}

// The canvas' pixels that a part of the photo reaches.
Rect on_canvas(const ViewState& view, const Rect& photo) {
  const float scale = view.canvas.pixel_scale;
  const Point low = screen_from_photo(view, {static_cast<float>(photo.x0), static_cast<float>(photo.y0)});
  const Point high = screen_from_photo(view, {static_cast<float>(photo.x1), static_cast<float>(photo.y1)});
  const auto pixel = [scale](float points, float limit) {
    return static_cast<int>(std::floor(std::clamp(points, -1.0f, limit + 1) * scale));
  };
  return {pixel(low.x - view.canvas.x, view.canvas.width), pixel(low.y - view.canvas.y, view.canvas.height),
          pixel(high.x - view.canvas.x, view.canvas.width) + 1, pixel(high.y - view.canvas.y, view.canvas.height) + 1};
}

// The visible part and a margin, so that a short pan needs no upload.
Rect with_margin(const Rect& visible, const Rect& whole) {
  const int dx = visible.width() / 6 + 8, dy = visible.height() / 6 + 8;
  return intersect({visible.x0 - dx, visible.y0 - dy, visible.x1 + dx, visible.y1 + dy}, whole);
}

}  // namespace

PicturePainter::PicturePainter(PictureUpload::Share share) : upload_(std::move(share)) {}

const gl::Program& PicturePainter::program_for(const PictureLook& look) {
  const auto define = [](const char* name, int value) {
    return std::string("#define ") + name + " " + std::to_string(value) + "\n";
  };
  const std::string defines = define("VIEW", static_cast<int>(look.view)) + define("OVERVIEW", overview_.scale_x > 0) +
                              define("DETAIL", detail_.scale_x > 0) + define("DIFFERENCE", difference_.scale_x > 0) +
                              define("FINISH", !look.finish.plain()) + define("OWN", own_.scale_x > 0) +
                              define("DITHER", source_.photo->bits > 8);
  const auto known = programs_.find(defines);
  if (known != programs_.end()) return known->second;
  return programs_.emplace(defines, gl::Program(shaders::fullscreen_vert, shaders::picture_frag, defines))
      .first->second;
}

void PicturePainter::set_source(PictureSource source) {
  source_ = std::move(source);
  lightness_.forget();
  own_.forget();
  if (source_.own) {
    upload_chroma(own_, *source_.own, static_cast<float>(source_.own_step), static_cast<float>(source_.own_step));
  }
  clear_chroma();
}

void PicturePainter::clear_chroma() {
  solved_.reset();
  overview_.forget();
  detail_.forget();
  difference_.forget();
  changed_.mark_all();
}

bool PicturePainter::lay_over_refined(const SolvedPicture& picture) {
  if (!solved_ || !solved_->first_preview || picture.report.done()) return false;
  const Chroma &before = *solved_->first_preview, &now = *picture.chroma;
  if (before.a.size() == solved_->size()) return false;  // a small photo's only size
  if (picture.width() != before.a.width() || picture.height() != before.a.height()) {
    // Between the first answer and the refined picture: sharper where the stroke is, but less sharp than what is there.
    constexpr std::size_t sharp = 500'000;
    return difference_.scale_x > 0 && picture.size() < sharp;
  }
  Chroma difference = now;
  for (std::size_t i = 0; i < now.a.size(); ++i) {
    difference.a.data()[i] -= before.a.data()[i];
    difference.b.data()[i] -= before.b.data()[i];
  }
  if (difference_.scale_x == 0) changed_.start_from_zero(now.a.width(), now.a.height());
  upload_chroma(difference_, difference, static_cast<float>(source_.photo->width()) / static_cast<float>(now.a.width()),
                static_cast<float>(source_.photo->height()) / static_cast<float>(now.a.height()), difference_scale);
  changed_.show(difference, false);
  return true;
}

void PicturePainter::set_chroma(SolvedPicture picture) {
  if (!source_.photo) return;
  if (solved_ && solved_->on_device.codes && picture.on_device.codes == solved_->on_device.codes) {
    solved_ = std::move(picture);  // the same, with values: the only news is what can be seen closely
    if (detail_.scale_x == 0) changed_.mark_all();
    return;
  }
  if (lay_over_refined(picture) || !show_overview(picture)) return;
  if (difference_.scale_x > 0) changed_.mark_all();
  difference_.forget();
  detail_.forget();
  solved_ = std::move(picture);
}

bool PicturePainter::show_overview(const SolvedPicture& picture) {
  const float photo_per_pixel_x = static_cast<float>(source_.photo->width()) / static_cast<float>(picture.width());
  const float photo_per_pixel_y = static_cast<float>(source_.photo->height()) / static_cast<float>(picture.height());
  if (picture.on_device.codes) {
    if (!upload(overview_, picture.on_device, photo_per_pixel_x, photo_per_pixel_y)) return false;
    changed_.show({}, true);
    return true;
  }
  const auto step = static_cast<float>(picture.overview_step);
  upload_chroma(overview_, *picture.overview, photo_per_pixel_x * step, photo_per_pixel_y * step);
  changed_.show(*picture.overview, picture.report.done());
  return true;
}

bool PicturePainter::upload(Window& window, const PictureOnDevice& shown, float photo_per_pixel_x,
                            float photo_per_pixel_y) {
  ScreenPicture& codes = *shown.codes;
  const bool there = upload_.upload(window.texture, codes);
  transfer_ = !there ? PictureTransfer::read : upload_.shared() ? PictureTransfer::shared : PictureTransfer::copied;
  if (!there) return false;
  const auto step = static_cast<float>(shown.step);
  window.origin_x = static_cast<float>(shown.part.x0) * photo_per_pixel_x;
  window.origin_y = static_cast<float>(shown.part.y0) * photo_per_pixel_y;
  window.scale_x = 1.0f / (photo_per_pixel_x * step * static_cast<float>(codes.width()));
  window.scale_y = 1.0f / (photo_per_pixel_y * step * static_cast<float>(codes.height()));
  return true;
}

void PicturePainter::upload_chroma(Window& window, const Chroma& chroma, float photo_per_texel_x,
                                   float photo_per_texel_y, float scale) {
  const int width = chroma.a.width(), height = chroma.a.height();
  window.texture.resize(width, height, gl::Texture::chroma16);
  window.texture.upload_rows(0, height, packed(chroma, {0, 0, width, height}, 1, width, height, scale).data());
  window.origin_x = window.origin_y = 0;
  window.scale_x = 1.0f / (photo_per_texel_x * static_cast<float>(width));
  window.scale_y = 1.0f / (photo_per_texel_y * static_cast<float>(height));
}

void PicturePainter::update_lightness(const ViewState& view) {
  const LightnessPyramid& pyramid = *source_.lightness;
  int level = 0;
  while (level + 1 < pyramid.levels() && view.zoom * (2 << level) <= 1.0) ++level;
  const Rect visible = visible_photo(view);
  if (level != lightness_.level || !contains(lightness_.visible_for, visible)) {
    const int step = 1 << level;
    const Rect wanted = with_margin(visible, {0, 0, source_.photo->width(), source_.photo->height()});
    Rect texels{wanted.x0 / step, wanted.y0 / step, (wanted.x1 + step - 1) / step, (wanted.y1 + step - 1) / step};
    texels = intersect(texels, {0, 0, pyramid.width(level), pyramid.height(level)});
    lightness_.texture.resize(texels.width(), texels.height(), gl::Texture::grey16);
    lightness_.texture.upload_rows(0, texels.height(), pyramid.window(level, texels).data());
    lightness_.origin_x = static_cast<float>(texels.x0 * step);
    lightness_.origin_y = static_cast<float>(texels.y0 * step);
    lightness_.scale_x = 1.0f / static_cast<float>(texels.width() * step);
    lightness_.scale_y = 1.0f / static_cast<float>(texels.height() * step);
    lightness_.visible_for = wanted;
    lightness_.level = level;
  }
  // From 200 % on a person looks at pixels, so pixels are shown.
  lightness_.texture.set_filter(view.zoom >= 2 ? GL_NEAREST : GL_LINEAR);
}

// By the view alone: what is shown now may be a coarser scale's, and the refined picture is to bring its close-up.
void PicturePainter::want_close_up(const ViewState& view) {
  if (!solved_ || !solved_->on_device.codes) return;
  const int overview_step = shrink_step(source_.photo->width(), source_.photo->height(), overview_pixels);
  if (overview_step == 1 || view.zoom * overview_step <= 1.1) {
    wanted_close_up_ = {};
    return;
  }
  const int step = std::clamp(static_cast<int>(1.0 / view.zoom), 1, overview_step);
  const Rect visible = visible_photo(view);
  if (wanted_close_up_.step == step && contains(wanted_close_up_.part, visible)) return;
  wanted_close_up_ = {nullptr, with_margin(visible, {0, 0, source_.photo->width(), source_.photo->height()}), step};
}

void PicturePainter::update_detail(const ViewState& view) {
  const bool useful = solved_ && solved_->overview_step > 1 && view.zoom * solved_->overview_step > 1.1 &&
                      solved_->width() == source_.photo->width();
  if (!useful) {
    detail_.forget();
    return;
  }
  const int step = std::clamp(static_cast<int>(1.0 / view.zoom), 1, solved_->overview_step);
  const Rect visible = visible_photo(view);
  const Rect wanted = with_margin(visible, {0, 0, source_.photo->width(), source_.photo->height()});
  if (detail_.level == step && contains(detail_.visible_for, visible)) return;
  if (const PictureOnDevice& near = solved_->close_up;
      near.codes && near.step == step && contains(near.part, visible)) {
    if (!upload(detail_, near, 1, 1)) return;
    detail_.visible_for = near.part;
    detail_.level = step;
    return;
  }
  if (!solved_->has_values()) {
    detail_.forget();
    return;
  }
  const int width = (wanted.width() + step - 1) / step, height = (wanted.height() + step - 1) / step;
  detail_.texture.resize(width, height, gl::Texture::chroma16);
  detail_.texture.upload_rows(0, height, packed(*solved_->chroma, wanted, step, width, height).data());
  detail_.origin_x = static_cast<float>(wanted.x0);
  detail_.origin_y = static_cast<float>(wanted.y0);
  detail_.scale_x = 1.0f / static_cast<float>(width * step);
  detail_.scale_y = 1.0f / static_cast<float>(height * step);
  detail_.visible_for = wanted;
  detail_.level = step;
}

Rect PicturePainter::draw(const ViewState& view, const PictureLook& look) {
  const int width = std::max(1, static_cast<int>(std::lround(view.canvas.width * view.canvas.pixel_scale)));
  const int height = std::max(1, static_cast<int>(std::lround(view.canvas.height * view.canvas.pixel_scale)));
  if (!drawn_view_ || !draw_alike(*drawn_view_, view) || !(drawn_look_ == look)) changed_.mark_all();
  if (!changed_.any()) return {};
  const bool all = changed_.all();
  const Rect canvas{0, 0, width, height};
  Rect drawn;
  target_.resize(width, height);
  if (!source_.photo) {
    target_.bind();
    glClearColor(look.surround.r, look.surround.g, look.surround.b, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    changed_.take(1, 1);
    drawn = canvas;
  } else {
    update_lightness(view);
    want_close_up(view);
    update_detail(view);
    target_.bind();
    const Point corner = photo_from_screen(view, {view.canvas.x, view.canvas.y});
    glDisable(GL_BLEND);
    const gl::Program& program = program_for(look);
    program.use();
    const auto use = [&](int unit, const char* texture, const char* place, const Window& window) {
      if (!window.texture.empty()) window.texture.bind(unit);
      program.set(texture, unit);
      program.set(place, window.origin_x, window.origin_y, window.scale_x, window.scale_y);
    };
    use(0, "lightness", "lightness_window", lightness_);
    use(1, "overview", "overview_window", overview_);
    use(2, "detail", "detail_window", detail_);
    use(3, "own_chroma", "own_window", own_);
    use(4, "difference", "difference_window", difference_);
    program.set("canvas_origin", corner.x, corner.y);
    program.set("photo_per_pixel", static_cast<float>(1.0 / view.zoom));
    program.set("photo_size", static_cast<float>(view.photo_width), static_cast<float>(view.photo_height));
    program.set("split", look.split * static_cast<float>(view.photo_width));
    program.set("surround", look.surround.r, look.surround.g, look.surround.b);
    program.set("vividness", look.finish.vividness);
    program.set("warm", look.finish.warmth * warm_direction.a, look.finish.warmth * warm_direction.b);
    program.set("warmth", warmth_of_grey, warmth_of_colour, half_coloured);
    const bool again_soon = difference_.scale_x > 0 || (solved_ && !solved_->report.done());
    program.set("gamut_rounds", again_soon ? shaders::quick_gamut_rounds : shaders::gamut_rounds);
    vertices_.bind();
    glEnable(GL_SCISSOR_TEST);
    for (const Rect& part : changed_.take(view.photo_width, view.photo_height)) {
      const Rect pixels = all ? canvas : intersect(on_canvas(view, part), canvas);
      if (pixels.empty()) continue;
      glScissor(pixels.x0, pixels.y0, pixels.width(), pixels.height());
      glDrawArrays(GL_TRIANGLES, 0, 3);
      drawn = unite(drawn, pixels);
    }
    glDisable(GL_SCISSOR_TEST);
  }
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  drawn_view_ = view;
  drawn_look_ = look;
  return drawn;
}

}  // namespace handtint
