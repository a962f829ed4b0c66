// What pens and touchpads tell beside the cursor: who moved it, how hard it is pressed, who turned the wheel. Whoever
// hears of devices tells it here (gui/input_devices.h); no window, no X11.
#pragma once

#include <map>
#include <optional>

namespace handtint {

class PointerDevices {
 public:
  struct Device {
    std::optional<float> lightest = {}, hardest = {};  // of a pen's pressure, in numbers of its own; none: no pen
    bool touchpad = false;
  };
  // All there are now; what is known of those that stay is kept.
  void set_devices(std::map<int, Device> devices);

  void moved(int device, std::optional<float> pressure);  // none: the same as before
  void scrolled(int device);

  bool has_pen() const;
  // 0..1 of the pen that moved last; of a mouse, and of devices that nobody knows, 1.
  float pressure() const;
  bool scrolled_by_touchpad() const;  // the last time

 private:
  std::map<int, Device> devices_;
  std::map<int, float> pressures_;  // of pens, in their numbers
  int mover_ = -1, scroller_ = -1;
};

}  // namespace handtint
