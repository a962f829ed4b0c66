// A made-up scene as a network would describe it: vertical bands of things, each with a look of its own in every layer.
#pragma once

#include <random>
#include <vector>

#include "solver/lab.h"
#include "solver/prediction/prediction.h"

namespace handtint::tests {

struct Scene {
  Description description;
  Chroma chroma;  // at the lightness's size
};

struct Band {
  int look = 0;  // equal looks are the same kind of thing
  float L = 50;
  AbColour colour;
};

inline const std::vector<Band> garden{{1, 70, {-20, 25}}, {2, 40, {45, 20}}, {3, 60, {0, -30}}, {4, 30, {10, 30}}};

// `cells` across and down are those of 1/8; every value gets a little noise.
inline Scene scene_of(const std::vector<Band>& bands, int cells_across, int cells_down, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0, 0.05f);
  const auto band_at = [&](double x) { return bands[static_cast<std::size_t>(x * static_cast<double>(bands.size()))]; };
  const auto look = [](int kind, int channel) {
    std::mt19937 own(static_cast<unsigned>(1000 * kind + channel));
    return static_cast<float>(own() % 2001) / 1000 - 1;
  };
  Scene scene;
  const int w = 8 * cells_across, h = 8 * cells_down;
  scene.description.lightness = scene.chroma.a = scene.chroma.b = Plane<float>(w, h);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const Band band = band_at((x + 0.5) / w);
      scene.description.lightness(x, y) = band.L + noise(random);
      scene.chroma.a(x, y) = band.colour.a;
      scene.chroma.b(x, y) = band.colour.b;
    }
  for (const auto& [channels, divisor] : {std::pair{20, 2}, {30, 4}, {16, 1}}) {
    FeatureMap layer{channels, std::max(cells_across / divisor, 1), std::max(cells_down / divisor, 1), {}};
    for (int c = 0; c < channels; ++c)
      for (std::size_t i = 0; i < layer.cells(); ++i) {
        const double x = (static_cast<double>(i % layer.width) + 0.5) / layer.width;
        layer.values.push_back(look(band_at(x).look, c) + noise(random));
      }
    scene.description.features.push_back(std::move(layer));
  }
  Prediction& p = scene.description.prediction;
  p.width = 2 * cells_across;
  p.height = 2 * cells_down;
  p.bins = {{-40, 0}, {40, 0}, {0, 40}, {0, -40}, {0, 0}};
  for (std::size_t bin = 0; bin < p.bins.size(); ++bin)
    for (std::size_t i = 0; i < p.cells(); ++i) {
      const double x = (static_cast<double>(i % p.width) + 0.5) / p.width;
      p.logits.push_back(2 * look(band_at(x).look, 100 + static_cast<int>(bin)));
    }
  for (int t = 0; t < 3; ++t) {
    p.traits[t] = Plane<float>(p.width, p.height);
    for (std::size_t i = 0; i < p.cells(); ++i) {
      const double x = (static_cast<double>(i % p.width) + 0.5) / p.width;
      p.traits[t].data()[i] = 4 * look(band_at(x).look, 200 + t) + noise(random);
    }
  }
  return scene;
}

}  // namespace handtint::tests
