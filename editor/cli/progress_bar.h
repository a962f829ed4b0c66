// The line that fills up while a person waits. Draws on standard error, and only if that is a terminal.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace handtint {

class ProgressBar {
 public:
  explicit ProgressBar(bool wanted);
  ~ProgressBar();  // leaves an empty line
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // fraction 0..1. Cheap to call often: draws a few times a second.
  void show(float fraction, std::string_view doing);

  // Gives the line free for a message; the next show() draws again.
  void wipe();

 private:
  const bool drawing_;
  std::string drawn_;
  std::chrono::steady_clock::time_point drawn_at_{};
};

}  // namespace handtint
