#include "editor/cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace handtint {
namespace {

constexpr int bar_cells = 30;
constexpr auto shortest_pause = std::chrono::milliseconds(50);  // between two drawings: faster only flickers

}  // namespace

ProgressBar::ProgressBar(bool wanted) : drawing_(wanted && isatty(STDERR_FILENO)) {}

ProgressBar::~ProgressBar() {
  wipe();
}

void ProgressBar::show(float fraction, std::string_view doing) {
  if (!drawing_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_at_ < shortest_pause) return;

  const float share = std::clamp(fraction, 0.0f, 1.0f);
  const int filled = static_cast<int>(share * bar_cells);
  std::string line(1, '[');
  line.append(filled, '#').append(bar_cells - filled, '.');
  line += "] " + std::to_string(static_cast<int>(share * 100)) + " %  ";
  line += doing;
  if (line == drawn_) return;
  std::fprintf(stderr, "\r%s\033[K", line.c_str());
  std::fflush(stderr);
  drawn_ = std::move(line);
  drawn_at_ = now;
}

void ProgressBar::wipe() {
  if (drawn_.empty()) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  drawn_.clear();
}

}  // namespace handtint
