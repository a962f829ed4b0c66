// The window, its OpenGL context and every input event in the order in which it came.
//
// Owns GLFW and the window. Installs its own callbacks; the toolkit's must be installed after them (it chains to them),
// so that both see every event. Positions are window coordinates ("points"); framebuffer pixels are points times
// pixel_scale(). Knows neither ImGui nor documents.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

struct GLFWwindow;

namespace handtint {

class InputDevices;

struct InputEvent {
  enum class Kind { cursor, button, scroll, key, drop, left };
  Kind kind = Kind::cursor;
  double time_ms = 0;   // Window::now_ms when it arrived
  double x = 0, y = 0;  // cursor: all but key; for scroll too
  double scroll_x = 0, scroll_y = 0;
  int button = 0;   // GLFW's
  int key = 0;      // GLFW's, see also symbol
  char symbol = 0;  // lower-case character on this keyboard's key cap, 0 if it has none
  char typed = 0;   // the ASCII character that the press wrote, with Shift and AltGr; 0 if none
  int mods = 0;     // GLFW's
  bool pressed = false, repeat = false;
  // Of cursor, button and scroll, where the window system tells of devices:
  bool pen = false;       // one is connected
  float pressure = 1;     // of the pen that moves the cursor, 0..1
  bool touchpad = false;  // it scrolled
  std::vector<std::filesystem::path> files = {};
};

// No display, or no OpenGL 3.3: what() is for the person.
struct NoWindow : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Window {
 public:
  struct Size {
    int width, height;
  };

  // Of a size in points, no larger than a screen has room for. Without one: large enough for all of the interface at
  // `interface_scale`, 0 = as the display asks. Throws NoWindow.
  Window(std::optional<Size> size, float interface_scale, bool maximized, const std::string& title);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  GLFWwindow* handle() const { return handle_; }
  std::string desktop_name() const;  // for dialogs of the desktop that belong to it: "x11:2a"; empty where it has none
  void set_title(const std::string& title);
  void show();

  // Sleeps until something happens, at most so long; < 0 sleeps without limit. wake() ends it from any thread.
  void wait_events(double seconds);
  static void wake();
  std::vector<InputEvent> take_events();

  void swap();

  void toggle_full_screen();  // on the monitor that has most of the window

  bool close_requested() const;
  void refuse_close();

  Size size() const;              // points
  Size framebuffer_size() const;  // pixels
  float pixel_scale() const;      // pixels per point
  float display_scale() const;    // how much larger than on a plain display text should be, in points
  bool maximized() const;
  bool full_screen() const;
  bool visible() const;  // false while minimized
  bool software_rendered() const { return software_; }
  const std::string& renderer() const { return renderer_; }
  bool key_down(int key) const;
  bool needs_redraw() const { return redraw_; }  // the system lost what was drawn; cleared by swap
  int mods() const;                              // of the keys that are down now

  static double now_ms();

 private:
  struct Callbacks;
  GLFWwindow* handle_ = nullptr;
  std::vector<InputEvent> events_;
  std::unique_ptr<InputDevices> devices_;  // null: nothing tells of them
  std::string renderer_;
  bool software_ = false;
  bool redraw_ = true;
  int x_ = 0, y_ = 0, width_ = 0, height_ = 0;  // as it was before it filled the screen
};

}  // namespace handtint
