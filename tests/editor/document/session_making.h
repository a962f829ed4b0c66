// What the tests of session files share.
#pragma once

#include <nlohmann/json.hpp>
#include <random>

#include "editor/document/rasterise.h"
#include "editor/document/session.h"
#include "editor/document/things.h"

namespace handtint::tests {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int width = 60, height = 40;

constexpr Extent photo_size{width, height};

inline PhotoReference reference(const fs::path& path) {
  return {{path, 1234, std::string(64, 'a')}, width, height};
}

inline Stroke random_stroke(std::mt19937& random) {
  const auto number = [&](float low, float high) { return std::uniform_real_distribution<float>(low, high)(random); };
  Stroke stroke;
  stroke.kind = static_cast<StrokeKind>(random() % 5);
  stroke.colour = {number(0, 1), number(0, 1), number(0, 1)};
  stroke.natural = random() % 2;
  stroke.strength = number(0, 2);
  for (int i = 0; i < 8; ++i) stroke.points.push_back({number(-5, 70), number(-5, 50), number(0, 9)});
  if (random() % 2) stroke.region = {{number(0, 60), 1}, {30, number(0, 40)}, {2, 3}};
  if (random() % 2) stroke.frame = static_cast<int>(random() % 1000);
  if (random() % 4 == 0) stroke.of = {static_cast<int>(random() % 100), 1 + random() % 9};
  return stroke;
}

inline ImportedMask mask_of(std::mt19937& random) {
  auto mask = std::make_shared<StrokeMask>(width, height);
  for (int i = 0; i < 300; ++i) {
    const int x = static_cast<int>(random() % width), y = static_cast<int>(random() % height);
    mask->drawn(x, y) = 1;
    mask->colour(x, y) = {static_cast<std::uint8_t>(random()), static_cast<std::uint8_t>(random()),
                          static_cast<std::uint8_t>(random())};
  }
  mask->drawn(0, 0) = 1;  // a black hint stays a hint
  mask->colour(0, 0) = {0, 0, 0};
  return mask;
}

inline std::vector<StrokeId> all_of(const Document& document) {
  std::vector<StrokeId> ids;
  for (const SharedStroke& stroke : document.strokes()) ids.push_back(stroke->id);
  return ids;
}

// A document with some of everything in its history.
inline Document busy_document(unsigned seed) {
  std::mt19937 random(seed);
  Document document(photo_size);
  for (int i = 0; i < 12; ++i) document.add(random_stroke(random));
  document.import_mask(mask_of(random));
  document.recolour(std::vector<StrokeId>{1, 2, 3, 4}, {0.1f, 0.2f, 0.3f});
  document.move(std::vector<StrokeId>{2, 5}, 0.1f, 0.7f);
  document.set_strength(std::vector<StrokeId>{1, 6, 7}, 0.3f);
  document.take(edit_of_nature(document.state(), std::vector<StrokeId>{1, 2, 3, 4, 5, 6, 7, 8}, true));
  document.remove(std::vector<StrokeId>{3, 8});
  document.take(edit_of_limiting(document.state(), std::vector<StrokeId>{1, 2, 4, 5}, {}));
  document.take(edit_of_grouping(document.state(), std::vector<StrokeId>{2, 6, 9}));
  document.take(edit_of_naming(document.state(), std::vector<StrokeId>{2, 6, 9}, "Grandma's \"best\" dress"));
  document.take(edit_of_hiding(document.state(), std::vector<StrokeId>{4, 6}, true));
  Settings settings;
  settings.model = Model::gtv;
  settings.edge = 1.1f;
  settings.preview = true;
  document.set_settings(settings);
  document.set_coat({.on = true, .dials = {.amount = 0.3f, .temperature = 0.7f, .variant = 12, .vividness = 1.3f}});
  document.take(edit_of_finish({}, {.vividness = 1.2f, .warmth = -0.3f}));
  document.set_lasso({{1, 2}, {30, 4}, {9, 20.5f}});
  document.set_palette({"Auntie \"A\" \xC3\xA9", {{"Dress", {0.1f, 0.9f, 0.7f}}, {"", {0, 0, 0}}}});
  document.import_mask(mask_of(random));
  document.remove(all_of(document));
  for (int i = 0; i < 4; ++i) document.undo();
  return document;
}

inline Json smallest() {
  return {{"version", "1.0"}, {"photo", {{"path", "p.jpg"}, {"width", 60}, {"height", 40}}}};
}

inline Session read(const Json& json) {
  return session_from_text(json.dump(), "/folder", "test.handtint");
}

}  // namespace handtint::tests
