// Which network makes the first coat, and how it is laid on: the options that colorize and predict share.
#pragma once

#include <string>

#include "solver/prediction/coat.h"
#include "solver/prediction/network.h"

namespace CLI {
class App;
}

namespace handtint {

struct NetworkWish {
  std::string name = "shipped";  // or "none", or a file
  bool asked_for = false;        // the person named one
  CoatSettings coat;
  bool amount_given = false, temperature_given = false, variant_given = false;

  // What was given on the command line, and for the rest what a session says.
  CoatSettings over(CoatSettings session) const;
};

void add_network_options(CLI::App* command, NetworkWish& wish);

// Throws std::runtime_error as Network::load does.
Network open_network(const NetworkWish& wish);

}  // namespace handtint
