#include "solver/settings.h"

#include <array>
#include <utility>

#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::array<std::pair<Model, std::string_view>, 4> model_names{
    {{Model::full, "full"}, {Model::gtv, "gtv"}, {Model::membrane, "membrane"}, {Model::bilaplacian, "bilaplacian"}}};

constexpr Dial all_dials[] = {
    {"strength", &Settings::strength, 0.01f, 10, tr_noop("How firmly strokes hold")},
    {"smoothness", &Settings::smoothness, 0, 100, tr_noop("How evenly colours run into each other")},
    {"edge", &Settings::edge, 0, 4, tr_noop("How firmly colour stops at edges")},
    {"exponent", &Settings::exponent, 1, 2, tr_noop("Of the total variation, from steps to smooth")},
    {"affinity", &Settings::affinity, 0, 4, tr_noop("Trust in strokes on what looks alike")},
    {"reach", &Settings::reach, 0, 1, tr_noop("How far strokes go over a first coat")},
    {"neutral_pull", &Settings::neutral_pull, 0, 0.01f, tr_noop("Pull to grey far from strokes")}};

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

std::span<const Dial> dials() {
  return all_dials;
}

std::string validate(const Settings& settings) {
  for (const Dial& dial : dials())
    if (const float value = settings.*dial.value; !(value >= dial.low && value <= dial.high))
      return tr("{1} is {2}, but must lie between {3} and {4}",
                {dial.name, std::to_string(value), std::to_string(dial.low), std::to_string(dial.high)});
  return {};
}

}  // namespace handtint
