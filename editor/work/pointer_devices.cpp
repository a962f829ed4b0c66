#include "editor/work/pointer_devices.h"

#include <algorithm>
#include <utility>

namespace handtint {

void PointerDevices::set_devices(std::map<int, Device> devices) {
  devices_ = std::move(devices);
  std::erase_if(pressures_, [&](const auto& known) { return !devices_.contains(known.first); });
}

void PointerDevices::moved(int device, std::optional<float> pressure) {
  mover_ = device;
  if (pressure) pressures_[device] = *pressure;
}

void PointerDevices::scrolled(int device) {
  scroller_ = device;
}

bool PointerDevices::has_pen() const {
  return std::any_of(devices_.begin(), devices_.end(), [](const auto& d) { return d.second.hardest.has_value(); });
}

float PointerDevices::pressure() const {
  const auto device = devices_.find(mover_);
  const auto told = pressures_.find(mover_);
  if (device == devices_.end() || told == pressures_.end() || !device->second.hardest) return 1;
  const float low = device->second.lightest.value_or(0), span = *device->second.hardest - low;
  return span > 0 ? std::clamp((told->second - low) / span, 0.0f, 1.0f) : 1;
}

bool PointerDevices::scrolled_by_touchpad() const {
  const auto device = devices_.find(scroller_);
  return device != devices_.end() && device->second.touchpad;
}

}  // namespace handtint
