// How pictures leave the solver's thread: whole, or packed for the screen where a GPU solves.
#include <doctest/doctest.h>

#include "tests/editor/work/solver_stage.h"

using namespace handtint;
using namespace handtint::stage;

TEST_CASE("a large picture comes from a GPU packed, and its values when nothing has happened for a while") {
  GpuStage stage;
  stage.thread.load(problem_of(stage.width, stage.height), {}, 1);
  stage.thread.apply(patch_of({0, 0, 2, 2}, 5), 2);
  const auto packed = stage.refined(2);
  REQUIRE(packed);
  REQUIRE(packed->on_device.codes);
  CHECK(packed->on_device.part == Rect{0, 0, 2000, 1500});
  CHECK(packed->on_device.step == 2);
  CHECK(packed->on_device.codes->width() == 1000);
  CHECK(packed->on_device.codes->codes()->a == 5);
  CHECK(stage.script.to_host);
  CHECK_FALSE(packed->close_up.codes);
  CHECK(packed->width() == 2000);
  CHECK_FALSE(packed->has_values());
  CHECK(packed->chroma->a.width() == 200);  // until then: what was seen first
  CHECK(packed->chroma->a(7, 7) == 5);
  CHECK(packed->first_preview == packed->chroma);

  const auto whole = stage.picture([](const SolvedPicture& p) { return p.has_values(); });
  REQUIRE(whole);
  CHECK(whole->revision == 2);
  CHECK(whole->on_device.codes == packed->on_device.codes);
  CHECK(whole->chroma->a.width() == 2000);
  CHECK(whole->chroma->a(1234, 567) == 5);
  CHECK(stage.script.whole_reads == 1);
  CHECK_FALSE(stage.thread.status().busy);
}

TEST_CASE("while strokes go on no whole picture is read from a GPU") {
  GpuStage stage;
  stage.thread.load(problem_of(stage.width, stage.height), {}, 1);
  for (std::uint64_t revision = 2; revision < 20; ++revision) {
    stage.thread.apply(patch_of({0, 0, 2, 2}, static_cast<float>(revision)), revision);
    const auto picture = stage.refined(revision);
    REQUIRE(picture);
    CHECK(picture->on_device.codes->codes()->a == static_cast<std::int16_t>(revision));
    std::this_thread::sleep_for(SolverThread::values_after / 20);
  }
  CHECK(stage.script.whole_reads == 0);
  CHECK(stage.picture([](const SolvedPicture& p) { return p.has_values(); }));
  CHECK(stage.script.whole_reads == 1);
}

TEST_CASE("what is looked at closely comes along, as far as it is sharper") {
  GpuStage stage;
  const Rect part{300, 200, 1100, 900};
  stage.thread.set_close_up(part, 1);
  stage.thread.load(problem_of(stage.width, stage.height), {}, 1);
  const auto close = stage.refined(1);
  REQUIRE(close);
  REQUIRE(close->close_up.codes);
  CHECK(close->close_up.part == part);
  CHECK(close->close_up.step == 1);
  CHECK(close->close_up.codes->width() == 800);
  const int close_ups = stage.script.close_ups;
  std::uint64_t revision = 1;
  for (const auto& [rect, step] : {std::pair{part, 2}, {Rect{}, 1}, {Rect{1500, 1000, 2001, 1200}, 1}}) {
    stage.thread.set_close_up(rect, step);
    stage.thread.apply(patch_of({0, 0, 2, 2}, 1), ++revision);
    const auto far = stage.refined(revision);
    REQUIRE(far);
    CHECK(far->on_device.codes);
    CHECK_FALSE(far->close_up.codes);
  }
  CHECK(stage.script.close_ups == close_ups);
}

TEST_CASE("small pictures are read from a GPU, too") {
  GpuStage stage;
  stage.thread.load(problem_of(600, 500), {}, 1);
  const auto picture = stage.refined(1);
  REQUIRE(picture);
  CHECK(picture->has_values());
  CHECK_FALSE(picture->on_device.codes);
  CHECK(stage.script.shows == 0);
}

TEST_CASE("pictures are transferred as they are told, and one that was lost comes again, read") {
  GpuStage stage;
  stage.thread.set_transfer(PictureTransfer::shared);
  stage.thread.load(problem_of(stage.width, stage.height), {}, 1);
  REQUIRE(stage.refined(1));
  CHECK_FALSE(stage.script.to_host);
  stage.thread.set_transfer(PictureTransfer::copied);
  stage.thread.apply(patch_of({0, 0, 2, 2}, 3), 2);
  REQUIRE(stage.refined(2));
  CHECK(stage.script.to_host);

  stage.thread.set_transfer(PictureTransfer::read);
  const auto read = stage.picture([](const SolvedPicture& p) { return !p.on_device.codes && p.report.done(); });
  REQUIRE(read);
  CHECK(read->revision == 2);
  CHECK(read->has_values());
  CHECK(read->overview->a.width() == 1000);
  const int shows = stage.script.shows;
  stage.thread.apply(patch_of({0, 0, 2, 2}, 4), 3);
  const auto next = stage.refined(3);
  REQUIRE(next);
  CHECK(next->chroma->a(1999, 1499) == 4);
  CHECK(stage.script.shows == shows);
}

TEST_CASE("a GPU that fails when it shall give its picture does not leave the hand with an older one") {
  GpuStage stage;
  stage.thread.load(problem_of(stage.width, stage.height), {}, 1);
  REQUIRE(stage.refined(1));
  SUBCASE("at once") {
    stage.script.broken = true;
  }
  SUBCASE("in the middle") {
    stage.script.breaks_at_close_up = true;
    stage.thread.set_close_up({0, 0, 400, 300}, 1);
  }
  stage.thread.apply(patch_of({0, 0, 2, 2}, 8), 2);
  const auto read = stage.picture([](const SolvedPicture& p) {
    CHECK_FALSE((p.revision == 2 && p.on_device.codes));
    return p.revision == 2 && p.report.done() && p.chroma->a(0, 0) == 8;
  });
  REQUIRE(read);
  CHECK(read->has_values());
  CHECK(read->chroma->a(1000, 1000) == 8);
  CHECK(stage.bell.wait([&] { return !stage.thread.status().busy; }));
}

TEST_CASE("shrink averages whole boxes and the remainder at the border") {
  Chroma chroma{Plane<float>(5, 3), Plane<float>(5, 3)};
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 5; ++x) {
      chroma.a(x, y) = static_cast<float>(x);
      chroma.b(x, y) = static_cast<float>(10 * y);
    }
  }
  CHECK(shrink_step(5, 3, 15) == 1);
  CHECK(shrink_step(5, 3, 14) == 2);
  const Chroma small = shrink(chroma, 2);
  REQUIRE(small.a.width() == 3);
  REQUIRE(small.a.height() == 2);
  CHECK(small.a(0, 0) == doctest::Approx(0.5f));
  CHECK(small.a(2, 0) == doctest::Approx(4.0f));
  CHECK(small.b(0, 0) == doctest::Approx(5.0f));
  CHECK(small.b(2, 1) == doctest::Approx(20.0f));
}
