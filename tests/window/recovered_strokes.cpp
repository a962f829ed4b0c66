// Prints how many strokes the newest recovery file holds; 1 if there is none or it does not open.
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
    std::printf("%zu\n", handtint::read_recovery(recoveries.front().journal).session.state.strokes.size());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
