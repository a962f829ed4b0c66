// Questions and pages that lie over the window: unsaved work, a photo that moved, a running export, the keys.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "editor/gui/ui.h"

namespace handtint {

// A question with up to three answers, the last of which is also what Escape means.
struct Question {
  std::string title, text;
  struct Answer {
    std::string label;
    std::function<void()> then;
  };
  std::vector<Answer> answers;  // the first is the one that Enter means
};

class Dialogs {
 public:
  void ask(Question question) { question_ = std::move(question), asking_ = true; }
  void show_help() { help_ = true; }
  bool open(const Ui& ui) const { return asking_ || help_ || ui.editor.exporting(); }
  void draw(Ui& ui);
  void escape(Ui& ui);
  void enter();

 private:
  void draw_question(Ui& ui);
  void draw_export(Ui& ui);
  void draw_help(Ui& ui);
  void answer(std::size_t index);

  Question question_;
  bool asking_ = false, help_ = false;
};

}  // namespace handtint
