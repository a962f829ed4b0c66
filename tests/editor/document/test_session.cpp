#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "editor/document/session.h"
#include "editor/document/session_json.h"
#include "editor/files/file_error.h"
#include "editor/files/sha256.h"
#include "tests/editor/document/session_making.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/small_disk.h"

using namespace handtint;
namespace fs = std::filesystem;
using Json = nlohmann::json;
using namespace handtint::tests;

namespace {

void write_file(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool same_bits(float p, float q) {
  return std::memcmp(&p, &q, sizeof p) == 0;
}

bool same_stroke(const Stroke& p, const Stroke& q) {
  bool same = p.id == q.id && p.kind == q.kind && same_bits(p.colour.r, q.colour.r) &&
              same_bits(p.colour.g, q.colour.g) && same_bits(p.colour.b, q.colour.b) && p.natural == q.natural &&
              same_bits(p.strength, q.strength) && p.frame == q.frame && p.points.size() == q.points.size() &&
              p.region.size() == q.region.size() && p.thing == q.thing && p.name == q.name && p.hidden == q.hidden &&
              p.of == q.of && p.foreign == q.foreign;
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
              p.palette == q.palette && p.lasso == q.lasso && p.finish == q.finish && same_mask(p.imported, q.imported);
  for (std::size_t i = 0; same && i < p.strokes.size(); ++i) same = same_stroke(*p.strokes[i], *q.strokes[i]);
  return same;
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

TEST_CASE("what is told of things is written where there is something to tell, and older programs keep it") {
  Document document(photo_size);
  std::mt19937 random(2);
  for (int i = 0; i < 3; ++i) document.add(random_stroke(random));
  const auto strokes = [&] {
    return Json::parse(session_to_text({reference("/p.jpg"), document.state(), {}}, "/"))["strokes"];
  };
  for (const Json& stroke : strokes())
    for (const char* member : {"thing", "name", "hidden"}) CHECK_FALSE(stroke.contains(member));
  const std::vector<StrokeId> two{1, 3};
  document.take(edit_of_grouping(document.state(), two));
  document.take(edit_of_naming(document.state(), two, "Hat"));
  document.take(edit_of_hiding(document.state(), two, true));
  const Json hat = strokes()[2];
  CHECK(hat["thing"] == 4);
  CHECK(hat["name"] == "Hat");
  CHECK(hat["hidden"] == true);
  CHECK_FALSE(strokes()[1].contains("thing"));

  Json by_hand = smallest();
  by_hand["strokes"] = {{{"points", {1, 2, 3}}, {"thing", 70}}, {{"points", {1, 2, 3}}}};
  const Session session = read(by_hand);
  CHECK(session.state.strokes[1]->id > 70);  // no stroke gets the number of a thing
  const auto refused = [&](const char* member, const Json& value) {
    by_hand["strokes"][0][member] = value;
    CHECK_THROWS_AS(read(by_hand), FileError);
    by_hand["strokes"][0].erase(member);
  };
  refused("thing", -1);
  refused("name", 5);
  refused("name", "a\nb");
  refused("name", std::string(300, 'x'));
  refused("hidden", "yes");
  refused("of", 3);
  refused("of", {{"frame", 3}});
  refused("of", {{"frame", -3}, {"id", 1}});
  by_hand["strokes"][0]["of"] = {{"frame", 3}, {"id", 9}};
  CHECK(read(by_hand).state.strokes[0]->of == StrokeOrigin{3, 9});
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

TEST_CASE("a photo beside the session is found under another Unicode form, or other capitals, of its name") {
  const ScratchFolder folder;
  write_file(folder / "grand-m\xc3\xa8re.jpg", "photo");
  FileReference photo = refer_to_file(folder / "grand-m\xc3\xa8re.jpg");
  photo.path = "/elsewhere/Grand-me\xcc\x80re.JPG";
  const PhotoLookup lookup = find_photo(photo, folder / "s.handtint");
  CHECK(lookup.state == PhotoState::found);
  CHECK(lookup.moved);
  CHECK(lookup.path == folder / "grand-m\xc3\xa8re.jpg");
  // The very name comes first, then the very content.
  write_file(folder / "GRAND-M\xc3\xa8RE.jpg", "other");
  CHECK(find_photo(photo, folder / "s.handtint").path == folder / "grand-m\xc3\xa8re.jpg");
  photo.path = "/elsewhere/other.jpg";
  CHECK(find_photo(photo, folder / "s.handtint").state == PhotoState::missing);
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
  CHECK(session.state.settings == Settings{.reach = 1});
  CHECK_FALSE(session.state.coat.on);
  Document document(photo_size, session.state);
  document.add(*session.state.strokes[0]);
  CHECK(document.strokes().back()->id == 3);
}

TEST_CASE("a coat is in the file with its undo steps; a document that never had one says nothing of it") {
  Document document(photo_size);
  Session session{reference("/folder/p.jpg"), document.state(), {}};
  CHECK_FALSE(Json::parse(session_to_text(session, "/folder")).contains("coat"));
  CHECK_FALSE(Json::parse(session_to_text(session, "/folder")).contains("finish"));

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
