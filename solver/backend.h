// Where the numerics run. `automatic` takes the best usable one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handtint {

enum class Backend { automatic, cpu, cuda };

std::string_view name_of(Backend backend);  // "auto", "cpu", "cuda"
std::optional<Backend> backend_from_name(std::string_view name);

struct BackendInfo {
  Backend backend;
  bool usable;
  std::string description;  // device name and size if usable, else the reason in words a person understands
};

// Every known backend, best first. Never throws.
std::vector<BackendInfo> probe_backends();

}  // namespace handtint
