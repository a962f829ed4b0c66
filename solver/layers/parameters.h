// The dials that a person turns, in the units of the energy.
#pragma once

#include "solver/numerics/engine.h"
#include "solver/settings.h"

namespace handtint {

numerics::Parameters parameters_from(const Settings& settings);

}  // namespace handtint
