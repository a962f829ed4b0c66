// The program: window, interface and editor brought together; the frame loop that sleeps while nothing happens.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "editor/gui/canvas.h"
#include "editor/gui/coat_choice.h"
#include "editor/gui/commands.h"
#include "editor/gui/file_flow.h"
#include "editor/gui/modals.h"
#include "editor/gui/navigator.h"
#include "editor/gui/overlays.h"
#include "editor/gui/side_panel.h"
#include "editor/gui/start_page.h"
#include "editor/gui/timeline.h"
#include "editor/gui/window.h"
#include "editor/gui/window_picture.h"
#include "editor/gui/window_state.h"
#include "editor/work/background.h"
#include "editor/work/desktop_portal.h"
#include "editor/work/editor.h"
#include "editor/work/trace.h"

namespace handtint {

struct AppOptions {
  std::filesystem::path file;  // to open at once; may be empty
  float scale = 0;             // of the interface; 0 = as remembered, or the display's own
  std::filesystem::path trace;
  std::string network = "shipped";  // who makes first coats: "shipped", "none" or an ONNX file
  std::string language;             // as use_language() takes it; empty = as remembered
  double start_ms = 0;              // Window::now_ms at the start of main
};

class App {
 public:
  // Throws NoWindow, FileError (the trace), std::runtime_error (a shader).
  explicit App(const AppOptions& options);
  ~App();

  void run();  // until the person quits

 private:
  std::function<void()> waker();  // for other threads
  void take_news();               // of the document, the threads and the window
  void handle(const InputEvent& event);
  void handle_key(const InputEvent& event);
  void carry_out(const Request& request);
  double held_back_ms();
  void take_desktop_look();
  void tell_desktop();
  void make_style_now();
  void lay_out();
  void draw_frame();
  void draw_interface();
  void update_title();

  struct ImGuiSession;

  // The editor comes before the window: it reads the photo while the graphics driver starts.
  std::atomic<bool> window_there_ = false;
  std::atomic<bool> woken_ = false;  // by a thread that has something to show
  Preferences preferences_;
  Editor editor_;
  Background<DesktopLook> desktop_look_;
  std::filesystem::path told_;  // the newest recent file that the desktop knows of
  Background<bool> telling_;
  std::optional<Recovery> unsaved_;  // of the file to be opened at once
  Window window_;
  std::unique_ptr<ImGuiSession> imgui_;
  WindowState state_;
  Trace trace_;
  WindowPicture picture_;
  Modals modals_;
  SidePanel panel_;
  FileFlow files_;
  PhotoCanvas canvas_;
  Timeline timeline_;
  StartPage start_page_;
  Notices notices_;
  Guide guide_;
  CoatChoice coat_choice_;
  Navigator navigator_;

  float scale_override_ = 0;
  bool field_done_ = false;  // Enter was pressed in a text field
  std::string title_;
};

}  // namespace handtint
