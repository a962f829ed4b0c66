#include <doctest/doctest.h>

#include <string>

#include "editor/document/document.h"
#include "editor/document/render.h"
#include "editor/document/session.h"
#include "editor/files/photo.h"
#include "editor/files/stroke_mask.h"
#include "solver/prediction/network.h"
#include "tests/editor/cli/command_line.h"
#include "tests/support/run_program.h"

using namespace handtint;
namespace fs = std::filesystem;
using namespace handtint::tests;

TEST_CASE("photographs that cannot be read") {
  const Table table;
  const fs::path bad = table.folder.path();
  const std::string png = text_of(table.photo);
  write_bytes(bad / "half.png", png.substr(0, png.size() / 2));
  write_bytes(bad / "empty.png", "");
  write_bytes(bad / "words.jpg", "this is no photograph");
  write_grey(bad / "whole.jpg", two_fields(96, 64));
  write_grey(bad / "whole.tif", two_fields(96, 64));
  write_bytes(bad / "half.jpg", text_of(bad / "whole.jpg").substr(0, 400));
  write_bytes(bad / "half.tif", text_of(bad / "whole.tif").substr(0, 60));
  std::string mangled = png;
  for (std::size_t i = 40; i < mangled.size(); i += 7) mangled[i] = static_cast<char>(mangled[i] ^ 0x5a);
  write_bytes(bad / "mangled.png", mangled);

  for (const std::string name :
       {"half.png", "empty.png", "words.jpg", "half.jpg", "half.tif", "mangled.png", "missing.png"}) {
    CAPTURE(name);
    check_fails(handtint_says({"colorize", bad / name, "-s", table.mask, "-o", table.out}), 1, name);
    check_fails(handtint_says({"colorize", table.photo, "-s", bad / name, "-o", table.out}), 1, name);
    check_fails(handtint_says({"info", bad / name}), 1, name);
    check_fails(handtint_says({"mask", bad / name, "-o", table.out}), 1, name);
  }
  check_fails(handtint_says({"colorize", table.photo, "-s", bad, "-o", table.out}), 1, bad);
  check_fails(handtint_says({"colorize", bad, "-s", table.mask, "-o", table.out}), 2, "not a folder");
  CHECK(table.output.file_count() == 0);
}

TEST_CASE("masks that do not serve") {
  const Table table;
  const std::string other = table.folder / "other.png";
  write_stroke_mask(other, red_and_blue(48, 32), MaskFormat::rgba, true);
  const Outcome wrong_size = handtint_says({"colorize", table.photo, "-s", other, "-o", table.out});
  check_fails(wrong_size, 1, "48x32");
  CHECK(wrong_size.err.find("96x64") != std::string::npos);
  CHECK(wrong_size.err.find("--fit") != std::string::npos);
  CHECK(handtint_says({"colorize", table.photo, "-s", other, "-o", table.out, "--fit"}).exit_code == 0);
  fs::remove(table.out);

  write_stroke_mask(other, StrokeMask(96, 64), MaskFormat::rgba, true);
  check_fails(handtint_says({"colorize", table.photo, "-s", other, "-o", table.out}), 1, "no strokes");
  CHECK(table.output.file_count() == 0);

  StrokeMask full(96, 64);
  paint(full, {0, 0, 96, 64}, red);
  write_stroke_mask(other, full, MaskFormat::rgba, true);
  const Outcome covered = handtint_says(
      {"colorize", table.photo, "-s", other, "-o", table.out, "--mask-format", "rgba", "--network", "none"});
  CHECK(covered.exit_code == 0);
  check_one_line(covered, "every pixel is a stroke");
  CHECK(ab_distance(read_photo(table.out), 20, 10, red) < 3);
}

TEST_CASE("places that cannot be written to, and nothing is left there") {
  const Table table;
  const std::string before = text_of(table.photo);
  check_fails(handtint_says({"colorize", table.photo, "-s", table.mask, "-o", table.output / "no" / "out.png"}), 1,
              "no");
  check_fails(handtint_says({"colorize", table.photo, "-s", table.mask, "-o", "/proc/out.png"}), 1, "/proc/out.png");
  check_fails(handtint_says({"colorize", table.photo, "-s", table.mask, "-o", "/dev/full"}), 1, "/dev/full");
  check_fails(handtint_says({"colorize", table.photo, "-s", table.mask, "-o", table.output / "out.xyz"}), 1, "out.xyz");
  check_fails(handtint_says({"colorize", table.photo, "-s", table.mask, "-o", table.output.path()}), 1,
              table.output.path());
  check_fails(handtint_says({"mask", table.mask, "-o", table.output / "no" / "out.png"}), 1, "no");

  // The inputs stay as they are, unless --force says otherwise.
  check_fails(handtint_says({"colorize", table.photo, "-s", table.mask, "-o", table.photo}), 1, "--force");
  check_fails(handtint_says({"colorize", table.photo, "-s", table.mask, "-o", table.mask}), 1, "--force");
  check_fails(table.colorize({"--report", table.mask}), 1, "--force");
  check_fails(handtint_says({"mask", table.mask, "-o", table.mask}), 1, "--force");
  CHECK(text_of(table.photo) == before);
  CHECK(table.output.file_count() == 0);

  CHECK(handtint_says({"colorize", table.photo, "-s", table.mask, "-o", table.photo, "--force"}).exit_code == 0);
  CHECK_FALSE(read_photo(table.photo).a.empty());

  // An older result is replaced.
  write_bytes(table.out, "old");
  CHECK(table.colorize().exit_code == 0);
  CHECK(read_photo(table.out).width() == 96);
}

TEST_CASE("a disk that fills up leaves the old file and nothing else") {
  const Table table;
  write_grey(table.folder / "large.png", two_fields(600, 400));
  write_stroke_mask(table.folder / "large-mask.png", red_and_blue(600, 400), MaskFormat::rgba);
  write_bytes(table.out, "old");
  // The shell's limit on the size of a file (in units of at most 1 KiB) stands in for the end of the disk.
  const Outcome outcome =
      run_program({"bash", "-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "bash", HANDTINT_PROGRAM, "colorize",
                   table.folder / "large.png", "-s", table.folder / "large-mask.png", "-o", table.out});
  CHECK(outcome.exit_code == 1);
  check_one_line(outcome, table.out);
  CHECK(text_of(table.out) == "old");
  CHECK(table.output.file_count() == 1);
}
