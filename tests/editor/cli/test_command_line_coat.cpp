#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "editor/document/document.h"
#include "editor/document/rasterise.h"
#include "editor/document/render.h"
#include "editor/document/session.h"
#include "editor/files/photo.h"
#include "editor/files/stroke_mask.h"
#include "solver/backend.h"
#include "solver/lab.h"
#include "solver/prediction/network.h"
#include "tests/editor/cli/command_line.h"
#include "tests/support/run_program.h"

using namespace handtint;
namespace fs = std::filesystem;
using namespace handtint::tests;

TEST_CASE("a first coat fills what strokes leave open, and strokes overrule it") {
  const Table table;
  const std::string coat = table.folder / "coat.png", mask = table.folder / "one.png";
  const Lab green = lab_of({60, 140, 70});
  Chroma chroma = neutral(48, 32);  // another size than the photo
  std::fill(chroma.a.begin(), chroma.a.end(), green.a);
  std::fill(chroma.b.begin(), chroma.b.end(), green.b);
  REQUIRE(write_photo(coat, Plane<float>(48, 32, green.L), chroma, {}, {}));

  REQUIRE(handtint_says({"colorize", table.photo, "--prior", coat, "-o", table.out}).exit_code == 0);
  CHECK(ab_distance(read_photo(table.out), 30, 30, {60, 140, 70}) < 4);
  CHECK(ab_distance(read_photo(table.out), 70, 30, {60, 140, 70}) < 4);

  StrokeMask one(96, 64);
  paint(one, {10, 10, 18, 40}, red);
  write_stroke_mask(mask, one, MaskFormat::rgba);
  REQUIRE(handtint_says({"colorize", table.photo, "--prior", coat, "-s", mask, "-o", table.out}).exit_code == 0);
  const Photo both = read_photo(table.out);
  CHECK(ab_distance(both, 14, 20, red) < 3);
  CHECK(ab_distance(both, 70, 30, {60, 140, 70}) < 6);  // across the edge the coat holds

  check_fails(handtint_says({"colorize", table.photo, "--prior", table.photo, "-o", table.out}), 1, "grey");
}

TEST_CASE("the network's coat: without strokes, under strokes, at an amount, or not at all") {
  if (!why_no_network().empty()) return;
  const Table table;
  const std::string coat = table.output / "coat.png", unsure = table.output / "unsure.png";
  const Outcome outcome =
      handtint_says({"predict", table.photo, "-o", coat, "--uncertainty", unsure, "--help-most", "2"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.out.find("colornet.onnx") != std::string::npos);
  CHECK(outcome.out.find("a stroke helps at ") != std::string::npos);
  CHECK(outcome.out.find("% of the true colours") != std::string::npos);  // measured: the contract says so
  CHECK(read_photo(unsure).extent() == Extent{96, 64});
  CHECK(read_photo(unsure).a.empty());
  check_fails(handtint_says({"predict", table.photo, "-o", coat, "--uncertainty", table.folder / "unsure.jpg"}), 1,
              "16 bit");
  REQUIRE(handtint_says({"colorize", table.photo, "-o", table.out}).exit_code == 0);
  CHECK(text_of(table.out) == text_of(coat));

  const Outcome painted = table.colorize({"--network", "shipped", "--report", table.output / "report.json"});
  REQUIRE(painted.exit_code == 0);
  CHECK(painted.out.find("first coat: colornet.onnx") != std::string::npos);
  CHECK(nlohmann::json::parse(text_of(table.output / "report.json")).contains("network"));
  const std::string with = text_of(table.out);
  REQUIRE(table.colorize({}).exit_code == 0);
  CHECK_MESSAGE(text_of(table.out) == with, "the coat is the default");
  REQUIRE(table.colorize({"--network", "none"}).exit_code == 0);
  const std::string without = text_of(table.out);
  REQUIRE(table.colorize({"--coat", "0"}).exit_code == 0);
  CHECK(text_of(table.out) == without);
  CHECK(without != with);
  REQUIRE(table.colorize({"--coat", "0.5"}).exit_code == 0);
  CHECK(text_of(table.out) != without);
  CHECK(text_of(table.out) != with);

  const std::string damaged = table.folder / "damaged.onnx";
  std::ofstream(damaged) << "not a network";
  check_fails(handtint_says({"predict", table.photo, "-o", table.out, "--network", damaged}), 1, "damaged.onnx");
  check_fails(handtint_says({"predict", table.photo, "-o", table.out, "--network", "nowhere.onnx"}), 1, "nowhere.onnx");
  check_fails(handtint_says({"predict", table.photo, "-o", table.out, "--network", "none"}), 2, "none");
  check_fails(handtint_says({"predict", table.photo, "-o", table.photo}), 1, "photo");
}

TEST_CASE("a session of the editor gives what its strokes give as a mask") {
  const Table table;
  const std::string file = table.folder / "work.handtint", mask = table.folder / "same.png";
  const Photo photo = read_photo(table.photo);
  Document document(photo.extent());
  Stroke stroke;
  stroke.colour = {red.r / 255.0f, red.g / 255.0f, red.b / 255.0f};
  stroke.points = {{10, 20, 4}, {20, 40, 4}};
  document.add(stroke);
  Settings settings;
  settings.edge = 0.5f;
  document.set_settings(settings);
  write_session(file, {refer_to_photo(table.photo, Table::width, Table::height), document.state(), {}});

  const Outcome outcome = handtint_says({"colorize", file, "-o", table.out, "--backend", "cpu"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(ab_distance(read_photo(table.out), 15, 30, red) < 3);

  const std::string again = table.output / "again.png";
  write_stroke_mask(mask, mask_from_strokes({photo, document.strokes()}), MaskFormat::rgba);
  REQUIRE(handtint_says({"colorize", table.photo, "-s", mask, "--edge", "0.5", "-o", again, "--backend", "cpu",
                         "--network", "none"})
              .exit_code == 0);
  CHECK(text_of(table.out) == text_of(again));

  check_fails(handtint_says({"colorize", file, "-s", mask, "-o", table.out}), 2, "its own strokes");
  check_fails(handtint_says({"colorize", file, "-o", table.photo}), 1, "photo.png");
  check_fails(handtint_says({"colorize", file, "-o", file, "--force"}), 1, "work.handtint");  // no picture's name
  write_grey(table.folder / "small.png", two_fields(48, 32));
  fs::rename(table.folder / "small.png", table.photo);
  check_fails(handtint_says({"colorize", file, "-o", table.out}), 1, "another size");
  fs::remove(table.photo);
  check_fails(handtint_says({"colorize", file, "-o", table.out}), 1, "photo.png");
  write_bytes(file, "{}");
  check_fails(handtint_says({"colorize", file, "-o", table.out}), 1, "work.handtint");
  CHECK(table.output.file_count() == 2);
}

TEST_CASE("a stroke of a session that is limited to a region changes nothing outside it") {
  const Table table;
  const std::string file = table.folder / "work.handtint";
  const Photo photo = read_photo(table.photo);
  Document document(photo.extent());
  const auto colorized = [&](const char* network) {
    write_session(file, {refer_to_photo(table.photo, Table::width, Table::height), document.state(), {}});
    const Outcome outcome = handtint_says({"colorize", file, "-o", table.out, "--force", "--network", network});
    CAPTURE(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    return read_photo(table.out);
  };
  Stroke far;
  far.colour = {0.2f, 0.4f, 0.8f};
  far.points = {{4, 4, 2}};
  document.add(far);
  const Photo before = colorized("none");
  Stroke limited;
  limited.colour = {0.9f, 0.3f, 0.1f};
  const float middle = Table::width / 2, bottom = Table::height;
  limited.points = {{middle + 6, bottom / 2, 3}};
  limited.region = {{middle, 0}, {middle * 2, 0}, {middle * 2, bottom}, {middle, bottom}};
  document.add(limited);
  const Photo after = colorized("none");
  float outside = 0, least_inside = 1000;
  for (int y = 0; y < Table::height; ++y)
    for (int x = 0; x < Table::width; ++x)
      if (x < Table::width / 2)
        outside = std::max(outside, std::abs(after.a(x, y) - before.a(x, y)));
      else
        least_inside = std::min(least_inside, after.b(x, y));
  CHECK(outside == 0);
  CHECK(least_inside > 10);
}

TEST_CASE("a session's first coat is laid on as its dials say; options overrule them" *
          doctest::skip(!why_no_network().empty())) {
  const Table table;
  const std::string file = table.folder / "work.handtint";
  const Photo photo = read_photo(table.photo);
  Document document(photo.extent());
  Stroke stroke;
  stroke.colour = {red.r / 255.0f, red.g / 255.0f, red.b / 255.0f};
  stroke.points = {{10, 20, 4}, {20, 40, 4}};
  document.add(stroke);
  const auto save = [&] {
    write_session(file, {refer_to_photo(table.photo, Table::width, Table::height), document.state(), {}});
  };
  const auto coloured = [&](std::vector<std::string> options) {
    std::vector<std::string> arguments{"colorize", file, "-o", table.out, "--backend", "cpu"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Outcome outcome = handtint_says(arguments);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return text_of(table.out);
  };
  save();
  const std::string bare = coloured({}), asked = coloured({"--coat", "0.5", "--variant", "1"});
  CHECK(bare != asked);
  document.set_coat({.on = true, .dials = {.amount = 0.5f, .temperature = 1, .variant = 1}});
  save();
  CHECK(coloured({}) == asked);
  CHECK(coloured({"--network", "none"}) == bare);
  CHECK(coloured({"--coat", "0"}) == bare);
  CHECK(coloured({"--temperature", "0.3"}) != asked);
  CHECK(coloured({"--temperature", "1"}) == asked);
  CHECK(coloured({"--variant", "0"}) == coloured({"--network", "shipped", "--variant", "0", "--coat", "0.5"}));
  CHECK(coloured({"--variant", "0"}) != asked);

  // What the editor does to export it.
  const Rendered rendered =
      render(photo, document.state(), network_coat(open_predictor("shipped")), {.backend = Backend::cpu});
  const std::string again = table.output / "again.png";
  REQUIRE(write_rendered(again, photo, rendered, write_options_for(photo)));
  CHECK(text_of(again) == asked);

  // A coat alone is enough; one that cannot be made is an error that says how to do without.
  document.remove(std::vector<StrokeId>{document.strokes().front()->id});
  save();
  coloured({});
  check_fails(handtint_says({"colorize", file, "-o", table.out, "--network", "nowhere.onnx"}), 1, "nowhere.onnx");
  check_fails(handtint_says({"colorize", file, "-o", table.out, "--network", "none"}), 1, "holds no strokes");
}
