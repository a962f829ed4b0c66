// Asks for files: through the system's dialog, or the editor's own with folders, photos' size and depth, and a preview.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "editor/gui/file_preview.h"
#include "editor/gui/window_state.h"
#include "editor/work/background.h"
#include "editor/work/system_dialog.h"

namespace handtint {

struct FileQuestion {
  std::string title;
  const char* button;                   // tr_noop("Open"), tr_noop("Save")
  std::vector<std::string> extensions;  // lower case with the dot; what is listed
  bool save = false;
  std::filesystem::path start;  // save: the suggested file; open: a folder, may be empty
  // A row of what else is to be chosen, above the name; it may give the file another extension. May be empty.
  std::function<void(std::string& extension)> more = {};
  bool film_folders = false;  // a folder of numbered pictures is an answer, too
};

class FileBrowser {
 public:
  explicit FileBrowser(std::function<void()> wake_up) : wake_up_(std::move(wake_up)), preview_(wake_up_) {}

  void ask(WindowState& state, FileQuestion question, std::function<void(std::filesystem::path)> answer);
  bool open() const { return open_; }
  void draw(WindowState& state);
  enum class Key { up, down, enter, replace, parent };
  void key(Key key);
  void cancel();

 private:
  struct Entry {
    std::filesystem::path path;
    std::string name;
    bool folder = false;
    std::uintmax_t bytes = 0;
    std::string facts;
  };
  void show_own();
  void ask_system(WindowState& state);
  void wait_for_system(WindowState& state);
  void take(WindowState& state, const SystemAnswer& answer);
  void go_to(std::filesystem::path folder);
  void select(int index);
  enum class Wish { take, replace };  // `replace` answers the question whether a file may be replaced
  void accept(WindowState& state, std::filesystem::path file, Wish wish);
  std::filesystem::path with_extension(std::filesystem::path file) const;
  void fill_name(const std::filesystem::path& name);
  std::filesystem::path name_in_field() const;  // throws std::runtime_error if the file's name cannot be told from it
  void finish(WindowState& state, const std::filesystem::path& file);
  std::string problem_of(const std::filesystem::path& file) const;  // why it cannot be the answer; empty: it can
  void take_news(WindowState& state);                               // of the threads
  void name_row(WindowState& state, float width);
  void places(WindowState& state, float width, float height);
  void list(WindowState& state, float width, float height);

  std::function<void()> wake_up_;
  bool open_ = false;
  FileQuestion question_;
  std::function<void(std::filesystem::path)> answer_;
  std::filesystem::path folder_;
  std::vector<Entry> entries_;
  std::string folder_problem_;
  int selected_ = -1;
  bool scroll_to_selected_ = false;
  bool focus_name_ = false;
  std::optional<Wish> wish_;  // by the keyboard
  char name_[1024] = "";
  std::filesystem::path name_behind_;        // what was filled in, with all its bytes
  std::string name_problem_;                 // of what is in the field
  std::filesystem::path confirm_replacing_;  // the question is asked for this file
  double asked_s_ = 0;                       // since then the question, or the system's dialog, is there
  Background<std::vector<std::pair<std::filesystem::path, std::string>>> facts_;
  FilePreview preview_;
  Background<SystemAnswer> system_dialog_;
  bool system_asks_ = false;
  bool no_system_dialog_ = false;  // it was asked for in vain
};

std::vector<std::string> photo_extensions();

}  // namespace handtint
