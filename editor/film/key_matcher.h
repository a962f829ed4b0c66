// A key's colours found again on frames that they cannot be carried to: where something came into view, came back or
// moved too fast to be followed. The network compares the frame with the key, as it compares a photo with a reference
// (solver/prediction/matching.h).
#pragma once

#include <functional>
#include <string>

#include "editor/document/predictor.h"
#include "editor/film/carrying.h"

namespace handtint {

class KeyMatcher {
 public:
  // `open` gives the network; `identity` tells it from others.
  KeyMatcher(std::function<Predictor()> open, std::string identity);

  const std::string& identity() const { return identity_; }

  // What the key shows at places like those of the frame, as firmly as it is sure of it. Of the key the trusted colours
  // count. Empty if the network cannot tell, and always once it has failed.
  Prior colours_for(const Plane<float>& frame, const Plane<float>& key_lightness, const Carried& key);

  const std::string& why_not() const { return why_not_; }  // one line, if it has failed

 private:
  const Description& description_of_key(const Predictor& network, const Plane<float>& lightness);

  std::function<Predictor()> open_;
  std::string identity_, why_not_;
  Plane<float> described_;  // the key that was described last
  Description description_;
};

}  // namespace handtint
