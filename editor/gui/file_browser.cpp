#include "editor/gui/file_browser.h"

#include <imgui_internal.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <system_error>

#include "editor/files/path_text.h"
#include "editor/files/paths.h"
#include "editor/gui/legible.h"
#include "editor/gui/widgets.h"
#include "editor/work/film_loading.h"
#include "editor/work/system_dialog.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string size_text(std::uintmax_t bytes) {
  const auto number = [](const char* format, double value) {
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return std::string(text);
  };
  const auto size = static_cast<double>(bytes);
  if (bytes < 100'000) return tr("{1} kB", {number("%.0f", std::ceil(size / 1e3))});
  return tr("{1} MB", {number(bytes < 10'000'000 ? "%.1f" : "%.0f", size / 1e6)});
}

}  // namespace

std::vector<std::string> photo_extensions() {
  return {readable_picture_extensions().begin(), readable_picture_extensions().end()};
}

void FileBrowser::ask(WindowState& state, FileQuestion question, std::function<void(fs::path)> answer) {
  question_ = std::move(question);
  answer_ = std::move(answer);
  open_ = true;
  system_asks_ = false;
  confirm_replacing_.clear();
  wish_.reset();
  std::error_code error;
  fs::path folder = question_.save ? question_.start.parent_path() : question_.start;
  if (folder.empty()) folder = state.preferences.last_folder;
  if (folder.empty() || !fs::is_directory(folder, error)) {
    const fs::path pictures = home_folder() / "Pictures";
    folder = fs::exists(pictures, error) ? pictures : home_folder();
  }
  folder_ = std::move(folder);
  // What else is to be chosen stands in the own dialog alone.
  if (state.preferences.system_dialogs && !no_system_dialog_ && !question_.more && may_have_system_dialog())
    ask_system(state);
  else
    show_own();
}

void FileBrowser::show_own() {
  go_to(folder_);
  fill_name(question_.save ? question_.start.filename() : fs::path());
  focus_name_ = true;
}

// The field shows what it can; what it cannot is kept beside it.
void FileBrowser::fill_name(const fs::path& name) {
  name_behind_ = name;
  name_problem_.clear();
  std::snprintf(name_, sizeof name_, "%s", shown_in_field(name).c_str());
}

fs::path FileBrowser::name_in_field() const {
  return name_from_field(name_, name_behind_);
}

void FileBrowser::go_to(fs::path folder) {
  std::error_code error;
  if (const fs::path absolute = fs::weakly_canonical(folder, error); !error) folder = absolute;
  folder_ = std::move(folder);
  entries_.clear();
  selected_ = -1;
  folder_problem_.clear();
  fs::directory_iterator it(folder_, fs::directory_options::skip_permission_denied, error), end;
  if (error) folder_problem_ = tr("This folder cannot be read: {1}", {error.message()});
  for (; !error && it != end; it.increment(error)) {
    Entry entry;
    entry.path = it->path();
    entry.name = shown(entry.path.filename());
    if (entry.name.empty() || entry.name.front() == '.') continue;
    std::error_code ignored;
    entry.folder = it->is_directory(ignored);
    if (!entry.folder) {
      const std::string extension = lower(entry.path.extension().string());
      if (std::find(question_.extensions.begin(), question_.extensions.end(), extension) == question_.extensions.end())
        continue;
      entry.bytes = it->file_size(ignored);
    }
    entries_.push_back(std::move(entry));
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& p, const Entry& q) {
    return p.folder != q.folder ? p.folder : lower(p.name) < lower(q.name);
  });
  if (question_.film_folders && holds_frames(folder_))
    entries_.insert(entries_.begin(), {folder_, tr("These pictures as a film"), false, 0, {}});
  std::vector<fs::path> photos;
  for (const Entry& entry : entries_) {
    legible(entry.name);  // fonts for all of them at once, not row by row as they are scrolled to
    if (!entry.folder) photos.push_back(entry.path);
  }
  facts_.start(
      [photos = std::move(photos)](std::stop_token stop, auto&) {
        std::vector<std::pair<fs::path, std::string>> facts;
        for (const fs::path& photo : photos) {
          if (stop.stop_requested()) break;
          facts.emplace_back(photo, facts_of(photo));
        }
        return facts;
      },
      wake_up_);
}

void FileBrowser::select(int index) {
  if (entries_.empty()) return;
  selected_ = std::clamp(index, 0, static_cast<int>(entries_.size()) - 1);
  scroll_to_selected_ = true;
  const Entry& entry = entries_[static_cast<std::size_t>(selected_)];
  if (entry.folder) return;
  ImGui::ClearActiveID();  // the field would write its own text back
  fill_name(entry.path == folder_ ? fs::path() : entry.path.filename());
  preview_.want(entry.path);
}

void FileBrowser::key(Key key) {
  if (system_asks_) return;
  switch (key) {
    case Key::up:
      select(selected_ - 1);
      break;
    case Key::down:
      select(selected_ + 1);
      break;
    case Key::parent:
      go_to(folder_.parent_path());
      break;
    case Key::enter:
      wish_ = Wish::take;  // after the frames that may still bring characters of the name
      break;
    case Key::replace:
      wish_ = Wish::replace;
      break;
  }
}

// What is to be saved under a name without an ending gets that of the name that was suggested.
fs::path FileBrowser::with_extension(fs::path file) const {
  if (file.has_extension() || question_.extensions.empty()) return file;
  const fs::path suggested = question_.start.extension();
  file += suggested.empty() ? fs::path(question_.extensions.front()) : suggested;
  return file;
}

void FileBrowser::accept(WindowState& state, fs::path file, Wish wish) {
  if (file.empty()) return;
  // "~" and "~/..." are the home folder; "~old" is a name.
  if (const std::string name = file.string(); name == "~" || name.starts_with("~/"))
    file = home_folder() / name.substr(std::min<std::size_t>(2, name.size()));
  if (file.is_relative()) file = folder_ / file;
  std::error_code error;
  if (question_.film_folders && file == folder_ && holds_frames(file)) return finish(state, file);
  if (fs::is_directory(file, error)) {
    go_to(file);
    if (!question_.save) fill_name({});
    return;
  }
  if (question_.save) file = with_extension(std::move(file));
  name_problem_ = problem_of(file);
  if (!name_problem_.empty()) return;
  if (question_.save) {
    // The key or click that raised the question does not answer it, nor does its second half (a double click).
    constexpr double reading_s = 0.5;
    const bool asked = confirm_replacing_ == file;
    if (fs::exists(file, error) && !(asked && wish == Wish::replace && ImGui::GetTime() - asked_s_ > reading_s)) {
      confirm_replacing_ = file;
      if (!asked) asked_s_ = ImGui::GetTime();
      return;
    }
  }
  finish(state, file);
}

std::string FileBrowser::problem_of(const fs::path& file) const {
  std::error_code error;
  const auto known = [&](const fs::path& name) {
    const auto& extensions = question_.extensions;
    return extensions.empty() ||
           std::find(extensions.begin(), extensions.end(), lower(name.extension().string())) != extensions.end();
  };
  if (!fs::is_directory(file.parent_path(), error))
    return tr("There is no folder {1} to put it in.", {shown(file.parent_path())});
  if (!question_.save) return fs::exists(file, error) ? "" : tr("There is no file {1}.", {shown(file.filename())});
  if (!known(file)) {
    std::string all;
    for (const std::string& extension : question_.extensions) all += (all.empty() ? "" : ", ") + extension;
    return tr("The name must end in {1}.", {all});
  }
  if (access(file.parent_path().c_str(), W_OK) != 0)
    return tr("Nothing can be written to the folder {1}.", {shown(file.parent_path().filename())});
  return "";
}

void FileBrowser::finish(WindowState& state, const fs::path& file) {
  state.preferences.last_folder = file.parent_path();
  open_ = false;
  const auto answer = std::move(answer_);
  answer(file);
}

void FileBrowser::places(WindowState& state, float width, float height) {
  const Style& style = state.style;
  ImGui::BeginChild("places", {width, height}, false);
  const auto place = [&](Icon icon, const char* label, const fs::path& path) {
    std::error_code error;
    if (path.empty() || !fs::is_directory(path, error)) return;
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float row = style.px(32);
    if (ImGui::InvisibleButton(label, {width, row})) go_to(path);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const bool here = path == folder_;
    if (here || ImGui::IsItemHovered()) {
      list->AddRectFilled(start, {start.x + width, start.y + row}, here ? style.colours.pressed : style.colours.hover,
                          style.px(4));
    }
    draw_icon(list, icon, {start.x + style.px(8), start.y + style.px(7)}, style.px(18), style.colours.text_dim);
    list->AddText({start.x + style.px(36), start.y + (row - ImGui::GetTextLineHeight()) / 2}, style.colours.text,
                  controls::fitted(tr(label), width - style.px(44)).c_str());
  };
  const fs::path home = home_folder();
  place(Icon::folder, tr_noop("Home folder"), home);
  place(Icon::photo, tr_noop("Pictures"), home / "Pictures");
  place(Icon::folder, tr_noop("Desktop"), home / "Desktop");
  place(Icon::folder, tr_noop("Downloads"), home / "Downloads");
  if (state.editor.sitting().has_document())
    place(Icon::clock, tr_noop("Beside the photo"), state.editor.sitting().photo().path.parent_path());
  place(Icon::folder, tr_noop("Computer"), "/");
  ImGui::EndChild();
}

void FileBrowser::list(WindowState& state, float width, float height) {
  const Style& style = state.style;
  ImGui::PushStyleColor(ImGuiCol_ChildBg, style.colours.panel_raised);
  ImGui::BeginChild("list", {width, height}, false);
  ImGui::PopStyleColor();
  const float row = style.px(30), inner = ImGui::GetContentRegionAvail().x;
  const float facts_width = inner > style.px(420) ? style.px(210) : 0,
              size_width = inner > style.px(300) ? style.px(64) : 0;
  if (!folder_problem_.empty() || entries_.empty()) ImGui::SetCursorPos({style.px(8), style.px(6)});
  if (!folder_problem_.empty())
    ImGui::TextWrapped("%s", folder_problem_.c_str());
  else if (entries_.empty())
    controls::dim_text(style, tr("Nothing here that can be opened."));
  fs::path go;
  bool accepted = false;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  for (int i = 0; i < static_cast<int>(entries_.size()); ++i) {
    const Entry& entry = entries_[static_cast<std::size_t>(i)];
    ImGui::PushID(i);
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const bool clicked = ImGui::InvisibleButton("row", {inner, row});
    const bool twice = ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0);
    if (i == selected_ && std::exchange(scroll_to_selected_, false)) ImGui::SetScrollHereY();
    if (ImGui::IsItemVisible()) {
      ImDrawList* draw = ImGui::GetWindowDrawList();
      const bool chosen = i == selected_;
      if (chosen || ImGui::IsItemHovered()) {
        draw->AddRectFilled(start, {start.x + inner, start.y + row},
                            chosen ? style.colours.accent : style.colours.hover, style.px(4));
      }
      const ImU32 ink = chosen ? style.colours.on_accent : style.colours.text;
      const ImU32 quiet = chosen ? style.colours.on_accent : style.colours.text_dim;
      const float y = start.y + (row - ImGui::GetTextLineHeight()) / 2;
      draw_icon(draw, entry.folder ? Icon::folder : Icon::photo, {start.x + style.px(8), start.y + style.px(6)},
                style.px(18), quiet);
      const float name_width = inner - style.px(44) - facts_width - size_width;
      draw->AddText({start.x + style.px(36), y}, ink, controls::fitted(entry.name, name_width).c_str());
      if (!entry.folder && entry.path != folder_) {
        if (facts_width > 0) {
          draw->AddText({start.x + inner - facts_width - size_width, y}, quiet,
                        controls::fitted(entry.facts, facts_width - style.px(8)).c_str());
        }
        if (size_width > 0) {
          const std::string bytes = size_text(entry.bytes);
          draw->AddText({start.x + inner - style.px(8) - ImGui::CalcTextSize(bytes.c_str()).x, y}, quiet,
                        bytes.c_str());
        }
      }
    }
    ImGui::PopID();
    if (twice) {
      go = entry.path;
      accepted = true;
    } else if (clicked) {
      select(i);
      scroll_to_selected_ = false;
    }
  }
  ImGui::PopStyleVar();
  ImGui::EndChild();
  if (accepted) accept(state, go, Wish::take);
}

void FileBrowser::take_news(WindowState& state) {
  if (auto facts = facts_.take()) {
    for (auto& [path, text] : *facts) {
      const auto it = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.path == path; });
      if (it != entries_.end()) it->facts = std::move(text);
    }
  }
  preview_.take_news(state);
  if (const auto answer = system_dialog_.take(); answer && std::exchange(system_asks_, false) && open_) {
    if (ImGui::IsPopupOpen("system")) ImGui::ClosePopupToLevel(0, false);
    take(state, *answer);
  }
}

// The file's name and the buttons.
void FileBrowser::name_row(WindowState& state, float width) {
  const Style& style = state.style;
  const bool wide = width > style.px(760), middling = width > style.px(520);
  const float gap = style.px(16);
  const char* button = confirm_replacing_.empty() ? question_.button : tr_noop("Replace");
  const char* const cancel = tr_noop("Cancel");
  const char* const dialog = tr_noop("System dialog");
  const float button_width =
      std::max({controls::button_width(style, question_.button), controls::button_width(style, cancel),
                controls::button_width(style, tr_noop("Replace"))});
  const float dialog_width = controls::button_width(style, dialog);
  const bool system = !no_system_dialog_ && may_have_system_dialog() && wide;
  const float buttons = 2 * button_width + style.px(8) + (system ? dialog_width + style.px(8) : 0);
  ImGui::SetNextItemWidth(middling ? ImGui::GetContentRegionAvail().x - buttons - gap
                                   : ImGui::GetContentRegionAvail().x);
  if (std::exchange(focus_name_, false)) controls::focus_next_field();
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {style.px(10), (style.px(34) - ImGui::GetTextLineHeight()) / 2});
  ImGui::InputTextWithHint("##name", tr("Name or path of a file"), name_, sizeof name_,
                           ImGuiInputTextFlags_AutoSelectAll);
  ImGui::PopStyleVar();
  if (ImGui::IsItemEdited()) {
    confirm_replacing_.clear();
    name_problem_.clear();
  }
  if (middling) ImGui::SameLine(0, gap);
  const bool film_selected = selected_ >= 0 && entries_[static_cast<std::size_t>(selected_)].path == folder_;
  std::optional<Wish> wanted;
  if (!controls::input_pending()) wanted = std::exchange(wish_, std::nullopt);
  if (system) {
    if (controls::text_button(style, dialog, false, true, dialog_width)) {
      state.preferences.system_dialogs = true;
      ask_system(state);
    }
    ImGui::SameLine(0, style.px(8));
  }
  if (controls::text_button(style, cancel, false, true, button_width)) open_ = false;
  ImGui::SameLine(0, style.px(8));
  if (controls::text_button(style, button, true, name_[0] != '\0' || film_selected, button_width))
    wanted = confirm_replacing_.empty() ? Wish::take : Wish::replace;
  if (!wanted || !open_) return;
  try {
    accept(state, name_[0] || selected_ < 0 ? name_in_field() : entries_[static_cast<std::size_t>(selected_)].path,
           *wanted);
  } catch (const std::runtime_error& error) {
    name_problem_ = tr("The name {1}.", {error.what()});
  }
  focus_name_ = open_;
}

void FileBrowser::draw(WindowState& state) {
  take_news(state);
  if (!open_) return;
  if (system_asks_) return wait_for_system(state);

  const Style& style = state.style;
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float margin = style.px(screen.x < style.px(700) ? 8 : 48);
  const float width = std::min(screen.x - 2 * margin, style.px(1080)),
              height = std::min(screen.y - 2 * margin, style.px(680));
  ImGui::SetNextWindowPos({std::floor((screen.x - width) / 2), std::floor((screen.y - height) / 2)});
  ImGui::SetNextWindowSize({width, height});
  ImGui::OpenPopup("files");
  if (!ImGui::BeginPopupModal(
          "files", nullptr,
          ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings)) {
    return;
  }
  ImGui::PushFont(style.heading);
  ImGui::TextUnformatted(question_.title.c_str());
  ImGui::PopFont();
  if (controls::icon_button(style, "parent", Icon::up, tr("Up one folder"), false, folder_.has_relative_path(), 32))
    go_to(folder_.parent_path());
  ImGui::SameLine();
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(controls::fitted_path(shown(folder_), ImGui::GetContentRegionAvail().x).c_str());

  const bool wide = width > style.px(760), middling = width > style.px(520);
  const float gap = style.px(16), places_width = middling ? style.px(170) : 0, preview_width = wide ? style.px(260) : 0;
  const float below = style.px(34) * (middling ? 1 : 2) + style.px(8) * (middling ? 1 : 2) + style.px(28) +
                      (question_.more ? style.px(wide ? 50 : 124) : 0);
  const float body = ImGui::GetContentRegionAvail().y - below;
  const float list_width =
      ImGui::GetContentRegionAvail().x - (middling ? places_width + gap : 0) - (wide ? preview_width + gap : 0);
  if (middling) {
    places(state, places_width, body);
    ImGui::SameLine(0, gap);
  }
  list(state, list_width, body);
  if (wide) {
    ImGui::SameLine(0, gap);
    const bool chosen = selected_ >= 0 && !entries_[static_cast<std::size_t>(selected_)].folder;
    preview_.draw(style, chosen ? entries_[static_cast<std::size_t>(selected_)].path : fs::path(), preview_width, body);
  }

  // The line of fixed height for the one thing there may be to say.
  const ImVec2 note = ImGui::GetCursorScreenPos();
  ImGui::Dummy({1, style.px(20)});
  if (!name_problem_.empty() || !confirm_replacing_.empty()) {
    const std::string text = !name_problem_.empty() ? name_problem_
                                                    : tr("{1} is there already. Replace or Ctrl+Enter replaces it.",
                                                         {shown(confirm_replacing_.filename())});
    ImGui::GetWindowDrawList()->AddText(note, style.colours.warning,
                                        controls::fitted(text, width - style.px(32)).c_str());
  }
  if (question_.more) {
    const fs::path name(name_);
    std::string extension = lower(name.extension().string());
    const std::string before = extension;
    ImGui::BeginChild("more", {0, style.px(wide ? 46 : 120)}, false);
    question_.more(extension);
    ImGui::EndChild();
    if (extension != before) {
      ImGui::ClearActiveID();  // the field would write its own text back
      fill_name(fs::path(name).replace_extension(extension));
      confirm_replacing_.clear();
    }
  }
  name_row(state, width);
  if (!open_ || system_asks_) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

}  // namespace handtint
