#include "editor/gui/dialogs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "editor/gui/legible.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr ImGuiWindowFlags modal_flags =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings;

// On the help page, beside the shortcuts.
struct Row {
  const char* keys;
  const char* words;
};
constexpr std::array mouse{
    Row{tr_noop("Wheel"), tr_noop("Zoom to the cursor")},
    Row{tr_noop("Space + drag"), tr_noop("Move the photo; so does the middle button")},
    Row{tr_noop("Two fingers"), tr_noop("On a touchpad move the photo; with Ctrl zoom")},
    Row{tr_noop("Shift + click"), tr_noop("A straight stroke from the end of the last")},
    Row{tr_noop("Shift + drag"), tr_noop("The brush's size; so does Shift + wheel")},
    Row{tr_noop("Right click"), tr_noop("A palette at the cursor; in the timeline: cut or join")},
    Row{tr_noop("Ctrl + click"), tr_noop("Take the colour under the cursor; so does Alt")},
    Row{tr_noop("Double click"), tr_noop("A dial goes back to its default")},
};
constexpr std::array your_work{
    Row{tr_noop("Recovery"), tr_noop("Keeps every stroke at once; discarding can be taken back")},
    Row{tr_noop("Opening"), tr_noop("Asks if a session lies beside the photo")},
    Row{tr_noop("Saving"), tr_noop("Asks if somebody else has changed the session")},
};

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
  ImGui::TextUnformatted(legible(question_.title).c_str());
  ImGui::PopFont();
  ImGui::TextUnformatted(legible(question_.text).c_str());
  ImGui::PopTextWrapPos();
  ImGui::Dummy({1, style.px(8)});
  // Side by side if the words fit, else one below the other.
  float needed = 0;
  for (const auto& a : question_.answers) needed += ImGui::CalcTextSize(tr(a.label)).x + style.px(28 + 8);
  const float room = ImGui::GetContentRegionAvail().x;
  const bool side_by_side = needed - style.px(8) <= room;
  if (side_by_side) ImGui::SetCursorPosX(ImGui::GetCursorPosX() + room - needed + style.px(8));
  std::size_t chosen = question_.answers.size();
  for (std::size_t i = question_.answers.size(); i-- > 0;) {  // the first answer is the outermost, to the right
    if (controls::text_button(style, question_.answers[i].label, i == 0, true, side_by_side ? 0 : room)) chosen = i;
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
  ImGui::TextUnformatted(state.editor.exports().makes_growing() ? tr("Letting the strokes grow")
                                                                : tr("Exporting at full size"));
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
  const std::string words = state.editor.exports().words();
  controls::dim_text(style, words.empty() ? text : words.c_str());
  const float cancel = controls::button_width(style, tr_noop("Cancel"));
  ImGui::SameLine(width - cancel + ImGui::GetStyle().WindowPadding.x);
  if (controls::text_button(style, tr_noop("Cancel"), false, true, cancel)) state.editor.exports().cancel();
  ImGui::EndPopup();
  state.pace.wake_in(0.05);
}

void Dialogs::draw_help(WindowState& state) {
  const Style& style = state.style;
  const float screen = ImGui::GetIO().DisplaySize.x;
  const bool two_columns = screen > style.px(820);
  if (!begin_modal(style, "help", two_columns ? 860 : 460, style.px(two_columns ? 780 : 1000))) return;
  ImGui::PushFont(style.heading);
  ImGui::TextUnformatted(tr("Keys"));
  ImGui::PopFont();
  ImGui::BeginChild("keys", {0, ImGui::GetContentRegionAvail().y - style.px(42)}, false);
  const float width = ImGui::GetContentRegionAvail().x;
  const float column = two_columns ? (width - style.px(32)) / 2 : width;
  const auto rows = shortcuts();
  float key_width = style.px(96);
  const auto make_room = [&](const auto& row) { key_width = std::max(key_width, ImGui::CalcTextSize(tr(row.keys)).x); };
  std::for_each(rows.begin(), rows.end(), make_room);
  std::for_each(mouse.begin(), mouse.end(), make_room);
  std::for_each(your_work.begin(), your_work.end(), make_room);
  key_width += style.px(16);
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
  const auto mouse_and_work = [&] {
    heading(tr("Mouse"));
    for (const Row& row : mouse) print(tr(row.keys), tr(row.words));
    heading(tr("Your work"));
    for (const Row& row : your_work) print(tr(row.keys), tr(row.words));
  };
  for (const Shortcut& s : rows) {
    if (!*s.keys || (last && std::strcmp(last->words, s.words) == 0 && std::strcmp(last->keys, s.keys) == 0)) continue;
    if (!group || std::strcmp(group, s.group) != 0) {
      if (two_columns && std::strcmp(s.group, "View") == 0) {
        mouse_and_work();
        x += column + style.px(32);
        y = start.y;
      }
      group = s.group;
      heading(tr(group));
    }
    print(tr(s.keys), tr(s.words));
    last = &s;
  }
  if (!two_columns) mouse_and_work();
  ImGui::SetCursorPos({start.x, lowest});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
  if (controls::text_button(style, tr_noop("Take the tour"))) state.post(Command::tour);
  ImGui::SameLine();
  const float close = controls::button_width(style, tr_noop("Close"));
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - close);
  if (controls::text_button(style, tr_noop("Close"), true, true, close)) {
    help_ = false;
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
}

}  // namespace handtint
