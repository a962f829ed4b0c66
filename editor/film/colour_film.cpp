#include "editor/film/colour_film.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

#include "editor/film/film_colouring.h"
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

// Whether frames that are there may stay: the work folder says what they were made of. From now on it says this.
bool goes_on(const FilmJob& job, const Survey& survey, const WorkFolder& work) {
  const std::string recipe = job.keys.recipe({0, survey.frames}) + "coat " + job.coat_name + job.compared_by() + "\n" +
                             (job.reference ? job.reference->identity() : std::string()) + text_of(survey.shots);
  const std::string written = fs::absolute(job.output).string() + "\n" + recipe +
                              (job.finish.plain() ? std::string()
                                                  : "finish " + std::to_string(job.finish.vividness) + " " +
                                                        std::to_string(job.finish.warmth) + "\n");
  const bool same = work.text(kept::written).value_or("") == written;
  work.keep_text(kept::written, written);
  return job.resume && same;
}

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
  const auto tell = [&](float carried, float written) {
    return progress(0.4f + 0.4f * carried + 0.2f * written, carried < 1 ? tr("carrying colours") : tr("writing"));
  };
  const bool all = shots.size() == survey.shots.size();
  if (all || kind_of_output(job.output) == FilmKind::folder) {
    FilmToWrite film{.film = job.film, .output = job.output, .shots = shots, .writing = job.writing};
    film.note = [&](const std::string& note) { result.notes.push_back(note); };
    film.resume = goes_on(job, survey, work);
    film.threads = threads;
    film.reading = job.reading;
    film.draft = job.draft;
    result.written = carry_and_write(colours, std::move(film), job.finish, tell);
    result.cancelled = !result.written;
  } else {
    result.cancelled = !carry_shots(colours, shots, tell);
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
