// The rooms of a film, each by itself: shots, work folder, motion, numbered pictures.
#include <doctest/doctest.h>

#include <fstream>

#include "editor/film/carried_strokes.h"
#include "editor/film/carrying.h"
#include "editor/film/dense_flow.h"
#include "editor/film/film_colours.h"
#include "editor/film/film_keys.h"
#include "editor/film/film_reader.h"
#include "editor/film/film_writer.h"
#include "editor/film/shots.h"
#include "editor/film/work_folder.h"
#include "tests/editor/film/moving_square.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
using namespace handtint::tests;

namespace fs = std::filesystem;

namespace {

FrameFacts facts_of(const Plane<float>& light, float doubt) {
  double sum = 0;
  for (float L : light) sum += L;
  return {light_spread(light), static_cast<float>(sum / static_cast<double>(light.size())), doubt};
}

std::vector<Shot> shots_of(const std::vector<Plane<float>>& frames, const std::vector<int>& doubtful) {
  std::vector<FrameFacts> facts;
  for (std::size_t n = 0; n < frames.size(); ++n)
    facts.push_back(
        facts_of(frames[n], std::count(doubtful.begin(), doubtful.end(), static_cast<int>(n)) ? 0.9f : 0.1f));
  return find_shots(facts);
}

void touch(const fs::path& path) {
  std::ofstream(path) << "x";
}

// A film whose every step is the same similarity; nothing of its light is seen, but for a dark bar on some frame.
struct SteadyFilm {
  Pose step;
  int frames = 8;
  int covered = -1;        // the frame with a dark bar over its left half
  float strays_until = 0;  // what lies left of it goes another way, there and back
  bool homeless = false;   // nothing that goes comes back
  std::vector<Shot> shots = {{0, 8}};
  mutable int steps_read = 0;

  Pose back() const {
    const float size2 = step.a * step.a + step.b * step.b;
    const Pose turned{step.a / size2, -step.b / size2};
    const Point move = turned({step.x, step.y});
    return {turned.a, turned.b, -move.x, -move.y};
  }
  Flow flow(const Pose& pose, float stray) const {
    Flow flow{{film_width / 2, film_height / 2}, {film_width / 2, film_height / 2}};
    for (int y = 0; y < film_height / 2; ++y)
      for (int x = 0; x < film_width / 2; ++x) {
        const Point p{2 * x + 1.0f, 2 * y + 1.0f}, q = pose(p);
        flow.x(x, y) = p.x < strays_until ? -6 * stray : q.x - p.x;
        flow.y(x, y) = p.x < strays_until ? 5 * stray : q.y - p.y;
      }
    return flow;
  }
  Plane<float> light(int frame) const {
    Plane<float> light(film_width, film_height, 50);
    for (int y = 0; y < film_height && frame == covered; ++y)
      for (int x = 0; x < film_width / 2; ++x) light(x, y) = 10;
    return light;
  }
  FilmToFollow to_follow(Extent size = {film_width, film_height}) const {
    return {size,
            {film_width, film_height},
            shots,
            [this](int n) { return light(n); },
            [this](int) {
              ++steps_read;
              return Motion{flow(back(), homeless ? 9 : -1), flow(step, 1)};
            }};
  }
};

Stroke line(Point from, Point to, float radius, StrokeId id = 1) {
  Stroke stroke;
  stroke.id = id;
  stroke.points = {{from.x, from.y, radius}, {to.x, to.y, radius}};
  return stroke;
}

StrokeList carried_to(int frame, const SteadyFilm& film, const std::vector<StrokesOfFrame>& painted) {
  StrokeCarrier carrier;
  return carrier.on(frame, painted, film.to_follow(), [] { return true; });
}

void check_near(const StrokePoint& p, Point q) {
  CHECK(p.x == doctest::Approx(q.x).epsilon(0.02));
  CHECK(p.y == doctest::Approx(q.y).epsilon(0.02));
}

}  // namespace

TEST_CASE("a film is cut where another scene begins, not at a flash and not in a fade") {
  std::vector<Plane<float>> frames;
  for (int n = 0; n < 12; ++n) frames.push_back(frame_light(n % 6, n < 6 ? 1 : 2));
  CHECK(shots_of(frames, {6}) == std::vector<Shot>{{0, 6}, {6, 12}});

  std::vector<Plane<float>> flash;
  for (int n = 0; n < 10; ++n) flash.push_back(n == 4 ? Plane<float>(film_width, film_height, 95) : frame_light(n));
  CHECK(shots_of(flash, {4, 5}) == std::vector<Shot>{{0, 10}});

  std::vector<Plane<float>> fade;
  for (int n = 0; n < 10; ++n) {
    fade.push_back(frame_light(0));
    for (float& L : fade.back()) L *= 1 - 0.1f * n;
  }
  CHECK(shots_of(fade, {1, 2, 3, 4, 5, 6, 7, 8, 9}).front().end >= 8);
}

TEST_CASE("the list of shots is read as a person may have edited it") {
  const std::vector<Shot> shots{{0, 4}, {4, 9}, {9, 20}};
  CHECK(shots_from(text_of(shots), 20) == shots);
  CHECK(shots_from("0\n\n# here\n7\n", 20) == std::vector<Shot>{{0, 7}, {7, 20}});
  for (const char* wrong : {"", "3\n", "0\n0\n", "0\n9\n5\n", "0\n20\n", "0\nten\n", "0\n4 5\n"})
    CHECK_THROWS_AS(shots_from(wrong, 20), std::runtime_error);
}

TEST_CASE("work comes back as it was kept, and what is damaged counts as not there") {
  const ScratchFolder folder;
  WorkFolder work(folder / "work", "one film");
  work.begin("light", "recipe");
  Sheet sheet;
  sheet.add(frame_light(0), 256);
  sheet.numbers = {1, 2, 3, 4};
  work.store("light", 7, sheet);
  const auto kept = work.fetch("light", 7);
  REQUIRE(kept);
  CHECK(kept->values == sheet.values);
  CHECK(kept->numbers == sheet.numbers);
  CHECK(!work.fetch("light", 8));

  const fs::path file = folder / "work" / "light" / "000007";
  fs::resize_file(file, fs::file_size(file) - 1);
  CHECK(!work.fetch("light", 7));

  work.store("light", 7, sheet);
  WorkFolder(folder / "work", "one film").begin("light", "recipe");
  CHECK(work.has("light", 7));
  WorkFolder(folder / "work", "one film").begin("light", "another");
  CHECK(!work.has("light", 7));
}

TEST_CASE("a folder with other things is never taken for a work folder") {
  const ScratchFolder folder;
  touch(folder / "letter");
  CHECK_THROWS_AS(WorkFolder(folder.path(), "film"), FileError);
  CHECK(fs::exists(folder / "letter"));
  fs::create_directory(folder / "notes");
  write_bytes(folder / "notes" / "film.txt", "Wedding, 8 mm, 1962: who is who");
  touch(folder / "notes" / "frame.png");
  CHECK_THROWS_AS(WorkFolder(folder / "notes", "film"), FileError);
  CHECK(bytes_of(folder / "notes" / "film.txt").starts_with("Wedding"));
  CHECK(fs::exists(folder / "notes" / "frame.png"));
}

TEST_CASE("of a work folder nothing goes but the work, and never that on another film") {
  const ScratchFolder folder;
  const fs::path place = folder / "work";
  {
    WorkFolder work(place, "one.mkv\nlong");
    work.begin("light", "");
    work.store("light", 3, {2, 1, {}, {1, 2}});
    work.keep_text("shots.txt", "0\n");
    touch(place / "letter");
  }
  CHECK_THROWS_WITH_AS(WorkFolder(place, "other.mkv\nlong"), doctest::Contains("one.mkv"), FileError);
  CHECK(WorkFolder(place, "one.mkv\nlong").has("light", 3));
  WorkFolder changed(place, "one.mkv\nshort");
  CHECK_FALSE(changed.has("light", 3));
  CHECK_FALSE(changed.text("shots.txt"));
  changed.remove();
  CHECK_FALSE(fs::exists(place / "film.txt"));
  CHECK(fs::exists(place / "letter"));
  WorkFolder alone(folder / "alone", "one.mkv");
  alone.remove();
  CHECK_FALSE(fs::exists(folder / "alone"));
}

TEST_CASE("numbered pictures come by number, whatever their digits; what is missing or twice there is told") {
  const ScratchFolder folder;
  for (const char* name : {"f8.png", "f9.png", "f10.jpg", "notes.txt", "cover.png"}) touch(folder / name);
  const auto pictures = numbered_pictures(folder.path());
  REQUIRE(pictures.size() == 3);
  CHECK(pictures.back().filename() == "f10.jpg");
  touch(folder / "f12.png");
  CHECK_THROWS_WITH_AS(numbered_pictures(folder.path()), doctest::Contains("lacks the frame with the number 11"),
                       FileError);
  touch(folder / "f11.png");
  touch(folder / "g11.png");
  CHECK_THROWS_WITH_AS(numbered_pictures(folder.path()), doctest::Contains("have the same number"), FileError);
}

TEST_CASE("keys are read by any digits; sessions stand before masks; a file is for the first frame") {
  const ScratchFolder folder;
  touch(folder / "ref_000012.png");
  touch(folder / "ref_3.jpg");
  const auto keys = keys_in(folder.path());
  REQUIRE(keys.size() == 2);
  CHECK(keys.at(12).filename() == "ref_000012.png");
  CHECK(keys.at(3).filename() == "ref_3.jpg");
  CHECK(keys_in(folder / "ref_3.jpg").count(0) == 1);
  touch(folder / "000005.handtint");
  CHECK(keys_in(folder.path(), true).size() == 1);
  touch(folder / "unnumbered.png");
  CHECK_THROWS_AS(keys_in(folder.path()), FileError);
}

TEST_CASE("of two sides the nearer and the more trusted one decides") {
  const auto carried = [](float a, float trust) {
    return Carried{{Plane<float>(1, 1, a), Plane<float>(1, 1, 0)}, Plane<float>(1, 1, trust)};
  };
  CHECK(between(carried(10, 1), carried(20, 1), 0.75f).a(0, 0) == doctest::Approx(12.5));
  CHECK(between(carried(10, 0), carried(20, 1), 0.75f).a(0, 0) > 19.9f);
  CHECK(between(carried(10, 1), {}, 0).a(0, 0) == 10);
  const Carried key =
      laid_over(carried(10, 0.5f), {Plane<float>(1, 1, 20), Plane<float>(1, 1, 0)}, Plane<float>(1, 1, 0.25f));
  CHECK(key.colour.a(0, 0) == doctest::Approx(12.5));
  CHECK(key.trust(0, 0) == 0.5f);
}

TEST_CASE("strokes over carried colours decide what they change, the rest keeps its trust") {
  const Extent size{96, 64};
  Plane<float> lightness(size.width, size.height, 70);
  for (int y = 0; y < size.height; ++y) std::fill_n(lightness.row(y), 48, 30.0f);
  const auto flat = [&](float value) { return Plane<float>(size.width, size.height, value); };
  const Carried below{{flat(20), flat(10)}, flat(0.4f)};
  Stroke stroke;
  stroke.points = {{15, 30, 4}, {30, 34, 4}};
  stroke.colour = {0.2f, 0.3f, 0.5f};
  DocumentState state;
  state.strokes.emplace_back(stroke);
  const Key key = painted_key(state, lightness, size, below, {}, 1);
  CHECK(key.share(22, 32) == 1);  // under the stroke
  CHECK(key.share(22, 40) > 0.9f);
  CHECK(key.share(90, 32) < 0.1f);  // beyond the edge
  const Carried result = laid_over(below, key.colour, key.share);
  CHECK(result.trust(22, 32) == 1);
  CHECK(result.trust(90, 32) == doctest::Approx(0.4));
  CHECK(result.colour.a(90, 32) == doctest::Approx(20).epsilon(0.02));
  // Where nothing was carried the strokes' picture is all there is.
  CHECK(painted_key(state, lightness, size, {}, {}, 1).share(90, 32) == 1);
}

TEST_CASE("motion is followed there and back, and exposure that flickers is taken out") {
  if (!why_no_dense_flow().empty()) return;
  const Plane<float> before = frame_light(0);
  Plane<float> frame = frame_light(1);
  for (float& L : frame) L *= 1.1f;
  const Motion motion = find_motion(before, frame);
  CHECK(motion.gain == doctest::Approx(1.1).epsilon(0.03));
  CHECK(motion.doubt < 0.4f);
  const Look look = look_along(motion, before, frame, true);
  const int x = square_left(1) + square_side / 2, y = square_top + square_side / 2;
  CHECK(look.x(x, y) - (x + 0.5f) == doctest::Approx(-3).epsilon(0.1));
  const Motion kept = motion_from(sheet_of(motion));
  CHECK(kept.gain == motion.gain);
  CHECK(std::abs(kept.back.x(10, 10) - motion.back.x(10, 10)) < 0.02f);
}

TEST_CASE("a reference is known by its photo and by how it is used") {
  const ScratchFolder folder;
  const fs::path photo = folder / "photo.png", other = folder / "other.png";
  for (const fs::path& path : {photo, other}) write_frame(path, frame_light(0), frame_colour(0));
  const auto identity = [](const std::vector<fs::path>& photos, float daring, float mood) {
    FilmReferenceUse use;
    use.things.daring = daring;
    use.mood.amount = mood;
    return FilmReference(photos, use, {}).identity();
  };
  const std::string first = identity({photo}, 0.5f, 1);
  CHECK(identity({photo}, 0.5f, 1) == first);
  CHECK(identity({photo}, 0.6f, 1) != first);
  CHECK(identity({photo}, 0.5f, 0.5f) != first);
  CHECK(identity({other}, 0.5f, 1) != first);
  CHECK(identity({photo, other}, 0.5f, 1) != first);
  write_frame(photo, frame_light(1), frame_colour(1));
  CHECK(identity({photo}, 0.5f, 1) != first);
}

TEST_CASE("a stroke goes along with what moves, both ways, and turns and grows with it") {
  const SteadyFilm shift{{1, 0, 3, 1}};
  const StrokesOfFrame first{0, {SharedStroke(line({20, 20}, {34, 26}, 4))}};
  StrokeList there = carried_to(4, shift, {first});
  REQUIRE(there.size() == 1);
  check_near(there[0]->points[0], {32, 24});
  check_near(there[0]->points[1], {46, 30});
  CHECK(there[0]->points[0].radius == doctest::Approx(4).epsilon(0.02));
  CHECK(there[0]->of == StrokeOrigin{0, 1});
  there = carried_to(2, shift, {{6, {SharedStroke(line({50, 40}, {64, 30}, 4))}}});
  REQUIRE(there.size() == 1);
  check_near(there[0]->points[0], {38, 36});

  // 3 degrees and 2 % a step about the middle of the picture.
  constexpr float a = 1.02f * 0.99863f, b = 1.02f * 0.05234f, mx = 48, my = 32;
  const SteadyFilm turn{{a, b, mx - a * mx + b * my, my - b * mx - a * my}};
  Stroke limited = line({40, 30}, {56, 34}, 5);
  limited.region = {{36, 24}, {60, 24}, {60, 40}, {36, 40}};
  there = carried_to(5, turn, {{0, {SharedStroke(limited)}}});
  REQUIRE(there.size() == 1);
  Pose all;
  for (int n = 0; n < 5; ++n) all = turn.step * all;
  check_near(there[0]->points[0], all({40, 30}));
  check_near(there[0]->points[1], all({56, 34}));
  CHECK(there[0]->points[0].radius == doctest::Approx(5 * all.size()).epsilon(0.02));
  for (std::size_t i = 0; i < 4; ++i)
    check_near({there[0]->region[i].x, there[0]->region[i].y, 0}, all(limited.region[i]));

  // Strokes lie in the film's pixels, motion may be known at half of them.
  StrokeCarrier carrier;
  there = carrier.on(4, {{0, {SharedStroke(line({40, 40}, {68, 52}, 8))}}},
                     shift.to_follow({2 * film_width, 2 * film_height}), [] { return true; });
  REQUIRE(there.size() == 1);
  check_near(there[0]->points[0], {64, 48});
}

TEST_CASE("what moves otherwise does not lead a stroke away; where too little is believed it ends") {
  SteadyFilm film{{1, 0, 3, 0}};
  const StrokesOfFrame first{0, {SharedStroke(line({16, 20}, {40, 40}, 5))}};
  film.strays_until = 20;
  StrokeList there = carried_to(3, film, {first});
  REQUIRE(there.size() == 1);
  check_near(there[0]->points[0], {25, 20});
  check_near(there[0]->points[1], {49, 40});
  film.strays_until = 100;
  film.homeless = true;
  CHECK(carried_to(1, film, {first}).empty());

  film.strays_until = 0;
  film.covered = 2;  // something comes before it
  CHECK(carried_to(1, film, {first}).size() == 1);
  CHECK(carried_to(2, film, {first}).empty());
  CHECK(carried_to(4, film, {first}).empty());

  SteadyFilm fast{{1, 0, 18, 0}};
  CHECK(carried_to(2, fast, {first}).size() == 1);
  CHECK(carried_to(5, fast, {first}).empty());  // it has left the picture

  SteadyFilm cut{{1, 0, 1, 0}};
  cut.shots = {{0, 3}, {3, 8}};
  CHECK(carried_to(2, cut, {first}).size() == 1);
  CHECK(carried_to(3, cut, {first}).empty());
}

TEST_CASE("a stroke that was taken over is carried instead from there on; a hidden one ends it") {
  const SteadyFilm film{{1, 0, 2, 0}};
  const SharedStroke painted(line({20, 20}, {34, 26}, 4));
  const auto taken = [&](int from, StrokeId of, StrokeId id, bool hidden = false) {
    Stroke stroke = line({40, 30}, {54, 36}, 4, id);
    stroke.of = {from, of};
    stroke.hidden = hidden;
    return SharedStroke(stroke);
  };
  const auto origins = [&](int frame, const std::vector<StrokesOfFrame>& all) {
    std::vector<StrokeOrigin> found;
    for (const SharedStroke& stroke : carried_to(frame, film, all)) found.push_back(*stroke->of);
    return found;
  };
  using Origins = std::vector<StrokeOrigin>;
  std::vector<StrokesOfFrame> all{{2, {painted}}, {4, {taken(2, 1, 7)}}};
  CHECK(origins(0, all) == Origins{{2, 1}});
  CHECK(origins(3, all) == Origins{{2, 1}});  // not back to where the first one lies
  CHECK(origins(2, all).empty());
  CHECK(origins(4, all).empty());
  CHECK(origins(6, all) == Origins{{4, 7}});
  all.push_back({3, {taken(2, 1, 9)}});  // between, and later
  CHECK(origins(6, all) == Origins{{4, 7}});
  CHECK(origins(4, all).empty());
  all.push_back({6, {taken(4, 7, 1, true)}});
  CHECK(origins(5, all) == Origins{{4, 7}});
  CHECK(origins(6, all).empty());
  CHECK(origins(7, all).empty());
  all = {{3, {taken(5, 2, 1)}}, {5, {taken(3, 1, 2)}}};  // of each other, by hand
  CHECK(origins(4, all).empty());

  Stroke hidden = *painted, eraser = *painted;
  hidden.hidden = true;
  eraser.kind = StrokeKind::erase;
  CHECK(origins(4, {{2, {SharedStroke(hidden), SharedStroke(eraser)}}}).empty());
}

TEST_CASE("the way of a stroke is found once") {
  const SteadyFilm film{{1, 0, 2, 0}};
  const SharedStroke one(line({20, 20}, {34, 26}, 4, 1)), two(line({20, 40}, {34, 46}, 4, 2));
  StrokeCarrier carrier;
  const auto go_on = [] { return true; };
  CHECK(carrier.on(3, {{0, {one, two}}}, film.to_follow(), go_on).size() == 2);
  CHECK(film.steps_read == 3);
  CHECK(carrier.on(4, {{0, {one, two}}}, film.to_follow(), go_on).size() == 2);
  CHECK(carrier.on(2, {{0, {one, two}}}, film.to_follow(), go_on).size() == 2);
  CHECK(film.steps_read == 4);
  Stroke other = *two;
  other.points[0].x = 25;
  CHECK(carrier.on(4, {{0, {one, SharedStroke(other)}}}, film.to_follow(), go_on).size() == 2);
  CHECK(film.steps_read == 8);
  CHECK(carrier.on(7, {{0, {one}}}, film.to_follow(), [] { return false; }).empty());
}

TEST_CASE("another cut is another film only for the shots that it touches") {
  if (!why_no_dense_flow().empty()) return;
  const ScratchFolder folder;
  const fs::path film = folder / "film";
  for (int n = 0; n < 9; ++n) write_frame(film / numbered("f%03d.png", n), frame_light(n % 3, n < 3 ? 1 : 2));
  WorkFolder work(folder / "work", "one film");
  const auto survey = [&] { return survey_film(film, {}, 1e6, 1, work, [](float, std::string_view) { return true; }); };
  Survey seen = survey();
  REQUIRE(seen.shots.size() >= 2);
  CHECK(seen.found == seen.shots);
  const std::vector<Shot> found = seen.shots;
  cut_at(std::vector{0, 3, 6}, work, seen);
  CHECK(seen.shots == std::vector<Shot>{{0, 3}, {3, 6}, {6, 9}});
  CHECK(survey().shots == seen.shots);
  CHECK(survey().found == found);
  CHECK(shots_beginning_at(std::vector{0, 4, 4, 2, 20}, 9) == std::vector<Shot>{{0, 4}, {4, 9}});

  FilmColours colours(work, seen);
  FilmRecipe recipe;
  recipe.threads = 1;
  recipe.coat = [](const Photo& photo, const DocumentState&, std::stop_token) {
    return Prior{
        {photo.width(), photo.height(), 10}, {photo.width(), photo.height(), 10}, {photo.width(), photo.height(), 1}};
  };
  recipe.coat_dials.on = true;
  const auto go_on = [] { return true; };
  colours.begin(recipe);
  for (const Shot& shot : seen.shots) REQUIRE(colours.carry(shot, go_on));
  colours.cut({{0, 3}, {3, 9}});
  for (int n = 0; n < 9; ++n) CHECK(work.has(kept::forward, n) == (n < 3));
}
