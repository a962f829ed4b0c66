#include "editor/document/first_coat.h"

namespace handtint {

std::string validate(const FirstCoat& coat) {
  const auto outside = [](const char* name, float value, const char* range) {
    return std::string(name) + " is " + std::to_string(value) + ", it must be from " + range;
  };
  const CoatSettings& d = coat.dials;
  if (!(d.amount >= 0 && d.amount <= 1)) return outside("amount", d.amount, "0 to 1");
  if (!(d.temperature >= min_coat_temperature && d.temperature <= max_coat_temperature))
    return outside("temperature", d.temperature, "0.1 to 4");
  if (!(d.vividness >= 0 && d.vividness <= max_coat_vividness)) return outside("vividness", d.vividness, "0 to 2");
  if (d.variant > max_coat_variant)
    return "variant is " + std::to_string(d.variant) + ", it must be from 0 to " + std::to_string(max_coat_variant);
  if (coat.picture && !(coat.picture->weight >= min_picture_weight && coat.picture->weight <= max_picture_weight))
    return outside("weight", coat.picture->weight, "1e-8 to 1000");
  if (coat.reference && !(coat.reference->mood.amount >= 0 && coat.reference->mood.amount <= 1))
    return outside("mood", coat.reference->mood.amount, "0 to 1");
  return {};
}

}  // namespace handtint
