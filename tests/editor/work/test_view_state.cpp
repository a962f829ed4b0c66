#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "editor/work/navigation.h"
#include "editor/work/view_state.h"

using namespace handtint;

namespace {

ViewState view_of(int photo_width, int photo_height, float pixel_scale = 1) {
  ViewState view;
  view.photo_width = photo_width;
  view.photo_height = photo_height;
  view.canvas = {40, 30, 1200, 800, pixel_scale};
  return fit(view);
}

bool near(Point p, Point q, float tolerance) {
  return std::hypot(p.x - q.x, p.y - q.y) <= tolerance;
}

}  // namespace

TEST_CASE("fit shows the whole photo in the middle of the canvas, with a margin") {
  for (const auto& [w, h] : {std::pair{6000, 4000}, {300, 9000}, {10, 10}, {20000, 5}}) {
    const ViewState view = view_of(w, h);
    const Point top_left = screen_from_photo(view, {0, 0});
    const Point bottom_right = screen_from_photo(view, {static_cast<float>(w), static_cast<float>(h)});
    CHECK(top_left.x >= 40 + 15.9f);
    CHECK(top_left.y >= 30 + 15.9f);
    CHECK(bottom_right.x <= 1240 - 15.9f);
    CHECK(bottom_right.y <= 830 - 15.9f);
    CHECK(near({(top_left.x + bottom_right.x) / 2, (top_left.y + bottom_right.y) / 2}, {640, 430}, 0.01f));
    const bool fills = bottom_right.x - top_left.x > 1167 || bottom_right.y - top_left.y > 767;
    CHECK((fills || view.zoom == max_zoom));
    CHECK(visible_photo(view) == Rect{0, 0, w, h});
  }
}

TEST_CASE("screen and photo are each other's inverse, at any zoom and display scale") {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> number(0, 1);
  for (const float scale : {1.0f, 1.5f, 2.0f}) {
    ViewState view = view_of(6000, 4000, scale);
    for (int i = 0; i < 100; ++i) {
      view = zoom_to(view, std::exp2(-4 + 9 * number(random)), {40 + 1200 * number(random), 30 + 800 * number(random)});
      const Point screen{40 + 1200 * number(random), 30 + 800 * number(random)};
      CHECK(near(screen_from_photo(view, photo_from_screen(view, screen)), screen, 0.05f));
    }
  }
}

TEST_CASE("zooming keeps the photo point under the cursor") {
  ViewState view = view_of(6000, 4000);
  const Point cursor{500, 300};
  const Point before = photo_from_screen(view, cursor);
  for (int i = 0; i < 20; ++i) {
    view = zoom_by_steps(view, 1, cursor);
    CHECK(near(photo_from_screen(view, cursor), before, 0.02f));
  }
  CHECK(view.zoom == doctest::Approx(view_of(6000, 4000).zoom * 32));
  view = zoom_by_steps(view, -20, cursor);
  CHECK(view.zoom == doctest::Approx(view_of(6000, 4000).zoom));
}

TEST_CASE("100 % is one photo pixel per framebuffer pixel, on every display") {
  for (const float scale : {1.0f, 2.0f}) {
    const ViewState view = actual_pixels(view_of(6000, 4000, scale), {640, 430});
    CHECK(view.zoom == 1);
    const Point p = screen_from_photo(view, {1000, 1000}), q = screen_from_photo(view, {1100, 1000});
    CHECK((q.x - p.x) * scale == doctest::Approx(100));
    CHECK(screen_length(view, 10) == doctest::Approx(10 / scale));
    CHECK(photo_length(view, screen_length(view, 7)) == doctest::Approx(7));
  }
}

TEST_CASE("at whole factors and their inverses the photo's pixels fall on the framebuffer's") {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> number(0, 1);
  for (const float scale : {1.0f, 2.0f})
    for (const double zoom : {0.5, 1.0, 2.0, 3.0}) {
      ViewState view = view_of(1001, 777, scale);
      view.canvas.width = 1187;  // odd
      for (int i = 0; i < 20; ++i) {
        view = zoom_by_steps(view, 4 * number(random) - 2, {600 * number(random), 500 * number(random)});
        view = pan(view, 90 * number(random) - 45, 90 * number(random) - 45);
        const ViewState exact = zoom_to(view, zoom, {600 * number(random), 500 * number(random)});
        const Point corner = photo_from_screen(exact, {exact.canvas.x, exact.canvas.y});
        for (const double pixels : {corner.x * zoom, corner.y * zoom})
          CHECK(std::abs(pixels - std::round(pixels)) < 1e-3);
      }
    }
}

TEST_CASE("zoom and pan stay within limits") {
  ViewState view = view_of(6000, 4000);
  const double smallest = min_zoom(view);
  CHECK(smallest < fit_zoom(view));
  CHECK(zoom_to(view, 1e9, {640, 430}).zoom == max_zoom);
  CHECK(zoom_to(view, 1e-9, {640, 430}).zoom == smallest);
  CHECK(std::isfinite(zoom_to(view, std::numeric_limits<double>::quiet_NaN(), {640, 430}).zoom));
  for (const auto& [dx, dy] : {std::pair{1e7f, 0.0f}, {-1e7f, 1e7f}, {0.0f, -1e7f}}) {
    const ViewState far = pan(view, dx, dy);
    CHECK(far.centre_x >= 0);
    CHECK(far.centre_x <= 6000);
    CHECK(far.centre_y >= 0);
    CHECK(far.centre_y <= 4000);
    CHECK_FALSE(visible_photo(far).empty());
  }
  view.centre_x = std::numeric_limits<double>::infinity();
  CHECK(std::isfinite(clamped(view).centre_x));
}

TEST_CASE("panning moves the photo with the hand") {
  const ViewState view = zoom_to(view_of(6000, 4000, 2), 3, {640, 430});
  const Point held = photo_from_screen(view, {600, 400});
  CHECK(near(screen_from_photo(pan(view, 13, -7), held), {613, 393}, 0.01f));
}

TEST_CASE("resizing the window: a fitted photo stays fitted, else the middle stays") {
  const Canvas smaller{0, 0, 400, 700, 1};
  const ViewState fitted = resized(view_of(6000, 4000), smaller);
  CHECK(fitted.zoom == fit_zoom(fitted));
  const ViewState zoomed = zoom_to(view_of(6000, 4000), 2, {100, 100});
  const ViewState after = resized(zoomed, smaller);
  CHECK(after.zoom == 2);
  CHECK(after.centre_x == zoomed.centre_x);
}

TEST_CASE("the visible part") {
  const ViewState view = zoom_to(view_of(6000, 4000), 4, {640, 430});
  const Rect seen = visible_photo(view);
  CHECK(seen.width() == doctest::Approx(300).epsilon(0.01));
  CHECK(seen.height() == doctest::Approx(200).epsilon(0.01));
  const Point corner = photo_from_screen(view, {40, 30});
  CHECK(seen.x0 == static_cast<int>(std::floor(corner.x)));
  CHECK(seen.y0 == static_cast<int>(std::floor(corner.y)));
}

TEST_CASE("a canvas without size is harmless") {
  ViewState view = view_of(100, 100);
  for (const Canvas& canvas : {Canvas{0, 0, 0, 0, 1}, Canvas{0, 0, 1, 1, 0}}) {
    const ViewState squeezed = fit(resized(view, canvas));
    CHECK(std::isfinite(squeezed.zoom));
    CHECK(std::isfinite(photo_from_screen(squeezed, {5, 5}).x));
    CHECK(fit(resized(squeezed, view.canvas)).zoom == view.zoom);
  }
}

TEST_CASE("the navigator knows when the photo does not fit, and goes to any place of it") {
  ViewState view = view_of(400, 300);
  view.canvas = {10, 20, 800, 600, 1};
  view = fit(view);
  CHECK_FALSE(is_cut_off(view));
  view = zoom_to(view, 8, {410, 320});
  CHECK(is_cut_off(view));
  view = centred_on(view, {30, 280});
  const Point middle = photo_from_screen(view, {410, 320});
  CHECK(std::abs(middle.x - 30) < 0.1f);
  CHECK(std::abs(middle.y - 280) < 0.1f);
  view = centred_on(view, {-5000, 9000});
  CHECK(view.centre_x == 0);
  CHECK(view.centre_y == 300);
}

TEST_CASE("a zoom is read as people write it, and what is none is told") {
  CHECK(zoom_text(1.5) == "150 %");
  for (const char* text : {"150", "150 %", "150%", " 150 ", "150,0", "150.0 %"})
    CHECK(zoom_from_text(text).value_or(0) == doctest::Approx(1.5));
  for (const char* text : {"", "%", "fit", "-20", "0", "1e3", "12 px", "nan", "inf"}) CHECK_FALSE(zoom_from_text(text));
}

TEST_CASE("the small picture has the photo's light and the colours that are there") {
  auto photo = std::make_shared<Photo>();
  Plane<float> light(600, 300, 30);
  for (int y = 0; y < 300; ++y) std::fill_n(light.row(y) + 300, 300, 70.0f);
  photo->lightness = light;
  const PictureSource source{photo, std::make_shared<LightnessPyramid>(photo), nullptr, 1};
  const SmallPicture grey = small_picture(source, nullptr, 100);
  CHECK(grey.width == 100);
  CHECK(grey.height == 50);
  REQUIRE(grey.rgba.size() == 4 * 100 * 50);
  const std::uint8_t* const dark = grey.rgba.data() + 4 * (20 * 100 + 10);
  CHECK(dark[0] == dark[1]);
  CHECK(dark[0] == std::lround(255 * grey_from_lightness(30)));
  CHECK(dark[4 * 80] == std::lround(255 * grey_from_lightness(70)));
  const Chroma red{Plane<float>(60, 30, 40), Plane<float>(60, 30, 20)};
  const SmallPicture coloured = small_picture(source, &red, 100);
  CHECK(coloured.rgba[4 * (20 * 100 + 80)] > coloured.rgba[4 * (20 * 100 + 80) + 1] + 40);
  CHECK(small_picture(source, nullptr, 1).rgba.size() == 4);
}
