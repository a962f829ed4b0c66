// What runs on the solver's thread, and what it shares with the SolverThread that owns it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "editor/work/leavable_thread.h"
#include "editor/work/solver_thread.h"

namespace handtint {

// Everything that came since the solver last looked.
struct SolverInbox {
  std::optional<Problem> problem;
  bool unload = false;
  std::vector<HintPatch> patches;
  std::optional<Prior> prior;
  std::optional<Settings> settings;
  bool solve_again = false;  // the picture is lost
  std::chrono::milliseconds rest{0};
  std::uint64_t revision = 0;
  bool news = false;

  void add(HintPatch patch) {
    // A newer patch says all that an older one inside it said, unless the older one alone spoke of barriers, or of
    // more than regions.
    std::erase_if(patches, [&](const HintPatch& old) {
      return intersect(patch.rect, old.rect) == old.rect && (old.cuts.empty() || !patch.cuts.empty()) &&
             (old.hint_strength.empty() || !patch.hint_strength.empty());
    });
    patches.push_back(std::move(patch));
  }
};

struct SolverExchange : Exchange {
  SolverInbox inbox;
  std::optional<SolvedPicture> outbox;
  std::vector<std::string> messages;
  SolverStatus status;
  PictureTransfer transfer = PictureTransfer::copied;
  PictureOnDevice wanted_close_up;  // without codes
  bool run_once = false;
  std::chrono::steady_clock::time_point sign_of_life = std::chrono::steady_clock::now();
};

void run_solver(SolverExchange& exchange, const std::function<std::unique_ptr<Solver>()>& make_solver,
                std::stop_token stop);

}  // namespace handtint
