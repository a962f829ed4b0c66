#include "editor/document/json_values.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "editor/document/stroke.h"
#include "editor/files/path_text.h"
#include "solver/tr.h"

namespace handtint::session_json {
namespace {

constexpr int max_nesting = 64;

// Lists and objects take many times their text's size in memory. A session has few of them for its length: a colour,
// its shortest one, has eight characters.
constexpr std::size_t characters_per_list = 8, lists_for_free = 100'000;

bool read_float(const Json& json, float& value) {
  if (!json.is_number()) return false;
  const double number = json.get<double>();
  if (!(std::abs(number) <= std::numeric_limits<float>::max())) return false;
  value = static_cast<float>(number);
  return true;
}

// Adds what is missing in `into`, at any depth of objects.
void add_missing(Json& into, const Json& foreign) {
  for (const auto& [name, value] : foreign.items()) {
    if (!into.contains(name)) {
      into[name] = value;
    } else if (into[name].is_object() && value.is_object()) {
      add_missing(into[name], value);
    }
  }
}

}  // namespace

Json parse(std::string_view text) {
  // The parser itself does not recurse, but whoever walks the result does.
  int nesting = 0;
  std::size_t lists = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++lists > lists_for_free + text.size() / characters_per_list)
        throw BadMember(tr("the file"), tr("holds too many empty lists for what is said in it"));
      if (++nesting > max_nesting) throw BadMember(tr("the file"), tr("is nested deeper than 64 levels"));
    } else if (c == ']' || c == '}') {
      --nesting;
    }
  }
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::exception& error) {
    std::string message = error.what();  // "[json.exception.parse_error.101] parse error at line 3, column 7: ..."
    if (const std::size_t bracket = message.find("] "); bracket != std::string::npos) message.erase(0, bracket + 2);
    if (message.size() > 160) message.resize(160);
    throw BadMember(tr("the file"), tr("is not valid JSON: {1}", {message}));
  }
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json number(float value) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  double shortest = 0;
  if (error == std::errc{}) std::from_chars(text.data(), end, shortest);
  if (static_cast<float>(shortest) != value || std::signbit(shortest) != std::signbit(value))
    return static_cast<double>(value);
  return shortest;
}

std::string member(const std::string& where, const std::string& name) {
  return where.empty() ? name : where + "." + name;
}
std::string item(const std::string& where, std::size_t index) {
  return where + "[" + std::to_string(index) + "]";
}

const Json& require_object(const Json& json, const std::string& where) {
  if (!json.is_object()) throw BadMember(where, tr("is not an object"));
  return json;
}
const Json& require_array(const Json& json, const std::string& where) {
  if (!json.is_array()) throw BadMember(where, tr("is not an array"));
  return json;
}

float float_of(const Json& json, const std::string& where) {
  float value = 0;
  if (!read_float(json, value)) throw BadMember(where, tr("is not a number within the range of floats"));
  return value;
}
std::uint64_t count_of(const Json& json, const std::string& where, std::uint64_t largest) {
  if (!json.is_number_unsigned() || json.get<std::uint64_t>() > largest) {
    throw BadMember(where, tr("is not a whole number from 0 to {1}", {std::to_string(largest)}));
  }
  return json.get<std::uint64_t>();
}
std::string string_of(const Json& json, const std::string& where) {
  if (!json.is_string()) throw BadMember(where, tr("is not a text"));
  return json.get<std::string>();
}
std::filesystem::path path_of(const Json& json, const std::string& where) {
  try {
    return path_of_text(string_of(json, where));
  } catch (const BadMember&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw BadMember(where, error.what());
  }
}
bool bool_of(const Json& json, const std::string& where) {
  if (!json.is_boolean()) throw BadMember(where, tr("is neither true nor false"));
  return json.get<bool>();
}

std::vector<float> floats_of(const Json& json, const std::string& where, std::size_t group) {
  require_array(json, where);
  if (json.size() % group != 0)
    throw BadMember(where, tr("does not hold {1} numbers per point", {std::to_string(group)}));
  if (json.size() / group > max_points_per_stroke) throw BadMember(where, tr("holds more than 1000000 points"));
  std::vector<float> values(json.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!read_float(json[i], values[i]))
      throw BadMember(item(where, i), tr("is not a number within the range of floats"));
  }
  return values;
}

Rgb rgb_of(const Json& json, const std::string& where) {
  require_array(json, where);
  if (json.size() != 3) throw BadMember(where, tr("is not a list of three numbers"));
  const Rgb colour{float_of(json[0], item(where, 0)), float_of(json[1], item(where, 1)),
                   float_of(json[2], item(where, 2))};
  for (const float channel : {colour.r, colour.g, colour.b}) {
    if (!(channel >= 0 && channel <= 1)) throw BadMember(where, tr("has a channel outside 0 .. 1"));
  }
  return colour;
}
Json json_of(Rgb colour) {
  return {number(colour.r), number(colour.g), number(colour.b)};
}

std::string foreign_text(const Json& foreign) {
  return foreign.empty() ? std::string() : text_of(foreign);
}

void add_foreign(Json& into, const std::string& foreign) {
  if (foreign.empty()) return;
  const Json kept = Json::parse(foreign, nullptr, false);
  if (kept.is_object()) add_missing(into, kept);
}

}  // namespace handtint::session_json
