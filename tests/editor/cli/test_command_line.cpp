// The real program, driven as a person's shell would drive it.
#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "editor/document/document.h"
#include "editor/document/render.h"
#include "editor/document/session.h"
#include "editor/files/photo.h"
#include "editor/files/stroke_mask.h"
#include "solver/backend.h"
#include "solver/lab.h"
#include "solver/prediction/network.h"
#include "tests/editor/cli/command_line.h"
#include "tests/support/run_program.h"

using namespace handtint;
namespace fs = std::filesystem;
using namespace handtint::tests;

namespace {

float largest_lightness_difference(const Plane<float>& p, const Plane<float>& q) {
  REQUIRE(p.same_size(q));
  float largest = 0;
  for (std::size_t i = 0; i < p.size(); ++i) largest = std::max(largest, std::abs(p.data()[i] - q.data()[i]));
  return largest;
}

// 16-bit grey TIFF with the orientation that a camera held on its side notes.
void write_turned_tiff(const fs::path& path, int width, int height) {
  TIFF* tiff = TIFFOpen(path.c_str(), "w");
  REQUIRE(tiff != nullptr);
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 16);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_RIGHTTOP);
  TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 600.0f);
  TIFFSetField(tiff, TIFFTAG_YRESOLUTION, 600.0f);
  std::vector<std::uint16_t> row(width);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) row[x] = static_cast<std::uint16_t>(12000 + 300 * y + 11 * x);
    REQUIRE(TIFFWriteScanline(tiff, row.data(), y) == 1);
  }
  TIFFClose(tiff);
}

// A terminal of our own for the program's standard error.
class Terminal {
 public:
  Terminal() : descriptor_(posix_openpt(O_RDWR | O_NOCTTY)) {
    if (descriptor_ < 0) return;
    REQUIRE(grantpt(descriptor_) == 0);
    REQUIRE(unlockpt(descriptor_) == 0);
  }
  ~Terminal() { close(descriptor_); }
  bool usable() const { return descriptor_ >= 0; }  // false where the system has no /dev/ptmx, as in a bare chroot
  std::string name() const { return ptsname(descriptor_); }

  // Reads until the text has come or the program has closed its end; true if it came.
  bool wait_for_text(const std::string& text) {
    char buffer[256];
    while (seen_.find(text) == std::string::npos) {
      const ssize_t count = read(descriptor_, buffer, sizeof buffer);
      if (count <= 0) return false;
      seen_.append(buffer, static_cast<std::size_t>(count));
    }
    return true;
  }

 private:
  int descriptor_;
  std::string seen_;
};

}  // namespace

TEST_CASE("colour lands where it was painted and the light stays") {
  const Table table;
  const Outcome outcome = table.colorize({"--network", "none"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.err.empty());  // a pipe, not a terminal: no progress bar
  CHECK(outcome.out.find("96x64") != std::string::npos);
  CHECK(outcome.out.find("strokes: ") != std::string::npos);

  const Photo before = read_photo(table.photo), after = read_photo(table.out);
  CHECK(largest_lightness_difference(before.lightness, after.lightness) <
        0.5f);  // half a step of 8 bits in each channel
  REQUIRE_FALSE(after.a.empty());
  CHECK(ab_distance(after, 14, 24, red) < 3);  // on the stroke
  CHECK(ab_distance(after, 75, 40, blue) < 3);
  CHECK(ab_distance(after, 40, 60, red) < 6);  // far from it, in the same field
  CHECK(ab_distance(after, 56, 4, blue) < 6);
}

TEST_CASE("the same bytes for any number of threads, and --quiet says nothing") {
  const Table table;
  const std::string other = table.output / "other.png";
  CHECK(table.colorize({"--threads", "1", "--backend", "cpu"}).exit_code == 0);
  const Outcome quiet = handtint_says(
      {"colorize", table.photo, "-s", table.mask, "-o", other, "--threads", "3", "--backend", "cpu", "--quiet"});
  CHECK(quiet.exit_code == 0);
  CHECK(quiet.out + quiet.err == "");
  CHECK(text_of(table.out) == text_of(other));
}

TEST_CASE("help, version and usage") {
  for (const std::string command : {"colorize", "predict", "suggest", "edit", "mask", "info", "backends"}) {
    const Outcome help = handtint_says({command, "--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.out.find("Examples:\n  handtint " + command) != std::string::npos);
    CHECK(help.err.empty());
  }
  CHECK(handtint_says({"--help"}).out.find("Exit codes: 0 done") != std::string::npos);
  CHECK(handtint_says({"--version"}).out == "handtint " HANDTINT_VERSION "\n");

  const Table table;
  check_fails(handtint_says({"--colour"}), 2, "--colour");
  check_fails(handtint_says({"paint"}), 2, "paint");
  check_fails(handtint_says({"colorize"}), 2, "handtint colorize --help");
  check_fails(handtint_says({"colorize", table.photo, "-o", table.out, "--network", "none"}), 2, "--strokes");
  check_fails(handtint_says({"colorize", table.photo, "-s", table.mask}), 2, "--output");
  check_fails(table.colorize({"--frobnicate"}), 2, "--frobnicate");
  check_fails(table.colorize({"--model", "magic"}), 2, "membrane");  // names the choices
  check_fails(table.colorize({"--exponent", "3"}), 2, "exponent");
  check_fails(table.colorize({"--strength", "much"}), 2, "much");
  check_fails(table.colorize({"--strength", "nan"}), 2, "strength");
  check_fails(table.colorize({"--threads", "-1"}), 2, "threads");
  CHECK(handtint_says({}).exit_code == 2);
  CHECK(handtint_says({}).out.find("colorize") != std::string::npos);
  CHECK(table.output.file_count() == 0);
}

TEST_CASE("every dial reaches the solver") {
  const Table table;
  REQUIRE(table.colorize().exit_code == 0);
  const std::string standard = text_of(table.out);
  const std::vector<std::vector<std::string>> dials = {
      {"--model", "gtv"},     {"--model", "membrane"}, {"--model", "bilaplacian"},
      {"--strength", "0.01"}, {"--smoothness", "100"}, {"--edge", "0"},
      {"--exponent", "1"},    {"--affinity", "4"},     {"--neutral-pull", "0.01"}};
  for (const auto& dial : dials) {
    CAPTURE(dial[0]);
    CAPTURE(dial[1]);
    REQUIRE(table.colorize(dial).exit_code == 0);
    CHECK(text_of(table.out) != standard);
  }
}

TEST_CASE("the backends of this machine") {
  const Outcome outcome = handtint_says({"backends"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out.find("cpu   usable") != std::string::npos);

  const Table table;
  for (const BackendInfo& info : probe_backends()) {
    const std::string name(name_of(info.backend));
    CAPTURE(name);
    const Outcome forced = table.colorize({"--backend", name});
    if (info.usable)
      CHECK(forced.exit_code == 0);
    else
      check_fails(forced, 3, name);
  }
}

TEST_CASE("a report for programs") {
  const Table table;
  const std::string file = table.output / "report.json";
  REQUIRE(table.colorize({"--report", file, "--backend", "cpu", "--smoothness", "2"}).exit_code == 0);
  const nlohmann::json report = nlohmann::json::parse(text_of(file));
  CHECK(report["handtint"] == HANDTINT_VERSION);
  CHECK(report["photo"]["width"] == 96);
  CHECK(report["photo"]["height"] == 64);
  CHECK(report["photo"]["bits"] == 8);
  CHECK(report["strokes"]["strokes"] == 2);
  CHECK(report["strokes"]["colours"] == 2);
  CHECK(report["output"]["path"] == table.out);
  CHECK(report["settings"]["model"] == "full");
  CHECK(report["settings"]["smoothness"] == 2);
  CHECK(report["solve"]["backend"] == "cpu");
  CHECK(report["solve"]["stop"] == "converged");
  CHECK(report["solve"]["iterations"] > 0);
  CHECK(report["solve"]["energy"] > 0);
  CHECK(report["solve"]["width"] == 96);
  const nlohmann::json& times = report["times_ms"];
  double parts = 0;
  for (const char* part : {"load", "setup", "solve", "save"}) {
    CHECK(times[part] >= 0);
    parts += times[part].get<double>();
  }
  CHECK(times["total"] > 0);
  CHECK(parts <= times["total"].get<double>() * 1.01);
  CHECK(report["peak_memory_bytes"] > 1'000'000);
}

TEST_CASE("a folder of photographs") {
  const Table table;
  const fs::path photos = table.folder / "photos", masks = table.folder / "masks", out = table.output / "new";
  fs::create_directories(photos);
  fs::create_directories(masks);
  for (const std::string name : {"a.png", "b.jpg", "c.tif", "d.png"}) write_grey(photos / name, two_fields(96, 64));
  for (const std::string name : {"a.png", "b.png", "c.png"})
    write_stroke_mask(masks / name, red_and_blue(96, 64), MaskFormat::rgba);
  const std::vector<std::string> command = {"colorize", photos,   "--strokes", masks,       "-o",
                                            out,        "--jobs", "2",         "--network", "none"};

  const Outcome good = handtint_says(command);
  CHECK_MESSAGE(good.exit_code == 0, good.err);
  CHECK(good.out.find("3 done, 0 failed, 1 without strokes") != std::string::npos);
  for (const std::string name : {"a.png", "b.jpg", "c.tif"}) {
    CAPTURE(name);
    const Photo photo = read_photo(out / name);
    CHECK(ab_distance(photo, 14, 24, red) < 6);
    CHECK(ab_distance(photo, 75, 40, blue) < 6);
  }
  CHECK_FALSE(fs::exists(out / "d.png"));

  fs::remove_all(out);
  write_bytes(photos / "b.jpg", "not any more");
  std::vector<std::string> reported = command;
  const std::string report_file = table.output / "report.json";
  reported.insert(reported.end(), {"--report", report_file});
  const Outcome outcome = handtint_says(reported);
  check_fails(outcome, 1, "b.jpg");
  CHECK(outcome.out.find("2 done, 1 failed") != std::string::npos);
  CHECK(fs::exists(out / "a.png"));
  CHECK(fs::exists(out / "c.tif"));
  CHECK_FALSE(fs::exists(out / "b.jpg"));
  const nlohmann::json report = nlohmann::json::parse(text_of(report_file));
  REQUIRE(report["photos"].size() == 3);
  int errors = 0;
  for (const nlohmann::json& photo : report["photos"]) errors += photo.contains("error");
  CHECK(errors == 1);

  check_fails(handtint_says({"colorize", photos, "-s", photos, "-o", out}), 2, "same folder");
  check_fails(handtint_says({"colorize", masks, "-s", photos / "nowhere", "-o", out}), 2, "nowhere");
  fs::create_directories(table.folder / "nothing");
  check_fails(handtint_says({"colorize", photos, "-s", table.folder / "nothing", "-o", out}), 1, "nothing");
  check_fails(handtint_says({"colorize", table.folder / "nothing", "-s", masks, "-o", out}), 1, "no photographs");
  write_grey(photos / "a.tif", two_fields(96, 64));
  CHECK(handtint_says(command).exit_code == 1);  // b.jpg; a.png and a.tif share their strokes
  CHECK(fs::exists(out / "a.tif"));
  write_stroke_mask(masks / "a.tif.png", red_and_blue(96, 64), MaskFormat::rgba);
  fs::rename(masks / "a.tif.png", masks / "a.bmp");
  check_fails(handtint_says(command), 1, "both belong");
}

TEST_CASE("a 16-bit scan on its side comes back upright, with its depth and resolution") {
  const Table table;
  const std::string scan = table.folder / "scan.tif", out = table.output / "out.tif";
  write_turned_tiff(scan, 64, 96);
  const Outcome outcome = handtint_says({"colorize", scan, "-s", table.mask, "-o", out});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  const Photo before = read_photo(scan), after = read_photo(out);
  CHECK(before.orientation == 6);
  CHECK(after.orientation == 1);
  CHECK(after.width() == 96);
  CHECK(after.height() == 64);
  CHECK(after.bits == 16);
  CHECK(after.dpi_x == doctest::Approx(600));
  CHECK(after.dpi_y == doctest::Approx(600));
  CHECK(largest_lightness_difference(before.lightness, after.lightness) <= 0.2f);
  CHECK(before.lightness(95, 0) < before.lightness(0, 0) - 5);  // the dark first row of the file is the right edge
  CHECK_FALSE(after.a.empty());
}

TEST_CASE("the preview solves fewer pixels and looks alike") {
  const Table table;
  const std::string photo = table.folder / "large.png", mask = table.folder / "large-mask.png";
  write_grey(photo, two_fields(1000, 800));
  write_stroke_mask(mask, red_and_blue(1000, 800), MaskFormat::rgba);
  const std::string report_file = table.output / "report.json";
  REQUIRE(handtint_says({"colorize", photo, "-s", mask, "-o", table.out, "--preview", "--report", report_file,
                         "--network", "none"})
              .exit_code == 0);
  const nlohmann::json report = nlohmann::json::parse(text_of(report_file));
  CHECK(report["photo"]["width"] == 1000);
  const double solved = report["solve"]["width"].get<double>() * report["solve"]["height"].get<double>();
  CHECK(solved < 0.5e6);
  const Photo result = read_photo(table.out);
  CHECK(result.width() == 1000);
  CHECK(ab_distance(result, 200, 700, red) < 6);
  CHECK(ab_distance(result, 700, 100, blue) < 6);
}

TEST_CASE("a protected region keeps its grey") {
  const Table table;
  const std::string region = table.folder / "region.png";
  Plane<float> lightness(96, 64, 100.0f);  // white: not marked
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 20; ++x) lightness(x + 76, y) = 0;  // black: marked
  Chroma none = neutral(96, 64);
  REQUIRE(write_photo(region, lightness, none, {}, {}));
  const Outcome outcome = table.colorize({"--protect", region});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  const Photo photo = read_photo(table.out);
  CHECK(ab_distance(photo, 86, 10, grey) < 2);
  CHECK(ab_distance(photo, 14, 24, red) < 3);

  check_fails(handtint_says({"colorize", table.photo, "-s", region, "--mask-format", "pimask", "-o", table.out}), 1,
              "--protect");
}

TEST_CASE("masks convert there and back without a change") {
  const Table table;
  const std::string black_empty = table.output / "black-empty.png", again = table.output / "again.png";
  REQUIRE(handtint_says({"mask", table.mask, "-o", black_empty, "--to", "black-empty"}).exit_code == 0);
  const Outcome back = handtint_says({"mask", black_empty, "-o", again});
  REQUIRE(back.exit_code == 0);
  CHECK(back.out.find("strokes: ") != std::string::npos);
  CHECK(read_stroke_mask(again).mask == red_and_blue(96, 64));

  // Scribbles over a copy of the photo.
  const std::string marked = table.folder / "marked.png";
  Photo photo = read_photo(table.photo);
  Chroma chroma = neutral(96, 64);
  for (int y = 20; y < 30; ++y)
    for (int x = 10; x < 20; ++x) {
      const Lab c = lab_of(red);
      photo.lightness.edit()(x, y) = c.L;
      chroma.a(x, y) = c.a;
      chroma.b(x, y) = c.b;
    }
  REQUIRE(write_photo(marked, photo.lightness, chroma, {}, {}));
  REQUIRE(handtint_says({"mask", marked, "--photo", table.photo, "--mask-format", "levin", "-o", again}).exit_code ==
          0);
  StrokeMask wanted(96, 64);
  paint(wanted, {10, 20, 20, 30}, red);
  CHECK(read_stroke_mask(again).mask == wanted);

  const Outcome info = handtint_says({"info", again});
  CHECK(info.exit_code == 0);
  CHECK(info.out.find("96x64") != std::string::npos);
  CHECK(info.out.find("1 stroke in 1 colour") != std::string::npos);
  CHECK(handtint_says({"info", table.photo}).out.find("as a mask    none") != std::string::npos);
}

TEST_CASE("on a terminal a bar fills up, and an interrupt leaves no file") {
  const Table table;
  const std::string photo = table.folder / "large.png", mask = table.folder / "large-mask.png";
  write_grey(photo, two_fields(1600, 1200));
  write_stroke_mask(mask, red_and_blue(1600, 1200), MaskFormat::rgba);

  Terminal terminal;
  if (!terminal.usable()) {
    MESSAGE("not tested: there are no terminals here");
    return;
  }
  const std::string said = table.folder / "said";
  const pid_t child = start_program(
      {HANDTINT_PROGRAM, "colorize", photo, "-s", mask, "-o", table.out, "--threads", "1"}, said, terminal.name());
  CHECK(terminal.wait_for_text("colouring"));
  kill(child, SIGINT);
  CHECK(terminal.wait_for_text("stopped"));
  CHECK(wait_for(child) == 130);
  CHECK(table.output.file_count() == 0);
}

TEST_CASE("the program links no GL and no window library") {
  // Its own dependencies: Debian's OpenCV, which runs networks, brings GL along for its own sake.
  const Outcome outcome = run_program({"readelf", "-d", HANDTINT_PROGRAM});
  REQUIRE(outcome.exit_code == 0);
  REQUIRE(outcome.out.find("libc.so") != std::string::npos);
  for (const std::string library : {"libGL", "libEGL", "libepoxy", "libglfw", "libX11", "libwayland", "imgui"}) {
    CAPTURE(library);
    CHECK(outcome.out.find(library) == std::string::npos);
  }
}
