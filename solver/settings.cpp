#include "solver/settings.h"

#include <array>
#include <utility>

namespace handtint {
namespace {

constexpr std::array<std::pair<Model, std::string_view>, 4> model_names{
    {{Model::full, "full"}, {Model::gtv, "gtv"}, {Model::membrane, "membrane"}, {Model::bilaplacian, "bilaplacian"}}};

struct Range {
  const char* name;
  float value, low, high;
};

}  // namespace

std::string_view name_of(Model model) {
  for (auto [known, name] : model_names)
    if (known == model) return name;
  return "unknown";
}

std::optional<Model> model_from_name(std::string_view name) {
  for (auto [model, known] : model_names)
    if (known == name) return model;
  return std::nullopt;
}

std::string validate(const Settings& s) {
  const Range ranges[] = {{"smoothness", s.smoothness, 0, 100}, {"edge", s.edge, 0, 4},
                          {"exponent", s.exponent, 1, 2},       {"strength", s.strength, 0.01f, 10},
                          {"affinity", s.affinity, 0, 4},       {"neutral_pull", s.neutral_pull, 0, 0.01f}};
  for (const Range& range : ranges)
    if (!(range.value >= range.low && range.value <= range.high))
      return std::string(range.name) + " is " + std::to_string(range.value) + ", but must lie between " +
             std::to_string(range.low) + " and " + std::to_string(range.high);
  return {};
}

}  // namespace handtint
