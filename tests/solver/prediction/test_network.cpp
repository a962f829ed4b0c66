#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include "editor/files/read_bytes.h"
#include "solver/lab.h"
#include "solver/prediction/contract.h"
#include "solver/prediction/network.h"
#include "solver/prediction/runner.h"
#include "tests/solver/prediction/tiny_onnx.h"

using namespace handtint;
using handtint::tests::TinyConvolution;

namespace {

// A folder of its own, gone afterwards.
struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("handtint_network_" + std::to_string(getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }

  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path / name, std::ios::binary) << bytes;
    return path / name;
  }
};

// A photo whose lightness rises to the right.
Problem photo(int width, int height) {
  Problem problem;
  problem.hint_a = problem.hint_b = problem.hint_strength = Plane<float>(width, height);
  problem.lightness = problem.hint_a;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) problem.lightness.edit()(x, y) = 100.0f * (x + 0.5f) / width;
  return problem;
}

std::string error_of(const std::filesystem::path& file, std::string_view runner = {}) {
  try {
    Network::load(file, read_bytes, runner);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string_view> usable_runners() {
  std::vector<std::string_view> names;
  for (const RunnerKind& kind : known_runners())
    if (kind.reason.empty()) names.push_back(kind.name);
  return names;
}

std::string reference_bytes(const Tensor& input, const Tensor& output) {
  std::string bytes;
  for (const Tensor* t : {&input, &output}) bytes.append(reinterpret_cast<const char*>(t->shape.data()), 16);
  for (const Tensor* t : {&input, &output})
    bytes.append(reinterpret_cast<const char*>(t->values.data()), t->values.size() * sizeof(float));
  return bytes;
}

}  // namespace

TEST_CASE("without a runner the reasons say what to install") {
  if (!usable_runners().empty()) {
    CHECK(why_no_network().empty());
    return;
  }
  CHECK(has(why_no_network(), "libopencv-dnn-dev"));
  CHECK(has(why_no_network(), "ONNXRUNTIME_ROOT"));
  CHECK(error_of("any.onnx") == why_no_network());
}

TEST_CASE("L -> ab: the answer is read in CIE units") {
  const Folder folder;
  const auto file = folder.write("l_to_ab.onnx", tests::to_onnx({1, 2, 1, {0.5f, -0.25f}, {1, 2}}));
  for (std::string_view runner : usable_runners()) {
    CAPTURE(runner);
    Network network = Network::load(file, read_bytes, runner);
    const Problem problem = photo(64, 64);
    const NetworkInput question = network.reduce(problem);
    CHECK(question.lightness.width() == 256);
    const Prediction p = network.predict(question);
    REQUIRE(!p.has_distribution());
    REQUIRE(p.width == 256);
    for (int x : {0, 100, 255}) {
      CHECK(p.a(x, 7) == doctest::Approx(0.5 * question.lightness(x, 7) + 1));
      CHECK(p.b(x, 7) == doctest::Approx(-0.25 * question.lightness(x, 7) + 2));
    }
  }
}

TEST_CASE("Zhang's: an input called data_l is fed L - 50") {
  const Folder folder;
  TinyConvolution conv{1, 2, 1, {1, 2}, {0, 0}};
  conv.input_name = "data_l";
  const auto file = folder.write("zhang.onnx", tests::to_onnx(conv));
  for (std::string_view runner : usable_runners()) {
    CAPTURE(runner);
    Network network = Network::load(file, read_bytes, runner);
    const NetworkInput question = network.reduce(photo(64, 64));
    const Prediction p = network.predict(question);
    CHECK(p.a(3, 3) == doctest::Approx(question.lightness(3, 3) - 50));
    CHECK(p.b(3, 3) == doctest::Approx(2 * (question.lightness(3, 3) - 50)));
  }
}

TEST_CASE("logits over bins: the JSON file beside the network lists them") {
  const Folder folder;
  const auto file = folder.write("logits.onnx", tests::to_onnx({1, 4, 1, {0, 0, 0, 0}, {1, 2, 3, 4}}));
  CHECK(has(error_of(file), "a JSON file of the same name must say"));
  folder.write("logits.json", R"({"input": {"kind": "lightness", "offset": -50, "short_side": 32, "multiple": 16},
      "output": {"kind": "bins", "bins": [[0, 0], [10, 0], [0, 10], [-10, 0]]}, "temperature": 0.5})");
  for (std::string_view runner : usable_runners()) {
    CAPTURE(runner);
    Network network = Network::load(file, read_bytes, runner);
    const Prediction p = network.predict(photo(40, 80));
    REQUIRE(p.width == 32);
    REQUIRE(p.height == 64);
    REQUIRE(p.bins.size() == 4);
    CHECK(p.bins[3] == AbColour{-10, 0});
    CHECK(p.logits[0] == doctest::Approx(2));  // divided by the temperature
    CHECK(p.logits[3 * p.cells() + 5] == doctest::Approx(8));
    CHECK(p.traits[0].size() == p.cells());  // from the distribution
    CHECK(p.traits[0](0, 0) == doctest::Approx(p.traits[0](5, 5)));
    CHECK(p.calibration.covered == 0);  // nobody has measured it
  }
}

TEST_CASE("a contract may say how much its prediction sets hold, and what they promise") {
  const std::string contract =
      R"({"input": {"kind": "lightness"}, "output": {"kind": "bins", "bins": [[0, 0], [10, 0]]})";
  const Calibration calibration =
      contract_from_json(contract + R"(, "prediction_set": {"mass": 0.8, "covered": 0.75, "covered_vivid": 0.5}})")
          .calibration;
  CHECK(calibration.mass == 0.8f);
  CHECK(calibration.covered == 0.75f);
  CHECK(calibration.covered_vivid == 0.5f);
  CHECK(contract_from_json(contract + "}").calibration.covered == 0);
  for (const char* wrong :
       {R"({"mass": 0, "covered": 0.7, "covered_vivid": 0.5})",
        R"({"mass": 0.8, "covered": 1.5, "covered_vivid": 0.5})", R"({"mass": 0.8, "covered": 0.7})",
        R"({"mass": "much", "covered": 0.7, "covered_vivid": 0.5})", "0.7"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(contract_from_json(contract + ", \"prediction_set\": " + wrong + "}"), std::runtime_error);
  }
}

TEST_CASE("a network may say itself what is alike, after its logits") {
  const Folder folder;
  const auto file = folder.write("traits.onnx", tests::to_onnx({1, 5, 1, {0, 0, 1, 0, 2}, {1, 2, 0, 7, 0}}));
  const std::string contract = R"({"input": {"kind": "lightness", "short_side": 32, "multiple": 16},
      "output": {"kind": "bins", "bins": [[0, 0], [10, 0]], "traits": )";
  folder.write("traits.json", contract + "3}, \"temperature\": 0.5}");
  for (std::string_view runner : usable_runners()) {
    CAPTURE(runner);
    Network network = Network::load(file, read_bytes, runner);
    const NetworkInput question = network.reduce(photo(40, 80));
    const Prediction p = network.predict(question);
    CHECK(p.logits.size() == 2 * p.cells());
    CHECK(p.logits.back() == doctest::Approx(4));
    CHECK(p.traits[0](3, 9) == doctest::Approx(question.lightness(3, 9)));  // no temperature here
    CHECK(p.traits[1](3, 9) == doctest::Approx(7));
    CHECK(p.traits[2](3, 9) == doctest::Approx(2 * question.lightness(3, 9)));
  }
  folder.write("traits.json", contract + "2}}");
  if (!usable_runners().empty()) CHECK(has(error_of(file), "\"traits\" should be 0 or 3"));
  folder.write("traits.json", contract + "0}}");
  for (std::string_view runner : usable_runners())
    CHECK_THROWS_WITH_AS(Network::load(file, read_bytes, runner).predict(photo(64, 64)),
                         doctest::Contains("the answer has 5 planes"), std::runtime_error);
}

TEST_CASE("DDColor's: grey RGB -> ab") {
  const Folder folder;
  const auto file =
      folder.write("ddcolor.onnx", tests::to_onnx({3, 2, 1, {10, 0, 0, 0, 20, 5}, {0, 0}, "input", "output", 64, 96}));
  for (std::string_view runner : usable_runners()) {
    CAPTURE(runner);
    Network network = Network::load(file, read_bytes, runner);
    const NetworkInput question = network.reduce(photo(300, 200));
    REQUIRE(question.lightness.width() == 96);  // the file fixes the size
    REQUIRE(question.lightness.height() == 64);
    const Prediction p = network.predict(question);
    const float grey = grey_from_lightness(question.lightness(50, 5));
    CHECK(p.a(50, 5) == doctest::Approx(10 * grey));
    CHECK(p.b(50, 5) == doctest::Approx(25 * grey));
  }
}

TEST_CASE("DeOldify's: ImageNet-normalised grey RGB -> RGB, normalised alike") {
  const Folder folder;
  const auto file = folder.write("deoldify.onnx", tests::to_onnx({3, 3, 1, {1, 0, 0, 0, 1, 0, 0, 0, 1}, {1, 0, 0}}));
  for (std::string_view runner : usable_runners()) {
    CAPTURE(runner);
    Network network = Network::load(file, read_bytes, runner);
    const NetworkInput question = network.reduce(photo(64, 64));
    const Prediction p = network.predict(question);
    const int x = 100;
    const float grey = grey_from_lightness(question.lightness(x, 0));
    const Lab expected = lab_from_srgb({grey + 0.229f, grey, grey});  // one deviation of red more
    CHECK(p.a(x, 0) == doctest::Approx(expected.a).epsilon(1e-3));
    CHECK(p.b(x, 0) == doctest::Approx(expected.b).epsilon(1e-3));
  }
}

TEST_CASE("hints reach the network in their place, thin ones are not lost, absent ones are zero") {
  const Folder folder;
  // The answer is the sum of the a plane, the b plane and the mask over cells of 4 pixels.
  std::vector<float> weights(2 * 4 * 16, 0.0f);
  std::fill_n(weights.begin() + 16, 16, 1.0f);               // a -> first answer
  std::fill_n(weights.begin() + 4 * 16 + 3 * 16, 16, 1.0f);  // mask -> second
  const auto file = folder.write("hints.onnx", tests::to_onnx({4, 2, 4, weights, {0, 0}}));
  folder.write("hints.json", R"({"input": {"kind": "lightness+hints", "scale": 0.02, "offset": -1, "hint_scale": 0.01,
      "short_side": 64, "multiple": 32}, "output": {"kind": "ab"}})");
  for (std::string_view runner : usable_runners()) {
    CAPTURE(runner);
    Network network = Network::load(file, read_bytes, runner);
    Problem problem = photo(256, 256);
    Prediction p = network.predict(problem);
    for (float v : p.b) CHECK(v == 0);
    for (int y = 100; y < 200; ++y)
      for (int x = 80; x < 81; ++x) {  // one pixel wide: a quarter of a pixel for the network
        problem.hint_a(x, y) = 40;
        problem.hint_strength(x, y) = 100;
      }
    p = network.predict(problem);
    REQUIRE(p.width == 16);
    CHECK(p.b(5, 8) == doctest::Approx(4));              // four cells of the mask in one of the answer
    CHECK(p.a(5, 8) == doctest::Approx(4 * 40 * 0.01));  // undiluted colour
    CHECK(p.b(9, 8) == 0);
  }
}

TEST_CASE("the stored reference answer: a runner that miscalculates is refused") {
  const Folder folder;
  const auto file = folder.write("checked.onnx", tests::to_onnx({1, 2, 1, {0.5f, 2}, {0, 1}}));
  folder.write("checked.json",
               R"({"input": {"kind": "lightness"}, "output": {"kind": "ab"}, "reference": "checked.ref"})");
  const Tensor input{{1, 1, 1, 2}, {2, 4}};
  Tensor output{{1, 2, 1, 2}, {1, 2, 5, 9}};
  folder.write("checked.ref", reference_bytes(input, output));
  for (std::string_view runner : usable_runners()) {
    CAPTURE(runner);
    CHECK(error_of(file, runner).empty());
  }
  output.values[3] = 9.01f;
  folder.write("checked.ref", reference_bytes(input, output));
  for (std::string_view runner : usable_runners()) {
    const std::string error = error_of(file, runner);
    CHECK(has(error, "miscalculates"));
    CHECK(has(error, file.string()));
  }
  folder.write("checked.ref", "short");
  if (!usable_runners().empty()) CHECK(has(error_of(file), "reference answer is damaged"));
}

TEST_CASE("damaged and foreign files end in one line that names the file") {
  if (usable_runners().empty()) return;
  const Folder folder;
  const std::string good = tests::to_onnx({1, 2, 1, {1, 1}, {0, 0}});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto fails = [&](const std::string& bytes, const std::string& reason) {
    const auto file = folder.write("bad.onnx", bytes);
    const std::string error = error_of(file);
    CAPTURE(error);
    CHECK(has(error, file.string()));
    CHECK(has(error, reason));
    CHECK(!has(error, "\n"));
  };
  CHECK(has(error_of(folder.path / "absent.onnx"), "cannot be opened"));
  fails("", "damaged or not an ONNX model");
  fails("\x89PNG\r\n\x1a\n and so on", "damaged or not an ONNX model");
  for (std::size_t size = 1; size < good.size(); size += 7) {
    CAPTURE(size);
    fails(good.substr(0, size), "bad.onnx");
  }
  fails(tests::to_onnx({1, 2, 1, {1, nan}, {0, 0}}), "weights that are not numbers");
  fails(tests::to_onnx({5, 2, 1, std::vector<float>(10), {0, 0}}), "a JSON file of the same name can describe it");
  folder.write("bad.json", R"({"input": {"kind": "lightness+hints"}, "output": {"kind": "ab"}})");
  fails(good, "does not take 4 planes");
  folder.write("bad.json", R"({"input": {"kind": "colour"}, "output": {"kind": "ab"}})");
  fails(good, "\"colour\" is not");
  for (const char* size : {"1e300", "-1e300", "32.5", "0", "99999999999999999999"}) {
    folder.write("bad.json", R"({"input": {"kind": "lightness", "short_side": )" + std::string(size) +
                                 R"(}, "output": {"kind": "ab"}})");
    fails(good, "\"short_side\" should be 1 to 4096");
  }
  folder.write("bad.json", "{");
  fails(good, "the contract is not understood");
}

TEST_CASE("an answer of the wrong shape or without numbers is an error, not a picture") {
  const Folder folder;
  const auto file = folder.write("shape.onnx", tests::to_onnx({1, 3, 1, {1, 1, 1}, {0, 0, 0}}));
  folder.write("shape.json", R"({"input": {"kind": "lightness"}, "output": {"kind": "ab"}})");
  const auto endless = folder.write("endless.onnx", tests::to_onnx({1, 2, 1, {3e38f, 1}, {0, 0}}));
  for (std::string_view runner : usable_runners()) {
    CAPTURE(runner);
    CHECK_THROWS_WITH_AS(Network::load(file, read_bytes, runner).predict(photo(64, 64)),
                         doctest::Contains("the answer has 3 planes"), std::runtime_error);
    CHECK_THROWS_WITH_AS(Network::load(endless, read_bytes, runner).predict(photo(64, 64)),
                         doctest::Contains("values that are not numbers"), std::runtime_error);
  }
}

TEST_CASE("asked to stop, a network answers nothing") {
  if (usable_runners().empty()) return;
  const Folder folder;
  Network network = Network::load(folder.write("stop.onnx", tests::to_onnx({1, 2, 1, {1, 1}, {0, 0}})), read_bytes);
  std::stop_source stop;
  stop.request_stop();
  CHECK(network.predict(photo(64, 64), stop.get_token()).empty());
  CHECK(!network.predict(photo(64, 64)).empty());
}

TEST_CASE("the question keeps the photo's mean lightness and its shape, in multiples, at any size") {
  if (usable_runners().empty()) return;
  const Folder folder;
  Network network = Network::load(folder.write("size.onnx", tests::to_onnx({1, 2, 1, {1, 1}, {0, 0}})), read_bytes);
  for (auto [w, h] : {std::pair{1, 1}, {31, 700}, {2000, 1500}, {5000, 40}}) {
    CAPTURE(w);
    const NetworkInput question = network.reduce(photo(w, h));
    const Plane<float>& L = question.lightness;
    CHECK(L.width() % 32 == 0);
    CHECK(L.height() % 32 == 0);
    CHECK(std::max(L.width(), L.height()) <= 1536);
    double sum = 0;
    for (float v : L) sum += v;
    CHECK(sum / L.size() == doctest::Approx(50).epsilon(0.01));
  }
}
