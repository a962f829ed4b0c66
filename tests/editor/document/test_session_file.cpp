// The session as a file among others: too large, changed by somebody else, on photos with names of any bytes.
#include <doctest/doctest.h>

#include <fstream>

#include "editor/document/file_reference.h"
#include "editor/document/session_json.h"
#include "editor/files/file_error.h"
#include "editor/files/path_text.h"
#include "tests/editor/document/session_making.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
using namespace handtint::tests;

namespace {

// Three imports, as somebody does who looks for the right mask.
Document with_three_masks() {
  std::mt19937 random(5);
  Document document(photo_size);
  document.add(random_stroke(random));
  for (int i = 0; i < 3; ++i) document.import_mask(mask_of(random));
  return document;
}

}  // namespace

TEST_CASE("a session too large to be read again is written without its history, and that is said") {
  const Session session{reference("/pictures/aunt.jpg"), with_three_masks().state(), {}};
  const std::size_t whole = session_to_text(session, {}).size();
  Session present = session;
  present.state.history.clear();
  present.state.position = 0;
  const std::size_t least = session_to_text(present, {}).size();
  REQUIRE(least < whole / 2);

  const SessionText all = session_text_within(whole, session, {}, "x");
  CHECK(all.note.empty());
  CHECK(all.text == session_to_text(session, {}));

  const SessionText less = session_text_within(whole - 1, session, {}, "x");
  CHECK(less.note.find("history") != std::string::npos);
  CHECK(less.text.size() == least);
  const Session again = session_from_text(less.text, {}, "x");
  CHECK(again.notes.empty());
  CHECK(again.state.history.empty());
  REQUIRE(again.state.imported);
  CHECK(*again.state.imported == *session.state.imported);
  CHECK(again.state.strokes.size() == 1);

  CHECK_NOTHROW(session_text_within(least, session, {}, "x"));
  CHECK_THROWS_WITH_AS(session_text_within(least - 1, session, {}, "work.handtint"),
                       doctest::Contains("work.handtint: would be larger"), FileError);
}

TEST_CASE("masks that could not be unpacked together are left out with the history") {
  // 100 million pixels each: a reader takes four.
  Session session{reference("/pictures/aunt.jpg"), {}, {}};
  session.photo.width = session.photo.height = 10'000;
  Document document(photo_size);
  std::mt19937 random(5);
  for (int i = 0; i < 5; ++i) document.import_mask(mask_of(random));
  session.state = document.state();
  CHECK_FALSE(session_text_within(max_session_bytes, session, {}, "x").note.empty());
  document.undo();
  session.state = Document(photo_size, document.state()).state();
  session.state.history.pop_back();
  CHECK(session_text_within(max_session_bytes, session, {}, "x").note.empty());
}

TEST_CASE("a session that somebody else wrote meanwhile is told from one's own") {
  const ScratchFolder folder;
  const fs::path file = folder / "work.handtint";
  Session session{reference(folder / "aunt.jpg"), with_three_masks().state(), {}};
  const SavedSession saved = write_session(file, session);
  CHECK(read_session(file).file_sha256 == saved.sha256);
  CHECK_FALSE(has_changed(file, saved.sha256));
  fs::last_write_time(file, fs::file_time_type::clock::now() + std::chrono::hours(1));
  CHECK_FALSE(has_changed(file, saved.sha256));  // the same bytes
  const auto time = fs::last_write_time(file);
  {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(2);
    bytes.put(' ');
  }
  fs::last_write_time(file, time);
  CHECK(has_changed(file, saved.sha256));  // of the same size and time
  fs::remove(file);
  CHECK_FALSE(has_changed(file, saved.sha256));  // nothing is lost by writing it
  fs::create_directory(file);
  CHECK(has_changed(file, saved.sha256));
}

TEST_CASE("a photo is found again by a name of any bytes") {
  const ScratchFolder folder;
  for (const std::string name :
       {"caf\xE9.jpg", "tante \U0001F33B.jpg", "\xFF\xFE.jpg", "na\u00efve.jpg", "\uFFFD.jpg"}) {
    CAPTURE(name);
    const fs::path photo = folder / name, file = folder / fs::path(name).replace_extension(".handtint");
    std::ofstream(photo) << "a picture";
    Session session{refer_to_photo(photo, width, height), {}, {}};
    session.state.coat = {.on = true, .picture = CoatPicture{.file = refer_to_file(photo), .weight = 0.1f}};
    write_session(file, session);
    const Session again = read_session(file);
    CHECK(again.photo.path == photo);
    CHECK(again.state.coat.picture->file.path == photo);
    CHECK(find_photo(again.photo, file).state == PhotoState::found);
    CHECK_NOTHROW(session_json::parse(session_to_text(again, folder.path())));  // it is UTF-8
  }
}
