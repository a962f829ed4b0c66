#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "editor/files/npy.h"
#include "editor/files/number_plane.h"
#include "editor/files/raster.h"
#include "tests/support/picture_files.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;

namespace {

NpyArray read(const std::filesystem::path& path) {
  ByteStream stream(path);
  return read_npy(stream);
}

std::vector<double> counted(std::size_t n) {
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<double>(i) - 3.5;
  return values;
}

}  // namespace

TEST_CASE("floats of both sizes and byte orders") {
  ScratchFolder folder;
  for (const char* kind : {"<f4", ">f4", "<f8", ">f8"}) {
    make_npy(folder / "a.npy", kind, false, {2, 3, 4}, counted(24));
    const NpyArray array = read(folder / "a.npy");
    CAPTURE(kind);
    CHECK(array.shape == std::vector<std::size_t>{2, 3, 4});
    REQUIRE(array.values.size() == 24);
    for (std::size_t i = 0; i < 24; ++i) CHECK(array.values[i] == static_cast<float>(i) - 3.5f);
  }
}

TEST_CASE("bytes and booleans") {
  ScratchFolder folder;
  for (const char* kind : {"|b1", "|u1"}) {
    make_npy(folder / "a.npy", kind, false, {3}, {0, 1, 1});
    CHECK(read(folder / "a.npy").values == std::vector<float>{0, 1, 1});
  }
}

TEST_CASE("Fortran's order is turned into C's") {
  ScratchFolder folder;
  // Stored with the first index fastest: (0,0), (1,0), (0,1), (1,1), (0,2), (1,2).
  make_npy(folder / "a.npy", "<f8", true, {2, 3}, {1, 4, 2, 5, 3, 6});
  const NpyArray array = read(folder / "a.npy");
  CHECK(array.shape == std::vector<std::size_t>{2, 3});
  CHECK(array.values == std::vector<float>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("version 2 headers are read") {
  ScratchFolder folder;
  make_npy(folder / "a.npy", "<f4", false, {2}, {7, 8});
  std::string bytes = bytes_of(folder / "a.npy");
  bytes[6] = 2;
  bytes.insert(10, std::string(2, '\0'));
  write_bytes(folder / "a.npy", bytes);
  CHECK(read(folder / "a.npy").values == std::vector<float>{7, 8});
}

TEST_CASE("everything else is refused") {
  ScratchFolder folder;
  const auto path = folder / "a.npy";
  make_npy(path, "<i8", false, {2}, {1, 2});
  CHECK_THROWS_AS(read(path), FileError);
  make_npy(path, "|O1", false, {2}, {1, 2});
  CHECK_THROWS_AS(read(path), FileError);
  make_npy(path, "<f8", false, {100000, 100000, 100000}, {1});
  CHECK_THROWS_AS(read(path), FileError);
  make_npy(path, "<f8", false, {3}, {1, 2});  // fewer values than the shape says
  CHECK_THROWS_AS(read(path), FileError);
  make_npy(path, "<f8", false, {1}, {1, 2});  // more
  CHECK_THROWS_AS(read(path), FileError);
  make_npy(path, "<f8", false, {1}, {std::numeric_limits<double>::quiet_NaN()});
  CHECK_THROWS_AS(read(path), FileError);
  make_npy(path, "<f8", false, {1}, {1e300});  // no finite float
  CHECK_THROWS_AS(read(path), FileError);
  write_bytes(path, "no array");
  CHECK_THROWS_AS(read(path), FileError);

  make_npy(path, "<f4", false, {2, 2}, {1, 2, 3, 4});
  const std::string good = bytes_of(path);
  for (std::size_t length = 0; length < good.size(); ++length) {
    write_bytes(path, good.substr(0, length));
    CHECK_THROWS_AS(read(path), FileError);
  }
  const auto with_header = [&](const std::string& from, const std::string& to) {
    std::string bytes = good;
    bytes.replace(bytes.find(from), from.size(), to + std::string(from.size() - to.size(), ' '));
    write_bytes(path, bytes);
  };
  with_header("'shape'", "'shap'");
  CHECK_THROWS_AS(read(path), FileError);
  with_header("False", "Fals");
  CHECK_THROWS_AS(read(path), FileError);
  with_header("(2, 2", "(2, x");
  CHECK_THROWS_AS(read(path), FileError);
  with_header("(2, 2, ), }", "(2, 2, )");
  CHECK_THROWS_AS(read(path), FileError);
}

TEST_CASE("a plane of numbers: exact as .npy, in steps of 1/256 as PNG and TIFF, refused under another name") {
  ScratchFolder folder;
  Plane<float> plane(3, 2);
  const std::vector<float> values{0, 5.6419f, 12.5f, 25, 300, -1};
  std::copy(values.begin(), values.end(), plane.begin());
  write_number_plane(folder / "a.npy", plane);
  const NpyArray array = read(folder / "a.npy");
  CHECK(array.shape == std::vector<std::size_t>{2, 3});
  CHECK(array.values == values);
  for (const char* name : {"a.png", "a.tif"}) {
    write_number_plane(folder / name, plane);
    CAPTURE(name);
    const auto picture = open_raster(ByteStream(folder / name));
    REQUIRE(picture->info().bits == 16);
    std::vector<float> read_back;
    picture->read_rows([&](const std::uint16_t* row) {
      for (int x = 0; x < 3; ++x) read_back.push_back(row[3 * x] / greys_per_unit);
    });
    REQUIRE(read_back.size() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
      CHECK(std::abs(read_back[i] - std::clamp(values[i], 0.0f, 65535 / greys_per_unit)) <= 0.5f / greys_per_unit);
  }
  CHECK_THROWS_AS(write_number_plane(folder / "a.jpg", plane), FileError);
  CHECK_THROWS_AS(require_number_plane_target(folder / "a.jpg"), FileError);
}
