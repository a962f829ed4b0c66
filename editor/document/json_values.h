// Single values of a session as JSON: reading them with complaints that name the place, writing them so that they read
// back as the same. Internal to editor/document.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "solver/lab.h"

namespace handtint::session_json {

using Json = nlohmann::json;

// A member that is missing, of the wrong type or out of range; the text names it ("strokes[3].radius ...").
class BadMember : public std::runtime_error {
 public:
  BadMember(const std::string& where, const std::string& problem) : std::runtime_error(where + " " + problem) {}
};

// Text -> JSON with limited nesting. Throws BadMember.
Json parse(std::string_view text);

// On one line. Bytes that are no UTF-8 become U+FFFD.
std::string text_of(const Json& json);

// A number that reads back as the same float, in as few digits as that takes.
Json number(float value);

// Names of places: "strokes" and "radius" -> "strokes.radius", "strokes" and 3 -> "strokes[3]".
std::string member(const std::string& where, const std::string& name);
std::string item(const std::string& where, std::size_t index);

inline constexpr std::uint64_t max_id = std::uint64_t{1} << 53;  // what every JSON reader holds exactly

// All throw BadMember with `where`.
const Json& require_object(const Json& json, const std::string& where);
const Json& require_array(const Json& json, const std::string& where);
float float_of(const Json& json, const std::string& where);
std::uint64_t count_of(const Json& json, const std::string& where, std::uint64_t largest);
std::string string_of(const Json& json, const std::string& where);
bool bool_of(const Json& json, const std::string& where);
std::vector<float> floats_of(const Json& json, const std::string& where, std::size_t group);  // flat, `group` per item
Rgb rgb_of(const Json& json, const std::string& where);

Json json_of(Rgb colour);

// Members that this version does not know, as text, and back among the others: what is missing there, at any depth of
// objects.
std::string foreign_text(const Json& foreign);
void add_foreign(Json& into, const std::string& foreign);

}  // namespace handtint::session_json
