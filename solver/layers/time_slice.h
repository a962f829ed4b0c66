// What is left of a budget, counted from the beginning of a call of Solver::iterate.
#pragma once

#include <chrono>

#include "solver/solver.h"

namespace handtint {

class TimeSlice {
 public:
  explicit TimeSlice(const Budget& budget) : budget_(budget) {}

  Budget rest() const {
    Budget rest = budget_;
    rest.milliseconds -= std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    return rest;
  }

 private:
  using Clock = std::chrono::steady_clock;

  const Budget& budget_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace handtint
