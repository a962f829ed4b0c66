#include "editor/gui/timeline.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "editor/gui/texture_id.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr double longest_tap_s = 0.3;  // of the space bar
constexpr const char* cut_menu = "cut";
constexpr int ahead = 10;  // pictures made before they are played

float x_of(const Area& area, int frame, int frames) {
  return area.x + area.width * (static_cast<float>(frame) + 0.5f) / static_cast<float>(frames);
}

ImU32 faded(ImU32 colour, float alpha) {
  ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
  c.w *= alpha;
  return ImGui::ColorConvertFloat4ToU32(c);
}

}  // namespace

float Timeline::height(const WindowState& state) {
  return state.editor.film() ? state.style.px(112) : 0;
}

// --- playing

void Timeline::toggle(WindowState& state) {
  FilmSitting* film = state.editor.film();
  if (!film) return;
  if (playing_) return stop(state);
  playing_ = true;
  play_from_ = film->looked_at() + 1 < film->frames() ? film->looked_at() : 0;
  play_began_s_ = state.pace.time_s();
  state.pace.want(1);
}

void Timeline::stop(WindowState& state) {
  playing_ = false;
  if (FilmSitting* film = state.editor.film()) film->go_to(film->looked_at());
}

void Timeline::space(WindowState& state, bool pressed, double now_s) {
  if (pressed) {
    if (space_pressed_s_ < 0) space_pressed_s_ = now_s;
    return;
  }
  const bool tapped = space_pressed_s_ >= 0 && now_s - space_pressed_s_ < longest_tap_s && !state.tools.busy();
  space_pressed_s_ = -1;
  if (tapped) toggle(state);
}

void Timeline::play(WindowState& state) {
  FilmSitting& film = *state.editor.film();
  const double since = state.pace.time_s() - play_began_s_;
  const int frame = play_from_ + static_cast<int>(since * film.rate());
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (ImGui::IsMouseClicked(0) && !state.layout.timeline.contains(mouse.x, mouse.y)) return stop(state);
  film.look_at(frame);
  if (frame >= film.frames() - 1) return stop(state);
  state.pace.wake_in(1 / film.rate());
}

// --- drawing

void Timeline::draw(WindowState& state) {
  FilmSitting* film = state.editor.film();
  const Area& area = state.layout.timeline;
  if (!film || area.empty()) {
    playing_ = false;
    return;
  }
  if (playing_) play(state);
  const Style& style = state.style;
  begin_fixed("timeline", area, style.colours.panel, {0, 0});
  const float margin = style.px(12);
  const Area head{area.x + margin, area.y + style.px(4), area.width - 2 * margin, style.px(34)};
  const Area thumbs{head.x, head.y + head.height + style.px(4), head.width, style.px(44)};
  const Area marks{head.x, thumbs.y + thumbs.height + style.px(2), head.width, style.px(18)};
  thumb_frames_ = thumb_frames(state, thumbs);
  draw_head(state, head);
  draw_frames(state, thumbs, marks);
  draw_cut_menu(state);
  ImGui::End();
  want_pictures(state);
}

void Timeline::draw_head(WindowState& state, const Area& area) {
  const Style& style = state.style;
  FilmSitting& film = *state.editor.film();
  ImGui::SetCursorScreenPos({area.x, area.y + style.px(3)});
  if (controls::icon_button(style, "play", playing_ ? Icon::pause : Icon::play, tip_for(Command::play), playing_, true,
                            28))
    toggle(state);
  ImGui::PushFont(style.small);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float text_y = std::floor(area.y + (area.height - ImGui::GetTextLineHeight()) / 2);
  const std::string where =
      tr("Frame {1} of {2}", {std::to_string(film.looked_at() + 1), std::to_string(film.frames())});
  list->AddText({area.x + style.px(40), text_y}, style.colours.text, where.c_str());

  const FilmStatus status = film.thread().status();
  std::string words;
  if (!status.problem.empty())
    words = status.problem;
  else if (!status.stage.empty())
    words = status.stage + "  " + std::to_string(static_cast<int>(100 * status.done)) + " %";
  else if (film.keys().empty())
    words = tr("Paint on a frame: its colours go along with what moves");
  const char* const save = tr_noop("Save frame\u2026");
  const float button = std::max(style.px(120), controls::button_width(style, save));
  const float left =
      area.x + style.px(40) + std::max(style.px(150), ImGui::CalcTextSize(where.c_str()).x + style.px(16));
  const float room = area.x + area.width - button - style.px(12) - left;
  if (room > style.px(80)) {
    const std::string fitted = controls::fitted(words, room);
    list->AddText({left, text_y}, status.problem.empty() ? style.colours.text_dim : style.colours.warning,
                  fitted.c_str());
    ImGui::SetCursorScreenPos({left, area.y});
    ImGui::Dummy({room, area.height});
    controls::tip_for_last_item(style, words);
  }
  if (area.width > style.px(330)) {
    ImGui::SetCursorScreenPos({area.x + area.width - button, area.y});
    if (controls::text_button(style, save, false, true, button)) state.post(Command::save_frame);
  }
  ImGui::PopFont();
}

void Timeline::draw_frames(WindowState& state, const Area& area, const Area& marks) {
  FilmSitting& film = *state.editor.film();
  ImGui::SetCursorScreenPos({area.x, area.y});
  ImGui::InvisibleButton("frames", {area.width, marks.y + marks.height - area.y});
  controls::name_last_item("frames");
  const auto under_cursor = [&] {
    const float share = (ImGui::GetIO().MousePos.x - area.x) / area.width;
    return static_cast<int>(std::floor(share * static_cast<float>(film.frames())));
  };
  if (ImGui::IsItemClicked(ImGuiMouseButton_Right)) ask_about_cut(state, area, under_cursor());
  if (ImGui::IsItemActivated() && playing_) playing_ = false;
  if (ImGui::IsItemActive()) film.look_at(under_cursor());
  if (ImGui::IsItemDeactivated()) film.go_to(film.looked_at());
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_thumbs(state, list, area);
  draw_marks(state, list, area, marks);
}

// A cut under the cursor is meant rather than the frame beside it.
void Timeline::ask_about_cut(WindowState& state, const Area& area, int frame) {
  FilmSitting& film = *state.editor.film();
  if (playing_) stop(state);
  cut_at_ = std::clamp(frame, 0, film.frames() - 1);
  const float unit = area.width / static_cast<float>(film.frames());
  float nearest = state.style.px(5);
  for (const Shot& shot : film.thread().shots()) {
    const float distance = std::abs(area.x + unit * static_cast<float>(shot.begin) - ImGui::GetIO().MousePos.x);
    if (shot.begin == 0 || distance > nearest) continue;
    nearest = distance;
    cut_at_ = shot.begin;
  }
  ImGui::OpenPopup(cut_menu);
}

void Timeline::draw_cut_menu(WindowState& state) {
  if (!ImGui::IsPopupOpen(cut_menu)) return;
  const Style& style = state.style;
  FilmCuts& cuts = state.editor.film()->cuts();
  const std::string what =
      !cuts.known() ? tr("The film is still being read") : tr("Frame {1}", {std::to_string(cut_at_ + 1)});
  // A text that may be wrapped has no width of its own: before there is one it is a letter wide, and so high.
  const float padding = style.px(10), all = std::numeric_limits<float>::max();
  const float width = style.small->CalcTextSizeA(style.small->FontSize, all, 0, what.c_str()).x;
  ImGui::SetNextWindowSizeConstraints({std::ceil(width) + 2 * padding + 1, 0}, {all, all});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {padding, style.px(8)});
  const bool open = ImGui::BeginPopup(cut_menu);
  ImGui::PopStyleVar();
  if (!open) return;
  controls::dim_text(style, what.c_str());
  const bool can = cuts.known() && cut_at_ > 0;
  const char* const words =
      can && cuts.begins_shot(cut_at_) ? tr_noop("Join with the shot before") : tr_noop("Cut here");
  if (controls::text_button(style, words, false, can)) {
    cuts.toggle(cut_at_);
    ImGui::CloseCurrentPopup();
  }
  controls::tip_for_last_item(style, tip_for(Command::cut));
  ImGui::EndPopup();
}

// As many as fit side by side.
std::vector<int> Timeline::thumb_frames(const WindowState& state, const Area& area) const {
  FilmSitting& film = *state.editor.film();
  const float sides = static_cast<float>(state.view.photo_width) / static_cast<float>(state.view.photo_height);
  const float width = std::clamp(area.height * sides, area.height * 0.5f, area.height * 3);
  const int most = std::max(1, static_cast<int>(area.width / width));
  const int count = std::min(most, film.frames());
  std::vector<int> frames;
  for (int i = 0; i < count; ++i)
    frames.push_back(static_cast<int>((static_cast<float>(i) + 0.5f) * static_cast<float>(film.frames()) /
                                      static_cast<float>(count)));
  return frames;
}

void Timeline::draw_thumbs(WindowState& state, ImDrawList* list, const Area& area) {
  const Style& style = state.style;
  FilmSitting& film = *state.editor.film();
  if (thumbs_.size() != thumb_frames_.size()) thumbs_.resize(thumb_frames_.size());
  list->AddRectFilled({area.x, area.y}, {area.x + area.width, area.y + area.height}, style.colours.panel_raised,
                      style.px(3));
  const float step = area.width / static_cast<float>(std::max<std::size_t>(1, thumb_frames_.size()));
  for (std::size_t i = 0; i < thumbs_.size(); ++i) {
    Thumb& thumb = thumbs_[i];
    const int frame = thumb_frames_[i];
    const auto picture = film.pictures().get(frame, true);
    if (picture && (thumb.frame != frame || thumb.number != picture->number || thumb.texture.empty())) {
      thumb.texture.resize(picture->width, picture->height, gl::Texture::rgba8);
      thumb.texture.upload_rows(0, picture->height, picture->rgba.data());
      thumb.frame = frame;
      thumb.number = picture->number;
      state.textures_changed = true;
    }
    if (thumb.frame != frame || thumb.texture.empty()) continue;
    const float sides = static_cast<float>(thumb.texture.width()) / static_cast<float>(thumb.texture.height());
    const float width = std::min(step - style.px(1), area.height * sides),
                height = std::min(area.height, width / sides);
    const float x = std::floor(area.x + step * static_cast<float>(i) + (step - width) / 2);
    const float y = std::floor(area.y + (area.height - height) / 2);
    list->AddImage(texture_id(thumb.texture), {x, y}, {x + width, y + height});
  }
}

void Timeline::draw_marks(WindowState& state, ImDrawList* list, const Area& area, const Area& marks) {
  const Style& style = state.style;
  FilmSitting& film = *state.editor.film();
  const int frames = film.frames();
  const float bottom = marks.y + marks.height, unit = area.width / static_cast<float>(frames);
  // How little the colours are to be trusted: where it stands highest a stroke helps most.
  const std::vector<FrameMark> trust = film.thread().marks();
  const int columns = std::min(static_cast<int>(trust.size()), static_cast<int>(area.width / style.px(2)));
  for (int c = 0; c < columns; ++c) {
    const auto n = static_cast<int>(trust.size());
    const int begin = c * n / columns, end = std::max(begin + 1, (c + 1) * n / columns);
    float least = 2;
    for (int i = begin; i < end; ++i) least = std::min(least, trust[static_cast<std::size_t>(i)].trust);
    const float x0 = area.x + unit * static_cast<float>(begin), x1 = area.x + unit * static_cast<float>(end);
    const float high = least < 0 ? style.px(1) : std::max(style.px(2), (1 - least) * (marks.height - style.px(4)));
    list->AddRectFilled({x0, bottom - high}, {std::max(x0 + 1, x1 - (x1 - x0 > style.px(3) ? 1 : 0)), bottom},
                        least < 0 ? style.colours.line : faded(style.colours.warning, 0.35f + 0.65f * (1 - least)));
  }
  for (const Shot& shot : film.thread().shots())
    if (shot.begin > 0) {
      const float x = std::floor(area.x + unit * static_cast<float>(shot.begin));
      list->AddRectFilled({x, area.y}, {x + style.px(1), bottom}, style.colours.text_dim);
    }
  for (int key : film.keys()) {
    if (key >= frames) continue;
    const float x = x_of(area, key, frames), y = marks.y + style.px(6), r = style.px(5);
    list->AddNgonFilled({x, y}, r + style.px(1), style.colours.panel, 4);
    list->AddNgonFilled({x, y}, r, style.colours.accent, 4);
  }
  const float x = std::floor(x_of(area, film.looked_at(), frames));
  list->AddRectFilled({x - style.px(2), area.y - style.px(3)}, {x + style.px(2), bottom + style.px(1)},
                      IM_COL32(0, 0, 0, 150));
  list->AddRectFilled({x - style.px(1), area.y - style.px(3)}, {x + style.px(1), bottom + style.px(1)}, IM_COL32_WHITE);
  if (is_coming(film) && !playing_) state.pace.wake_in(0.05);
}

// What is seen first, then what may be seen next, then the strip.
void Timeline::want_pictures(WindowState& state) {
  FilmSitting& film = *state.editor.film();
  const std::vector<FrameMark> marks = film.thread().marks();
  std::vector<PictureWish> wishes;
  const auto want = [&](int frame, bool small) {
    if (frame < 0 || frame >= film.frames()) return;
    const auto i = static_cast<std::size_t>(frame);
    wishes.push_back({frame, i < marks.size() ? marks[i].number : 0, small});
  };
  const int here = film.looked_at();
  want(here, false);
  for (int n = 1; n <= (playing_ ? ahead : 2); ++n) {
    want(here + n, false);
    if (!playing_) want(here - n, false);
  }
  for (int frame : thumb_frames_) want(frame, true);
  film.pictures().want(std::move(wishes), film.thread().colours());
}

}  // namespace handtint
