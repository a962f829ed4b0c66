#include "editor/work/desktop_portal.h"

namespace handtint {

bool may_have_portal() {
  return false;
}

SystemAnswer ask_portal(const SystemQuestion&, std::stop_token) {
  return {};
}

DesktopLook ask_desktop_look() {
  return {};
}

}  // namespace handtint
