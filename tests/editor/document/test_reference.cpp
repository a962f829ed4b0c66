#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "editor/document/reference.h"
#include "editor/files/photo.h"
#include "tests/solver/prediction/scene.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
using tests::Band;
using tests::scene_of;

namespace {

constexpr int cells_across = 24, cells_down = 16, width = 8 * cells_across, height = 8 * cells_down;

const std::vector<Band> garden{{1, 70, {-20, 25}}, {2, 40, {45, 20}}, {3, 60, {0, -30}}, {4, 50, {10, 30}}};
const std::vector<Band> harbour{{11, 20, {-20, 25}}, {12, 90, {45, 20}}, {13, 30, {0, -30}}, {14, 80, {10, 30}}};

// A network that sees the garden in the photo, and in the reference the other bands.
Predictor network_that_sees(const std::vector<Band>& in_reference) {
  Predictor predictor;
  predictor.describe = [=](const Plane<float>&, const Plane<float>& like, std::stop_token) {
    return scene_of(like.empty() ? garden : in_reference, cells_across, cells_down, like.empty() ? 1 : 2).description;
  };
  return predictor;
}

Photo grey_garden() {
  Photo photo;
  photo.lightness = scene_of(garden, cells_across, cells_down).description.lightness;
  return photo;
}

ReferencePicture picture_of(const std::vector<Band>& bands, const std::string& name = "garden.png") {
  const tests::Scene scene = scene_of(bands, cells_across, cells_down, 2);
  return {name, scene.description.lightness, scene.chroma};
}

struct Studied {
  Photo photo = grey_garden();
  ReferenceStudy study;
  explicit Studied(const std::vector<Band>& reference = garden)
      : study(study_references(photo, {picture_of(reference)}, network_that_sees(reference))) {}
};

std::size_t band_at(float x) {
  return static_cast<std::size_t>(std::clamp(x / width, 0.0f, 0.999f) * 4);
}

std::string refusal_to_read(const std::filesystem::path& file) {
  try {
    read_reference(file);
  } catch (const FileError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("each thing that the reference shows gets a stroke in its colour that a document may hold") {
  const Studied s;
  REQUIRE(s.study.refusal.empty());
  const std::vector<Suggestion> suggestions = suggest_strokes(s.photo, s.study, {});
  REQUIRE(suggestions.size() >= 4);
  CHECK(suggestions.size() <= 40);
  bool seen[4] = {};
  for (const Suggestion& suggestion : suggestions) {
    CHECK(validate(suggestion.stroke).empty());
    CHECK(suggestion.stroke.kind == StrokeKind::colour);
    CHECK(suggestion.stroke.strength == suggestion.confidence);
    const std::size_t band = band_at(suggestion.stroke.points.front().x);
    seen[band] = true;
    CHECK(band_at(suggestion.stroke.points.back().x) == band);
    CHECK(band_at(suggestion.stroke.source->x * width) == band);
    const Ab colour = hint_colour(suggestion.stroke).ab;
    CHECK(std::hypot(colour.a - garden[band].colour.a, colour.b - garden[band].colour.b) < 3);
  }
  CHECK(std::all_of(seen, seen + 4, [](bool s) { return s; }));
  CHECK(suggest_strokes(s.photo, s.study, {}, {.daring = 0.5f, .most = 2}).size() == 2);
}

TEST_CASE("what a person painted wins: a thing with a stroke, or with a pixel of a mask, gets none") {
  const Studied s;
  DocumentState state;
  Stroke stroke;
  for (int y = 2; y < height; y += 2) {
    stroke.points.push_back({3, static_cast<float>(y), 2});
    stroke.points.push_back({width / 4 - 3, static_cast<float>(y), 2});
  }
  state.strokes.emplace_back(stroke);
  const auto in_band = [&](std::size_t band) {
    const std::vector<Suggestion> suggestions = suggest_strokes(s.photo, s.study, state);
    return std::count_if(suggestions.begin(), suggestions.end(),
                         [&](const Suggestion& one) { return band_at(one.stroke.points.front().x) == band; });
  };
  CHECK(in_band(0) == 0);
  CHECK(in_band(1) > 0);
  StrokeMask mask(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = width / 4; x < width / 2; ++x) mask.drawn(x, y) = 1;
  state.imported = std::make_shared<const StrokeMask>(mask);
  CHECK(in_band(1) == 0);
  CHECK(in_band(2) > 0);
}

TEST_CASE("suggestions enter a document on top, with numbers of their own, as one step that can be undone") {
  const Studied s;
  Document painted(s.photo.extent());
  Stroke stroke;
  stroke.points = {{4, 4, 2}};
  painted.add(stroke);
  painted.add(stroke);
  painted.undo();
  const std::vector<Suggestion> suggestions = suggest_strokes(s.photo, s.study, painted.state());
  Document document(s.photo.extent(), painted.state());
  document.take(edit_of_suggestions(document.state(), suggestions, "From garden.png"));
  const StrokeList& strokes = document.strokes();
  REQUIRE(strokes.size() == 1 + suggestions.size());
  CHECK(strokes.front() == painted.strokes().front());
  for (std::size_t i = 1; i < strokes.size(); ++i) CHECK(strokes[i]->id > strokes[i - 1]->id);
  CHECK_FALSE(document.can_redo());
  CHECK(undo_label(document.state()) == "From garden.png");
  document.undo();
  CHECK(document.strokes().size() == 1);
  document.redo();
  CHECK(document.strokes().size() == 1 + suggestions.size());

  CHECK_NOTHROW(Document(s.photo.extent(), document.state()));  // the history leads to the strokes

  const std::size_t steps = document.state().history.size();
  document.take({.label = "Nothing"});
  CHECK(document.state().history.size() == steps);
  Edit stranger;
  stranger.strokes.push_back({99, std::nullopt, strokes.front()});
  CHECK_THROWS_AS(document.take(stranger), std::invalid_argument);
}

TEST_CASE("new suggestions take the place of older ones; kept and recoloured ones are the person's") {
  const Studied s;
  Document document(s.photo.extent());
  const auto suggest = [&] {
    document.take(edit_of_suggestions(document.state(), suggest_strokes(s.photo, s.study, document.state()), "Again"));
    return document.strokes().size();
  };
  const std::size_t count = suggest();
  REQUIRE(count > 2);
  CHECK(suggest() == count);
  const std::vector<StrokeId> first{document.strokes()[0]->id}, second{document.strokes()[1]->id};
  document.take(edit_of_source(document.state(), first, {0.25f, 2}, {0, 0, 1}));
  CHECK(document.strokes()[0]->source == Point{0.25f, 1});
  CHECK(document.strokes()[0]->colour == Rgb{0, 0, 1});
  document.take(edit_of_keeping(document.state(), first));
  document.recolour(second, {1, 0, 0});
  CHECK_FALSE(document.strokes()[0]->source);
  CHECK_FALSE(document.strokes()[1]->source);
  suggest();
  CHECK(find(document.strokes(), first[0]));
  CHECK(find(document.strokes(), second[0]));
  CHECK_FALSE(document.strokes()[0]->source);
  CHECK_FALSE(document.strokes()[1]->source);
}

TEST_CASE("a reference that shows other things is refused in a sentence with its name, and gives no strokes") {
  const Studied s(harbour);
  CHECK(s.study.refusal.starts_with("garden.png shows other things"));
  CHECK(suggest_strokes(s.photo, s.study, {}, {.daring = 1, .most = 40}).empty());

  const ReferenceStudy two =
      study_references(s.photo, {picture_of(harbour), picture_of(harbour)}, network_that_sees(harbour));
  CHECK(two.refusal.starts_with("the 2 references show other things"));
}

TEST_CASE("a study that is stopped is empty; a predictor that cannot compare says so") {
  std::stop_source stopped;
  stopped.request_stop();
  Predictor silent;
  silent.describe = [](const Plane<float>&, const Plane<float>&, std::stop_token) { return Description{}; };
  const ReferenceStudy study = study_references(grey_garden(), {picture_of(garden)}, silent, {}, stopped.get_token());
  CHECK(study.empty());
  CHECK(suggest_strokes(grey_garden(), study, {}).empty());
  CHECK_THROWS_WITH_AS(study_references(grey_garden(), {picture_of(garden)}, Predictor{}),
                       doctest::Contains("cannot compare"), std::runtime_error);
}

TEST_CASE("the mood moves a coat's chroma towards the reference by the amount, and an empty study moves nothing") {
  const Studied s;
  Prior coat{Plane<float>(48, 32, 5.0f), Plane<float>(48, 32, 5.0f), Plane<float>(48, 32, 3e-4f), {}};
  CHECK(in_reference_mood(coat, {}).a == coat.a);
  CHECK(in_reference_mood(coat, s.study, {.amount = 0}).a == coat.a);
  const auto away = [&](const Prior& prior) {  // from the second band's colour, in its middle
    return std::hypot(prior.a(18, 16) - garden[1].colour.a, prior.b(18, 16) - garden[1].colour.b);
  };
  const Prior half = in_reference_mood(coat, s.study, {.amount = 0.5f}), whole = in_reference_mood(coat, s.study);
  CHECK(away(half) < away(coat) - 5);
  CHECK(away(whole) < away(half) - 5);
  CHECK(whole.weight == coat.weight);
}

TEST_CASE("a place in the reference gives the mean colour of 5 x 5 pixels, also at its rim") {
  ReferencePicture picture{"spot.png", Plane<float>(20, 10, 50.0f), {Plane<float>(20, 10), Plane<float>(20, 10)}};
  for (int y = 0; y < 10; ++y)
    for (int x = 0; x < 20; ++x) picture.chroma.a(x, y) = x < 10 ? 0.0f : 20.0f;
  const auto a_at = [&](float x, float y) {
    const Rgb rgb = colour_from_reference(picture, {x, y}, 50);
    return lab_from_srgb(rgb).a;
  };
  CHECK(a_at(0.2f, 0.5f) == doctest::Approx(0).epsilon(0.05));
  CHECK(a_at(0.9f, 0.5f) == doctest::Approx(20).epsilon(0.02));
  CHECK(a_at(0.5f, 0.5f) == doctest::Approx(12).epsilon(0.02));  // three of five columns
  CHECK(a_at(1.0f, 1.0f) == doctest::Approx(20).epsilon(0.02));
  CHECK(lab_from_srgb(colour_from_reference(picture, {0.9f, 0.5f})).L == doctest::Approx(50).epsilon(0.02));
}

TEST_CASE("a reference is read no larger than it is compared; a grey one and one that is gone are refused by name") {
  const ScratchFolder folder;
  const auto file = folder / "reference.png";
  const auto write = [&](int w, int h, float a) {
    WriteOptions options;
    options.overwrite = true;
    REQUIRE(write_photo(file, Plane<float>(w, h, 50.0f), {Plane<float>(w, h, a), Plane<float>(w, h)}, {}, options));
  };
  write(1200, 900, 20);
  const ReferencePicture large = read_reference(file);
  CHECK(large.lightness.height() == 512);
  CHECK(large.lightness.width() == 683);
  CHECK(large.chroma.a(300, 200) == doctest::Approx(20).epsilon(0.05));
  const FileReference named = refer_to_file(file);
  CHECK(read_reference(named, {}).lightness == large.lightness);
  write(5000, 1, 20);
  CHECK(refusal_to_read(file).find("reference.png: is 5000 x 1 pixels, too small") != std::string::npos);
  CHECK_THROWS_WITH_AS(read_reference(named, {}), doctest::Contains("has changed"), FileError);
  write(40, 40, 0);
  CHECK(refusal_to_read(file).find("reference.png: is grey") != std::string::npos);
  CHECK(refusal_to_read(folder / "gone.png").find("gone.png") != std::string::npos);
}
