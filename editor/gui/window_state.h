// What the parts of the window share: tools, view, style, and the requests that they post.
//
// Parts (tool strip, panels, pages, dialogs) draw themselves with ImGui from this and change it. Whatever touches
// files, windows or dialogs is posted here as a command and carried out after the frame (commands.h).
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "editor/gui/frame_pace.h"
#include "editor/gui/picture_painter.h"
#include "editor/gui/shortcuts.h"
#include "editor/gui/theme.h"
#include "editor/work/desktop_portal.h"
#include "editor/work/editor.h"
#include "editor/work/tools.h"

namespace handtint {

struct Area {
  float x = 0, y = 0, width = 0, height = 0;  // points
  bool contains(float px, float py) const { return px >= x && py >= y && px < x + width && py < y + height; }
  bool empty() const { return width <= 0 || height <= 0; }
};

struct Layout {
  Area bar, strip, panel, status, canvas, timeline;
  bool narrow = false;  // too narrow for everything side by side
  bool panel_over_canvas = false;
};

// A command that somebody asks for, with the file that it is about if it is about one.
struct Request {
  Command command;
  std::filesystem::path file = {};
};

struct WindowState {
  WindowState(Editor& the_editor, Preferences& the_preferences) : editor(the_editor), preferences(the_preferences) {}

  void post(Command command, std::filesystem::path file = {}) { requests.push_back({command, std::move(file)}); }

  bool dark() const {
    return preferences.theme == Theme::as_desktop ? desktop.dark.value_or(true) : preferences.theme == Theme::dark;
  }

  Editor& editor;
  Preferences& preferences;
  std::string desktop_name;  // Window::desktop_name()
  DesktopLook desktop;       // as far as it has been told
  Style style;
  Layout layout;
  FramePace pace;
  Tools tools;
  ViewState view;
  PictureLook look;
  std::vector<Request> requests;      // carried out after the frame
  float lightness_under_cursor = 62;  // of the photo, where the cursor was last: the picker's L
  Point likely_place;                 // of the photo, where the cursor rested or clicked last: colours likely there
  bool likely_hovered = false;        // the cursor is on one of them: the place is marked
  bool coats_asked = false;           // the strip of coats to choose from
  std::shared_ptr<const Chroma> coat_looked_at;  // of them, under the cursor: it is shown large
  bool unsure_shown = false;                     // the overlay of where the network is unsure
  bool side_by_side = false;                     // the photo as it was lies to the left of the picture
  bool strokes_hidden = false;                   // while H is held
  bool pick = false;                             // Alt or Ctrl held: the brushes are eyedroppers
  bool photo_shown = false;                      // while its key is held: the photo as it was
  bool space = false;                            // held: the hand moves the photo
  bool focus_colour_field = false;
  bool name_asked = false;          // of the selected thing, in the list
  std::optional<int> carried_from;  // under the cursor, or picked: the frame that this carried stroke was painted on
  std::vector<StrokeId> lit;        // of the thing under the cursor in the list: they light up on the photo
  bool pen_seen = false;            // one that tells how hard it is pressed
  std::optional<std::string> zoom_typed;  // in the zoom's field, until it is left
  bool quick_palette_asked = false;       // at the cursor
  bool panel_asked_for = false;           // in a narrow window the panel opens on demand
  bool textures_changed = false;          // a picture of the interface has new contents: everything is drawn again
  bool style_changed = false;             // theme or scale: the App makes a new Style before the next frame
  bool tour_wanted = false;               // the guided start begins as soon as the photo that is being read is there
  bool quit = false;
  std::vector<Area> covered;  // what floats over the canvas in this frame
};

// Begins a borderless window of a fixed place; pair with ImGui::End().
void begin_fixed(const char* name, const Area& area, ImU32 background, ImVec2 padding);

}  // namespace handtint
