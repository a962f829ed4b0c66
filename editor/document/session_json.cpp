#include "editor/document/session_json.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "editor/document/mask_text.h"
#include "editor/document/state_json.h"
#include "solver/tr.h"

namespace handtint::session_json {
namespace {

// Of the sessions whose settings say a reach: older ones were made while strokes spoke for everything alike.
constexpr int first_with_usual_reach = 4;

StrokeSwap take_swap(const Json& json, const std::string& where, StrokeList& strokes) {
  require_object(json, where);
  constexpr std::uint64_t any_index = 1'000'000'000;
  const auto index_under = [&](const char* name, std::size_t end) {
    const std::uint64_t index = count_of(json[name], member(where, name), any_index);
    if (index >= end) throw DoesNotFit(tr("{1} is beyond the strokes", {member(where, name)}));
    return static_cast<std::size_t>(index);
  };
  const auto new_stroke = [&](const char* name, Stroke stroke) {
    if (!json.contains(name)) throw BadMember(member(where, name), tr("is missing"));
    read_stroke(json[name], member(where, name), stroke);
    if (stroke.id == 0) throw BadMember(member(where, name), tr("has no id"));
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
    throw BadMember(where, tr("has none of insert, remove, change"));
  }
  return swap;
}

Json history_json(const DocumentState& state, ReferenceWriter& references) {
  Json undo = Json::array(), redo = Json::array();
  for (std::size_t i = state.position; i > 0; --i) undo.push_back(step_of(inverted(*state.history[i - 1]), references));
  for (std::size_t i = state.position; i < state.history.size(); ++i)
    redo.push_back(step_of(*state.history[i], references));
  return {{"undo", std::move(undo)}, {"redo", std::move(redo)}};
}

DocumentState without_history(const DocumentState& state) {
  DocumentState walk;
  walk.strokes = state.strokes;
  walk.settings = state.settings;
  walk.coat = state.coat;
  walk.palette = state.palette;
  walk.lasso = state.lasso;
  walk.finish = state.finish;
  walk.imported = state.imported;
  return walk;
}

void read_history(const Json& json, DocumentState& state, ReferenceReader& references, Json& foreign) {
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
      Edit edit = take_step(value[i], item(here, i), walk, references);
      (back ? undo : redo).push_back(std::make_shared<const Edit>(back ? inverted(edit) : std::move(edit)));
    }
  }
  state.position = undo.size();
  state.history.assign(undo.rbegin(), undo.rend());
  state.history.insert(state.history.end(), redo.begin(), redo.end());
}

// Its minor part.
int read_version(const Json& json) {
  if (!json.contains("version")) throw BadMember("version", tr("is missing: this is no Handtint session"));
  const std::string version = string_of(json["version"], "version");
  int major = 0, minor = 0;
  const char* const last = version.data() + version.size();
  const auto [end, error] = std::from_chars(version.data(), last, major);
  if (error != std::errc{} || major < 1) throw BadMember("version", tr("is not a version such as 1.0"));
  if (major > session_major_version) {
    throw BadMember("version",
                    tr("is {1}: the session was written by a newer Handtint; this one reads up to {2}.x. Please "
                       "update Handtint to open it",
                       {version.substr(0, 16), std::to_string(session_major_version)}));
  }
  if (end != last && *end == '.') std::from_chars(end + 1, last, minor);
  return minor;
}

// No id is used twice, every stroke has one, and the next is free.
void settle_ids(DocumentState& state) {
  std::unordered_set<StrokeId> ids;
  for (std::size_t i = 0; i < state.strokes.size(); ++i) {
    const StrokeId id = state.strokes[i]->id;
    if (id != 0 && !ids.insert(id).second)
      throw BadMember(member(item("strokes", i), "id"), tr("is used by two strokes"));
    state.next_id = std::max({state.next_id, id + 1, state.strokes[i]->thing + 1});
  }
  for (SharedStroke& stroke : state.strokes) {
    if (stroke->id != 0) continue;
    Stroke with_id = *stroke;  // hand-written files may leave ids out
    with_id.id = state.next_id++;
    stroke = SharedStroke(std::move(with_id));
  }
}

// The texts of all masks that live.
class PackedMasks {
 public:
  std::shared_ptr<const std::string> find(const ImportedMask& mask) {
    const std::lock_guard lock(mutex_);
    std::erase_if(known_, [](const Known& k) { return k.mask.expired(); });
    for (const Known& k : known_)
      if (k.mask.lock() == mask) return k.text;
    return nullptr;
  }
  void add(const ImportedMask& mask, std::shared_ptr<const std::string> text) {
    const std::lock_guard lock(mutex_);
    known_.push_back({mask, std::move(text)});
  }

 private:
  struct Known {
    std::weak_ptr<const StrokeMask> mask;
    std::shared_ptr<const std::string> text;
  };
  std::mutex mutex_;
  std::vector<Known> known_;
};

PackedMasks& packed_masks() {
  static PackedMasks masks;
  return masks;
}

}  // namespace

Json ReferenceWriter::index_of(const ImportedMask& mask) {
  if (!mask) return nullptr;
  const auto known = std::find(masks_.begin(), masks_.end(), mask);
  const auto index = static_cast<std::size_t>(known - masks_.begin());
  if (known == masks_.end()) masks_.push_back(mask);
  return index;
}

Json ReferenceWriter::table() const {
  Json table = Json::array();
  for (const ImportedMask& mask : masks_) table.push_back(*packed(mask));
  return table;
}

ImportedMask ReferenceReader::at(const Json& index, const std::string& where, const ImportedMask& instead) {
  if (index.is_null()) return nullptr;
  if (!table_) throw BadMember(where, tr("refers to a mask, but there is no list of masks"));
  require_array(*table_, where_);
  const std::uint64_t i = count_of(index, where, 1'000'000);
  if (journal_ && (i >= table_->size() || (*table_)[i].is_null())) return ++lost_, instead;
  if (i >= table_->size()) throw BadMember(where, tr("refers to a mask that is not in the list"));
  if (decoded_.size() < table_->size()) decoded_.resize(table_->size());
  if (!decoded_[i]) {
    const std::string here = item(where_, i);
    pixels_ += static_cast<std::uint64_t>(photo_.width) * static_cast<std::uint64_t>(photo_.height);
    if (pixels_ > (journal_ ? 10 : 1) * max_total_pixels) throw DoesNotFit(tr("its masks are too large together"));
    if (!(*table_)[i].is_string()) throw BadMember(here, tr("is not a text"));
    try {
      decoded_[i] = std::make_shared<const StrokeMask>(
          mask_from_text((*table_)[i].get_ref<const std::string&>(), photo_.width, photo_.height));
    } catch (const std::runtime_error& error) {
      throw BadMember(here, error.what());
    }
  }
  return decoded_[i];
}

std::vector<ImportedMask> masks_of(const DocumentState& state) {
  std::vector<ImportedMask> masks;
  const auto add = [&](const ImportedMask& mask) {
    if (mask && std::find(masks.begin(), masks.end(), mask) == masks.end()) masks.push_back(mask);
  };
  add(state.imported);
  for (const EditPtr& edit : state.history) {
    if (!edit->imported) continue;
    add(edit->imported->before);
    add(edit->imported->after);
  }
  return masks;
}

std::shared_ptr<const std::string> if_packed(const ImportedMask& mask) {
  return packed_masks().find(mask);
}

std::shared_ptr<const std::string> packed(const ImportedMask& mask) {
  if (auto known = if_packed(mask)) return known;
  auto text = std::make_shared<const std::string>(mask_to_text(*mask));
  packed_masks().add(mask, text);
  return text;
}

Json step_of(const Edit& edit, ReferenceWriter& references) {
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
  if (edit.coat) step["coat"] = coat_json(edit.coat->after, references.base());
  if (edit.palette) step["palette"] = palette_json(edit.palette->after);
  if (edit.lasso) step["lasso"] = region_json(edit.lasso->after);
  if (edit.finish) step["finish"] = finish_json(edit.finish->after);
  if (edit.imported) step["imported_mask"] = references.index_of(edit.imported->after);
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
  if (edit.lasso) inverse.lasso = {edit.lasso->after, edit.lasso->before};
  if (edit.finish) inverse.finish = {edit.finish->after, edit.finish->before};
  if (edit.imported) inverse.imported = {edit.imported->after, edit.imported->before};
  return inverse;
}

Edit take_step(const Json& step, const std::string& where, DocumentState& state, ReferenceReader& references) {
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
      read_coat(value, here, references.base(), edit.coat->after, nullptr);
      state.coat = edit.coat->after;
    } else if (name == "palette") {
      edit.palette = {state.palette, read_palette(value, here, nullptr)};
      state.palette = edit.palette->after;
    } else if (name == "lasso") {
      edit.lasso = {state.lasso, read_region(value, here)};
      state.lasso = edit.lasso->after;
    } else if (name == "finish") {
      edit.finish = {state.finish, read_finish(value, here, nullptr)};
      state.finish = edit.finish->after;
    } else if (name == "imported_mask") {
      edit.imported = {state.imported, references.at(value, here, state.imported)};
      state.imported = edit.imported->after;
    } else {
      foreign[name] = value;
    }
  }
  edit.foreign = foreign_text(foreign);
  return edit;
}

Json state_of(const Session& session, ReferenceWriter& references) {
  const DocumentState& state = session.state;
  Json strokes = Json::array();
  for (const SharedStroke& stroke : state.strokes) strokes.push_back(stroke_json(*stroke));
  Json json = {{"version", std::to_string(session_major_version) + "." + std::to_string(session_minor_version)},
               {"photo", photo_json(session.photo, references.base())},
               {"settings", settings_json(state.settings)},
               {"palette", palette_json(state.palette)},
               {"strokes", std::move(strokes)},
               {"next_id", state.next_id},
               {"imported_mask", references.index_of(state.imported)},
               {"history", history_json(state, references)}};
  if (!state.lasso.empty()) json["lasso"] = region_json(state.lasso);
  if (!state.finish.plain()) json["finish"] = finish_json(state.finish);
  if (state.coat != FirstCoat{}) json["coat"] = coat_json(state.coat, references.base());
  add_foreign(json, state.foreign);
  return json;
}

Json session_of(const Session& session, const std::filesystem::path& base) {
  ReferenceWriter references(base);
  Json json = state_of(session, references);
  json["masks"] = references.table();
  return json;
}

static Session read_with(const Json& json, const std::filesystem::path& base, const Json* masks, bool journal) {
  require_object(json, tr("the file"));
  const int minor = read_version(json);
  if (!json.contains("photo"))
    throw BadMember("photo", json.contains("film")
                                 ? tr("is missing: this is the session of a film, for 'handtint film'")
                                 : tr("is missing"));
  Session session;
  DocumentState& state = session.state;
  if (minor < first_with_usual_reach) state.settings.reach = 1;  // it looks as it did
  Json foreign = Json::object();
  const auto keep_inner = [&](const char* name, Json inner) {
    if (!inner.empty()) foreign[name] = std::move(inner);
  };

  Json inner = Json::object();
  session.photo = read_photo_reference(json["photo"], base, inner);
  keep_inner("photo", std::move(inner));
  ReferenceReader references(base, masks, "masks", {session.photo.width, session.photo.height}, journal);

  const Json* history = nullptr;
  for (const auto& [name, value] : json.items()) {
    Json unknown = Json::object();
    if (name == "version" || name == "photo" || name == "masks") {
      continue;
    } else if (name == "settings") {
      read_settings(value, name, state.settings, &unknown);
      keep_inner("settings", std::move(unknown));
    } else if (name == "coat") {
      read_coat(value, name, base, state.coat, &unknown);
      keep_inner("coat", std::move(unknown));
    } else if (name == "finish") {
      state.finish = read_finish(value, name, &unknown);
      keep_inner("finish", std::move(unknown));
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
    } else if (name == "lasso") {
      state.lasso = read_region(value, name);
    } else if (name == "imported_mask") {
      state.imported = references.at(value, name);
    } else if (name == "history") {
      history = &value;
    } else {
      foreign[name] = value;
    }
  }

  settle_ids(state);
  if (history) {
    Json unknown = Json::object();
    try {
      read_history(*history, state, references, unknown);
    } catch (const DoesNotFit& error) {
      state.history.clear();
      state.position = 0;
      session.notes.push_back(tr("The undo history could not be used: {1}", {error.what()}));
    }
    keep_inner("history", std::move(unknown));
  }
  if (references.lost() > 0) session.notes.push_back(tr(lost_mask));
  state.foreign = foreign_text(foreign);
  return session;
}

Session read_session(const Json& json, const std::filesystem::path& base) {
  return read_with(json, base, json.is_object() && json.contains("masks") ? &json["masks"] : nullptr, false);
}

Session read_snapshot(const Json& json, const Json& masks) {
  return read_with(json, {}, &masks, true);
}

}  // namespace handtint::session_json
