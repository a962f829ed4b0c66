// What pens and touchpads tell.
#include <doctest/doctest.h>

#include "editor/work/pointer_devices.h"

using namespace handtint;

namespace {

constexpr int mouse = 6, pen = 11, eraser = 12, touchpad = 13;

PointerDevices desk() {
  PointerDevices devices;
  devices.set_devices({{mouse, {}}, {pen, {0, 2048}}, {eraser, {100, 1100}}, {touchpad, {.touchpad = true}}});
  return devices;
}

}  // namespace

TEST_CASE("pressure is that of the pen that moves, and a mouse always has all of it") {
  PointerDevices devices = desk();
  CHECK(devices.has_pen());
  CHECK(devices.pressure() == 1);
  devices.moved(pen, 512.0f);
  CHECK(devices.pressure() == 0.25f);
  devices.moved(pen, std::nullopt);  // it moved, as firmly as before
  CHECK(devices.pressure() == 0.25f);
  devices.moved(eraser, 600.0f);
  CHECK(devices.pressure() == 0.5f);
  devices.moved(eraser, 5000.0f);
  CHECK(devices.pressure() == 1);
  devices.moved(mouse, std::nullopt);
  CHECK(devices.pressure() == 1);
  devices.moved(pen, std::nullopt);
  CHECK(devices.pressure() == 0.25f);
  devices.moved(99, 3.0f);  // nobody has told of it
  CHECK(devices.pressure() == 1);
}

TEST_CASE("devices come and go") {
  PointerDevices devices = desk();
  devices.moved(pen, 512.0f);
  devices.set_devices({{mouse, {}}, {pen, {0, 2048}}});
  CHECK(devices.pressure() == 0.25f);
  devices.set_devices({{mouse, {}}});
  CHECK_FALSE(devices.has_pen());
  CHECK(devices.pressure() == 1);
  devices.set_devices({{mouse, {}}, {pen, {0, 4096}}});
  CHECK(devices.pressure() == 1);  // another pen of that number
}

TEST_CASE("two fingers are told from a wheel by who scrolled last") {
  PointerDevices devices = desk();
  CHECK_FALSE(devices.scrolled_by_touchpad());
  devices.scrolled(touchpad);
  CHECK(devices.scrolled_by_touchpad());
  devices.moved(mouse, std::nullopt);
  CHECK(devices.scrolled_by_touchpad());
  devices.scrolled(mouse);
  CHECK_FALSE(devices.scrolled_by_touchpad());
}
