// Which network makes the first coat, and how it is laid on: the options that colorize and predict share.
#pragma once

#include <string>

#include "solver/prediction/coat.h"

namespace CLI {
class App;
}

namespace handtint {

struct NetworkWish {
  std::string name = "shipped";  // or "none", or a file
  bool named = false;            // by the person
  CoatSettings coat;
  bool amount_given = false, temperature_given = false, variant_given = false;

  bool asked_for() const { return named || amount_given; }
  bool is_file() const { return name != "shipped" && name != "none"; }

  // What was given on the command line, and for the rest what a session says.
  CoatSettings over(CoatSettings session) const;
};

void add_network_options(CLI::App* command, NetworkWish& wish);

}  // namespace handtint
