// The side panel's sections "Finish", the last tones; "Picture", the dials of the solve; and "View".
#pragma once

#include <vector>

#include "editor/gui/window_state.h"
#include "solver/backend.h"

namespace handtint {

class PicturePanel {
 public:
  void section(WindowState& state);

 private:
  void dials(WindowState& state);
  void backends(WindowState& state);

  std::vector<BackendInfo> backends_;  // as probed when the list was opened
};

void finish_section(WindowState& state);
void view_section(WindowState& state);

}  // namespace handtint
