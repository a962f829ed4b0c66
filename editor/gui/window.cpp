#include "editor/gui/window.h"

#include <epoxy/gl.h>

#include "editor/gui/input_devices.h"
#include "solver/tr.h"
// GLFW must not bring GL's header: epoxy has done that.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <utility>

// GLFW/glfw3native.h, which asks for X11's headers. Weak: a GLFW for Wayland alone lacks it.
extern "C" [[gnu::weak]] unsigned long glfwGetX11Window(GLFWwindow* window);

namespace handtint {

double Window::now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Window::Callbacks {
  static Window& of(GLFWwindow* handle) { return *static_cast<Window*>(glfwGetWindowUserPointer(handle)); }

  static InputEvent event(GLFWwindow* handle, InputEvent::Kind kind) {
    InputEvent e;
    e.kind = kind;
    e.time_ms = now_ms();
    glfwGetCursorPos(handle, &e.x, &e.y);
    ask_devices(handle, e);
    return e;
  }
  static void ask_devices(GLFWwindow* handle, InputEvent& e) {
    InputDevices* const devices = of(handle).devices_.get();
    if (!devices || e.kind == InputEvent::Kind::key) return;
    const PointerDevices& now = devices->now();
    e.pen = now.has_pen();
    e.pressure = now.pressure();
    e.touchpad = now.scrolled_by_touchpad();
  }
  static void cursor(GLFWwindow* handle, double x, double y) {
    InputEvent e;
    ask_devices(handle, e);
    e.time_ms = now_ms();
    e.x = x;
    e.y = y;
    e.mods = of(handle).mods();
    of(handle).events_.push_back(std::move(e));
  }
  static void button(GLFWwindow* handle, int button, int action, int mods) {
    InputEvent e = event(handle, InputEvent::Kind::button);
    e.button = button;
    e.pressed = action == GLFW_PRESS;
    e.mods = mods;
    of(handle).events_.push_back(std::move(e));
  }
  static void scroll(GLFWwindow* handle, double dx, double dy) {
    InputEvent e = event(handle, InputEvent::Kind::scroll);
    e.scroll_x = dx;
    e.scroll_y = dy;
    e.mods = of(handle).mods();
    of(handle).events_.push_back(std::move(e));
  }
  static void key(GLFWwindow* handle, int key, int scancode, int action, int mods) {
    InputEvent e = event(handle, InputEvent::Kind::key);
    e.key = key;
    e.mods = mods;
    e.pressed = action != GLFW_RELEASE;
    e.repeat = action == GLFW_REPEAT;
    if (const char* name = key == GLFW_KEY_UNKNOWN || (key >= GLFW_KEY_SPACE && key < GLFW_KEY_ESCAPE)
                               ? glfwGetKeyName(key, scancode)
                               : nullptr;
        name && name[0] && !name[1]) {
      e.symbol = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
    }
    of(handle).events_.push_back(std::move(e));
  }
  // Comes directly after the key that wrote it.
  static void character(GLFWwindow* handle, unsigned int codepoint) {
    std::vector<InputEvent>& events = of(handle).events_;
    if (!events.empty() && events.back().kind == InputEvent::Kind::key && events.back().pressed && codepoint < 128)
      events.back().typed = static_cast<char>(codepoint);
  }
  static void drop(GLFWwindow* handle, int count, const char** paths) {
    InputEvent e = event(handle, InputEvent::Kind::drop);
    e.files.assign(paths, paths + count);
    of(handle).events_.push_back(std::move(e));
  }
  static void enter(GLFWwindow* handle, int entered) {
    if (!entered) of(handle).events_.push_back(event(handle, InputEvent::Kind::left));
  }
  static void refresh(GLFWwindow* handle) { of(handle).redraw_ = true; }
  static void resized(GLFWwindow* handle, int, int) { of(handle).redraw_ = true; }
};

namespace {

std::string last_glfw_error() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text ? text : tr("unknown reason");
}

// A wish too large for every screen, as on a small laptop at the first start: what one has room for, less a title bar.
// Not every window manager sees to that.
Window::Size fitted_to_a_screen(Window::Size size) {
  int count = 0, widest = 0, highest = 0;
  GLFWmonitor** monitors = glfwGetMonitors(&count);
  for (int i = 0; i < count; ++i) {
    int room_x = 0, room_y = 0;
    glfwGetMonitorWorkarea(monitors[i], nullptr, nullptr, &room_x, &room_y);
    widest = std::max(widest, room_x);
    highest = std::max(highest, room_y);
  }
  constexpr int title_bar = 40;
  if (widest > 0 && size.width > widest) size.width = widest;
  if (highest > title_bar && size.height > highest) size.height = highest - title_bar;
  return size;
}

// At scale 1: room for the whole side panel beside a picture.
constexpr Window::Size usual_size{1600, 1000};

}  // namespace

Window::Window(std::optional<Size> size, float interface_scale, bool maximized, const std::string& title) {
  if (!glfwInit()) {
    throw NoWindow(tr("There is no display to open a window on ({1}). The program `handtint` works without one.",
                      {last_glfw_error()}));
  }
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_SAMPLES, 0);
  glfwWindowHint(GLFW_DEPTH_BITS, 0);
  glfwWindowHint(GLFW_STENCIL_BITS, 0);
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  glfwWindowHint(GLFW_MAXIMIZED, maximized ? GLFW_TRUE : GLFW_FALSE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "handtint");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "handtint-editor");
  const Size at_first = fitted_to_a_screen(size.value_or(usual_size));
  handle_ = glfwCreateWindow(at_first.width, at_first.height, title.c_str(), nullptr, nullptr);
  if (!handle_) {
    const std::string reason = last_glfw_error();
    glfwTerminate();
    throw NoWindow(
        tr("The graphics driver gives no OpenGL 3.3 ({1}). The program `handtint` works without it.", {reason}));
  }
  if (!size) {  // only a window knows its display's scale
    const float scale = interface_scale > 0 ? interface_scale : display_scale();
    const auto scaled = [=](int points) { return static_cast<int>(std::lround(static_cast<float>(points) * scale)); };
    const Size whole = fitted_to_a_screen({scaled(usual_size.width), scaled(usual_size.height)});
    glfwSetWindowSize(handle_, whole.width, whole.height);
  }
  glfwSetWindowUserPointer(handle_, this);
  glfwSetWindowSizeLimits(handle_, 360, 320, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwSetCursorPosCallback(handle_, Callbacks::cursor);
  glfwSetMouseButtonCallback(handle_, Callbacks::button);
  glfwSetScrollCallback(handle_, Callbacks::scroll);
  glfwSetKeyCallback(handle_, Callbacks::key);
  glfwSetCharCallback(handle_, Callbacks::character);
  glfwSetDropCallback(handle_, Callbacks::drop);
  glfwSetCursorEnterCallback(handle_, Callbacks::enter);
  glfwSetWindowRefreshCallback(handle_, Callbacks::refresh);
  glfwSetFramebufferSizeCallback(handle_, Callbacks::resized);
  devices_ = listen_to_input_devices();
  glfwMakeContextCurrent(handle_);
  renderer_ = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  software_ = renderer_.find("llvmpipe") != std::string::npos || renderer_.find("softpipe") != std::string::npos ||
              renderer_.find("SWR") != std::string::npos;
  // A software renderer has no display to wait for; waiting would only add to the time until the colour is seen.
  glfwSwapInterval(software_ ? 0 : 1);
}

Window::~Window() {
  devices_.reset();
  glfwDestroyWindow(handle_);
  glfwTerminate();
}

std::string Window::desktop_name() const {
  const unsigned long id = glfwGetX11Window ? glfwGetX11Window(handle_) : 0;
  char name[32] = "";
  if (id) std::snprintf(name, sizeof name, "x11:%lx", id);
  return name;
}
void Window::set_title(const std::string& title) {
  glfwSetWindowTitle(handle_, title.c_str());
}
void Window::show() {
  glfwShowWindow(handle_);
}

void Window::wait_events(double seconds) {
  if (seconds < 0)
    glfwWaitEvents();
  else if (seconds == 0)
    glfwPollEvents();
  else
    glfwWaitEventsTimeout(seconds);
}
void Window::wake() {
  glfwPostEmptyEvent();
}
std::vector<InputEvent> Window::take_events() {
  return std::exchange(events_, {});
}

void Window::swap() {
  redraw_ = false;
  glfwSwapBuffers(handle_);
}

bool Window::full_screen() const {
  return glfwGetWindowMonitor(handle_) != nullptr;
}

void Window::toggle_full_screen() {
  if (full_screen()) return glfwSetWindowMonitor(handle_, nullptr, x_, y_, width_, height_, GLFW_DONT_CARE);
  glfwGetWindowPos(handle_, &x_, &y_);
  glfwGetWindowSize(handle_, &width_, &height_);
  int count = 0, most = -1;
  GLFWmonitor* there = nullptr;
  GLFWmonitor** monitors = glfwGetMonitors(&count);
  for (int i = 0; i < count; ++i) {
    int x, y;
    glfwGetMonitorPos(monitors[i], &x, &y);
    const GLFWvidmode* mode = glfwGetVideoMode(monitors[i]);
    const int shared = std::max(0, std::min(x_ + width_, x + mode->width) - std::max(x_, x)) *
                       std::max(0, std::min(y_ + height_, y + mode->height) - std::max(y_, y));
    if (shared > most) most = shared, there = monitors[i];
  }
  if (!there) return;
  const GLFWvidmode* mode = glfwGetVideoMode(there);
  glfwSetWindowMonitor(handle_, there, 0, 0, mode->width, mode->height, mode->refreshRate);
}

bool Window::close_requested() const {
  return glfwWindowShouldClose(handle_);
}
void Window::refuse_close() {
  glfwSetWindowShouldClose(handle_, GLFW_FALSE);
}

Window::Size Window::size() const {
  Size s{};
  glfwGetWindowSize(handle_, &s.width, &s.height);
  return s;
}
Window::Size Window::framebuffer_size() const {
  Size s{};
  glfwGetFramebufferSize(handle_, &s.width, &s.height);
  return s;
}
float Window::pixel_scale() const {
  const int points = size().width;
  return points > 0 ? static_cast<float>(framebuffer_size().width) / static_cast<float>(points) : 1.0f;
}
float Window::display_scale() const {
  float x = 1, y = 1;
  glfwGetWindowContentScale(handle_, &x, &y);
  return std::clamp(x / pixel_scale(), 0.5f, 4.0f);
}
bool Window::maximized() const {
  return glfwGetWindowAttrib(handle_, GLFW_MAXIMIZED);
}
bool Window::visible() const {
  return !glfwGetWindowAttrib(handle_, GLFW_ICONIFIED);
}
bool Window::key_down(int key) const {
  return glfwGetKey(handle_, key) == GLFW_PRESS;
}

int Window::mods() const {
  int mods = 0;
  if (key_down(GLFW_KEY_LEFT_SHIFT) || key_down(GLFW_KEY_RIGHT_SHIFT)) mods |= GLFW_MOD_SHIFT;
  if (key_down(GLFW_KEY_LEFT_CONTROL) || key_down(GLFW_KEY_RIGHT_CONTROL)) mods |= GLFW_MOD_CONTROL;
  if (key_down(GLFW_KEY_LEFT_ALT) || key_down(GLFW_KEY_RIGHT_ALT)) mods |= GLFW_MOD_ALT;
  return mods;
}

}  // namespace handtint
