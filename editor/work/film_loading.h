// From a film's name, its session or what was recovered of it to the first frame that is shown; and from a frame's
// number to what the editor needs of it. Made for background threads.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "editor/document/film_session.h"
#include "editor/film/film_colours.h"
#include "editor/film/frame_source.h"
#include "editor/work/loading.h"

namespace handtint {

struct OpenedFilm {
  std::shared_ptr<FrameSource> frames;
  FilmSession session;                          // of a film without one: nothing is painted
  std::vector<int> recovered;                   // of the painted frames, those that no file has
  std::vector<std::filesystem::path> journals;  // that these come from
};

// A folder, a film file, a GIF of more than one frame, or a session of one of these.
bool is_film(const std::filesystem::path& file);

std::vector<std::string> film_extensions();              // ".mp4" ...
bool holds_frames(const std::filesystem::path& folder);  // two numbered pictures or more. Never throws

// Fills in what load() gives; `recovered` is of the journal that was asked for. Throws FileError.
void load_film(Loaded& loaded, std::optional<Recovered> recovered = {});

// Whether a journal's document is a frame of a film that was open as such.
bool is_frame_of_film(const Recovered& recovered);

// A frame to be shown instead of the one that is.
struct LoadedFrame {
  int frame = 0;
  bool there = false;                      // else the film has no such frame, or it was stopped
  std::string problem;                     // else it cannot be read
  Loaded loaded;                           // its problem and its source; the document is with whoever asked
  std::shared_ptr<const Carried> carried;  // null: no colours were carried to it
};

// Never throws. `state`: what was painted on it. `kept` may be null.
LoadedFrame load_frame(FrameSource& frames, int frame, const DocumentState& state,
                       const std::shared_ptr<const KeptColours>& kept, std::stop_token stop);

}  // namespace handtint
