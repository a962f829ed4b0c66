#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

#include "editor/document/render.h"
#include "editor/document/session.h"
#include "solver/prediction/network.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;

namespace {

Prediction two_cells() {
  Prediction prediction;
  prediction.width = 2;
  prediction.height = 1;
  prediction.a = prediction.b = Plane<float>(2, 1, 20.0f);
  return prediction;
}

const Photo& grey_photo() {
  static const Photo photo{.lightness = Plane<float>(4, 2, 50.0f)};
  return photo;
}

// Writes a picture of one colour.
void write_coat(const std::filesystem::path& path, int width, int height, float a, float b) {
  WriteOptions options;
  options.overwrite = true;
  REQUIRE(write_photo(path, Plane<float>(width, height, 50.0f),
                      {Plane<float>(width, height, a), Plane<float>(width, height, b)}, {}, options));
}

std::string error_of(const CoatSource& source, const Photo& photo, const DocumentState& state) {
  try {
    source(photo, state, {});
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a network's coat is what make_prior says with the document's dials; without one nobody is asked") {
  int asked = 0;
  const CoatSource source = network_coat({[&](const Problem& problem, std::stop_token) {
                                            ++asked;
                                            CHECK(problem.width() == 4);
                                            CHECK(problem.hint_strength.empty());  // it is asked about the bare photo
                                            return two_cells();
                                          },
                                          "fake"});
  DocumentState state;
  Stroke stroke;
  stroke.points = {{1, 1, 2}};
  state.strokes.push_back(SharedStroke(stroke));
  CHECK(make_coat(grey_photo(), state, source).empty());
  state.coat = {.on = true, .dials = {.amount = 0}};
  CHECK(make_coat(grey_photo(), state, source).empty());
  CHECK(asked == 0);

  state.coat.dials = {.amount = 0.5f, .temperature = 0.7f, .variant = 3};
  const Prior prior = make_coat(grey_photo(), state, source), expected = make_prior(two_cells(), state.coat.dials);
  CHECK(asked == 1);
  CHECK(prior.a == expected.a);
  CHECK(prior.weight == expected.weight);
  CHECK(prior.a(0, 0) == doctest::Approx(10));
}

TEST_CASE("a picture's coat has its colours, the document's amount and weight, and never more pixels than the photo") {
  const ScratchFolder folder;
  const auto file = folder / "coat.png";
  write_coat(file, 8, 6, 30, -10);
  DocumentState state;
  state.coat = {.on = true, .picture = CoatPicture{.file = refer_to_file(file), .weight = 0.01f}};
  const CoatSource source = document_coat(
      [](const Photo&, const DocumentState&, std::stop_token) -> Prior { throw std::runtime_error("asked"); });
  const Prior whole = make_coat(grey_photo(), state, source);
  CHECK(whole.a.width() == 4);
  CHECK(whole.a.height() == 2);
  CHECK(whole.a(1, 1) == doctest::Approx(30).epsilon(0.05));
  CHECK(whole.weight == Plane<float>(4, 2, 0.01f));
  state.coat.dials.amount = 0.5f;
  const Prior half = make_coat(grey_photo(), state, source);
  CHECK(half.a(1, 1) == 0.5f * whole.a(1, 1));
  CHECK(half.b(1, 1) == 0.5f * whole.b(1, 1));
  CHECK(half.weight == Plane<float>(4, 2, 0.005f));
  state.coat.picture.reset();
  CHECK(error_of(source, grey_photo(), state) == "asked");
}

TEST_CASE(
    "where a picture shows something else than the photo its colours have little say; another tone is no difference") {
  const ScratchFolder folder;
  constexpr int width = 240, height = 120;
  const auto weave = [](int x, int y) { return std::sin(0.7f * x) * std::sin(0.5f * y); };
  Photo photo;
  photo.lightness = Plane<float>(width, height);
  Plane<float> theirs(width, height);
  const Plane<float> colour(width, height, 12);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      photo.lightness.edit()(x, y) = 50 + 12 * weave(x, y);
      theirs(x, y) = x < 80 ? 45 + 6 * weave(x, y) : x < 160 ? 50 - 12 * weave(x, y) : 50;
    }
  const auto file = folder / "theirs.png";
  REQUIRE(write_photo(file, theirs, {colour, colour}, {}, {}));
  DocumentState state;
  state.coat = {.on = true, .picture = CoatPicture{.file = refer_to_file(file), .weight = 0.01f}};
  const Prior prior = make_coat(photo, state, picture_coat());
  CHECK(prior.weight(40, 60) == 0.01f);
  CHECK(prior.weight(120, 60) < 0.002f);
  CHECK(prior.weight(120, 60) > 0);
  CHECK(prior.weight(210, 60) == 0.01f);  // nothing is to be seen there
}

TEST_CASE("a picture that moved with the session is found; a missing, changed or grey one is an error with its name") {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / "there");
  const auto file = folder / "coat.png", moved = folder / "there" / "coat.png";
  write_coat(file, 4, 2, 30, -10);
  DocumentState state;
  state.coat = {.on = true, .picture = CoatPicture{.file = refer_to_file(file)}};
  std::filesystem::rename(file, moved);
  CHECK(error_of(picture_coat(), grey_photo(), state).find("is not there") != std::string::npos);
  CHECK(error_of(picture_coat(folder / "there" / "aunt.handtint"), grey_photo(), state).empty());
  write_coat(moved, 4, 2, 10, -10);
  CHECK(error_of(picture_coat(moved), grey_photo(), state).find("has changed") != std::string::npos);
  write_coat(moved, 4, 2, 0, 0);
  state.coat.picture->file = refer_to_file(moved);
  CHECK(error_of(picture_coat(), grey_photo(), state).find("is grey") != std::string::npos);
}

TEST_CASE("a session keeps which picture its coat is, relative to itself, and through undo") {
  Session session;
  session.photo.path = "/pictures/aunt.jpg";
  session.photo.width = 4;
  session.photo.height = 2;
  Document document({4, 2});
  FirstCoat coat{.on = true, .dials = {.amount = 0.25f}, .picture = CoatPicture{.weight = 0.002f}};
  coat.picture->file = {"/pictures/coats/theirs.png", 77, std::string(64, 'a')};
  document.set_coat(coat);
  CHECK(document.undo().coat);
  CHECK_FALSE(document.coat().picture);
  document.redo();
  session.state = document.state();
  const std::string text = session_to_text(session, "/pictures");
  CHECK(text.find("\"coats/theirs.png\"") != std::string::npos);
  Document again({4, 2}, session_from_text(text, "/pictures", "again").state);
  CHECK(again.coat() == coat);
  CHECK_FALSE((again.undo(), again.coat().picture));
  CHECK((again.redo(), again.coat()) == coat);
  CHECK(session_from_text(text, "/moved", "again").state.coat.picture->file.path == "/moved/coats/theirs.png");
  CHECK(session_to_text(session_from_text(text, "/pictures", "again"), "/pictures") == text);
}

TEST_CASE("a network that is not there is an error with its name") {
  CHECK_THROWS_WITH_AS(open_predictor("/nowhere/x.onnx"),
                       doctest::Contains(why_no_network().empty() ? "x.onnx" : "no network"), std::runtime_error);
}

TEST_CASE("empty planes for hints mean none: the same answer as with planes of zeros" *
          doctest::skip(!why_no_network().empty())) {
  KeptPredictor kept;
  const Predictor& predictor = kept.open("shipped");
  CHECK(&kept.open("shipped") == &predictor);
  CHECK_THROWS_AS(kept.open("/nowhere/x.onnx"), std::runtime_error);
  CHECK(kept.open("shipped").ask != nullptr);
  CHECK(predictor.description.find("colornet") != std::string::npos);
  Photo photo;
  photo.lightness = Plane<float>(96, 64);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 96; ++x) photo.lightness.edit()(x, y) = static_cast<float>(x < 40 ? 30 + y % 5 : 70 - x % 7);
  const Prediction p = predictor.ask(bare_problem(photo), {}), q = predictor.ask(make_problem(photo, {}), {});
  CHECK(!p.empty());
  CHECK(p.logits == q.logits);
}
