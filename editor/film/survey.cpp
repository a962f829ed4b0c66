#include "editor/film/survey.h"

#include <atomic>
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

// Reads the film once. What an earlier run has seen is passed over.
void see_frames(const fs::path& film, double most_pixels, WorkFolder& work, Survey& survey,
                const FilmProgress& progress) {
  const std::unique_ptr<FilmReader> reader = open_film(film);
  survey.notes = reader->notes;
  survey.size = reader->size();
  const Size worked = reduced_to(most_pixels, survey.size.width, survey.size.height);
  survey.worked = {worked.width, worked.height};
  if (const auto seen = work.text(kept::seen)) survey.frames = std::max(0, std::atoi(seen->c_str()));
  if (survey.frames > 0) return;  // else it was left short: read again
  const int likely = reader->likely_frames();
  for (;; ++survey.frames) {
    if (!progress(likely > 0 ? std::min(1.0f, static_cast<float>(survey.frames) / likely) : 0, tr("reading"))) {
      survey.cancelled = true;
      return;
    }
    if (work.has(kept::light, survey.frames)) {
      if (!reader->skip()) break;
      continue;
    }
    const std::optional<Photo> photo = reader->next();
    if (!photo) break;
    store_light(work, survey.frames, *photo, survey.worked);
  }
  work.keep_text(kept::seen, std::to_string(survey.frames));
}

// Each pair by itself, on all cores.
void find_motions(int threads, const WorkFolder& work, Survey& survey, const FilmProgress& progress) {
  std::atomic<int> next{1}, done{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto run = [&] {
    for (int n; (n = next++) < survey.frames;) {
      try {
        if (!work.has(kept::motion, n))
          work.store(kept::motion, n, sheet_of(find_motion(light_of(work, n - 1), light_of(work, n))));
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = std::current_exception();
        next = survey.frames;
      }
      const std::lock_guard lock(mutex);
      if (!progress(static_cast<float>(++done) / survey.frames, tr("following what moves"))) {
        survey.cancelled = true;
        next = survey.frames;
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 1; i < threads; ++i) workers.emplace_back(run);
    run();
  }
  if (failure) std::rethrow_exception(failure);
}

std::vector<Shot> shots_of(const WorkFolder& work, int frames) {
  if (const auto text = work.text(kept::shots)) {
    try {
      return shots_from(*text, frames);
    } catch (const std::runtime_error& error) {
      throw FileError(work.path() / kept::shots, error.what());
    }
  }
  std::vector<FrameFacts> facts;
  for (int n = 0; n < frames; ++n) {
    const Plane<float> here = light_of(work, n);
    FrameFacts fact{light_spread(here)};
    double sum = 0;
    for (float L : here) sum += L;
    fact.mean = static_cast<float>(sum / static_cast<double>(here.size()));
    if (n > 0) fact.doubt = motion_of(work, n).doubt;
    facts.push_back(std::move(fact));
  }
  const std::vector<Shot> shots = find_shots(facts);
  work.keep_text(kept::shots, text_of(shots));
  return shots;
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

Survey survey_film(const fs::path& film, double most_pixels, int threads, WorkFolder& work,
                   const FilmProgress& progress) {
  Survey survey;
  work.begin(kept::light, "");
  work.begin(kept::motion, "");
  see_frames(film, most_pixels, work, survey,
             [&](float done, std::string_view stage) { return progress(done / 2, stage); });
  if (survey.frames == 0 && !survey.cancelled) throw FileError(film, tr("holds no frames"));
  if (!survey.cancelled)
    find_motions(threads, work, survey,
                 [&](float done, std::string_view stage) { return progress(0.5f + done / 2, stage); });
  if (!survey.cancelled) survey.shots = shots_of(work, survey.frames);
  return survey;
}

}  // namespace handtint
