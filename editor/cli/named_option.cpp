#include "editor/cli/named_option.h"

#include <charconv>
#include <cmath>

#include "editor/cli/command.h"
#include "editor/files/output_profile.h"
#include "solver/tr.h"

namespace handtint {

std::function<std::string(const std::string&)> a_number(float low, float high) {
  return [low, high](const std::string& text) -> std::string {
    double value = 0;
    const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(begin, end, value);
    if (error == std::errc{} && stopped != end && *stopped == ',')
      return tr("{1} is no number; write a point, not a comma", {text});
    if (error != std::errc{} || stopped != end || !std::isfinite(value)) return tr("{1} is no number", {text});
    // As the dials keep it: 0.01 is within a limit of 0.01f.
    if (const auto kept = static_cast<float>(value); kept >= low && kept <= high) return {};
    return tr("{1} is not in the range {2} .. {3}", {text.substr(0, 40), short_number(low), short_number(high)});
  };
}

CLI::Option* add_profile_option(CLI::App* command, std::string& name) {
  std::string names;
  for (const BuiltInProfile& known : built_in_profiles())
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  return command
      ->add_option("--profile", name,
                   tr("Colour space of OUT: an ICC profile's file, {1}, or the name of one that is installed (default: "
                      "srgb)",
                      {names}))
      ->type_name("PROFILE");
}

}  // namespace handtint
