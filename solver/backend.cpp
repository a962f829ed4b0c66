#include "solver/backend.h"

namespace handtint {

std::string_view name_of(Backend backend) {
  switch (backend) {
    case Backend::automatic:
      return "auto";
    case Backend::cpu:
      return "cpu";
    case Backend::cuda:
      return "cuda";
  }
  return "unknown";
}

std::optional<Backend> backend_from_name(std::string_view name) {
  for (Backend backend : {Backend::automatic, Backend::cpu, Backend::cuda})
    if (name_of(backend) == name) return backend;
  return std::nullopt;
}

}  // namespace handtint
