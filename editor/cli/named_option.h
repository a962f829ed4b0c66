// An option whose value is a name from a short list, as `--model gtv`; the help and the complaint show the list. And
// what a number must be.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "editor/files/stroke_mask.h"
#include "solver/tr.h"

namespace handtint {

// `values` must outlive the parser; the names are those of name_of(). `set` is called with the value that was chosen.
template <class T, std::size_t n>
CLI::Option* add_named_option(CLI::App* command, const std::string& flag, const T (&values)[n],
                              std::function<void(T)> set, const std::string& help) {
  std::vector<std::string> names;
  for (T value : values) names.emplace_back(name_of(value));
  const auto choose = [&values, set = std::move(set)](const std::string& name) {
    for (T value : values)
      if (name_of(value) == name) set(value);
  };
  return command->add_option_function<std::string>(flag, choose, help)->check(CLI::IsMember(names));
}

// A check for CLI::Option: a number as programs write them, with a point, from `low` to `high`.
std::function<std::string(const std::string&)> a_number(float low, float high);

inline constexpr MaskFormat readable_mask_formats[] = {MaskFormat::automatic,   MaskFormat::rgba,
                                                       MaskFormat::black_empty, MaskFormat::levin,
                                                       MaskFormat::pimask,      MaskFormat::ideepcolor};

inline CLI::Option* add_mask_format_option(CLI::App* command, MaskFormat& format) {
  return add_named_option<MaskFormat>(
      command, "--mask-format", readable_mask_formats, [&format](MaskFormat chosen) { format = chosen; },
      tr("How the mask says what is drawn (default: auto)"));
}

// --profile: what output_profile() takes.
CLI::Option* add_profile_option(CLI::App* command, std::string& name);

}  // namespace handtint
