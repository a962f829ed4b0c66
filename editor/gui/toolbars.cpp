#include "editor/gui/toolbars.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

#include "editor/gui/widgets.h"
#include "editor/work/adoption.h"
#include "editor/work/navigation.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::array view_segments{
    controls::Segment{tr_noop("Result"), tr_noop("The coloured photo  (F2)")},
    controls::Segment{tr_noop("Photo"), tr_noop("The photo as it was  (F3)")},
    controls::Segment{tr_noop("Split"), tr_noop("Before and after  (S)")},
    controls::Segment{tr_noop("Strokes"), tr_noop("The strokes only  (F4)")},
    controls::Segment{tr_noop("Colour"), tr_noop("The colour without the photo's light  (F5)")},
};
constexpr std::array segment_views{ViewKind::result, ViewKind::photo, ViewKind::split, ViewKind::strokes,
                                   ViewKind::colour};

struct ToolButton {
  Tool tool;
  Icon icon;
  Command command;
};
constexpr std::array tool_buttons{
    ToolButton{Tool::brush, Icon::brush, Command::brush},
    ToolButton{Tool::wand, Icon::wand, Command::wand},
    ToolButton{Tool::eraser, Icon::eraser, Command::eraser},
    ToolButton{Tool::dropper, Icon::dropper, Command::dropper},
    ToolButton{Tool::neutral, Icon::neutral, Command::neutral},
    ToolButton{Tool::protect, Icon::protect, Command::protect},
    ToolButton{Tool::barrier, Icon::barrier, Command::barrier},
    ToolButton{Tool::lasso, Icon::lasso, Command::lasso},
    ToolButton{Tool::select, Icon::select, Command::select},
};

void command_button(WindowState& state, Icon icon, Command command, bool active = false, bool enabled = true) {
  char id[16];
  std::snprintf(id, sizeof id, "command%d", static_cast<int>(command));
  if (controls::icon_button(state.style, id, icon, tip_for(command), active, enabled)) state.post(command);
}

// A bar or strip whose buttons can be reached where they do not fit: a thin scroll bar lies in its margin.
void begin_scrolled(const char* name, const Style& style, const Area& area, ImVec2 padding) {
  begin_fixed(name, area, style.colours.panel, padding);
  ImGui::PushStyleVar(ImGuiStyleVar_ScrollbarSize, style.px(6));
  const bool lies = area.width > area.height;
  ImGui::BeginChild("scrolled", {area.width - padding.x * (lies ? 2 : 1), area.height - padding.y * (lies ? 1 : 2)},
                    false, lies ? ImGuiWindowFlags_HorizontalScrollbar : 0);
}
void end_scrolled() {
  ImGui::EndChild();
  ImGui::PopStyleVar();
  ImGui::End();
}

// What the tool does, and what the keys held with it do.
const char* tool_words(Tool tool) {
  switch (tool) {
    case Tool::brush:
      return tr("Brush.  Shift: straight (click) or size (drag)   Ctrl: pick a colour   Right click: palette");
    case Tool::wand:
      return tr(
          "Wand: click to colour the thing that lights up.  Shift + wheel: more or less of it   Ctrl: pick a colour");
    case Tool::eraser:
      return tr("Eraser: takes strokes away.  Shift: straight (click) or size (drag)");
    case Tool::dropper:
      return tr("Eyedropper: takes the colour that the picture has there");
    case Tool::neutral:
      return tr("Neutral brush: keeps its place grey.  Shift: straight (click) or size (drag)   Ctrl: pick a colour");
    case Tool::protect:
      return tr("Protect brush: keeps the photo's own colour.  Shift: straight (click) or size (drag)");
    case Tool::barrier:
      return tr("Barrier: colour does not cross it.  Shift: straight (click)");
    case Tool::lasso:
      return tr("Lasso: draw around a thing; new strokes change the picture inside only.  Esc: ends it");
    case Tool::select:
      return tr("Select: click a stroke, drag to move it, choose a colour for it.  Shift: one more   Delete: away");
  }
  return "";
}

// The same, or what the stroke of another frame is that the hand is at.
std::string words_of_hand(const WindowState& state) {
  if (state.carried_from) return words_of_carried(*state.carried_from);
  return tool_words(state.tools.effective(state.pick));
}

std::string solver_words(const SolverStatus& status, PictureTransfer transfer) {
  const Report& r = status.report;
  if (status.silent_ms > 4000) return tr("The solver has not answered for a while");
  if (status.paused && status.busy) return tr("Paused: Enter solves once, P goes on");
  if (status.paused) return tr("Paused");
  if (r.solved_width == 0) return status.busy ? tr("Preparing") : tr("Ready");
  std::string backend(name_of(r.backend));
  if (r.backend == Backend::cuda)
    backend = transfer == PictureTransfer::shared ? tr("{1}, picture shared with OpenGL", {backend})
                                                  : tr("{1}, picture copied", {backend});
  char residual[32];
  std::snprintf(residual, sizeof residual, "%.2f", static_cast<double>(r.residual));
  const std::initializer_list<std::string> facts{std::to_string(r.solved_width), std::to_string(r.solved_height),
                                                 residual, std::to_string(std::lround(r.setup_ms + r.solve_ms)),
                                                 backend};
  return status.busy ? tr("Refining at {1} \u00d7 {2}   residual {3}   {4} ms   {5}", facts)
                     : tr("Done at {1} \u00d7 {2}   residual {3}   {4} ms   {5}", facts);
}

// The zoom as it is, to be typed over: what is no zoom leaves it.
void zoom_field(WindowState& state, ImVec2 at, float width) {
  const Style& style = state.style;
  char text[24];
  std::snprintf(text, sizeof text, "%s", zoom_text(state.view.zoom).c_str());
  ImGui::SetCursorScreenPos(at);
  ImGui::SetNextItemWidth(width);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {style.px(4), 0});
  ImGui::PushStyleColor(ImGuiCol_FrameBg, style.colours.panel);
  ImGui::PushStyleColor(ImGuiCol_Text, style.colours.text_dim);
  ImGui::InputText("##zoom", text, sizeof text, ImGuiInputTextFlags_AutoSelectAll);
  ImGui::PopStyleColor(2);
  ImGui::PopStyleVar();
  controls::name_last_item("zoom");
  if (ImGui::IsItemEdited()) state.zoom_typed = text;
  // The toolkit does not tell of a field that the App has left for it.
  if (!ImGui::IsItemActive() && state.zoom_typed) {
    const std::string typed = *std::exchange(state.zoom_typed, std::nullopt);
    if (const auto zoom = zoom_from_text(typed); zoom && typed != zoom_text(state.view.zoom)) {
      const Canvas& c = state.view.canvas;
      state.view = zoom_to(state.view, *zoom, {c.x + c.width / 2, c.y + c.height / 2});
      state.pace.settle();
    }
  }
  controls::tip_for_last_item(style, tr("Zoom: click and type, 150 or 150 %"));
}

// Size and depth of the photo, and the zoom, at the right end of the status line. Returns what they take of it; where
// there is little room, the zoom's alone.
float facts_of_photo(WindowState& state, float text_y) {
  const Style& style = state.style;
  const Area& area = state.layout.status;
  const float zoom = ImGui::CalcTextSize("6400 %").x + style.px(8), margin = style.px(8);
  zoom_field(state, {area.x + area.width - margin - zoom, text_y}, zoom);
  if (area.width <= style.px(520)) return zoom + 2 * margin;
  const Photo& photo = state.editor.sitting().photo();
  const std::string facts =
      tr("{1} \u00d7 {2}   {3} bit",
         {std::to_string(photo.width()), std::to_string(photo.height()), std::to_string(photo.bits)});
  const float width = ImGui::CalcTextSize(facts.c_str()).x;
  ImGui::GetWindowDrawList()->AddText({area.x + area.width - margin - zoom - style.px(8) - width, text_y},
                                      style.colours.text_dim, facts.c_str());
  return std::max(style.px(190), width + zoom + margin + style.px(16));  // room for any numbers, so that nothing jumps
}

}  // namespace

void begin_fixed(const char* name, const Area& area, ImU32 background, ImVec2 padding) {
  ImGui::SetNextWindowPos({area.x, area.y});
  ImGui::SetNextWindowSize({area.width, area.height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, {1, 1});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, background);
  // What appears by itself, a notice or the strip of coats, must not take the keyboard from a field that is typed into.
  ImGui::Begin(name, nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoFocusOnAppearing);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(3);
}

void draw_top_bar(WindowState& state) {
  const Style& style = state.style;
  const Area& bar = state.layout.bar;
  begin_scrolled("bar", style, bar, {style.px(8), style.px(6)});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {style.px(2), 0});
  const Document& document = state.editor.document();
  command_button(state, Icon::open, Command::open);
  ImGui::SameLine();
  command_button(state, Icon::save, Command::save, false,
                 has_unsaved_work(state.editor) || state.editor.sitting().session_file().empty());
  ImGui::SameLine();
  command_button(state, Icon::export_picture, Command::export_picture, false, !state.editor.exports().running());
  ImGui::SameLine(0, style.px(16));
  const auto with_label = [](Command command, const std::string& label) {
    return label.empty() ? tip_for(command) : tip_for(command) + "\n" + tr(label.c_str());
  };
  if (controls::icon_button(style, "undo", Icon::undo, with_label(Command::undo, undo_label(document.state())), false,
                            document.can_undo())) {
    state.post(Command::undo);
  }
  ImGui::SameLine();
  if (controls::icon_button(style, "redo", Icon::redo, with_label(Command::redo, redo_label(document.state())), false,
                            document.can_redo())) {
    state.post(Command::redo);
  }

  const float side = style.px(36), spacing = style.px(2);
  const int right_buttons = 4;
  const float left = 5 * side + 3 * spacing + style.px(16);
  const float right =
      std::max(left + style.px(8), bar.width - style.px(16) - right_buttons * side - (right_buttons - 1) * spacing);
  const float room = right - left - style.px(32);
  if (room >= style.px(250)) {
    const float width = std::min(room, style.px(400));
    ImGui::SameLine();
    const float centred = std::floor((bar.width - width) / 2);
    ImGui::SetCursorPos({std::clamp(centred, left + style.px(16), right - style.px(16) - width), style.px(3)});
    int chosen = 0;
    for (int i = 0; i < static_cast<int>(segment_views.size()); ++i) {
      if (segment_views[static_cast<std::size_t>(i)] == state.look.view) chosen = i;
    }
    ImGui::PushFont(style.small);
    if (controls::segmented(style, "view", view_segments.data(), static_cast<int>(view_segments.size()), chosen,
                            width)) {
      state.look.view = segment_views[static_cast<std::size_t>(chosen)];
    }
    ImGui::PopFont();
  }
  ImGui::SetCursorPos({right, 0});
  const SolverStatus status = state.editor.colouring().status();
  command_button(state, status.paused ? Icon::play : Icon::pause, Command::pause, status.paused);
  ImGui::SameLine();
  command_button(state, Icon::theme, Command::theme);
  ImGui::SameLine();
  command_button(state, Icon::help, Command::help);
  ImGui::SameLine();
  command_button(state, Icon::panel, Command::panel, !state.layout.panel.empty());
  ImGui::PopStyleVar();
  end_scrolled();
}

void draw_tool_strip(WindowState& state) {
  const Style& style = state.style;
  begin_scrolled("strip", style, state.layout.strip, {style.px(8), style.px(8)});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, style.px(4)});
  const Tool active = state.tools.effective(state.pick);
  for (const ToolButton& button : tool_buttons) {
    const float gap = button.tool == Tool::lasso ? style.px(8) : 0;
    if (gap > 0) ImGui::Dummy({1, gap});
    command_button(state, button.icon, button.command, active == button.tool);
  }
  ImGui::Dummy({1, style.px(8)});
  if (controls::swatch(style, "colour", state.editor.brush().colour(), 36, false, tip_for(Command::type_colour))) {
    state.post(Command::type_colour);
  }
  if (state.editor.brush().recent().colours().size() > 1) {
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + style.px(6));
    const bool first_is_current =
        same_colour(state.editor.brush().recent().colours()[0], state.editor.brush().colour());
    if (controls::swatch(style, "last", state.editor.brush().recent().colours()[first_is_current ? 1 : 0], 24, false,
                         tip_for(Command::swap_colours))) {
      state.post(Command::swap_colours);
    }
  }
  ImGui::PopStyleVar();
  end_scrolled();
}

void draw_status_line(WindowState& state) {
  const Style& style = state.style;
  const Area& area = state.layout.status;
  begin_fixed("status", area, style.colours.panel, {style.px(12), style.px(4)});
  ImGui::PushFont(style.small);
  const SolverStatus status = state.editor.colouring().status();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float middle = area.y + area.height / 2, text_y = std::floor(middle - ImGui::GetTextLineHeight() / 2);

  const float right_width = facts_of_photo(state, text_y);
  const ImU32 lamp = status.silent_ms > 4000         ? style.colours.warning
                     : status.busy && !status.paused ? style.colours.accent
                                                     : style.colours.text_dim;
  list->AddCircleFilled({area.x + style.px(16), middle}, style.px(4), lamp);
  const float room = area.width - style.px(44) - right_width;
  const bool worth_saying = status.silent_ms > 4000 || status.paused;
  const std::string solver = solver_words(status, state.editor.colouring().transfer());
  const std::string words = controls::fitted(worth_saying ? solver : words_of_hand(state), room);
  list->AddText({area.x + style.px(28), text_y}, style.colours.text_dim, words.c_str());
  ImGui::SetCursorScreenPos({area.x, area.y});
  ImGui::Dummy({std::max(room, 1.0f), area.height});
  controls::tip_for_last_item(style, solver);
  ImGui::PopFont();
  ImGui::End();
}

}  // namespace handtint
