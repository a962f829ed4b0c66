// The shader's colours against solver/lab.h over the Lab cube, on whatever OpenGL this machine has (EGL without a
// window).
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "editor/gui/gl/gl.h"
#include "editor/gui/gl/shaders.h"
#include "solver/lab.h"
#include "tests/editor/gui/offscreen_gl.h"

using namespace handtint;

namespace {

std::int16_t chroma_code(float ab) {
  return static_cast<std::int16_t>(std::lrint(ab / 128.0 * 32767.0));
}
std::uint16_t lightness_code(float L) {
  return static_cast<std::uint16_t>(std::lrint(L / 100.0 * 65535.0));
}

struct Picture {
  int width, height;
  std::vector<std::uint16_t> lightness;
  std::vector<std::int16_t> chroma;
};

// The picture through shaders/picture.frag at 100 %, 8 bits.
std::vector<std::uint8_t> shown(const Picture& picture, bool dither, int gamut_rounds = shaders::gamut_rounds) {
  gl::Program program(shaders::fullscreen_vert, shaders::picture_frag,
                      std::string("#define VIEW 0\n#define OVERVIEW 1\n#define DETAIL 0\n#define DIFFERENCE 0\n#define "
                                  "OWN 0\n#define DITHER ") +
                          (dither ? "1\n" : "0\n"));
  gl::VertexArray vertices;
  gl::Texture lightness, chroma;
  lightness.resize(picture.width, picture.height, gl::Texture::grey16);
  lightness.upload_rows(0, picture.height, picture.lightness.data());
  chroma.resize(picture.width, picture.height, gl::Texture::chroma16);
  chroma.upload_rows(0, picture.height, picture.chroma.data());
  gl::Target target;
  target.resize(picture.width, picture.height);
  target.bind();
  program.use();
  const float sx = 1.0f / static_cast<float>(picture.width), sy = 1.0f / static_cast<float>(picture.height);
  lightness.bind(0);
  program.set("lightness", 0);
  program.set("lightness_window", 0, 0, sx, sy);
  chroma.bind(1);
  program.set("overview", 1);
  program.set("overview_window", 0, 0, sx, sy);
  program.set("canvas_origin", 0, 0);
  program.set("photo_per_pixel", 1.0f);
  program.set("photo_size", static_cast<float>(picture.width), static_cast<float>(picture.height));
  program.set("gamut_rounds", gamut_rounds);
  vertices.bind();
  glDrawArrays(GL_TRIANGLES, 0, 3);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(picture.width) * picture.height * 4);
  glReadPixels(0, 0, picture.width, picture.height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  REQUIRE(glGetError() == GL_NO_ERROR);
  return pixels;
}

}  // namespace

TEST_CASE("the shader's colours equal the C++ ones within 1/255 over the Lab cube") {
  REQUIRE(have_context());
  // L in 101 steps; a and b from -110 to 110 in steps of 4: inside and far outside of the gamut.
  constexpr int lightness_steps = 101, chroma_steps = 56;
  Picture picture{chroma_steps * chroma_steps, lightness_steps, {}, {}};
  std::vector<Lab> colours;
  for (int l = 0; l < lightness_steps; ++l) {
    for (int i = 0; i < chroma_steps; ++i) {
      for (int j = 0; j < chroma_steps; ++j) {
        const std::int16_t a = chroma_code(-110.0f + 4.0f * static_cast<float>(i));
        const std::int16_t b = chroma_code(-110.0f + 4.0f * static_cast<float>(j));
        const std::uint16_t L = lightness_code(static_cast<float>(l));
        picture.lightness.push_back(L);
        picture.chroma.push_back(a);
        picture.chroma.push_back(b);
        colours.push_back({static_cast<float>(L) / 655.35f, static_cast<float>(a) * (128.0f / 32767.0f),
                           static_cast<float>(b) * (128.0f / 32767.0f)});
      }
    }
  }
  const std::vector<std::uint8_t> pixels = shown(picture, false),
                                  quick = shown(picture, false, shaders::quick_gamut_rounds);
  std::size_t quick_is_off = 0;
  double worst = 0;
  std::size_t worst_at = 0;
  for (std::size_t i = 0; i < colours.size(); ++i) {
    const Rgb expected = srgb_from_lab(reduce_chroma_to_gamut(colours[i]));
    const float channels[3] = {expected.r, expected.g, expected.b};
    for (int c = 0; c < 3; ++c) {
      const double wanted = 255.0 * std::clamp(channels[c], 0.0f, 1.0f);
      const double off = std::abs(pixels[4 * i + static_cast<std::size_t>(c)] - wanted);
      quick_is_off += std::abs(quick[4 * i + static_cast<std::size_t>(c)] - wanted) > 3;
      if (off > worst) {
        worst = off;
        worst_at = i;
      }
    }
  }
  MESSAGE("largest difference: " << worst << " of 255, at L " << colours[worst_at].L << " a " << colours[worst_at].a
                                 << " b " << colours[worst_at].b);
  CHECK(worst <= 1.0);
  MESSAGE("in a picture that is drawn quickly " << quick_is_off << " of " << 3 * colours.size()
                                                << " are off by more than 3");
  CHECK(quick_is_off < colours.size() / 500);
}

TEST_CASE("a 16-bit ramp is dithered: its mean follows the ramp where 8 bits alone would stand still") {
  REQUIRE(have_context());
  // Rows from L 50 to 50.8: two codes of 8-bit grey, so without dithering there are bands of hundreds of pixels.
  constexpr int width = 256, height = 256;
  Picture picture{width, height, {}, std::vector<std::int16_t>(std::size_t{width} * height * 2, 0)};
  for (int y = 0; y < height; ++y) {
    const auto L = 50.0f + 0.8f * static_cast<float>(y) / height;
    picture.lightness.insert(picture.lightness.end(), width, lightness_code(L));
  }
  const auto mean_error = [&](const std::vector<std::uint8_t>& pixels) {
    double worst = 0;
    for (int y = 0; y + 4 <= height; y += 4) {
      double mean = 0, wanted = 0;
      for (int v = y; v < y + 4; ++v) {
        for (int x = 0; x < width; ++x) mean += pixels[4 * (static_cast<std::size_t>(v) * width + x)] / (4.0 * width);
        wanted += 255.0 * grey_from_lightness(50.0f + 0.8f * static_cast<float>(v) / height) / 4.0;
      }
      worst = std::max(worst, std::abs(mean - wanted));
    }
    return worst;
  };
  const double banded = mean_error(shown(picture, false));
  const double dithered = mean_error(shown(picture, true));
  MESSAGE("mean error of a strip in 8-bit steps: " << banded << " without dithering, " << dithered << " with");
  CHECK(banded > 0.4);
  CHECK(dithered < 0.1);
}
