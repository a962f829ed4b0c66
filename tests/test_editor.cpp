// A sitting without a window: pointer events through the tools into the editor, with the real solver.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <set>
#include <string>
#include <thread>

#include "editor/gui/editor.h"
#include "editor/gui/shortcuts.h"
#include "editor/gui/tools.h"
#include "scratch_folder.h"

using namespace handtint;
using namespace std::chrono_literals;

namespace {

struct Sitting {
  ScratchFolder folder;
  Preferences preferences;
  std::atomic<int> wakes{0};
  std::unique_ptr<Editor> editor;
  Tools tools;
  ViewState view;

  Sitting() {
    setenv("XDG_STATE_HOME", folder.path().c_str(), 1);
    preferences.smoothing = 0;
    preferences.brush_radius = 4;
    editor = std::make_unique<Editor>(preferences, [this] { ++wakes; });
    Plane<float> lightness(80, 60);
    for (int y = 0; y < 60; ++y) {
      for (int x = 0; x < 80; ++x) lightness(x, y) = x < 40 ? 45.0f : 75.0f;
    }
    const Chroma grey{Plane<float>(80, 60), Plane<float>(80, 60)};
    REQUIRE(write_photo(photo(), lightness, grey, {}, {}));
  }
  std::filesystem::path photo() const { return folder.path() / "photo.png"; }

  template <class Ready>
  bool wait(Ready ready) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!ready()) {
      if (std::chrono::steady_clock::now() > end) return false;
      editor->update();
      std::this_thread::sleep_for(2ms);
    }
    return true;
  }
  void open(const std::filesystem::path& file) {
    editor->open({file, {}, {}, false});
    REQUIRE(wait([&] { return !editor->loading(); }));
    REQUIRE(editor->has_document());
    view = {};
    view.photo_width = 80;
    view.photo_height = 60;
    view.canvas = {0, 0, 800, 600, 1};
    view = actual_pixels(view, {400, 300});
  }
  void paint(Point from, Point to) {
    const auto at = [&](float t) {
      Pointer p;
      p.screen = screen_from_photo(view, {from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)});
      return p;
    };
    tools.press(*editor, view, Tools::Button::left, at(0));
    for (int i = 1; i <= 10; ++i) tools.move(*editor, view, at(static_cast<float>(i) / 10));
    tools.release(*editor, view);
  }
  bool refined() {
    return wait([&] {
      return editor->picture() && editor->picture()->revision == editor->revision() && editor->picture()->report.done();
    });
  }
};

}  // namespace

TEST_CASE("painting colours the picture, and undo takes it back") {
  Sitting s;
  s.open(s.photo());
  s.editor->set_colour({0.75f, 0.2f, 0.15f});
  s.paint({10, 20}, {30, 40});
  REQUIRE(s.editor->document().strokes().size() == 1);
  CHECK(s.editor->document().strokes().back()->points.size() >= 10);
  REQUIRE(s.refined());
  const auto painted = s.editor->result_at({20.5f, 30.5f});
  REQUIRE(painted);
  CHECK(painted->r > painted->b + 0.15f);
  CHECK_FALSE(s.editor->result_at({-3, 2}));

  s.editor->undo();
  CHECK(s.editor->document().strokes().empty());
  s.editor->redo();
  CHECK(s.editor->document().strokes().size() == 1);
  CHECK(s.editor->document().modified());
}

TEST_CASE("a stroke given up leaves neither a stroke nor a hint") {
  Sitting s;
  s.open(s.photo());
  Pointer p;
  p.screen = screen_from_photo(s.view, {20, 20});
  s.tools.press(*s.editor, s.view, Tools::Button::left, p);
  CHECK(s.editor->stroke_in_progress());
  s.tools.cancel(*s.editor);
  CHECK_FALSE(s.editor->stroke_in_progress());
  CHECK(s.editor->document().strokes().empty());
  CHECK_FALSE(s.editor->document().modified());
}

TEST_CASE("select, move, recolour while picking, erase whole strokes") {
  Sitting s;
  s.open(s.photo());
  s.paint({10, 30}, {30, 30});
  s.tools.tool = Tool::select;
  s.paint({20, 30}, {25, 40});  // takes the stroke along
  REQUIRE(s.editor->selection().size() == 1);
  CHECK(s.editor->document().strokes().back()->points.front().x == doctest::Approx(15).epsilon(0.1));
  CHECK(s.editor->document().undo_label() != "");
  s.editor->undo();  // the whole drag is one step
  CHECK(s.editor->document().strokes().back()->points.front().x == doctest::Approx(10).epsilon(0.1));
  s.tools.tool = Tool::eraser;
  s.tools.erase_whole_strokes = true;
  s.paint({20, 25}, {20, 35});
  CHECK(s.editor->document().strokes().empty());
}

TEST_CASE("saved, reopened and exported: the same strokes, the same file name, a coloured picture") {
  Sitting s;
  s.open(s.photo());
  s.editor->set_colour({0.2f, 0.3f, 0.8f});
  s.paint({8, 15}, {32, 45});
  const auto session = s.folder.path() / "work.handtint";
  REQUIRE(s.editor->save(session));
  CHECK_FALSE(s.editor->document().modified());
  CHECK_FALSE(s.editor->save(s.folder.path() / "nowhere" / "work.handtint"));
  CHECK(s.editor->take_notices().back().problem);
  s.open(session);
  CHECK(s.editor->name() == "work.handtint");
  REQUIRE(s.editor->document().strokes().size() == 1);
  CHECK(s.editor->document().can_undo());
  const auto exported = s.folder.path() / "out.png";
  s.editor->export_picture(exported);
  REQUIRE(s.wait([&] { return !s.editor->exporting(); }));
  const Photo picture = read_photo(exported);
  CHECK(picture.b(20, 30) < -10);
  CHECK(std::abs(picture.lightness(20, 30) - 45) < 1);
}

TEST_CASE("no two commands share a key, and every key finds its command") {
  std::set<std::string> seen;
  for (const Shortcut& s : shortcuts()) {
    if (!s.symbol && !s.key) continue;
    CHECK(seen.insert(std::to_string(s.symbol) + "/" + std::to_string(s.symbol ? 0 : s.key) + "/" +
                      std::to_string(s.mods))
              .second);
    CHECK(command_for(s.key, s.symbol, s.mods) == s.command);
    CHECK(tip_for(s.command).find(keys_of(s.command)) != std::string::npos);
  }
}
