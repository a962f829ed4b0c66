// How the finished picture is toned: the options that colorize, predict and film share.
#pragma once

#include <optional>

#include "editor/document/finish.h"

namespace CLI {
class App;
}

namespace handtint {

struct FinishWish {
  std::optional<float> vividness, warmth;  // as given on the command line

  Finish over(Finish session) const;
};

void add_finish_options(CLI::App* command, FinishWish& wish);

}  // namespace handtint
