// For tests: a machine as new. What was in use at the end must have been given back, with whole guards.
#pragma once

#include <doctest/doctest.h>

#include "tests/cuda/shim/cuda_runtime.h"

struct FreshMachine {
  FreshMachine() { cuda_shim::machine = {}; }
  ~FreshMachine() {
    const cuda_shim::Machine& machine = cuda_shim::machine;
    CHECK(machine.blocks.empty());
    CHECK(machine.pinned.empty());
    CHECK(machine.graphs.empty());
    CHECK(machine.broken_guards == 0);
    CHECK(machine.broken_barriers == 0);
    cuda_shim::machine = {};
  }
};
