#include "editor/film/shots.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "solver/tr.h"

namespace handtint {
namespace {

constexpr int fields = 4, bins = 32;
constexpr float cut_unlikeness = 0.35f, cut_doubt = 0.55f;
constexpr int longest_flash = 3;       // frames
constexpr float light_of_fade = 1.5f;  // L a frame, at least, all in one direction

// Does the light go one way through the frames around this one?
bool in_fade(std::span<const FrameFacts> frames, std::size_t n) {
  if (n < 2 || n + 1 >= frames.size()) return false;
  const float before = frames[n - 1].mean - frames[n - 2].mean, here = frames[n].mean - frames[n - 1].mean,
              after = frames[n + 1].mean - frames[n].mean;
  const auto steady = [&](float step) { return step * here > 0 && std::abs(step) > light_of_fade; };
  return steady(before) && steady(after) && std::abs(here) < 4 * std::min(std::abs(before), std::abs(after));
}

}  // namespace

LightSpread light_spread(const Plane<float>& lightness) {
  LightSpread spread(fields * fields * bins);
  const int width = lightness.width(), height = lightness.height();
  std::array<int, fields * fields> pixels{};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int field = y * fields / height * fields + x * fields / width;
      const int bin = std::clamp(static_cast<int>(lightness(x, y) / 100 * bins), 0, bins - 1);
      spread[field * bins + bin] += 1;
      ++pixels[field];
    }
  for (std::size_t i = 0; i < spread.size(); ++i) spread[i] /= static_cast<float>(std::max(1, pixels[i / bins]));
  return spread;
}

float unlikeness_of_light(const LightSpread& p, const LightSpread& q) {
  float sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (p[i] + q[i] > 0) sum += (p[i] - q[i]) * (p[i] - q[i]) / (p[i] + q[i]);
  return sum / (2 * fields * fields);
}

std::vector<Shot> find_shots(std::span<const FrameFacts> frames) {
  std::vector<Shot> shots;
  if (frames.empty()) return shots;
  const int count = static_cast<int>(frames.size());
  int begin = 0;
  for (int n = 1; n < count; ++n) {
    if (frames[n].doubt < cut_doubt || unlikeness_of_light(frames[n - 1].light, frames[n].light) < cut_unlikeness)
      continue;
    if (in_fade(frames, n)) continue;
    int back = 0;  // the first frame after a flash, which shows what was there before it
    for (int k = n + 1; k <= std::min(n + longest_flash, count - 1) && back == 0; ++k)
      if (unlikeness_of_light(frames[n - 1].light, frames[k].light) < cut_unlikeness) back = k;
    if (back > 0) {
      n = back;
      continue;
    }
    shots.push_back({begin, n});
    begin = n;
  }
  shots.push_back({begin, count});
  return shots;
}

std::vector<Shot> shots_beginning_at(std::span<const int> first_frames, int frames) {
  std::vector<Shot> shots{{0, frames}};
  for (int first : first_frames) {
    if (first <= shots.back().begin || first >= frames) continue;
    shots.back().end = first;
    shots.push_back({first, frames});
  }
  return shots;
}

std::vector<int> first_frames_of(std::span<const Shot> shots) {
  std::vector<int> first_frames;
  for (const Shot& shot : shots) first_frames.push_back(shot.begin);
  return first_frames;
}

// In English always: what was worked out by it is worked out again when it changes.
std::string text_of(std::span<const Shot> shots) {
  std::string text = "# The first frame of each shot, counted from 0. Add or remove lines, then run again.\n";
  for (const Shot& shot : shots) text += std::to_string(shot.begin) + "\n";
  return text;
}

std::vector<Shot> shots_from(const std::string& text, int frames) {
  std::vector<Shot> shots;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    int begin = -1;
    std::string rest;
    if (!(words >> begin) || (words >> rest)) throw std::runtime_error(tr("\"{1}\" is no frame's number", {line}));
    if (begin < 0 || begin >= frames || (!shots.empty() && begin <= shots.back().begin))
      throw std::runtime_error(tr("the frame {1} is out of order or outside the film", {std::to_string(begin)}));
    if (!shots.empty()) shots.back().end = begin;
    shots.push_back({begin, frames});
  }
  if (shots.empty() || shots.front().begin != 0) throw std::runtime_error(tr("the first shot must begin at frame 0"));
  return shots;
}

}  // namespace handtint
