// What is worked out for a film, frame by frame, in files: so that it is made once, that memory does not depend on the
// film's length, and that a run that was ended goes on where it was.
//
// Each file is whole or not there (written beside its name and renamed). They hold native numbers and are for this
// machine and program; whatever does not look as expected counts as not there.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "solver/plane.h"

namespace handtint {

// Planes of one size with a fixed step between values, and some numbers beside them.
struct Sheet {
  int width = 0, height = 0;
  std::array<float, 4> numbers{};
  std::vector<std::int16_t> values;  // one plane after the other

  // Adds a plane in steps of 1 / per_unit, clamped to what 16 bits hold.
  void add(const Plane<float>& plane, float per_unit);
  Plane<float> plane(int index, float per_unit) const;
  int planes() const {
    return width == 0 ? 0 : static_cast<int>(values.size() / (static_cast<std::size_t>(width) * height));
  }
};

// What there is in such a folder: a numbered file a frame of each kind, and texts.
namespace kept {
inline constexpr const char *light = "light", *motion = "motion", *forward = "forward", *backward = "backward";
inline constexpr const char *painted = "painted", *below = "below";  // of painted keys, and what lies under them
inline constexpr const char *seen = "seen.txt", *shots = "shots.txt", *written = "written.txt";
inline constexpr const char* found = "found.txt";  // the shots before anybody edited them
}  // namespace kept

// Frames [begin, end) that are made of the same.
struct MadeOf {
  int begin = 0, end = 0;
  std::string of;  // one line
};

class WorkFolder {
 public:
  // Makes the folder. `identity` names what the work is of, its first line the film: what was made of the film as it
  // was before is removed. Throws FileError if the folder cannot be made, or holds something else, or another film's
  // work.
  WorkFolder(std::filesystem::path folder, const std::string& identity);

  // Of what was made with another `recipe` nothing is kept.
  void begin(const std::string& kind, const std::string& recipe);
  // The same frame by frame: of those that were made of something else, or are in no range, nothing is kept.
  void begin(const std::string& kind, const std::vector<MadeOf>& ranges);

  bool has(const std::string& kind, int frame) const;
  std::optional<Sheet> fetch(const std::string& kind, int frame) const;
  std::optional<std::array<float, 4>> numbers(const std::string& kind, int frame) const;  // of the sheet alone
  // Throws FileError: disk full.
  void store(const std::string& kind, int frame, const Sheet& sheet) const;

  // Small texts by name; none if it is not there.
  std::optional<std::string> text(const std::string& name) const;
  void keep_text(const std::string& name, const std::string& text) const;

  void remove();  // the work, and the folder if it holds nothing else

  const std::filesystem::path& path() const { return folder_; }

 private:
  std::filesystem::path file_of(const std::string& kind, int frame) const;
  void write(const std::filesystem::path& target, const void* head, std::size_t head_bytes, const void* body,
             std::size_t body_bytes) const;

  std::filesystem::path folder_;
};

}  // namespace handtint
