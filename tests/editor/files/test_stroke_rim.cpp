#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "editor/files/stroke_mask.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

constexpr int width = 160, height = 120;

struct Line {
  double x0, y0, x1, y1, thickness;
  Rgb8 colour;
};
const std::vector<Line> lines = {{20, 20, 140, 31, 7, {200, 30, 40}},
                                 {20, 60, 140, 52, 3, {20, 60, 190}},
                                 {25, 80, 135, 104, 2, {30, 150, 60}},
                                 {30, 110, 90, 90.5, 4, {230, 230, 230}}};

double distance_to(const Line& line, double x, double y) {
  const double dx = line.x1 - line.x0, dy = line.y1 - line.y0;
  const double along = std::clamp(((x - line.x0) * dx + (y - line.y0) * dy) / (dx * dx + dy * dy), 0.0, 1.0);
  return std::hypot(x - line.x0 - along * dx, y - line.y0 - along * dy);
}

enum class Edge { hard, anti_aliased, soft };
double cover_of(const Line& line, double x, double y, Edge edge) {
  const double distance = distance_to(line, x, y), radius = line.thickness / 2;
  if (edge == Edge::hard) return distance < radius ? 1 : 0;
  if (edge == Edge::anti_aliased) return std::clamp(radius + 0.5 - distance, 0.0, 1.0);
  return std::exp(-distance * distance / (2 * radius * radius));
}

// The lines over black, or over the photo.
TestPicture painted(const std::vector<Line>& strokes, Edge edge, const TestPicture* photo = nullptr) {
  TestPicture picture{width, height, 3, 8, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      double value[3];
      for (double& v : value) v = photo ? photo->at(x, y, 0) : 0;
      for (const Line& line : strokes) {
        const double cover = cover_of(line, x, y, edge);
        const double colour[3] = {double(line.colour.r), double(line.colour.g), double(line.colour.b)};
        for (int c = 0; c < 3; ++c) value[c] += cover * (colour[c] - value[c]);
      }
      for (const double v : value) picture.samples.push_back(static_cast<std::uint16_t>(std::lround(v)));
    }
  return picture;
}

TestPicture grey_photo() {
  TestPicture picture{width, height, 1, 8, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture.samples.push_back(static_cast<std::uint16_t>(110 + 60 * std::sin(x * 0.13) * std::cos(y * 0.09)));
  return picture;
}

int furthest(Rgb8 p, Rgb8 q) {
  return std::max({std::abs(p.r - q.r), std::abs(p.g - q.g), std::abs(p.b - q.b)});
}

// How the mask shows the lines: the share of its pixels whose colour is not that of their line by more than
// `tolerance`, and the smallest share of a line's length at which at least one pixel of its colour is drawn.
struct Verdict {
  double wrong = 0, along = 1;
};
Verdict judge(const StrokeMask& mask, int tolerance) {
  int drawn = 0, wrong = 0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      if (!mask.drawn(x, y)) continue;
      ++drawn;
      const auto nearest = std::min_element(lines.begin(), lines.end(), [&](const Line& p, const Line& q) {
        return distance_to(p, x, y) < distance_to(q, x, y);
      });
      wrong += furthest(mask.colour(x, y), nearest->colour) > tolerance;
    }
  Verdict verdict;
  verdict.wrong = static_cast<double>(wrong) / std::max(drawn, 1);
  for (const Line& line : lines) {
    int there = 0;
    constexpr int steps = 50;
    for (int i = 0; i < steps; ++i) {
      const double t = (i + 0.5) / steps;
      const int cx = static_cast<int>(line.x0 + t * (line.x1 - line.x0)),
                cy = static_cast<int>(line.y0 + t * (line.y1 - line.y0));
      bool found = false;
      for (int y = cy - 2; y <= cy + 3; ++y)
        for (int x = cx - 1; x <= cx + 2; ++x)
          found = found || (mask.drawn(x, y) && furthest(mask.colour(x, y), line.colour) <= tolerance);
      there += found;
    }
    verdict.along = std::min(verdict.along, static_cast<double>(there) / steps);
  }
  return verdict;
}

}  // namespace

TEST_CASE("the rim of anti-aliased strokes on black is no hint, the core is") {
  ScratchFolder folder;
  make_png(folder / "m.png", painted(lines, Edge::anti_aliased));
  const Verdict verdict = judge(read_stroke_mask(folder / "m.png").mask, 26);
  CHECK(verdict.wrong < 0.02);  // two of the lines cross
  CHECK(verdict.along > 0.95);
}

TEST_CASE("the rim of anti-aliased strokes in a marked copy is no hint, the core is") {
  ScratchFolder folder;
  const TestPicture photo_picture = grey_photo();
  make_png(folder / "photo.png", photo_picture);
  const Photo photo = read_photo(folder / "photo.png");
  make_png(folder / "m.png", painted(lines, Edge::anti_aliased, &photo_picture));
  const MaskReading reading = read_stroke_mask(folder / "m.png", {MaskFormat::automatic, &photo});
  CHECK(reading.format == MaskFormat::levin);
  const Verdict verdict = judge(reading.mask, 26);
  CHECK(verdict.wrong < 0.02);
  CHECK(verdict.along > 0.9);
}

TEST_CASE("of soft strokes the middle is a hint, the fading is none") {
  ScratchFolder folder;
  const TestPicture photo_picture = grey_photo();
  make_png(folder / "photo.png", photo_picture);
  const Photo photo = read_photo(folder / "photo.png");
  const std::vector<Line> soft = {{30, 30, 130, 38, 16, {200, 30, 40}}, {30, 90, 130, 84, 9, {20, 60, 190}}};
  for (const bool marked : {false, true}) {
    CAPTURE(marked);
    make_png(folder / "m.png", painted(soft, Edge::soft, marked ? &photo_picture : nullptr));
    const StrokeMask mask = read_stroke_mask(folder / "m.png", {MaskFormat::automatic, &photo}).mask;
    int drawn = 0, wrong = 0;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        if (mask.drawn(x, y)) {
          ++drawn;
          wrong += furthest(mask.colour(x, y), y < 60 ? soft[0].colour : soft[1].colour) > 30;
        }
    CHECK(drawn > 400);
    CHECK(wrong < drawn / 50);
  }
}

TEST_CASE("strokes saved as JPEG keep their colour and lose their rim") {
  ScratchFolder folder;
  const TestPicture photo_picture = grey_photo();
  make_png(folder / "photo.png", photo_picture);
  const Photo photo = read_photo(folder / "photo.png");
  std::vector<Line> thick = {{30, 25, 130, 33, 12, {200, 30, 40}}, {30, 90, 130, 84, 9, {20, 60, 190}}};
  for (const bool marked : {false, true})
    for (const Edge edge : {Edge::hard, Edge::anti_aliased}) {
      CAPTURE(marked);
      JpegKind kind;
      kind.quality = 90;
      kind.subsampled = true;
      make_jpeg(folder / "m.jpg", painted(thick, edge, marked ? &photo_picture : nullptr), kind);
      const StrokeMask mask = read_stroke_mask(folder / "m.jpg", {MaskFormat::automatic, &photo}).mask;
      int drawn = 0, wrong = 0;
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
          if (mask.drawn(x, y)) {
            ++drawn;
            wrong += furthest(mask.colour(x, y), y < 60 ? thick[0].colour : thick[1].colour) > 50;
          }
      CHECK(drawn > 1000);
      CHECK(wrong < drawn / 25);
      CHECK(summarize(mask).strokes == 2);
    }
}

TEST_CASE("masks with hard edges are read to the pixel, thin and crossing strokes of one hue too") {
  ScratchFolder folder;
  const TestPicture photo_picture = grey_photo();
  make_png(folder / "photo.png", photo_picture);
  const Photo photo = read_photo(folder / "photo.png");
  std::mt19937 engine(7);
  for (int round = 0; round < 24; ++round) {
    CAPTURE(round);
    std::vector<Line> strokes;
    const auto any = [&](int below) { return static_cast<double>(engine() % static_cast<unsigned>(below)); };
    for (int i = 0; i < 12; ++i) {
      // Shades of one hue, greys, and any colours.
      const auto value = static_cast<std::uint8_t>(40 + engine() % 216);
      const Rgb8 shade =
          round % 3 == 0   ? Rgb8{value, static_cast<std::uint8_t>(value / 4), static_cast<std::uint8_t>(value / 8)}
          : round % 3 == 1 ? Rgb8{value, value, value}
                           : Rgb8{value, static_cast<std::uint8_t>(engine()), static_cast<std::uint8_t>(engine())};
      strokes.push_back({any(width), any(height), any(width), any(height), 2 + any(7), shade});
    }
    const TestPicture on_black = painted(strokes, Edge::hard);
    make_png(folder / "m.png", on_black);
    StrokeMask expected(width, height);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        expected.colour(x, y) = {static_cast<std::uint8_t>(on_black.at(x, y, 0)),
                                 static_cast<std::uint8_t>(on_black.at(x, y, 1)),
                                 static_cast<std::uint8_t>(on_black.at(x, y, 2))};
        expected.drawn(x, y) = expected.colour(x, y) != Rgb8{};
      }
    const StrokeMask on_black_read = read_stroke_mask(folder / "m.png", {MaskFormat::black_empty}).mask;
    int lost = 0;
    for (std::size_t i = 0; i < expected.drawn.size(); ++i) {
      lost += expected.drawn.data()[i] && !on_black_read.drawn.data()[i];
      REQUIRE((!on_black_read.drawn.data()[i] || on_black_read.colour.data()[i] == expected.colour.data()[i]));
    }
    // Of a stroke that another one of its hue covers all along, a sliver looks like that one's rim.
    CHECK(lost <= (round % 3 == 0 ? 80 : 0));
    make_png(folder / "c.png", painted(strokes, Edge::hard, &photo_picture));
    const StrokeMask marked = read_stroke_mask(folder / "c.png", {MaskFormat::levin, &photo}).mask;
    int missing = 0;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const int grey = photo_picture.at(x, y, 0);
        const Rgb8 c = expected.colour(x, y);
        const bool visible = std::abs(c.r - grey) + std::abs(c.g - grey) + std::abs(c.b - grey) >= 3;
        missing += expected.drawn(x, y) && visible && !marked.drawn(x, y);
      }
    CHECK(missing == 0);
  }
}

TEST_CASE("a layer with an offset is put in its place") {
  ScratchFolder folder;
  TestPicture layer{4, 3, 4, 8, {}};
  for (int i = 0; i < 12; ++i) layer.samples.insert(layer.samples.end(), {200, 30, 40, 255});
  layer.samples[3] = 0;
  make_png(folder / "m.png", layer);
  add_png_chunk(folder / "m.png", "oFFs", be32(10) + be32(static_cast<unsigned>(-1)) + std::string(1, '\0'));
  Photo photo;
  photo.lightness = Plane<float>(30, 20, 50.0f);
  const MaskReading reading = read_stroke_mask(folder / "m.png", {MaskFormat::automatic, &photo});
  CHECK(reading.format == MaskFormat::rgba);
  REQUIRE(reading.mask.width() == 30);
  REQUIRE(reading.mask.height() == 20);
  CHECK(summarize(reading.mask).drawn_pixels == 8);
  CHECK(reading.mask.drawn(10, 0) == 1);
  CHECK(reading.mask.drawn(13, 1) == 1);
  CHECK(reading.mask.drawn(14, 1) == 0);
  CHECK(reading.mask.drawn(10, 2) == 0);
  CHECK(reading.found.find("10, -1") != std::string::npos);
  // On black, and as large as the photo: an offset moves it nowhere that it is not.
  TestPicture on_black{30, 20, 3, 8, std::vector<std::uint16_t>(1800, 0)};
  for (int c = 0; c < 3; ++c) on_black.samples[3 * (5 * 30 + 7) + c] = 200;
  make_png(folder / "b.png", on_black);
  add_png_chunk(folder / "b.png", "oFFs", be32(3) + be32(3) + std::string(1, '\0'));
  CHECK(read_stroke_mask(folder / "b.png", {MaskFormat::automatic, &photo}).mask.drawn(7, 5) == 1);
}
