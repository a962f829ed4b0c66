#include "editor/gui/input_devices.h"

namespace handtint {

std::unique_ptr<InputDevices> listen_to_input_devices() {
  return nullptr;
}

}  // namespace handtint
