#include "editor/gui/app.h"

#include <epoxy/gl.h>
#include <imgui.h>
#include <imgui_internal.h>
// The backends come after ImGui itself.
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "editor/files/language.h"
#include "editor/gui/legible.h"
#include "editor/gui/quick_palette.h"
#include "editor/gui/recent_documents.h"
#include "editor/gui/toolbars.h"
#include "editor/gui/widgets.h"

namespace handtint {
namespace {

bool repeats(Command command) {
  return command == Command::next_frame || command == Command::previous_frame || command == Command::undo ||
         command == Command::redo || command == Command::smaller || command == Command::larger ||
         command == Command::zoom_in || command == Command::zoom_out;
}

// While a field has the keyboard only commands with Ctrl and function keys count; Ctrl+A, Ctrl+Z are the field's.
bool counts_while_typing(Command command, const InputEvent& event) {
  if (command == Command::undo || command == Command::redo || command == Command::select_all) return false;
  return (event.mods & GLFW_MOD_CONTROL) || (event.key >= GLFW_KEY_F1 && event.key <= GLFW_KEY_F12);
}

// The language is chosen before anything is said, and before there are threads.
Preferences preferences_in_their_language(const std::string& wanted) {
  Preferences preferences = read_preferences();
  use_language(wanted.empty() ? preferences.language : wanted);
  return preferences;
}

Background<DesktopLook> ask_desktop(std::function<void()> wake_up) {
  Background<DesktopLook> look;
  look.start([](std::stop_token, auto&) { return ask_desktop_look(); }, std::move(wake_up));
  return look;
}

// That of the window that was closed last.
std::optional<Window::Size> last_size(const Preferences& preferences) {
  if (preferences.window_width == 0 || preferences.window_height == 0) return {};
  return Window::Size{preferences.window_width, preferences.window_height};
}

}  // namespace

// Owns the toolkit's context; made after the window's own callbacks, so that it chains to them.
struct App::ImGuiSession {
  explicit ImGuiSession(GLFWwindow* window) {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;  // what is worth remembering is in the preferences
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    ImGui_ImplGlfw_InitForOpenGL(window, true);
    ImGui_ImplOpenGL3_Init("#version 330 core");
  }
  ~ImGuiSession() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
  }
};

App::App(const AppOptions& options)
    : preferences_(preferences_in_their_language(options.language)),
      editor_(preferences_, waker(), network_source(options.network)),
      desktop_look_(ask_desktop(waker())),
      told_(preferences_.recent_files.empty() ? std::filesystem::path() : preferences_.recent_files.front()),
      unsaved_(open_at_start(editor_, options.file)),
      window_(last_size(preferences_), options.scale > 0 ? options.scale : preferences_.ui_scale,
              preferences_.window_maximized, "Handtint"),
      imgui_(std::make_unique<ImGuiSession>(window_.handle())),
      state_(editor_, preferences_),
      trace_(options.trace, options.start_ms),
      modals_(waker()),
      files_(state_, modals_, panel_),
      canvas_(state_, modals_, trace_),
      start_page_(files_.example(), waker()),
      scale_override_(options.scale) {
  window_there_ = true;
  state_.desktop_name = window_.desktop_name();
  if (unsaved_) files_.offer_recovery(*unsaved_, std::filesystem::absolute(options.file).lexically_normal());
  if (!options.trace.empty())
    controls::watch_controls(
        [this](int frame, std::string_view name, Rect place) { trace_.control(frame, name, place); });
  take_desktop_look();
  make_style_now();
  update_title();
  window_.show();
}

App::~App() {
  window_there_ = false;
  const Window::Size size = window_.size();
  preferences_.window_maximized = window_.maximized();
  if (!preferences_.window_maximized && !window_.full_screen() && size.width > 0) {
    preferences_.window_width = size.width;
    preferences_.window_height = size.height;
  }
  try {
    write_preferences(preferences_);
  } catch (const std::exception&) {
    // A read-only home must not keep anybody from quitting; nothing of the work is in the preferences.
  }
}

std::function<void()> App::waker() {
  return [this] {
    woken_ = true;
    if (window_there_) Window::wake();
  };
}

void App::take_desktop_look() {
  const auto look = desktop_look_.take();
  if (!look) return;
  const bool was_dark = state_.dark();
  state_.desktop = *look;
  state_.style_changed |= state_.dark() != was_dark;
}

// While no document is open the list is tidied, not added to.
void App::tell_desktop() {
  telling_.take();
  const auto& recent = preferences_.recent_files;
  if (recent.empty() || recent.front() == told_ || !editor_.sitting().has_document() || telling_.running()) return;
  told_ = recent.front();
  telling_.start(
      [file = told_](std::stop_token, auto&) {
        tell_recent_document(file);
        return true;
      },
      waker());
}

void App::make_style_now() {
  const float wanted = scale_override_ > 0         ? scale_override_
                       : preferences_.ui_scale > 0 ? preferences_.ui_scale
                                                   : window_.display_scale();
  state_.style = make_style(state_.dark(), wanted, window_.pixel_scale());
  state_.look.surround = state_.style.colours.surround;
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
  state_.textures_changed = true;
  state_.style_changed = false;
  state_.pace.settle();
}

// --- the loop

void App::run() {
  const auto now_s = [] { return Window::now_ms() / 1000; };
  const auto blinking = [] { return ImGui::GetIO().WantTextInput; };
  FramePace& pace = state_.pace;
  while (!state_.quit) {
    const double held_back = held_back_ms();
    double wait = held_back > 0 ? held_back / 1000 : pace.sleep_s(now_s(), window_.needs_redraw(), blinking());
    if (const auto due = editor_.due_in_ms()) wait = wait < 0 ? *due / 1000 : std::min(wait, *due / 1000);
    window_.wait_events(wait);

    const std::vector<InputEvent> events = window_.take_events();
    for (const InputEvent& event : events) handle(event);
    if (!events.empty()) pace.want(state_.tools.painting() ? 1 : FramePace::frames_after_event);
    take_news();
    pace.look_at_clock(now_s(), blinking());
    if (window_.close_requested()) {
      window_.refuse_close();
      carry_out({Command::quit});
    }
    if ((pace.wanted() || window_.needs_redraw()) && window_.visible() && held_back_ms() <= 0) draw_frame();
    if (!window_.visible()) pace.forget();
    for (const Request& request : std::exchange(state_.requests, {})) carry_out(request);
  }
}

double App::held_back_ms() {
  if (!window_.software_rendered() || !state_.tools.painting() || canvas_.has_new_picture() ||
      !editor_.colouring().colour_is_coming()) {
    return 0;
  }
  return state_.pace.held_back_ms(Window::now_ms());
}

void App::take_news() {
  if (FilmSitting* film = editor_.film()) film->hold(state_.tools.busy());
  take_desktop_look();
  tell_desktop();
  if (editor_.update() || woken_.exchange(false)) state_.pace.want(1);
  if (canvas_.follow_document()) {
    if (editor_.sitting().has_document() && std::exchange(state_.tour_wanted, false))
      guide_.start();
    else
      guide_.stop();
  }
  if (const auto question = editor_.take_question()) files_.answer(*question);
  for (Notice& notice : editor_.messages().take()) {
    if (notice.problem) std::fprintf(stderr, "handtint-editor: %s\n", notice.text.c_str());
    notices_.add(std::move(notice), Window::now_ms() / 1000);
    state_.pace.settle();
  }
}

// --- input

void App::handle(const InputEvent& event) {
  state_.pen_seen |= event.pen;
  if (event.kind == InputEvent::Kind::key)
    handle_key(event);
  else if (event.kind != InputEvent::Kind::drop)
    canvas_.handle(event);
  else if (!event.files.empty())
    carry_out({Command::open_file, event.files.front()});
}

void App::handle_key(const InputEvent& event) {
  constexpr std::array pickers{GLFW_KEY_LEFT_ALT, GLFW_KEY_RIGHT_ALT, GLFW_KEY_LEFT_CONTROL, GLFW_KEY_RIGHT_CONTROL};
  if (std::find(pickers.begin(), pickers.end(), event.key) != pickers.end()) state_.pick = event.pressed;
  const auto list_is_open = [] {
    return ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel);
  };
  if (modals_.open(state_)) {
    // A list that is open in a dialog has the keys: Esc closes the list, not the dialog under it.
    if (ImGui::GetCurrentContext()->OpenPopupStack.Size > 1) {
      if (event.pressed && event.key == GLFW_KEY_ESCAPE) ImGui::ClosePopupToLevel(1, false);
      return;
    }
    modals_.handle_key(state_, event);
    // The next key may come before the next frame: it is not for what has just been closed.
    if (!modals_.open(state_) && list_is_open()) ImGui::ClosePopupToLevel(0, false);
    return;
  }
  const bool typing = ImGui::GetIO().WantTextInput || state_.focus_colour_field || controls::focus_pending();
  if (event.key == GLFW_KEY_SPACE && !typing) {
    state_.space = event.pressed;
    if (!event.repeat) timeline_.space(state_, event.pressed, event.time_ms / 1000);
    return;
  }
  for (const auto& [symbol, held] : {std::pair{'h', &state_.strokes_hidden}, {'g', &state_.photo_shown}}) {
    if (event.symbol != symbol || (event.mods & GLFW_MOD_CONTROL) || (event.pressed && typing)) continue;
    *held = event.pressed;
    return;
  }
  if (!event.pressed) return;
  // An open list is closed by Esc, and takes every other key.
  if (list_is_open()) {
    if (event.key == GLFW_KEY_ESCAPE) ImGui::ClosePopupToLevel(0, false);
    return;
  }
  if (typing && (event.key == GLFW_KEY_ENTER || event.key == GLFW_KEY_KP_ENTER)) field_done_ = true;
  const auto command = command_for(event.key, event.symbol, event.mods, event.typed);
  if (!command || (typing && !counts_while_typing(*command, event))) return;
  if (!event.repeat || repeats(*command)) carry_out({*command});
}

void App::carry_out(const Request& request) {
  handtint::carry_out(request, {state_, modals_, panel_, files_, canvas_, timeline_, guide_, window_});
}

// --- drawing

void App::lay_out() {
  const Window::Size size = window_.size();
  const Style& style = state_.style;
  Layout& l = state_.layout;
  l = {};
  const auto width = static_cast<float>(size.width), height = static_cast<float>(size.height);
  l.narrow = width < style.px(760);
  const float bar = style.px(48), strip = style.px(52), status = style.px(28);
  float panel = 0;
  if (l.narrow ? state_.panel_asked_for : preferences_.panel_visible) {
    panel = std::min(style.px(std::clamp(preferences_.panel_width, 280.0f, 480.0f)), width - strip);
    l.panel_over_canvas = l.narrow;
  }
  const float middle = height - bar - status;
  l.bar = {0, 0, width, bar};
  l.strip = {0, bar, strip, middle};
  l.status = {0, height - status, width, status};
  if (panel > 0) l.panel = {width - panel, bar, panel, middle};
  l.canvas = {strip, bar, width - strip - (l.panel_over_canvas ? 0 : panel), middle};
  const float timeline = Timeline::height(state_);
  l.canvas.height -= timeline;
  l.timeline = {l.canvas.x, l.canvas.y + l.canvas.height, l.canvas.width, timeline};
  canvas_.lay_out({l.canvas.x, l.canvas.y, l.canvas.width, l.canvas.height, window_.pixel_scale()});
}

void App::draw_frame() {
  const double start = Window::now_ms();
  if (state_.style_changed) make_style_now();
  state_.pace.begin(start / 1000);
  update_title();
  lay_out();

  for (const ImWchar c : ImGui::GetIO().InputQueueCharacters) need_character(c);
  if (take_new_characters()) make_style_now();
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  const bool focusing = controls::focus_pending();
  ImGui::NewFrame();
  // ImGui drops what is typed in the frame that gives a field the keyboard: it comes again in the next one.
  ImVector<ImWchar> early;
  if (focusing) early.swap(ImGui::GetIO().InputQueueCharacters);
  state_.covered.clear();
  draw_interface();
  ImGui::Render();
  if (focusing) early.swap(ImGui::GetIO().InputQueueCharacters);
  // Not only after the next event, which may be the first key of what is to be typed.
  if (controls::input_pending() || controls::focus_pending()) state_.pace.settle();

  const Window::Size pixels = window_.framebuffer_size();
  picture_.begin(pixels.width, pixels.height);
  canvas_.update(picture_);
  if (std::exchange(state_.textures_changed, false)) picture_.damage_all();
  const bool drawn = picture_.draw(*ImGui::GetDrawData(), [this](const Rect& part) { canvas_.draw(picture_, part); });
  if (drawn || window_.needs_redraw()) {
    picture_.present();
    window_.swap();
    glFinish();  // so that the times of the trace are those of the picture on the screen
    const double shown = Window::now_ms();
    state_.pace.shown(shown);
    trace_.frame(shown, shown - start, state_.tools.painting());
  }
  canvas_.trace_shown(Window::now_ms());
  // Tooltips come after a moment of rest.
  if (ImGui::GetIO().WantCaptureMouse && GImGui->HoveredIdTimer < 0.5f && GImGui->HoveredId) state_.pace.wake_in(0.15);
}

void App::draw_interface() {
  if (!editor_.sitting().has_document()) {
    const Window::Size size = window_.size();
    const Area whole{0, 0, static_cast<float>(size.width), static_cast<float>(size.height)};
    start_page_.draw(state_, whole, files_.recoveries(), files_.discarded());
    notices_.draw(state_, whole);
  } else {
    canvas_.draw_overlays();
    draw_lasso_chip(state_);
    navigator_.draw(state_);
    coat_choice_.draw(state_);
    draw_quick_palette(state_, panel_.colour);
    draw_top_bar(state_);
    draw_tool_strip(state_);
    if (!state_.layout.panel.empty()) panel_.draw(state_);
    draw_status_line(state_);
    timeline_.draw(state_);
    if (guide_.active())
      guide_.draw(state_);
    else if (!coat_choice_.shown())
      draw_empty_hint(state_);
    if (editor_.loading()) state_.pace.wake_in(0.1);
    notices_.draw(state_, state_.layout.canvas);
  }
  modals_.draw(state_);
  // ImGui 1.86 misses an Enter that was pressed and released between two frames.
  if (field_done_ && !controls::input_pending()) {
    ImGui::ClearActiveID();
    field_done_ = false;
  }
}

void App::update_title() {
  std::string title = "Handtint";
  if (editor_.sitting().has_document())
    title += " - " + editor_.sitting().name() + (has_unsaved_work(editor_) ? " *" : "");
  if (title == title_) return;
  title_ = title;
  window_.set_title(title_);
}

}  // namespace handtint
