#include "editor/film/survey.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <sstream>
#include <thread>

#include "solver/layers/coat_maker.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr float light_steps = 256;  // per unit of L, in files

void store_light(const WorkFolder& work, int frame, const Photo& photo, Extent worked) {
  Sheet sheet;
  sheet.add(resample(photo.lightness, worked.width, worked.height), light_steps);
  work.store(kept::light, frame, sheet);
}

// One thread reads the film's frames, in their order; the others, and that one when it is done, follow the motion
// between those that were read: each pair by itself.
class Surveying {
 public:
  Surveying(WorkFolder& work, Survey& survey, const FilmProgress& progress)
      : work_(work), survey_(survey), progress_(progress) {}

  void run(const fs::path& film, FilmReading reading, double most_pixels, int threads) {
    {
      std::vector<std::jthread> workers;
      for (int i = 1; i < threads; ++i) workers.emplace_back([this] { guarded([&] { follow_motions(); }); });
      guarded([&] { see_frames(film, reading, most_pixels); });
      guarded([&] { follow_motions(); });
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  // What fails on one thread ends all.
  template <class Work>
  void guarded(const Work& work) {
    try {
      work();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (failure_) ended_ = true;
    more_.notify_all();
  }

  // What an earlier run has seen is passed over.
  void see_frames(const fs::path& film, FilmReading reading, double most_pixels) {
    const std::unique_ptr<FilmReader> reader = open_film(film, reading);
    survey_.size = reader->size();
    const Size worked = reduced_to(most_pixels, survey_.size.width, survey_.size.height);
    survey_.worked = {worked.width, worked.height};
    int seen = std::max(0, std::atoi(work_.text(kept::seen).value_or("0").c_str()));
    likely_ = seen > 0 ? seen : reader->likely_frames();
    if (seen == 0) {  // or it was left short: read again
      for (; go_on(seen); ++seen) {
        if (work_.has(kept::light, seen)) {
          if (!reader->skip()) break;
          continue;
        }
        const std::optional<Photo> photo = reader->next();
        if (!photo) break;
        store_light(work_, seen, *photo, survey_.worked);
      }
      if (ended_) return;
      work_.keep_text(kept::seen, std::to_string(seen));
    }
    survey_.notes = reader->notes;
    const std::lock_guard lock(mutex_);
    survey_.frames = read_ = likely_ = seen;
    all_read_ = true;
    more_.notify_all();
  }

  void follow_motions() {
    for (;;) {
      int n;
      {
        std::unique_lock lock(mutex_);
        more_.wait(lock, [&] { return ended_ || next_ < read_ || all_read_; });
        if (ended_ || next_ >= read_) return;
        n = next_++;
      }
      if (!work_.has(kept::motion, n))
        work_.store(kept::motion, n, sheet_of(find_motion(light_of(work_, n - 1), light_of(work_, n))));
      const std::lock_guard lock(mutex_);
      ++followed_;
      if (all_read_) tell();
    }
  }

  bool go_on(int seen) {
    const std::lock_guard lock(mutex_);
    read_ = seen;
    more_.notify_all();
    return tell();
  }

  bool tell() {  // under the lock
    const int all = std::max(likely_, read_);
    const float done = likely_ > 0 ? static_cast<float>(read_ + followed_) / (2.0f * all) : 0;
    if (!ended_ && !progress_(std::min(1.0f, done), all_read_ ? tr("following what moves") : tr("reading")))
      ended_ = survey_.cancelled = true;
    return !ended_;
  }

  WorkFolder& work_;
  Survey& survey_;
  const FilmProgress& progress_;
  int likely_ = 0;  // 0 = unknown

  std::mutex mutex_;
  std::condition_variable more_;
  int read_ = 0, followed_ = 0, next_ = 1;  // frames read; motions found; the next to be found
  bool all_read_ = false;
  std::atomic<bool> ended_{false};  // cancelled or failed
  std::exception_ptr failure_;
};

std::optional<std::vector<Shot>> kept_shots(const WorkFolder& work, const char* name, int frames) {
  const auto text = work.text(name);
  if (!text) return {};
  try {
    return shots_from(*text, frames);
  } catch (const std::runtime_error& error) {
    throw FileError(work.path() / name, error.what());
  }
}

void find_cuts(const WorkFolder& work, Survey& survey) {
  if (auto shots = kept_shots(work, kept::shots, survey.frames)) {
    survey.shots = std::move(*shots);
    survey.found = kept_shots(work, kept::found, survey.frames).value_or(std::vector<Shot>{});
    return;
  }
  std::vector<FrameFacts> facts;
  for (int n = 0; n < survey.frames; ++n) {
    const Plane<float> here = light_of(work, n);
    FrameFacts fact{light_spread(here)};
    double sum = 0;
    for (float L : here) sum += L;
    fact.mean = static_cast<float>(sum / static_cast<double>(here.size()));
    if (n > 0) fact.doubt = motion_of(work, n).doubt;
    facts.push_back(std::move(fact));
  }
  survey.shots = survey.found = find_shots(facts);
  for (const char* name : {kept::found, kept::shots}) work.keep_text(name, text_of(survey.shots));
}

}  // namespace

Plane<float> light_of(const WorkFolder& work, int frame) {
  const auto sheet = work.fetch(kept::light, frame);
  if (!sheet) throw FileError(work.path(), tr("has lost the frame {1}; remove the folder", {std::to_string(frame)}));
  return sheet->plane(0, light_steps);
}

Motion motion_of(const WorkFolder& work, int frame) {
  const auto sheet = work.fetch(kept::motion, frame);
  if (!sheet)
    throw FileError(work.path(), tr("has lost the motion at {1}; remove the folder", {std::to_string(frame)}));
  return motion_from(*sheet);
}

Survey survey_film(const fs::path& film, FilmReading reading, double most_pixels, int threads, WorkFolder& work,
                   const FilmProgress& progress) {
  Survey survey;
  work.begin(kept::light, "");
  work.begin(kept::motion, "");
  Surveying(work, survey, progress).run(film, reading, most_pixels, threads);
  if (survey.frames == 0 && !survey.cancelled) throw FileError(film, tr("holds no frames"));
  if (!survey.cancelled) find_cuts(work, survey);
  return survey;
}

void cut_at(std::span<const int> first_frames, const WorkFolder& work, Survey& survey) {
  survey.shots = shots_beginning_at(first_frames, survey.frames);
  work.keep_text(kept::shots, text_of(survey.shots));
}

}  // namespace handtint
