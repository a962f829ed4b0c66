// What a document holds as JSON members: strokes, settings, coat, palette, and which photo. Internal to
// editor/document.
//
// Where a reader has `foreign`, members that this version does not know are put there; null: they are passed over.
// `base` is the folder that paths are relative to; empty: they are absolute.
#pragma once

#include <filesystem>
#include <string>

#include "editor/document/json_values.h"
#include "editor/document/session.h"

namespace handtint::session_json {

// The members in which `to` differs from `from`; of a default stroke if that is null.
Json stroke_json(const Stroke& to, const Stroke* from = nullptr);
// Reads the members that are there over what the stroke holds.
void read_stroke(const Json& json, const std::string& where, Stroke& stroke);

// An outline: x, y, x, y, ...; null for none.
Json region_json(const std::vector<Point>& region);
std::vector<Point> read_region(const Json& json, const std::string& where);

Json settings_json(const Settings& settings);
void read_settings(const Json& json, const std::string& where, Settings& settings, Json* foreign);

Json coat_json(const FirstCoat& coat, const std::filesystem::path& base);
void read_coat(const Json& json, const std::string& where, const std::filesystem::path& base, FirstCoat& coat,
               Json* foreign);

Json finish_json(const Finish& finish);
Finish read_finish(const Json& json, const std::string& where, Json* foreign);

Json palette_json(const Palette& palette);
Palette read_palette(const Json& json, const std::string& where, Json* foreign);

Json photo_json(const PhotoReference& photo, const std::filesystem::path& base);
PhotoReference read_photo_reference(const Json& json, const std::filesystem::path& base, Json& foreign);

}  // namespace handtint::session_json
