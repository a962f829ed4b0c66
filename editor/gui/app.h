// The program: window, interface and editor brought together; the frame loop that sleeps while nothing happens.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "editor/gui/dialogs.h"
#include "editor/gui/file_browser.h"
#include "editor/gui/floats.h"
#include "editor/gui/picture_painter.h"
#include "editor/gui/screen.h"
#include "editor/gui/side_panel.h"
#include "editor/gui/start_page.h"
#include "editor/gui/stroke_layer.h"
#include "editor/gui/ui.h"
#include "editor/gui/window.h"
#include "editor/work/editor.h"
#include "editor/work/trace.h"

namespace handtint {

struct AppOptions {
  std::filesystem::path file;  // to open at once; may be empty
  float scale = 0;             // of the interface; 0 = as remembered, or the display's own
  std::filesystem::path trace;
  std::string network = "shipped";  // who makes first coats: "shipped", "none" or an ONNX file
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
  void handle(const InputEvent& event);
  void handle_key(const InputEvent& event);
  void handle_button(const InputEvent& event);
  void handle_cursor(const InputEvent& event);
  void execute(Command command);
  void make_style_now();
  void lay_out();
  void draw_frame();
  void update_canvas();
  Rect canvas_pixels() const;
  Rect place_of_strokes() const;
  void draw_canvas(const Rect& part);
  void draw_on_canvas();
  void draw_interface();
  void draw_unsure(ImDrawList* list);
  void settle_likely_place();
  double ms_to_wait_for_colour() const;
  void update_title();
  void after_document_change();
  void zoom(double steps);

  // Files and the questions they raise.
  void when_nothing_can_be_lost(std::function<void()> then);
  void save_then(std::function<void()> then);
  void save_as_then(std::function<void()> then);
  void browse_photo();
  void open_file(const std::filesystem::path& file);
  void answer_load_question(Loaded question);
  void browse(SidePanel::FileWish wish);
  void ask_export();
  void open_example();
  // Starts to read the file, or asks whether to recover it; returns the width that the window shall have.
  int begin(const std::filesystem::path& file);
  void offer_recovery(const Recovery& recovery, const std::filesystem::path& file);

  bool modal_open() const { return browser_.open() || dialogs_.open(ui_); }
  bool over_canvas(Point place) const;
  bool over_split() const;
  Pointer pointer(const InputEvent& event) const;

  struct ImGuiSession;
  struct CanvasLook {  // what else decides how picture and strokes come to the screen
    bool document = false;
    float stroke_opacity = 0;
    Rect place;    // pixels
    Rect strokes;  // where strokes are shown, pixels of the canvas
    friend bool operator==(const CanvasLook&, const CanvasLook&) = default;
  };

  // The editor comes before the window: it reads the photo while the graphics driver starts.
  std::atomic<bool> window_there_ = false;
  std::atomic<bool> woken_ = false;  // by a thread that has something to show
  Preferences preferences_;
  Editor editor_;
  Dialogs dialogs_;
  Window window_;
  std::unique_ptr<ImGuiSession> imgui_;
  Ui ui_;
  Screen screen_;
  PicturePainter painter_;
  StrokeLayer layer_;
  SidePanel panel_;
  StartPage start_page_;
  FileBrowser browser_;
  Notices notices_;
  Guide guide_;
  Trace trace_;

  float scale_override_ = 0;
  bool quit_ = false;
  bool space_ = false;
  bool split_dragged_ = false;
  bool field_done_ = false;  // Enter was pressed in a text field
  Point mouse_{-1, -1};
  bool mouse_inside_ = false;
  Point hover_place_;            // of the photo; becomes the likely place when the cursor rests
  double hovered_since_s_ = -1;  // < 0: it has
  int frames_wanted_ = 3;
  double last_frame_ms_ = 0;
  CanvasLook canvas_look_;
  std::uint64_t shown_document_ = 0;
  std::uint64_t traced_coat_ = 0;
  gl::Texture unsure_;
  std::uint64_t unsure_of_ = 0;       // number of the prediction that it shows
  std::uint64_t drawn_revision_ = 0;  // of the document, in the stroke layer
  std::vector<StrokeId> drawn_selection_;
  const StrokeMask* drawn_mask_ = nullptr;
  std::optional<std::pair<std::uint64_t, bool>> picture_to_show_;  // revision and whether it is refined
  bool guide_waits_ = false;                                       // the example is loading
  std::string told_why_not_shared_;
  std::string title_;
};

}  // namespace handtint
