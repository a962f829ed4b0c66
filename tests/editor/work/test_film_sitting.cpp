// A film in a sitting without a window: numbered pictures, painted on and stepped through.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "editor/document/film_session.h"
#include "editor/film/dense_flow.h"
#include "editor/work/adoption.h"
#include "tests/editor/film/moving_square.h"
#include "tests/editor/work/desk.h"

using namespace handtint;
using namespace handtint::tests;

namespace fs = std::filesystem;

namespace {

struct FilmDesk : Desk {
  fs::path film = folder.path() / "clip", session = folder.path() / "clip.handtint";

  explicit FilmDesk(int frames) {
    for (int n = 0; n < frames; ++n) write_frame(picture(n), frame_light(n));
  }
  fs::path picture(int n) const { return film / numbered("f%03d.png", n); }

  void open_film(const fs::path& file) {
    open(file);
    REQUIRE(editor->film());
    view.photo_width = film_width;
    view.photo_height = film_height;
    view = actual_pixels(view, {400, 300});
  }
  void go_to(int frame) {
    editor->film()->go_to(frame);
    REQUIRE(wait([&] { return editor->film()->frame() == frame; }));
  }
  void paint_square(int frame) {
    const auto left = static_cast<float>(square_left(frame));
    editor->brush().set_radius(2);
    editor->brush().set_colour({0.8f, 0.15f, 0.1f});
    paint({left + 5, square_top + 8}, {left + 20, square_top + 20});
  }
  // The result's a in the middle of the square.
  float redness(int frame) {
    const auto& picture = editor->colouring().picture();
    return picture ? picture->chroma->a(square_left(frame) + square_side / 2, square_top + square_side / 2) : 0;
  }
  // The stroke of another frame that lies there.
  const Stroke* ghost(int frame) const {
    const auto left = static_cast<float>(square_left(frame));
    return carried_stroke_at(*editor, {left + 12.5f, square_top + 14}, 3);
  }
  bool ghost_comes(int frame) {
    return wait([&] { return ghost(frame) != nullptr; });
  }
  bool ghosts_found() {
    return wait([&] { return !editor->film()->ghosts().stale(); });
  }
  void drag(Point from, Point to) {
    tools.tool = Tool::select;
    paint(from, to);
    tools.tool = Tool::brush;
  }
  std::size_t strokes() const { return editor->document().strokes().size(); }
};

}  // namespace

TEST_CASE("each frame keeps its own strokes and steps, and the strokes' colours arrive on the neighbours") {
  FilmDesk s(6);
  s.open_film(s.film);
  CHECK(s.editor->film()->frames() == 6);
  s.paint_square(0);
  REQUIRE(s.strokes() == 1);
  CHECK(s.editor->film()->keys() == std::vector<int>{0});
  CHECK(s.editor->document().coat() == FirstCoat{});

  s.go_to(1);
  CHECK(s.strokes() == 0);
  CHECK(has_unsaved_work(*s.editor));
  CHECK_FALSE(s.editor->document().modified());
  CHECK(s.editor->sitting().photo().path == s.picture(1));
  if (why_no_dense_flow().empty()) {
    CHECK(s.wait([&] { return s.redness(1) > 12; }));
    CHECK(s.wait([&] {
      const auto marks = s.editor->film()->thread().marks();
      return marks.size() == 6 &&
             std::all_of(marks.begin(), marks.end(), [](const FrameMark& m) { return m.trust > 0; });
    }));
    s.go_to(4);
    CHECK(s.wait([&] { return s.redness(4) > 8; }));
    // A correction speaks over what was carried; the rest of the frame keeps that.
    s.editor->brush().set_colour({0.1f, 0.2f, 0.8f});
    s.paint({70, 55}, {85, 58});
    REQUIRE(s.refined());
    CHECK(s.redness(4) > 6);
    s.editor->undo();
  }
  s.go_to(0);
  CHECK(s.strokes() == 1);
  s.editor->undo();
  CHECK(s.strokes() == 0);
  CHECK(s.editor->film()->keys().empty());
  s.editor->redo();
  CHECK(s.strokes() == 1);
  s.editor->film()->go_to(99);
  CHECK(s.wait([&] { return s.editor->film()->frame() == 5; }));  // the last
  s.editor->close();
  CHECK_FALSE(s.editor->film());
  CHECK_FALSE(fs::exists(s.film.string() + ".work"));
}

TEST_CASE("a film's session brings everything back, and knows strokes on frames that the film has lost") {
  FilmDesk s(5);
  s.open_film(s.film);
  s.paint_square(0);
  s.go_to(4);
  s.paint_square(4);
  s.paint({60, 50}, {80, 56});
  REQUIRE(s.editor->save(s.session));
  CHECK_FALSE(has_unsaved_work(*s.editor));
  s.editor->close();

  s.open_film(s.session);
  CHECK(s.editor->film()->frame() == 4);
  CHECK(s.strokes() == 2);
  CHECK(s.editor->document().can_undo());
  CHECK_FALSE(has_unsaved_work(*s.editor));
  CHECK(s.editor->film()->keys() == std::vector<int>{0, 4});
  s.editor->film()->save_frame(s.folder.path() / "frame.handtint");
  s.go_to(0);
  CHECK(s.strokes() == 1);
  s.editor->close();
  s.open(s.folder.path() / "frame.handtint");  // a photo like all others
  CHECK_FALSE(s.editor->film());
  CHECK(s.strokes() == 2);
  s.editor->close();

  fs::remove(s.picture(4));
  s.editor->messages().take();
  s.open_film(s.session);
  CHECK(s.editor->film()->frame() == 0);
  if (why_no_dense_flow().empty()) {
    std::vector<Notice> notices;
    CHECK(s.wait([&] {
      for (Notice& notice : s.editor->messages().take()) notices.push_back(std::move(notice));
      return std::any_of(notices.begin(), notices.end(),
                         [](const Notice& n) { return n.text.find("stay") != std::string::npos; });
    }));
  }
  s.paint({60, 50}, {80, 56});
  REQUIRE(s.editor->save(s.session));
  const FilmSession saved = read_film_session(s.session);
  REQUIRE(saved.painted.size() == 2);
  CHECK(saved.painted[0].state.strokes.size() == 2);
  CHECK(saved.painted[1].frame == 4);
  CHECK(saved.painted[1].state.strokes.size() == 2);
}

TEST_CASE("whatever kills the program, every frame's strokes are in a journal") {
  FilmDesk s(4);
  s.open_film(s.film);
  s.paint_square(0);
  s.go_to(2);
  s.paint_square(2);
  s.paint({60, 50}, {80, 56});
  s.go_to(3);
  s.editor.reset();  // without having been closed
  const auto left = list_recoveries();
  REQUIRE(left.size() == 2);
  s.editor = std::make_unique<Editor>(
      s.preferences, [] {}, NetworkSource{{}, "there is none"});
  s.editor->open({{}, left.front().journal, {}, false});
  REQUIRE(s.wait([&] { return !s.editor->loading(); }));
  REQUIRE(s.editor->film());
  CHECK(s.editor->film()->keys() == std::vector<int>{0, 2});
  CHECK(has_unsaved_work(*s.editor));
  s.go_to(2);
  CHECK(s.strokes() == 2);
  s.go_to(0);
  CHECK(s.strokes() == 1);
  s.editor->close();
  CHECK(list_recoveries().empty());
}

TEST_CASE("a film is written as the command line writes it, and never over itself") {
  FilmDesk s(4);
  if (!why_no_dense_flow().empty()) return;
  s.open_film(s.film);
  s.paint_square(0);
  Exports& exports = s.editor->exports();
  const auto told = [&](const std::string& part) {
    const std::vector<Notice> notices = s.editor->messages().take();
    return std::any_of(notices.begin(), notices.end(),
                       [&](const Notice& n) { return n.text.find(part) != std::string::npos; });
  };
  exports.write_film(s.film);
  CHECK_FALSE(exports.running());
  CHECK(told("the film itself"));

  const fs::path out = s.folder.path() / "out";
  exports.write_film(out);
  CHECK(exports.running());
  REQUIRE(s.wait([&] { return !exports.running(); }));
  CHECK(s.wait([&] { return told("Exported"); }));
  for (int n = 0; n < 4; ++n) {
    const Photo photo = read_photo(out / numbered("f%03d.png", n));
    REQUIRE(!photo.a.empty());
    CHECK(photo.a(square_left(n) + 14, square_top + 14) > 8);
  }
  exports.write_film(out);
  CHECK(told("holds something"));

  exports.write_film(s.folder.path() / "cancelled");
  exports.cancel();
  REQUIRE(s.wait([&] { return !exports.running(); }));
  CHECK(s.wait([&] { return told("cancelled"); }));
  s.go_to(1);  // and goes on
  CHECK(s.wait([&] { return s.redness(1) > 12; }));
}

TEST_CASE("a stroke of another frame is taken over by the hand that moves it, and undone as one step") {
  FilmDesk s(6);
  if (!why_no_dense_flow().empty()) return;
  s.open_film(s.film);
  s.paint_square(0);
  s.go_to(3);
  REQUIRE(s.ghost_comes(3));
  CHECK(s.strokes() == 0);
  const Stroke ghost = *s.ghost(3);
  CHECK(ghost.of == StrokeOrigin{0, 1});
  CHECK(ghost.points.front().x == doctest::Approx(square_left(3) + 5).epsilon(0.03));
  CHECK(words_of_carried(ghost.of->frame).find("frame 1;") != std::string::npos);

  const auto left = static_cast<float>(square_left(3));
  s.drag({left + 12.5f, square_top + 14}, {left + 16.5f, square_top + 14});
  REQUIRE(s.strokes() == 1);
  const Stroke taken = *s.editor->document().strokes()[0];
  CHECK(taken.of == StrokeOrigin{0, 1});
  CHECK(taken.points.front().x == doctest::Approx(ghost.points.front().x + 4));
  CHECK(s.editor->sitting().selection() == std::vector<StrokeId>{taken.id});
  CHECK(s.editor->film()->ghosts().strokes().empty());
  CHECK(s.editor->film()->keys() == std::vector<int>{0, 3});
  s.editor->undo();
  CHECK(s.strokes() == 0);
  CHECK(s.ghost_comes(3));
  s.editor->redo();
  REQUIRE(s.ghosts_found());
  CHECK_FALSE(s.ghost(3));
  s.go_to(2);
  REQUIRE(s.ghost_comes(2));
  CHECK(s.ghost(2)->of == StrokeOrigin{0, 1});
  CHECK(s.editor->film()->ghosts().strokes().size() == 1);
  s.go_to(5);
  REQUIRE(s.wait([&] { return !s.editor->film()->ghosts().strokes().empty(); }));
  CHECK(s.editor->film()->ghosts().strokes()[0]->of == StrokeOrigin{3, taken.id});

  // Recoloured without having been moved; ended.
  pick_carried(*s.editor, *s.editor->film()->ghosts().strokes()[0]);
  REQUIRE(picked_carried(*s.editor));
  const Step step = adopt_picked(*s.editor, "Recolour", Step::own);
  s.editor->change([&](Document& d) { return d.recolour(s.editor->sitting().selection(), {0, 0, 1}, step); });
  REQUIRE(s.strokes() == 1);
  CHECK(s.editor->document().strokes()[0]->colour == Rgb{0, 0, 1});
  s.editor->undo();
  CHECK(s.strokes() == 0);
  s.go_to(4);
  REQUIRE(s.wait([&] { return !s.editor->film()->ghosts().strokes().empty(); }));
  CHECK_FALSE(end_picked(*s.editor));
  pick_carried(*s.editor, *s.editor->film()->ghosts().strokes()[0]);
  s.editor->select({});
  CHECK_FALSE(picked_carried(*s.editor));
  pick_carried(*s.editor, *s.editor->film()->ghosts().strokes()[0]);
  CHECK(end_picked(*s.editor));
  REQUIRE(s.strokes() == 1);
  CHECK(s.editor->document().strokes()[0]->hidden);
  s.go_to(5);
  REQUIRE(s.ghosts_found());
  CHECK(s.editor->film()->ghosts().strokes().empty());

  REQUIRE(s.editor->save(s.session));
  const FilmSession saved = read_film_session(s.session);
  REQUIRE(saved.painted.size() == 3);
  CHECK(saved.painted[1].state.strokes[0]->of == StrokeOrigin{0, 1});
  CHECK(saved.painted[2].state.strokes[0]->hidden);
}

TEST_CASE("a frame that is saved by itself has the strokes that others brought to it") {
  FilmDesk s(4);
  if (!why_no_dense_flow().empty()) return;
  s.open_film(s.film);
  s.paint_square(0);
  s.go_to(2);
  s.paint({60, 50}, {80, 56});
  REQUIRE(s.ghost_comes(2));
  const fs::path file = s.folder.path() / "frame.handtint";
  s.editor->film()->save_frame(file);
  CHECK(s.strokes() == 1);
  const Session saved = read_session(file);
  REQUIRE(saved.state.strokes.size() == 2);
  CHECK_FALSE(saved.state.strokes[0]->of);
  CHECK(saved.state.strokes[0]->points.front().x == doctest::Approx(square_left(2) + 5).epsilon(0.03));
  CHECK(saved.state.strokes[0]->id != saved.state.strokes[1]->id);
  CHECK(undo_label(saved.state) == "Strokes of other frames");
}

TEST_CASE("a film is cut and joined by hand: colours and strokes stop there, and the session keeps it") {
  FilmDesk s(6);
  if (!why_no_dense_flow().empty()) return;
  s.open_film(s.film);
  s.paint_square(0);
  FilmThread& thread = s.editor->film()->thread();
  REQUIRE(s.wait([&] { return thread.mark(5).trust > 0; }));
  REQUIRE(s.editor->save(s.session));
  FilmCuts& cuts = s.editor->film()->cuts();
  CHECK(cuts.known());
  CHECK(cuts.of_session().empty());
  s.go_to(4);
  REQUIRE(s.ghost_comes(4));
  for (int nowhere : {0, -1, 6}) cuts.toggle(nowhere);
  CHECK_FALSE(has_unsaved_work(*s.editor));
  cuts.toggle(3);
  CHECK(cuts.begins_shot(3));
  CHECK(has_unsaved_work(*s.editor));
  CHECK(s.wait([&] { return thread.mark(4).trust < 0 && !s.ghost(4); }));
  CHECK(thread.mark(2).trust > 0);
  cuts.toggle(3);
  CHECK_FALSE(has_unsaved_work(*s.editor));
  CHECK(s.wait([&] { return thread.mark(4).trust > 0 && s.ghost(4); }));
  cuts.toggle(2);
  REQUIRE(s.editor->save(s.session));
  CHECK(read_film_session(s.session).shots == std::vector{0, 2});
  CHECK_FALSE(has_unsaved_work(*s.editor));
  cuts.toggle(5);
  s.editor->close();  // unsaved

  s.open_film(s.session);
  REQUIRE(s.wait([&] { return s.editor->film()->cuts().known(); }));
  CHECK(s.editor->film()->thread().shots() == std::vector<Shot>{{0, 2}, {2, 6}});
  s.editor->film()->cuts().toggle(2);
  REQUIRE(s.editor->save(s.session));
  CHECK(read_film_session(s.session).shots.empty());  // as it was found
}
