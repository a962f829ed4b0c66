// Where the network is unsure, as a small transparent picture to lay over the photo: clear where it is sure, violet
// where the true colour may lie far away. The same violet means the same on every photo. Soft, because the network
// knows no edges.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "solver/plane.h"

namespace handtint {

// Radii in ab: up to the one it stays clear, from the other one on it is at its strongest.
inline constexpr float clear_radius = 10, violet_radius = 22;

struct UnsurePicture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;  // straight alpha
};

// `radius` as prediction_radius() gives it. Empty if that is empty.
UnsurePicture unsure_picture(const Plane<float>& radius);

// What it lays over the photo for a radius, RGBA with straight alpha.
std::array<std::uint8_t, 4> unsure_ink(float radius);

}  // namespace handtint
