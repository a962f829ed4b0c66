#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "solver/prediction/matching.h"
#include "solver/resample.h"
#include "tests/solver/prediction/scene.h"

using namespace handtint;
using tests::Band;
using tests::garden;
using tests::Scene;
using tests::scene_of;

namespace {

const std::vector<Band> mirrored_garden(garden.rbegin(), garden.rend());
const std::vector<Band> harbour{{11, 70, {5, 5}}, {12, 35, {-5, -25}}, {13, 55, {20, 20}}};

// The largest difference of the matched colours from the scene's own, in the middle of each of its bands.
float worst_colour(const Matches& matches, const std::vector<Band>& truth) {
  float worst = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const int x =
        static_cast<int>((static_cast<double>(i) + 0.5) / static_cast<double>(truth.size()) * matches.width());
    for (int y = 0; y < matches.height(); ++y)
      worst = std::max(
          worst, std::hypot(matches.chroma.a(x, y) - truth[i].colour.a, matches.chroma.b(x, y) - truth[i].colour.b));
  }
  return worst;
}

}  // namespace

TEST_CASE("a photo that is its own reference gets its own colours, surely") {
  const Scene scene = scene_of(garden, 24, 16);
  const Matches matches = match(scene.description, scene.description, scene.chroma);
  CHECK(matches.width() == 24);
  CHECK(matches.height() == 16);
  CHECK(worst_colour(matches, garden) < 0.5f);
  CHECK(matches.excess < 0.5f);
  CHECK(*std::min_element(matches.distance.begin(), matches.distance.end()) >= 0);
  CHECK(matches.confidence(3, 8) > 0.9f);
  CHECK(related(matches));
}

TEST_CASE("mirrored, twice the size or with other noise, the reference's colours reach the same things") {
  const Scene scene = scene_of(garden, 24, 16);
  for (const Scene& reference :
       {scene_of(mirrored_garden, 24, 16, 2), scene_of(garden, 48, 32, 3), scene_of(garden, 20, 24, 4)}) {
    const Matches matches = match(scene.description, reference.description, reference.chroma);
    CHECK(worst_colour(matches, garden) < 1);
    CHECK(related(matches));
  }
}

TEST_CASE("a place in the reference shows the thing that its colour was taken from") {
  const Matches matches = match(scene_of(garden, 24, 16).description, scene_of(mirrored_garden, 24, 16, 2).description,
                                scene_of(mirrored_garden, 24, 16, 2).chroma);
  for (int band = 0; band < 4; ++band) {
    const Place place = matches.source(6 * band + 3, 8);
    CHECK(static_cast<int>(4 * place.x) == 3 - band);
  }
}

TEST_CASE("a reference that shows other things is not related, and is not trusted anywhere") {
  const Scene scene = scene_of(garden, 24, 16), reference = scene_of(harbour, 24, 16, 2);
  const Matches matches = match(scene.description, reference.description, reference.chroma);
  CHECK_FALSE(related(matches));
  CHECK(*std::max_element(matches.confidence.begin(), matches.confidence.end()) < 0.2f);
}

TEST_CASE(
    "the photo is its own measure: what is as near as its own parts is related, what is a little farther is not") {
  // One kind of thing throughout; the reference's differs from it by a fraction of what things differ by.
  const std::vector<Band> plain{{1, 50, {}}};
  const Scene scene = scene_of(plain, 24, 16);
  const auto drifted = [&](float step) {
    Scene other = scene_of(plain, 24, 16, 2);
    for (FeatureMap& layer : other.description.features)
      for (std::size_t i = 0; i < layer.values.size(); ++i) layer.values[i] += i / layer.cells() % 2 ? step : -step;
    return match(scene.description, other.description, other.chroma);
  };
  CHECK(related(drifted(0)));
  CHECK(drifted(0).excess < drifted(0.03f).excess);
  CHECK_FALSE(related(drifted(0.3f)));

  // Confidence fades around the limit.
  const auto sure = [](const Matches& matches) {
    return *std::max_element(matches.confidence.begin(), matches.confidence.end());
  };
  bool doubtful = false;
  for (float step = 0.001f; step < 0.1f; step += 0.001f) {
    const Matches matches = drifted(step);
    doubtful = doubtful || (!related(matches) && sure(matches) > 0 && sure(matches) < 0.7f * sure(drifted(0)));
  }
  CHECK(doubtful);
  CHECK(sure(drifted(0.3f)) == 0);

  // Who is daring knows better than the excess, up to one more.
  bool tried = false;
  for (float step = 0.03f; step < 0.04f; step += 0.001f) {
    const Matches matches = drifted(step);
    if (matches.excess < unrelated_excess + 0.3f || matches.excess > unrelated_excess + 0.9f) continue;
    tried = true;
    CHECK_FALSE(related(matches, 0));
    CHECK_FALSE(related(matches, 0.6f));
    CHECK(related(matches, 1));
    CHECK(sure(as_daring(matches, 0.5f)) == 0);
    CHECK(sure(as_daring(matches, 1)) > 0.3f * sure(drifted(0)));
  }
  CHECK(tried);
  CHECK_FALSE(related(drifted(2), 1));
}

TEST_CASE("what a photo repeats, as an even sky does, makes it no stricter a judge") {
  Scene even = scene_of(garden, 24, 16);
  for (FeatureMap& layer : even.description.features)  // every row as the first
    for (std::size_t i = 0; i < layer.values.size(); ++i) {
      const std::size_t in_layer = i % layer.cells();
      layer.values[i] = layer.values[i - in_layer + in_layer % layer.width];
    }
  Scene other = scene_of(garden, 24, 16, 2);
  for (FeatureMap& layer : other.description.features)
    for (std::size_t i = 0; i < layer.values.size(); ++i) layer.values[i] += i / layer.cells() % 2 ? 0.4f : -0.4f;
  const Matches matches = match(even.description, other.description, other.chroma);
  CHECK(related(matches));
}

TEST_CASE("what is related is said by the network's coarse layers most of all") {
  const Scene scene = scene_of(garden, 24, 16), unlike = scene_of(harbour, 24, 16, 2);
  const auto excess_with = [&](std::size_t layer) {
    Scene other = scene_of(garden, 24, 16, 2);
    if (layer < 3) other.description.features[layer] = unlike.description.features[layer];
    return match(scene.description, other.description, other.chroma).excess;
  };
  const float excess = excess_with(3), coarse = excess_with(0), fine = excess_with(2);
  CHECK(fine >= excess);
  CHECK(coarse > fine + 0.1f);
}

TEST_CASE("things that the reference does not show are less sure than those that it shows") {
  std::vector<Band> partly = garden;
  partly[1] = {7, 50, {}};
  const Scene scene = scene_of(partly, 24, 16), reference = scene_of(garden, 24, 16, 2);
  const Matches matches = match(scene.description, reference.description, reference.chroma);
  CHECK(matches.confidence(9, 8) < 0.5f * matches.confidence(3, 8));
}

TEST_CASE("limits: a thing here is matched with a thing there alone") {
  const Scene scene = scene_of(garden, 24, 16), reference = scene_of(garden, 24, 16, 2);
  MatchLimits limits{Plane<float>(24, 16), Plane<float>(24, 16)};
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 6; ++x) limits.target(x, y) = limits.reference(x + 6, y) = 1;  // the first from the second
  const Matches matches = match(scene.description, reference.description, reference.chroma, limits);
  CHECK(matches.chroma.a(2, 8) == doctest::Approx(garden[1].colour.a));
  CHECK(matches.confidence(15, 8) == 0);
  limits.reference = Plane<float>(24, 16);
  CHECK(match(scene.description, reference.description, reference.chroma, limits).empty());
}

TEST_CASE("a network without inner layers is matched by its answer and traits") {
  Scene scene = scene_of(garden, 24, 16), reference = scene_of(mirrored_garden, 24, 16, 2);
  scene.description.features.clear();
  reference.description.features.clear();
  CHECK(worst_colour(match(scene.description, reference.description, reference.chroma), garden) < 1);
  for (Scene* s : {&scene, &reference}) {
    Prediction& p = s->description.prediction;
    p.bins.clear();
    p.logits.clear();
    p.a = p.traits[0];
    p.b = p.traits[1];
  }
  CHECK(worst_colour(match(scene.description, reference.description, reference.chroma), garden) < 1);
}

TEST_CASE("several references: each cell takes the surest") {
  const std::vector<Band> left{garden[0], garden[1], {21, 50, {60, 60}}, {22, 50, {60, 60}}};
  const std::vector<Band> right{{23, 50, {60, 60}}, {24, 50, {60, 60}}, garden[2], garden[3]};
  const Scene scene = scene_of(garden, 24, 16), one = scene_of(left, 24, 16, 2), other = scene_of(right, 24, 16, 3);
  const Matches matches = surest_of({match(scene.description, one.description, one.chroma),
                                     match(scene.description, other.description, other.chroma)});
  CHECK(worst_colour(matches, garden) < 1);
  CHECK(matches.reference(3, 8) == 0);
  CHECK(matches.reference(21, 8) == 1);
}

TEST_CASE("bad references end in no match or in a poor one, never in a fault") {
  const Scene scene = scene_of(garden, 24, 16);
  CHECK(match(scene.description, {}, scene.chroma).empty());
  CHECK(match(scene.description, scene.description, {}).empty());
  const Scene dot = scene_of({harbour[0]}, 1, 1), strip = scene_of(garden, 4, 160);
  CHECK_FALSE(related(match(scene.description, dot.description, {Plane<float>(1, 1, 5), Plane<float>(1, 1, 5)})));
  const Matches matches = match(scene.description, strip.description, {Plane<float>(1, 5000), Plane<float>(1, 5000)});
  CHECK(std::all_of(matches.chroma.a.begin(), matches.chroma.a.end(), [](float a) { return a == 0; }));
  Scene other = scene_of(garden, 24, 16);
  other.description.features.pop_back();
  CHECK_THROWS_AS(match(scene.description, other.description, other.chroma), std::invalid_argument);
}

TEST_CASE("matching gives up when asked to stop") {
  const Scene scene = scene_of(garden, 24, 16);
  std::stop_source stop;
  stop.request_stop();
  CHECK(match(scene.description, scene.description, scene.chroma, {}, stop.get_token()).empty());
}

TEST_CASE("the reference is aged like the target: tones come near, sharpness is taken away, likeness stays") {
  Plane<float> sharp(64, 48);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 64; ++x) sharp(x, y) = 30 + static_cast<float>(x) / 2 + ((x / 2 + y / 2) % 2 ? 20.0f : 0.0f);
  CHECK(age_like(sharp, sharp) == sharp);

  Plane<float> dark = sharp;
  for (float& v : dark) v -= 20;
  const Plane<float> lifted = age_like(dark, sharp);
  float worst = 0;
  for (std::size_t i = 0; i < sharp.size(); ++i) worst = std::max(worst, std::abs(lifted.data()[i] - sharp.data()[i]));
  CHECK(worst < 10);

  const Plane<float> soft = resample(resample(sharp, 16, 12), 64, 48);
  const Plane<float> aged = age_like(sharp, soft);
  const auto contrast = [](const Plane<float>& p) {
    double sum = 0;
    for (int x = 1; x < p.width(); ++x) sum += std::abs(p(x, 20) - p(x - 1, 20));
    return sum;
  };
  CHECK(contrast(aged) < 0.5 * contrast(sharp));
  CHECK(age_like(soft, sharp) == age_like(soft, sharp));
  CHECK(age_like({}, sharp).empty());
}
