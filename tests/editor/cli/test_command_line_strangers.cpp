// Files and streams that are not what they should be, numbers that are none, and what is said of doubtful ones.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "editor/document/session.h"
#include "editor/files/photo.h"
#include "solver/prediction/network.h"
#include "tests/editor/cli/command_line.h"
#include "tests/solver/prediction/tiny_onnx.h"
#include "tests/support/picture_files.h"
#include "tests/support/run_program.h"

using namespace handtint;
namespace fs = std::filesystem;
using namespace handtint::tests;

namespace {

// The program as a shell runs it, with "$0" for it in the line.
Outcome shell(const std::string& line, std::vector<std::string> words = {}) {
  words.insert(words.begin(), {"sh", "-c", line, HANDTINT_PROGRAM});
  return run_program(words);
}

bool says(const Outcome& outcome, const std::string& words) {
  return outcome.err.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("what cannot be written to standard output is a failure") {
  const Table table;
  check_fails(shell("\"$0\" info \"$1\" > /dev/full", {table.photo}), 1, "standard output");
  check_fails(shell("\"$0\" --help > /dev/full"), 1, "standard output");
  const Outcome outcome = shell("\"$0\" colorize \"$1\" -s \"$2\" -o \"$3\" --network none > /dev/full",
                                {table.photo, table.mask, table.out});
  check_fails(outcome, 1, "standard output");
  CHECK(fs::exists(table.out));
  // A reader that has gone does not end the program by a signal.
  const Outcome gone = shell("(sleep 0.2; \"$0\" info \"$1\"; echo $? >&2) | true", {table.photo});
  CHECK(gone.err.ends_with("\n1\n"));
  CHECK(says(gone, "standard output"));
}

TEST_CASE("a disk limit is told, and does not end the program by a signal") {
  const Table table;
  const Outcome outcome =
      shell("ulimit -f 1; \"$0\" colorize \"$1\" -s \"$2\" -o \"$3\" --network none --report \"$4\"",
            {table.photo, table.mask, table.out, table.output / "r.json"});
  CHECK(outcome.exit_code == 1);
  CHECK(table.output.file_count() == 0);
}

TEST_CASE("numbers that are none say so, with exit code 2") {
  const Table table;
  check_fails(table.colorize({"--coat", "nan"}), 2, "nan is no number");
  check_fails(table.colorize({"--coat", "0,5"}), 2, "0,5 is no number; write a point");
  check_fails(table.colorize({"--coat", "1.5"}), 2, "0 .. 1");
  check_fails(table.colorize({"--coat", "0.5x"}), 2, "--coat");
  check_fails(table.colorize({"--edge", "inf"}), 2, "inf is no number");
  check_fails(table.colorize({"--edge", "0,5"}), 2, "write a point");
  check_fails(table.colorize({"--prior-weight", "nan"}), 2, "nan is no number");
  CHECK(table.colorize({"--edge", "+0.5", "--network", "none"}).exit_code == 0);
}

TEST_CASE("pipes, devices and endless links are refused, not waited for") {
  const Table table;
  const fs::path folder = table.folder.path();
  for (const char* ending : {".handtint", ".onnx"}) {
    REQUIRE(mkfifo((folder / ("pipe" + std::string(ending))).c_str(), 0600) == 0);
    fs::create_symlink("/dev/zero", folder / ("zero" + std::string(ending)));
    fs::create_symlink("endless" + std::string(ending), folder / ("endless" + std::string(ending)));
  }
  for (const std::string name : {"pipe", "zero", "endless"}) {
    CAPTURE(name);
    check_fails(handtint_says({"colorize", folder / (name + ".handtint"), "-o", table.out}), 1, name + ".handtint");
    check_fails(handtint_says({"info", folder / (name + ".handtint")}), 1, name + ".handtint");
    check_fails(handtint_says({"predict", table.photo, "-o", table.out, "--network", folder / (name + ".onnx")}), 1,
                name + ".onnx");
  }
  CHECK(table.output.file_count() == 0);
}

TEST_CASE("another's network with one wrong byte is a sentence, whatever it does to its runner" *
          doctest::skip(!why_no_network().empty())) {
  const Table table;
  const std::string file = table.folder / "theirs.onnx";
  const TinyConvolution tiny{1, 2, 1, {1, 2}, {0, 1}};
  const std::string good = to_onnx(tiny);
  write_bytes(file, good);
  CHECK(handtint_says({"predict", table.photo, "-o", table.out, "--network", file}).exit_code == 0);
  for (std::size_t i = 3; i < good.size(); i += 17) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x41);
    write_bytes(file, bad);
    const Outcome outcome = handtint_says({"predict", table.photo, "-o", table.out, "--network", file});
    CAPTURE(i);
    CHECK(outcome.exit_code < 2);
    if (outcome.exit_code == 1) check_one_line(outcome, "theirs.onnx");
  }
}

TEST_CASE("a network that ends the process that tries it is refused with a sentence" *
          doctest::skip(!why_no_network().empty())) {
  const Table table;
  const std::string file = table.folder / "theirs.onnx";
  write_bytes(file, to_onnx(TinyConvolution{1, 2, 1, {1, 2}, {0, 1}}));
  CHECK(handtint_says({"try-network", "--", file, "64", "64"}).exit_code == 0);
  CHECK(handtint_says({"--help"}).out.find("try-network") == std::string::npos);

  // The program beside something that ends as OpenCV does.
  const ScratchFolder place;
  const std::string program = place / "tool";
  fs::copy_file(HANDTINT_PROGRAM, program);
  write_bytes(place / "handtint", "#!/bin/sh\nkill -SEGV $$\n");
  fs::permissions(place / "handtint", fs::perms::owner_all);
  check_fails(run_program({program, "predict", table.photo, "-o", table.out, "--network", file}), 1,
              "theirs.onnx: ends the program that tries it (Segmentation fault)");
  // What it complains of is said as it said it; the network that comes with Handtint is not tried.
  write_bytes(place / "handtint", "#!/bin/sh\nprintf 'theirs.onnx: is not to my taste'\nexit 1\n");
  check_fails(run_program({program, "predict", table.photo, "-o", table.out, "--network", file}), 1,
              "handtint: theirs.onnx: is not to my taste");
  CHECK(run_program({program, "predict", table.photo, "-o", table.out}).exit_code == 0);
}

TEST_CASE("a photo that has changed is told with --quiet too; capitals in a session's ending do not matter") {
  const Table table;
  Session session;
  session.photo = refer_to_photo(table.photo, Table::width, Table::height);
  Stroke stroke;
  stroke.points = {{20, 20, 4}, {20, 40, 4}};
  stroke.colour = {0.8f, 0.3f, 0.2f};
  stroke.id = 1;
  session.state.strokes.push_back(SharedStroke(stroke));
  const std::string file = table.folder / "S.HANDTINT";
  write_session(file, session);
  const Outcome same = handtint_says({"colorize", file, "-o", table.out, "-q"});
  CHECK_MESSAGE(same.exit_code == 0, same.err);
  CHECK(same.err.empty());

  const Outcome info = handtint_says({"info", file});
  CHECK(info.exit_code == 0);
  for (const char* words :
       {"session      of 2", "96 x 64", "strokes      1 (1 colour)", "first coat   none", "history"})
    CHECK_MESSAGE(info.out.find(words) != std::string::npos, info.out);
  CHECK(info.out.find(table.photo) != std::string::npos);

  write_grey(table.folder / "other.png", two_fields(Table::width, Table::height), 16);
  fs::rename(table.folder / "other.png", table.photo);
  check_one_line(handtint_says({"colorize", file, "-o", table.out, "-q"}), "has changed since");
  CHECK(handtint_says({"info", file}).out.find("which has changed since") != std::string::npos);
  fs::remove(table.photo);
  CHECK(handtint_says({"info", file}).out.find("which is not there") != std::string::npos);
}

TEST_CASE("doubtful masks, and what a format cannot keep, are told") {
  const Table table;
  const auto note_of = [&](const std::string& mask) {
    return handtint_says({"colorize", table.photo, "-s", mask, "-o", table.out, "--network", "none", "-q"});
  };
  TestPicture white{96, 64, 3, 8, std::vector<std::uint16_t>(96 * 64 * 3, 255)};
  for (int i = 0; i < 40; ++i) white.samples[static_cast<std::size_t>(3 * (96 * 20 + i) + 1)] = 10;
  const std::string on_white = table.folder / "white.png";
  make_png(on_white, white);
  check_one_line(note_of(on_white), "mostly white");

  TestPicture faint{96, 64, 4, 8, std::vector<std::uint16_t>(96 * 64 * 4)};
  for (int x = 0; x < 60; ++x) {
    std::uint16_t* pixel = &faint.samples[static_cast<std::size_t>(4 * (96 * 20 + x))];
    pixel[0] = 200;
    pixel[3] = x < 10 ? 255 : 100;
  }
  const std::string half = table.folder / "faint.png";
  make_png(half, faint);
  check_one_line(note_of(half), "less than half opaque");
  for (int x = 0; x < 10; ++x) faint.samples[static_cast<std::size_t>(4 * (96 * 20 + x) + 3)] = 100;
  make_png(half, faint);
  check_fails(note_of(half), 1, "less than half opaque");

  TestPicture clear = test_picture(96, 64, 2, 8);
  make_png(table.photo, clear);
  const std::string jpeg = table.output / "out.jpg";
  check_one_line(handtint_says({"colorize", table.photo, "-s", table.mask, "-o", jpeg, "--network", "none", "-q"}),
                 "transparency is lost");
}

TEST_CASE("a photograph that does not fit into memory is coloured at a smaller size, and it is said" *
          doctest::skip(!why_no_network().empty())) {
  const Table table;
  constexpr int side = 2000;
  TestPicture grey{side, side, 1, 8, std::vector<std::uint16_t>(side * side)};
  for (std::size_t i = 0; i < grey.samples.size(); ++i)
    grey.samples[i] = static_cast<std::uint16_t>(80 + i % side / 20 + i / side / 40);
  const std::string photo = table.folder / "large.jpg", mask = table.folder / "large-mask.png",
                    report = table.output / "report.json";
  make_jpeg(photo, grey);
  write_stroke_mask(mask, red_and_blue(side, side), MaskFormat::rgba);
  const Outcome outcome =
      shell("HANDTINT_MEMORY=560M exec \"$0\" colorize \"$1\" -s \"$2\" -o \"$3\" --report \"$4\" --backend cpu",
            {photo, mask, table.out, report});
  CHECK_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(says(outcome, "stretched over the photo"));
  const auto said = nlohmann::json::parse(text_of(report));
  CHECK(said["solve"]["width"] < side);
  CHECK(said["peak_memory_bytes"] < 560 << 20);
  CHECK(probe_photo(table.out).width == side);

  REQUIRE(handtint_says({"colorize", photo, "-s", mask, "-o", table.output / "whole.png", "--report", report, "--force",
                         "--network", "none", "--backend", "cpu"})
              .exit_code == 0);
  // With what is asked for ahead of a small photo's solve, and is or is not all there by its end.
  constexpr int most_per_pixel = 120, program = 60 << 20;
  CHECK(nlohmann::json::parse(text_of(report))["peak_memory_bytes"] < most_per_pixel * side * side + program);
}

TEST_CASE("info tells what is doubtful of a photo") {
  const Table table;
  make_png(table.folder / "p.png", test_picture(16, 16, 3, 8));
  add_png_chunk(table.folder / "p.png", "cICP", std::string("\x63\x0d\0\1", 4));  // nobody knows 0x63
  const Outcome info = handtint_says({"info", table.folder / "p.png"});
  CHECK(info.exit_code == 0);
  CHECK_MESSAGE(info.out.find("  note         its colours are described in a way") != std::string::npos, info.out);
  CHECK(handtint_says({"info", table.photo}).out.find("  note ") == std::string::npos);
}

TEST_CASE("twenty lassos take the memory of few") {
  const Table table;
  constexpr int side = 512;
  write_grey(table.folder / "square.png", two_fields(side, side));
  const auto peak_with = [&](int lassos) {
    Session session;
    session.photo = refer_to_photo(table.folder / "square.png", side, side);
    for (int i = 0; i < lassos; ++i) {
      Stroke stroke;
      stroke.id = static_cast<StrokeId>(i + 1);
      stroke.points = {{100, 20.0f + 20 * i, 5}, {200, 20.0f + 20 * i, 5}};
      stroke.colour = {0.8f, 0.3f, 0.02f * i};
      stroke.region = {{0, 0}, {512, 0}, {512, 512}, {0, 512.0f - i}};
      session.state.strokes.push_back(SharedStroke(stroke));
    }
    const std::string file = table.folder / "lassos.handtint", report = table.output / "report.json";
    write_session(file, session);
    const Outcome outcome =
        handtint_says({"colorize", file, "-o", table.out, "--report", report, "--backend", "cpu", "--threads", "2"});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return nlohmann::json::parse(text_of(report))["peak_memory_bytes"].get<double>();
  };
  // A layer's solver has about 40 MB, its planes have 9.
  CHECK(peak_with(20) - peak_with(2) < 18 * 14e6);
}
