// The one road from a photo and what a person did to it, to the picture: the editor's screen, its export and every
// command of the command line go it, so what is seen is what is saved.
//
//   photo + document state -> make_problem -> solver -> chroma -> finish -> screen, or write_rendered
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string_view>

#include "editor/document/coat_source.h"
#include "editor/document/document.h"
#include "editor/files/photo.h"
#include "solver/conductor/colorize.h"

namespace handtint {

// The solver's problem at the photo's full size.
Problem make_problem(const Photo& photo, const DocumentState& state, Prior prior = {});

// The patch after a change. Empty hints give an empty patch. `in_progress` and `lasso` as in Painting.
HintPatch make_patch(const Photo& photo, const DocumentState& state, const Change& change,
                     const Stroke* in_progress = nullptr, std::span<const Point> lasso = {});

// The coat that the document wants, from the source; empty, and nobody is asked, if it wants none.
Prior make_coat(const Photo& photo, const DocumentState& state, const CoatSource& source, std::stop_token stop = {});

// Does any stroke say a colour?
bool has_hints(const Problem& problem);

// --- How far it is

enum class Stage { reading, coat, colouring, saving };

// Asked every few milliseconds with 0..1 and a word for the stage; false cancels. May be empty.
using Progress = std::function<bool(float fraction, std::string_view stage)>;

// `done` is of the stage, 0..1. True if nobody cancels.
bool tell(const Progress& progress, Stage stage, float done = 0);

// --- The picture

struct RenderOptions {
  Backend backend = Backend::automatic;
  int threads = 0;                         // 0 = all cores
  bool measure_energy = false;             // fill Report::energy
  std::shared_ptr<CpuMemory> memory = {};  // as for colorize()
  std::stop_token stop = {};               // for the source of the coat; the rest heeds the progress
  // Called when all is known of the photo and the state that the solve needs: whoever owns them may let go of what they
  // hold beside the photo's lightness and transparency. May be empty.
  std::function<void()> let_go = {};
};

struct Rendered {
  Chroma chroma;  // cancelled: the picture so far, or none
  Report report;
  bool spoken = false;  // strokes or a coat said something; else the picture is grey

  bool cancelled() const { return report.stop == StopReason::cancelled; }
};

// Throws what the source and colorize() throw.
Rendered render(const Photo& photo, const DocumentState& state, const CoatSource& source,
                const RenderOptions& options = {}, const Progress& progress = {});

// As write_options_for(photo) says, and what was painted where the target has layers.
WriteOptions write_options_for(const Photo& photo, const DocumentState& state, const std::filesystem::path& target);

// Lightness, transparency and (by write_options_for) depth are the photo's. False if cancelled, also while it was
// rendered: then nothing is written. Throws as write_photo.
bool write_rendered(const std::filesystem::path& target, const Photo& photo, const Rendered& rendered,
                    const WriteOptions& options, const Progress& progress = {});

}  // namespace handtint
