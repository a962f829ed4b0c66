// What is seen before a photo is open: recent files with thumbnails, the example, work to recover.
#pragma once

#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

#include "editor/document/autosave.h"
#include "editor/files/language.h"
#include "editor/gui/gl/gl.h"
#include "editor/gui/window_state.h"
#include "editor/work/background.h"
#include "editor/work/thumbnail.h"

namespace handtint {

class StartPage {
 public:
  // `example` may be empty.
  StartPage(std::filesystem::path example, std::function<void()> wake_up)
      : example_(std::move(example)), wake_up_(std::move(wake_up)) {}

  void draw(WindowState& state, const Area& area, const std::vector<Recovery>& recoveries,
            const DiscardedRecoveries& discarded);

 private:
  struct Card {
    Thumbnail thumbnail;
    gl::Texture texture;
  };
  void recovery_row(WindowState& state, const Recovery& recovery, bool discarded, float width);
  void cards(WindowState& state, float width);
  void tidying(WindowState& state);
  void load_thumbnails(WindowState& state);
  const Card* card_of(const std::filesystem::path& file) const;

  std::filesystem::path example_;  // empty if it is not installed
  std::function<void()> wake_up_;
  std::vector<Card> loaded_;
  const Language* language_ = nullptr;  // that they speak
  Background<Thumbnail> loader_;
};

}  // namespace handtint
