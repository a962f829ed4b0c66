// Which frames are keys, and what of the colours is kept.
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "editor/document/file_reference.h"
#include "editor/files/paths.h"
#include "editor/files/sha256.h"
#include "editor/film/film_colours.h"

namespace handtint {

namespace fs = std::filesystem;

namespace {

constexpr int frames_between_coats = 8;

}  // namespace

std::string name_of_coat(const std::string& network, const CoatSettings& dials) {
  return network + " " + std::to_string(dials.amount) + " " + std::to_string(dials.temperature) + " " +
         std::to_string(dials.variant) + " " + std::to_string(dials.vividness);
}

fs::path work_folder_for(const fs::path& film) {
  fs::path beside = full_path(film);
  if (!beside.has_filename()) beside = beside.parent_path();
  beside += ".work";
  std::error_code error;
  if (fs::is_directory(beside, error) || access(beside.parent_path().c_str(), W_OK) == 0) return beside;
  return xdg_folder("XDG_CACHE_HOME", ".cache") / "handtint" / ("film-" + sha256_of(beside.string()).substr(0, 16));
}

KeyFrames::KeyFrames(const FilmRecipe& recipe, const Shot& shot) : shot_(shot) {
  const FilmKeys& keys = recipe.keys;
  const auto inside = [&](int frame) { return frame >= shot.begin && frame < shot.end; };
  for (const auto* files : {&keys.pictures, &keys.strokes})
    for (const auto& [frame, path] : *files)
      if (inside(frame)) frames_.insert(frame);
  for (const PaintedFrame& key : keys.painted) {
    if (!inside(key.frame)) continue;
    kind_ = Kind::painted;
    frames_.insert(key.frame);
    in_order_.push_back(key.frame);
  }
  if (!keys.prior.empty()) {
    kind_ = Kind::prior;
    frames_ = {shot.begin, shot.end - 1};
  }
  if (!frames_.empty() || !(recipe.reference || (recipe.coat && recipe.coat_dials.on))) return;
  kind_ = Kind::coats;
  for (int n = shot.begin; n < shot.end; n += frames_between_coats) frames_.insert(n);
  frames_.insert(shot.end - 1);
}

float KeyFrames::nearness_of_key_before(int frame) const {
  const auto after = frames_.upper_bound(frame);
  if (after == frames_.begin()) return 0;
  if (after == frames_.end()) return 1;
  const int before = *std::prev(after);
  return static_cast<float>(*after - frame) / static_cast<float>(*after - before);
}

KeyFrames::Neighbours KeyFrames::under(int frame) const {
  Neighbours found;
  for (int key : in_order_) {
    if (key == frame) break;
    if (key < frame && (!found.before || key > *found.before)) found.before = key;
    if (key > frame && (!found.after || key < *found.after)) found.after = key;
  }
  return found;
}

const KeyFrames& KeptColours::keys_at(int frame) const {
  const auto shot =
      std::find_if(keys_.begin(), keys_.end(), [&](const KeyFrames& keys) { return frame < keys.shot().end; });
  return shot == keys_.end() ? keys_.back() : *shot;
}

Chroma KeptColours::chroma_at(int frame) const {
  Carried carried = at(frame);
  const Extent size = survey_.worked;
  return carried.empty() ? Chroma{{size.width, size.height}, {size.width, size.height}} : std::move(carried.colour);
}

Carried KeptColours::at(int frame) const {
  if (keys_.empty()) return {};
  const auto before = work_.fetch(kept::forward, frame), after = work_.fetch(kept::backward, frame);
  const KeyFrames& keys = keys_at(frame);
  const float nearness = keys.kind() == KeyFrames::Kind::prior ? 0.5f : keys.nearness_of_key_before(frame);
  return both(before ? carried_from(*before) : Carried{}, after ? carried_from(*after) : Carried{}, nearness);
}

Carried KeptColours::under(int frame) const {
  if (keys_.empty()) return {};
  const KeyFrames& keys = keys_at(frame);
  if (keys.kind() != KeyFrames::Kind::painted || !keys.at(frame)) return at(frame);
  const auto below = work_.fetch(kept::below, frame);
  return below ? carried_from(*below) : Carried{};
}

std::optional<float> KeptColours::trust(int frame) const {
  const auto before = work_.numbers(kept::forward, frame), after = work_.numbers(kept::backward, frame);
  if (!before && !after) return {};
  return std::max(before ? (*before)[0] : 0, after ? (*after)[0] : 0);
}

}  // namespace handtint
