// The desktop as it shows itself to any program: its portal on the session bus (xdg-desktop-portal). Without libsystemd
// when it is built, there is none. For background threads: answers may take seconds.
#pragma once

#include <optional>
#include <stop_token>

#include "editor/work/system_dialog.h"

namespace handtint {

bool may_have_portal();  // at once: whether there is a session bus to ask

SystemAnswer ask_portal(const SystemQuestion& question, std::stop_token stop);

struct DesktopLook {
  std::optional<bool> dark;     // none: it does not say
  bool reduced_motion = false;  // nothing is to move or fade
};
DesktopLook ask_desktop_look();

}  // namespace handtint
