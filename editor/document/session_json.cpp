#include "editor/document/session_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <unordered_set>

#include "editor/document/mask_text.h"

namespace handtint::session_json {
namespace {

constexpr int max_nesting = 64;
constexpr std::uint64_t max_id = std::uint64_t{1} << 53;  // what every JSON reader holds exactly

std::string member(const std::string& where, const std::string& name) {
  return where.empty() ? name : where + "." + name;
}
std::string item(const std::string& where, std::size_t index) {
  return where + "[" + std::to_string(index) + "]";
}

// --- Reading single values

const Json& require_object(const Json& json, const std::string& where) {
  if (!json.is_object()) throw BadMember(where, "is not an object");
  return json;
}
const Json& require_array(const Json& json, const std::string& where) {
  if (!json.is_array()) throw BadMember(where, "is not an array");
  return json;
}

bool read_float(const Json& json, float& value) {
  if (!json.is_number()) return false;
  const double number = json.get<double>();
  if (!(std::abs(number) <= std::numeric_limits<float>::max())) return false;
  value = static_cast<float>(number);
  return true;
}
float float_of(const Json& json, const std::string& where) {
  float value = 0;
  if (!read_float(json, value)) throw BadMember(where, "is not a number within the range of floats");
  return value;
}
std::uint64_t count_of(const Json& json, const std::string& where, std::uint64_t largest) {
  if (!json.is_number_unsigned() || json.get<std::uint64_t>() > largest) {
    throw BadMember(where, "is not a whole number from 0 to " + std::to_string(largest));
  }
  return json.get<std::uint64_t>();
}
std::string string_of(const Json& json, const std::string& where) {
  if (!json.is_string()) throw BadMember(where, "is not a text");
  return json.get<std::string>();
}
bool bool_of(const Json& json, const std::string& where) {
  if (!json.is_boolean()) throw BadMember(where, "is neither true nor false");
  return json.get<bool>();
}

// Flat list of numbers, `group` per item.
std::vector<float> floats_of(const Json& json, const std::string& where, std::size_t group) {
  require_array(json, where);
  if (json.size() % group != 0) throw BadMember(where, "does not hold " + std::to_string(group) + " numbers per point");
  if (json.size() / group > max_points_per_stroke) throw BadMember(where, "holds more than 1000000 points");
  std::vector<float> values(json.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!read_float(json[i], values[i])) throw BadMember(item(where, i), "is not a number within the range of floats");
  }
  return values;
}

Rgb rgb_of(const Json& json, const std::string& where) {
  require_array(json, where);
  if (json.size() != 3) throw BadMember(where, "is not a list of three numbers");
  const Rgb colour{float_of(json[0], item(where, 0)), float_of(json[1], item(where, 1)),
                   float_of(json[2], item(where, 2))};
  for (const float channel : {colour.r, colour.g, colour.b}) {
    if (!(channel >= 0 && channel <= 1)) throw BadMember(where, "has a channel outside 0 .. 1");
  }
  return colour;
}
Json json_of(Rgb colour) {
  return {number(colour.r), number(colour.g), number(colour.b)};
}

// --- Members that this version does not know

std::string foreign_text(const Json& foreign) {
  return foreign.empty() ? std::string() : text_of(foreign);
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

void add_foreign(Json& into, const std::string& foreign) {
  if (foreign.empty()) return;
  const Json kept = Json::parse(foreign, nullptr, false);
  if (kept.is_object()) add_missing(into, kept);
}

// --- Strokes

Json points_json(const std::vector<StrokePoint>& points) {
  Json json = Json::array();
  for (const StrokePoint& p : points) {
    for (const float value : {p.x, p.y, p.radius}) json.push_back(number(value));
  }
  return json;
}
Json region_json(const std::vector<Point>& region) {
  Json json = Json::array();
  for (const Point& p : region) {
    for (const float value : {p.x, p.y}) json.push_back(number(value));
  }
  return json;
}

bool same(Rgb p, Rgb q) {
  return p.r == q.r && p.g == q.g && p.b == q.b;
}

// The members in which `to` differs from `from`; of a default stroke if that is null.
Json stroke_json(const Stroke& to, const Stroke* from = nullptr) {
  Json json = Json::object();
  const auto differs = [&](auto value) { return !from || from->*value != to.*value; };
  if (differs(&Stroke::id)) json["id"] = to.id;
  if (differs(&Stroke::kind)) json["kind"] = name_of(to.kind);
  if (from ? !same(from->colour, to.colour) : to.kind == StrokeKind::colour || !same(to.colour, {})) {
    json["colour"] = json_of(to.colour);
  }
  if (differs(&Stroke::strength)) json["strength"] = number(to.strength);
  if (differs(&Stroke::points)) json["points"] = points_json(to.points);
  if (from ? from->region != to.region : !to.region.empty()) {
    json["region"] = to.region.empty() ? Json(nullptr) : region_json(to.region);
  }
  if (from ? from->frame != to.frame : to.frame.has_value()) json["frame"] = to.frame ? Json(*to.frame) : Json(nullptr);
  if (differs(&Stroke::foreign)) add_foreign(json, to.foreign);
  return json;
}

// Reads the members that are there over what the stroke holds.
void read_stroke(const Json& json, const std::string& where, Stroke& stroke) {
  require_object(json, where);
  Json foreign = Json::object();
  for (const auto& [name, value] : json.items()) {
    const auto here = [&, &name = name] { return member(where, name); };
    if (name == "id") {
      stroke.id = count_of(value, here(), max_id);
    } else if (name == "kind") {
      const std::optional<StrokeKind> kind = stroke_kind_from_name(string_of(value, here()));
      if (!kind) throw BadMember(here(), "is not one of colour, neutral, protect, barrier, erase");
      stroke.kind = *kind;
    } else if (name == "colour") {
      stroke.colour = rgb_of(value, here());
    } else if (name == "strength") {
      stroke.strength = float_of(value, here());
    } else if (name == "points") {
      const std::vector<float> values = floats_of(value, here(), 3);
      stroke.points.resize(values.size() / 3);
      for (std::size_t i = 0; i < stroke.points.size(); ++i) {
        stroke.points[i] = {values[3 * i], values[3 * i + 1], values[3 * i + 2]};
      }
    } else if (name == "region") {
      stroke.region.clear();
      if (value.is_null()) continue;
      const std::vector<float> values = floats_of(value, here(), 2);
      for (std::size_t i = 0; i < values.size(); i += 2) stroke.region.push_back({values[i], values[i + 1]});
    } else if (name == "frame") {
      stroke.frame.reset();
      if (!value.is_null()) stroke.frame = static_cast<int>(count_of(value, here(), 1'000'000'000));
    } else {
      foreign[name] = value;
    }
  }
  if (!foreign.empty()) stroke.foreign = foreign_text(foreign);
  if (const std::string problem = validate(stroke); !problem.empty()) throw BadMember(where + ":", problem);
}

// --- Settings, coat, palette, photo

Json settings_json(const Settings& s) {
  return {{"model", name_of(s.model)},
          {"smoothness", number(s.smoothness)},
          {"edge", number(s.edge)},
          {"exponent", number(s.exponent)},
          {"strength", number(s.strength)},
          {"affinity", number(s.affinity)},
          {"neutral_pull", number(s.neutral_pull)},
          {"preview", s.preview}};
}

void read_settings(const Json& json, const std::string& where, Settings& settings, Json* foreign) {
  const std::array<std::pair<const char*, float Settings::*>, 6> numbers{{{"smoothness", &Settings::smoothness},
                                                                          {"edge", &Settings::edge},
                                                                          {"exponent", &Settings::exponent},
                                                                          {"strength", &Settings::strength},
                                                                          {"affinity", &Settings::affinity},
                                                                          {"neutral_pull", &Settings::neutral_pull}}};
  require_object(json, where);
  for (const auto& [name, value] : json.items()) {
    const auto known =
        std::find_if(numbers.begin(), numbers.end(), [&, &name = name](auto& n) { return name == n.first; });
    if (known != numbers.end()) {
      settings.*(known->second) = float_of(value, member(where, name));
    } else if (name == "model") {
      const std::optional<Model> model = model_from_name(string_of(value, member(where, name)));
      if (!model) throw BadMember(member(where, name), "is not one of full, gtv, membrane, bilaplacian");
      settings.model = *model;
    } else if (name == "preview") {
      settings.preview = bool_of(value, member(where, name));
    } else if (foreign) {
      (*foreign)[name] = value;
    }
  }
  if (const std::string problem = validate(settings); !problem.empty()) throw BadMember(where + ":", problem);
}

Json coat_json(const FirstCoat& coat) {
  return {{"on", coat.on},
          {"amount", number(coat.dials.amount)},
          {"temperature", number(coat.dials.temperature)},
          {"variant", coat.dials.variant}};
}

void read_coat(const Json& json, const std::string& where, FirstCoat& coat, Json* foreign) {
  require_object(json, where);
  for (const auto& [name, value] : json.items()) {
    const std::string here = member(where, name);
    if (name == "on") {
      coat.on = bool_of(value, here);
    } else if (name == "amount") {
      coat.dials.amount = float_of(value, here);
    } else if (name == "temperature") {
      coat.dials.temperature = float_of(value, here);
    } else if (name == "variant") {
      coat.dials.variant = static_cast<std::uint32_t>(count_of(value, here, max_coat_variant));
    } else if (foreign) {
      (*foreign)[name] = value;
    }
  }
  if (const std::string problem = validate(coat); !problem.empty()) throw BadMember(where + ":", problem);
}

Json palette_json(const Palette& palette) {
  Json colours = Json::array();
  for (const Swatch& swatch : palette.swatches)
    colours.push_back({{"name", swatch.name}, {"rgb", json_of(swatch.colour)}});
  return {{"name", palette.name}, {"colours", std::move(colours)}};
}

Palette read_palette(const Json& json, const std::string& where, Json* foreign) {
  Palette palette;
  require_object(json, where);
  for (const auto& [name, value] : json.items()) {
    if (name == "name") {
      palette.name = string_of(value, member(where, name));
    } else if (name == "colours") {
      require_array(value, member(where, name));
      for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string here = item(member(where, name), i);
        require_object(value[i], here);
        Swatch swatch;
        if (value[i].contains("name")) swatch.name = string_of(value[i]["name"], member(here, "name"));
        if (!value[i].contains("rgb")) throw BadMember(member(here, "rgb"), "is missing");
        swatch.colour = rgb_of(value[i]["rgb"], member(here, "rgb"));
        palette.swatches.push_back(std::move(swatch));
      }
    } else if (foreign) {
      (*foreign)[name] = value;
    }
  }
  return palette;
}

Json photo_json(const PhotoReference& photo, const std::filesystem::path& base) {
  std::filesystem::path path = photo.path;
  if (!base.empty()) {
    if (const auto relative = path.lexically_relative(base); !relative.empty()) path = relative;
  }
  return {{"path", path.generic_string()},
          {"width", photo.width},
          {"height", photo.height},
          {"bytes", photo.bytes},
          {"sha256", photo.sha256}};
}

PhotoReference read_photo_reference(const Json& json, const std::filesystem::path& base, Json& foreign) {
  PhotoReference photo;
  require_object(json, "photo");
  for (const char* required : {"path", "width", "height"}) {
    if (!json.contains(required)) throw BadMember(member("photo", required), "is missing");
  }
  for (const auto& [name, value] : json.items()) {
    const std::string here = member("photo", name);
    if (name == "path") {
      const std::string path = string_of(value, here);
      if (path.empty() || path.find('\0') != std::string::npos) throw BadMember(here, "is not a file name");
      photo.path = base.empty() ? std::filesystem::path(path) : (base / path).lexically_normal();
    } else if (name == "width" || name == "height") {
      const auto size = static_cast<int>(count_of(value, here, static_cast<std::uint64_t>(max_photo_pixels)));
      if (size == 0) throw BadMember(here, "is zero");
      (name == "width" ? photo.width : photo.height) = size;
    } else if (name == "bytes") {
      photo.bytes = count_of(value, here, max_id);
    } else if (name == "sha256") {
      photo.sha256 = string_of(value, here);
      const bool is_hash =
          photo.sha256.size() == 64 && photo.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
      if (!photo.sha256.empty() && !is_hash) throw BadMember(here, "is not a hash of 64 lower-case hex digits");
    } else {
      foreign[name] = value;
    }
  }
  if (static_cast<std::int64_t>(photo.width) * photo.height > max_photo_pixels) {
    throw BadMember("photo", "has more than 100 million pixels");
  }
  return photo;
}

// --- History

Json history_json(const DocumentState& state, MaskWriter& masks) {
  Json undo = Json::array(), redo = Json::array();
  for (std::size_t i = state.position; i > 0; --i) undo.push_back(step_of(inverted(*state.history[i - 1]), masks));
  for (std::size_t i = state.position; i < state.history.size(); ++i) redo.push_back(step_of(*state.history[i], masks));
  return {{"undo", std::move(undo)}, {"redo", std::move(redo)}};
}

DocumentState without_history(const DocumentState& state) {
  DocumentState walk;
  walk.strokes = state.strokes;
  walk.settings = state.settings;
  walk.coat = state.coat;
  walk.palette = state.palette;
  walk.imported = state.imported;
  return walk;
}

void read_history(const Json& json, DocumentState& state, MaskReader& masks, Json& foreign) {
  require_object(json, "history");
  std::vector<EditPtr> undo, redo;
  for (const auto& [name, value] : json.items()) {
    const bool back = name == "undo";
    if (!back && name != "redo") {
      foreign[name] = value;
      continue;
    }
    const std::string here = member("history", name);
    require_array(value, here);
    DocumentState walk = without_history(state);
    for (std::size_t i = 0; i < value.size(); ++i) {
      Edit edit = take_step(value[i], item(here, i), walk, masks);
      (back ? undo : redo).push_back(std::make_shared<const Edit>(back ? inverted(edit) : std::move(edit)));
    }
  }
  state.position = undo.size();
  state.history.assign(undo.rbegin(), undo.rend());
  state.history.insert(state.history.end(), redo.begin(), redo.end());
}

void read_version(const Json& json) {
  if (!json.contains("version")) throw BadMember("version", "is missing: this is no Handtint session");
  const std::string version = string_of(json["version"], "version");
  int major = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), major);
  if (error != std::errc{} || major < 1) throw BadMember("version", "is not a version such as 1.0");
  if (major > session_major_version) {
    throw BadMember("version", "is " + version.substr(0, 16) +
                                   ": the session was written by a newer Handtint; this one reads up to " +
                                   std::to_string(session_major_version) + ".x. Please update Handtint to open it");
  }
}

}  // namespace

Json parse(std::string_view text) {
  // The parser itself does not recurse, but whoever walks the result does.
  int nesting = 0;
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
      if (++nesting > max_nesting) throw BadMember("the file", "is nested deeper than 64 levels");
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
    throw BadMember("the file", "is not valid JSON: " + message);
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

Json MaskWriter::index_of(const ImportedMask& mask) {
  if (!mask) return nullptr;
  const auto known = std::find(masks_.begin(), masks_.end(), mask);
  const auto index = static_cast<std::size_t>(known - masks_.begin());
  if (known == masks_.end()) masks_.push_back(mask);
  return index;
}

Json MaskWriter::table() const {
  Json table = Json::array();
  for (const ImportedMask& mask : masks_) table.push_back(mask_to_text(*mask));
  return table;
}

ImportedMask MaskReader::at(const Json& index, const std::string& where) {
  if (index.is_null()) return nullptr;
  if (!table_) throw BadMember(where, "refers to a mask, but there is no list of masks");
  require_array(*table_, where_);
  const std::uint64_t i = count_of(index, where, 1'000'000);
  if (i >= table_->size()) throw BadMember(where, "refers to a mask that is not in the list");
  if (decoded_.size() < table_->size()) decoded_.resize(table_->size());
  if (!decoded_[i]) {
    const std::string here = item(where_, i);
    pixels_ += static_cast<std::uint64_t>(width_) * static_cast<std::uint64_t>(height_);
    if (pixels_ > max_total_pixels) throw DoesNotFit("its masks are too large together");
    if (!(*table_)[i].is_string()) throw BadMember(here, "is not a text");
    try {
      decoded_[i] = std::make_shared<const StrokeMask>(
          mask_from_text((*table_)[i].get_ref<const std::string&>(), width_, height_));
    } catch (const std::runtime_error& error) {
      throw BadMember(here, error.what());
    }
  }
  return decoded_[i];
}

Json step_of(const Edit& edit, MaskWriter& masks) {
  Json step = {{"label", edit.label}};
  if (!edit.strokes.empty()) {
    Json& strokes = step["strokes"] = Json::array();
    for (const StrokeSwap& swap : edit.strokes) {
      if (swap.before && swap.after) {
        strokes.push_back({{"change", swap.index}, {"to", stroke_json(**swap.after, &**swap.before)}});
      } else if (swap.after) {
        strokes.push_back({{"insert", swap.index}, {"stroke", stroke_json(**swap.after)}});
      } else if (swap.before) {
        strokes.push_back({{"remove", swap.index}});
      }
    }
  }
  if (edit.settings) step["settings"] = settings_json(edit.settings->after);
  if (edit.coat) step["coat"] = coat_json(edit.coat->after);
  if (edit.palette) step["palette"] = palette_json(edit.palette->after);
  if (edit.imported) step["imported_mask"] = masks.index_of(edit.imported->after);
  add_foreign(step, edit.foreign);
  return step;
}

Edit inverted(const Edit& edit) {
  Edit inverse{.label = edit.label, .foreign = edit.foreign};
  for (auto swap = edit.strokes.rbegin(); swap != edit.strokes.rend(); ++swap) {
    inverse.strokes.push_back({swap->index, swap->after, swap->before});
  }
  if (edit.settings) inverse.settings = {edit.settings->after, edit.settings->before};
  if (edit.coat) inverse.coat = {edit.coat->after, edit.coat->before};
  if (edit.palette) inverse.palette = {edit.palette->after, edit.palette->before};
  if (edit.imported) inverse.imported = {edit.imported->after, edit.imported->before};
  return inverse;
}

namespace {

StrokeSwap take_swap(const Json& json, const std::string& where, StrokeList& strokes) {
  require_object(json, where);
  constexpr std::uint64_t any_index = 1'000'000'000;
  const auto index_under = [&](const char* name, std::size_t end) {
    const std::uint64_t index = count_of(json[name], member(where, name), any_index);
    if (index >= end) throw DoesNotFit(member(where, name) + " is beyond the strokes");
    return static_cast<std::size_t>(index);
  };
  const auto new_stroke = [&](const char* name, Stroke stroke) {
    if (!json.contains(name)) throw BadMember(member(where, name), "is missing");
    read_stroke(json[name], member(where, name), stroke);
    if (stroke.id == 0) throw BadMember(member(where, name), "has no id");
    return SharedStroke(std::move(stroke));
  };
  StrokeSwap swap{0, std::nullopt, std::nullopt};
  if (json.contains("insert")) {
    swap.index = index_under("insert", strokes.size() + 1);
    swap.after = new_stroke("stroke", {});
    strokes.insert(strokes.begin() + static_cast<std::ptrdiff_t>(swap.index), *swap.after);
  } else if (json.contains("remove")) {
    swap.index = index_under("remove", strokes.size());
    swap.before = strokes[swap.index];
    strokes.erase(strokes.begin() + static_cast<std::ptrdiff_t>(swap.index));
  } else if (json.contains("change")) {
    swap.index = index_under("change", strokes.size());
    swap.before = strokes[swap.index];
    swap.after = new_stroke("to", **swap.before);
    strokes[swap.index] = *swap.after;
  } else {
    throw BadMember(where, "has none of insert, remove, change");
  }
  return swap;
}

}  // namespace

Edit take_step(const Json& step, const std::string& where, DocumentState& state, MaskReader& masks) {
  Edit edit;
  Json foreign = Json::object();
  require_object(step, where);
  for (const auto& [name, value] : step.items()) {
    const std::string here = member(where, name);
    if (name == "label") {
      edit.label = string_of(value, here);
    } else if (name == "strokes") {
      require_array(value, here);
      for (std::size_t i = 0; i < value.size(); ++i)
        edit.strokes.push_back(take_swap(value[i], item(here, i), state.strokes));
    } else if (name == "settings") {
      edit.settings = {state.settings, state.settings};
      read_settings(value, here, edit.settings->after, nullptr);
      state.settings = edit.settings->after;
    } else if (name == "coat") {
      edit.coat = {state.coat, state.coat};
      read_coat(value, here, edit.coat->after, nullptr);
      state.coat = edit.coat->after;
    } else if (name == "palette") {
      edit.palette = {state.palette, read_palette(value, here, nullptr)};
      state.palette = edit.palette->after;
    } else if (name == "imported_mask") {
      edit.imported = {state.imported, masks.at(value, here)};
      state.imported = edit.imported->after;
    } else {
      foreign[name] = value;
    }
  }
  edit.foreign = foreign_text(foreign);
  return edit;
}

Json session_of(const Session& session, const std::filesystem::path& base) {
  const DocumentState& state = session.state;
  MaskWriter masks;
  Json strokes = Json::array();
  for (const SharedStroke& stroke : state.strokes) strokes.push_back(stroke_json(*stroke));
  Json json = {{"version", std::to_string(session_major_version) + "." + std::to_string(session_minor_version)},
               {"photo", photo_json(session.photo, base)},
               {"settings", settings_json(state.settings)},
               {"palette", palette_json(state.palette)},
               {"strokes", std::move(strokes)},
               {"next_id", state.next_id},
               {"imported_mask", masks.index_of(state.imported)},
               {"history", history_json(state, masks)}};
  json["masks"] = masks.table();
  if (state.coat != FirstCoat{}) json["coat"] = coat_json(state.coat);
  add_foreign(json, state.foreign);
  return json;
}

Session read_session(const Json& json, const std::filesystem::path& base) {
  require_object(json, "the file");
  read_version(json);
  if (!json.contains("photo")) throw BadMember("photo", "is missing");
  Session session;
  DocumentState& state = session.state;
  Json foreign = Json::object();
  const auto keep_inner = [&](const char* name, Json inner) {
    if (!inner.empty()) foreign[name] = std::move(inner);
  };

  Json inner = Json::object();
  session.photo = read_photo_reference(json["photo"], base, inner);
  keep_inner("photo", std::move(inner));
  MaskReader masks(json.contains("masks") ? &json["masks"] : nullptr, "masks", session.photo.width,
                   session.photo.height);

  const Json* history = nullptr;
  for (const auto& [name, value] : json.items()) {
    Json unknown = Json::object();
    if (name == "version" || name == "photo" || name == "masks") {
      continue;
    } else if (name == "settings") {
      read_settings(value, name, state.settings, &unknown);
      keep_inner("settings", std::move(unknown));
    } else if (name == "coat") {
      read_coat(value, name, state.coat, &unknown);
      keep_inner("coat", std::move(unknown));
    } else if (name == "palette") {
      state.palette = read_palette(value, name, &unknown);
      keep_inner("palette", std::move(unknown));
    } else if (name == "strokes") {
      require_array(value, name);
      for (std::size_t i = 0; i < value.size(); ++i) {
        Stroke stroke;
        read_stroke(value[i], item(name, i), stroke);
        state.strokes.push_back(SharedStroke(std::move(stroke)));
      }
    } else if (name == "next_id") {
      state.next_id = std::max<StrokeId>(1, count_of(value, name, max_id));
    } else if (name == "imported_mask") {
      state.imported = masks.at(value, name);
    } else if (name == "history") {
      history = &value;
    } else {
      foreign[name] = value;
    }
  }

  std::unordered_set<StrokeId> ids;
  for (std::size_t i = 0; i < state.strokes.size(); ++i) {
    const StrokeId id = state.strokes[i]->id;
    if (id != 0 && !ids.insert(id).second) throw BadMember(member(item("strokes", i), "id"), "is used by two strokes");
    state.next_id = std::max(state.next_id, id + 1);
  }
  for (SharedStroke& stroke : state.strokes) {
    if (stroke->id != 0) continue;
    Stroke with_id = *stroke;  // hand-written files may leave ids out
    with_id.id = state.next_id++;
    stroke = SharedStroke(std::move(with_id));
  }

  if (history) {
    Json unknown = Json::object();
    try {
      read_history(*history, state, masks, unknown);
    } catch (const DoesNotFit& error) {
      state.history.clear();
      state.position = 0;
      session.notes.push_back(std::string("The undo history could not be used: ") + error.what());
    }
    keep_inner("history", std::move(unknown));
  }
  state.foreign = foreign_text(foreign);
  return session;
}

}  // namespace handtint::session_json
