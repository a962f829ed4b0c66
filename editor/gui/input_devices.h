// Listens to the window system for what it tells of pens and touchpads and GLFW does not.
#pragma once

#include <memory>

#include "editor/work/pointer_devices.h"

struct GLFWwindow;

namespace handtint {

class InputDevices {
 public:
  virtual ~InputDevices() = default;
  // As far as the window system has told by now. Cheap: for every event of the cursor.
  virtual const PointerDevices& now() = 0;
};

// By XInput2 on X11. Null: nothing tells of them here, or the build has no libXi. After GLFW has been started.
std::unique_ptr<InputDevices> listen_to_input_devices();

}  // namespace handtint
