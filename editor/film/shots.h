// Where a film is cut. Colours are carried inside a shot, never over a cut.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "solver/plane.h"

namespace handtint {

// Frames [begin, end).
struct Shot {
  int begin = 0, end = 0;
  friend bool operator==(const Shot&, const Shot&) = default;
};

// How light lies in a frame: histograms of 4 x 4 fields with 32 bins, a field's sum is 1.
using LightSpread = std::vector<float>;
LightSpread light_spread(const Plane<float>& lightness);

// 0 = alike .. 1 = nothing in common: half the chi-square distance, mean over the fields.
float unlikeness_of_light(const LightSpread& p, const LightSpread& q);

// What is known of each frame: its light, and the share of it whose motion from the frame before is not believed.
struct FrameFacts {
  LightSpread light;
  float mean = 0;   // of the lightness
  float doubt = 0;  // 0 for the first
};

// Cuts, not flashes (the old picture is back within a few frames) and not fades (the light comes or goes evenly).
std::vector<Shot> find_shots(std::span<const FrameFacts> frames);

// By the first frame of each, in order; those that the film does not have are left out. Frame 0 begins one always.
std::vector<Shot> shots_beginning_at(std::span<const int> first_frames, int frames);
std::vector<int> first_frames_of(std::span<const Shot> shots);

// One line a shot, "first frame", counted from 0: what a person edits.
std::string text_of(std::span<const Shot> shots);
// Throws std::runtime_error with what is wrong: a line that is no number, out of order or outside the film.
std::vector<Shot> shots_from(const std::string& text, int frames);

}  // namespace handtint
