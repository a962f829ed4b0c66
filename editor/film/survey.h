// What is worked out of a film before any colour: its light at the size that colours are worked at, its motion and its
// shots. Kept in the work folder and reused whatever the colours will be.
#pragma once

#include <span>
#include <vector>

#include "editor/film/film_reader.h"
#include "editor/film/motion.h"
#include "editor/film/shots.h"
#include "editor/film/work_folder.h"

namespace handtint {

using FilmProgress = std::function<bool(float fraction, std::string_view stage)>;  // false cancels

struct Survey {
  int frames = 0;
  Extent size, worked;
  std::vector<Shot> shots;
  std::vector<Shot> found;  // as they were before a person cut the film otherwise; empty: nobody knows
  std::vector<std::string> notes;
  bool cancelled = false;
};

// Throws FileError, also if a film that broke off has frames: they stay, and --resume takes up from there.
Survey survey_film(const std::filesystem::path& film, FilmReading reading, double most_pixels, int threads,
                   WorkFolder& work, const FilmProgress& progress);

// Of a film that has been seen, from now on these shots (shots_beginning_at). Throws FileError.
void cut_at(std::span<const int> first_frames, const WorkFolder& work, Survey& survey);

Plane<float> light_of(const WorkFolder& work, int frame);
Motion motion_of(const WorkFolder& work, int frame);  // between it and the one before

}  // namespace handtint
