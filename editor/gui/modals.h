// What lies over everything else and takes every key: the file browser, and questions and pages.
#pragma once

#include <functional>
#include <utility>

#include "editor/gui/dialogs.h"
#include "editor/gui/file_browser.h"
#include "editor/gui/window.h"

namespace handtint {

struct Modals {
  explicit Modals(std::function<void()> wake_up) : browser(std::move(wake_up)) {}

  bool open(const WindowState& state) const { return browser.open() || dialogs.open(state); }
  void draw(WindowState& state);
  // For while one of them is open.
  void handle_key(WindowState& state, const InputEvent& event);

  FileBrowser browser;
  Dialogs dialogs;
};

}  // namespace handtint
