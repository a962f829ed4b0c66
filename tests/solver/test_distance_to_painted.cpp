#include <doctest/doctest.h>

#include <random>

#include "solver/layers/distance_to_painted.h"

using namespace handtint;

namespace {

// Three columns of cells that show three things, over a photo of 40 x 20 pixels.
std::array<Plane<float>, 3> three_things() {
  std::array<Plane<float>, 3> traits;
  traits.fill(Plane<float>(3, 2));
  for (int y = 0; y < 2; ++y) traits[0](1, y) = 3.5f, traits[2](2, y) = 40;
  return traits;
}

Plane<float> nothing() {
  return Plane<float>(40, 20);
}

constexpr Rect all{0, 0, 40, 20};

// Two fields of one kind with a hedge of another lightness between them, 160 x 80 pixels, cells of 8 x 8.
struct TwoFields {
  static constexpr int width = 160, height = 80;
  std::array<Plane<float>, 3> traits;
  Plane<float> lightness{width, height, 60}, strength{width, height};
  DistanceToPainted distance;

  TwoFields() {
    traits.fill(Plane<float>(20, 10));
    for (int y = 0; y < height; ++y)
      for (int x = 80; x < 88; ++x) lightness(x, y) = 20;
  }
  void paint(int x0, int y0, int x1, int y1) {
    for (int y = y0; y < y1; ++y)
      for (int x = x0; x < x1; ++x) strength(x, y) = 100;
  }
  // At that pixel.
  float unlikeness(int x, int y, float closeness) {
    distance = DistanceToPainted(traits, lightness);
    distance.update(strength, {0, 0, width, height});
    distance.find_things();
    const Plane<float> unlike = distance.unlikeness(closeness);
    return unlike(x * unlike.width() / width, y * unlike.height() / height);
  }
};

}  // namespace

TEST_CASE("a cell is as unlike as the nearest painted cell's traits are far") {
  DistanceToPainted distance(three_things(), nothing());
  Plane<float> strength = nothing();
  CHECK(!distance.update(strength, all));
  for (const float unlike : distance.unlikeness()) CHECK(unlike == doctest::Approx(1));
  strength(2, 3) = 1;
  CHECK(distance.update(strength, {2, 3, 3, 4}));
  CHECK(distance.unlikeness().data()[0] == 0);
  CHECK(distance.unlikeness().data()[3] == 0);  // the other row shows the same
  CHECK(distance.unlikeness().data()[1] == doctest::Approx(0.5f));
  CHECK(distance.unlikeness().data()[5] > 0.99f);
  strength(2, 3) = 2;  // the same pixel again
  CHECK(!distance.update(strength, {2, 3, 3, 4}));
  strength(39, 19) = 100;
  CHECK(distance.update(strength, {30, 10, 40, 20}));
  CHECK(distance.unlikeness().data()[2] == 0);
  CHECK(distance.unlikeness().data()[1] == doctest::Approx(0.5f));
}

TEST_CASE("any order of painting and erasing gives the numbers of the last state") {
  std::mt19937 random(5);
  std::array<Plane<float>, 3> traits;
  traits.fill(Plane<float>(7, 5));
  for (auto& trait : traits)
    for (float& value : trait) value = static_cast<float>(random() % 100) / 10;
  Plane<float> strength = nothing(), lightness = nothing();
  for (float& value : lightness) value = static_cast<float>(random() % 100);
  DistanceToPainted step_by_step(traits, lightness);
  for (int i = 0; i < 300; ++i) {
    const int x = static_cast<int>(random() % 38), y = static_cast<int>(random() % 18);
    const float h = random() % 3 == 0 ? 0.0f : 5.0f;
    for (int dy = 0; dy < 3; ++dy)
      for (int dx = 0; dx < 3; ++dx) strength(x + dx, y + dy) = h;
    step_by_step.update(strength, {x, y, x + 3, y + 3});
    if (i % 20 != 0) continue;
    DistanceToPainted at_once(traits, lightness);
    at_once.update(strength, all);
    step_by_step.find_things();
    at_once.find_things();
    CHECK(step_by_step.closeness(0.5f) == at_once.closeness(0.5f));
    for (const float closeness : {0.0f, 0.5f, 1.0f})
      CHECK(step_by_step.unlikeness(closeness) == at_once.unlikeness(closeness));
  }
}

TEST_CASE("a few strokes keep to their things, many or mere dabs speak for everything alike, and the reach decides") {
  std::array<Plane<float>, 3> traits;
  traits.fill(Plane<float>(10, 10));
  constexpr int side = 400;
  // So many bars of that length and width, well apart.
  const auto painted = [&](int count, int length, int thickness) {
    DistanceToPainted distance(traits, Plane<float>(side, side));
    Plane<float> strength(side, side);
    for (int i = 0; i < count; ++i)
      for (int y = 0; y < thickness; ++y)
        for (int x = 0; x < length; ++x) strength(80 * (i % 5) + x, 80 * (i / 5) + y) = 100;
    distance.update(strength, {0, 0, side, side});
    return distance;
  };
  CHECK(painted(1, 40, 8).closeness(0.5f) > 0.9f);
  CHECK(painted(1, 40, 40).closeness(0.5f) > 0.9f);  // round, but large
  CHECK(painted(3, 40, 8).closeness(0.5f) > 0.8f);
  CHECK(painted(1, 7, 7).closeness(0.5f) == 0);
  CHECK(painted(25, 40, 8).closeness(0.5f) == 0);
  CHECK(painted(1, 40, 8).closeness(1) == 0);
  CHECK(painted(25, 7, 7).closeness(0) == 2);
  float last = 3;
  for (const float reach : {0.0f, 0.2f, 0.4f, 0.5f, 0.7f, 1.0f}) {
    const float closeness = painted(3, 40, 8).closeness(reach);
    CHECK(closeness < last);
    last = closeness;
  }
}

TEST_CASE("beyond an edge of light lies another thing, however alike it is; the thing itself is whole") {
  TwoFields fields;
  fields.paint(10, 30, 50, 38);
  CHECK(fields.unlikeness(75, 10, 1) < 0.01f);
  CHECK(fields.unlikeness(100, 30, 0) == 0);  // by kind it is the same
  CHECK(fields.unlikeness(100, 30, 1) > 10 * fields.unlikeness(75, 10, 1));
  CHECK(fields.unlikeness(150, 30, 1) > fields.unlikeness(100, 30, 1));
  // Without the hedge one field is left.
  const float beyond = fields.unlikeness(100, 30, 1);
  fields.lightness = Plane<float>(TwoFields::width, TwoFields::height, 60);
  CHECK(fields.unlikeness(100, 30, 1) < 0.1f * beyond);
}

TEST_CASE("a place must be like one stroke in all, not like one in kind and like another in place") {
  TwoFields fields;
  fields.paint(10, 30, 50, 38);
  for (int y = 0; y < 10; ++y)  // the right field shows something else, but for its last column
    for (int x = 11; x < 19; ++x) fields.traits[0](x, y) = 12;
  const float alone = fields.unlikeness(156, 30, 1);
  fields.paint(96, 30, 120, 38);  // nearer to that column, of another kind
  const float with_another = fields.unlikeness(156, 30, 1);
  CHECK(fields.unlikeness(110, 60, 1) < 0.01f);
  CHECK(with_another > 0.2f * alone);
}

TEST_CASE("strokes that were there before the last one still speak for their own things") {
  TwoFields fields;
  DistanceToPainted one_by_one(fields.traits, fields.lightness);
  const auto look = [&] {
    one_by_one.update(fields.strength, {0, 0, TwoFields::width, TwoFields::height});
    one_by_one.find_things();
  };
  fields.paint(10, 60, 50, 68);
  look();
  fields.paint(110, 40, 150, 48);
  look();
  fields.paint(10, 10, 50, 18);
  look();
  DistanceToPainted at_once(fields.traits, fields.lightness);
  at_once.update(fields.strength, {0, 0, TwoFields::width, TwoFields::height});
  at_once.find_things();
  CHECK(one_by_one.unlikeness(1) == at_once.unlikeness(1));
}

TEST_CASE("after another look of the network all is as if it had been the first") {
  TwoFields fields;
  fields.paint(10, 30, 50, 38);
  DistanceToPainted twice(fields.traits, fields.lightness);
  twice.update(fields.strength, {0, 0, TwoFields::width, TwoFields::height});
  twice.find_things();
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 20; ++x) fields.traits[1](x, y) = 6;
  CHECK(twice.look_again(fields.traits));
  twice.find_things();
  DistanceToPainted once(fields.traits, fields.lightness);
  once.update(fields.strength, {0, 0, TwoFields::width, TwoFields::height});
  once.find_things();
  for (const float closeness : {0.0f, 0.5f, 1.0f}) CHECK(twice.unlikeness(closeness) == once.unlikeness(closeness));
  CHECK(!twice.look_again({Plane<float>(3, 2), Plane<float>(3, 2), Plane<float>(3, 2)}));
  CHECK(!twice.look_again({}));
  CHECK(twice.unlikeness(1) == once.unlikeness(1));
}

TEST_CASE("more cells than pixels, or no traits at all") {
  std::array<Plane<float>, 3> traits;
  traits.fill(Plane<float>(8, 8, 1));
  DistanceToPainted tiny(traits, Plane<float>(3, 2));
  Plane<float> strength(3, 2);
  strength(2, 1) = 1;
  CHECK(tiny.update(strength, {0, 0, 3, 2}));
  CHECK(tiny.unlikeness().data()[0] == 0);
  DistanceToPainted none;
  CHECK(!none.update(strength, {0, 0, 3, 2}));
  CHECK(none.unlikeness().empty());
}
