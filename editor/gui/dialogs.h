// Questions and pages that lie over the window: unsaved work, a photo that moved, a running export, the keys.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "editor/gui/window_state.h"

namespace handtint {

class Dialogs {
 public:
  // A question with two to four answers, the last of which is also what Escape means.
  struct Question {
    std::string title, text;
    struct Answer {
      const char* label;  // as of controls::text_button
      std::function<void()> then;
    };
    std::vector<Answer> answers;  // the first is the one that Enter means
  };

  void ask(Question question) { question_ = std::move(question), asking_ = true; }
  void show_help() { help_ = true; }
  void hide_help() { help_ = false; }
  bool open(const WindowState& state) const { return asking_ || help_ || state.editor.exports().running(); }
  void draw(WindowState& state);
  void escape(WindowState& state);
  void enter();

 private:
  void draw_question(WindowState& state);
  void draw_export(WindowState& state);
  void draw_help(WindowState& state);
  void answer(std::size_t index);

  Question question_;
  bool asking_ = false, help_ = false;
};

}  // namespace handtint
