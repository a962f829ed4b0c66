// Prints how many strokes the newest recovery file holds, and "masked" if there is an imported mask under them; 1 if
// there is none or it does not open whole.
#include <cstdio>
#include <exception>

#include "editor/document/autosave.h"

int main() {
  const auto recoveries = handtint::list_recoveries();
  if (recoveries.empty()) {
    std::fputs("no recovery file\n", stderr);
    return 1;
  }
  try {
    if (recoveries.front().damage != handtint::Damage::none) std::fputs("it is damaged\n", stderr);
    const handtint::DocumentState state = handtint::read_recovery(recoveries.front().journal).session.state;
    std::printf("%zu%s\n", state.strokes.size(), state.imported ? " masked" : "");
    return recoveries.front().damage != handtint::Damage::none;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
