#include "editor/document/state_json.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "editor/files/path_text.h"
#include "solver/tr.h"

namespace handtint::session_json {
namespace {

namespace fs = std::filesystem;

Json points_json(const std::vector<StrokePoint>& points) {
  Json json = Json::array();
  for (const StrokePoint& p : points) {
    for (const float value : {p.x, p.y, p.radius}) json.push_back(number(value));
  }
  return json;
}

Json file_json(const FileReference& file, const fs::path& base) {
  fs::path path = file.path;
  if (!base.empty()) {
    if (const auto relative = path.lexically_relative(base); !relative.empty()) path = relative;
  }
  return {{"path", text_of_path(path)}, {"bytes", file.bytes}, {"sha256", file.sha256}};
}

FileReference read_file_reference(const Json& json, const std::string& where, const fs::path& base, Json& foreign) {
  FileReference file;
  require_object(json, where);
  if (!json.contains("path")) throw BadMember(member(where, "path"), tr("is missing"));
  for (const auto& [name, value] : json.items()) {
    const std::string here = member(where, name);
    if (name == "path") {
      const fs::path path = path_of(value, here);
      file.path = base.empty() ? path : (base / path).lexically_normal();
    } else if (name == "bytes") {
      file.bytes = count_of(value, here, max_id);
    } else if (name == "sha256") {
      file.sha256 = string_of(value, here);
      const bool is_hash =
          file.sha256.size() == 64 && file.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
      if (!file.sha256.empty() && !is_hash) throw BadMember(here, tr("is not a hash of 64 lower-case hex digits"));
    } else {
      foreign[name] = value;
    }
  }
  return file;
}

void read_coat_source(const Json& json, const std::string& where, const fs::path& base, FirstCoat& coat,
                      Json& foreign) {
  require_object(json, where);
  CoatPicture picture;
  bool named = false;
  for (const auto& [name, value] : json.items()) {
    const std::string here = member(where, name);
    if (name == "picture") {
      Json unknown = Json::object();
      picture.file = read_file_reference(value, here, base, unknown);
      if (!unknown.empty()) foreign[name] = std::move(unknown);
      named = true;
    } else if (name == "weight") {
      picture.weight = float_of(value, here);
    } else {
      foreign[name] = value;
    }
  }
  if (named) coat.picture = std::move(picture);
}

CoatReference read_coat_reference(const Json& json, const std::string& where, const fs::path& base, Json& foreign) {
  require_object(json, where);
  CoatReference reference;
  if (!json.contains("picture")) throw BadMember(member(where, "picture"), tr("is missing"));
  for (const auto& [name, value] : json.items()) {
    const std::string here = member(where, name);
    if (name == "picture") {
      Json unknown = Json::object();
      reference.file = read_file_reference(value, here, base, unknown);
      if (!unknown.empty()) foreign[name] = std::move(unknown);
    } else if (name == "mood") {
      reference.mood.amount = float_of(value, here);
    } else if (name == "method") {
      const std::optional<MoodMethod> method = mood_method_from_name(string_of(value, here));
      if (!method) throw BadMember(here, tr("is not one of {1}", {"transport, reinhard"}));
      reference.mood.method = *method;
    } else {
      foreign[name] = value;
    }
  }
  return reference;
}

std::optional<StrokeOrigin> read_origin(const Json& json, const std::string& where) {
  if (json.is_null()) return std::nullopt;
  require_object(json, where);
  for (const char* name : {"frame", "id"})
    if (!json.contains(name)) throw BadMember(member(where, name), tr("is missing"));
  return StrokeOrigin{static_cast<int>(count_of(json["frame"], member(where, "frame"), 1'000'000'000)),
                      count_of(json["id"], member(where, "id"), max_id)};
}

}  // namespace

Json region_json(const std::vector<Point>& region) {
  if (region.empty()) return nullptr;
  Json json = Json::array();
  for (const Point& p : region) {
    for (const float value : {p.x, p.y}) json.push_back(number(value));
  }
  return json;
}

std::vector<Point> read_region(const Json& json, const std::string& where) {
  std::vector<Point> region;
  if (json.is_null()) return region;
  const std::vector<float> values = floats_of(json, where, 2);
  for (std::size_t i = 0; i < values.size(); i += 2) region.push_back({values[i], values[i + 1]});
  if (const std::string problem = validate(std::span<const Point>(region)); !problem.empty())
    throw BadMember(where + ":", problem);
  return region;
}

Json stroke_json(const Stroke& to, const Stroke* from) {
  Json json = Json::object();
  const auto differs = [&](auto value) { return !from || from->*value != to.*value; };
  if (differs(&Stroke::id)) json["id"] = to.id;
  if (differs(&Stroke::kind)) json["kind"] = name_of(to.kind);
  if (from ? from->colour != to.colour : to.kind == StrokeKind::colour || to.colour != Rgb{}) {
    json["colour"] = json_of(to.colour);
  }
  if (from ? from->natural != to.natural : to.natural) json["natural"] = to.natural;
  if (differs(&Stroke::strength)) json["strength"] = number(to.strength);
  if (differs(&Stroke::points)) json["points"] = points_json(to.points);
  if (from ? from->region != to.region : !to.region.empty()) {
    json["region"] = region_json(to.region);
  }
  if (from ? from->frame != to.frame : to.frame.has_value()) json["frame"] = to.frame ? Json(*to.frame) : Json(nullptr);
  if (from ? from->of != to.of : to.of.has_value())
    json["of"] = to.of ? Json{{"frame", to.of->frame}, {"id", to.of->id}} : Json(nullptr);
  if (from ? from->source != to.source : to.source.has_value())
    json["source"] = to.source ? Json{number(to.source->x), number(to.source->y)} : Json(nullptr);
  if (from ? from->thing != to.thing : to.thing != 0) json["thing"] = to.thing;
  if (from ? from->name != to.name : !to.name.empty()) json["name"] = to.name;
  if (from ? from->hidden != to.hidden : to.hidden) json["hidden"] = to.hidden;
  if (differs(&Stroke::foreign)) add_foreign(json, to.foreign);
  return json;
}

void read_stroke(const Json& json, const std::string& where, Stroke& stroke) {
  require_object(json, where);
  Json foreign = Json::object();
  for (const auto& [name, value] : json.items()) {
    const auto here = [&, &name = name] { return member(where, name); };
    if (name == "id") {
      stroke.id = count_of(value, here(), max_id);
    } else if (name == "kind") {
      const std::optional<StrokeKind> kind = stroke_kind_from_name(string_of(value, here()));
      if (!kind) throw BadMember(here(), tr("is not one of {1}", {"colour, neutral, protect, barrier, erase"}));
      stroke.kind = *kind;
    } else if (name == "colour") {
      stroke.colour = rgb_of(value, here());
    } else if (name == "natural") {
      stroke.natural = bool_of(value, here());
    } else if (name == "strength") {
      stroke.strength = float_of(value, here());
    } else if (name == "points") {
      const std::vector<float> values = floats_of(value, here(), 3);
      stroke.points.resize(values.size() / 3);
      for (std::size_t i = 0; i < stroke.points.size(); ++i) {
        stroke.points[i] = {values[3 * i], values[3 * i + 1], values[3 * i + 2]};
      }
    } else if (name == "region") {
      stroke.region = read_region(value, here());
    } else if (name == "frame") {
      stroke.frame.reset();
      if (!value.is_null()) stroke.frame = static_cast<int>(count_of(value, here(), 1'000'000'000));
    } else if (name == "of") {
      stroke.of = read_origin(value, here());
    } else if (name == "source") {
      stroke.source.reset();
      if (value.is_null()) continue;
      const std::vector<float> values = floats_of(value, here(), 2);
      if (values.size() != 2) throw BadMember(here(), tr("is not two numbers"));
      stroke.source = Point{values[0], values[1]};
    } else if (name == "thing") {
      stroke.thing = count_of(value, here(), max_id);
    } else if (name == "name") {
      stroke.name = string_of(value, here());
    } else if (name == "hidden") {
      stroke.hidden = bool_of(value, here());
    } else {
      foreign[name] = value;
    }
  }
  if (!foreign.empty()) stroke.foreign = foreign_text(foreign);
  if (const std::string problem = validate(stroke); !problem.empty()) throw BadMember(where + ":", problem);
}

Json settings_json(const Settings& settings) {
  Json json = {{"model", name_of(settings.model)}, {"preview", settings.preview}};
  for (const Dial& dial : dials()) json[dial.name] = number(settings.*dial.value);
  return json;
}

void read_settings(const Json& json, const std::string& where, Settings& settings, Json* foreign) {
  require_object(json, where);
  for (const auto& [name, value] : json.items()) {
    const auto dial =
        std::find_if(dials().begin(), dials().end(), [&, &name = name](auto& d) { return name == d.name; });
    if (dial != dials().end()) {
      settings.*dial->value = float_of(value, member(where, name));
    } else if (name == "model") {
      const std::optional<Model> model = model_from_name(string_of(value, member(where, name)));
      if (!model) throw BadMember(member(where, name), tr("is not one of {1}", {"full, gtv, membrane, bilaplacian"}));
      settings.model = *model;
    } else if (name == "preview") {
      settings.preview = bool_of(value, member(where, name));
    } else if (foreign) {
      (*foreign)[name] = value;
    }
  }
  if (const std::string problem = validate(settings); !problem.empty()) throw BadMember(where + ":", problem);
}

Json coat_json(const FirstCoat& coat, const fs::path& base) {
  Json json = {{"on", coat.on},
               {"amount", number(coat.dials.amount)},
               {"temperature", number(coat.dials.temperature)},
               {"variant", coat.dials.variant},
               {"vividness", number(coat.dials.vividness)}};
  if (coat.picture) {
    json["source"] = {{"picture", file_json(coat.picture->file, base)}, {"weight", number(coat.picture->weight)}};
  }
  if (coat.reference)
    json["reference"] = {{"picture", file_json(coat.reference->file, base)},
                         {"mood", number(coat.reference->mood.amount)},
                         {"method", name_of(coat.reference->mood.method)}};
  return json;
}

void read_coat(const Json& json, const std::string& where, const fs::path& base, FirstCoat& coat, Json* foreign) {
  require_object(json, where);
  coat.picture.reset();
  coat.reference.reset();
  for (const auto& [name, value] : json.items()) {
    const std::string here = member(where, name);
    if (name == "on") {
      coat.on = bool_of(value, here);
    } else if (name == "amount") {
      coat.dials.amount = float_of(value, here);
    } else if (name == "temperature") {
      coat.dials.temperature = float_of(value, here);
    } else if (name == "vividness") {
      coat.dials.vividness = float_of(value, here);
    } else if (name == "variant") {
      coat.dials.variant = static_cast<std::uint32_t>(count_of(value, here, max_coat_variant));
    } else if (name == "source") {
      Json unknown = Json::object();
      read_coat_source(value, here, base, coat, unknown);
      if (foreign && !unknown.empty()) (*foreign)[name] = std::move(unknown);
    } else if (name == "reference") {
      Json unknown = Json::object();
      coat.reference = read_coat_reference(value, here, base, unknown);
      if (foreign && !unknown.empty()) (*foreign)[name] = std::move(unknown);
    } else if (foreign) {
      (*foreign)[name] = value;
    }
  }
  if (const std::string problem = validate(coat); !problem.empty()) throw BadMember(where + ":", problem);
}

Json finish_json(const Finish& finish) {
  return {{"vividness", number(finish.vividness)}, {"warmth", number(finish.warmth)}};
}

Finish read_finish(const Json& json, const std::string& where, Json* foreign) {
  Finish finish;
  require_object(json, where);
  for (const auto& [name, value] : json.items()) {
    if (name == "vividness") {
      finish.vividness = float_of(value, member(where, name));
    } else if (name == "warmth") {
      finish.warmth = float_of(value, member(where, name));
    } else if (foreign) {
      (*foreign)[name] = value;
    }
  }
  if (const std::string problem = validate(finish); !problem.empty()) throw BadMember(where + ":", problem);
  return finish;
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
        if (!value[i].contains("rgb")) throw BadMember(member(here, "rgb"), tr("is missing"));
        swatch.colour = rgb_of(value[i]["rgb"], member(here, "rgb"));
        palette.swatches.push_back(std::move(swatch));
      }
    } else if (foreign) {
      (*foreign)[name] = value;
    }
  }
  return palette;
}

Json photo_json(const PhotoReference& photo, const fs::path& base) {
  Json json = file_json(photo, base);
  json["width"] = photo.width;
  json["height"] = photo.height;
  if (photo.frame) json["frame"] = *photo.frame;
  return json;
}

PhotoReference read_photo_reference(const Json& json, const fs::path& base, Json& foreign) {
  PhotoReference photo;
  static_cast<FileReference&>(photo) = read_file_reference(json, "photo", base, foreign);
  for (const char* name : {"width", "height"}) {
    const std::string here = member("photo", name);
    if (!json.contains(name)) throw BadMember(here, tr("is missing"));
    const auto size = static_cast<int>(count_of(json[name], here, static_cast<std::uint64_t>(max_photo_pixels)));
    if (size == 0) throw BadMember(here, tr("is zero"));
    (name == std::string_view("width") ? photo.width : photo.height) = size;
    foreign.erase(name);
  }
  if (json.contains("frame")) {
    photo.frame = static_cast<int>(count_of(json["frame"], member("photo", "frame"), 1'000'000'000));
    foreign.erase("frame");
  }
  if (static_cast<std::int64_t>(photo.width) * photo.height > max_photo_pixels) {
    throw BadMember("photo", tr("has more than 100 million pixels"));
  }
  return photo;
}

}  // namespace handtint::session_json
