#include "editor/film/colour_film.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "editor/film/film_reader.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

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
  const FilmKeys& keys = job.keys;
  if (keys.pictures.empty() && keys.strokes.empty() && keys.painted.empty()) return;
  const auto without = std::count_if(shots.begin(), shots.end(), [&](const Shot& s) { return !keys.any_in(s); });
  if (without > 0)
    result.notes.push_back(
        job.reference ? tr_n("{1} of {2} shots have no key frame and get their colours from the reference",
                             "{1} of {2} shots have no key frame and get their colours from the reference", without,
                             {std::to_string(without), std::to_string(shots.size())})
        : job.coat && job.coat_dials.on ? tr_n("{1} of {2} shots have no key frame and get the first coat",
                                               "{1} of {2} shots have no key frame and get the first coat", without,
                                               {std::to_string(without), std::to_string(shots.size())})
                                        : tr_n("{1} of {2} shots have no key frame and stay grey",
                                               "{1} of {2} shots have no key frame and stay grey", without,
                                               {std::to_string(without), std::to_string(shots.size())}));
  const auto beyond = std::count_if(keys.painted.begin(), keys.painted.end(),
                                    [&](const PaintedFrame& key) { return key.frame >= result.survey.frames; });
  if (beyond > 0)
    result.notes.push_back(tr_n("the strokes of {1} frame are left out: the film does not have it any more",
                                "the strokes of {1} frames are left out: the film does not have these any more",
                                beyond));
}

void note_refused_references(const FilmJob& job, FilmResult& result) {
  if (!job.reference) return;
  const std::vector<int> refused = job.reference->refused();  // their first frames
  if (refused.empty()) return;
  std::string numbers;
  for (std::size_t i = 0; i < result.survey.shots.size(); ++i)
    if (std::count(refused.begin(), refused.end(), result.survey.shots[i].begin) > 0)
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(i + 1);
  const auto count = static_cast<long>(refused.size());
  result.notes.push_back(
      job.coat && job.coat_dials.on
          ? tr_n("shot {1} shows other things than the reference and gets the first coat alone: --reference-how mood "
                 "takes the mood all the same",
                 "shots {1} show other things than the reference and get the first coat alone: --reference-how mood "
                 "takes the mood all the same",
                 count, {numbers})
          : tr_n("shot {1} shows other things than the reference and stays grey",
                 "shots {1} show other things than the reference and stay grey", count, {numbers}));
}

// Frames whose colours one thread makes and others wait for.
class AwaitedFrames {
 public:
  explicit AwaitedFrames(int frames) : there_(static_cast<std::size_t>(frames)) {}

  void add(int frame) {
    const std::lock_guard lock(mutex_);
    there_[static_cast<std::size_t>(frame)] = true;
    more_.notify_all();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    more_.notify_all();
  }
  bool wait_for(int frame) {  // false: it will not come
    std::unique_lock lock(mutex_);
    more_.wait(lock, [&] { return ended_ || there_[static_cast<std::size_t>(frame)]; });
    return there_[static_cast<std::size_t>(frame)];
  }

 private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<bool> there_;
  bool ended_ = false;
};

struct NoMoreFrames {};

// Shot after shot gets its colours, and what has them is written meanwhile.
class FilmColouring {
 public:
  FilmColouring(const FilmJob& job, const Survey& survey, std::span<const Shot> shots, FilmColours& colours,
                const FilmProgress& progress)
      : job_(job), survey_(survey), shots_(shots), colours_(colours), progress_(progress), frames_(survey.frames) {}

  // False if cancelled.
  bool carry() {
    int total = 0, before = 0;
    for (const Shot& shot : shots_) total += 2 * (shot.end - shot.begin);
    for (const Shot& shot : shots_) {
      const int steps = 2 * (shot.end - shot.begin);
      int asked = 0;
      const auto going = [&] { return !failed_ && tell_carried(before + std::min(steps, ++asked / 3), total); };
      if (!colours_.carry(shot, going, [&](int frame) { frames_.add(frame); })) return false;
      before += steps;
    }
    tell_carried(total, total);
    return true;
  }

  // Both.
  bool write(WorkFolder& work, int threads, std::vector<std::string>& notes) {
    const FilmToWrite film{job_.film,
                           job_.output,
                           shots_,
                           job_.writing,
                           [&](int frame) { return colours_of(frame); },
                           [&](int frame) { return tell_written(frame); },
                           [&](const std::string& note) { notes.push_back(note); },
                           goes_on(work),
                           threads,
                           job_.reading,
                           job_.draft};
    std::future<bool> writing = std::async(std::launch::async, [&] {
      try {
        return write_film(film);
      } catch (const NoMoreFrames&) {
        return false;
      } catch (...) {
        failed_ = true;
        throw;
      }
    });
    {
      const EndOfFrames end{frames_};
      carry();
    }
    return writing.get();
  }

 private:
  struct EndOfFrames {
    AwaitedFrames& frames;
    ~EndOfFrames() { frames.end(); }
  };

  Chroma colours_of(int frame) {
    if (!frames_.wait_for(frame)) throw NoMoreFrames();
    return finished(colours_.kept()->chroma_at(frame), job_.finish);
  }

  // Whether frames that are there may stay: the work folder says what they were made of. From now on it says this.
  bool goes_on(WorkFolder& work) const {
    const std::string recipe = job_.keys.recipe({0, survey_.frames}) + "coat " + job_.coat_name + job_.compared_by() +
                               "\n" + (job_.reference ? job_.reference->identity() : std::string()) +
                               text_of(survey_.shots);
    const std::string written = fs::absolute(job_.output).string() + "\n" + recipe +
                                (job_.finish.plain() ? std::string()
                                                     : "finish " + std::to_string(job_.finish.vividness) + " " +
                                                           std::to_string(job_.finish.warmth) + "\n");
    const bool same = work.text(kept::written).value_or("") == written;
    work.keep_text(kept::written, written);
    return job_.resume && same;
  }

  bool tell_carried(int done, int total) {
    const std::lock_guard lock(telling_);
    carried_ = static_cast<float>(done) / static_cast<float>(total);
    return tell();
  }
  bool tell_written(int frame) {
    const std::lock_guard lock(telling_);
    written_ = std::max(written_, static_cast<float>(frame + 1) / static_cast<float>(survey_.frames));
    return tell();
  }
  bool tell() const {  // under the lock
    return progress_(0.4f + 0.4f * carried_ + 0.2f * written_, carried_ < 1 ? tr("carrying colours") : tr("writing"));
  }

  const FilmJob& job_;
  const Survey& survey_;
  std::span<const Shot> shots_;
  FilmColours& colours_;
  const FilmProgress& progress_;
  AwaitedFrames frames_;
  std::atomic<bool> failed_{false};  // to write
  std::mutex telling_;
  float carried_ = 0, written_ = 0;
};

}  // namespace

std::string identity_of_work(const fs::path& film, FilmReading reading, bool draft) {
  std::error_code error;
  std::string text = fs::absolute(film, error).string() + (draft ? "\ndraft\n" : "\nfull\n");
  if (reading.deinterlace && film_kind_of(film) == FilmKind::film) text += "deinterlaced\n";
  const std::vector<fs::path> files =
      fs::is_directory(film, error) ? numbered_pictures(film) : std::vector<fs::path>{film};
  for (const fs::path& file : files)
    text += file.filename().string() + " " + std::to_string(fs::file_size(file, error)) + " " +
            std::to_string(fs::last_write_time(file, error).time_since_epoch().count()) + "\n";
  return text;
}

FilmResult colour_film(const FilmJob& job, const FilmProgress& progress) {
  FilmResult result;
  if (const std::string_view lack = why_no_dense_flow(); !lack.empty()) throw std::runtime_error(std::string(lack));
  open_film(job.film, job.reading)->skip();  // what cannot be one is refused before there is a folder for it
  WorkFolder work(job.work, identity_of_work(job.film, job.reading, job.draft));
  const int threads = job.threads > 0 ? job.threads : std::max(1u, std::thread::hardware_concurrency());
  result.survey = survey_film(job.film, job.reading, job.draft ? draft_film_pixels : full_film_pixels, threads, work,
                              [&](float done, std::string_view stage) { return progress(done * 0.4f, stage); });
  if (!job.shots.empty() && !result.survey.cancelled) cut_at(job.shots, work, result.survey);
  const Survey& survey = result.survey;
  result.cancelled = survey.cancelled;
  result.notes = survey.notes;
  if (result.cancelled || job.survey_only) return result;
  require_keys_inside(job, survey);
  const std::span<const Shot> shots = chosen(job, survey.shots);
  note_shots_without_keys(job, shots, result);

  FilmColours colours(work, survey);
  colours.begin(job);
  FilmColouring colouring(job, survey, shots, colours, progress);
  const bool all = shots.size() == survey.shots.size();
  if (all || kind_of_output(job.output) == FilmKind::folder) {
    result.written = colouring.write(work, threads, result.notes);
    result.cancelled = !result.written;
  } else {
    result.cancelled = !colouring.carry();
  }
  if (!result.cancelled) note_refused_references(job, result);
  if (job.matcher && !job.matcher->why_not().empty())
    result.notes.push_back(tr(
        "no network compares the frames, so what the key frames do not reach is coloured like what lies beside it: {1}",
        {job.matcher->why_not()}));
  if (result.written && all && !job.keep_work) work.remove();
  return result;
}

}  // namespace handtint
