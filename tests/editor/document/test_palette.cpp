#include <doctest/doctest.h>

#include <fstream>
#include <optional>
#include <set>
#include <string>

#include "editor/document/palette.h"
#include "editor/document/stroke.h"
#include "editor/files/file_error.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;

namespace {

bool is(std::optional<Rgb> colour, int r, int g, int b) {
  return colour && code_of(colour->r) == r && code_of(colour->g) == g && code_of(colour->b) == b;
}

}  // namespace

TEST_CASE("GIMP palettes: what GIMP writes is read") {
  const std::string text =
      "GIMP Palette\r\nName: Aunt's dress\nColumns: 4\n# a comment\n\n255   0 128\tHot pink\n  0  10 20 Blue "
      "\xC3\xA9\n1 2 3\nnot a colour\n300 0 0 too much\n";
  const Palette palette = gpl_from_text(text, "x.gpl");
  CHECK(palette.name == "Aunt's dress");
  REQUIRE(palette.swatches.size() == 3);
  CHECK(palette.swatches[0].name == "Hot pink");
  CHECK(is(palette.swatches[0].colour, 255, 0, 128));
  CHECK(palette.swatches[1].name == "Blue \xC3\xA9");
  CHECK(palette.swatches[2].name.empty());
  CHECK(gpl_from_text("\xEF\xBB\xBFGIMP Palette\n", "x").swatches.empty());
  CHECK_THROWS_AS(gpl_from_text("JASC-PAL\n0100\n", "x.gpl"), FileError);
  CHECK_THROWS_AS(gpl_from_text("", "x.gpl"), FileError);
}

TEST_CASE("palettes survive a file, and bad files are refused") {
  const ScratchFolder folder;
  for (const Palette& palette : starter_palettes()) {
    write_gpl(folder / "p.gpl", palette);
    CHECK(read_gpl(folder / "p.gpl") == palette);
  }
  write_gpl(folder / "odd.gpl", {"two\nlines", {{"a\tb\n5 5 5 c", {1, 0, 0}}}});
  const Palette odd = read_gpl(folder / "odd.gpl");
  CHECK(odd.name == "two lines");
  CHECK(odd.swatches.size() == 1);
  CHECK_THROWS_AS(read_gpl(folder / "none.gpl"), FileError);
  CHECK_THROWS_AS(read_gpl(folder.path()), FileError);
  CHECK_THROWS_AS(write_gpl(folder / "no/folder.gpl", odd), FileError);
}

TEST_CASE("starter palettes: eight, named, of distinct colours that are plausible") {
  const std::vector<Palette>& palettes = starter_palettes();
  std::set<std::string> names;
  for (const Palette& palette : palettes) {
    names.insert(palette.name);
    CHECK(palette.swatches.size() >= 8);
    std::set<std::string> colours, labels;
    for (const Swatch& swatch : palette.swatches) {
      CHECK_FALSE(swatch.name.empty());
      colours.insert(hex_of(swatch.colour));
      labels.insert(swatch.name);
    }
    CHECK(colours.size() == palette.swatches.size());
    CHECK(labels.size() == palette.swatches.size());
  }
  CHECK(names == std::set<std::string>{"Skin", "Hair", "Eyes", "Foliage", "Sky and water", "Wood and leather",
                                       "Uniforms", "Early dyes"});
  for (const Swatch& swatch : palettes.front().swatches) {  // skin is warm, of any shade
    const Lab lab = lab_from_srgb(swatch.colour);
    CHECK(lab.a > 2);
    CHECK(lab.b > 4);
  }
}

TEST_CASE("recent colours: newest first, each once, X swaps the last two") {
  RecentColours recent(3);
  const Rgb red{1, 0, 0}, green{0, 1, 0}, blue{0, 0, 1}, white{1, 1, 1};
  recent.swap_last_two();
  CHECK(recent.colours().empty());
  for (const Rgb& colour : {red, green, red, blue}) recent.use(colour);
  REQUIRE(recent.colours().size() == 3);
  CHECK(same_colour(recent.colours()[0], blue));
  CHECK(same_colour(recent.colours()[1], red));
  CHECK(same_colour(recent.colours()[2], green));
  recent.swap_last_two();
  CHECK(same_colour(recent.colours()[0], red));
  CHECK(same_colour(recent.colours()[1], blue));
  recent.use(white);
  CHECK(recent.colours().size() == 3);
  CHECK(same_colour(recent.colours()[0], white));
}

TEST_CASE("what a person types into a colour field") {
  CHECK(is(parse_colour("#8a5A44"), 138, 90, 68));
  CHECK(is(parse_colour("  8A5A44 "), 138, 90, 68));
  CHECK(is(parse_colour("#abc"), 170, 187, 204));
  CHECK(is(parse_colour("138, 90, 68"), 138, 90, 68));
  CHECK(is(parse_colour("138 90 68"), 138, 90, 68));
  CHECK(is(parse_colour("rgb(138 90 68)"), 138, 90, 68));
  CHECK(is(parse_colour("RGB (138,90,68)"), 138, 90, 68));
  CHECK(is(parse_colour("lab(100, 0, 0)"), 255, 255, 255));
  CHECK(is(parse_colour("Lab(0 0 0)"), 0, 0, 0));

  const Lab wanted{55, 20, -13};
  const std::optional<Rgb> colour = parse_colour("lab( 55, 20, -13 )");
  REQUIRE(colour);
  const Lab lab = lab_from_srgb(*colour);
  CHECK(lab.L == doctest::Approx(wanted.L).epsilon(0.001));
  CHECK(lab.a == doctest::Approx(wanted.a).epsilon(0.001));
  CHECK(lab.b == doctest::Approx(wanted.b).epsilon(0.001));

  const std::optional<Rgb> vivid = parse_colour("lab(90, 0, -128)");  // sRGB has no such blue at that lightness
  REQUIRE(vivid);
  CHECK(lab_from_srgb(*vivid).L == doctest::Approx(90).epsilon(0.005));

  for (const char* text :
       {"", "#", "#12", "#12345", "#gggggg", "1,2", "1,2,3,4", "256,0,0", "-1,0,0", "lab(101,0,0)", "lab(50,200,0)",
        "lab(50,0", "rgb(1,2,3", "red", "nan,0,0", "inf 0 0", "0x1234", "12 34 5z"}) {
    INFO(text);
    CHECK_FALSE(parse_colour(text));
  }
  CHECK(hex_of({138 / 255.0f, 90 / 255.0f, 68 / 255.0f}) == "#8a5a44");
  CHECK(hex_of({2, -1, 0.5f}) == "#ff0080");
}
