// A sitting without a window: pointer events through the tools into the editor, with the real solver.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <string>
#include <thread>

#include "editor/document/rasterise.h"
#include "editor/document/session.h"
#include "tests/editor/work/desk.h"

using namespace handtint;
using namespace handtint::tests;

TEST_CASE("painting colours the picture, and undo takes it back") {
  Desk s;
  s.open(s.photo());
  s.editor->brush().set_colour({0.75f, 0.2f, 0.15f});
  s.paint({10, 20}, {30, 40});
  REQUIRE(s.editor->document().strokes().size() == 1);
  CHECK(s.editor->document().strokes().back()->points.size() >= 10);
  REQUIRE(s.refined());
  const auto painted = s.result_at({20.5f, 30.5f});
  REQUIRE(painted);
  CHECK(painted->r > painted->b + 0.15f);
  CHECK_FALSE(s.result_at({-3, 2}));

  s.editor->undo();
  CHECK(s.editor->document().strokes().empty());
  s.editor->redo();
  CHECK(s.editor->document().strokes().size() == 1);
  CHECK(s.editor->document().modified());
}

TEST_CASE("a pen's pressure is the width of its stroke, if that is wanted") {
  Desk s;
  s.open(s.photo());
  const auto radius_of = [&](float pressure) {
    for (const float x : {20.0f, 40.0f}) {
      Pointer p;
      p.screen = screen_from_photo(s.view, {x, 30});
      p.pressure = pressure;
      if (x == 20)
        s.tools.press(*s.editor, s.view, Tools::Button::left, p);
      else
        s.tools.move(*s.editor, s.view, p);
    }
    s.tools.release(*s.editor, s.view);
    return s.editor->document().strokes().back()->points.back().radius;
  };
  const float radius = s.editor->brush().radius();
  CHECK(radius_of(1) == doctest::Approx(radius));
  CHECK(radius_of(0.5f) == doctest::Approx(radius / 2));
  s.preferences.pressure_to_size = false;
  CHECK(radius_of(0.5f) == doctest::Approx(radius));
}

TEST_CASE("a click of the wand colours a thing and nothing else, as a stroke like all others") {
  Desk s;
  s.open(s.photo());
  s.editor->brush().set_colour({0.75f, 0.2f, 0.15f});
  s.tools.tool = Tool::wand;
  const auto at = [&](Point place) {
    Pointer p;
    p.screen = screen_from_photo(s.view, place);
    return p;
  };
  const Wand::Thing* thing = s.tools.wand.look_at(*s.editor, {20, 30});
  REQUIRE(thing);
  CHECK(std::count(thing->cells.begin(), thing->cells.end(), 1) == 40 * 60);
  CHECK_FALSE(s.tools.wand.look_at(*s.editor, {-4, 30}));
  s.tools.press(*s.editor, s.view, Tools::Button::left, at({20, 30}));
  s.tools.release(*s.editor, s.view);
  CHECK(s.tools.take_refusal() == "");
  REQUIRE(s.editor->document().strokes().size() == 1);
  CHECK(undo_label(s.editor->document().state()) == "Colour a thing");
  REQUIRE(s.refined());
  for (const Point place : {Point{3, 3}, {20, 30}, {37, 57}}) CHECK(s.result_at(place)->r > 0.55f);
  const Chroma& chroma = *s.editor->colouring().picture()->chroma;
  for (const int x : {45, 60, 79}) CHECK(std::abs(chroma.a(x, 30)) < 0.5f);

  const std::vector<StrokeId> all{s.editor->document().strokes().back()->id};
  s.editor->change([&](Document& d) { return d.recolour(all, {0.2f, 0.3f, 0.8f}); });
  REQUIRE(s.refined());
  CHECK(s.result_at({20, 30})->b > 0.55f);
  const auto file = s.folder.path() / "clicked.handtint";
  REQUIRE(s.editor->save(file));
  const Session session = read_session(file);
  CHECK(session.state.strokes.back()->region == s.editor->document().strokes().back()->region);
  CHECK(mask_from_strokes({s.editor->sitting().photo(), session.state.strokes}).drawn(20, 30) == 1);
  s.editor->undo();
  s.editor->undo();
  CHECK(s.editor->document().strokes().empty());

  s.editor->limit_strokes({{5, 10}, {30, 10}, {30, 50}, {5, 50}});
  thing = s.tools.wand.look_at(*s.editor, {20, 30});
  REQUIRE(thing);
  CHECK(std::count(thing->cells.begin(), thing->cells.end(), 1) == 25 * 40);
  s.tools.press(*s.editor, s.view, Tools::Button::left, at({60, 30}));
  s.tools.release(*s.editor, s.view);
  CHECK(s.tools.take_refusal() == "Outside the lasso");
  CHECK(s.editor->document().strokes().empty());
}

TEST_CASE("the coats to choose from begin with the likeliest, and differ visibly from one another") {
  Prediction prediction;  // each half may be red or green or blue
  prediction.width = 12;
  prediction.height = 8;
  prediction.bins = {{50, 30}, {-50, 40}, {10, -60}};
  prediction.logits.assign(3 * 96, 0.0f);
  for (std::size_t cell = 0; cell < 96; ++cell) prediction.logits[cell] = 0.4f;
  const std::vector<std::uint32_t> chosen = different_variants(prediction, {}, 6, 20);
  REQUIRE(chosen.size() > 2);
  CHECK(chosen.size() <= 6);
  CHECK(chosen.front() == 0);
  for (std::size_t i = 0; i < chosen.size(); ++i)
    for (std::size_t k = i + 1; k < chosen.size(); ++k) {
      const Prior p = make_prior(prediction, {.variant = chosen[i]}),
                  q = make_prior(prediction, {.variant = chosen[k]});
      float most = 0;
      for (std::size_t cell = 0; cell < p.a.size(); ++cell)
        most = std::max(most, std::hypot(p.a.data()[cell] - q.a.data()[cell], p.b.data()[cell] - q.b.data()[cell]));
      CHECK(most > 2);
    }
  Prediction sure;  // one colour: there is nothing to choose
  sure.width = sure.height = 2;
  sure.a = sure.b = Plane<float>(2, 2, 20);
  CHECK(different_variants(sure, {}, 6, 20) == std::vector<std::uint32_t>{0});
}

TEST_CASE("a stroke given up leaves neither a stroke nor a hint") {
  Desk s;
  s.open(s.photo());
  Pointer p;
  p.screen = screen_from_photo(s.view, {20, 20});
  s.tools.press(*s.editor, s.view, Tools::Button::left, p);
  CHECK(s.editor->brush().stroke());
  s.tools.cancel(*s.editor);
  CHECK_FALSE(s.editor->brush().stroke());
  CHECK(s.editor->document().strokes().empty());
  CHECK_FALSE(s.editor->document().modified());
}

TEST_CASE(
    "a lasso keeps strokes in: the screen, stroke by stroke, and the command line agree, and outside nothing changes") {
  for (const bool coated : {false, true}) {
    CAPTURE(coated);
    Desk s(coated ? fake_network(std::make_shared<Network>()) : NetworkSource{{}, "there is none"});
    s.preferences.coat_on_opening = coated;
    s.open(s.photo());
    if (coated) REQUIRE(s.wait([&] { return s.editor->colouring().predictions().latest() != nullptr; }));
    s.editor->brush().set_colour({0.2f, 0.6f, 0.3f});
    s.paint({50, 10}, {70, 20});
    REQUIRE(s.refined());
    const Chroma before = *s.editor->colouring().picture()->chroma;

    s.editor->limit_strokes({{5, 10}, {35, 10}, {35, 50}, {5, 50}});
    REQUIRE(s.refined());
    s.editor->brush().set_colour({0.8f, 0.2f, 0.15f});
    s.paint({2, 20}, {60, 25});
    s.editor->brush().set_colour({0.2f, 0.3f, 0.8f});
    s.paint({10, 40}, {20, 42});
    s.editor->limit_strokes({});
    REQUIRE(s.refined());
    const Chroma painted = *s.editor->colouring().picture()->chroma;
    REQUIRE(painted.a.same_size(before.a));
    float outside = 0;
    for (int y = 0; y < 60; ++y)
      for (int x = 0; x < 80; ++x)
        if (x < 5 || x >= 35 || y < 10 || y >= 50)
          outside = std::max(
              {outside, std::abs(painted.a(x, y) - before.a(x, y)), std::abs(painted.b(x, y) - before.b(x, y))});
    CHECK(outside == 0);
    CHECK(painted.a(20, 22) > 20);
    CHECK(painted.b(15, 41) < -20);
    CHECK(std::abs(painted.a(6, 15) - before.a(6, 15)) > 10);

    const Chroma exported = render(s.editor->sitting().photo(), s.editor->document().state(),
                                   network_coat(fake_network(std::make_shared<Network>()).open()))
                                .chroma;
    float apart = 0;
    for (int y = 0; y < 60; ++y)
      for (int x = 0; x < 80; ++x) apart = std::max(apart, std::abs(exported.a(x, y) - painted.a(x, y)));
    CHECK(apart < 1);

    s.editor->undo();
    CHECK(s.editor->brush().region().size() == 4);  // the lasso is back, before its strokes go
    s.editor->undo();
    s.editor->undo();
    REQUIRE(s.refined());
    CHECK(s.editor->colouring().picture()->chroma->a == before.a);
    s.editor->undo();
    CHECK(s.editor->brush().region().empty());
    s.editor->redo();
    CHECK(s.editor->brush().region().size() == 4);
  }
}

TEST_CASE("select, move, recolour while picking, erase whole strokes") {
  Desk s;
  s.open(s.photo());
  s.paint({10, 30}, {30, 30});
  s.tools.tool = Tool::select;
  s.paint({20, 30}, {25, 40});  // takes the stroke along
  REQUIRE(s.editor->sitting().selection().size() == 1);
  CHECK(s.editor->document().strokes().back()->points.front().x == doctest::Approx(15).epsilon(0.1));
  CHECK(undo_label(s.editor->document().state()) != "");
  s.editor->undo();  // the whole drag is one step
  CHECK(s.editor->document().strokes().back()->points.front().x == doctest::Approx(10).epsilon(0.1));
  s.tools.tool = Tool::eraser;
  s.tools.erase_whole_strokes = true;
  s.paint({20, 25}, {20, 35});
  CHECK(s.editor->document().strokes().empty());
}

TEST_CASE("strokes that touch nothing of the photo, or of the lasso, are refused with a word") {
  Desk s;
  s.open(s.photo());
  s.paint({-30, -30}, {-20, -25});
  CHECK(s.tools.take_refusal() == "Outside the photo");
  CHECK(s.editor->document().strokes().empty());
  s.editor->limit_strokes({{40, 10}, {70, 10}, {70, 50}, {40, 50}});
  s.paint({10, 20}, {20, 20});
  CHECK(s.tools.take_refusal() == "Outside the lasso");
  CHECK(s.editor->document().strokes().empty());
  s.paint({10, 20}, {50, 20});
  CHECK(s.tools.take_refusal() == "");
  CHECK(s.editor->document().strokes().size() == 1);
}

TEST_CASE("Shift: a click goes straight from the last end, a drag sizes the brush, giving it up brings the size back") {
  Desk s;
  s.open(s.photo());
  s.paint({10, 10}, {20, 10});
  Pointer p;
  p.shift = true;
  p.screen = screen_from_photo(s.view, {40, 30});
  s.tools.press(*s.editor, s.view, Tools::Button::left, p);
  s.tools.release(*s.editor, s.view);
  REQUIRE(s.editor->document().strokes().size() == 2);
  CHECK(s.editor->document().strokes().back()->points.back().x == doctest::Approx(40).epsilon(0.02));
  const float before = s.editor->brush().radius();
  s.tools.press(*s.editor, s.view, Tools::Button::left, p);
  p.screen.x += 60;
  s.tools.move(*s.editor, s.view, p);
  CHECK(s.editor->brush().radius() == doctest::Approx(2 * before));
  s.tools.cancel(*s.editor);
  CHECK(s.editor->brush().radius() == doctest::Approx(before));
  CHECK(s.editor->document().strokes().size() == 2);
}

TEST_CASE("saved, reopened and exported: the same strokes, the same file name, a coloured picture") {
  Desk s;
  s.open(s.photo());
  s.editor->brush().set_colour({0.2f, 0.3f, 0.8f});
  s.paint({8, 15}, {32, 45});
  const auto session = s.folder.path() / "work.handtint";
  REQUIRE(s.editor->save(session));
  CHECK_FALSE(s.editor->document().modified());
  CHECK_FALSE(s.editor->save(s.folder.path() / "nowhere" / "work.handtint"));
  CHECK(s.editor->messages().take().back().problem);
  s.open(session);
  CHECK(s.editor->sitting().name() == "work.handtint");
  REQUIRE(s.editor->document().strokes().size() == 1);
  CHECK(s.editor->document().can_undo());
  const auto exported = s.folder.path() / "out.png";
  s.editor->exports().write_picture(exported);
  REQUIRE(s.wait([&] { return !s.editor->exports().running(); }));
  const Photo picture = read_photo(exported);
  CHECK(picture.b(20, 30) < -10);
  CHECK(std::abs(picture.lightness(20, 30) - 45) < 1);
}

TEST_CASE("a photo opens with a first coat, strokes lie over it, and the network looks again when the hand rests") {
  const auto network = std::make_shared<Network>();
  Desk s(fake_network(network));
  s.open(s.photo());
  CHECK(s.editor->document().coat().on);
  CHECK_FALSE(s.editor->document().modified());
  REQUIRE(s.wait([&] { return s.editor->colouring().predictions().latest() != nullptr; }));
  CHECK(network->asked == 1);
  REQUIRE(s.refined());
  const auto left = s.result_at({10, 30}), right = s.result_at({70, 30});
  CHECK(left->r > left->g + 0.1f);
  CHECK(right->g > right->r + 0.1f);

  // In the middle of a stroke nobody is asked, however long it takes.
  s.editor->brush().set_colour({0.2f, 0.3f, 0.8f});
  s.editor->begin_stroke(StrokeKind::colour, {10, 20, 1});
  s.editor->extend_stroke({20, 30, 1});
  CHECK_FALSE(s.editor->due_in_ms());
  const auto end = std::chrono::steady_clock::now() + 100ms;
  s.wait([&] { return std::chrono::steady_clock::now() > end; });
  CHECK(network->asked == 1);
  const auto number = s.editor->colouring().predictions().number();
  s.editor->end_stroke();
  CHECK(s.editor->due_in_ms());
  const auto coat = s.editor->colouring().coat_revision();
  REQUIRE(s.wait([&] { return s.editor->colouring().predictions().number() != number; }));
  CHECK(network->asked == 2);
  CHECK(s.editor->colouring().coat_revision() == coat);               // the coat is that of the bare photo
  CHECK(s.editor->colouring().predictions().latest()->b(1, 0) < -1);  // it has seen the stroke
  CHECK_FALSE(s.editor->due_in_ms());
  REQUIRE(s.refined());
  const auto painted = s.result_at({15, 25});
  CHECK(painted->b > painted->r + 0.1f);
}

TEST_CASE("dials of the coat act at once, without the network, and can be undone") {
  const auto network = std::make_shared<Network>();
  Desk s(fake_network(network));
  s.open(s.photo());
  REQUIRE(s.wait([&] { return s.editor->colouring().predictions().latest() != nullptr; }));
  REQUIRE(s.refined());
  const float full = s.editor->colouring().picture()->chroma->a(10, 30);
  CHECK(full > 20);
  s.editor->change([&](Document& d) { return d.set_coat({.on = true, .dials = {.amount = 0.5f}}, Step::own); });
  s.editor->change([&](Document& d) { return d.set_coat({.on = true, .dials = {.amount = 0.25f}}, Step::fold); });
  REQUIRE(s.refined());
  CHECK(s.editor->colouring().picture()->chroma->a(10, 30) == doctest::Approx(full / 4).epsilon(0.2));
  s.editor->change([&](Document& d) { return d.set_coat({.on = false, .dials = {.amount = 0.25f}}, Step::own); });
  REQUIRE(s.refined());
  CHECK(s.editor->colouring().picture()->chroma->a(10, 30) == 0);
  s.editor->undo();
  s.editor->undo();
  REQUIRE(s.refined());
  CHECK(s.editor->colouring().picture()->chroma->a(10, 30) == doctest::Approx(full).epsilon(0.01));
  CHECK_FALSE(s.editor->document().can_undo());
  s.editor->colouring().restart();
  REQUIRE(s.refined());
  CHECK(s.editor->colouring().picture()->chroma->a(10, 30) == doctest::Approx(full).epsilon(0.01));
  CHECK(network->asked == 1);
}

TEST_CASE("the preference decides about new photos, the file about sessions; who looks where it is unsure asks too") {
  const auto network = std::make_shared<Network>();
  Desk s(fake_network(network));
  s.preferences.coat_on_opening = false;
  s.open(s.photo());
  CHECK_FALSE(s.editor->document().coat().on);
  CHECK_FALSE(s.editor->due_in_ms());
  REQUIRE(s.refined());
  CHECK(network->asked == 0);
  s.editor->colouring().predictions().set_watched(true);
  REQUIRE(s.wait([&] { return s.editor->colouring().predictions().latest() != nullptr; }));
  REQUIRE(s.refined());
  CHECK(s.editor->colouring().picture()->chroma->a(10, 30) == 0);
  s.editor->colouring().predictions().set_watched(false);

  const auto with = s.folder.path() / "with.handtint", without = s.folder.path() / "without.handtint";
  REQUIRE(s.editor->save(without));
  s.editor->change([&](Document& d) { return d.set_coat({.on = true, .dials = {.amount = 0.5f}}, Step::own); });
  REQUIRE(s.editor->save(with));
  s.preferences.coat_on_opening = true;
  s.open(without);
  CHECK_FALSE(s.editor->document().coat().on);
  s.open(with);
  CHECK(s.editor->document().coat() == FirstCoat{.on = true, .dials = {.amount = 0.5f}});
  REQUIRE(s.wait([&] { return s.editor->colouring().predictions().latest() != nullptr; }));
  REQUIRE(s.refined());
  CHECK(s.editor->colouring().picture()->chroma->a(10, 30) > 5);
}

TEST_CASE("what is exported has the coat that one function derives from the document, at any moment") {
  const auto network = std::make_shared<Network>();
  Desk s(fake_network(network));
  s.preferences.backend = "cpu";
  s.open(s.photo());
  s.editor->brush().set_colour({0.2f, 0.3f, 0.8f});
  s.paint({8, 15}, {32, 45});
  s.editor->change([&](Document& d) { return d.set_coat({.on = true, .dials = {.amount = 0.5f}}, Step::own); });
  // Before the network has looked at the stroke, and after it.
  const auto early = s.folder.path() / "early.png", late = s.folder.path() / "late.png",
             derived = s.folder.path() / "derived.png";
  s.editor->exports().write_picture(early);
  REQUIRE(s.wait([&] { return !s.editor->exports().running(); }));
  REQUIRE(s.wait([&] { return s.editor->colouring().predictions().latest() && !s.editor->due_in_ms(); }));
  s.editor->exports().write_picture(late);
  REQUIRE(s.wait([&] { return !s.editor->exports().running(); }));

  const Rendered rendered = render(s.editor->sitting().photo(), s.editor->document().state(),
                                   network_coat(fake_network(network).open()), {.backend = Backend::cpu});
  REQUIRE(
      write_rendered(derived, s.editor->sitting().photo(), rendered, write_options_for(s.editor->sitting().photo())));
  const Photo expected = read_photo(derived);
  for (const auto& file : {early, late}) {
    const Photo exported = read_photo(file);
    CHECK(exported.a == expected.a);
    CHECK(exported.b == expected.b);
  }
  CHECK(expected.a(35, 5) > 3);
}

TEST_CASE("a network that fails is told once; painting, saving and exporting go on without a coat") {
  const auto network = std::make_shared<Network>();
  network->fail = true;
  Desk s(fake_network(network));
  s.open(s.photo());
  REQUIRE(s.wait([&] { return !s.editor->colouring().predictions().status().problem.empty(); }));
  s.editor->update();
  const auto notices = s.editor->messages().take();
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].problem);
  CHECK(notices[0].text.find("not a number") != std::string::npos);
  s.editor->brush().set_colour({0.75f, 0.2f, 0.15f});
  s.paint({10, 20}, {30, 40});
  REQUIRE(s.refined());
  CHECK(s.result_at({20, 30})->r > 0.5f);
  CHECK_FALSE(s.editor->due_in_ms());
  const auto exported = s.folder.path() / "out.png";
  s.editor->exports().write_picture(exported);
  REQUIRE(s.wait([&] { return !s.editor->exports().running(); }));
  s.editor->update();
  CHECK(s.editor->messages().take().back().text.find("without a first coat") != std::string::npos);
  CHECK(read_photo(exported).a(20, 30) > 10);
  CHECK(network->asked == 1);
  // The next photo does not ask for what cannot be had.
  s.open(s.photo());
  CHECK_FALSE(s.editor->document().coat().on);
}

TEST_CASE("an imported mask is read on a thread and arrives as one change; of a file that is none nothing arrives") {
  Desk s;
  s.open(s.photo());
  s.editor->brush().set_colour({0.8f, 0.2f, 0.2f});
  s.paint({20, 30}, {60, 30});
  std::vector<Notice> notices;
  const auto told = [&] { return !(notices = s.editor->messages().take()).empty(); };
  const std::filesystem::path mask = s.folder.path() / "mask.png";
  s.editor->exports().write_mask(mask);
  REQUIRE(s.wait(told));
  REQUIRE_FALSE(notices.front().problem);
  s.editor->undo();
  const std::uint64_t before = s.editor->document().revision();

  s.editor->import_mask(s.folder.path() / "none.png");
  REQUIRE(s.wait(told));
  CHECK(notices.front().problem);
  CHECK(s.editor->document().revision() == before);

  s.editor->import_mask(mask);
  REQUIRE(s.wait(told));
  CHECK_FALSE(notices.front().problem);
  REQUIRE(s.editor->document().imported());
  REQUIRE(s.refined());
  CHECK(s.result_at({40.5f, 30.5f})->r > s.result_at({40.5f, 30.5f})->b + 0.1f);
  s.editor->undo();
  CHECK_FALSE(s.editor->document().imported());
}

TEST_CASE("another tool's picture becomes the coat: on the screen, in the export, in the session, and undone") {
  Desk s;
  s.preferences.backend = "cpu";
  s.open(s.photo());
  const auto theirs = s.folder.path() / "theirs.png", out = s.folder.path() / "out.png",
             file = s.folder.path() / "work.handtint";
  REQUIRE(write_photo(theirs, Plane<float>(40, 30, 50.0f), {Plane<float>(40, 30, 35.0f), Plane<float>(40, 30, 10.0f)},
                      {}, {}));
  s.editor->messages().take();
  s.editor->colouring().picture_coat().choose(s.photo());
  REQUIRE(s.wait([&] { return !s.editor->messages().take().empty(); }));  // it is grey
  CHECK_FALSE(s.editor->document().coat().picture);
  s.editor->colouring().picture_coat().choose(theirs);
  REQUIRE(s.wait([&] { return s.editor->document().coat().picture.has_value(); }));
  REQUIRE(s.refined());
  const Chroma& screen = *s.editor->colouring().picture()->chroma;
  CHECK(screen.a(20, 30) > 20);

  s.editor->exports().write_picture(out);
  REQUIRE(s.wait([&] { return !s.editor->exports().running(); }));
  CHECK(read_photo(out).a(20, 30) == doctest::Approx(screen.a(20, 30)).epsilon(0.05));
  REQUIRE(s.editor->save(file));
  s.editor->undo();
  CHECK_FALSE(s.editor->document().coat().picture);
  REQUIRE(s.refined());
  CHECK(std::abs(s.editor->colouring().picture()->chroma->a(20, 30)) < 0.1f);

  s.open(file);
  REQUIRE(s.refined());
  CHECK(s.editor->document().coat().picture->file.path == theirs);
  CHECK(s.editor->colouring().picture()->chroma->a(20, 30) > 20);
  std::filesystem::remove(theirs);
  s.editor->messages().take();
  s.open(file);
  const auto notices = s.editor->messages().take();
  CHECK(std::any_of(notices.begin(), notices.end(), [](const Notice& n) { return n.problem; }));
}
