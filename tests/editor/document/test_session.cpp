#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "editor/document/rasterise.h"
#include "editor/document/session.h"
#include "editor/document/session_json.h"
#include "editor/files/file_error.h"
#include "editor/files/sha256.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/small_disk.h"

using namespace handtint;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr int width = 60, height = 40;
constexpr Extent photo_size{width, height};

const Photo& grey_photo() {
  static const Photo photo{.lightness = Plane<float>(width, height, 50.0f)};
  return photo;
}

PhotoReference reference(const fs::path& path) {
  return {path, width, height, 1234, std::string(64, 'a')};
}

void write_file(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}
std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Stroke random_stroke(std::mt19937& random) {
  const auto number = [&](float low, float high) { return std::uniform_real_distribution<float>(low, high)(random); };
  Stroke stroke;
  stroke.kind = static_cast<StrokeKind>(random() % 5);
  stroke.colour = {number(0, 1), number(0, 1), number(0, 1)};
  stroke.strength = number(0, 2);
  for (int i = 0; i < 8; ++i) stroke.points.push_back({number(-5, 70), number(-5, 50), number(0, 9)});
  if (random() % 2) stroke.region = {{number(0, 60), 1}, {30, number(0, 40)}, {2, 3}};
  if (random() % 2) stroke.frame = static_cast<int>(random() % 1000);
  return stroke;
}

ImportedMask mask_of(std::mt19937& random) {
  auto mask = std::make_shared<StrokeMask>(width, height);
  for (int i = 0; i < 300; ++i) {
    const int x = static_cast<int>(random() % width), y = static_cast<int>(random() % height);
    mask->drawn(x, y) = 1;
    mask->colour(x, y) = {static_cast<std::uint8_t>(random()), static_cast<std::uint8_t>(random()),
                          static_cast<std::uint8_t>(random())};
  }
  mask->drawn(0, 0) = 1;  // a black hint stays a hint
  mask->colour(0, 0) = {0, 0, 0};
  return mask;
}

// A document with some of everything in its history.
Document busy_document(unsigned seed) {
  std::mt19937 random(seed);
  Document document(photo_size);
  for (int i = 0; i < 12; ++i) document.add(random_stroke(random));
  document.import_mask(mask_of(random));
  document.recolour(std::vector<StrokeId>{1, 2, 3, 4}, {0.1f, 0.2f, 0.3f});
  document.move(std::vector<StrokeId>{2, 5}, 0.1f, 0.7f);
  document.set_strength(std::vector<StrokeId>{1, 6, 7}, 0.3f);
  document.remove(std::vector<StrokeId>{3, 8});
  document.set_region(std::vector<StrokeId>{1, 2, 4, 5}, {});
  Settings settings;
  settings.model = Model::gtv;
  settings.edge = 1.1f;
  settings.preview = true;
  document.set_settings(settings);
  document.set_coat({.on = true, .dials = {.amount = 0.3f, .temperature = 0.7f, .variant = 12}});
  document.set_palette({"Auntie \"A\" \xC3\xA9", {{"Dress", {0.1f, 0.9f, 0.7f}}, {"", {0, 0, 0}}}});
  document.import_mask(mask_of(random));
  document.clear();
  for (int i = 0; i < 4; ++i) document.undo();
  return document;
}

bool same_bits(float p, float q) {
  return std::memcmp(&p, &q, sizeof p) == 0;
}

bool same_stroke(const Stroke& p, const Stroke& q) {
  bool same = p.id == q.id && p.kind == q.kind && same_bits(p.colour.r, q.colour.r) &&
              same_bits(p.colour.g, q.colour.g) && same_bits(p.colour.b, q.colour.b) &&
              same_bits(p.strength, q.strength) && p.frame == q.frame && p.points.size() == q.points.size() &&
              p.region.size() == q.region.size() && p.foreign == q.foreign;
  for (std::size_t i = 0; same && i < p.points.size(); ++i) {
    same = same_bits(p.points[i].x, q.points[i].x) && same_bits(p.points[i].y, q.points[i].y) &&
           same_bits(p.points[i].radius, q.points[i].radius);
  }
  for (std::size_t i = 0; same && i < p.region.size(); ++i) {
    same = same_bits(p.region[i].x, q.region[i].x) && same_bits(p.region[i].y, q.region[i].y);
  }
  return same;
}

bool same_mask(const ImportedMask& p, const ImportedMask& q) {
  return p && q ? *p == *q : !p && !q;
}

bool same_content(const DocumentState& p, const DocumentState& q) {
  bool same = p.strokes.size() == q.strokes.size() && p.settings == q.settings && p.coat == q.coat &&
              p.palette == q.palette && same_mask(p.imported, q.imported);
  for (std::size_t i = 0; same && i < p.strokes.size(); ++i) same = same_stroke(*p.strokes[i], *q.strokes[i]);
  return same;
}

Json smallest() {
  return {{"version", "1.0"}, {"photo", {{"path", "p.jpg"}, {"width", 60}, {"height", 40}}}};
}

Session read(const Json& json) {
  return session_from_text(json.dump(), "/folder", "test.handtint");
}

std::string error_of(const std::string& text) {
  try {
    session_from_text(text, "/folder", "test.handtint");
  } catch (const FileError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("what is written reads back the same: every bit, and every step of the history") {
  for (unsigned seed = 0; seed < 10; ++seed) {
    Document document = busy_document(seed);
    document.undo();
    const Session written{reference("/pictures/aunt.jpg"), document.state(), {}};
    const std::string text = session_to_text(written, "/pictures/work");
    const Session again = session_from_text(text, "/pictures/work", "x");
    CHECK(again.notes.empty());
    CHECK(again.photo.path == "/pictures/aunt.jpg");
    CHECK(again.photo.bytes == 1234);
    CHECK(again.photo.sha256 == written.photo.sha256);
    CHECK(again.state.next_id == document.state().next_id);
    CHECK(same_content(again.state, document.state()));
    CHECK(session_to_text(again, "/pictures/work") == text);

    Document reopened(photo_size, again.state);
    REQUIRE(reopened.state().history.size() == document.state().history.size());
    REQUIRE(reopened.state().position == document.state().position);
    while (document.can_redo()) {
      CHECK(redo_label(document.state()) == redo_label(reopened.state()));
      document.redo();
      reopened.redo();
      CHECK(same_content(document.state(), reopened.state()));
    }
    while (document.can_undo()) {
      CHECK(undo_label(document.state()) == undo_label(reopened.state()));
      document.undo();
      reopened.undo();
      CHECK(same_content(document.state(), reopened.state()));
    }
  }
}

TEST_CASE("the history costs little: what is known from the strokes is not repeated") {
  Document document(photo_size);
  Stroke stroke;
  for (int i = 0; i < 300; ++i) stroke.points.push_back({static_cast<float>(i) * 0.37f, 10.123f, 3.3f});
  for (int i = 0; i < 20; ++i) document.add(stroke);
  DocumentState bare = document.state();
  bare.history.clear();
  bare.position = 0;
  const std::size_t without = session_to_text({reference("/p.jpg"), bare, {}}, "/").size();
  for (int i = 0; i < 20; ++i)
    document.recolour(std::vector<StrokeId>{1, 2, 3}, {0.01f * static_cast<float>(i), 0.5f, 0.5f});
  const std::size_t with = session_to_text({reference("/p.jpg"), document.state(), {}}, "/").size();
  CHECK(with < without + 20 * 60 + 20 * 3 * 100);
}

TEST_CASE("floats of any kind survive") {
  std::mt19937 random(1);
  for (int i = 0; i < 200000; ++i) {
    const auto bits = static_cast<std::uint32_t>(random());
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const Json again = Json::parse(session_json::text_of(session_json::number(value)));
    REQUIRE(again.is_number());
    REQUIRE(same_bits(static_cast<float>(again.get<double>()), value));
  }
  for (const float value :
       {0.0f, -0.0f, std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::max(), 0.1f, 16777216.0f}) {
    const Json again = Json::parse(session_json::text_of(session_json::number(value)));
    CHECK(same_bits(static_cast<float>(again.get<double>()), value));
  }
  CHECK(session_json::text_of(session_json::number(0.1f)) == "0.1");
}

TEST_CASE("files: atomic, relative to the session, readable again") {
  const ScratchFolder folder;
  fs::create_directories(folder / "scans");
  write_file(folder / "scans/aunt.jpg", "not really a photo");
  const PhotoReference photo = refer_to_photo(folder / "scans/aunt.jpg", width, height);
  CHECK(photo.bytes == 18);
  CHECK(photo.sha256 == sha256_of_file(folder / "scans/aunt.jpg"));

  const Document document = busy_document(3);
  write_session(folder / "aunt.handtint", {photo, document.state(), {}});
  CHECK(content_of(folder / "aunt.handtint").find("\"path\":\"scans/aunt.jpg\"") != std::string::npos);
  const Session session = read_session(folder / "aunt.handtint");
  CHECK(session.photo.path == photo.path);
  CHECK(same_content(session.state, document.state()));

  const auto problem = [&](const fs::path& path) {
    try {
      read_session(path);
    } catch (const FileError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(problem(folder / "none.handtint").find("does not exist") != std::string::npos);
  CHECK(problem(folder.path()).find("folder") != std::string::npos);
  write_file(folder / "empty.handtint", "");
  CHECK(problem(folder / "empty.handtint").find("empty") != std::string::npos);
  CHECK_THROWS_AS(write_session(folder / "no/such/folder.handtint", {photo, document.state(), {}}), FileError);
  CHECK_THROWS_AS(refer_to_photo(folder / "none.jpg", 1, 1), FileError);
}

TEST_CASE("a full disk while saving: a reason, and the session saved before is still there") {
  const ScratchFolder folder;
  const Document document = busy_document(5);
  write_session(folder / "aunt.handtint", {reference("/p.jpg"), Document(photo_size).state(), {}});
  const std::string before = content_of(folder / "aunt.handtint");
  {
    const SmallDisk disk(2000);
    CHECK_THROWS_AS(write_session(folder / "aunt.handtint", {reference("/p.jpg"), document.state(), {}}), FileError);
  }
  CHECK(content_of(folder / "aunt.handtint") == before);
  CHECK(folder.file_count() == 1);
}

TEST_CASE("the photo found, moved, changed, vanished") {
  const ScratchFolder folder;
  fs::create_directories(folder / "scans");
  fs::create_directories(folder / "work");
  const fs::path photo_file = folder / "scans/aunt.jpg", session_file = folder / "work/aunt.handtint";
  write_file(photo_file, "the photo");
  const PhotoReference photo = refer_to_photo(photo_file, width, height);

  PhotoLookup lookup = find_photo(photo, session_file);
  CHECK(lookup.state == PhotoState::found);
  CHECK_FALSE(lookup.moved);
  CHECK(lookup.path == photo_file);

  write_file(photo_file, "the ph0to");  // same size, other content
  CHECK(find_photo(photo, session_file).state == PhotoState::changed);
  write_file(photo_file, "longer than before");
  CHECK(find_photo(photo, session_file).state == PhotoState::changed);

  write_file(folder / "work/aunt.jpg", "the photo");  // the right one lies beside the session
  lookup = find_photo(photo, session_file);
  CHECK(lookup.state == PhotoState::found);
  CHECK(lookup.moved);
  CHECK(lookup.path == folder / "work/aunt.jpg");

  fs::remove(photo_file);
  CHECK(find_photo(photo, session_file).state == PhotoState::found);
  write_file(folder / "work/aunt.jpg", "another");
  lookup = find_photo(photo, session_file);
  CHECK(lookup.state == PhotoState::changed);
  CHECK(lookup.moved);

  fs::remove(folder / "work/aunt.jpg");
  lookup = find_photo(photo, session_file);
  CHECK(lookup.state == PhotoState::missing);
  CHECK(lookup.path == photo_file);
  CHECK(find_photo(photo, {}).state == PhotoState::missing);
}

TEST_CASE("a session of a dozen lines is enough") {
  Json json = smallest();
  json["strokes"] = {{{"colour", {1, 0, 0.5}}, {"points", {10, 10, 3}}},
                     {{"kind", "neutral"}, {"points", {20, 10, 3, 25, 12, 4}}}};
  const Session session = read(json);
  CHECK(session.photo.path == "/folder/p.jpg");
  REQUIRE(session.state.strokes.size() == 2);
  CHECK(session.state.strokes[0]->id == 1);
  CHECK(session.state.strokes[1]->id == 2);
  CHECK(session.state.next_id == 3);
  CHECK(session.state.strokes[1]->points[1] == StrokePoint{25, 12, 4});
  CHECK(session.state.settings == Settings{});
  CHECK_FALSE(session.state.coat.on);
  Document document(photo_size, session.state);
  document.add(*session.state.strokes[0]);
  CHECK(document.strokes().back()->id == 3);
}

TEST_CASE("a coat is in the file with its undo steps; a document that never had one says nothing of it") {
  Document document(photo_size);
  Session session{reference("/folder/p.jpg"), document.state(), {}};
  CHECK_FALSE(Json::parse(session_to_text(session, "/folder")).contains("coat"));

  DocumentState opened;  // a photo that was opened with a coat: not a step that could be undone
  opened.coat.on = true;
  Document coated(photo_size, opened);
  CHECK_FALSE(coated.modified());
  coated.set_coat({.on = true, .dials = {.amount = 0.25f, .temperature = 1.5f, .variant = 2}});
  coated.set_coat({.on = false, .dials = {.amount = 0.25f, .temperature = 1.5f, .variant = 2}});
  session.state = coated.state();
  const std::string text = session_to_text(session, "/folder");
  const Json json = Json::parse(text);
  CHECK(json["coat"]["on"] == false);
  CHECK(json["coat"]["amount"] == 0.25);
  CHECK(json["coat"]["variant"] == 2);
  Document again(photo_size, session_from_text(text, "/folder", "again").state);
  CHECK(again.coat() == coated.coat());
  CHECK(again.undo().coat);
  CHECK(again.coat().on);
  again.undo();
  CHECK(again.coat() == FirstCoat{.on = true, .dials = {}});
  again.redo();
  CHECK(again.coat().dials.temperature == 1.5f);
}

TEST_CASE("unknown members are kept where they were") {
  Json json = smallest();
  json["version"] = "1.7";
  json["camera"] = {{"lens", {1, 2, {{"deep", true}}}}};
  json["photo"]["negative"] = true;
  json["settings"] = {{"edge", 2}, {"sparkle", 0.5}};
  json["coat"] = {{"on", true}, {"drying", 3}};
  json["palette"] = {{"name", "n"}, {"colours", Json::array()}, {"columns", 4}};
  json["history"] = {{"undo", {{{"label", "Paint"}, {"strokes", {{{"remove", 0}}}}, {"when", "today"}}}},
                     {"redo", Json::array()},
                     {"branch", 1}};
  json["strokes"] = {{{"id", 4}, {"colour", {1, 0, 0}}, {"points", {1, 1, 1}}, {"brush", {{"bristles", 12}}}}};
  Session session = read(json);
  CHECK(session.state.settings.edge == 2);
  CHECK(session.state.coat == FirstCoat{.on = true, .dials = {}});

  // Also through a document in which things went on.
  Document document(photo_size, session.state);
  document.recolour(std::vector<StrokeId>{4}, {0, 1, 0});
  session.state = document.state();
  const Json again = Json::parse(session_to_text(session, "/folder"));
  CHECK(again["camera"] == json["camera"]);
  CHECK(again["photo"]["negative"] == true);
  CHECK(again["settings"]["sparkle"] == 0.5);
  CHECK(again["coat"]["drying"] == 3);
  CHECK(again["coat"]["on"] == true);
  CHECK(again["palette"]["columns"] == 4);
  CHECK(again["history"]["branch"] == 1);
  CHECK(again["history"]["undo"][1]["when"] == "today");
  CHECK(again["strokes"][0]["brush"]["bristles"] == 12);
  CHECK(again["strokes"][0]["colour"] == Json({0.0, 1.0, 0.0}));
}

TEST_CASE("a newer major version is refused with a sentence that says what to do") {
  Json json = smallest();
  json["version"] = "2.0";
  const std::string error = error_of(json.dump());
  CHECK(error.find("newer Handtint") != std::string::npos);
  CHECK(error.find("2.0") != std::string::npos);
  json["version"] = "1.99";
  CHECK(error_of(json.dump()) == "no error");
}

TEST_CASE("malformed files name the member") {
  Json good = smallest();
  good["strokes"] = {{{"id", 1}, {"colour", {1, 0, 0.5}}, {"points", {10, 10, 3}}}};
  good["settings"] = {{"edge", 1}};
  CHECK(error_of(good.dump()) == "no error");
  const auto complains = [&](const char* words, auto&& spoil) {
    Json bad = good;
    spoil(bad);
    INFO(bad.dump());
    const std::string error = error_of(bad.dump());
    INFO(error);
    CHECK(error.find(words) != std::string::npos);
    CHECK(error.find("test.handtint: ") == 0);
  };
  complains("version", [](Json& j) { j.erase("version"); });
  complains("version", [](Json& j) { j["version"] = 1; });
  complains("version", [](Json& j) { j["version"] = "x"; });
  complains("photo is missing", [](Json& j) { j.erase("photo"); });
  complains("photo", [](Json& j) { j["photo"] = "p.jpg"; });
  complains("photo.width", [](Json& j) { j["photo"]["width"] = -3; });
  complains("photo.width", [](Json& j) { j["photo"]["width"] = 0; });
  complains("photo.height", [](Json& j) { j["photo"]["height"] = 1e300; });
  complains("photo.path", [](Json& j) { j["photo"]["path"] = 7; });
  complains("photo.path", [](Json& j) { j["photo"].erase("path"); });
  complains("100 million", [](Json& j) { j["photo"]["width"] = j["photo"]["height"] = 90000000; });
  complains("photo.sha256", [](Json& j) { j["photo"]["sha256"] = "abc"; });
  complains("settings.edge", [](Json& j) { j["settings"]["edge"] = "much"; });
  complains("settings", [](Json& j) { j["settings"]["edge"] = 1e9; });
  complains("settings.model", [](Json& j) { j["settings"]["model"] = "best"; });
  complains("settings.preview", [](Json& j) { j["settings"]["preview"] = 1; });
  complains("coat", [](Json& j) { j["coat"] = true; });
  complains("coat.on", [](Json& j) { j["coat"]["on"] = 1; });
  complains("coat.amount", [](Json& j) { j["coat"]["amount"] = "all"; });
  complains("coat: amount", [](Json& j) { j["coat"]["amount"] = 1.5; });
  complains("coat: temperature", [](Json& j) { j["coat"]["temperature"] = 0; });
  complains("coat.variant", [](Json& j) { j["coat"]["variant"] = -1; });
  complains("coat.variant", [](Json& j) { j["coat"]["variant"] = 1e6; });
  complains("strokes", [](Json& j) { j["strokes"] = 3; });
  complains("strokes[0]", [](Json& j) { j["strokes"][0] = Json::array(); });
  complains("strokes[0].points[2]", [](Json& j) { j["strokes"][0]["points"][2] = nullptr; });
  complains("strokes[0].points", [](Json& j) { j["strokes"][0]["points"].push_back(1); });
  complains("strokes[0]: stroke radius", [](Json& j) { j["strokes"][0]["points"][2] = -1; });
  complains("strokes[0].points[0]", [](Json& j) { j["strokes"][0]["points"][0] = 1e300; });
  complains("strokes[0]: stroke coordinate", [](Json& j) { j["strokes"][0]["points"][0] = 1e30; });
  complains("strokes[0]: stroke has no points", [](Json& j) { j["strokes"][0].erase("points"); });
  complains("strokes[0].kind", [](Json& j) { j["strokes"][0]["kind"] = "glitter"; });
  complains("strokes[0].colour", [](Json& j) { j["strokes"][0]["colour"] = "#ff0000"; });
  complains("strokes[0].colour", [](Json& j) { j["strokes"][0]["colour"][1] = 255; });
  complains("strokes[0].id", [](Json& j) { j["strokes"][0]["id"] = -1; });
  complains("strokes[0].frame", [](Json& j) { j["strokes"][0]["frame"] = 1.5; });
  complains("strokes[0].region", [](Json& j) { j["strokes"][0]["region"] = {1, 2, 3}; });
  complains("strokes[1].id", [](Json& j) { j["strokes"].push_back(j["strokes"][0]); });
  complains("palette.colours[0].rgb", [](Json& j) { j["palette"] = {{"colours", {{{"name", "x"}}}}}; });
  complains("imported_mask", [](Json& j) { j["imported_mask"] = 0; });
  complains("masks[0]", [](Json& j) { j["imported_mask"] = 0, j["masks"] = {"?"}; });
  complains("masks[0]", [](Json& j) { j["imported_mask"] = 0, j["masks"] = {"AAAA"}; });
  complains("masks[0]", [](Json& j) { j["imported_mask"] = 0, j["masks"] = {3}; });
  complains("history", [](Json& j) { j["history"] = 3; });
  complains("history.undo[0]", [](Json& j) { j["history"] = {{"undo", {3}}}; });
  complains("history.undo[0].strokes[0]", [](Json& j) {
    j["history"] = {{"undo", {{{"strokes", {{{"paint", 0}}}}}}}};
  });
  complains("history.redo[0].strokes[0].stroke", [](Json& j) {
    j["history"] = {{"redo", {{{"strokes", {{{"insert", 0}}}}}}}};
  });

  CHECK(error_of("").find("JSON") != std::string::npos);
  CHECK(error_of("{\"version\": \"1.0\",").find("JSON") != std::string::npos);
  CHECK(error_of("[]").find("object") != std::string::npos);
  CHECK(error_of("{\"version\": \"1.0\", \"photo\": {\"path\": \"p\", \"width\": NaN}}").find("JSON") !=
        std::string::npos);
  CHECK(error_of(std::string(1000000, '[')).find("nested") != std::string::npos);
  std::string deep = smallest().dump();
  deep.insert(1, "\"x\":" + std::string(100000, '[') + std::string(100000, ']') + ",");
  CHECK(error_of(deep).find("nested") != std::string::npos);
}

TEST_CASE("a mask of another size than the photo is refused before it is unpacked") {
  Document document(photo_size);
  std::mt19937 random(2);
  document.import_mask(mask_of(random));
  Json json = Json::parse(session_to_text({reference("/p.jpg"), document.state(), {}}, "/"));
  json["photo"]["width"] = width + 1;
  CHECK(error_of(json.dump()).find("masks[0]") != std::string::npos);
}

TEST_CASE("a history that does not fit is left out, the strokes stay") {
  Json json = smallest();
  json["strokes"] = {{{"id", 1}, {"colour", {1, 0, 0.5}}, {"points", {10, 10, 3}}}};
  json["history"] = {{"undo", {{{"label", "Paint"}, {"strokes", {{{"remove", 5}}}}}}}};
  const Session session = read(json);
  CHECK(session.state.strokes.size() == 1);
  CHECK(session.state.history.empty());
  CHECK(session.state.position == 0);
  REQUIRE(session.notes.size() == 1);
  CHECK(session.notes[0].find("history") != std::string::npos);
}

TEST_CASE("no mangled file crashes the reader") {
  const std::string good = session_to_text({reference("/p.jpg"), busy_document(1).state(), {}}, "/");
  std::mt19937 random(9);
  int refused = 0, read = 0;
  for (int i = 0; i < 1500; ++i) {
    std::string bad = good;
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int k = 0; k < changes && !bad.empty(); ++k) {
      const std::size_t at = random() % bad.size();
      switch (random() % 4) {
        case 0:
          bad[at] = static_cast<char>(random());
          break;
        case 1:
          bad.erase(at, 1 + random() % 40);
          break;
        case 2:
          bad.insert(at, bad.substr(random() % bad.size(), random() % 60));
          break;
        default:
          bad.resize(at);
          break;
      }
    }
    try {
      const Session session = session_from_text(bad, "/", "bad");
      if (session.photo.width == width && session.photo.height == height) {
        Document document(photo_size, session.state);
        while (document.can_undo()) document.undo();
        rasterise({grey_photo(), document.strokes(), document.imported().get()}, {0, 0, width, height});
      }
      ++read;
    } catch (const FileError&) {
      ++refused;
    }
  }
  MESSAGE(refused, " refused, ", read, " read");
  CHECK(refused > 200);
  CHECK(read > 20);
}
