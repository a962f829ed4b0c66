// What the program says and does about photographs that are not whole, or hold more than one picture.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "editor/files/photo.h"
#include "tests/support/picture_files.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;

namespace {

Outcome colorize(const ScratchFolder& folder, const std::string& photo, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {
      HANDTINT_PROGRAM, "colorize",  (folder / photo).string(),  "-o", (folder / "out.png").string(), "--network",
      "none",           "--strokes", (folder / "m.png").string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(arguments);
}

}  // namespace

TEST_CASE("a cut-off photograph is refused, and coloured as far as it goes with --salvage") {
  ScratchFolder folder;
  make_jpeg(folder / "p.jpg", test_picture(64, 64, 1, 8));
  TestPicture strokes{64, 64, 3, 8, std::vector<std::uint16_t>(64 * 64 * 3, 0)};
  for (int i = 0; i < 40; ++i) strokes.samples[3 * (10 * 64 + i)] = 200;
  make_png(folder / "m.png", strokes);
  const std::string bytes = bytes_of(folder / "p.jpg");
  write_bytes(folder / "p.jpg", bytes.substr(0, bytes.size() * 2 / 3));
  const Outcome refused = colorize(folder, "p.jpg");
  CHECK(refused.exit_code != 0);
  CHECK(refused.err.find("of 64 rows are there") != std::string::npos);
  CHECK(refused.err.find("--salvage") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "out.png"));
  const Outcome salvaged = colorize(folder, "p.jpg", {"--salvage"});
  CHECK(salvaged.exit_code == 0);
  CHECK(salvaged.err.find("the rest is grey") != std::string::npos);
  CHECK(read_photo(folder / "out.png").height() == 64);
}
