// Every command of the editor, and the keys that ask for them in one table that feeds the keyboard, the tooltips and
// the help page. What a command does is in commands.h.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace handtint {

enum class Command {
  open,
  open_file,  // the request's file
  open_example,
  recover,           // the request's journal
  discard_recovery,  // too
  take_back_recovery,
  open_reference,
  load_palette,
  save_palette,
  save,
  save_as,
  export_picture,
  export_mask,
  import_mask,
  close_file,
  quit,
  undo,
  redo,
  delete_selected,
  select_all,
  group,
  ungroup,
  hide_things,
  name_thing,
  thing_above,
  thing_below,
  escape,
  brush,
  wand,
  eraser,
  dropper,
  neutral,
  protect,
  barrier,
  lasso,
  select,
  smaller,
  larger,
  swap_colours,
  type_colour,
  zoom_in,
  zoom_out,
  fit,
  actual_pixels,
  view_result,
  view_photo,
  view_strokes,
  view_colour,
  view_split,
  side_by_side,
  hide_strokes,
  show_photo,
  full_screen,
  pause,
  solve_once,
  coat,
  another_coat,
  choose_coat,
  coat_of_picture,
  unsure,
  likely_1,
  likely_2,
  likely_3,
  likely_4,
  likely_5,
  panel,
  play,
  next_frame,
  previous_frame,
  first_frame,
  last_frame,
  next_key,
  previous_key,
  cut,
  save_frame,
  restart_solver,
  theme,
  tour,
  help,
};
inline constexpr int command_count = static_cast<int>(Command::help) + 1;

struct Shortcut {
  Command command;
  const char* group;  // heading on the help page
  const char* words;  // what it does, for tooltip and help
  const char* keys;   // as people write them; empty if none
  char symbol;        // character on the key cap, 0 if `key` counts
  int key;            // GLFW's
  int mods;           // GLFW's Shift, Control and Alt
};

// In the order of the help page. A command may have more than one, or none: then a button posts it.
std::span<const Shortcut> shortcuts();

// The command of a key press; `symbol` and `typed` as in InputEvent. What is on the key cap counts first, then digits
// by their place and on the keypad, then a sign that was typed: brackets are behind AltGr on many keyboards.
std::optional<Command> command_for(int key, char symbol, int mods, char typed = 0);

std::string tip_for(Command command);  // "Brush (B)"
const char* keys_of(Command command);  // "B"; "" if it has none

}  // namespace handtint
