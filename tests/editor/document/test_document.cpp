#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "editor/document/document.h"
#include "editor/document/rasterise.h"
#include "editor/document/render.h"
#include "editor/document/things.h"
#include "tests/editor/document/document_making.h"

using namespace handtint;
using namespace handtint::tests;

namespace {

bool same(const RegionPatch& p, const RegionPatch& q) {
  return p.id == q.id && p.bounds == q.bounds && p.rect == q.rect && p.mask == q.mask && p.hint_a == q.hint_a &&
         p.hint_b == q.hint_b && p.hint_strength == q.hint_strength && p.cuts == q.cuts && p.lightness == q.lightness;
}

bool same(const HintPatch& p, const HintPatch& q) {
  return p.rect == q.rect && p.hint_a == q.hint_a && p.hint_b == q.hint_b && p.hint_strength == q.hint_strength &&
         p.cuts == q.cuts &&
         std::equal(p.regions.begin(), p.regions.end(), q.regions.begin(), q.regions.end(),
                    [](const RegionPatch& a, const RegionPatch& b) { return same(a, b); });
}

ImportedMask blue_mask() {
  auto mask = std::make_shared<StrokeMask>(width, height);
  mask->drawn(50, 30) = 1;
  mask->colour(50, 30) = {0, 0, 255};
  return mask;
}

bool same_state(const DocumentState& p, const DocumentState& q) {
  return p.strokes == q.strokes && p.settings == q.settings && p.coat == q.coat && p.palette == q.palette &&
         p.lasso == q.lasso && p.imported == q.imported;
}

// A solver's picture of the hints, kept up to date by the reported changes only.
class Follower {
 public:
  explicit Follower(const Document& document) : document_(document), hints_(raster(document)) {}

  void apply(const Change& change) {
    const HintPatch patch = make_patch(grey_photo(), document_.state(), change);
    if (patch.rect.empty()) return;
    if (!patch.hint_strength.empty()) {
      put(patch.rect, patch.hint_a, hints_.hint_a);
      put(patch.rect, patch.hint_b, hints_.hint_b);
      put(patch.rect, patch.hint_strength, hints_.hint_strength);
      if (!patch.cuts.empty()) put(patch.rect, patch.cuts, hints_.cuts);
    }
    std::vector<RegionPatch> regions;
    for (const RegionPatch& news : patch.regions) {
      const auto known = std::find_if(hints_.regions.begin(), hints_.regions.end(),
                                      [&](const RegionPatch& region) { return region.id == news.id; });
      if (known == hints_.regions.end()) {
        REQUIRE(news.complete());
        regions.push_back(news);
        if (news.cuts.empty()) regions.back().cuts = Plane<std::uint8_t>(news.rect.width(), news.rect.height());
        continue;
      }
      RegionPatch& region = *known;
      const Rect at{news.rect.x0 - region.bounds.x0, news.rect.y0 - region.bounds.y0, news.rect.x1 - region.bounds.x0,
                    news.rect.y1 - region.bounds.y0};
      if (!news.rect.empty()) {
        put(at, news.mask, region.mask);
        put(at, news.hint_a, region.hint_a);
        put(at, news.hint_b, region.hint_b);
        put(at, news.hint_strength, region.hint_strength);
        if (!news.cuts.empty()) put(at, news.cuts, region.cuts);
      }
      regions.push_back(region);
    }
    hints_.regions = std::move(regions);
  }
  bool is_up_to_date() const { return same(hints_, raster(document_)); }

 private:
  template <class T>
  static void put(const Rect& rect, const Plane<T>& from, Plane<T>& to) {
    REQUIRE(from.width() == rect.width());
    REQUIRE(from.height() == rect.height());
    for (int y = rect.y0; y < rect.y1; ++y)
      for (int x = rect.x0; x < rect.x1; ++x) to(x, y) = from(x - rect.x0, y - rect.y0);
  }

  const Document& document_;
  HintPatch hints_;
};

// One operation of any kind, chosen at random.
Change random_operation(Document& document, std::mt19937& random) {
  const auto number = [&](float low, float high) { return std::uniform_real_distribution<float>(low, high)(random); };
  const auto colour = [&] { return Rgb{number(0, 1), number(0, 1), number(0, 1)}; };
  std::vector<StrokeId> some;
  for (const SharedStroke& stroke : document.strokes()) {
    if (random() % 3 == 0) some.push_back(stroke->id);
  }
  const Step step = random() % 2 ? Step::fold : Step::own;
  switch (random() % 15) {
    case 0:
      return document.remove(some);
    case 1:
      return document.recolour(some, colour(), step);
    case 2:
      return document.move(some, number(-9, 9), number(-9, 9), step);
    case 3:
      return document.set_strength(some, number(0, 1), step);
    case 4:
      return document.take(edit_of_limiting(
          document.state(), some,
          random() % 2 ? std::vector<Point>{} : std::vector<Point>{{number(0, 60), 0}, {60, 30}, {5, number(5, 40)}}));
    case 5: {
      Settings settings = document.settings();
      settings.smoothness = number(0, 2);
      return document.set_settings(settings, step);
    }
    case 6:
      if (random() % 2) return document.set_coat({.on = random() % 2 == 0, .dials = {.amount = number(0, 1)}}, step);
      if (random() % 2) return document.set_palette({"P", {{"c", colour()}}});
      return document.set_lasso(random() % 2 ? std::vector<Point>{}
                                             : std::vector<Point>{{1, number(0, 9)}, {50, 2}, {number(0, 9), 30}});
    case 7:
      return document.import_mask(random() % 2 ? blue_mask() : nullptr);
    case 8:
      return document.take(edit_of_hiding(document.state(), some, random() % 2));
    case 9:
      return document.strokes().empty() ? Change{}
                                        : document.replace_colour(document.strokes().front()->colour, colour(), step);
    case 10:
      return document.take(random() % 2 ? edit_of_grouping(document.state(), some)
                                        : edit_of_naming(document.state(), some, random() % 2 ? "N" : ""));
    default: {
      Stroke stroke = dab(number(0, 60), number(0, 40), colour(), static_cast<StrokeKind>(random() % 5));
      stroke.points.push_back({number(0, 60), number(0, 40), number(0.5f, 6)});
      return document.add(stroke);
    }
  }
}

}  // namespace

TEST_CASE("painting, undo, redo") {
  Document document(photo_size);
  CHECK_FALSE(document.can_undo());
  CHECK_FALSE(document.modified());

  const Change change = document.add(dab(10, 10));
  CHECK(document.strokes().size() == 1);
  CHECK(document.strokes().back()->id == 1);
  CHECK(find(document.strokes(), 1) != nullptr);
  CHECK(find(document.strokes(), 9) == nullptr);
  CHECK(change.any());
  CHECK_FALSE(change.cuts);
  CHECK(change.hints.x0 <= 6);
  CHECK(change.hints.x1 >= 14);
  CHECK(change.hints.width() <= 12);
  CHECK(document.modified());
  CHECK(undo_label(document.state()) == "Paint");

  CHECK(document.undo().hints == change.hints);
  CHECK(document.strokes().empty());
  CHECK_FALSE(document.modified());
  CHECK(redo_label(document.state()) == "Paint");
  document.redo();
  CHECK(document.strokes().size() == 1);
  CHECK_FALSE(document.redo().any());

  document.undo();
  document.add(dab(20, 10, {0, 1, 0}));  // the redo is gone, the id is not used twice
  CHECK_FALSE(document.can_redo());
  CHECK(document.strokes().back()->id == 2);
}

TEST_CASE("each operation does what it says and is one undo step") {
  Document document(photo_size);
  const Rgb red{1, 0, 0}, green{0, 1, 0}, blue{0, 0, 1};
  for (const Stroke& stroke : {dab(10, 10, red), dab(20, 10, green), dab(30, 10, red),
                               dab(40, 10, red, StrokeKind::neutral), dab(50, 10, red, StrokeKind::barrier)}) {
    document.add(stroke);
  }
  const std::vector<StrokeId> first_two{1, 2};
  const std::size_t steps = document.state().position;
  const auto colour_of = [&](StrokeId id) { return find(document.strokes(), id)->colour; };
  DocumentState before = document.state();
  const auto undoes = [&] {
    CHECK(document.state().position == steps + 1);
    document.undo();
    CHECK(same_state(document.state(), before));
  };

  document.recolour(first_two, blue);
  CHECK(same_colour(colour_of(1), blue));
  CHECK(same_colour(colour_of(2), blue));
  CHECK(same_colour(colour_of(3), red));
  undoes();

  document.replace_colour(red, blue);
  CHECK(same_colour(colour_of(1), blue));
  CHECK(same_colour(colour_of(2), green));
  CHECK(same_colour(colour_of(3), blue));
  CHECK(find(document.strokes(), 4)->kind == StrokeKind::neutral);
  undoes();

  document.move(first_two, 5, -2);
  CHECK(find(document.strokes(), 1)->points[0] == StrokePoint{15, 8, 4});
  undoes();

  const std::vector<StrokeId> all{1, 2, 3, 4, 5};
  document.set_strength(all, 0.5f);
  CHECK(find(document.strokes(), 4)->strength == 0.5f);
  CHECK(find(document.strokes(), 5)->strength == 1);  // a barrier has none
  undoes();

  document.take(edit_of_limiting(document.state(), first_two, {{0, 0}, {9, 0}, {9, 20}}));
  CHECK(find(document.strokes(), 2)->region.size() == 3);
  undoes();

  document.remove(std::vector<StrokeId>{1, 3, 77});
  CHECK(document.strokes().size() == 3);
  CHECK(document.strokes()[0]->id == 2);
  undoes();

  document.import_mask(blue_mask());
  CHECK(document.imported());
  undoes();

  Settings settings;
  settings.edge = 2;
  CHECK(document.set_settings(settings).settings);
  CHECK(document.settings().edge == 2);
  undoes();

  const Change coat = document.set_coat({.on = true, .dials = {.amount = 0.5f}});
  CHECK(coat.coat);
  CHECK_FALSE(coat.settings);
  CHECK(document.coat().on);
  CHECK(document.coat().dials.amount == 0.5f);
  undoes();

  CHECK(document.set_palette({"Mine", {{"a", red}}}).palette);
  CHECK(document.state().palette.name == "Mine");
  undoes();

  document.remove(all_of(document));
  CHECK(document.strokes().empty());
  undoes();
}

TEST_CASE("strokes become natural and exact again, with their hints, as undo steps; a recoloured one stays as it is") {
  Document document(photo_size);
  document.add(dab(10, 10));
  document.add(dab(30, 10));
  const std::vector<StrokeId> second{2};
  const auto natural = [&](StrokeId id) { return find(document.strokes(), id)->natural; };
  CHECK(document.take(edit_of_nature(document.state(), second, true)).hints == document.strokes()[1].bounds());
  CHECK_FALSE(natural(1));
  CHECK(natural(2));
  document.recolour(second, {0, 0, 1});
  CHECK(natural(2));
  document.recolour(second, {0, 1, 0}, Step::own, false);
  CHECK_FALSE(natural(2));
  document.undo();
  CHECK(natural(2));
  document.undo();
  document.undo();
  CHECK_FALSE(natural(2));
  CHECK_FALSE(document.take(edit_of_nature(document.state(), second, false)).any());
}

TEST_CASE("the finish is dragged as one undo step and touches no hint") {
  Document document(photo_size);
  document.add(dab(10, 10));
  const auto finish = [&] { return document.state().finish; };
  for (int i = 1; i <= 3; ++i) {
    const Change change = document.take(edit_of_finish(finish(), {.warmth = 0.1f * static_cast<float>(i)}),
                                        i == 1 ? Step::own : Step::fold);
    CHECK(change.finish);
    CHECK(change.hints.empty());
  }
  CHECK(document.state().history.size() == 2);
  CHECK(document.undo().finish);
  CHECK(finish().plain());
  document.redo();
  CHECK(finish().warmth == 0.3f);
  CHECK_FALSE(document.take(edit_of_finish(finish(), finish())).any());
  CHECK_THROWS_AS(edit_of_finish({}, {.vividness = -1}), std::invalid_argument);
}

TEST_CASE("an operation that changes nothing makes no step") {
  Document document(photo_size);
  document.add(dab(10, 10));
  const std::uint64_t revision = document.revision();
  const std::vector<StrokeId> one{1}, unknown{5};
  CHECK_FALSE(document.recolour(one, find(document.strokes(), 1)->colour).any());
  CHECK_FALSE(document.move(one, 0, 0).any());
  CHECK_FALSE(document.remove(unknown).any());
  CHECK_FALSE(document.set_settings(Settings{}).any());
  CHECK_FALSE(document.set_coat(FirstCoat{}).any());
  CHECK_FALSE(document.set_strength(one, 1).any());
  CHECK_FALSE(document.import_mask(nullptr).any());
  CHECK(document.state().history.size() == 1);
  CHECK(document.revision() == revision);
}

TEST_CASE("invalid values are refused and change nothing") {
  Document document(photo_size);
  document.add(dab(10, 10));
  const std::vector<StrokeId> one{1};
  Stroke bad = dab(1, 1);
  bad.points[0].radius = -1;
  CHECK_THROWS_AS(document.add(bad), std::invalid_argument);
  CHECK_THROWS_AS(document.set_strength(one, 99), std::invalid_argument);
  CHECK_THROWS_AS(document.move(one, 1e9f, 0), std::invalid_argument);
  CHECK_THROWS_AS(document.recolour(one, {2, 0, 0}), std::invalid_argument);
  Settings settings;
  settings.edge = 1000;
  CHECK_THROWS_AS(document.set_settings(settings), std::invalid_argument);
  CHECK_THROWS_AS(document.set_coat({.on = true, .dials = {.amount = 2}}), std::invalid_argument);
  CHECK_THROWS_AS(document.import_mask(std::make_shared<StrokeMask>(3, 3)), std::invalid_argument);
  CHECK(document.state().history.size() == 1);
  CHECK(document.strokes().size() == 1);
}

TEST_CASE("a drag is one undo step") {
  Document document(photo_size);
  document.add(dab(10, 10));
  document.add(dab(20, 10));
  const std::vector<StrokeId> both{1, 2}, first{1};
  document.move(both, 1, 0);
  for (int i = 0; i < 5; ++i) document.move(both, 1, 1, Step::fold);
  CHECK(document.state().history.size() == 3);
  CHECK(find(document.strokes(), 1)->points[0] == StrokePoint{16, 15, 4});
  document.undo();
  CHECK(find(document.strokes(), 1)->points[0] == StrokePoint{10, 10, 4});
  document.redo();
  CHECK(find(document.strokes(), 2)->points[0] == StrokePoint{26, 15, 4});

  document.move(both, 1, 0, Step::fold);  // after an undo or redo a new step begins
  CHECK(document.state().history.size() == 4);

  document.set_strength(first, 0.5f);
  document.set_strength(both, 0.25f, Step::fold);  // more strokes join
  CHECK(document.state().history.size() == 5);
  document.undo();
  CHECK(find(document.strokes(), 1)->strength == 1);
  CHECK(find(document.strokes(), 2)->strength == 1);

  Settings settings;
  for (const float edge : {2.0f, 3.0f, 0.5f}) {
    settings.edge = edge;
    document.set_settings(settings, Step::fold);
  }
  CHECK(document.state().history.size() == 5);
  document.undo();
  CHECK(document.settings() == Settings{});

  document.redo();
  FirstCoat coat{.on = true, .dials = {}};
  document.set_coat(coat);
  for (const float amount : {0.9f, 0.6f, 0.3f}) {
    coat.dials.amount = amount;
    document.set_coat(coat, amount == 0.9f ? Step::own : Step::fold);
  }
  CHECK(document.state().history.size() == 7);
  document.undo();
  CHECK(document.coat() == FirstCoat{.on = true, .dials = {}});
  document.undo();
  CHECK(document.coat() == FirstCoat{});
  document.undo();

  // A drag whose first event has no effect is still its own step.
  document.redo();
  document.set_settings(settings, Step::own);
  settings.edge = 4;
  document.set_settings(settings, Step::fold);
  document.undo();
  CHECK(document.settings().edge == 0.5f);
}

TEST_CASE("the modified flag follows what was saved") {
  Document document(photo_size);
  document.add(dab(10, 10));
  document.mark_saved();
  CHECK_FALSE(document.modified());
  document.add(dab(20, 10));
  CHECK(document.modified());
  document.undo();
  CHECK_FALSE(document.modified());
  document.undo();
  CHECK(document.modified());
  document.redo();
  CHECK_FALSE(document.modified());
  document.undo();
  document.add(dab(30, 10));  // as long a history as the saved one, but another
  CHECK(document.modified());
  document.undo();
  CHECK(document.modified());

  const std::vector<StrokeId> one{document.strokes().empty() ? 0 : document.strokes()[0]->id};
  document.add(dab(12, 12));
  document.mark_saved();
  document.move(std::vector<StrokeId>{document.strokes().back()->id}, 1, 1);
  document.mark_saved();
  document.move(std::vector<StrokeId>{document.strokes().back()->id}, 1, 1,
                Step::fold);  // never folded into what was saved
  CHECK(document.modified());
  document.undo();
  CHECK_FALSE(document.modified());

  Document recovered(photo_size, document.state(), false);
  CHECK(recovered.modified());
  recovered.mark_saved();
  CHECK_FALSE(recovered.modified());
}

TEST_CASE("whatever is done, undone and redone: the state returns, and the reported rectangles suffice") {
  for (unsigned seed = 0; seed < 25; ++seed) {
    std::mt19937 random(seed);
    Document document(photo_size);
    Follower follower(document);
    std::vector<DocumentState> states{document.state()};  // states[i] after i steps
    for (int i = 0; i < 120; ++i) {
      if (random() % 4 == 0) {
        follower.apply(document.undo());
      } else if (random() % 4 == 0) {
        follower.apply(document.redo());
      } else {
        const std::uint64_t revision = document.revision();
        follower.apply(random_operation(document, random));
        if (document.revision() == revision) continue;
        states.resize(document.state().position);
        states.push_back(document.state());
      }
      REQUIRE(states.size() > document.state().position);
      REQUIRE(same_state(document.state(), states[document.state().position]));
      REQUIRE(follower.is_up_to_date());
    }
    while (document.can_undo()) follower.apply(document.undo());
    CHECK(document.strokes().empty());
    CHECK(follower.is_up_to_date());
    while (document.can_redo()) follower.apply(document.redo());
    CHECK(same_state(document.state(), states.back()));
    CHECK(follower.is_up_to_date());

    // The whole can be taken up by another document.
    Document again(photo_size, document.state());
    CHECK_FALSE(again.modified());
    while (again.can_undo()) again.undo();
    CHECK(again.strokes().empty());
  }
}

TEST_CASE("a history that does not belong to the strokes, or a mask of another size, is refused") {
  Document document(photo_size);
  document.add(dab(10, 10));
  document.add(dab(20, 10));
  DocumentState state = document.state();
  state.strokes.pop_back();
  CHECK_THROWS_AS(Document(photo_size, state), std::invalid_argument);
  state = document.state();
  state.position = 7;
  CHECK_THROWS_AS(Document(photo_size, state), std::invalid_argument);
  state = document.state();
  state.imported = std::make_shared<StrokeMask>(3, 3);
  CHECK_THROWS_AS(Document(photo_size, state), std::invalid_argument);
}

TEST_CASE("apply changes nothing when an edit does not fit") {
  Document document(photo_size);
  for (float x = 10; x < 50; x += 10) document.add(dab(x, 10));
  DocumentState state = document.state();
  Edit edit;
  edit.strokes.push_back({0, state.strokes[0], std::nullopt});
  edit.strokes.push_back({1, state.strokes[2], SharedStroke(dab(1, 1))});
  edit.strokes.push_back({40, std::nullopt, SharedStroke(dab(1, 1))});
  CHECK_FALSE(apply(edit, true, state));
  CHECK(state.strokes == document.strokes());
  edit.strokes.pop_back();
  CHECK(apply(edit, true, state));
  CHECK(state.strokes.size() == 3);
  CHECK(apply(edit, false, state));
  CHECK(state.strokes == document.strokes());
}

TEST_CASE("replacing a colour reaches the imported mask") {
  Document document(photo_size);
  document.import_mask(blue_mask());
  const ImportedMask before = document.imported();
  document.replace_colour({0, 0, 1}, {1, 0, 0});
  CHECK(document.imported()->colour(50, 30) == Rgb8{255, 0, 0});
  CHECK(before->colour(50, 30) == Rgb8{0, 0, 255});
  document.undo();
  CHECK(document.imported() == before);
  CHECK_FALSE(document.replace_colour({0, 1, 0}, {1, 0, 0}).any());
}
