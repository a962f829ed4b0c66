// The same questions in the system's dialog.
#include <imgui.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "editor/files/path_text.h"
#include "editor/gui/file_browser.h"
#include "editor/gui/widgets.h"
#include "editor/gui/window.h"
#include "editor/work/film_loading.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

// All of them, then each kind by itself.
std::vector<FileKind> kinds_of(const std::vector<std::string>& extensions) {
  const std::vector<std::string> films = film_extensions();
  std::vector<FileKind> kinds{{tr("Photos"), {}}, {tr("Films"), {}}, {tr("Sessions"), {}}, {tr("Palettes"), {}}};
  for (const std::string& extension : extensions) {
    const bool film = std::find(films.begin(), films.end(), extension) != films.end();
    kinds[film ? 1 : extension == ".handtint" ? 2 : extension == ".gpl" ? 3 : 0].extensions.push_back(extension);
  }
  std::erase_if(kinds, [](const FileKind& kind) { return kind.extensions.empty(); });
  if (kinds.size() > 1) kinds.insert(kinds.begin(), {tr("Everything that can be opened"), extensions});
  return kinds;
}

}  // namespace

void FileBrowser::ask_system(WindowState& state) {
  system_asks_ = true;
  asked_s_ = Window::now_ms() / 1000;
  SystemQuestion question{question_.title, question_.save ? folder_ / question_.start.filename() : folder_,
                          question_.save, kinds_of(question_.extensions)};
  if (question_.film_folders) question.box = tr("These pictures as a film");
  question.parent = state.desktop_name;
  system_dialog_.start(
      [question = std::move(question)](std::stop_token stop, auto&) { return ask_system_dialog(question, stop); },
      wake_up_);
}

void FileBrowser::take(WindowState& state, const SystemAnswer& answer) {
  if (answer.outcome == SystemAnswer::Outcome::cancelled) return cancel();
  if (answer.outcome == SystemAnswer::Outcome::no_dialog) {
    no_system_dialog_ = true;
    return show_own();
  }
  fs::path file = answer.file;
  if (answer.ticked && question_.film_folders && holds_frames(file.parent_path()))
    return finish(state, file.parent_path());
  // A name that is no text has been proposed as one.
  if (const fs::path proposed = question_.start.filename(); question_.save && file.filename() == shown(proposed))
    file.replace_filename(proposed);
  if (question_.save) file = with_extension(std::move(file));
  // The system's dialog has asked about replacing that name, and about no other.
  std::error_code error;
  if (problem_of(file).empty() && !(question_.save && file != answer.file && fs::exists(file, error)))
    return finish(state, file);
  folder_ = file.parent_path();
  show_own();
  fill_name(file.filename());
  accept(state, file, Wish::take);
}

void FileBrowser::cancel() {
  open_ = system_asks_ = false;
  system_dialog_.cancel();
}

// While the system's dialog is there: it may be behind the window, or on another screen.
void FileBrowser::wait_for_system(WindowState& state) {
  constexpr double unseen_s = 0.3;  // a desktop without a dialog has said so by then
  const double left = asked_s_ + unseen_s - Window::now_ms() / 1000;
  if (left > 0) return state.pace.wake_in(left);
  const Style& style = state.style;
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({screen.x / 2, screen.y / 2}, ImGuiCond_Always, {0.5f, 0.5f});
  ImGui::SetNextWindowSize({std::min(style.px(460), screen.x - style.px(16)), 0});
  if (!ImGui::IsPopupOpen("system")) {
    ImGui::OpenPopup("system");
    state.pace.settle();  // its first frame only measures it
  }
  if (!ImGui::BeginPopupModal("system", nullptr,
                              ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                  ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize))
    return;
  ImGui::PushFont(style.heading);
  ImGui::TextUnformatted(question_.title.c_str());
  ImGui::PopFont();
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(tr("The desktop asks in a window of its own."));
  ImGui::PopTextWrapPos();
  ImGui::Dummy({1, style.px(8)});
  const bool cancelled = controls::text_button(style, tr_noop("Cancel"));
  ImGui::SameLine(0, style.px(8));
  const bool own = controls::text_button(style, tr_noop("Handtint's own dialog"));
  if (cancelled || own) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
  if (cancelled) cancel();
  if (own) {
    system_dialog_.cancel();
    state.preferences.system_dialogs = system_asks_ = false;
    show_own();
  }
}

}  // namespace handtint
