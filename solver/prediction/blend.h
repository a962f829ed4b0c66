// Several guesses of a picture's colour as one.
#pragma once

#include <span>

#include "solver/problem.h"

namespace handtint {

// The prior whose pull is that of all together: the mean of their colours by weight, and the sum of the weights. Empty
// ones do not count; one alone is given back as it is. The result has the size of the largest. Traits are those of the
// first that has any.
Prior blend(std::span<const Prior> priors);

}  // namespace handtint
