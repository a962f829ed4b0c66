#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "editor/document/rasterise.h"
#include "editor/document/render.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;

namespace {

constexpr int width = 48, height = 32;

const Photo& two_fields() {
  static const Photo photo = [] {
    Plane<float> lightness(width, height, 40.0f);
    for (int y = 0; y < height; ++y)
      for (int x = width / 2; x < width; ++x) lightness(x, y) = 75;
    return Photo{.lightness = std::move(lightness)};
  }();
  return photo;
}

DocumentState painted() {
  DocumentState state;
  Stroke stroke;
  stroke.colour = {0.8f, 0.3f, 0.2f};
  stroke.points = {{8, 8, 3}, {14, 20, 3}};
  state.strokes.push_back(SharedStroke(stroke));
  return state;
}

const CoatSource green = [](const Photo&, const DocumentState&, std::stop_token) {
  return Prior{Plane<float>(2, 1, -30.0f), Plane<float>(2, 1, 20.0f), Plane<float>(2, 1, 1e-4f)};
};

const RenderOptions on_cpu{.backend = Backend::cpu};

}  // namespace

TEST_CASE("what is rendered is what the screen's solver makes of the same problem") {
  DocumentState state = painted();
  state.coat.on = true;
  state.settings.edge = 0.5f;
  const Rendered rendered = render(two_fields(), state, green, on_cpu);
  const Colorized screen = colorize(make_problem(two_fields(), state, make_coat(two_fields(), state, green)),
                                    {.settings = state.settings, .backend = Backend::cpu});
  CHECK(rendered.chroma.a == screen.chroma.a);
  CHECK(rendered.chroma.b == screen.chroma.b);
  CHECK(rendered.spoken);
  CHECK(rendered.chroma.a(10, 14) > 20);
  CHECK(rendered.chroma.a(40, 14) < -10);
}

TEST_CASE("the finish comes last: a gain of all chroma, and a warmth that moves colours more than greys") {
  DocumentState state = painted();
  const Rendered plain = render(two_fields(), state, {}, on_cpu);
  state.finish = {.vividness = 2};
  const Rendered vivid = render(two_fields(), state, {}, on_cpu);
  state.finish = {.warmth = 1};
  const Rendered warm = render(two_fields(), state, {}, on_cpu);
  state.finish = {.warmth = -1};
  const Rendered cool = render(two_fields(), state, {}, on_cpu);
  for (std::size_t i = 0; i < plain.chroma.a.size(); ++i) {
    CHECK(vivid.chroma.a.data()[i] == 2 * plain.chroma.a.data()[i]);
    CHECK(warm.chroma.b.data()[i] > plain.chroma.b.data()[i]);
    CHECK(warm.chroma.b.data()[i] + cool.chroma.b.data()[i] == doctest::Approx(2 * plain.chroma.b.data()[i]));
  }
  const float grey = finished(Ab{}, {.warmth = 1}).b, coloured = finished(Ab{40, 20}, {.warmth = 1}).b - 20;
  CHECK(grey > 2);
  CHECK(grey < 6);
  CHECK(coloured > 2 * grey);
  CHECK(finished(Ab{40, 20}, {.vividness = 0}) == Ab{});
  CHECK(validate(Finish{.vividness = 2, .warmth = -1}).empty());
  CHECK(validate(Finish{.vividness = 2.1f}).find("vividness") != std::string::npos);
  CHECK(validate(Finish{.warmth = std::nanf("")}).find("warmth") != std::string::npos);
}

TEST_CASE("a mask and the strokes that it was made of give the same hints") {
  DocumentState state = painted(), masked;
  masked.imported = std::make_shared<const StrokeMask>(mask_from_strokes({two_fields(), state.strokes}));
  const Problem p = make_problem(two_fields(), state), q = make_problem(two_fields(), masked);
  CHECK(p.hint_strength == q.hint_strength);
  CHECK(has_hints(q));
  for (std::size_t i = 0; i < p.hint_a.size(); ++i)  // a mask has 8 bits
    CHECK(p.hint_a.data()[i] == doctest::Approx(q.hint_a.data()[i]).epsilon(0.02));
}

TEST_CASE("pixels of a mask that keep the photo's own colour are hints of that, over the mask and under the strokes") {
  Photo photo{.lightness = Plane<float>(4, 1, 50.0f), .a = Plane<float>(4, 1, 12.5f), .b = Plane<float>(4, 1, -7.25f)};
  auto mask = std::make_shared<StrokeMask>(4, 1);
  mask->drawn(0, 0) = 1;
  mask->colour(0, 0) = {255, 0, 0};
  mask->drawn(1, 0) = mask->drawn(2, 0) = StrokeMask::keeps_own_colour;
  DocumentState state;
  state.imported = mask;
  Stroke dot;
  dot.colour = {0, 0, 1};
  dot.points = {{2.5f, 0.5f, 0.1f}};
  state.strokes.push_back(SharedStroke(dot));
  const Problem problem = make_problem(photo, state);
  CHECK(problem.hint_a(0, 0) > 50);
  CHECK(problem.hint_a(1, 0) == 12.5f);
  CHECK(problem.hint_b(1, 0) == -7.25f);
  CHECK(problem.hint_b(2, 0) < -50);
  CHECK(problem.hint_strength(1, 0) == problem.hint_strength(0, 0));
  CHECK(problem.hint_strength(3, 0) == 0);
  photo.a = photo.b = {};
  CHECK(make_problem(photo, state).hint_a(1, 0) == 0);

  const StrokeMask exported = mask_from_strokes({photo, state.strokes, mask.get()});
  CHECK(exported.drawn(1, 0) == 1);
  CHECK(exported.colour(1, 0).r == exported.colour(1, 0).b);
}

TEST_CASE("nothing said is a grey picture that says so") {
  const Rendered rendered = render(two_fields(), {}, nullptr, on_cpu);
  CHECK_FALSE(rendered.spoken);
  CHECK(std::all_of(rendered.chroma.a.begin(), rendered.chroma.a.end(), [](float v) { return v == 0; }));
}

TEST_CASE("the progress goes forward from stage to stage; who cancels finds nothing written") {
  const ScratchFolder folder;
  std::vector<std::string> stages;
  float last = 0;
  bool forward = true;
  const Progress watch = [&](float done, std::string_view stage) {
    forward &= done >= last && done <= 1;
    last = done;
    if (stages.empty() || stages.back() != stage) stages.emplace_back(stage);
    return true;
  };
  tell(watch, Stage::reading);
  const Rendered rendered = render(two_fields(), painted(), nullptr, on_cpu, watch);
  CHECK(write_rendered(folder / "out.png", two_fields(), rendered, {}, watch));
  CHECK(forward);
  CHECK(stages == std::vector<std::string>{"reading", "laying the first coat", "colouring", "saving"});
  CHECK(read_photo(folder / "out.png").width() == width);

  const Progress refuse = [](float, std::string_view) { return false; };
  const Rendered stopped = render(two_fields(), painted(), nullptr, on_cpu, refuse);
  CHECK(stopped.cancelled());
  CHECK_FALSE(write_rendered(folder / "stopped.png", two_fields(), stopped, {}));
  CHECK_FALSE(write_rendered(folder / "stopped.png", two_fields(), rendered, {}, refuse));
  CHECK(folder.file_count() == 1);
}

TEST_CASE("what the source of the coat throws comes through") {
  DocumentState state = painted();
  state.coat.on = true;
  const CoatSource broken = [](const Photo&, const DocumentState&, std::stop_token) -> Prior {
    throw std::runtime_error("broken");
  };
  CHECK_THROWS_WITH_AS(render(two_fields(), state, broken, on_cpu), "broken", std::runtime_error);
}
