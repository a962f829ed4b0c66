// The rooms of a film, each by itself: shots, work folder, motion, numbered pictures.
#include <doctest/doctest.h>

#include <fstream>

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

TEST_CASE("when a painted frame changes, what the others made stays, and what lies on it is made anew") {
  if (!why_no_dense_flow().empty()) return;
  const ScratchFolder folder;
  const fs::path film = folder / "film";
  for (int n = 0; n < 8; ++n) write_frame(film / numbered("f%03d.png", n), frame_light(n));
  WorkFolder work(folder / "work", "one film");
  const Survey survey = survey_film(film, {}, 1e6, 1, work, [](float, std::string_view) { return true; });
  REQUIRE(survey.shots == std::vector<Shot>{{0, 8}});
  const auto painted = [](int frame, Rgb colour) {
    Stroke stroke;
    stroke.id = 1;
    stroke.colour = colour;
    const auto left = static_cast<float>(square_left(frame));
    stroke.points = {{left + 6, square_top + 6, 3}, {left + 20, square_top + 20, 3}};
    DocumentState state;
    state.strokes.emplace_back(std::move(stroke));
    return painted_frame(frame, state);
  };
  const auto go_on = [] { return true; };
  FilmColours colours(work, survey);
  FilmRecipe recipe;
  recipe.threads = 1;
  recipe.keys.painted = {painted(6, {0.8f, 0.2f, 0.1f}), painted(2, {0.1f, 0.2f, 0.8f})};  // 6 was begun first
  colours.begin(recipe);
  REQUIRE(colours.carry(survey.shots[0], go_on));
  CHECK_FALSE(colours.carry_next(3, go_on));
  const auto in_square = [](const Carried& carried, int frame) {
    return carried.colour.a(square_left(frame) + 13, square_top + 13);
  };
  CHECK(in_square(colours.kept()->at(7), 7) > 8);     // red, from 6 alone
  CHECK(colours.kept()->under(6).empty());            // nothing was begun before it
  CHECK(in_square(colours.kept()->under(2), 2) > 8);  // red lies under the blue stroke
  CHECK(in_square(colours.kept()->at(2), 2) < in_square(colours.kept()->under(2), 2) - 4);
  CHECK(*colours.kept()->trust(2) > *colours.kept()->trust(4));

  recipe.keys.painted[1] = painted(2, {0.1f, 0.7f, 0.2f});
  colours.begin(recipe);
  for (int n = 6; n < 8; ++n) CHECK(work.has(kept::forward, n));
  for (int n = 3; n < 7; ++n) CHECK(work.has(kept::backward, n));
  CHECK(work.has(kept::below, 2));
  for (int n = 2; n < 6; ++n) CHECK_FALSE(work.has(kept::forward, n));
  for (int n = 0; n < 3; ++n) CHECK_FALSE(work.has(kept::backward, n));
  CHECK(colours.carry_next(0, go_on) == 2);  // the key itself, then from it outwards
  CHECK(colours.carry_next(0, go_on) == 2);
  CHECK(colours.carry_next(0, go_on) == 2);
  CHECK(colours.carry_next(0, go_on) == 1);
  CHECK(colours.carry_next(0, go_on) == 0);
  CHECK(colours.carry_next(0, go_on) == 3);
  std::vector<Plane<float>> step_by_step;
  while (colours.carry_next(0, go_on)) {
  }
  for (int n = 0; n < 8; ++n) step_by_step.push_back(colours.kept()->at(n).colour.a);

  WorkFolder anew(folder / "anew", "one film");
  const Survey again = survey_film(film, {}, 1e6, 1, anew, [](float, std::string_view) { return true; });
  FilmColours at_once(anew, again);
  at_once.begin(recipe);
  REQUIRE(at_once.carry(again.shots[0], go_on));
  for (int n = 0; n < 8; ++n) CHECK_MESSAGE(at_once.kept()->at(n).colour.a == step_by_step[n], n);

  recipe.keys.painted[0] = painted(6, {0.2f, 0.2f, 0.8f});
  colours.begin(recipe);
  CHECK_FALSE(work.has(kept::painted, 2));  // it lay on the other
  CHECK_FALSE(work.has(kept::below, 2));
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
