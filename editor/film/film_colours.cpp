#include "editor/film/film_colours.h"

#include <algorithm>
#include <cstdlib>
#include <future>
#include <utility>

#include "editor/files/sha256.h"
#include "editor/film/carried_strokes.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr float share_of_new_coat = 0.5f;  // against what the coats before it have become
constexpr int frames_between_comparisons = 8;
constexpr float share_of_new_prior = 0.15f;  // of another tool's frame, where the motion is believed

// Strokes of other frames that are seen in another place, colour or firmness here.
std::set<StrokeOrigin> taken_over_by(const DocumentState& state) {
  std::set<StrokeOrigin> taken;
  for (const SharedStroke& stroke : state.strokes)
    if (stroke->of && !stroke->hidden) taken.insert(*stroke->of);
  return taken;
}

// What a painted key comes of: its strokes, and what lies under them.
std::map<int, std::string> origins_of(const FilmRecipe& recipe, const KeyFrames& keys) {
  std::map<int, std::string> origins;
  for (const PaintedFrame& key : recipe.keys.painted) {
    if (!keys.at(key.frame)) continue;
    const auto [before, after] = keys.under(key.frame);
    const std::string coat = recipe.coat && key.state->coat.wanted() ? recipe.coat_name : "none";
    origins[key.frame] = sha256_of(key.identity + "\n" + coat + recipe.compared_by() + "\n" +
                                   (before ? std::to_string(*before) + origins[*before] : "") + "\n" +
                                   (after ? std::to_string(*after) + origins[*after] : ""));
  }
  return origins;
}

// For each kind of work what its frames are made of.
struct Ranges {
  std::vector<MadeOf> forward, backward, painted, below;

  void add(const FilmRecipe& recipe, const KeyFrames& keys) {
    const Shot shot = keys.shot();
    if (keys.kind() != KeyFrames::Kind::painted) {
      const bool refers = recipe.reference && keys.kind() == KeyFrames::Kind::coats;
      const std::string of = sha256_of(recipe.keys.recipe(shot) + "coat " + recipe.coat_name + recipe.compared_by() +
                                       (refers ? recipe.reference->identity() : std::string()));
      forward.push_back({shot.begin, shot.end, of});
      backward.push_back({shot.begin, shot.end, of});
      return;
    }
    const std::map<int, std::string> origins = origins_of(recipe, keys);
    int begin = shot.begin;
    for (auto key = origins.begin(); key != origins.end(); ++key) {
      const auto& [frame, origin] = *key;
      const auto next = std::next(key);
      forward.push_back({frame, next == origins.end() ? shot.end : next->first, origin});
      backward.push_back({begin, frame + 1, origin});
      painted.push_back({frame, frame + 1, origin});
      const auto [before, after] = keys.under(frame);
      std::string under = before ? origins.at(*before) : "none";
      under += after ? origins.at(*after) : "none";
      for (const PaintedFrame& here : recipe.keys.painted)
        if (here.frame == frame)
          for (const StrokeOrigin& taken : taken_over_by(*here.state))
            under.append(" ").append(std::to_string(taken.frame)).append(":").append(std::to_string(taken.id));
      below.push_back({frame, frame + 1, sha256_of(under)});
      begin = frame + 1;
    }
  }
};

}  // namespace

// Carries a shot's colours from its keys, one way and back.
class FilmColours::ShotColours {
 public:
  ShotColours(FilmColours& film, const KeyFrames& keys)
      : recipe_(film.recipe_), survey_(film.survey_), keys_(keys), work_(film.work_), carrier_(*film.carrier_) {}

  // First between the keys, so that whoever waits for frames gets them early.
  bool carry(const KeepGoing& keep_going, const std::function<void(int)>& made) {
    const Shot& shot = keys_.shot();
    if (keys_.empty()) {
      for (int n = shot.begin; n < shot.end; ++n) made(n);
      return true;
    }
    keep_going_ = keep_going;
    for (int key : keys_.in_order())
      if (!work_.has(kept::painted, key) && !make_painted(key)) return false;
    const int first = keys_.first(), last = keys_.last();
    return run({kept::forward, first, 1}, first, last, [](int) {}) &&
           run({kept::backward, last, -1}, last, shot.begin, made) &&
           run({kept::forward, first, 1}, last + 1, shot.end - 1, made);
  }

  // Of what can be made now, what lies nearest. None: nothing is missing, or it was stopped.
  std::optional<int> carry_next(int near, const KeepGoing& keep_going) {
    keep_going_ = keep_going;
    std::optional<Task> best;
    const auto offer = [&](const Task& task) {
      if (!best || std::abs(task.frame - near) < std::abs(best->frame - near)) best = task;
    };
    for (int key : keys_.in_order())
      if (!work_.has(kept::painted, key) && is_ready(key)) offer({nullptr, key, 0});
    const bool painted = keys_.kind() == KeyFrames::Kind::painted;
    bool complete = true;
    for (int n = keys_.first(); n < keys_.shot().end; ++n) {
      if (work_.has(kept::forward, n)) continue;
      complete = false;
      if (can_make(kept::forward, n, 1)) offer({kept::forward, n, 1});
      if (!painted) break;  // each needs the one before
    }
    for (int n = keys_.last(); n >= keys_.shot().begin && (painted || complete); --n) {
      if (work_.has(kept::backward, n)) continue;
      if (can_make(kept::backward, n, -1)) offer({kept::backward, n, -1});
      if (!painted) break;
    }
    if (!best) return {};
    if (!best->kind) return make_painted(best->frame) ? std::optional(best->frame) : std::nullopt;
    std::optional<Carried> state;
    Plane<float> light;
    const int first = best->step > 0 ? keys_.first() : keys_.last();
    return make(best->kind, best->frame, best->step, first, state, light) ? std::optional(best->frame) : std::nullopt;
  }

 private:
  struct Task {
    const char* kind;  // null: a painted key
    int frame, step;
  };

  bool is_ready(int key) const {
    const auto [before, after] = keys_.under(key);
    return (!before || work_.has(kept::painted, *before)) && (!after || work_.has(kept::painted, *after));
  }

  bool can_make(const char* kind, int n, int step) const {
    if (keys_.kind() == KeyFrames::Kind::painted && keys_.at(n)) return work_.has(kept::painted, n);
    return n == (step > 0 ? keys_.first() : keys_.last()) || work_.has(kind, n - step);
  }

  // One way through the shot, or a part of it.
  bool run(const Task& way, int begin, int last, const std::function<void(int)>& made) {
    const auto [kind, first, step] = way;
    std::optional<Carried> state;  // of the frame before n
    Plane<float> light;
    bool anew = false;
    last_ = last;
    ahead_ = {};
    for (int n = begin; n != last + step; n += step) {
      if (!anew && work_.has(kind, n)) {  // an earlier run has made these
        state.reset();
        made(n);
        continue;
      }
      if (!keep_going_()) return false;
      if (!state && n != first && !work_.fetch(kind, n - step)) {
        anew = true;
        n = first - step;
        continue;
      }
      if (!make(kind, n, step, first, state, light)) return false;
      made(n);
    }
    return true;
  }

  // The frame's colours on that way. `state` and `light` are of the frame before, or are fetched; then of this one.
  bool make(const char* kind, int n, int step, int first, std::optional<Carried>& state, Plane<float>& light) {
    Carried here;
    if (keys_.kind() == KeyFrames::Kind::painted && keys_.at(n)) {
      light = light_of(work_, n);
      here = kept_at(kept::painted, n);
    } else {
      if (!state && n != first) {
        state = kept_at(kind, n - step);
        light = light_of(work_, n - step);
      }
      const Plane<float> before = std::exchange(light, light_of(work_, n));
      here = moved(n, step, state.value_or(Carried{}), before, light);
      if (!keys_.at(n)) compare_with_key(key_behind(n, step), kind, n, light, here);
      if (!keep_going_()) return false;
      if (keys_.at(n)) here = step > 0 ? with_key(n, light, here) : with_key_back(n, here);
    }
    const Sheet sheet = sheet_of(here);
    work_.store(kind, n, sheet);
    state = carried_from(sheet);  // as a run that is taken up would find it
    return true;
  }

  Carried kept_at(const char* kind, int n) const {
    const auto sheet = work_.fetch(kind, n);
    if (!sheet) throw FileError(work_.path(), tr("has lost the frame {1}; remove the folder", {std::to_string(n)}));
    return carried_from(*sheet);
  }

  // What the neighbour's colours are on the frame.
  Carried moved(int n, int step, const Carried& neighbour, const Plane<float>& before, const Plane<float>& light) {
    const bool steadying = keys_.kind() == KeyFrames::Kind::prior;
    if (neighbour.empty())
      return steadying ? laid_over({}, prior_of(n), Plane<float>(light.width(), light.height(), 1)) : neighbour;
    const Look look = ahead_.valid() && ahead_of_ == n ? ahead_.get() : look_at(n, step, before, light);
    if (last_ && n != *last_ && recipe_.threads != 1) {  // what needs no colours is done while the solver works
      ahead_of_ = n + step;
      ahead_ = std::async(std::launch::async,
                          [this, n, step, light] { return look_at(n + step, step, light, light_of(work_, n + step)); });
    }
    return steadying ? steadied(neighbour, look, prior_of(n)) : carrier_.step(neighbour, look, light, keep_going_);
  }

  // That a way has come from.
  int key_behind(int n, int step) const {
    const auto after = keys_.frames().upper_bound(n);
    return step > 0 ? *std::prev(after) : *after;
  }

  void compare_with_key(int key, const char* kind, int n, const Plane<float>& light, Carried& here) {
    const bool painted = keys_.kind() == KeyFrames::Kind::painted;
    if (!recipe_.matcher || here.empty() || !(painted || keys_.kind() == KeyFrames::Kind::files)) return;
    if (std::abs(n - key) % frames_between_comparisons != 0 || !keep_going_()) return;
    const Carried shown = kept_at(painted ? kept::painted : kind, key);
    Prior likely = recipe_.matcher->colours_for(light, light_of(work_, key), shown);
    if (keep_going_()) carrier_.decide_again(here, std::move(likely), light, keep_going_);
  }

  Look look_at(int n, int step, const Plane<float>& before, const Plane<float>& light) const {
    return look_along(motion_of(work_, step > 0 ? n : n + 1), before, light, step > 0);
  }

  // --- keys in files, and coats

  Carried with_key(int n, const Plane<float>& light, const Carried& below) {
    if (keys_.kind() == KeyFrames::Kind::prior) return below;
    if (keys_.kind() == KeyFrames::Kind::coats) {
      const Key coat = coat_of(light);
      return laid_over(below, coat.colour,
                       Plane<float>(light.width(), light.height(), below.empty() ? 1 : share_of_new_coat));
    }
    Carried result = below;
    if (const auto picture = recipe_.keys.pictures.find(n); picture != recipe_.keys.pictures.end()) {
      const Key key = picture_key(picture->second, survey_.size, survey_.worked);
      result = laid_over(result, key.colour, key.share);
    }
    if (const auto strokes = recipe_.keys.strokes.find(n); strokes != recipe_.keys.strokes.end()) {
      const Key key =
          stroke_key(strokes->second, light, survey_.size, result, recipe_.coat, recipe_.coat_dials, recipe_.threads);
      result = laid_over(result, key.colour, key.share);
    }
    return result;
  }

  Key coat_of(const Plane<float>& light) {
    const auto light_at = [&](int frame) { return light_of(work_, frame); };
    FilmReference* reference = recipe_.reference.get();
    if (reference && reference->are_for(keys_.shot(), keys_.frames(), light_at))
      return reference->key(light, recipe_.coat_dials, recipe_.threads);
    DocumentState state;
    state.coat = recipe_.coat_dials;
    return frame_key(light, state, recipe_.coat, recipe_.threads);
  }

  // The way back starts from what the way on has made of the frame; of a picture with holes, what comes from later keys
  // shows through them.
  Carried with_key_back(int n, const Carried& below) {
    const FilmKeys& keys = recipe_.keys;
    if (!keys.prior.empty() && !below.empty()) return below;
    if (!below.empty() && keys.pictures.count(n) > 0 && keys.strokes.count(n) == 0) {
      const Key key = picture_key(keys.pictures.at(n), survey_.size, survey_.worked);
      return laid_over(below, key.colour, key.share);
    }
    const auto made = work_.fetch(kept::forward, n);
    return made ? carried_from(*made) : below;
  }

  Chroma prior_of(int n) const {
    return picture_key(recipe_.keys.prior[static_cast<std::size_t>(n)], survey_.size, survey_.worked).colour;
  }

  // The mean along the motion of another tool's colours, the newest with a small share.
  Carried steadied(const Carried& neighbour, const Look& look, const Chroma& prior) const {
    Carried warped;
    warp({&neighbour.colour.a, &neighbour.colour.b}, look, {&warped.colour.a, &warped.colour.b});
    Plane<float> share(prior.width(), prior.height());
    for (std::size_t i = 0; i < share.size(); ++i) share.data()[i] = look.believed.data()[i] ? share_of_new_prior : 1;
    warped.trust = Plane<float>(prior.width(), prior.height(), 1);
    return laid_over(warped, prior, share);
  }

  // --- painted keys

  // What earlier keys bring, from both sides; nothing if there are none.
  bool make_below(int key) {
    const auto [before, after] = keys_.under(key);
    const Carried from_before = before ? brought(*before, key, 1) : Carried{};
    const Carried from_after = after ? brought(*after, key, -1) : Carried{};
    if (!keep_going_()) return false;
    const float nearness =
        before && after ? static_cast<float>(*after - key) / static_cast<float>(*after - *before) : 0.5f;
    Carried below = both(from_before, from_after, nearness);
    if (below.empty()) return true;
    const BroughtStrokes brought = strokes_brought_to(key);
    if (!keep_going_()) return false;
    if (brought.taken_over.empty()) {
      work_.store(kept::below, key, sheet_of(below));
      return true;
    }
    const Plane<float> light = light_of(work_, key);
    const Plane<std::uint8_t> former = former_places(brought, light, survey_.size, below);
    Plane<std::uint8_t> believed(former.width(), former.height());
    Plane<float> again(former.width(), former.height());
    for (std::size_t i = 0; i < former.size(); ++i) {
      believed.data()[i] = former.data()[i] == 0;
      again.data()[i] = former.data()[i];
    }
    carrier_.guess_the_rest(below, believed, light, keep_going_);
    if (!keep_going_()) return false;
    for (std::size_t i = 0; i < former.size(); ++i)
      if (former.data()[i] > 0) below.trust.data()[i] = 0;  // gives way to what is painted here
    Sheet sheet = sheet_of(below);
    sheet.add(again, 1);
    work_.store(kept::below, key, sheet);
    return true;
  }

  // By keys that were begun earlier.
  BroughtStrokes strokes_brought_to(int key) {
    BroughtStrokes brought;
    std::set<StrokeOrigin> taken;
    std::vector<StrokesOfFrame> earlier;
    for (const PaintedFrame& painted : recipe_.keys.painted) {
      if (painted.frame == key) {
        taken = taken_over_by(*painted.state);
        break;
      }
      earlier.push_back({painted.frame, painted.state->strokes});
    }
    if (taken.empty()) return brought;
    const FilmToFollow film{survey_.size, survey_.worked, survey_.shots, [&](int n) { return light_of(work_, n); },
                            [&](int n) { return motion_of(work_, n); }};
    for (const SharedStroke& stroke : StrokeCarrier().on(key, earlier, film, keep_going_))
      (taken.contains(*stroke->of) ? brought.taken_over : brought.others).push_back(stroke);
    return brought;
  }

  bool make_painted(int key) {
    if (!work_.has(kept::below, key) && !make_below(key)) return false;
    const auto kept = work_.fetch(kept::below, key);
    const Carried below = kept ? carried_from(*kept) : Carried{};
    const auto strokes = std::find_if(recipe_.keys.painted.begin(), recipe_.keys.painted.end(),
                                      [&](const PaintedFrame& painted) { return painted.frame == key; });
    Key made = painted_key(*strokes->state, light_of(work_, key), survey_.size, below, recipe_.coat, recipe_.threads);
    if (kept && kept->planes() > 3) {
      const Plane<float> again = kept->plane(3, 1);  // former places are decided on this frame
      for (std::size_t i = 0; i < again.size(); ++i)
        made.share.data()[i] = std::max(made.share.data()[i], again.data()[i]);
    }
    work_.store(kept::painted, key, sheet_of(laid_over(below, made.colour, made.share)));
    return true;
  }

  // From an earlier key to a later one: as far as the next key the frames between have it already.
  Carried brought(int from, int to, int step) {
    const char* kind = step > 0 ? kept::forward : kept::backward;
    int n = from;
    while (n + step != to && !keys_.at(n + step) && work_.has(kind, n + step)) n += step;
    Carried state = kept_at(n == from ? kept::painted : kind, n);
    for (Plane<float> light = light_of(work_, n); n != to && keep_going_();) {
      n += step;
      const Plane<float> before = std::exchange(light, light_of(work_, n));
      Carried here = moved(n, step, state, before, light);
      if (n != to) compare_with_key(from, kind, n, light, here);
      state = carried_from(sheet_of(here));
    }
    return state;
  }

  const FilmRecipe& recipe_;
  const Survey& survey_;
  const KeyFrames& keys_;
  const WorkFolder& work_;
  Carrier& carrier_;
  KeepGoing keep_going_;
  std::optional<int> last_;  // of a run: the frame that it ends with
  std::future<Look> ahead_;  // of that frame
  int ahead_of_ = 0;
};

void FilmColours::begin(FilmRecipe recipe) {
  if (!carrier_ || recipe.threads != recipe_.threads || recipe.draft != recipe_.draft)
    carrier_ = std::make_unique<Carrier>(recipe.threads, recipe.draft);
  recipe_ = std::move(recipe);
  std::vector<KeyFrames> keys;
  Ranges ranges;
  for (const Shot& shot : survey_.shots) {
    keys.emplace_back(recipe_, shot);
    ranges.add(recipe_, keys.back());
  }
  work_.begin(kept::forward, ranges.forward);
  work_.begin(kept::backward, ranges.backward);
  work_.begin(kept::painted, ranges.painted);
  work_.begin(kept::below, ranges.below);
  kept_ = std::make_shared<const KeptColours>(work_, survey_, std::move(keys));
  complete_.assign(survey_.shots.size(), false);
}

bool FilmColours::carry(const Shot& shot, const KeepGoing& keep_going, const std::function<void(int frame)>& made) {
  return ShotColours(*this, kept_->keys_at(shot.begin)).carry(keep_going, made);
}

std::optional<int> FilmColours::carry_next(int near, const KeepGoing& keep_going) {
  const auto distance = [&](std::size_t i) {
    const Shot& shot = survey_.shots[i];
    return std::max({shot.begin - near, near - shot.end + 1, 0});
  };
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < complete_.size(); ++i)
    if (!complete_[i]) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t p, std::size_t q) { return distance(p) < distance(q); });
  for (std::size_t i : order) {
    const KeyFrames& keys = kept_->keys_at(survey_.shots[i].begin);
    if (!keys.empty()) {
      const auto made = ShotColours(*this, keys).carry_next(near, keep_going);
      if (made || !keep_going()) return made;
    }
    complete_[i] = true;
  }
  return {};
}

}  // namespace handtint
