#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "editor/document/rasterise.h"
#include "editor/document/things.h"
#include "tests/editor/document/document_making.h"

using namespace handtint;
using namespace handtint::tests;

namespace {

const std::vector<Point> lasso{{0, 0}, {30, 0}, {30, 39}, {0, 39}};
constexpr Rgb oak{0xb9 / 255.0f, 0x8a / 255.0f, 0x55 / 255.0f}, fair{0xec / 255.0f, 0xc3 / 255.0f, 0xa8 / 255.0f};

Stroke in_lasso(float x, Rgb colour = {0.8f, 0.3f, 0.2f}) {
  Stroke stroke = dab(x, 10, colour);
  stroke.region = lasso;
  return stroke;
}

using Ids = std::vector<StrokeId>;

// Newest first.
std::vector<Ids> strokes_of(const Document& document) {
  std::vector<Ids> strokes;
  for (const Thing& thing : things_of(document.state())) strokes.push_back(thing.strokes);
  return strokes;
}

std::vector<std::string> names_of(const Document& document) {
  std::vector<std::string> names;
  for (const Thing& thing : things_of(document.state())) names.push_back(thing.name);
  return names;
}

bool hinted(const Document& document, int x, int y) {
  const HintPatch patch = raster(document);
  if (patch.hint_strength(x, y) > 0) return true;
  return std::any_of(patch.regions.begin(), patch.regions.end(), [&](const RegionPatch& region) {
    return !region.rect.empty() && x >= region.rect.x0 && x < region.rect.x1 &&
           region.hint_strength(x - region.rect.x0, y - region.rect.y0) > 0;
  });
}

}  // namespace

TEST_CASE("things: a stroke is one, strokes of one lasso are one, and so are those that were grouped") {
  Document document(photo_size);
  document.add(dab(10, 10));
  document.add(in_lasso(20));
  document.add(dab(30, 10));
  document.add(in_lasso(25));
  document.add(dab(40, 10));
  CHECK(strokes_of(document) == std::vector<Ids>{{5}, {3}, {2, 4}, {1}});

  const Change change = document.take(edit_of_grouping(document.state(), Ids{5, 1}));
  CHECK(change.any());
  CHECK(change.names);
  CHECK(change.hints.empty());  // the picture stays
  CHECK(strokes_of(document) == std::vector<Ids>{{3}, {2, 4}, {1, 5}});
  CHECK(undo_label(document.state()) == "Group");
  CHECK_FALSE(document.take(edit_of_grouping(document.state(), Ids{1, 5})).any());  // it is one already
  CHECK_FALSE(document.take(edit_of_grouping(document.state(), Ids{3})).any());

  document.take(edit_of_grouping(document.state(), Ids{3, 1}));  // out of a larger thing, which keeps the rest
  CHECK(strokes_of(document) == std::vector<Ids>{{5}, {2, 4}, {1, 3}});
  document.undo();
  document.undo();
  CHECK(strokes_of(document) == std::vector<Ids>{{5}, {3}, {2, 4}, {1}});
  document.redo();
  CHECK(strokes_of(document) == std::vector<Ids>{{3}, {2, 4}, {1, 5}});

  document.add(dab(50, 10));  // its id is not the group's
  CHECK(strokes_of(document).front() == Ids{document.strokes().back()->id});
  document.undo();

  document.take(edit_of_ungrouping(document.state(), Ids{1, 2, 4, 5}));  // a lasso's strokes part too
  CHECK(strokes_of(document) == std::vector<Ids>{{5}, {4}, {3}, {2}, {1}});
  CHECK_FALSE(document.take(edit_of_ungrouping(document.state(), Ids{1, 2})).any());
  document.undo();
  CHECK(strokes_of(document) == std::vector<Ids>{{3}, {2, 4}, {1, 5}});
}

TEST_CASE("what is painted in a lasso belongs to the thing that is there") {
  Document document(photo_size);
  document.add(in_lasso(5));
  document.add(dab(40, 10));
  document.take(edit_of_grouping(document.state(), Ids{1, 2}));
  document.take(edit_of_naming(document.state(), Ids{1, 2}, "Coat"));
  document.add(in_lasso(25));
  CHECK(things_of(document.state()).size() == 1);
  document.remove(Ids{1, 2});
  CHECK(names_of(document) == std::vector<std::string>{"Coat"});

  document.add(in_lasso(15));
  CHECK(things_of(document.state()).size() == 1);
  document.take(edit_of_ungrouping(document.state(), Ids{document.strokes().back()->id}));
  CHECK(things_of(document.state()).size() == 2);
  document.add(in_lasso(8));  // the last one there stands alone on purpose
  CHECK(things_of(document.state()).size() == 3);
}

TEST_CASE("things: names tell of the colour and count, until a person gives one") {
  Document document(photo_size);
  document.add(dab(10, 10, oak));
  document.add(dab(20, 10, fair));
  document.add(dab(30, 10, oak));
  document.add(dab(40, 10, {0.1f, 0.2f, 0.8f}));
  document.add(dab(50, 10, {}, StrokeKind::neutral));
  document.add(dab(50, 30, {}, StrokeKind::barrier));
  using Names = std::vector<std::string>;
  CHECK(names_of(document) == Names{"Barrier 1", "Grey 1", "Blue 1", "Oak 2", "Skin 1", "Oak 1"});

  const Change change = document.take(edit_of_naming(document.state(), Ids{3}, "  The \"table\"\n "));
  CHECK(change.names);
  CHECK(change.hints.empty());
  CHECK(names_of(document)[3] == "The \"table\"");
  CHECK(undo_label(document.state()) == "Rename");
  CHECK_FALSE(document.take(edit_of_naming(document.state(), Ids{3}, "The \"table\"")).any());
  document.recolour(Ids{3}, fair);
  CHECK(names_of(document)[3] == "The \"table\"");
  document.undo();
  document.undo();
  CHECK(names_of(document)[3] == "Oak 2");
  document.recolour(Ids{3}, fair);
  CHECK(names_of(document)[3] == "Skin 2");

  std::string long_name;
  for (int i = 0; i < 150; ++i) long_name += "\xC3\xA9";
  document.take(edit_of_naming(document.state(), Ids{4}, long_name));
  CHECK(document.strokes()[3]->name == long_name.substr(0, 200));
  document.take(edit_of_naming(document.state(), Ids{4}, ""));
  CHECK(names_of(document)[2] == "Blue 1");

  document.set_palette({"Own", {{"Aunt's dress", {0.1f, 0.2f, 0.8f}}, {"#b98a55", oak}}});
  CHECK(names_of(document)[2] == "Aunt's dress 1");
  CHECK(names_of(document)[5] == "Oak 1");  // a code is no name

  Stroke bad = dab(1, 1);
  bad.name = "two\nlines";
  CHECK_THROWS_AS(document.add(bad), std::invalid_argument);
  bad.name = std::string(201, 'a');
  CHECK_THROWS_AS(document.add(bad), std::invalid_argument);
}

TEST_CASE("a hidden thing does nothing and is kept") {
  Document document(photo_size);
  document.add(dab(10, 10));
  document.add(dab(40, 20, {}, StrokeKind::barrier));
  document.add(in_lasso(25));
  document.add(dab(50, 30));
  document.add(dab(50, 30, {}, StrokeKind::erase));
  CHECK(hinted(document, 10, 10));
  CHECK(hinted(document, 25, 10));
  CHECK_FALSE(hinted(document, 50, 30));
  CHECK(has_cuts(document.strokes()));

  const Change change = document.take(edit_of_hiding(document.state(), Ids{1, 3, 5}, true));
  CHECK(undo_label(document.state()) == "Hide");
  CHECK(change.hints.x0 <= 6);
  CHECK(change.hints.x1 >= 54);
  CHECK_FALSE(hinted(document, 10, 10));
  CHECK_FALSE(hinted(document, 25, 10));
  CHECK(raster(document).regions.empty());
  CHECK(hinted(document, 50, 30));  // the eraser rests
  CHECK(mask_from_strokes({grey_photo(), document.strokes()}).drawn(10, 10) == 0);
  CHECK_FALSE(topmost_at(document.strokes(), {10, 10}, 1));
  CHECK(topmost_at(document.strokes(), {50, 30}, 1) == 4);
  CHECK(document.take(edit_of_hiding(document.state(), Ids{2}, true)).cuts);
  CHECK_FALSE(has_cuts(document.strokes()));
  const std::vector<Thing> things = things_of(document.state());
  CHECK(std::count_if(things.begin(), things.end(), [](const Thing& thing) { return thing.hidden; }) == 4);
  CHECK_FALSE(document.take(edit_of_hiding(document.state(), Ids{1}, true)).any());

  document.recolour(Ids{1}, {0, 0, 1});  // also what is hidden can be changed
  document.take(edit_of_hiding(document.state(), Ids{1, 2, 3, 5}, false));
  CHECK(undo_label(document.state()) == "Show");
  CHECK(hinted(document, 25, 10));
  CHECK_FALSE(hinted(document, 50, 30));
  for (int i = 0; i < 4; ++i) document.undo();
  CHECK(hinted(document, 10, 10));
  CHECK_FALSE(document.strokes()[0]->hidden);
  for (int i = 0; i < 2; ++i) document.redo();
  CHECK_FALSE(hinted(document, 10, 10));
}

TEST_CASE("a thing is recoloured, made weaker and deleted as one") {
  Document document(photo_size);
  for (const float x : {10.0f, 20.0f, 30.0f}) document.add(dab(x, 10, oak));
  document.add(dab(40, 10, fair, StrokeKind::neutral));
  document.take(edit_of_grouping(document.state(), Ids{2, 3, 4}));
  const std::size_t steps = document.state().position;
  const Ids thing = things_of(document.state()).front().strokes;
  CHECK(thing == Ids{2, 3, 4});
  document.recolour(thing, fair);
  CHECK(things_of(document.state()).front().colours == std::vector<Rgb>{fair});
  document.set_strength(thing, 0.5f);
  CHECK(things_of(document.state()).front().strength == 0.5f);
  document.remove(thing);
  CHECK(things_of(document.state()).size() == 1);
  CHECK(document.state().position == steps + 3);
  for (int i = 0; i < 3; ++i) document.undo();
  CHECK(things_of(document.state()).front().colours == std::vector<Rgb>{oak});
  CHECK(things_of(document.state()).front().strength == 1);
}

TEST_CASE("the colours of the things, for the next photo") {
  Document document(photo_size);
  CHECK(palette_of_things(document.state(), "None") == Palette{});
  document.add(dab(10, 10, oak));
  document.add(dab(20, 10, {0.1f, 0.2f, 0.8f}));
  document.add(dab(30, 10, oak));
  document.add(dab(40, 10, fair, StrokeKind::neutral));
  document.take(edit_of_naming(document.state(), Ids{2}, "Dress"));
  const Palette palette = palette_of_things(document.state(), "Things of aunt");
  CHECK(palette == Palette{"Things of aunt", {{"Oak", oak}, {"Dress", {0.1f, 0.2f, 0.8f}}}});
  CHECK(joined({}, palette) == palette);
  CHECK(joined({"Own", {{"Table", oak}}}, palette) == Palette{"Own", {{"Table", oak}, {"Dress", {0.1f, 0.2f, 0.8f}}}});
}
