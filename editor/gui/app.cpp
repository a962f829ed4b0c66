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
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "editor/document/autosave.h"
#include "editor/gui/bars.h"
#include "editor/gui/coat_panel.h"
#include "editor/gui/widgets.h"
#include "editor/work/unsure_picture.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

// After an event the toolkit needs a few frames until hover, focus and layout have settled.
constexpr int frames_after_event = 3;

// A cursor that is still for so long rests; one on its way to the panel does not.
constexpr double hover_s = 0.25;

// The example lies beside the program, or where an installation puts it, or in the sources that it was built from.
fs::path find_example() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  std::vector<fs::path> folders;
  for (fs::path folder = program.parent_path(); folder.has_relative_path() && folders.size() < 5;
       folder = folder.parent_path()) {
    folders.push_back(folder / "assets/examples");
    folders.push_back(folder / "share/handtint/examples");
  }
  folders.push_back(HANDTINT_INSTALLED_EXAMPLES);
  folders.push_back(HANDTINT_SOURCE_EXAMPLES);
  for (const fs::path& folder : folders) {
    if (fs::exists(folder / "portrait.jpg", error)) return folder / "portrait.jpg";
  }
  return {};
}

// What a dead process left of this photo or session.
const Recovery* recovery_of(const std::vector<Recovery>& recoveries, const fs::path& file) {
  const auto it = std::find_if(recoveries.begin(), recoveries.end(),
                               [&](const Recovery& r) { return r.photo == file || r.session_file == file; });
  return it == recoveries.end() ? nullptr : &*it;
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
    : preferences_(read_preferences()),
      editor_(preferences_, waker(), network_source(options.network)),
      window_(begin(options.file), preferences_.window_height, preferences_.window_maximized, "Handtint"),
      imgui_(std::make_unique<ImGuiSession>(window_.handle())),
      ui_(editor_, preferences_),
      panel_(waker()),
      start_page_(list_recoveries(), find_example(), waker()),
      browser_(waker()),
      trace_(options.trace, options.start_ms),
      scale_override_(options.scale) {
  window_there_ = true;
  if (!options.trace.empty())
    ui::watch_controls([this](int frame, std::string_view name, Rect place) { trace_.control(frame, name, place); });
  make_style_now();
  update_title();
  window_.show();
}

std::function<void()> App::waker() {
  return [this] {
    woken_ = true;
    if (window_there_) Window::wake();
  };
}

int App::begin(const fs::path& file) {
  if (!file.empty()) {
    const fs::path absolute = fs::absolute(file).lexically_normal();
    const std::vector<Recovery> recoveries = list_recoveries();
    if (const Recovery* recovery = recovery_of(recoveries, absolute))
      offer_recovery(*recovery, absolute);
    else
      open_file(absolute);
  }
  return preferences_.window_width;
}

void App::offer_recovery(const Recovery& recovery, const fs::path& file) {
  dialogs_.ask({"Recover your unsaved work?",
                "The program ended before the work on " + file.filename().string() + " was saved.",
                {{"Recover",
                  [this, journal = recovery.journal] {
                    editor_.open({{}, journal, {}, false});
                    start_page_.forget_recovery(journal);
                  }},
                 {"Open without it", [this, file] { open_file(file); }}}});
}

App::~App() {
  window_there_ = false;
  const Window::Size size = window_.size();
  preferences_.window_maximized = window_.maximized();
  if (!preferences_.window_maximized && size.width > 0) {
    preferences_.window_width = size.width;
    preferences_.window_height = size.height;
  }
  try {
    write_preferences(preferences_);
  } catch (const std::exception&) {
    // A read-only home must not keep anybody from quitting; nothing of the work is in the preferences.
  }
}

void App::make_style_now() {
  const float wanted = scale_override_ > 0         ? scale_override_
                       : preferences_.ui_scale > 0 ? preferences_.ui_scale
                                                   : window_.display_scale();
  ui_.style = make_style(preferences_.theme, wanted, window_.pixel_scale());
  ui_.look.surround = ui_.style.colours.surround;
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
  ui_.textures_changed = true;
  ui_.style_changed = false;
  frames_wanted_ = frames_after_event;
}

// --- the loop

void App::run() {
  while (!quit_) {
    double wait = -1;
    if (const double patience = ms_to_wait_for_colour(); patience > 0)
      wait = patience / 1000;
    else if (frames_wanted_ > 0 || window_.needs_redraw())
      wait = 0;
    else if (ui_.next_frame_s < 1e29)
      wait = std::max(0.001, ui_.next_frame_s - Window::now_ms() / 1000);
    else if (ImGui::GetIO().WantTextInput)
      wait = 0.4;  // the text cursor blinks
    if (const auto due = editor_.due_in_ms()) wait = wait < 0 ? *due / 1000 : std::min(wait, *due / 1000);
    window_.wait_events(wait);

    const std::vector<InputEvent> events = window_.take_events();
    for (const InputEvent& event : events) handle(event);
    if (!events.empty()) frames_wanted_ = std::max(frames_wanted_, ui_.tools.painting() ? 1 : frames_after_event);
    if (editor_.update() || woken_.exchange(false)) frames_wanted_ = std::max(frames_wanted_, 1);
    after_document_change();
    if (auto question = editor_.take_question()) answer_load_question(std::move(*question));
    for (Notice& notice : editor_.take_notices()) {
      if (notice.problem) std::fprintf(stderr, "handtint-editor: %s\n", notice.text.c_str());
      notices_.add(std::move(notice), Window::now_ms() / 1000);
      frames_wanted_ = frames_after_event;
    }
    if (Window::now_ms() / 1000 >= ui_.next_frame_s || ImGui::GetIO().WantTextInput)
      frames_wanted_ = std::max(frames_wanted_, 1);
    if (window_.close_requested()) {
      window_.refuse_close();
      execute(Command::quit);
    }
    if ((frames_wanted_ > 0 || window_.needs_redraw()) && window_.visible()) {
      if (ms_to_wait_for_colour() <= 0) draw_frame();
    }
    if (!window_.visible()) frames_wanted_ = 0;
    for (Command command : std::exchange(ui_.commands, {})) execute(command);
    if (const auto wish = panel_.take_wish(); wish != SidePanel::FileWish::none) browse(wish);
  }
}

// Without a GPU a frame takes the processor from the solver: while the next colour of a stroke is on its way, a frame
// that would not show it can wait a little.
double App::ms_to_wait_for_colour() const {
  constexpr double longest = 30;
  if (!window_.software_rendered() || !ui_.tools.painting() || picture_to_show_ || !editor_.colour_is_coming())
    return 0;
  return last_frame_ms_ + longest - Window::now_ms();
}

void App::after_document_change() {
  if (shown_document_ != editor_.document_number()) {
    shown_document_ = editor_.document_number();
    layer_.invalidate();
    layer_.forget_imported();
    if (editor_.has_document()) {
      painter_.set_source(editor_.picture_source());
      ui_.view.photo_width = editor_.photo().width();
      ui_.view.photo_height = editor_.photo().height();
      ui_.view.canvas = {};  // fits as soon as the canvas has its place
      ui_.look = {};
      ui_.look.surround = ui_.style.colours.surround;
      const Photo& photo = editor_.photo();
      ui_.lightness_under_cursor = photo.lightness(photo.width() / 2, photo.height() / 2);
      ui_.likely_place = {static_cast<float>(photo.width()) / 2, static_cast<float>(photo.height()) / 2};
      hovered_since_s_ = -1;
      if (std::exchange(guide_waits_, false))
        guide_.start();
      else
        guide_.stop();
    } else {
      painter_.set_source({});
      guide_.stop();
    }
    frames_wanted_ = frames_after_event;
  }
  if (const std::uint64_t coat = editor_.coat_revision(); coat != traced_coat_) {
    traced_coat_ = coat;
    if (coat) trace_.coat(Window::now_ms(), coat);
  }
  if (auto picture = editor_.take_picture()) {
    picture_to_show_ = {picture->revision, picture->report.done()};
    painter_.set_chroma(std::move(*picture));
  }
  if (!editor_.has_document()) return;
  // A stroke in progress marks its own pixels; everything else is drawn anew.
  const StrokeMask* mask = editor_.document().imported().get();
  if (drawn_revision_ != editor_.document().revision() || drawn_selection_ != editor_.selection() ||
      drawn_mask_ != mask) {
    drawn_revision_ = editor_.document().revision();
    drawn_selection_ = editor_.selection();
    if (drawn_mask_ != mask) layer_.forget_imported();
    drawn_mask_ = mask;
    layer_.invalidate();
    frames_wanted_ = std::max(frames_wanted_, 1);
  }
}

// --- input

bool App::over_canvas(Point place) const {
  if (!editor_.has_document() || modal_open() || !ui_.layout.canvas.contains(place.x, place.y)) return false;
  if (ui_.layout.panel_over_canvas && ui_.layout.panel.contains(place.x, place.y)) return false;
  if (ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel)) return false;
  return std::none_of(ui_.covered.begin(), ui_.covered.end(),
                      [&](const Area& a) { return a.contains(place.x, place.y); });
}

bool App::over_split() const {
  if (ui_.look.view != ViewKind::split || space_ || ui_.tools.busy() || !over_canvas(mouse_)) return false;
  const float split_x = screen_from_photo(ui_.view, {ui_.look.split * static_cast<float>(ui_.view.photo_width), 0}).x;
  return std::abs(split_x - mouse_.x) <= ui_.style.px(10);
}

Pointer App::pointer(const InputEvent& event) const {
  Pointer p;
  p.screen = {static_cast<float>(event.x), static_cast<float>(event.y)};
  p.shift = event.mods & GLFW_MOD_SHIFT;
  p.alt = event.mods & GLFW_MOD_ALT;
  p.space = space_;
  return p;
}

void App::handle(const InputEvent& event) {
  switch (event.kind) {
    case InputEvent::Kind::cursor:
      handle_cursor(event);
      break;
    case InputEvent::Kind::button:
      handle_button(event);
      break;
    case InputEvent::Kind::key:
      handle_key(event);
      break;
    case InputEvent::Kind::scroll:
      if (over_canvas({static_cast<float>(event.x), static_cast<float>(event.y)}) && !ui_.tools.painting()) {
        ui_.view =
            zoom_by_steps(ui_.view, event.scroll_y * 2, {static_cast<float>(event.x), static_cast<float>(event.y)});
      }
      break;
    case InputEvent::Kind::drop:
      if (!event.files.empty()) {
        const fs::path file = event.files.front();
        when_nothing_can_be_lost([this, file] { open_file(file); });
      }
      break;
    case InputEvent::Kind::left:
      mouse_inside_ = false;
      break;
  }
}

void App::handle_cursor(const InputEvent& event) {
  mouse_ = {static_cast<float>(event.x), static_cast<float>(event.y)};
  mouse_inside_ = true;
  if (!editor_.has_document()) return;
  if (split_dragged_) {
    const float x = photo_from_screen(ui_.view, mouse_).x;
    ui_.look.split = std::clamp(x / static_cast<float>(ui_.view.photo_width), 0.0f, 1.0f);
    return;
  }
  if (ui_.tools.busy()) {
    const bool painting = ui_.tools.painting();
    layer_.invalidate(ui_.tools.move(editor_, ui_.view, pointer(event)));
    if (painting) trace_.point(event.time_ms, editor_.revision());
  }
  if (over_canvas(mouse_)) {
    const Point place = photo_from_screen(ui_.view, mouse_);
    if (const auto L = editor_.lightness_at(place)) {
      if (!ui_.tools.painting()) ui_.lightness_under_cursor = *L;
      hover_place_ = place;
      hovered_since_s_ = event.time_ms / 1000;
    }
  } else {
    hovered_since_s_ = -1;
  }
}

void App::handle_button(const InputEvent& event) {
  mouse_ = {static_cast<float>(event.x), static_cast<float>(event.y)};
  if (!event.pressed) {
    split_dragged_ = false;
    if (ui_.tools.busy()) {
      const bool painting = ui_.tools.painting();
      ui_.tools.release(editor_, ui_.view);
      if (painting) trace_.release(event.time_ms, editor_.revision());
    }
    return;
  }
  if (!over_canvas(mouse_)) return;
  ImGui::ClearActiveID();  // a field that was being typed in is done
  if (event.button == GLFW_MOUSE_BUTTON_LEFT && over_split()) {
    split_dragged_ = true;
    return;
  }
  const auto button = event.button == GLFW_MOUSE_BUTTON_MIDDLE  ? Tools::Button::middle
                      : event.button == GLFW_MOUSE_BUTTON_RIGHT ? Tools::Button::right
                                                                : Tools::Button::left;
  if (event.button > GLFW_MOUSE_BUTTON_MIDDLE) return;
  if (const Point place = photo_from_screen(ui_.view, mouse_); editor_.lightness_at(place)) ui_.likely_place = place;
  layer_.invalidate(ui_.tools.press(editor_, ui_.view, button, pointer(event)));
  if (ui_.tools.painting()) trace_.point(event.time_ms, editor_.revision());
}

void App::handle_key(const InputEvent& event) {
  if (event.key == GLFW_KEY_LEFT_ALT || event.key == GLFW_KEY_RIGHT_ALT) ui_.alt = event.pressed;
  if (browser_.open()) {
    if (!event.pressed) return;
    switch (event.key) {
      case GLFW_KEY_ESCAPE:
        browser_.cancel();
        break;
      case GLFW_KEY_UP:
        browser_.key(FileBrowser::Key::up);
        break;
      case GLFW_KEY_DOWN:
        browser_.key(FileBrowser::Key::down);
        break;
      case GLFW_KEY_BACKSPACE:
        if (!ImGui::GetIO().WantTextInput) browser_.key(FileBrowser::Key::parent);
        break;
      case GLFW_KEY_ENTER:
      case GLFW_KEY_KP_ENTER:
        browser_.key(FileBrowser::Key::enter);
        break;
      default:
        break;
    }
    return;
  }
  if (dialogs_.open(ui_)) {
    if (!event.pressed || event.repeat) return;
    if (event.key == GLFW_KEY_ESCAPE || (event.key == GLFW_KEY_F1))
      dialogs_.escape(ui_);
    else if (event.key == GLFW_KEY_ENTER || event.key == GLFW_KEY_KP_ENTER)
      dialogs_.enter();
    return;
  }
  const bool typing = ImGui::GetIO().WantTextInput || ui_.focus_colour_field || ui::focus_pending();
  if (event.key == GLFW_KEY_SPACE && !typing) {
    space_ = event.pressed;
    return;
  }
  if (event.symbol == 'h' && !(event.mods & GLFW_MOD_CONTROL) && !typing) {
    ui_.strokes_hidden = event.pressed;
    return;
  }
  if (!event.pressed) return;
  if (typing && (event.key == GLFW_KEY_ENTER || event.key == GLFW_KEY_KP_ENTER)) field_done_ = true;
  const auto command = command_for(event.key, event.symbol, event.mods);
  if (!command) return;
  // While a field has the keyboard only commands with Ctrl and function keys count; Ctrl+A, Ctrl+Z are the field's.
  if (typing) {
    const bool field_knows = *command == Command::undo || *command == Command::redo || *command == Command::select_all;
    const bool function_key = event.key >= GLFW_KEY_F1 && event.key <= GLFW_KEY_F12;
    if (field_knows || (!(event.mods & GLFW_MOD_CONTROL) && !function_key)) return;
  }
  const bool repeats = *command == Command::undo || *command == Command::redo || *command == Command::smaller ||
                       *command == Command::larger || *command == Command::zoom_in || *command == Command::zoom_out;
  if (!event.repeat || repeats) execute(*command);
}

void App::zoom(double steps) {
  const Area& c = ui_.layout.canvas;
  const Point fixed = over_canvas(mouse_) && mouse_inside_ ? mouse_ : Point{c.x + c.width / 2, c.y + c.height / 2};
  ui_.view = zoom_by_steps(ui_.view, steps, fixed);
}

// --- commands

void App::execute(Command command) {
  frames_wanted_ = frames_after_event;
  switch (command) {
    case Command::quit:
      when_nothing_can_be_lost([this] {
        if (editor_.has_document()) editor_.close();
        quit_ = true;
      });
      return;
    case Command::open:
      when_nothing_can_be_lost([this] { browse_photo(); });
      return;
    case Command::help:
      dialogs_.show_help();
      return;
    case Command::theme:
      preferences_.theme = preferences_.theme == Theme::dark ? Theme::light : Theme::dark;
      ui_.style_changed = true;
      return;
    default:
      break;
  }
  if (!editor_.has_document()) return;
  // In the middle of a gesture only giving it up makes sense.
  if (ui_.tools.busy() && command != Command::escape) return;
  const auto choose_tool = [&](Tool tool) { ui_.tools.tool = tool; };
  switch (command) {
    case Command::save:
      save_then({});
      break;
    case Command::save_as:
      save_as_then({});
      break;
    case Command::export_picture:
      ask_export();
      break;
    case Command::export_mask:
      browse(SidePanel::FileWish::export_mask);
      break;
    case Command::import_mask:
      browse(SidePanel::FileWish::import_mask);
      break;
    case Command::close_file:
      when_nothing_can_be_lost([this] { editor_.close(); });
      break;
    case Command::undo:
      editor_.undo();
      break;
    case Command::redo:
      editor_.redo();
      break;
    case Command::delete_selected:
      editor_.delete_selected();
      break;
    case Command::select_all: {
      std::vector<StrokeId> ids;
      for (const SharedStroke& stroke : editor_.document().strokes()) ids.push_back(stroke->id);
      editor_.select(std::move(ids));
      ui_.tools.tool = Tool::select;
      break;
    }
    case Command::escape:
      if (ui_.tools.busy()) {
        if (const Stroke* stroke = editor_.stroke_in_progress()) layer_.invalidate(bounds(*stroke));
        ui_.tools.cancel(editor_);
      } else if (!editor_.selection().empty()) {
        editor_.select({});
      } else {
        editor_.limit_strokes({});
      }
      break;
    case Command::brush:
      choose_tool(Tool::brush);
      break;
    case Command::eraser:
      choose_tool(Tool::eraser);
      break;
    case Command::dropper:
      choose_tool(Tool::dropper);
      break;
    case Command::neutral:
      choose_tool(Tool::neutral);
      break;
    case Command::protect:
      choose_tool(Tool::protect);
      break;
    case Command::barrier:
      choose_tool(Tool::barrier);
      break;
    case Command::lasso:
      choose_tool(Tool::lasso);
      break;
    case Command::select:
      choose_tool(Tool::select);
      break;
    case Command::smaller:
      preferences_.brush_radius = next_radius(preferences_.brush_radius, -1);
      break;
    case Command::larger:
      preferences_.brush_radius = next_radius(preferences_.brush_radius, 1);
      break;
    case Command::swap_colours:
      editor_.swap_colours();
      break;
    case Command::type_colour:
      preferences_.panel_visible = true;
      ui_.panel_asked_for = true;
      ui_.focus_colour_field = true;
      break;
    case Command::zoom_in:
      zoom(2);
      break;
    case Command::zoom_out:
      zoom(-2);
      break;
    case Command::fit:
      ui_.view = fit(ui_.view);
      break;
    case Command::actual_pixels: {
      const Area& c = ui_.layout.canvas;
      ui_.view = actual_pixels(ui_.view, over_canvas(mouse_) ? mouse_ : Point{c.x + c.width / 2, c.y + c.height / 2});
      break;
    }
    case Command::view_result:
      ui_.look.view = ViewKind::result;
      break;
    case Command::view_photo:
      ui_.look.view = ViewKind::photo;
      break;
    case Command::view_strokes:
      ui_.look.view = ViewKind::strokes;
      break;
    case Command::view_colour:
      ui_.look.view = ViewKind::colour;
      break;
    case Command::view_split:
      ui_.look.view = ui_.look.view == ViewKind::split ? ViewKind::result : ViewKind::split;
      break;
    case Command::coat: {
      FirstCoat coat = editor_.document().coat();
      coat.on = !coat.on;
      editor_.set_coat(coat, Step::own);
      break;
    }
    case Command::another_coat: {
      FirstCoat coat = editor_.document().coat();
      coat.dials.variant = coat.on ? (coat.dials.variant + 1) % (max_coat_variant + 1) : coat.dials.variant;
      coat.on = true;
      editor_.set_coat(coat, Step::own);
      break;
    }
    case Command::unsure:
      ui_.unsure_shown = !ui_.unsure_shown;
      break;
    case Command::likely_1:
    case Command::likely_2:
    case Command::likely_3:
    case Command::likely_4:
    case Command::likely_5: {
      // The key is pressed where the cursor is: no need to wait until it rests.
      if (hovered_since_s_ >= 0) ui_.likely_place = hover_place_;
      const std::vector<LikelySwatch> swatches = likely_swatches(editor_, ui_.likely_place);
      const auto index = static_cast<std::size_t>(command) - static_cast<std::size_t>(Command::likely_1);
      if (index < swatches.size()) panel_.choose(ui_, swatches[index].colour, true);
      break;
    }
    case Command::pause:
      editor_.set_paused(!editor_.solver_status().paused);
      break;
    case Command::solve_once:
      editor_.solve_once();
      break;
    case Command::panel:
      if (ui_.layout.narrow)
        ui_.panel_asked_for = !ui_.panel_asked_for;
      else
        preferences_.panel_visible = !preferences_.panel_visible;
      break;
    default:
      break;
  }
}

// --- files

void App::when_nothing_can_be_lost(std::function<void()> then) {
  if (ui_.tools.busy()) ui_.tools.release(editor_, ui_.view);
  if (!editor_.has_document() || !editor_.document().modified()) {
    then();
    return;
  }
  dialogs_.ask({"Save the work on " + editor_.name() + "?",
                "Your strokes are not saved yet. The photo itself is never changed.",
                {{"Save", [this, then] { save_then(then); }}, {"Don't save", then}, {"Cancel", {}}}});
}

void App::save_then(std::function<void()> then) {
  if (editor_.session_file().empty()) {
    save_as_then(std::move(then));
    return;
  }
  if (editor_.save(editor_.session_file()) && then) then();
}

void App::save_as_then(std::function<void()> then) {
  browser_.ask(ui_, {"Save the session", "Save", {".handtint"}, true, editor_.suggested_session_file()},
               [this, then](const fs::path& file) {
                 if (editor_.save(file) && then) then();
               });
}

void App::browse_photo() {
  std::vector<std::string> extensions = photo_extensions();
  extensions.push_back(".handtint");
  browser_.ask(ui_, {"Open a photo or a session", "Open", std::move(extensions), false, {}},
               [this](const fs::path& file) { open_file(file); });
}

void App::open_file(const fs::path& file) {
  editor_.open({fs::absolute(file), {}, {}, false});
}

void App::open_example() {
  guide_waits_ = true;
  editor_.open({find_example(), {}, {}, false});
}

void App::answer_load_question(Loaded question) {
  const LoadRequest request = question.request;
  const auto locate = [this, request] {
    browser_.ask(ui_, {"Where is the photo now?", "Use it", photo_extensions(), false, request.file.parent_path()},
                 [this, request](const fs::path& file) {
                   LoadRequest again = request;
                   again.photo = file;
                   editor_.open(again);
                 });
  };
  if (question.outcome == Loaded::Outcome::photo_missing) {
    dialogs_.ask({"The photo has moved",
                  "The strokes are here, but their photo is not:\n" + question.message,
                  {{"Find it\u2026", locate}, {"Cancel", {}}}});
  } else {
    const auto accept = [this, request] {
      LoadRequest again = request;
      again.accept_changed_photo = true;
      editor_.open(again);
    };
    dialogs_.ask({"The photo has changed",
                  "The file is not the same as when it was painted on:\n" + question.message,
                  {{"Use it as it is", accept}, {"Find another\u2026", locate}, {"Cancel", {}}}});
  }
}

void App::ask_export() {
  browser_.ask(ui_,
               {"Export the coloured photo",
                "Export",
                {".png", ".tif", ".tiff", ".jpg", ".jpeg"},
                true,
                editor_.suggested_export_file()},
               [this](const fs::path& file) { editor_.export_picture(file); });
}

void App::browse(SidePanel::FileWish wish) {
  using Wish = SidePanel::FileWish;
  const fs::path folder = editor_.photo().path.parent_path();
  const fs::path stem = folder / editor_.photo().path.stem();
  switch (wish) {
    case Wish::reference:
      browser_.ask(ui_, {"Open a reference photo", "Open", photo_extensions(), false, folder},
                   [this](const fs::path& file) { panel_.set_reference(file); });
      break;
    case Wish::load_palette:
      browser_.ask(ui_, {"Load a palette", "Load", {".gpl"}, false, folder},
                   [this](const fs::path& file) { panel_.load_palette(ui_, file); });
      break;
    case Wish::save_palette:
      browser_.ask(ui_, {"Save the palette", "Save", {".gpl"}, true, folder / "palette.gpl"},
                   [this](const fs::path& file) { panel_.save_palette(ui_, file); });
      break;
    case Wish::import_mask:
      browser_.ask(ui_, {"Import strokes from a mask", "Import", photo_extensions(), false, folder},
                   [this](const fs::path& file) { editor_.import_mask(file); });
      break;
    case Wish::export_mask:
      browser_.ask(ui_, {"Export the strokes as a mask", "Export", {".png"}, true, stem.string() + "-strokes.png"},
                   [this](const fs::path& file) { editor_.export_mask(file); });
      break;
    case Wish::none:
      break;
  }
}

// --- drawing

void App::lay_out() {
  const Window::Size size = window_.size();
  const Style& style = ui_.style;
  Layout& l = ui_.layout;
  l = {};
  const auto width = static_cast<float>(size.width), height = static_cast<float>(size.height);
  l.narrow = width < style.px(760);
  const float bar = style.px(48), strip = style.px(52), status = style.px(28);
  float panel = 0;
  if (l.narrow ? ui_.panel_asked_for : preferences_.panel_visible) {
    panel = std::min(style.px(std::clamp(preferences_.panel_width, 280.0f, 480.0f)), width - strip);
    l.panel_over_canvas = l.narrow;
  }
  const float middle = height - bar - status;
  l.bar = {0, 0, width, bar};
  l.strip = {0, bar, strip, middle};
  l.status = {0, height - status, width, status};
  if (panel > 0) l.panel = {width - panel, bar, panel, middle};
  l.canvas = {strip, bar, width - strip - (l.panel_over_canvas ? 0 : panel), middle};

  const Canvas canvas{l.canvas.x, l.canvas.y, l.canvas.width, l.canvas.height, window_.pixel_scale()};
  const Canvas& old = ui_.view.canvas;
  if (!editor_.has_document()) return;
  if (old.width <= 1) {  // a new photo
    ui_.view.canvas = canvas;
    ui_.view = fit(ui_.view);
  } else if (old.x != canvas.x || old.y != canvas.y || old.width != canvas.width || old.height != canvas.height ||
             old.pixel_scale != canvas.pixel_scale) {
    const bool was_fitted = std::abs(ui_.view.zoom / fit_zoom(ui_.view) - 1) < 1e-6;
    ui_.view = resized(ui_.view, canvas);
    if (was_fitted) ui_.view = fit(ui_.view);
  }
}

void App::draw_frame() {
  const double start = Window::now_ms();
  if (ui_.style_changed) make_style_now();
  if (frames_wanted_ > 0) --frames_wanted_;
  ui_.time_s = start / 1000;
  ui_.next_frame_s = 1e30;
  update_title();
  lay_out();

  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  const bool focusing = ui::focus_pending();
  ImGui::NewFrame();
  // ImGui drops what is typed in the frame that gives a field the keyboard: it comes again in the next one.
  ImVector<ImWchar> early;
  if (focusing) early.swap(ImGui::GetIO().InputQueueCharacters);
  ui_.covered.clear();
  draw_interface();
  ImGui::Render();
  if (focusing) early.swap(ImGui::GetIO().InputQueueCharacters);
  // Not only after the next event, which may be the first key of what is to be typed.
  if (ui::input_pending() || ui::focus_pending()) frames_wanted_ = frames_after_event;

  const Window::Size pixels = window_.framebuffer_size();
  screen_.begin(pixels.width, pixels.height);
  update_canvas();
  if (std::exchange(ui_.textures_changed, false)) screen_.damage_all();
  const bool drawn = screen_.draw(*ImGui::GetDrawData(), [this](const Rect& part) { draw_canvas(part); });
  if (drawn || window_.needs_redraw()) {
    screen_.present();
    window_.swap();
    glFinish();  // so that the times of the trace are those of the picture on the screen
    last_frame_ms_ = Window::now_ms();
    trace_.frame(last_frame_ms_, last_frame_ms_ - start, ui_.tools.painting());
  }
  const double end = Window::now_ms();
  if (picture_to_show_) {
    trace_.shown(end, picture_to_show_->first, picture_to_show_->second);
    picture_to_show_.reset();
  }
  // Tooltips come after a moment of rest.
  if (ImGui::GetIO().WantCaptureMouse && GImGui->HoveredIdTimer < 0.5f && GImGui->HoveredId) ui_.wake_in(0.15);
}

// Brings picture and strokes up to date and tells the screen where they changed.
void App::update_canvas() {
  const bool strokes_shown = !ui_.strokes_hidden && ui_.look.view != ViewKind::photo;
  const float opacity = !strokes_shown ? 0.0f : ui_.look.view == ViewKind::strokes ? 1.0f : preferences_.stroke_opacity;
  const CanvasLook look{editor_.has_document(), opacity, canvas_pixels(), place_of_strokes()};
  if (!(look == canvas_look_)) screen_.damage_all();
  canvas_look_ = look;
  if (!look.document) return;
  const auto damage = [&](const Rect& r) {
    if (!r.empty())
      screen_.damage({r.x0 + look.place.x0, r.y0 + look.place.y0, r.x1 + look.place.x0, r.y1 + look.place.y0});
  };
  damage(painter_.draw(ui_.view, ui_.look));
  editor_.set_road(painter_.road());
  if (const std::string& why = painter_.why_not_shared(); why != told_why_not_shared_) {
    told_why_not_shared_ = why;
    std::fprintf(stderr, "handtint-editor: the GPU's pictures are copied to the screen: %s\n", why.c_str());
  }
  editor_.look_closely(painter_.wanted_close_up());
  if (!strokes_shown) return;
  const StrokeScene scene{editor_.document().strokes(), editor_.document().imported().get(),
                          editor_.stroke_in_progress(), editor_.selection(), rgb_of(ui_.style.colours.accent)};
  damage(layer_.draw(scene, ui_.view));
}

Rect App::canvas_pixels() const {
  const Canvas& c = ui_.view.canvas;
  const auto pixels = [&](float points) { return static_cast<int>(std::lround(points * c.pixel_scale)); };
  return {pixels(c.x), pixels(c.y), pixels(c.x) + std::max(1, pixels(c.width)),
          pixels(c.y) + std::max(1, pixels(c.height))};
}

// In the split view the photo before has no strokes on it, unless they are being painted there.
Rect App::place_of_strokes() const {
  const Canvas& c = ui_.view.canvas;
  const Rect canvas = canvas_pixels();
  Rect place{0, 0, canvas.width(), canvas.height()};
  if (ui_.look.view != ViewKind::split || ui_.tools.busy()) return place;
  const Point split = screen_from_photo(ui_.view, {ui_.look.split * static_cast<float>(ui_.view.photo_width), 0});
  place.x0 = std::clamp(static_cast<int>(std::lround((split.x - c.x) * c.pixel_scale)), 0, place.x1);
  return place;
}

// What lies under the interface.
void App::draw_canvas(const Rect& part) {
  const Rect canvas = canvas_look_.place, seen = intersect(part, canvas);
  if (!canvas_look_.document || seen != part) {
    screen_.picture().bind();
    glEnable(GL_SCISSOR_TEST);
    glScissor(part.x0, part.y0, part.width(), part.height());
    const Rgb& c = ui_.look.surround;
    glClearColor(c.r, c.g, c.b, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    glDisable(GL_SCISSOR_TEST);
  }
  if (!canvas_look_.document || seen.empty()) return;
  const Rect local{seen.x0 - canvas.x0, seen.y0 - canvas.y0, seen.x1 - canvas.x0, seen.y1 - canvas.y0};
  painter_.picture().copy_to(screen_.picture(), local.x0, local.y0, local.width(), local.height(), seen.x0, seen.y0);
  layer_.lay_over(screen_.picture(), intersect(local, canvas_look_.strokes), canvas_look_.stroke_opacity, canvas.x0,
                  canvas.y0);
}

void App::settle_likely_place() {
  if (hovered_since_s_ < 0 || ui_.tools.busy()) return;
  const double rest = hovered_since_s_ + hover_s - ui_.time_s;
  if (rest > 0) return ui_.wake_in(rest);
  ui_.likely_place = hover_place_;
  hovered_since_s_ = -1;
}

void App::draw_unsure(ImDrawList* list) {
  editor_.set_watching_network(ui_.unsure_shown);
  if (!ui_.unsure_shown || !editor_.prediction()) return;
  if (unsure_of_ != editor_.prediction_number()) {
    unsure_of_ = editor_.prediction_number();
    const UnsurePicture picture = unsure_picture(uncertainty(*editor_.prediction()));
    unsure_.clear();
    if (picture.rgba.empty()) return;
    unsure_.resize(picture.width, picture.height, gl::Texture::rgba8);
    unsure_.upload_rows(0, picture.height, picture.rgba.data());
    ui_.textures_changed = true;
  }
  if (unsure_.empty()) return;
  const Point low = screen_from_photo(ui_.view, {0, 0});
  const Point high = screen_from_photo(
      ui_.view, {static_cast<float>(ui_.view.photo_width), static_cast<float>(ui_.view.photo_height)});
  list->AddImage(reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(unsure_.id())), {low.x, low.y},
                 {high.x, high.y});
}

void App::draw_on_canvas() {
  const Style& style = ui_.style;
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  const Area& c = ui_.layout.canvas;
  list->PushClipRect({c.x, c.y}, {c.x + c.width, c.y + c.height});
  draw_unsure(list);
  if (ui_.likely_hovered) {
    const Point at = screen_from_photo(ui_.view, ui_.likely_place);
    list->AddCircle({at.x, at.y}, style.px(9), IM_COL32(0, 0, 0, 180), 0, style.px(4));
    list->AddCircle({at.x, at.y}, style.px(9), IM_COL32_WHITE, 0, style.px(2));
  }
  const auto outlined = [&](const std::vector<Point>& points, bool closed) {
    for (const auto& [colour, weight] :
         {std::pair{IM_COL32(0, 0, 0, 200), 3.0f}, {IM_COL32(255, 255, 255, 255), 1.2f}}) {
      for (const Point& p : points) {
        const Point s = screen_from_photo(ui_.view, p);
        list->PathLineTo({s.x, s.y});
      }
      list->PathStroke(colour, closed ? ImDrawFlags_Closed : ImDrawFlags_None, style.px(weight));
    }
  };
  if (editor_.region().size() > 2) outlined(editor_.region(), true);
  if (ui_.tools.lasso_in_progress().size() > 1) outlined(ui_.tools.lasso_in_progress(), false);
  if (ui_.look.view == ViewKind::split) {
    const auto width = static_cast<float>(ui_.view.photo_width), height = static_cast<float>(ui_.view.photo_height);
    const Point top = screen_from_photo(ui_.view, {ui_.look.split * width, 0});
    const Point bottom = screen_from_photo(ui_.view, {ui_.look.split * width, height});
    const float y0 = std::max(top.y, c.y), y1 = std::min(bottom.y, c.y + c.height), middle = (y0 + y1) / 2;
    list->AddLine({top.x, y0}, {top.x, y1}, IM_COL32(0, 0, 0, 120), style.px(4));
    list->AddLine({top.x, y0}, {top.x, y1}, IM_COL32(255, 255, 255, 240), style.px(1.5f));
    list->AddCircleFilled({top.x, middle}, style.px(12), IM_COL32(255, 255, 255, 245));
    const float r = style.px(4), d = style.px(3);
    for (float side : {-1.0f, 1.0f}) {
      list->AddTriangleFilled({top.x + side * (d + r), middle}, {top.x + side * d, middle - r},
                              {top.x + side * d, middle + r}, IM_COL32(40, 40, 40, 255));
    }
  }
  const bool on_canvas = mouse_inside_ && (over_canvas(mouse_) || ui_.tools.busy());
  const bool on_split = on_canvas && (split_dragged_ || over_split());
  if (on_canvas && ui_.tools.has_round_cursor(ui_.alt) && !space_ && !ui_.tools.panning() && !on_split) {
    const float radius = std::max(screen_length(ui_.view, preferences_.brush_radius), 1.5f);
    list->AddCircle({mouse_.x, mouse_.y}, radius + 1, IM_COL32(0, 0, 0, 150), 0, 1.5f);
    list->AddCircle({mouse_.x, mouse_.y}, radius, IM_COL32(255, 255, 255, 220), 0, 1.2f);
    if (radius > 8) list->AddCircleFilled({mouse_.x, mouse_.y}, 1.2f, IM_COL32(255, 255, 255, 220));
  }
  list->PopClipRect();
  // The system's arrow would hide the spot under a small brush.
  if (on_split) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  } else if (on_canvas && !ui_.tools.panning() && !space_) {
    const bool crosshair = ui_.tools.tool != Tool::select;
    ImGui::SetMouseCursor(crosshair
                              ? (ui_.tools.has_round_cursor(ui_.alt) ? ImGuiMouseCursor_None : ImGuiMouseCursor_Hand)
                              : ImGuiMouseCursor_Arrow);
  } else if (on_canvas) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
  }
}

void App::draw_interface() {
  const Window::Size size = window_.size();
  if (!editor_.has_document()) {
    const Area whole{0, 0, static_cast<float>(size.width), static_cast<float>(size.height)};
    const StartPage::Wish wish = start_page_.draw(ui_, whole);
    switch (wish.kind) {
      case StartPage::Wish::Kind::none:
        break;
      case StartPage::Wish::Kind::browse:
        ui_.post(Command::open);
        break;
      case StartPage::Wish::Kind::open:
        open_file(wish.file);
        break;
      case StartPage::Wish::Kind::example:
        open_example();
        break;
      case StartPage::Wish::Kind::recover:
        editor_.open({{}, wish.file, {}, false});
        start_page_.forget_recovery(wish.file);
        break;
    }
    notices_.draw(ui_, whole);
  } else {
    settle_likely_place();
    draw_on_canvas();
    draw_top_bar(ui_);
    draw_tool_strip(ui_);
    if (!ui_.layout.panel.empty()) panel_.draw(ui_);
    draw_status_line(ui_);
    if (guide_.active())
      guide_.draw(ui_);
    else
      draw_empty_hint(ui_);
    if (editor_.loading()) ui_.wake_in(0.1);
    notices_.draw(ui_, ui_.layout.canvas);
  }
  browser_.draw(ui_);
  if (!browser_.open()) dialogs_.draw(ui_);
  // ImGui 1.86 misses an Enter that was pressed and released between two frames.
  if (field_done_ && !ui::input_pending()) {
    ImGui::ClearActiveID();
    field_done_ = false;
  }
}

void App::update_title() {
  std::string title = "Handtint";
  if (editor_.has_document()) title += " - " + editor_.name() + (editor_.document().modified() ? " *" : "");
  if (title == title_) return;
  title_ = title;
  window_.set_title(title_);
}

}  // namespace handtint
