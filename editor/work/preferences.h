// What the editor remembers between runs: JSON in the XDG config folder. Damage costs at most the damaged values: they
// fall back to their defaults, and unknown members are kept.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "solver/lab.h"

namespace handtint {

enum class Theme { as_desktop, dark, light };

inline constexpr float default_brush_points = 30;

struct Preferences {
  std::vector<std::filesystem::path> recent_files;  // newest first, at most max_recent_files, absolute
  std::vector<Rgb> recent_colours;                  // newest first
  Theme theme = Theme::as_desktop;
  float ui_scale = 0;                       // 0 = the display's own
  int window_width = 0, window_height = 0;  // points; 0 = no window was closed yet
  bool window_maximized = false;
  float panel_width = 320;  // in units of ui_scale
  bool panel_visible = true;
  float brush_points = default_brush_points;  // diameter in points of the screen, over a photo seen as a whole
  float smoothing = 0.3f;                     // 0 .. 1, see brush.h
  float stroke_opacity = 0.6f;                // of the strokes shown over the picture
  std::string backend = "auto";               // name_of(Backend)
  std::string language;                       // Language::code; empty = the desktop's
  bool natural_colour = true;                 // of strokes to come (HintColour), unless their colour was typed
  bool strokes_fade = true;                   // a while after the last one; they come back where they are wanted
  bool pressure_to_size = true;               // of a pen
  bool navigator = true;                      // the whole photo small in a corner, while it does not fit
  bool system_dialogs = true;                 // files are asked for in the system's dialog, where there is one
  bool guided_start_seen = false;
  bool coat_on_opening = true;        // a photo that is opened starts with the network's first coat
  std::string layout;                 // the toolkit's own text, not looked into
  std::filesystem::path last_folder;  // of the file browser
  std::string foreign;                // JSON object text of unknown members
};
inline constexpr std::size_t max_recent_files = 24;

std::filesystem::path preferences_file();  // $XDG_CONFIG_HOME/handtint/preferences.json, or under ~/.config

Preferences read_preferences(const std::filesystem::path& path = preferences_file());  // never throws
void write_preferences(
    const Preferences& preferences,
    const std::filesystem::path& path = preferences_file());  // atomic, makes the folder; throws FileError

void use_file(Preferences& preferences, const std::filesystem::path& path);  // to the front of the recent files

}  // namespace handtint
