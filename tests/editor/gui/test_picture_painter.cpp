// Pictures that come from a GPU against the same pictures that come whole, pixel by pixel as they are drawn, on
// whatever OpenGL this machine has. The GPU and its way into OpenGL's buffer are played.
#include <doctest/doctest.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "editor/gui/picture_painter.h"
#include "solver/numerics/device_picture_ops.h"
#include "solver/resample.h"
#include "tests/editor/gui/offscreen_gl.h"

using namespace handtint;
using numerics::ScreenCode;

namespace {

constexpr int photo_width = 1800, photo_height = 1300;  // 2.3 MP: the overview has half the size

class FakePicture : public ScreenPicture {
 public:
  FakePicture(const Chroma& chroma, const Rect& part, int step)
      : FakePicture(box_means(chroma.a, part, step), box_means(chroma.b, part, step)) {}
  const ScreenCode* codes() override {
    if (lost) throw std::runtime_error("the GPU failed");
    ++copies;
    return values.data();
  }
  std::vector<ScreenCode> values;
  bool lost = false;
  int copies = 0;

 private:
  FakePicture(const Plane<float>& a, const Plane<float>& b) : ScreenPicture(a.width(), a.height()) {
    for (std::size_t i = 0; i < a.size(); ++i)
      values.push_back({numerics::screen_code(a.data()[i]), numerics::screen_code(b.data()[i])});
  }
};

// What the driver would do, and how often it was asked.
struct Road {
  bool exists = true;
  int fills_until_failure = 1000;
  int used = 0, filled = 0, left = 0;
  unsigned buffer = 0;
};

class FakeScreen : public numerics::SharedScreen {
 public:
  explicit FakeScreen(Road& transfer) : transfer_(transfer) {}
  ~FakeScreen() override { leave(); }
  void use(unsigned buffer) override {
    REQUIRE(transfer_.buffer == 0);
    REQUIRE(glIsBuffer(buffer));
    transfer_.buffer = buffer;
    ++transfer_.used;
  }
  void leave() override {
    if (transfer_.buffer == 0) return;
    REQUIRE(glIsBuffer(transfer_.buffer));  // before it dies
    transfer_.buffer = 0;
    ++transfer_.left;
  }
  void fill(ScreenPicture& picture) override {
    REQUIRE(transfer_.buffer != 0);
    if (transfer_.filled == transfer_.fills_until_failure) throw std::runtime_error("the driver fails on purpose");
    ++transfer_.filled;
    const std::vector<ScreenCode>& values = static_cast<FakePicture&>(picture).values;
    const auto bytes = static_cast<GLsizeiptr>(values.size() * sizeof(ScreenCode));
    glBindBuffer(GL_COPY_WRITE_BUFFER, transfer_.buffer);
    GLint room = 0;
    glGetBufferParameteriv(GL_COPY_WRITE_BUFFER, GL_BUFFER_SIZE, &room);
    REQUIRE(room >= bytes);
    glBufferSubData(GL_COPY_WRITE_BUFFER, 0, bytes, values.data());
    glBindBuffer(GL_COPY_WRITE_BUFFER, 0);
  }

 private:
  Road& transfer_;
};

PictureUpload::Share by(Road& transfer) {
  return [&transfer]() -> std::unique_ptr<numerics::SharedScreen> {
    if (!transfer.exists) throw std::runtime_error("OpenGL draws on another GPU");
    return std::make_unique<FakeScreen>(transfer);
  };
}

PictureSource source() {
  auto photo = std::make_shared<Photo>();
  photo->lightness = Plane<float>(photo_width, photo_height);
  for (int y = 0; y < photo_height; ++y)
    for (int x = 0; x < photo_width; ++x) photo->lightness.edit()(x, y) = 30 + static_cast<float>((x / 7 + y / 5) % 40);
  PictureSource source;
  source.photo = photo;
  source.lightness = std::make_shared<const LightnessPyramid>(photo);
  return source;
}

Chroma colours(int width, int height, float phase) {
  Chroma chroma{Plane<float>(width, height), Plane<float>(width, height)};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      chroma.a(x, y) = 25 * std::sin(phase + 0.9f * static_cast<float>(x));
      chroma.b(x, y) = 25 * std::cos(phase + 0.7f * static_cast<float>(y));
    }
  return chroma;
}

struct Solve {
  std::shared_ptr<const Chroma> chroma, glance;
  explicit Solve(float phase)
      : chroma(std::make_shared<const Chroma>(colours(photo_width, photo_height, phase))),
        glance(std::make_shared<const Chroma>(colours(photo_width / 8, photo_height / 8, phase))) {}

  SolvedPicture frame() const {
    SolvedPicture picture;
    picture.overview_step = shrink_step(photo_width, photo_height, overview_pixels);
    REQUIRE(picture.overview_step == 2);
    picture.first_preview = glance;
    picture.report.stop = StopReason::converged;
    return picture;
  }
  SolvedPicture whole() const {
    SolvedPicture picture = frame();
    picture.chroma = chroma;
    picture.overview = std::make_shared<const Chroma>(shrink(*chroma, picture.overview_step));
    return picture;
  }
  SolvedPicture on_device(const PictureOnDevice& close_up = {}) const {
    SolvedPicture picture = frame();
    picture.chroma = glance;
    const Rect all{0, 0, photo_width, photo_height};
    picture.on_device = {std::make_shared<FakePicture>(*chroma, all, 2), all, 2};
    if (!close_up.part.empty())
      picture.close_up = {std::make_shared<FakePicture>(*chroma, close_up.part, close_up.step), close_up.part,
                          close_up.step};
    return picture;
  }
  SolvedPicture first_answer() const {
    SolvedPicture picture = frame();
    picture.chroma = picture.overview = glance;
    picture.first_preview.reset();
    picture.overview_step = 1;
    picture.report.stop = StopReason::out_of_budget;
    return picture;
  }
};

// Of the whole photo, or of its middle or a corner at 100 %.
enum class Look { far, near, corner };

ViewState view(Look look) {
  ViewState view;
  view.photo_width = photo_width;
  view.photo_height = photo_height;
  view.canvas = {0, 0, 400, 300, 1};
  if (look == Look::far) return fit(view);
  view = actual_pixels(fit(view), {200, 150});
  return look == Look::corner ? pan(view, 2000, 2000) : view;
}

std::vector<std::uint8_t> drawn(PicturePainter& painter, Look look, const Finish& finish = {}) {
  painter.draw(view(look), {.finish = finish});
  painter.picture().bind();
  std::vector<std::uint8_t> pixels(400 * 300 * 4);
  glReadPixels(0, 0, 400, 300, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  REQUIRE(glGetError() == GL_NO_ERROR);
  return pixels;
}

// As it comes from a coarser scale.
SolvedPicture solve_at_half(SolvedPicture picture) {
  const Rect all{0, 0, photo_width / 2, photo_height / 2};
  auto codes = std::make_shared<FakePicture>(colours(all.x1, all.y1, 3), all, 1);
  codes->lost = true;
  picture.on_device = {codes, all, 1};
  picture.overview_step = 1;
  return picture;
}

bool contains(const Rect& outer, const Rect& inner) {
  return intersect(outer, inner) == inner;
}

FakePicture& overview_of(const SolvedPicture& picture) {
  return static_cast<FakePicture&>(*picture.on_device.codes);
}

}  // namespace

TEST_CASE("from a GPU the picture is the same, by either transfer, far and near, now and with its values") {
  REQUIRE(have_context());
  for (bool shared : {true, false}) {
    INFO("shared ", shared);
    Road transfer;
    transfer.exists = shared;
    PicturePainter there(by(transfer)), here(by(transfer));
    there.set_source(source());
    here.set_source(source());
    for (float phase : {0.0f, 1.0f}) {
      const Solve solve(phase);
      here.set_chroma(solve.whole());
      const auto far = drawn(here, Look::far), near = drawn(here, Look::near);
      REQUIRE(far != near);

      const PictureOnDevice wanted = there.wanted_close_up();
      CHECK(wanted.part.empty() == (phase == 0));  // nobody had looked closely at first
      const SolvedPicture picture = solve.on_device(wanted);
      there.set_chroma(picture);
      CHECK(there.transfer() == (shared ? PictureTransfer::shared : PictureTransfer::copied));
      CHECK(drawn(there, Look::far) == far);
      CHECK((drawn(there, Look::near) == near) ==
            (phase != 0));  // without a close-up less sharp, until values are here
      SolvedPicture with_values = picture;
      with_values.chroma = solve.chroma;
      there.set_chroma(with_values);
      CHECK(drawn(there, Look::near) == near);
      CHECK(drawn(there, Look::far) == far);
      drawn(there, Look::near);  // what the next picture is asked for
      CHECK(overview_of(picture).copies == (shared ? 0 : 1));
    }
    CHECK(transfer.left == transfer.used - shared);  // before it got another size, and not yet at the end
    CHECK((transfer.filled > 0) == shared);
  }
}

TEST_CASE("looked at closely, a new picture is all new, and elsewhere it is not that of the last place") {
  REQUIRE(have_context());
  Road transfer;
  PicturePainter there(by(transfer)), here(by(transfer));
  there.set_source(source());
  here.set_source(source());
  for (float phase : {0.0f, 1.0f, 2.0f}) {
    INFO("phase ", phase);
    const Solve solve(phase);
    SolvedPicture picture = solve.on_device(there.wanted_close_up());
    there.set_chroma(picture);
    here.set_chroma(solve.whole());
    CHECK((drawn(there, Look::near) == drawn(here, Look::near)) == (phase > 0));
    drawn(there, Look::corner);
    picture.chroma = solve.chroma;
    there.set_chroma(picture);
    CHECK(drawn(there, Look::corner) == drawn(here, Look::corner));
    drawn(there, Look::near);
  }
}

TEST_CASE("what is wanted closely is the view's, whatever scale is shown") {
  REQUIRE(have_context());
  Road transfer;
  PicturePainter painter(by(transfer));
  painter.set_source(source());
  painter.set_chroma(Solve(0).whole());
  drawn(painter, Look::near);
  CHECK(painter.wanted_close_up().part.empty());  // not from a GPU
  SolvedPicture coarse = solve_at_half(Solve(0).on_device());
  static_cast<FakePicture&>(*coarse.on_device.codes).lost = false;
  for (const SolvedPicture& picture : {Solve(1).on_device(), coarse}) {
    painter.set_chroma(picture);
    drawn(painter, Look::near);
    const Rect near = painter.wanted_close_up().part;
    CHECK(contains(near, {700, 500, 1100, 800}));
    CHECK(near.width() < 700);
    CHECK(painter.wanted_close_up().step == 1);
    drawn(painter, Look::corner);
    CHECK(contains(painter.wanted_close_up().part, {0, 0, 200, 150}));
    drawn(painter, Look::far);
    CHECK(painter.wanted_close_up().part.empty());
  }
}

TEST_CASE("pictures may grow") {
  REQUIRE(have_context());
  Road transfer;
  PicturePainter painter(by(transfer)), judge(by(transfer));
  painter.set_source(source());
  judge.set_source(source());
  for (int size : {8, 4, 2, 1, 2}) {
    const Rect all{0, 0, photo_width / size, photo_height / size};
    SolvedPicture picture;
    picture.overview_step = 1;
    picture.chroma = picture.overview = std::make_shared<const Chroma>(colours(all.x1, all.y1, 1));
    judge.set_chroma(picture);
    picture.on_device = {std::make_shared<FakePicture>(*picture.chroma, all, 1), all, 1};
    painter.set_chroma(picture);
    CHECK(drawn(painter, Look::far) == drawn(judge, Look::far));
    CHECK(painter.transfer() == PictureTransfer::shared);
  }
  CHECK(transfer.used == 4);
  CHECK(transfer.left == 3);
}

TEST_CASE("strokes over a picture from a GPU are laid as differences") {
  REQUIRE(have_context());
  Road transfer;
  PicturePainter there(by(transfer)), here(by(transfer));
  const Solve before(0), after(0.4f);
  there.set_source(source());
  here.set_source(source());
  there.set_chroma(before.on_device());
  here.set_chroma(before.whole());
  drawn(there, Look::far);
  drawn(here, Look::far);
  for (PicturePainter* painter : {&there, &here}) painter->set_chroma(after.first_answer());
  CHECK(drawn(there, Look::far) == drawn(here, Look::far));
  there.set_chroma(after.on_device());
  here.set_chroma(after.whole());
  CHECK(drawn(there, Look::far) == drawn(here, Look::far));
}

TEST_CASE("a driver that fails in mid-run is left for the copy, with the same picture") {
  REQUIRE(have_context());
  Road transfer;
  transfer.fills_until_failure = 1;
  PicturePainter painter(by(transfer)), judge(by(transfer));
  painter.set_source(source());
  judge.set_source(source());
  for (float phase : {0.0f, 1.0f, 2.0f}) {
    const Solve solve(phase);
    judge.set_chroma(solve.whole());
    painter.set_chroma(solve.on_device());
    CHECK(drawn(painter, Look::far) == drawn(judge, Look::far));
    CHECK(painter.transfer() == (phase == 0 ? PictureTransfer::shared : PictureTransfer::copied));
  }
  CHECK(transfer.used == 1);
  CHECK(transfer.left == 1);
}

TEST_CASE("of a GPU that failed nothing is shown any more, and pictures are to be read") {
  REQUIRE(have_context());
  Road transfer;
  transfer.exists = false;
  PicturePainter painter(by(transfer)), judge(by(transfer));
  painter.set_source(source());
  judge.set_source(source());
  const Solve before(0), after(1);
  painter.set_chroma(before.on_device());
  CHECK(painter.transfer() == PictureTransfer::copied);
  const auto shown = drawn(painter, Look::far);
  const SolvedPicture lost = after.on_device();
  overview_of(lost).lost = true;
  painter.set_chroma(lost);
  CHECK(painter.transfer() == PictureTransfer::read);
  painter.set_chroma(solve_at_half(lost));
  CHECK(drawn(painter, Look::far) == shown);  // what there was stays
  painter.set_chroma(after.whole());
  judge.set_chroma(after.whole());
  CHECK(drawn(painter, Look::far) == drawn(judge, Look::far));
  CHECK(drawn(painter, Look::near) == drawn(judge, Look::near));
}

TEST_CASE("the screen finishes colours as the export does") {
  REQUIRE(have_context());
  const Finish finish{.vividness = 1.3f, .warmth = 0.6f};
  const Solve solve(0);
  PicturePainter painter, of_finished;
  for (PicturePainter* p : {&painter, &of_finished}) p->set_source(source());
  painter.set_chroma(solve.whole());
  SolvedPicture picture = solve.whole();
  picture.chroma = picture.overview = std::make_shared<const Chroma>(finished(*solve.chroma, finish));
  picture.overview_step = 1;
  of_finished.set_chroma(picture);
  const std::vector<std::uint8_t> plain = drawn(painter, Look::near), warm = drawn(painter, Look::near, finish),
                                  expected = drawn(of_finished, Look::near);
  CHECK(plain != warm);
  int farthest = 0;
  for (std::size_t i = 0; i < warm.size(); ++i) farthest = std::max(farthest, std::abs(warm[i] - expected[i]));
  CHECK(farthest <= 2);
}
