#include "editor/film/colour_film.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "editor/film/film_reader.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr double full_pixels = 260e3, draft_pixels = 100e3;
constexpr int frames_between_coats = 8;
constexpr float share_of_new_coat = 0.5f;    // against what the coats before it have become
constexpr float share_of_new_prior = 0.15f;  // of another tool's frame, where the motion is believed

// The frames of a shot that colours are given for.
class KeysOfShot {
 public:
  KeysOfShot(const FilmJob& job, const Shot& shot) : job_(job), shot_(shot) {
    const auto take = [&](const std::map<int, fs::path>& keys) {
      for (const auto& [frame, path] : keys)
        if (frame >= shot.begin && frame < shot.end) frames_.insert(frame);
    };
    take(job.keys.pictures);
    take(job.keys.strokes);
    if (!job.keys.prior.empty()) frames_ = {shot.begin, shot.end - 1};
    coats_ = frames_.empty() && job.coat != nullptr;
    if (!coats_) return;
    for (int n = shot.begin; n < shot.end; n += frames_between_coats) frames_.insert(n);
    frames_.insert(shot.end - 1);
  }

  bool coats() const { return coats_; }
  bool at(int frame) const { return frames_.count(frame) > 0; }
  bool picture_at(int frame) const { return job_.keys.pictures.count(frame) > 0; }
  bool empty() const { return frames_.empty(); }
  int first() const { return *frames_.begin(); }
  int last() const { return *frames_.rbegin(); }

  // 1 at the key before, 0 at the key after, even steps between.
  float nearness_of_key_before(int frame) const {
    const auto after = frames_.upper_bound(frame);
    if (after == frames_.begin()) return 0;
    if (after == frames_.end()) return 1;
    const int before = *std::prev(after);
    return static_cast<float>(*after - frame) / static_cast<float>(*after - before);
  }

 private:
  const FilmJob& job_;
  Shot shot_;
  std::set<int> frames_;
  bool coats_ = false;
};

// Carries a shot's colours from its keys, one way and back.
class ShotColours {
 public:
  ShotColours(const FilmJob& job, const Survey& survey, const Shot& shot, const WorkFolder& work,
              std::function<bool()> keep_going)
      : job_(job),
        survey_(survey),
        shot_(shot),
        keys_(job, shot),
        work_(work),
        carrier_(job.threads),
        keep_going_(std::move(keep_going)) {}

  // False if stopped.
  bool carry() {
    if (keys_.empty()) return true;
    return run(kept::forward, keys_.first(), shot_.end - 1, 1) && run(kept::backward, keys_.last(), shot_.begin, -1);
  }

 private:
  bool run(const char* kind, int first, int last, int step) {
    const bool on = step > 0;
    int n = first;
    while (n != last + step && work_.has(kind, n)) n += step;  // an earlier run has made these
    if (n == last + step) return true;
    Carried state;
    Plane<float> light;
    if (const auto kept = n != first ? work_.fetch(kind, n - step) : std::nullopt) {
      state = carried_from(*kept);
      light = light_of(work_, n - step);
    } else {
      n = first;
    }
    for (; n != last + step; n += step) {
      if (!keep_going_()) return false;
      const Plane<float> before = std::exchange(light, light_of(work_, n));
      if (!state.empty()) {
        const Look look = look_along(motion_of(work_, on ? n : n + 1), before, light, on);
        state = job_.keys.prior.empty() ? carrier_.step(state, look, light, keep_going_)
                                        : steadied(state, look, prior_of(n));
      } else if (!job_.keys.prior.empty()) {
        state = laid_over({}, prior_of(n), Plane<float>(light.width(), light.height(), 1));
      }
      if (!keep_going_()) return false;
      if (keys_.at(n)) state = on ? with_key(n, light, state) : with_key_back(n, state);
      const Sheet sheet = sheet_of(state);
      work_.store(kind, n, sheet);
      state = carried_from(sheet);  // as a run that is taken up would find it
    }
    return true;
  }

  Carried with_key(int n, const Plane<float>& light, const Carried& below) {
    if (!job_.keys.prior.empty()) return below;
    if (keys_.coats()) {
      const Key coat = coat_key(light, job_.coat, job_.coat_dials, job_.threads);
      return laid_over(below, coat.colour,
                       Plane<float>(light.width(), light.height(), below.empty() ? 1 : share_of_new_coat));
    }
    Carried result = below;
    if (const auto picture = job_.keys.pictures.find(n); picture != job_.keys.pictures.end()) {
      const Key key = picture_key(picture->second, survey_.size, survey_.worked);
      result = laid_over(result, key.colour, key.share);
    }
    if (const auto strokes = job_.keys.strokes.find(n); strokes != job_.keys.strokes.end()) {
      const Key key =
          stroke_key(strokes->second, light, survey_.size, result, job_.coat, job_.coat_dials, job_.threads);
      result = laid_over(result, key.colour, key.share);
    }
    return result;
  }

  // The way back starts from what the way on has made of the frame; of a picture with holes, what comes from later keys
  // shows through them.
  Carried with_key_back(int n, const Carried& below) {
    if (!job_.keys.prior.empty() && !below.empty()) return below;
    if (!below.empty() && keys_.picture_at(n) && job_.keys.strokes.count(n) == 0) {
      const Key key = picture_key(job_.keys.pictures.at(n), survey_.size, survey_.worked);
      return laid_over(below, key.colour, key.share);
    }
    const auto made = work_.fetch(kept::forward, n);
    return made ? carried_from(*made) : below;
  }

  Chroma prior_of(int n) const {
    return picture_key(job_.keys.prior[static_cast<std::size_t>(n)], survey_.size, survey_.worked).colour;
  }

  // The mean along the motion of another tool's colours, the newest with a small share.
  Carried steadied(const Carried& neighbour, const Look& look, const Chroma& prior) const {
    Carried warped{{warp(neighbour.colour.a, look), warp(neighbour.colour.b, look)}, {}};
    Plane<float> share(prior.width(), prior.height());
    for (std::size_t i = 0; i < share.size(); ++i) share.data()[i] = look.believed.data()[i] ? share_of_new_prior : 1;
    warped.trust = Plane<float>(prior.width(), prior.height(), 1);
    return laid_over(warped, prior, share);
  }

  const FilmJob& job_;
  const Survey& survey_;
  Shot shot_;
  KeysOfShot keys_;
  const WorkFolder& work_;
  Carrier carrier_;
  std::function<bool()> keep_going_;
};

// The shots that are asked for.
std::span<const Shot> chosen(const FilmJob& job, const std::vector<Shot>& shots) {
  const int count = static_cast<int>(shots.size());
  if (job.last_shot == 0) return shots;
  if (job.first_shot > count || job.last_shot > count)
    throw std::runtime_error(tr_n("there is {1} shot; --shots counts them from 1",
                                  "there are {1} shots; --shots counts them from 1", count));
  return std::span(shots).subspan(job.first_shot - 1, job.last_shot - job.first_shot + 1);
}

void require_keys_inside(const FilmJob& job, const Survey& survey) {
  for (const auto* keys : {&job.keys.pictures, &job.keys.strokes})
    if (!keys->empty() && keys->rbegin()->first >= survey.frames)
      throw FileError(keys->rbegin()->second,
                      tr("is of a frame that is not there: the film's last is number {1}, counted from 0",
                         {std::to_string(survey.frames - 1)}));
  if (!job.keys.prior.empty() && static_cast<int>(job.keys.prior.size()) != survey.frames)
    throw FileError(job.keys.prior.front().parent_path(),
                    tr_n("holds {1} frame, but the film has {2}", "holds {1} frames, but the film has {2}",
                         static_cast<long>(job.keys.prior.size()),
                         {std::to_string(job.keys.prior.size()), std::to_string(survey.frames)}));
}

void note_shots_without_keys(const FilmJob& job, std::span<const Shot> shots, FilmResult& result) {
  if (job.keys.pictures.empty() && job.keys.strokes.empty()) return;
  const auto without = std::count_if(shots.begin(), shots.end(), [&](const Shot& s) { return !job.keys.any_in(s); });
  if (without > 0)
    result.notes.push_back(job.coat ? tr_n("{1} of {2} shots have no key frame and get the first coat",
                                           "{1} of {2} shots have no key frame and get the first coat", without,
                                           {std::to_string(without), std::to_string(shots.size())})
                                    : tr_n("{1} of {2} shots have no key frame and stay grey",
                                           "{1} of {2} shots have no key frame and stay grey", without,
                                           {std::to_string(without), std::to_string(shots.size())}));
}

std::string identity_of(const FilmJob& job) {
  std::error_code error;
  std::string text = fs::absolute(job.film, error).string() + (job.draft ? "\ndraft\n" : "\nfull\n");
  const std::vector<fs::path> files =
      fs::is_directory(job.film, error) ? numbered_pictures(job.film) : std::vector<fs::path>{job.film};
  for (const fs::path& file : files)
    text += file.filename().string() + " " + std::to_string(fs::file_size(file, error)) + " " +
            std::to_string(fs::last_write_time(file, error).time_since_epoch().count()) + "\n";
  return text;
}

Chroma colours_of(const FilmJob& job, const Survey& survey, const WorkFolder& work, int frame) {
  const auto shot =
      std::find_if(survey.shots.begin(), survey.shots.end(), [&](const Shot& s) { return frame < s.end; });
  const auto before = work.fetch(kept::forward, frame), after = work.fetch(kept::backward, frame);
  if (!before && !after)
    return {{survey.worked.width, survey.worked.height}, {survey.worked.width, survey.worked.height}};
  const float nearness = job.keys.prior.empty() ? KeysOfShot(job, *shot).nearness_of_key_before(frame) : 0.5f;
  return between(before ? carried_from(*before) : Carried{}, after ? carried_from(*after) : Carried{}, nearness);
}

}  // namespace

FilmResult colour_film(const FilmJob& job, const FilmProgress& progress) {
  FilmResult result;
  if (const std::string_view lack = why_no_dense_flow(); !lack.empty()) throw std::runtime_error(std::string(lack));
  open_film(job.film);  // what cannot be one is refused before there is a folder for it
  WorkFolder work(job.work, identity_of(job));
  const int threads = job.threads > 0 ? job.threads : std::max(1u, std::thread::hardware_concurrency());
  result.survey = survey_film(job.film, job.draft ? draft_pixels : full_pixels, threads, work,
                              [&](float done, std::string_view stage) { return progress(done * 0.4f, stage); });
  const Survey& survey = result.survey;
  result.cancelled = survey.cancelled;
  result.notes = survey.notes;
  if (result.cancelled || job.survey_only) return result;
  require_keys_inside(job, survey);
  const std::span<const Shot> shots = chosen(job, survey.shots);
  note_shots_without_keys(job, shots, result);

  const std::string recipe = job.keys.recipe() + "coat " + job.coat_name + "\n" + text_of(survey.shots);
  work.begin(kept::forward, recipe);
  work.begin(kept::backward, recipe);
  int total = 0, done = 0;
  for (const Shot& shot : shots) total += 2 * (shot.end - shot.begin);
  const auto going = [&] {
    return progress(0.4f + 0.4f * std::min(1.0f, static_cast<float>(done) / total), tr("carrying colours"));
  };
  for (const Shot& shot : shots) {
    const int before = done;
    int asked = 0;
    ShotColours colours(job, survey, shot, work, [&] {
      done = before + std::min(2 * (shot.end - shot.begin), ++asked / 3);
      return going();
    });
    if (!colours.carry()) {
      result.cancelled = true;
      return result;
    }
    done = before + 2 * (shot.end - shot.begin);
  }
  const std::string written = fs::absolute(job.output).string() + "\n" + recipe;
  const bool go_on = job.resume && work.text(kept::written).value_or("") == written;
  work.keep_text(kept::written, written);
  const FilmToWrite film{job.film,
                         job.output,
                         shots,
                         job.writing,
                         [&](int frame) { return colours_of(job, survey, work, frame); },
                         [&](int frame) { return progress(0.8f + 0.2f * frame / survey.frames, tr("writing")); },
                         [&](const std::string& note) { result.notes.push_back(note); },
                         go_on,
                         threads};
  const bool all = shots.size() == survey.shots.size();
  if (all || kind_of_output(job.output) == FilmKind::folder) {
    result.written = write_film(film);
    result.cancelled = !result.written;
  }
  if (result.written && all && !job.keep_work) work.remove();
  return result;
}

}  // namespace handtint
