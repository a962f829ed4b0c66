#include "editor/cli/network_option.h"

#include <CLI/CLI.hpp>

#include "editor/cli/named_option.h"
#include "solver/tr.h"

namespace handtint {

void add_network_options(CLI::App* command, NetworkWish& wish) {
  const std::string coat = tr("First coat");
  command
      ->add_option_function<std::string>(
          "--network",
          [&wish](const std::string& name) {
            wish.name = name;
            wish.named = true;
          },
          tr("Who proposes the first coat: shipped, none, or an ONNX file (default: shipped; of a session as it says)"))
      ->type_name("shipped|none|FILE")
      ->group(coat);
  command
      ->add_option_function<float>(
          "--coat",
          [&wish](float amount) {
            wish.coat.amount = amount;
            wish.amount_given = true;
          },
          tr("How much of the proposal: 0 none .. 1 all (default: 1)"))
      ->check(a_number(0, 1))
      ->type_name("X")
      ->group(coat);
  command
      ->add_option_function<float>(
          "--temperature", [&wish](float t) { wish.coat.temperature = t, wish.temperature_given = true; },
          tr("Below 1 the likeliest colour wins, which is often near grey, above 1 all mix; 0.1..4 (default: 1)"))
      ->check(a_number(min_coat_temperature, max_coat_temperature))
      ->type_name("T")
      ->group(coat);
  command
      ->add_option_function<std::uint32_t>(
          "--variant", [&wish](std::uint32_t n) { wish.coat.variant = n, wish.variant_given = true; },
          tr("Another plausible coat for each number (default: 0, the likeliest)"))
      ->type_name("N")
      ->group(coat);
}

CoatSettings NetworkWish::over(CoatSettings session) const {
  if (amount_given) session.amount = coat.amount;
  if (temperature_given) session.temperature = coat.temperature;
  if (variant_given) session.variant = coat.variant;
  return session;
}

}  // namespace handtint
