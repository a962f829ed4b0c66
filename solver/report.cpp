#include "solver/report.h"

namespace handtint {

std::string_view name_of(StopReason reason) {
  switch (reason) {
    case StopReason::not_started:
      return "not started";
    case StopReason::converged:
      return "converged";
    case StopReason::out_of_budget:
      return "out of budget";
    case StopReason::cancelled:
      return "cancelled";
    case StopReason::iteration_limit:
      return "iteration limit";
  }
  return "unknown";
}

}  // namespace handtint
