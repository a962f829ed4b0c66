// What is seen before a photo is open: recent files with thumbnails, the example, work to recover.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "editor/document/autosave.h"
#include "editor/gui/gl/gl.h"
#include "editor/gui/ui.h"
#include "editor/work/background.h"
#include "editor/work/thumbnail.h"

namespace handtint {

class StartPage {
 public:
  StartPage(std::vector<Recovery> recoveries, std::filesystem::path example, std::function<void()> wake_up)
      : recoveries_(std::move(recoveries)), example_(std::move(example)), wake_up_(std::move(wake_up)) {}

  struct Wish {
    enum class Kind { none, browse, open, example, recover } kind = Kind::none;
    std::filesystem::path file;  // open: the file; recover: the journal
  };
  Wish draw(Ui& ui, const Area& area);

  bool has_recoveries() const { return !recoveries_.empty(); }
  void forget_recovery(const std::filesystem::path& journal);

 private:
  struct Card {
    Thumbnail thumbnail;
    gl::Texture texture;
  };
  // True if the person discarded it.
  bool recovery_row(Ui& ui, const Recovery& recovery, float width, Wish& wish);
  Wish cards(Ui& ui, float width);
  void load_thumbnails(Ui& ui);
  const Card* card_of(const std::filesystem::path& file) const;

  std::vector<Recovery> recoveries_;
  std::filesystem::path example_;  // empty if it is not installed
  std::function<void()> wake_up_;
  std::vector<Card> loaded_;
  Background<Thumbnail> loader_;
};

}  // namespace handtint
