// Opening, saving, exporting and recovering, with the questions that they raise.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "editor/document/autosave.h"
#include "editor/gui/modals.h"
#include "editor/gui/side_panel.h"
#include "editor/gui/window_state.h"
#include "editor/work/loading.h"

namespace handtint {

// The program's start, perhaps before there is a window: begins to read the file. Not if a dead process left unsaved
// work on it, which is returned: the person is to be asked first.
std::optional<Recovery> open_at_start(Editor& editor, const std::filesystem::path& file);

class FileFlow {
 public:
  FileFlow(WindowState& state, Modals& modals, SidePanel& panel);

  // Does it, but asks first if work would be lost.
  void when_nothing_can_be_lost(std::function<void()> then);

  void browse_photo();
  void open(const std::filesystem::path& file);
  void open_example();
  void answer(const Loaded& question);  // of a photo that moved or changed, or has a session beside it

  void offer_recovery(const Recovery& recovery, const std::filesystem::path& file);  // of that photo or session
  void recover(const std::filesystem::path& journal);
  void discard(const std::filesystem::path& journal);
  void take_back(const std::filesystem::path& journal);  // that was discarded
  const std::vector<Recovery>& recoveries();             // a film takes all that is left of it at once
  const DiscardedRecoveries& discarded() const { return discarded_; }
  const std::filesystem::path& example() const { return example_; }  // empty if it is not installed

  void save() { save_then({}); }
  void save_as() { save_as_then({}); }
  void export_picture();
  void export_mask();
  void save_frame();  // of a film, as a session of its own
  void import_mask();
  void open_reference();
  void open_coat_picture();
  void load_palette();
  void save_palette();

 private:
  void export_film();
  void save_then(std::function<void()> then);
  void save_as_then(std::function<void()> then);
  void locate_photo(const LoadRequest& request);
  void ask_about_change(std::function<void()> then);
  void forget(const std::filesystem::path& journal);
  const Recovery* find(const std::filesystem::path& journal) const;  // null if it is not listed
  std::filesystem::path photo_folder() const;

  WindowState& state_;
  Modals& modals_;
  SidePanel& panel_;
  std::vector<Recovery> recoveries_;
  DiscardedRecoveries discarded_;
  std::filesystem::path example_;
  PrintOptions print_;  // of the last export
  GrowingOptions growing_;
};

}  // namespace handtint
