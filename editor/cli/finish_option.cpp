#include "editor/cli/finish_option.h"

#include <CLI/CLI.hpp>

#include "editor/cli/named_option.h"
#include "solver/tr.h"

namespace handtint {

void add_finish_options(CLI::App* command, FinishWish& wish) {
  const std::string finish = tr("Finish");
  command
      ->add_option_function<float>(
          "--vividness", [&wish](float gain) { wish.vividness = gain; },
          tr("Of the finished picture: 0 grey .. 1 as it is .. 2 twice the chroma (default: 1; of a session as it "
             "says)"))
      ->check(a_number(0, max_vividness))
      ->type_name("X")
      ->group(finish);
  command
      ->add_option_function<float>(
          "--warmth", [&wish](float warmth) { wish.warmth = warmth; },
          tr("Of the finished picture: -1 bluer .. 1 as under a lamp, greys a little, colours more (default: 0; of a "
             "session as it says)"))
      ->check(a_number(-1, 1))
      ->type_name("X")
      ->group(finish);
}

Finish FinishWish::over(Finish session) const {
  return {vividness.value_or(session.vividness), warmth.value_or(session.warmth)};
}

}  // namespace handtint
