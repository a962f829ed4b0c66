#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "solver/prediction/network.h"
#include "tests/editor/cli/command_line.h"
#include "tests/support/picture_files.h"

using namespace handtint;
using namespace handtint::tests;

namespace {

const bool no_network = !why_no_network().empty();

void write_coloured(const fs::path& path, const Plane<float>& lightness, Lab left, Lab right) {
  const int w = lightness.width(), h = lightness.height();
  Chroma chroma = neutral(w, h);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      chroma.a(x, y) = (x < w / 2 ? left : right).a;
      chroma.b(x, y) = (x < w / 2 ? left : right).b;
    }
  WriteOptions options;
  options.overwrite = true;
  REQUIRE(write_photo(path, lightness, chroma, {}, options));
}

// Stripes and rings that have nothing of the two fields.
Plane<float> other_things(int width, int height) {
  Plane<float> lightness(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const bool ring = static_cast<int>(std::hypot(x - width / 3, y - height / 2)) % 9 < 4;
      lightness(x, y) = ring ? 92.0f : static_cast<float>((7 * x + 3 * y) % 31);
    }
  return lightness;
}

// A photo of two fields, and in colour the same fields and other things.
struct Pair {
  Table table;
  std::string same = table.folder / "same.png", other = table.folder / "other.png",
              report = table.output / "report.json";

  Pair() {
    write_coloured(same, two_fields(Table::width, Table::height), lab_of(red), lab_of(blue));
    write_coloured(other, other_things(120, 90), {50, 0, 60}, {50, 0, -60});
  }
  Outcome colorize(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"colorize", table.photo, "-o", table.out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return handtint_says(arguments);
  }
  nlohmann::json reported() const { return nlohmann::json::parse(text_of(report)).at("reference"); }
};

std::string picture_after(const Pair& pair, const std::vector<std::string>& options) {
  const Outcome outcome = pair.colorize(options);
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  return text_of(pair.table.out);
}

}  // namespace

TEST_CASE("a colour photograph of the same things lends strokes, a mood, or both" * doctest::skip(no_network)) {
  const Pair pair;
  const Outcome outcome = pair.colorize({"--reference", pair.same, "--report", pair.report});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.find("strokes and a mood") != std::string::npos);
  const Photo coloured = read_photo(pair.table.out);
  CHECK(ab_distance(coloured, 20, 30, red) < 15);
  CHECK(ab_distance(coloured, 75, 30, blue) < 15);
  const nlohmann::json reported = pair.reported();
  CHECK(reported.at("refused") == false);
  CHECK(reported.at("excess") < unrelated_excess);
  CHECK(reported.at("confidence") > 0.1);
  CHECK(reported.at("how") == "both");
  CHECK(reported.at("mood").at("method") == "transport");
  REQUIRE(reported.at("strokes").size() >= 1);
  CHECK(reported.at("strokes")[0].at("source").size() == 2);

  const std::string coat = picture_after(pair, {}), both = picture_after(pair, {"--reference", pair.same});
  const std::string things = picture_after(pair, {"--reference", pair.same, "--reference-how", "things"});
  const std::string mood =
      picture_after(pair, {"--reference", pair.same, "--reference-how", "mood", "--report", pair.report});
  CHECK(pair.reported().at("strokes").empty());
  CHECK(both != coat);
  CHECK(things != both);
  CHECK(mood != both);
  CHECK(picture_after(pair, {"--reference", pair.same, "--reference-how", "mood", "--mood", "reinhard"}) != mood);
  CHECK(picture_after(pair, {"--reference", pair.same, "--reference-how", "mood", "--mood-amount", "0"}) == coat);
  CHECK(picture_after(pair, {"--reference", pair.other, "--reference", pair.same, "--report", pair.report}) != coat);
  CHECK(pair.reported().at("strokes")[0].at("reference") == 1);
  CHECK(picture_after(pair, {"--reference", pair.same, "--network", "none"}) != coat);
}

TEST_CASE("strokes of the person win over the reference's" * doctest::skip(no_network)) {
  const Pair pair;
  StrokeMask mask(Table::width, Table::height);
  paint(mask, {2, 2, Table::width - 2, Table::height - 2}, blue);
  write_stroke_mask(pair.table.mask, mask, MaskFormat::rgba, true);
  picture_after(pair, {"--strokes", pair.table.mask, "--reference", pair.same, "--report", pair.report});
  CHECK(pair.reported().at("strokes").empty());
  CHECK(ab_distance(read_photo(pair.table.out), 20, 30, blue) < 3);
}

TEST_CASE("a reference that shows other things changes nothing but for its mood, if asked" *
          doctest::skip(no_network)) {
  const Pair pair;
  const std::string coat = picture_after(pair, {});
  const Outcome refused = pair.colorize({"--reference", pair.other, "--report", pair.report});
  CHECK(refused.exit_code == 0);
  check_one_line(refused, "other.png shows other things");
  CHECK(refused.err.find("--reference-how mood") != std::string::npos);
  CHECK(text_of(pair.table.out) == coat);
  CHECK(pair.reported().at("refused") == true);
  CHECK(picture_after(pair, {"--reference", pair.other, "--reference-how", "mood"}) != coat);
  check_fails(pair.colorize({"--reference", pair.other, "--network", "none"}), 1, "stays grey");
}

TEST_CASE("suggested strokes are a mask, or a session that colours the photograph as they do" *
          doctest::skip(no_network)) {
  const Pair pair;
  const std::string mask = pair.table.output / "strokes.png", session = pair.table.output / "work.handtint";
  const auto suggest = [&](const std::string& photo, const std::string& reference, const std::string& output,
                           std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"suggest", photo, "--reference", reference, "-o", output});
    return handtint_says(more);
  };
  const Outcome outcome = suggest(pair.table.photo, pair.same, mask);
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.out.find("strokes suggested") != std::string::npos);
  const MaskReading reading = read_stroke_mask(mask);
  CHECK(summarize(reading.mask).drawn_pixels > 0);
  for (int y = 0; y < Table::height; ++y)
    for (int x : {10, 80})
      if (reading.mask.drawn(x, y)) CHECK((reading.mask.colour(x, y).r > reading.mask.colour(x, y).b) == (x == 10));

  REQUIRE(suggest(pair.table.photo, pair.same, session, {"--count", "1"}).exit_code == 0);
  const Session made = read_session(session);
  CHECK(made.state.strokes.size() == 1);
  CHECK(undo_label(made.state) == "From same.png");
  const std::string again = pair.table.output / "again.png";
  REQUIRE(handtint_says({"colorize", session, "-o", again}).exit_code == 0);
  CHECK(text_of(again) == picture_after(pair, {"--reference", pair.same, "--reference-how", "things", "--count", "1"}));

  const std::string more = pair.table.output / "more.handtint";
  const Outcome further = suggest(session, pair.same, more);
  if (further.exit_code == 0) {
    const Session both = read_session(more);
    CHECK(both.state.strokes.size() > 1);
    CHECK(both.state.strokes.front()->points == made.state.strokes.front()->points);
  } else {
    check_one_line(further, "no stroke is suggested");
  }
}

TEST_CASE("suggest ends with 1 and a sentence where the reference shows other things, and writes nothing" *
          doctest::skip(no_network)) {
  const Pair pair;
  check_fails(handtint_says({"suggest", pair.table.photo, "--reference", pair.other, "-o", pair.table.out}), 1,
              "shows other things");
  CHECK(pair.table.output.file_count() == 0);
  check_fails(handtint_says({"suggest", pair.table.photo, "-o", pair.table.out}), 2, "--reference");
  check_fails(handtint_says({"suggest", pair.table.photo, "--reference", pair.same, "-o", "strokes.jpg"}), 2, ".png");
  check_fails(handtint_says({"suggest", pair.table.photo, "--reference", pair.same, "-o", pair.same}), 1,
              "one of the inputs");
  check_fails(pair.colorize({"--reference-how", "mood"}), 2, "--reference");
  check_fails(pair.colorize({"--reference", pair.same, "--reference-how", "mood", "--network", "none"}), 2, "coat");
  check_fails(pair.colorize({"--reference", pair.same, "--daring", "2"}), 2, "--daring");
}

TEST_CASE("references that cannot be used are a sentence; odd ones are used as they are" * doctest::skip(no_network)) {
  const Pair pair;
  const std::string file = pair.table.folder / "odd.png";
  const auto with = [&](const std::string& reference) { return pair.colorize({"--reference", reference}); };
  check_fails(with(pair.table.folder / "gone.png"), 1, "gone.png");
  check_fails(with(pair.table.photo), 1, "grey");
  write_bytes(file, "not a picture");
  check_fails(with(file), 1, "odd.png");
  CHECK(pair.table.output.file_count() == 0);

  for (const auto& [w, h] : {std::pair{1, 1}, {1, 5000}, {5000, 1}}) {
    write_coloured(file, Plane<float>(w, h, 50.0f), lab_of(red), lab_of(red));
    check_fails(with(file), 1, "too small for a reference");
  }
  const std::string tiff = pair.table.folder / "deep.tif";
  make_tiff(tiff, test_picture(40, 30, 3, 16));
  CHECK(with(tiff).exit_code == 0);
}

TEST_CASE("a folder of photographs has one reference for all, or each its own" * doctest::skip(no_network)) {
  const Pair pair;
  const ScratchFolder photos, references, output;
  for (const char* name : {"one.png", "two.png"}) fs::copy_file(pair.table.photo, photos / name);
  REQUIRE(handtint_says({"colorize", photos.path(), "--reference", pair.same, "-o", output.path()}).exit_code == 0);
  CHECK(text_of(output / "one.png") == picture_after(pair, {"--reference", pair.same}));
  CHECK(output.file_count() == 2);

  const ScratchFolder named;
  fs::copy_file(pair.same, references / "two.png");
  const Outcome outcome =
      handtint_says({"colorize", photos.path(), "--reference", references.path(), "-o", named.path()});
  REQUIRE(outcome.exit_code == 0);
  CHECK(named.file_count() == 1);
  CHECK(text_of(named / "two.png") == text_of(output / "two.png"));
}
