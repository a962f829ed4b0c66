#include "editor/gui/shortcuts.h"

#include "solver/tr.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <array>
#include <cctype>
#include <string_view>

namespace handtint {
namespace {

constexpr int shift = GLFW_MOD_SHIFT, control = GLFW_MOD_CONTROL;
constexpr const char *file = tr_noop("File"), *edit = tr_noop("Edit"), *tool = tr_noop("Tools"),
                     *brush = tr_noop("Brush"), *view = tr_noop("View"), *solve = tr_noop("Solve"),
                     *coat = tr_noop("First coat"), *film = tr_noop("Film");

constexpr std::array table{
    Shortcut{Command::brush, tool, tr_noop("Brush"), "B", 'b', 0, 0},
    Shortcut{Command::wand, tool, tr_noop("Wand: a click colours the thing that lights up"), "W", 'w', 0, 0},
    Shortcut{Command::eraser, tool, tr_noop("Eraser"), "E", 'e', 0, 0},
    Shortcut{Command::dropper, tool, tr_noop("Eyedropper (hold Alt or Ctrl for a moment's use)"), "I", 'i', 0, 0},
    Shortcut{Command::neutral, tool, tr_noop("Neutral brush: keep grey"), "N", 'n', 0, 0},
    Shortcut{Command::protect, tool, tr_noop("Protect brush: keep the photo's own colour"), "K", 'k', 0, 0},
    Shortcut{Command::barrier, tool, tr_noop("Barrier: colour does not cross it"), "R", 'r', 0, 0},
    Shortcut{Command::lasso, tool, tr_noop("Lasso: keeps new strokes' colour inside"), "L", 'l', 0, 0},
    Shortcut{Command::select, tool, tr_noop("Select, move and recolour strokes"), "V", 'v', 0, 0},
    Shortcut{Command::smaller, brush, tr_noop("Smaller brush, or thing of the wand"), "[", '[', 0, 0},
    Shortcut{Command::larger, brush, tr_noop("Larger brush, or thing of the wand"), "]", ']', 0, 0},
    Shortcut{Command::swap_colours, brush, tr_noop("Swap the last two colours"), "X", 'x', 0, 0},
    Shortcut{Command::type_colour, brush, tr_noop("Type a colour"), "C", 'c', 0, 0},
    Shortcut{Command::undo, edit, tr_noop("Undo"), tr_noop("Ctrl+Z"), 'z', 0, control},
    Shortcut{Command::redo, edit, tr_noop("Redo"), tr_noop("Ctrl+Shift+Z"), 'z', 0, control | shift},
    Shortcut{Command::redo, edit, tr_noop("Redo"), tr_noop("Ctrl+Y"), 'y', 0, control},
    Shortcut{Command::select_all, edit, tr_noop("Select all strokes"), tr_noop("Ctrl+A"), 'a', 0, control},
    Shortcut{Command::group, edit, tr_noop("Make one thing of the selected strokes"), tr_noop("Ctrl+G"), 'g', 0,
             control},
    Shortcut{Command::ungroup, edit, tr_noop("Make each selected stroke a thing of its own"), tr_noop("Ctrl+Shift+G"),
             'g', 0, control | shift},
    Shortcut{Command::hide_things, edit, tr_noop("Hide or show the selected strokes"), tr_noop("Ctrl+H"), 'h', 0,
             control},
    Shortcut{Command::name_thing, edit, tr_noop("Name the selected thing (where the result is shown)"), "F2", 0, 0, 0},
    Shortcut{Command::thing_above, edit, tr_noop("Select the thing above in the list"), tr_noop("Page up"), 0,
             GLFW_KEY_PAGE_UP, 0},
    Shortcut{Command::thing_below, edit, tr_noop("Select the thing below in the list"), tr_noop("Page down"), 0,
             GLFW_KEY_PAGE_DOWN, 0},
    Shortcut{Command::delete_selected, edit, tr_noop("Delete the selected strokes"), tr_noop("Del"), 0, GLFW_KEY_DELETE,
             0},
    Shortcut{Command::delete_selected, edit, tr_noop("Delete the selected strokes"), tr_noop("Backspace"), 0,
             GLFW_KEY_BACKSPACE, 0},
    Shortcut{Command::escape, edit, tr_noop("Cancel the stroke, the selection or the region"), tr_noop("Esc"), 0,
             GLFW_KEY_ESCAPE, 0},
    Shortcut{Command::view_split, view, tr_noop("Before and after, with a movable split"), tr_noop("S or \\"), 's', 0,
             0},
    Shortcut{Command::view_split, view, tr_noop("Before and after, with a movable split"), tr_noop("S or \\"), '\\', 0,
             0},
    Shortcut{Command::side_by_side, view, tr_noop("Before and after, side by side"), "Y", 'y', 0, 0},
    Shortcut{Command::show_photo, view, tr_noop("The photo as it was, while held"), "G", 'g', 0, 0},
    Shortcut{Command::full_screen, view, tr_noop("Full screen"), "F11", 0, GLFW_KEY_F11, 0},
    Shortcut{Command::hide_strokes, view, tr_noop("Hide the strokes while held"), "H", 'h', 0, 0},
    Shortcut{Command::view_result, view, tr_noop("The result"), "F2", 0, GLFW_KEY_F2, 0},
    Shortcut{Command::view_photo, view, tr_noop("The photo as it was"), "F3", 0, GLFW_KEY_F3, 0},
    Shortcut{Command::view_strokes, view, tr_noop("The strokes only"), "F4", 0, GLFW_KEY_F4, 0},
    Shortcut{Command::view_colour, view, tr_noop("The colour only"), "F5", 0, GLFW_KEY_F5, 0},
    Shortcut{Command::zoom_in, view, tr_noop("Zoom in"), "+", '=', 0, 0},
    Shortcut{Command::zoom_in, view, tr_noop("Zoom in"), "+", '=', 0, shift},
    Shortcut{Command::zoom_in, view, tr_noop("Zoom in"), "+", '+', 0, 0},
    Shortcut{Command::zoom_in, view, tr_noop("Zoom in"), "+", 0, GLFW_KEY_KP_ADD, 0},
    Shortcut{Command::zoom_out, view, tr_noop("Zoom out"), "-", '-', 0, 0},
    Shortcut{Command::zoom_out, view, tr_noop("Zoom out"), "-", 0, GLFW_KEY_KP_SUBTRACT, 0},
    Shortcut{Command::fit, view, tr_noop("The whole photo"), "0", '0', 0, 0},
    Shortcut{Command::actual_pixels, view, tr_noop("100 %"), tr_noop("Z or 1"), 'z', 0, 0},
    Shortcut{Command::actual_pixels, view, tr_noop("100 %"), tr_noop("Z or 1"), '1', 0, 0},
    Shortcut{Command::panel, view, tr_noop("Show or hide the side panel"), tr_noop("Tab"), 0, GLFW_KEY_TAB, 0},
    Shortcut{Command::pause, solve, tr_noop("Pause or go on"), "P", 'p', 0, 0},
    Shortcut{Command::solve_once, solve, tr_noop("Solve once while paused"), tr_noop("Enter"), 0, GLFW_KEY_ENTER, 0},
    Shortcut{Command::coat, coat, tr_noop("The network's colours on or off"), "F", 'f', 0, 0},
    Shortcut{Command::another_coat, coat, tr_noop("Another coat of plausible colours"), tr_noop("Shift+F"), 'f', 0,
             shift},
    Shortcut{Command::choose_coat, coat, tr_noop("Choose among six coats, or not"), tr_noop("Ctrl+F"), 'f', 0, control},
    Shortcut{Command::coat_of_picture, coat, tr_noop("Take the first coat from a colour picture"), "", 0, 0, 0},
    Shortcut{Command::unsure, coat, tr_noop("Show where the network is unsure"), "U", 'u', 0, 0},
    Shortcut{Command::likely_1, coat, tr_noop("Take a colour likely at the cursor"), tr_noop("Shift+1 .. 5"), '1', 0,
             shift},
    Shortcut{Command::likely_2, coat, tr_noop("Take the second likely colour"), "", '2', 0, shift},
    Shortcut{Command::likely_3, coat, tr_noop("Take the third likely colour"), "", '3', 0, shift},
    Shortcut{Command::likely_4, coat, tr_noop("Take the fourth likely colour"), "", '4', 0, shift},
    Shortcut{Command::likely_5, coat, tr_noop("Take the fifth likely colour"), "", '5', 0, shift},
    Shortcut{Command::play, film, tr_noop("Play or stop (a tap; held, Space moves the picture)"), tr_noop("Space"), 0,
             0, 0},
    Shortcut{Command::next_frame, film, tr_noop("Next frame"), tr_noop("Right"), 0, GLFW_KEY_RIGHT, 0},
    Shortcut{Command::previous_frame, film, tr_noop("Previous frame"), tr_noop("Left"), 0, GLFW_KEY_LEFT, 0},
    Shortcut{Command::first_frame, film, tr_noop("First frame"), tr_noop("Home"), 0, GLFW_KEY_HOME, 0},
    Shortcut{Command::last_frame, film, tr_noop("Last frame"), tr_noop("End"), 0, GLFW_KEY_END, 0},
    Shortcut{Command::next_key, film, tr_noop("Next frame with strokes"), tr_noop("Up or ."), 0, GLFW_KEY_UP, 0},
    Shortcut{Command::next_key, film, tr_noop("Next frame with strokes"), tr_noop("Up or ."), '.', 0, 0},
    Shortcut{Command::previous_key, film, tr_noop("Previous frame with strokes"), tr_noop("Down or ,"), 0,
             GLFW_KEY_DOWN, 0},
    Shortcut{Command::previous_key, film, tr_noop("Previous frame with strokes"), tr_noop("Down or ,"), ',', 0, 0},
    Shortcut{Command::cut, film, tr_noop("Cut before this frame, or join its shot with the one before"), "D", 'd', 0,
             0},
    Shortcut{Command::save_frame, film, tr_noop("Save this frame as a session"), "", 0, 0, 0},
    Shortcut{Command::open, file, tr_noop("Open a photo, a film or a session"), tr_noop("Ctrl+O"), 'o', 0, control},
    Shortcut{Command::save, file, tr_noop("Save the session"), tr_noop("Ctrl+S"), 's', 0, control},
    Shortcut{Command::save_as, file, tr_noop("Save the session as"), tr_noop("Ctrl+Shift+S"), 's', 0, control | shift},
    Shortcut{Command::export_picture, file, tr_noop("Export the coloured photo or film"), tr_noop("Ctrl+E"), 'e', 0,
             control},
    Shortcut{Command::export_mask, file, tr_noop("Export the strokes as a mask"), tr_noop("Ctrl+Shift+E"), 'e', 0,
             control | shift},
    Shortcut{Command::import_mask, file, tr_noop("Import a mask of strokes"), tr_noop("Ctrl+I"), 'i', 0, control},
    Shortcut{Command::close_file, file, tr_noop("Close the photo"), tr_noop("Ctrl+W"), 'w', 0, control},
    Shortcut{Command::quit, file, tr_noop("Quit"), tr_noop("Ctrl+Q"), 'q', 0, control},
    Shortcut{Command::help, file, tr_noop("This page"), "F1", 0, GLFW_KEY_F1, 0},
    Shortcut{Command::theme, file, tr_noop("Dark or light"), "", 0, 0, 0},
    Shortcut{Command::tour, file, tr_noop("The tour"), "", 0, 0, 0},
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
    return *s.keys ? std::string(tr(s.words)) + "  (" + tr(s.keys) + ")" : tr(s.words);
  }
  return {};
}

}  // namespace handtint
