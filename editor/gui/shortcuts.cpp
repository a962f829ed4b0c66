#include "editor/gui/shortcuts.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <array>
#include <cctype>
#include <string_view>

namespace handtint {
namespace {

constexpr int shift = GLFW_MOD_SHIFT, control = GLFW_MOD_CONTROL;
constexpr const char *file = "File", *edit = "Edit", *tool = "Tools", *brush = "Brush", *view = "View",
                     *solve = "Solve", *coat = "First coat";

constexpr std::array table{
    Shortcut{Command::brush, tool, "Brush", "B", 'b', 0, 0},
    Shortcut{Command::wand, tool, "Wand: a click colours the thing that lights up", "W", 'w', 0, 0},
    Shortcut{Command::eraser, tool, "Eraser", "E", 'e', 0, 0},
    Shortcut{Command::dropper, tool, "Eyedropper (hold Alt or Ctrl for a moment's use)", "I", 'i', 0, 0},
    Shortcut{Command::neutral, tool, "Neutral brush: keep grey", "N", 'n', 0, 0},
    Shortcut{Command::protect, tool, "Protect brush: keep the photo's own colour", "K", 'k', 0, 0},
    Shortcut{Command::barrier, tool, "Barrier: colour does not cross it", "R", 'r', 0, 0},
    Shortcut{Command::lasso, tool, "Lasso: keeps new strokes' colour inside", "L", 'l', 0, 0},
    Shortcut{Command::select, tool, "Select, move and recolour strokes", "V", 'v', 0, 0},
    Shortcut{Command::smaller, brush, "Smaller brush, or thing of the wand", "[", '[', 0, 0},
    Shortcut{Command::larger, brush, "Larger brush, or thing of the wand", "]", ']', 0, 0},
    Shortcut{Command::swap_colours, brush, "Swap the last two colours", "X", 'x', 0, 0},
    Shortcut{Command::type_colour, brush, "Type a colour", "C", 'c', 0, 0},
    Shortcut{Command::undo, edit, "Undo", "Ctrl+Z", 'z', 0, control},
    Shortcut{Command::redo, edit, "Redo", "Ctrl+Shift+Z", 'z', 0, control | shift},
    Shortcut{Command::redo, edit, "Redo", "Ctrl+Y", 'y', 0, control},
    Shortcut{Command::select_all, edit, "Select all strokes", "Ctrl+A", 'a', 0, control},
    Shortcut{Command::delete_selected, edit, "Delete the selected strokes", "Delete", 0, GLFW_KEY_DELETE, 0},
    Shortcut{Command::delete_selected, edit, "Delete the selected strokes", "Backspace", 0, GLFW_KEY_BACKSPACE, 0},
    Shortcut{Command::escape, edit, "Cancel the stroke, the selection or the region", "Esc", 0, GLFW_KEY_ESCAPE, 0},
    Shortcut{Command::view_split, view, "Before and after, with a movable split", "S or \\", 's', 0, 0},
    Shortcut{Command::view_split, view, "Before and after, with a movable split", "S or \\", '\\', 0, 0},
    Shortcut{Command::side_by_side, view, "Before and after, side by side", "Y", 'y', 0, 0},
    Shortcut{Command::show_photo, view, "The photo as it was, while held", "G", 'g', 0, 0},
    Shortcut{Command::full_screen, view, "Full screen", "F11", 0, GLFW_KEY_F11, 0},
    Shortcut{Command::hide_strokes, view, "Hide the strokes while held", "H", 'h', 0, 0},
    Shortcut{Command::view_result, view, "The result", "F2", 0, GLFW_KEY_F2, 0},
    Shortcut{Command::view_photo, view, "The photo as it was", "F3", 0, GLFW_KEY_F3, 0},
    Shortcut{Command::view_strokes, view, "The strokes only", "F4", 0, GLFW_KEY_F4, 0},
    Shortcut{Command::view_colour, view, "The colour only", "F5", 0, GLFW_KEY_F5, 0},
    Shortcut{Command::zoom_in, view, "Zoom in", "+", '=', 0, 0},
    Shortcut{Command::zoom_in, view, "Zoom in", "+", '=', 0, shift},
    Shortcut{Command::zoom_in, view, "Zoom in", "+", '+', 0, 0},
    Shortcut{Command::zoom_in, view, "Zoom in", "+", 0, GLFW_KEY_KP_ADD, 0},
    Shortcut{Command::zoom_out, view, "Zoom out", "-", '-', 0, 0},
    Shortcut{Command::zoom_out, view, "Zoom out", "-", 0, GLFW_KEY_KP_SUBTRACT, 0},
    Shortcut{Command::fit, view, "The whole photo", "0", '0', 0, 0},
    Shortcut{Command::actual_pixels, view, "100 %", "Z or 1", 'z', 0, 0},
    Shortcut{Command::actual_pixels, view, "100 %", "Z or 1", '1', 0, 0},
    Shortcut{Command::panel, view, "Show or hide the side panel", "Tab", 0, GLFW_KEY_TAB, 0},
    Shortcut{Command::pause, solve, "Pause or go on", "P", 'p', 0, 0},
    Shortcut{Command::solve_once, solve, "Solve once while paused", "Enter", 0, GLFW_KEY_ENTER, 0},
    Shortcut{Command::coat, coat, "The network's colours on or off", "F", 'f', 0, 0},
    Shortcut{Command::another_coat, coat, "Another coat of plausible colours", "Shift+F", 'f', 0, shift},
    Shortcut{Command::choose_coat, coat, "Choose among six coats, or not", "Ctrl+F", 'f', 0, control},
    Shortcut{Command::unsure, coat, "Show where the network is unsure", "U", 'u', 0, 0},
    Shortcut{Command::likely_1, coat, "Take a colour likely at the cursor", "Shift+1 .. 5", '1', 0, shift},
    Shortcut{Command::likely_2, coat, "Take the second likely colour", "", '2', 0, shift},
    Shortcut{Command::likely_3, coat, "Take the third likely colour", "", '3', 0, shift},
    Shortcut{Command::likely_4, coat, "Take the fourth likely colour", "", '4', 0, shift},
    Shortcut{Command::likely_5, coat, "Take the fifth likely colour", "", '5', 0, shift},
    Shortcut{Command::open, file, "Open a photo or a session", "Ctrl+O", 'o', 0, control},
    Shortcut{Command::save, file, "Save the session", "Ctrl+S", 's', 0, control},
    Shortcut{Command::save_as, file, "Save the session as", "Ctrl+Shift+S", 's', 0, control | shift},
    Shortcut{Command::export_picture, file, "Export the coloured photo", "Ctrl+E", 'e', 0, control},
    Shortcut{Command::export_mask, file, "Export the strokes as a mask", "Ctrl+Shift+E", 'e', 0, control | shift},
    Shortcut{Command::import_mask, file, "Import a mask of strokes", "Ctrl+I", 'i', 0, control},
    Shortcut{Command::close_file, file, "Close the photo", "Ctrl+W", 'w', 0, control},
    Shortcut{Command::quit, file, "Quit", "Ctrl+Q", 'q', 0, control},
    Shortcut{Command::help, file, "This page", "F1", 0, GLFW_KEY_F1, 0},
    Shortcut{Command::theme, file, "Dark or light", "", 0, 0, 0},
    Shortcut{Command::tour, file, "The tour", "", 0, 0, 0},
};

}  // namespace

std::span<const Shortcut> shortcuts() {
  return table;
}

std::optional<Command> command_for(int key, char symbol, int mods, char typed) {
  mods &= GLFW_MOD_SHIFT | GLFW_MOD_CONTROL | GLFW_MOD_ALT;
  // A keyboard of another script has no Latin key caps; its keys count by their place.
  if (!symbol && key >= GLFW_KEY_A && key <= GLFW_KEY_Z) symbol = static_cast<char>('a' + (key - GLFW_KEY_A));
  if (key == GLFW_KEY_KP_ENTER) key = GLFW_KEY_ENTER;
  const auto find = [key](char symbol, int mods) -> std::optional<Command> {
    for (const Shortcut& s : table)
      if (s.mods == mods && (s.symbol ? s.symbol == symbol : (s.key != 0 && s.key == key))) return s.command;
    return std::nullopt;
  };
  if (const auto command = find(symbol, mods)) return command;
  for (const int first : {GLFW_KEY_0, GLFW_KEY_KP_0})
    if (key >= first && key <= first + 9) {
      if (const auto command = find(static_cast<char>('0' + (key - first)), mods)) return command;
    }
  const bool sign = std::ispunct(static_cast<unsigned char>(typed));
  return sign && !(mods & GLFW_MOD_CONTROL) ? find(typed, 0) : std::nullopt;
}

const char* keys_of(Command command) {
  for (const Shortcut& s : table) {
    if (s.command == command) return s.keys;
  }
  return "";
}

std::string tip_for(Command command) {
  for (const Shortcut& s : table) {
    if (s.command != command) continue;
    return *s.keys ? std::string(s.words) + "  (" + s.keys + ")" : s.words;
  }
  return {};
}

}  // namespace handtint
