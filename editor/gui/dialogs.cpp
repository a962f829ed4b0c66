#include "editor/gui/dialogs.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "editor/gui/widgets.h"

namespace handtint {
namespace {

constexpr ImGuiWindowFlags modal_flags =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings;

bool begin_modal(const Style& style, const char* name, float wanted_width, float height = 0) {
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float width = std::min(style.px(wanted_width), screen.x - style.px(16));
  ImGui::SetNextWindowPos({screen.x / 2, screen.y / 2}, ImGuiCond_Always, {0.5f, 0.5f});
  ImGui::SetNextWindowSize({width, height > 0 ? std::min(height, screen.y - style.px(16)) : 0});
  if (!ImGui::IsPopupOpen(name)) ImGui::OpenPopup(name);
  return ImGui::BeginPopupModal(name, nullptr, modal_flags | (height > 0 ? 0 : ImGuiWindowFlags_AlwaysAutoResize));
}

}  // namespace

void Dialogs::answer(std::size_t index) {
  asking_ = false;
  // The answer may ask the next question.
  const auto then = question_.answers[index].then;
  if (then) then();
}

void Dialogs::escape(WindowState& state) {
  if (help_)
    help_ = false;
  else if (asking_)
    answer(question_.answers.size() - 1);
  else if (state.editor.exports().running())
    state.editor.exports().cancel();
}

void Dialogs::enter() {
  if (asking_)
    answer(0);
  else
    help_ = false;
}

void Dialogs::draw(WindowState& state) {
  if (asking_)
    draw_question(state);
  else if (help_)
    draw_help(state);
  else if (state.editor.exports().running())
    draw_export(state);
}

void Dialogs::draw_question(WindowState& state) {
  const Style& style = state.style;
  if (!begin_modal(style, "question", 460)) return;
  ImGui::PushFont(style.heading);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(question_.title.c_str());
  ImGui::PopFont();
  ImGui::TextUnformatted(question_.text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::Dummy({1, style.px(8)});
  // Side by side if the words fit, else one below the other.
  float needed = 0;
  for (const auto& a : question_.answers) needed += ImGui::CalcTextSize(a.label.c_str()).x + style.px(28 + 8);
  const float room = ImGui::GetContentRegionAvail().x;
  const bool side_by_side = needed - style.px(8) <= room;
  if (side_by_side) ImGui::SetCursorPosX(ImGui::GetCursorPosX() + room - needed + style.px(8));
  std::size_t chosen = question_.answers.size();
  for (std::size_t i = question_.answers.size(); i-- > 0;) {  // the first answer is the outermost, to the right
    if (controls::text_button(style, question_.answers[i].label.c_str(), i == 0, true, side_by_side ? 0 : room))
      chosen = i;
    if (side_by_side && i > 0) ImGui::SameLine(0, style.px(8));
  }
  if (chosen < question_.answers.size()) {
    ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
    answer(chosen);
    return;
  }
  ImGui::EndPopup();
}

void Dialogs::draw_export(WindowState& state) {
  const Style& style = state.style;
  if (!begin_modal(style, "export", 420)) return;
  ImGui::PushFont(style.heading);
  ImGui::TextUnformatted("Exporting at full size");
  ImGui::PopFont();
  const float width = ImGui::GetContentRegionAvail().x, height = style.px(8);
  const ImVec2 low = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width, height});
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float done = std::clamp(state.editor.exports().progress(), 0.0f, 1.0f);
  list->AddRectFilled(low, {low.x + width, low.y + height}, style.colours.panel_raised, height / 2);
  list->AddRectFilled(low, {low.x + std::max(height, width * done), low.y + height}, style.colours.accent, height / 2);
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", static_cast<double>(100 * done));
  controls::dim_text(style, text);
  ImGui::SameLine(width - style.px(104) + ImGui::GetStyle().WindowPadding.x);
  if (controls::text_button(style, "Cancel", false, true, style.px(104))) state.editor.exports().cancel();
  ImGui::EndPopup();
  state.pace.wake_in(0.05);
}

void Dialogs::draw_help(WindowState& state) {
  const Style& style = state.style;
  const float screen = ImGui::GetIO().DisplaySize.x;
  const bool two_columns = screen > style.px(820);
  if (!begin_modal(style, "help", two_columns ? 860 : 460, style.px(two_columns ? 780 : 1000))) return;
  ImGui::PushFont(style.heading);
  ImGui::TextUnformatted("Keys");
  ImGui::PopFont();
  ImGui::BeginChild("keys", {0, ImGui::GetContentRegionAvail().y - style.px(42)}, false);
  const float width = ImGui::GetContentRegionAvail().x;
  const float column = two_columns ? (width - style.px(32)) / 2 : width;
  const float key_width = style.px(112);
  const auto rows = shortcuts();
  const ImVec2 start = ImGui::GetCursorPos();
  float y = start.y, x = start.x, lowest = y;
  const char* group = nullptr;
  const Shortcut* last = nullptr;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto print = [&](const char* keys, const char* words) {
    ImGui::SetCursorPos({x, y});
    const ImVec2 at = ImGui::GetCursorScreenPos();
    list->AddText(at, style.colours.accent, keys);
    ImGui::SetCursorPos({x + key_width, y});
    ImGui::PushTextWrapPos(x + column);
    ImGui::TextUnformatted(words);
    ImGui::PopTextWrapPos();
    y = ImGui::GetCursorPosY() - style.px(2);
    lowest = std::max(lowest, y);
  };
  const auto heading = [&](const char* words) {
    y += style.px(8);
    ImGui::SetCursorPos({x, y});
    ImGui::PushFont(style.heading);
    ImGui::TextUnformatted(words);
    ImGui::PopFont();
    y = ImGui::GetCursorPosY();
  };
  const auto mouse = [&] {
    heading("Mouse");
    print("Wheel", "Zoom to the cursor");
    print("Space + drag", "Move the photo; so does the middle button");
    print("Shift + click", "A straight stroke from the end of the last");
    print("Shift + drag", "The brush's size; so does Shift + wheel");
    print("Right click", "A palette at the cursor");
    print("Ctrl + click", "Take the colour under the cursor; so does Alt");
    print("Double click", "A dial goes back to its default");
  };
  const auto your_work = [&] {
    heading("Your work");
    print("Recovery", "Keeps every stroke at once; discarding can be taken back");
    print("Opening", "Asks if a session lies beside the photo");
    print("Saving", "Asks if somebody else has changed the session");
  };
  for (const Shortcut& s : rows) {
    if (!*s.keys || (last && std::strcmp(last->words, s.words) == 0 && std::strcmp(last->keys, s.keys) == 0)) continue;
    if (!group || std::strcmp(group, s.group) != 0) {
      if (two_columns && std::strcmp(s.group, "View") == 0) {
        mouse();
        your_work();
        x += column + style.px(32);
        y = start.y;
      }
      group = s.group;
      heading(group);
    }
    print(s.keys, s.words);
    last = &s;
  }
  if (!two_columns) mouse();
  if (!two_columns) your_work();
  ImGui::SetCursorPos({start.x, lowest});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
  if (controls::text_button(style, "Take the tour", false, true, style.px(140))) state.post(Command::tour);
  ImGui::SameLine();
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - style.px(104));
  if (controls::text_button(style, "Close", true, true, style.px(104))) {
    help_ = false;
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
}

}  // namespace handtint
