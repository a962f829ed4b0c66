// Where the pixels of one picture are in another. The one place that knows who computes it.
#pragma once

#include <cstdint>
#include <string_view>

#include "solver/plane.h"

namespace handtint {

// In pixels of the pictures, at half their size (rounded up): what lies at p in one picture lies at p + (x, y)(p) in
// the other.
struct Flow {
  Plane<float> x, y;
};

// Empty if this program can; else the sentence that says what it lacks.
std::string_view why_no_dense_flow();

// Dense inverse search (Kroeger et al. 2016). Both pictures have one size and show 8-bit grey. The same bits for the
// same pictures. Throws std::runtime_error with why_no_dense_flow().
Flow dense_flow(const Plane<std::uint8_t>& from, const Plane<std::uint8_t>& to);

}  // namespace handtint
