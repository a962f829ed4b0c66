// Things in a sitting without a window.
#include <doctest/doctest.h>

#include <cmath>

#include "editor/document/things.h"
#include "tests/editor/work/desk.h"

using namespace handtint;
using namespace handtint::tests;

TEST_CASE("things: hidden they colour nothing, a second click takes all of one, the next photo gets their colours") {
  Desk s;
  s.open(s.photo());
  const Rgb red{0.8f, 0.2f, 0.2f};
  s.editor->brush().set_colour(red);
  s.paint({10, 20}, {15, 25});
  s.paint({10, 40}, {15, 45});
  s.tools.tool = Tool::neutral;
  s.paint({35, 5}, {35, 10});
  REQUIRE(s.refined());
  CHECK(s.result_at({12, 33})->r > s.result_at({12, 33})->b + 0.1f);
  const std::vector<StrokeId> both{1, 2};
  s.editor->change([&](Document& d) { return d.take(edit_of_grouping(d.state(), both)); });
  const auto revision = s.editor->colouring().revision();
  s.editor->change([&](Document& d) { return d.take(edit_of_naming(d.state(), both, "Coat")); });
  CHECK(s.editor->colouring().revision() == revision);  // a name is no work for the solver
  s.editor->change([&](Document& d) { return d.take(edit_of_hiding(d.state(), both, true)); });
  REQUIRE(s.refined());
  CHECK(std::abs(s.result_at({12, 33})->r - s.result_at({12, 33})->b) < 0.02f);
  s.editor->undo();
  REQUIRE(s.refined());
  CHECK(s.result_at({12, 33})->r > s.result_at({12, 33})->b + 0.1f);

  s.tools.tool = Tool::select;
  const auto click = [&] {
    Pointer at;
    at.screen = screen_from_photo(s.view, {12, 22});
    s.tools.press(*s.editor, s.view, Tools::Button::left, at);
    s.tools.release(*s.editor, s.view);
    return s.editor->sitting().selection();
  };
  CHECK(click() == std::vector<StrokeId>{1});
  CHECK(click() == both);
  CHECK(click() == std::vector<StrokeId>{1});

  CHECK(s.editor->sitting().earlier_things().swatches.empty());
  s.open(s.photo());
  CHECK(s.editor->sitting().earlier_things() == Palette{"Things of photo.png", {{"Coat", red}}});
  s.open(s.photo());  // nothing was painted: those of before still stand
  CHECK(s.editor->sitting().earlier_things().swatches.size() == 1);
}
