#include "editor/work/preferences.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <system_error>

#include "editor/document/json_values.h"
#include "editor/files/atomic_file.h"
#include "editor/files/language.h"
#include "editor/files/own_folder.h"
#include "editor/files/path_text.h"
#include "editor/files/paths.h"
#include "editor/files/read_bytes.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t max_recent_colours = 64;
constexpr std::uint64_t max_bytes = 4u << 20;

struct FloatMember {
  const char* name;
  float Preferences::*member;
  float low, high;
};
constexpr std::array float_members{
    FloatMember{"ui_scale", &Preferences::ui_scale, 0, 8},
    FloatMember{"panel_width", &Preferences::panel_width, 160, 2000},
    FloatMember{"brush_points", &Preferences::brush_points, 0.5f, 5000},
    FloatMember{"smoothing", &Preferences::smoothing, 0, 1},
    FloatMember{"stroke_opacity", &Preferences::stroke_opacity, 0, 1},
};

struct IntMember {
  const char* name;
  int Preferences::*member;
  int low, high;
};
constexpr std::array int_members{
    IntMember{"window_width", &Preferences::window_width, 200, 32768},
    IntMember{"window_height", &Preferences::window_height, 200, 32768},
};

struct BoolMember {
  const char* name;
  bool Preferences::*member;
};
constexpr std::array bool_members{
    BoolMember{"window_maximized", &Preferences::window_maximized},
    BoolMember{"panel_visible", &Preferences::panel_visible},
    BoolMember{"natural_colour", &Preferences::natural_colour},
    BoolMember{"strokes_fade", &Preferences::strokes_fade},
    BoolMember{"pressure_to_size", &Preferences::pressure_to_size},
    BoolMember{"navigator", &Preferences::navigator},
    BoolMember{"system_dialogs", &Preferences::system_dialogs},
    BoolMember{"guided_start_seen", &Preferences::guided_start_seen},
    BoolMember{"coat_on_opening", &Preferences::coat_on_opening},
};

constexpr const char* theme_name(Theme theme) {
  return theme == Theme::light ? "light" : theme == Theme::dark ? "dark" : "desktop";
}

// Each reader leaves the default where the value is not usable, and says whether it knew the name.

bool read_float(const std::string& name, const Json& value, Preferences& preferences) {
  for (const FloatMember& m : float_members) {
    if (name != m.name) continue;
    if (value.is_number()) {
      const double number = value.get<double>();
      if (number >= m.low && number <= m.high) preferences.*m.member = static_cast<float>(number);
    }
    return true;
  }
  return false;
}

bool read_int(const std::string& name, const Json& value, Preferences& preferences) {
  for (const IntMember& m : int_members) {
    if (name != m.name) continue;
    if (value.is_number_integer()) {
      const auto number = value.get<std::int64_t>();
      if (number >= m.low && number <= m.high) preferences.*m.member = static_cast<int>(number);
    }
    return true;
  }
  return false;
}

bool read_bool(const std::string& name, const Json& value, Preferences& preferences) {
  for (const BoolMember& m : bool_members) {
    if (name != m.name) continue;
    if (value.is_boolean()) preferences.*m.member = value.get<bool>();
    return true;
  }
  return false;
}

// Empty if there is none.
fs::path path_in(const Json& value) {
  try {
    return path_of_text(value.get_ref<const std::string&>());
  } catch (const std::exception&) {
    return {};
  }
}

std::vector<fs::path> read_files(const Json& value) {
  std::vector<fs::path> files;
  for (const Json& file : value.is_array() ? value : Json::array()) {
    const fs::path path = path_in(file);
    if (path.is_absolute() && files.size() < max_recent_files) files.push_back(path);
  }
  return files;
}

std::vector<Rgb> read_colours(const Json& value) {
  std::vector<Rgb> colours;
  for (const Json& item : value.is_array() ? value : Json::array()) {
    const auto is_channel = [](const Json& c) { return c.is_number() && c.get<double>() >= 0 && c.get<double>() <= 1; };
    if (!item.is_array() || item.size() != 3 || !std::all_of(item.begin(), item.end(), is_channel)) continue;
    if (colours.size() == max_recent_colours) break;
    colours.push_back({item[0].get<float>(), item[1].get<float>(), item[2].get<float>()});
  }
  return colours;
}

bool read_other(const std::string& name, const Json& value, Preferences& preferences) {
  if (name == "recent_files") {
    preferences.recent_files = read_files(value);
  } else if (name == "recent_colours") {
    preferences.recent_colours = read_colours(value);
  } else if (name == "theme") {
    for (const Theme theme : {Theme::dark, Theme::light})
      if (value == theme_name(theme)) preferences.theme = theme;
  } else if (name == "backend") {
    if (value == "auto" || value == "cpu" || value == "cuda") preferences.backend = value.get<std::string>();
  } else if (name == "language") {
    if (const Language* known = value.is_string() ? find_language(value.get<std::string>()) : nullptr)
      preferences.language = known->code;
  } else if (name == "layout") {
    if (value.is_string()) preferences.layout = value.get<std::string>();
  } else if (name == "last_folder") {
    preferences.last_folder = path_in(value);
  } else {
    return false;
  }
  return true;
}

}  // namespace

fs::path preferences_file() {
  return xdg_folder("XDG_CONFIG_HOME", ".config") / "handtint" / "preferences.json";
}

Preferences read_preferences(const fs::path& path) {
  try {
    const Json json = session_json::parse(read_whole_file(path, max_bytes, "a file of preferences"));
    if (!json.is_object()) return {};
    Preferences preferences;
    Json foreign = Json::object();
    for (const auto& [name, value] : json.items()) {
      const bool known = read_float(name, value, preferences) || read_int(name, value, preferences) ||
                         read_bool(name, value, preferences) || read_other(name, value, preferences);
      if (!known) foreign[name] = value;
    }
    if (!foreign.empty()) preferences.foreign = foreign.dump(-1, ' ', false, Json::error_handler_t::replace);
    return preferences;
  } catch (const std::exception&) {
    return {};
  }
}

void write_preferences(const Preferences& preferences, const fs::path& path) {
  Json json = Json::parse(preferences.foreign, nullptr, false);
  if (!json.is_object()) json = Json::object();
  for (const FloatMember& m : float_members) json[m.name] = preferences.*m.member;
  for (const IntMember& m : int_members) json[m.name] = preferences.*m.member;
  for (const BoolMember& m : bool_members) json[m.name] = preferences.*m.member;
  json["theme"] = theme_name(preferences.theme);
  json["backend"] = preferences.backend;
  json["language"] = preferences.language;
  json["layout"] = preferences.layout;
  json["last_folder"] = text_of_path(preferences.last_folder);
  Json& files = json["recent_files"] = Json::array();
  for (const fs::path& file : preferences.recent_files) files.push_back(text_of_path(file));
  Json& colours = json["recent_colours"] = Json::array();
  for (const Rgb& c : preferences.recent_colours) colours.push_back({c.r, c.g, c.b});

  write_own_text_file(path, json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void use_file(Preferences& preferences, const fs::path& path) {
  std::error_code error;
  fs::path full = fs::absolute(path, error).lexically_normal();
  if (error) full = path;
  std::erase(preferences.recent_files, full);
  preferences.recent_files.insert(preferences.recent_files.begin(), full);
  if (preferences.recent_files.size() > max_recent_files) preferences.recent_files.resize(max_recent_files);
}

}  // namespace handtint
