#include <doctest/doctest.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "editor/document/rasterise.h"
#include "editor/document/session.h"
#include "editor/files/file_error.h"
#include "editor/files/sha256.h"
#include "tests/editor/document/session_making.h"

using namespace handtint;
namespace fs = std::filesystem;
using Json = nlohmann::json;
using namespace handtint::tests;

namespace {

const Photo& grey_photo() {
  static const Photo photo{.lightness = Plane<float>(width, height, 50.0f)};
  return photo;
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

TEST_CASE("older sessions keep the reach that strokes had when they were made") {
  const float usual = Settings{}.reach;
  for (const auto& [version, reach] : {std::pair{"1.0", 1.0f}, {"1.3", 1.0f}, {"1.4", usual}, {"1.12", usual}}) {
    Json json = smallest();
    json["version"] = version;
    json["settings"] = {{"edge", 2}};
    CHECK(read(json).state.settings.reach == reach);
    json["settings"]["reach"] = 0.25f;
    CHECK(read(json).state.settings.reach == 0.25f);
  }
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
  complains("finish: warmth", [](Json& j) { j["finish"]["warmth"] = 1.5; });
  complains("strokes[0].natural", [](Json& j) { j["strokes"][0]["natural"] = 1; });
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

TEST_CASE("a file of empty lists is refused before it takes many times its size in memory") {
  std::string text = "{\"version\": \"1.0\", \"photo\": {\"path\": \"p\", \"width\": 8, \"height\": 8}, \"strokes\": [";
  for (int i = 0; i < 3'000'000; ++i) text += "[],";
  text += "[]]}";
  CHECK(error_of(text).find("too many empty lists") != std::string::npos);
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
