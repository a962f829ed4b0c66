// A film's colours made, made anew, and written while they are made.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "editor/film/dense_flow.h"
#include "editor/film/film_colouring.h"
#include "tests/editor/film/moving_square.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
using namespace handtint::tests;

namespace fs = std::filesystem;

TEST_CASE("when a painted frame changes, what the others made stays, and what lies on it is made anew") {
  if (!why_no_dense_flow().empty()) return;
  const ScratchFolder folder;
  WorkFolder work(folder / "work", "one film");
  const Survey survey = surveyed_square(folder / "film", work);
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
  const Carried second = colours.kept()->at(2);
  CHECK(second.trust(square_left(2) + 13, square_top + 13) > 0.99f);  // under its stroke
  CHECK(second.trust(2, 2) == colours.kept()->under(2).trust(2, 2));  // as it came from 6

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
  const Survey again = surveyed_square(folder / "film", anew);
  FilmColours at_once(anew, again);
  at_once.begin(recipe);
  REQUIRE(at_once.carry(again.shots[0], go_on));
  for (int n = 0; n < 8; ++n) CHECK_MESSAGE(at_once.kept()->at(n).colour.a == step_by_step[n], n);

  recipe.keys.painted[0] = painted(6, {0.2f, 0.2f, 0.8f});
  colours.begin(recipe);
  CHECK_FALSE(work.has(kept::painted, 2));  // it lay on the other
  CHECK_FALSE(work.has(kept::below, 2));
}

TEST_CASE("a frame that has its colours is written while the next get theirs, and who stops stops both") {
  if (!why_no_dense_flow().empty()) return;
  const ScratchFolder folder;
  WorkFolder work(folder / "work", "one film");
  const Survey survey = surveyed_square(folder / "film", work);
  write_frame(folder / "key.png", frame_light(0), frame_colour(0));
  FilmRecipe recipe;
  recipe.threads = 1;
  recipe.keys.pictures[0] = folder / "key.png";
  FilmColours colours(work, survey);
  colours.begin(recipe);
  FilmToWrite film;
  film.film = folder / "film";
  film.output = folder / "out";
  film.shots = survey.shots;
  film.note = [](const std::string&) {};
  bool written_meanwhile = false;
  int patience = 500;
  const auto look = [&](float carried, float) {
    for (; carried > 0.4f && carried < 1 && !written_meanwhile && patience > 0; --patience) {
      written_meanwhile = fs::exists(folder / "out" / "f000.png");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  };
  CHECK(carry_and_write(colours, film, {}, look));
  CHECK(written_meanwhile);
  for (int n = 0; n < 8; ++n) CHECK(colour_error(read_photo(folder / "out" / numbered("f%03d.png", n)), n) < 8);

  recipe.keys.pictures.clear();
  recipe.keys.pictures[7] = folder / "key.png";
  colours.begin(recipe);
  film.output = folder / "stopped";
  CHECK_FALSE(carry_and_write(colours, film, {}, [](float carried, float) { return carried < 0.3f; }));
  CHECK_FALSE(fs::exists(folder / "stopped" / "f007.png"));
}

TEST_CASE("where a stroke was that is moved on another frame, colours are decided again from there on") {
  if (!why_no_dense_flow().empty()) return;
  const ScratchFolder folder;
  WorkFolder work(folder / "work", "one film");
  const Survey survey = surveyed_square(folder / "film", work);
  Stroke on_square;
  on_square.id = 1;
  on_square.colour = {0.8f, 0.2f, 0.1f};
  const auto left = static_cast<float>(square_left(2));
  on_square.points = {{left + 6, square_top + 6, 3}, {left + 20, square_top + 20, 3}};
  Stroke moved = on_square;
  moved.points = {{10, 6, 3}, {30, 6, 3}};
  Stroke beside = on_square;
  beside.id = 2;
  beside.kind = StrokeKind::neutral;
  beside.points = {{left - 8, square_top + 2, 3}, {left - 8, square_top + 22, 3}};
  const auto with = [](int frame, const std::vector<Stroke>& strokes) {
    DocumentState state;
    for (const Stroke& stroke : strokes) state.strokes.emplace_back(stroke);
    return painted_frame(frame, state);
  };
  const auto red_at = [](const Carried& carried, int x, int y) { return carried.colour.a(x, y); };
  for (const bool taken_over : {false, true}) {
    CAPTURE(taken_over);
    if (taken_over) moved.of = StrokeOrigin{2, 1};
    FilmColours colours(work, survey);
    FilmRecipe recipe;
    recipe.threads = 1;
    recipe.keys.painted = {with(2, {on_square, beside}), with(5, {moved})};
    colours.begin(recipe);
    REQUIRE(colours.carry(survey.shots[0], [] { return true; }));
    const KeptColours& kept = *colours.kept();
    const auto in_square = [&](const Carried& carried, int n) {
      return red_at(carried, square_left(n) + 13, square_top + 13);
    };
    CHECK(in_square(kept.at(3), 3) > 8);
    CHECK(red_at(kept.at(5), 20, 6) > 20);
    CHECK((in_square(kept.under(5), 5) < 4) == taken_over);
    for (int n : {5, 7}) {
      CAPTURE(in_square(kept.at(n), n));
      CHECK((in_square(kept.at(n), n) < 0.5f * in_square(kept.at(3), 3)) == taken_over);
    }
  }
}
