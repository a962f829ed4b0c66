// The colours of a film's frames: carried from its keys, kept in its work folder. A shot at once for a film that is
// written, a step at a time, the nearest first, for one that is being painted.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "editor/film/film_keys.h"
#include "editor/film/film_reference.h"
#include "editor/film/key_matcher.h"
#include "editor/film/survey.h"

namespace handtint {

// What says the colours.
struct FilmRecipe {
  FilmKeys keys;
  CoatSource coat;        // of shots without a key; null = they stay grey
  std::string coat_name;  // tells one coat from another
  FirstCoat coat_dials;
  std::shared_ptr<FilmReference> reference;  // for shots without a key, and who makes their coat; null = none
  std::shared_ptr<KeyMatcher> matcher;       // for what a key's colours do not reach; null = none
  bool draft = false;  // colours are worked out at 0.1 megapixels, not 0.26, and guessed by a simpler energy
  int threads = 0;     // 0 = all cores

  std::string compared_by() const { return matcher ? "\n" + matcher->identity() : std::string(); }
};

// Of a network and the dials of its coat, as a recipe's coat_name.
std::string name_of_coat(const std::string& network, const CoatSettings& dials);

// Where the work on a film lies if nobody says otherwise: beside it, or where nothing can be written there in the
// user's cache.
std::filesystem::path work_folder_for(const std::filesystem::path& film);

// The frames of a shot that colours are given for.
class KeyFrames {
 public:
  enum class Kind { files, painted, prior, coats };
  struct Neighbours {
    std::optional<int> before, after;
  };

  KeyFrames(const FilmRecipe& recipe, const Shot& shot);

  const Shot& shot() const { return shot_; }
  Kind kind() const { return kind_; }
  const std::set<int>& frames() const { return frames_; }
  bool at(int frame) const { return frames_.count(frame) > 0; }
  bool empty() const { return frames_.empty(); }
  int first() const { return *frames_.begin(); }
  int last() const { return *frames_.rbegin(); }
  // 1 at the key before, 0 at the key after, even steps between.
  float nearness_of_key_before(int frame) const;

  // Of painted keys: in the order in which they were begun, and the nearest to one that were begun earlier.
  const std::vector<int>& in_order() const { return in_order_; }
  Neighbours under(int frame) const;

 private:
  Shot shot_;
  Kind kind_ = Kind::files;
  std::set<int> frames_;
  std::vector<int> in_order_;
};

// What there is of the colours by now. A copy may be read on another thread while more are made.
class KeptColours {
 public:
  KeptColours(WorkFolder work, Survey survey, std::vector<KeyFrames> keys)
      : work_(std::move(work)), survey_(std::move(survey)), keys_(std::move(keys)) {}

  const Survey& survey() const { return survey_; }
  const WorkFolder& work() const { return work_; }
  const KeyFrames& keys_at(int frame) const;  // of its shot
  // A frame that no colours have reached yet has none: empty.
  Carried at(int frame) const;
  Chroma chroma_at(int frame) const;  // the same to be written: grey where there are none
  // What lies under the strokes of a painted key; of any other frame its colours.
  Carried under(int frame) const;
  // Of the colours, 0..1; none: there are none.
  std::optional<float> trust(int frame) const;

 private:
  WorkFolder work_;
  Survey survey_;
  std::vector<KeyFrames> keys_;  // of each shot
};

class FilmColours {
 public:
  using KeepGoing = std::function<bool()>;

  FilmColours(const WorkFolder& work, Survey survey) : work_(work), survey_(std::move(survey)) {}

  // From now on these keys. What others have made, and these would make the same, stays. Throws FileError.
  void begin(FilmRecipe recipe);

  // From now on cut so; what the shots that are as before have stays.
  void cut(std::vector<Shot> shots) {
    survey_.shots = std::move(shots);
    if (kept_) begin(recipe_);
  }

  // All of a shot. `made`: is told of each frame when its colours stay as they are. False if stopped. Throws FileError,
  // and what render() throws.
  bool carry(
      const Shot& shot, const KeepGoing& keep_going, const std::function<void(int frame)>& made = [](int) {});

  // Makes what is missing nearest to a frame. Gives the frame; none: nothing is missing, or it was stopped.
  std::optional<int> carry_next(int near, const KeepGoing& keep_going);

  const std::shared_ptr<const KeptColours>& kept() const { return kept_; }

 private:
  class ShotColours;

  WorkFolder work_;
  Survey survey_;
  FilmRecipe recipe_;
  std::unique_ptr<Carrier> carrier_;
  std::shared_ptr<const KeptColours> kept_;
  std::vector<bool> complete_;  // of each shot
};

}  // namespace handtint
