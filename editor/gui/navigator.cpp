#include "editor/gui/navigator.h"

#include <algorithm>
#include <cmath>

#include "editor/gui/texture_id.h"
#include "editor/gui/widgets.h"
#include "editor/work/navigation.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr float usual_side = 160;          // points
constexpr float most_of_canvas = 0.3f;     // of either side of it
constexpr double colours_at_most_s = 0.2;  // while they still change

}  // namespace

void Navigator::renew(WindowState& state, int side) {
  Editor& editor = state.editor;
  const std::optional<SolvedPicture>& solved = editor.colouring().picture();
  const std::shared_ptr<const Chroma> colour = solved && solved->overview ? solved->overview : nullptr;
  const PictureSource& source = editor.sitting().picture_source();
  const Photo* const photo = source.photo.get();
  const Finish finish = editor.document().state().finish;
  const bool other = photo_ != photo || side_ != side || finish_ != finish;
  if (!other && colour_ == colour) return;
  const double now = state.pace.time_s(), due = renewed_s_ + colours_at_most_s;
  if (!other && now < due) return state.pace.wake_in(due - now);
  photo_ = photo;
  side_ = side;
  finish_ = finish;
  colour_ = colour;
  renewed_s_ = now;
  const SmallPicture small = small_picture(source, colour.get(), side, finish);
  picture_.resize(small.width, small.height, gl::Texture::rgba8);
  picture_.upload_rows(0, small.height, small.rgba.data());
  state.textures_changed = true;
}

void Navigator::draw(WindowState& state) {
  if (!state.preferences.navigator || !is_cut_off(state.view)) return;
  const Style& style = state.style;
  const Canvas& canvas = state.view.canvas;
  const ViewState& view = state.view;
  const auto photo_width = static_cast<float>(view.photo_width), photo_height = static_cast<float>(view.photo_height);
  const float scale =
      std::min({style.px(usual_side) / std::max(photo_width, photo_height), most_of_canvas * canvas.width / photo_width,
                most_of_canvas * canvas.height / photo_height});
  const float width = std::max(style.px(12), std::floor(scale * photo_width)),
              height = std::max(style.px(12), std::floor(scale * photo_height)), border = style.px(2);
  renew(state, static_cast<int>(std::lround(std::max(width, height) * canvas.pixel_scale)));
  const Area place{std::floor(canvas.x + canvas.width - width - style.px(12)) - border,
                   std::floor(canvas.y + canvas.height - height - style.px(12)) - border, width + 2 * border,
                   height + 2 * border};
  state.covered.push_back(place);
  begin_fixed("navigator-window", place, IM_COL32(0, 0, 0, 0), {border, border});
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 low{place.x + border, place.y + border}, high{low.x + width, low.y + height};
  ImGui::InvisibleButton("navigator", {width, height});
  controls::name_last_item("navigator");
  const auto in_photo = [&](ImVec2 screen) {
    return Point{(screen.x - low.x) / width * photo_width, (screen.y - low.y) / height * photo_height};
  };
  const auto on_screen = [&](float x, float y) {
    return ImVec2{low.x + std::clamp(x / photo_width, 0.0f, 1.0f) * width,
                  low.y + std::clamp(y / photo_height, 0.0f, 1.0f) * height};
  };
  const Point first = photo_from_screen(view, {canvas.x, canvas.y});
  const Point last = photo_from_screen(view, {canvas.x + canvas.width, canvas.y + canvas.height});
  if (ImGui::IsItemActive()) {
    const Point hand = in_photo(ImGui::GetIO().MousePos);
    if (ImGui::IsItemActivated()) {  // taken by the frame it is dragged, beside it the view jumps there
      const bool on_frame = hand.x >= first.x && hand.x < last.x && hand.y >= first.y && hand.y < last.y;
      grabbed_ = on_frame
                     ? Point{hand.x - static_cast<float>(view.centre_x), hand.y - static_cast<float>(view.centre_y)}
                     : Point{};
    }
    state.view = centred_on(state.view, {hand.x - grabbed_.x, hand.y - grabbed_.y});
    state.pace.want(1);
  }
  list->AddRectFilled({place.x, place.y}, {place.x + place.width, place.y + place.height}, IM_COL32(20, 20, 20, 220),
                      style.px(3));
  list->AddImage(texture_id(picture_), low, high);
  const ImVec2 frame_low = on_screen(first.x, first.y), frame_high = on_screen(last.x, last.y);
  list->AddRect(frame_low, frame_high, IM_COL32(0, 0, 0, 200), 0, 0, style.px(3));
  list->AddRect(frame_low, frame_high, IM_COL32_WHITE, 0, 0, style.px(1.5f));
  controls::tip_for_last_item(style, tr("The whole photo: click or drag to go there"));
  ImGui::End();
}

}  // namespace handtint
