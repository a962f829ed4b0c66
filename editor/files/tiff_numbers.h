// Samples of a TIFF file that are no plain codes from black to white: floating-point, signed, or of 24 bits and more.
// Internal to editor/document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace handtint {

enum class TiffNumber { unsigned_integer, signed_integer, floating };

// Reads such samples and finds out, from all of a picture's, which one is black and which one white: such files come
// with 0..1, with 0..255, 0..65535 or with all that their integers hold.
class TiffNumbers {
 public:
  // bits: 8, 16, 24, 32 or 64; integers have no 64.
  TiffNumbers(TiffNumber kind, int bits) : kind_(kind), bits_(bits) {}

  static bool can_read(TiffNumber kind, int bits);

  // In the machine's byte order, as libtiff gives them. NaN counts as 0.
  double at(const std::uint8_t* sample) const;

  void measure(double value);
  void settle();  // after the last measure

  std::uint16_t code(double value) const;
  // Empty when the numbers are what they most likely are.
  const std::string& note() const { return note_; }

 private:
  TiffNumber kind_;
  int bits_;
  double lowest_ = 0, highest_ = 0, black_ = 0, white_ = 1;
  std::string note_;
};

}  // namespace handtint
