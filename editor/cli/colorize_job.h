// One photograph from files to a file: what `handtint colorize` does for each picture. Knows no command line.
#pragma once

#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "editor/cli/finish_option.h"
#include "editor/cli/network_option.h"
#include "editor/cli/reference_option.h"
#include "editor/document/render.h"
#include "editor/document/session.h"
#include "editor/files/output_profile.h"
#include "editor/files/stroke_mask.h"

namespace handtint {

// The settings that were asked for; the others keep their default, or what a session says.
struct SettingsWish {
  std::optional<Model> model;
  std::vector<std::pair<float Settings::*, float>> dials;
  bool preview = false;

  Settings over(Settings base) const;
};

struct ColorizeJob {
  std::filesystem::path photo;    // or a session file, which names its photo and holds its strokes
  std::filesystem::path strokes;  // empty = none
  std::filesystem::path prior;    // a colour picture of the same scene as first coat; empty = the network's
  std::filesystem::path protect;  // a PiMask whose marked part keeps the photo's own colour; empty = none
  std::filesystem::path output;
  std::filesystem::path layer;  // the colour alone as a transparent PNG; empty = none
  MaskFormat mask_format = MaskFormat::automatic;
  bool fit = false;                              // stretch a mask of another size
  bool salvage = false;                          // of a damaged photograph, take what is there
  std::shared_ptr<const OutputProfile> profile;  // the output's colour space; null: sRGB
  int quality = 95;                              // of JPEG and its like, as WriteOptions::quality
  bool strip = false;                            // what the photo's file says beside its pixels stays behind
  bool force = false;                            // the output may replace one of the inputs
  float prior_weight = prior_weights::picture;
  NetworkWish
      network;  // makes the first coat of a photo without a prior; of a session when that or the person asks for it
  ReferenceWish reference;
  FinishWish finish;
  SettingsWish settings;
  Backend backend = Backend::automatic;
  int threads = 0;       // 0 = all cores
  bool measure = false;  // fill Report::energy
};

// What came of the references.
struct ReferenceResult {
  float excess = 0;      // Matches::excess
  float confidence = 0;  // mean over the photo
  std::string refusal;   // as in ReferenceStudy
  std::vector<Suggestion> strokes;
  bool mood = false;   // was laid over the first coat
  bool alike = false;  // of references that are refused, what is surely the same was laid over the first coat
};

struct ColorizeResult {
  bool cancelled = false;  // nothing was written
  PhotoInfo photo;
  std::string found;    // what the strokes were read as; empty without a mask
  std::string network;  // which one made the first coat, and how it ran; empty without one
  MaskSummary strokes;  // of the mask
  std::optional<ReferenceResult> reference;
  Settings settings;  // that were used
  Finish finish;
  Report report;
  double load_ms = 0, save_ms = 0, total_ms = 0;
  std::vector<std::string> notes;  // worth a line to the person; mostly empty
};

// The job's photograph, read on a thread of its own while something else is done. Not valid for a session.
std::future<Photo> read_ahead(const ColorizeJob& job);

// `network` is opened when the job needs it, and kept for the next job. `photo`: from read_ahead; not valid: it is read
// now. Throws FileError, and what colorize() throws. The output is whole or untouched. That it is none of the inputs is
// for CommandFiles to say, before.
ColorizeResult run_job(const ColorizeJob& job, KeptPredictor& network, const Progress& progress,
                       std::future<Photo> photo = {});

// The photo that a session was painted on, with notes about it. Throws FileError if it is not there, or another one.
Photo read_photo_of(const Session& session, const std::filesystem::path& session_file, bool salvage,
                    std::vector<std::string>& notes);

}  // namespace handtint
