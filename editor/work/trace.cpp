#include "editor/work/trace.h"

#include <cerrno>
#include <cinttypes>
#include <cstring>

#include "editor/files/file_error.h"
#include "solver/tr.h"

namespace handtint {

Trace::Trace(const std::filesystem::path& file, double start_ms) : start_ms_(start_ms) {
  if (file.empty()) return;
  file_ = std::fopen(file.c_str(), "w");
  if (!file_) throw FileError(file, tr("cannot be written: {1}", {std::strerror(errno)}));
  std::setvbuf(file_, nullptr, _IOLBF, 0);
  std::fputs("start 0\n", file_);
}

Trace::~Trace() {
  if (file_) std::fclose(file_);
}

void Trace::point(double ms, std::uint64_t revision) {
  if (file_) std::fprintf(file_, "point %.2f %" PRIu64 "\n", ms - start_ms_, revision);
}
void Trace::release(double ms, std::uint64_t revision) {
  if (file_) std::fprintf(file_, "release %.2f %" PRIu64 "\n", ms - start_ms_, revision);
}
void Trace::coat(double ms, std::uint64_t revision) {
  if (file_) std::fprintf(file_, "coat %.2f %" PRIu64 "\n", ms - start_ms_, revision);
}
void Trace::hover(double work_ms) {
  if (file_) std::fprintf(file_, "hover %.2f\n", work_ms);
}
void Trace::frame(double ms, double work_ms, bool painting) {
  if (file_) std::fprintf(file_, "frame %.2f %.2f %d\n", ms - start_ms_, work_ms, painting ? 1 : 0);
}
void Trace::shown(double ms, std::uint64_t revision, bool done) {
  if (file_) std::fprintf(file_, "shown %.2f %" PRIu64 " %d\n", ms - start_ms_, revision, done ? 1 : 0);
}

void Trace::move(std::string_view name, Control& control, Rect place) {
  if (place == control.place) return;
  control.place = place;
  std::fprintf(file_, "control %.*s %d %d %d %d\n", static_cast<int>(name.size()), name.data(), place.x0, place.y0,
               place.x1, place.y1);
}

void Trace::control(int frame, std::string_view name, Rect place) {
  if (!file_) return;
  if (frame != frame_) {
    for (auto& [gone, control] : controls_)
      if (control.frame != frame_) move(gone, control, {});
    frame_ = frame;
  }
  std::string unique(name);
  for (int number = 2;; ++number) {
    const auto found = controls_.try_emplace(unique, Control{{}, -1}).first;
    if (found->second.frame != frame) {
      found->second.frame = frame;
      return move(unique, found->second, place.empty() ? Rect{} : place);
    }
    unique = std::string(name) + " " + std::to_string(number);
  }
}

}  // namespace handtint
