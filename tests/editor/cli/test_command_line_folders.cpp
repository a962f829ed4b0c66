// Folders in folders, sessions among the photographs, runs that go on where another stopped; "-" for a file.
#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <string>

#include "editor/document/session.h"
#include "editor/files/photo.h"
#include "tests/editor/cli/command_line.h"
#include "tests/support/run_program.h"

using namespace handtint;
namespace fs = std::filesystem;
using namespace handtint::tests;

namespace {

void write_session_of(const fs::path& photo, const fs::path& file) {
  Session session;
  session.photo = refer_to_photo(photo, 96, 64);
  Stroke stroke;
  stroke.id = 1;
  stroke.points = {{20, 20, 4}, {20, 40, 4}};
  stroke.colour = {0.8f, 0.3f, 0.2f};
  session.state.strokes.push_back(SharedStroke(stroke));
  write_session(file, session);
}

// An archive: photographs and masks, some in a folder inside.
struct Archive {
  ScratchFolder photos, masks, output;
  Archive() {
    fs::create_directories(photos / "1920/hidden");
    fs::create_directories(masks / "1920");
    for (const char* name : {"a.png", "1920/a.png", "1920/b.png"}) {
      write_grey(photos / name, two_fields(96, 64));
      write_stroke_mask(masks / name, red_and_blue(96, 64), MaskFormat::rgba);
    }
  }
  Outcome colorize(std::vector<std::string> more) const {
    std::vector<std::string> words = {"colorize", photos.path(), "-s",        masks.path(),
                                      "-o",       output.path(), "--network", "none"};
    words.insert(words.end(), more.begin(), more.end());
    return handtint_says(words);
  }
};

}  // namespace

TEST_CASE("folders in folders, each photograph with the strokes of its place") {
  const Archive archive;
  CHECK(archive.colorize({}).out.find("1 done, 0 failed") != std::string::npos);
  CHECK_FALSE(fs::exists(archive.output / "1920"));
  const Outcome all = archive.colorize({"--recursive"});
  CHECK_MESSAGE(all.exit_code == 0, all.err);
  CHECK(all.out.find("3 done, 0 failed") != std::string::npos);
  for (const char* name : {"a.png", "1920/a.png", "1920/b.png"}) CHECK(fs::exists(archive.output / name));
  check_fails(handtint_says({"colorize", archive.photos / "a.png", "-o", archive.output / "x.png", "--recursive"}), 2,
              "for folders");
}

TEST_CASE("an output folder inside the photographs' is not coloured again") {
  const Archive archive;
  const std::string inside = archive.photos / "coloured";
  for (int run = 0; run < 2; ++run) {
    const Outcome outcome = handtint_says({"colorize", archive.photos.path(), "-s", archive.masks.path(), "-o", inside,
                                           "--network", "none", "--recursive"});
    CHECK(outcome.out.find("3 done, 0 failed") != std::string::npos);
  }
  CHECK_FALSE(fs::exists(fs::path(inside) / "coloured"));
}

TEST_CASE("a run goes on where another stopped, and does again what has changed since") {
  const Archive archive;
  REQUIRE(archive.colorize({"--recursive"}).exit_code == 0);
  fs::remove(archive.output / "1920/b.png");
  const auto before = fs::last_write_time(archive.output / "a.png");
  const Outcome rest = archive.colorize({"--recursive", "--resume"});
  CHECK(rest.out.find("1 done, 0 failed, 2 finished before") != std::string::npos);
  CHECK(fs::last_write_time(archive.output / "a.png") == before);
  CHECK(fs::exists(archive.output / "1920/b.png"));

  fs::last_write_time(archive.masks / "1920/a.png", fs::file_time_type::clock::now() + std::chrono::seconds(5));
  CHECK(archive.colorize({"--recursive", "--resume"}).out.find("1 done, 0 failed, 2 finished before") !=
        std::string::npos);
  fs::last_write_time(archive.masks / "1920/a.png", before - std::chrono::hours(1));
  CHECK(archive.colorize({"--recursive", "--resume"}).out.find("0 done, 0 failed, 3 finished before") !=
        std::string::npos);
}

TEST_CASE("sessions in a folder are coloured as they say, in place of their photograph") {
  const ScratchFolder photos, output;
  write_grey(photos / "a.png", two_fields(96, 64));
  write_grey(photos / "b.png", two_fields(96, 64));
  write_session_of(photos / "a.png", photos / "a.handtint");
  write_session_of(photos / "b.png", photos / "other.HANDTINT");
  const Outcome outcome = handtint_says({"colorize", photos.path(), "-o", output.path(), "--network", "none"});
  CHECK(outcome.out.find("a.png") != std::string::npos);
  CHECK(outcome.out.find("other.png") != std::string::npos);
  CHECK(outcome.out.find("2 done, 0 failed, 1 without strokes") != std::string::npos);  // b.png
  REQUIRE(fs::exists(output / "a.png"));
  CHECK_FALSE(read_photo(output / "a.png").a.empty());

  // Strokes that were given for a photograph come before its session.
  const ScratchFolder masks;
  write_stroke_mask(masks / "a.png", StrokeMask(red_and_blue(96, 64)), MaskFormat::rgba);
  const Outcome given = handtint_says(
      {"colorize", photos.path(), "-s", masks.path(), "-o", output.path(), "--network", "none", "--force"});
  CHECK_MESSAGE(given.exit_code == 0, given.err);
  CHECK(ab_distance(read_photo(output / "a.png"), 75, 40, blue) < 3);
}

TEST_CASE("- is standard input, and standard output") {
  const Table table;
  REQUIRE(table.colorize({"--network", "none"}).exit_code == 0);
  const auto through = [&](const std::string& line) {
    const std::string out = table.output / "through.png";
    const Outcome outcome = run_program({"sh", "-c", line, HANDTINT_PROGRAM, table.photo, table.mask, out});
    CHECK_MESSAGE(outcome.exit_code == 0, outcome.err);
    return text_of(out);
  };
  const std::string whole = text_of(table.out);
  CHECK(through("\"$0\" colorize - -s \"$2\" -o - --network none < \"$1\" > \"$3\"") == whole);
  CHECK(through("cat \"$2\" | \"$0\" colorize \"$1\" -s - -o \"$3\" --network none") == whole);
  CHECK(through("cat \"$2\" | \"$0\" mask - -o - > \"$3\"") == text_of(table.mask));
  check_fails(handtint_says({"colorize", "-", "-s", "-", "-o", table.out}), 2, "standard input");
  check_fails(handtint_says({"colorize", "-", "-s", table.mask, "-o", table.out}), 1, "is empty");
  check_fails(run_program({"sh", "-c", "\"$0\" colorize \"$1\" -s \"$2\" -o - --network none > /dev/full",
                           HANDTINT_PROGRAM, table.photo, table.mask}),
              1, "standard output");
}
