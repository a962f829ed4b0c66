#include "editor/document/first_coat.h"

#include "solver/tr.h"

namespace handtint {

std::string validate(const FirstCoat& coat) {
  const auto outside = [](const char* name, const std::string& value, const std::string& low, const std::string& high) {
    return tr("{1} is {2}, it must be from {3} to {4}", {name, value, low, high});
  };
  const CoatSettings& d = coat.dials;
  if (!(d.amount >= 0 && d.amount <= 1)) return outside("amount", std::to_string(d.amount), "0", "1");
  if (!(d.temperature >= min_coat_temperature && d.temperature <= max_coat_temperature))
    return outside("temperature", std::to_string(d.temperature), "0.1", "4");
  if (!(d.vividness >= 0 && d.vividness <= max_coat_vividness))
    return outside("vividness", std::to_string(d.vividness), "0", "2");
  if (d.variant > max_coat_variant)
    return outside("variant", std::to_string(d.variant), "0", std::to_string(max_coat_variant));
  if (coat.picture && !(coat.picture->weight >= min_picture_weight && coat.picture->weight <= max_picture_weight))
    return outside("weight", std::to_string(coat.picture->weight), "1e-8", "1000");
  if (coat.reference && !(coat.reference->mood.amount >= 0 && coat.reference->mood.amount <= 1))
    return outside("mood", std::to_string(coat.reference->mood.amount), "0", "1");
  return {};
}

}  // namespace handtint
