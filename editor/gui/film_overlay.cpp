#include "editor/gui/film_overlay.h"

#include "editor/gui/texture_id.h"

namespace handtint {

void FilmOverlay::draw(WindowState& state, ImDrawList* list) {
  FilmSitting* film = state.editor.film();
  if (!film) {
    texture_.clear();
    frame_ = -1;
    return;
  }
  // Of a frame that has just been opened there is no colour on the screen yet.
  if (!is_coming(*film) && state.editor.colouring().picture()) return;
  if (state.look.view == ViewKind::photo && !is_coming(*film)) return;
  const auto picture = film->pictures().get(film->looked_at(), false);
  if (picture && (frame_ != picture->frame || number_ != picture->number)) {
    frame_ = picture->frame;
    number_ = picture->number;
    texture_.resize(picture->width, picture->height, gl::Texture::rgba8);
    texture_.upload_rows(0, picture->height, picture->rgba.data());
    state.textures_changed = true;
  }
  if (texture_.empty() || (!is_coming(*film) && frame_ != film->frame())) return;
  const Point low = screen_from_photo(state.view, {0, 0});
  const Point high = screen_from_photo(
      state.view, {static_cast<float>(state.view.photo_width), static_cast<float>(state.view.photo_height)});
  list->AddImage(texture_id(texture_), {low.x, low.y}, {high.x, high.y});
}

}  // namespace handtint
