#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "editor/files/file_error.h"
#include "editor/work/preferences.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

void write_file(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}
std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Preferences unusual() {
  Preferences p;
  p.recent_files = {"/a/b.jpg", "/c d/\xC3\xA9.png"};
  p.recent_colours = {{0.1f, 0.2f, 0.3f}, {1, 1, 1}};
  p.theme = Theme::light;
  p.ui_scale = 1.5f;
  p.window_width = 1234;
  p.window_height = 777;
  p.window_maximized = true;
  p.panel_width = 400;
  p.panel_visible = false;
  p.brush_points = 33.5f;
  p.smoothing = 0.7f;
  p.stroke_opacity = 0.1f;
  p.backend = "cpu";
  p.guided_start_seen = true;
  p.system_dialogs = false;
  p.coat_on_opening = false;
  p.layout = "[Window]\nsize=1,2\n";
  p.last_folder = "/a";
  return p;
}

bool same(const Preferences& p, const Preferences& q) {
  bool colours = p.recent_colours.size() == q.recent_colours.size();
  for (std::size_t i = 0; colours && i < p.recent_colours.size(); ++i) {
    colours = p.recent_colours[i].r == q.recent_colours[i].r && p.recent_colours[i].g == q.recent_colours[i].g &&
              p.recent_colours[i].b == q.recent_colours[i].b;
  }
  return colours && p.recent_files == q.recent_files && p.theme == q.theme && p.ui_scale == q.ui_scale &&
         p.window_width == q.window_width && p.window_height == q.window_height &&
         p.window_maximized == q.window_maximized && p.panel_width == q.panel_width &&
         p.panel_visible == q.panel_visible && p.brush_points == q.brush_points && p.smoothing == q.smoothing &&
         p.stroke_opacity == q.stroke_opacity && p.backend == q.backend && p.guided_start_seen == q.guided_start_seen &&
         p.system_dialogs == q.system_dialogs && p.coat_on_opening == q.coat_on_opening && p.layout == q.layout &&
         p.last_folder == q.last_folder;
}

}  // namespace

TEST_CASE("what is written reads back, into a folder that was not there") {
  const ScratchFolder folder;
  const fs::path path = folder / "config/handtint/preferences.json";
  CHECK(same(read_preferences(path), Preferences{}));
  write_preferences(unusual(), path);
  CHECK(same(read_preferences(path), unusual()));
  write_preferences(Preferences{}, path);
  CHECK(same(read_preferences(path), Preferences{}));
}

TEST_CASE("unknown members are kept") {
  const ScratchFolder folder;
  const fs::path path = folder / "p.json";
  write_file(path, R"({"theme": "light", "future": {"x": [1, 2]}})");
  Preferences p = read_preferences(path);
  p.smoothing = 0.5f;
  write_preferences(p, path);
  CHECK(content_of(path).find("\"future\"") != std::string::npos);
  CHECK(read_preferences(path).theme == Theme::light);
}

TEST_CASE("damage costs at most the damaged values") {
  const ScratchFolder folder;
  const fs::path path = folder / "p.json";
  for (const char* text : {"", "x", "[]", "null", "{\"theme\": ", "\xff\xfe"}) {
    write_file(path, text);
    CHECK(same(read_preferences(path), Preferences{}));
  }
  write_file(path,
             R"({"theme": "light", "ui_scale": "big", "window_width": -5, "window_height": 1e99, "panel_width": 1e99,
                       "brush_points": null, "smoothing": 0.25, "backend": "quantum", "recent_files": ["/ok", 3, "relative"],
                       "recent_colours": [[1, 0, 0], [2, 0, 0], "x", [0, 0]], "layout": 5, "panel_visible": "yes"})");
  const Preferences p = read_preferences(path), standard;
  CHECK(p.theme == Theme::light);
  CHECK(p.smoothing == 0.25f);
  CHECK(p.ui_scale == standard.ui_scale);
  CHECK(p.window_width == standard.window_width);
  CHECK(p.window_height == standard.window_height);
  CHECK(p.panel_width == standard.panel_width);
  CHECK(p.brush_points == standard.brush_points);
  CHECK(p.backend == "auto");
  CHECK(p.recent_files == std::vector<fs::path>{"/ok"});
  CHECK(p.recent_colours.size() == 1);
  CHECK(p.layout.empty());
  CHECK(p.panel_visible);
  CHECK(same(read_preferences(folder.path()), Preferences{}));
  const std::string deep(100'000, '[');
  write_file(path, "{\"theme\": \"light\", \"future\": " + deep + std::string(100'000, ']') + "}");
  CHECK(same(read_preferences(path), Preferences{}));

  write_preferences(unusual(), path);
  const std::string good = content_of(path);
  std::mt19937 random(3);
  int read = 0;
  for (int i = 0; i < 400; ++i) {
    std::string bad = good;
    bad[random() % bad.size()] = static_cast<char>(random());
    write_file(path, bad);
    const Preferences q = read_preferences(path);
    CHECK((q.window_width == Preferences{}.window_width || q.window_width >= 200));
    CHECK((q.smoothing >= 0 && q.smoothing <= 1));
    read += q.window_width == 1234;
  }
  CHECK(read > 20);
  CHECK(read < 400);
}

TEST_CASE("recent files: newest first, each once, absolute, not too many") {
  Preferences p;
  for (int i = 0; i < 40; ++i) use_file(p, "/photos/" + std::to_string(i) + ".jpg");
  CHECK(p.recent_files.size() == max_recent_files);
  use_file(p, "/photos/30.jpg");
  CHECK(p.recent_files[0] == "/photos/30.jpg");
  CHECK(p.recent_files[1] == "/photos/39.jpg");
  CHECK(p.recent_files.size() == max_recent_files);
  use_file(p, "x/../here.jpg");
  CHECK(p.recent_files[0] == fs::current_path() / "here.jpg");
}

TEST_CASE("an unwritable place is an error, not a crash") {
  const ScratchFolder folder;
  write_file(folder / "file", "x");
  CHECK_THROWS_AS(write_preferences({}, folder / "file/p.json"), FileError);
}
