#include "solver/c_interface/handtint.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>

#include "solver/conductor/colorize.h"
#include "solver/lab.h"
#include "solver/tr.h"

namespace {

using namespace handtint;

Plane<float> plane_of(const float* values, int width, int height) {
  if (!values || width < 1 || height < 1) throw std::invalid_argument("a plane is missing, or its size is nothing");
  Plane<float> plane(width, height);
  std::copy_n(values, plane.size(), plane.data());
  return plane;
}

Settings settings_of(const char* words) {
  Settings settings;
  std::istringstream text(words ? words : "");
  for (std::string word; text >> word;) {
    const std::size_t sign = word.find('=');
    const std::string name = word.substr(0, sign), value = sign == std::string::npos ? "" : word.substr(sign + 1);
    char* end = nullptr;
    const float number = std::strtof(value.c_str(), &end);
    const auto known =
        std::find_if(dials().begin(), dials().end(), [&](const Dial& dial) { return dial.name == name; });
    if (name == "preview" && (value == "0" || value == "1"))
      settings.preview = value == "1";
    else if (known != dials().end() && !value.empty() && *end == '\0')
      settings.*known->value = number;
    else
      throw std::invalid_argument("\"" + word + "\" is no setting");
  }
  return settings;
}

}  // namespace

const char* handtint_version(void) {
  return HANDTINT_VERSION;
}

void handtint_lab_from_srgb(const float* rgb, int width, int height, float* lightness, float* a, float* b) {
  for (std::size_t y = 0, w = static_cast<std::size_t>(width); y < static_cast<std::size_t>(height); ++y)
    lab_row_from_srgb(rgb + 3 * w * y, width, lightness + w * y, a + w * y, b + w * y);
}

void handtint_srgb_from_lab(const float* lightness, const float* a, const float* b, int width, int height, float* rgb) {
  for (std::size_t y = 0, w = static_cast<std::size_t>(width); y < static_cast<std::size_t>(height); ++y)
    srgb_row_from_lab(lightness + w * y, a + w * y, b + w * y, width, rgb + 3 * w * y);
}

int handtint_colorize(const float* lightness, const float* stroke_a, const float* stroke_b,
                      const float* stroke_strength, int width, int height, const char* settings,
                      int (*progress)(float done, void* user), void* user, float* a, float* b, char* problem,
                      size_t problem_bytes) {
  try {
    Problem asked;
    asked.lightness = plane_of(lightness, width, height);
    asked.hint_a = plane_of(stroke_a, width, height);
    asked.hint_b = plane_of(stroke_b, width, height);
    asked.hint_strength = plane_of(stroke_strength, width, height);
    ColorizeOptions options;
    options.settings = settings_of(settings);
    if (progress) options.keep_going = [&](float done) { return progress(done, user) != 0; };
    const Colorized solved = colorize(std::move(asked), options);
    if (solved.report.stop == StopReason::cancelled) throw std::runtime_error(tr("given up"));
    std::copy(solved.chroma.a.begin(), solved.chroma.a.end(), a);
    std::copy(solved.chroma.b.begin(), solved.chroma.b.end(), b);
    return 0;
  } catch (const std::exception& error) {
    if (problem && problem_bytes > 0) std::snprintf(problem, problem_bytes, "%s", error.what());
    return 1;
  }
}
