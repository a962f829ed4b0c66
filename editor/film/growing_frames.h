// How a picture came about, frame by frame: the grey photo, the first coat, then stroke after stroke as they were laid,
// each drawn along its path before its colour follows. Replays the document's history; strokes that no history tells of
// come first, in their order.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "editor/document/render.h"
#include "editor/film/frame_writer.h"

namespace handtint {

class GrowingFrames {
 public:
  // What is solved for each frame is solved at the photo's size: give a small one (document/reduced.h). `frames` >= 2.
  // keep_going: false cancels; may be empty.
  GrowingFrames(Photo photo, DocumentState state, CoatSource coat, int frames, double seconds,
                RenderOptions rendering = {}, std::function<bool()> keep_going = {});

  bool grows() const { return steps_.size() > 1; }  // anything was done to the photo
  int count() const { return frames_; }

  // The last is the finished picture. Quickest in their order; some pictures are kept for who looks at a few first.
  // None: cancelled. Throws what render() throws.
  std::optional<LabPicture> frame(int n);

 private:
  // What happens between two pictures.
  struct Step {
    double until = 0;            // share of the time, 0..1
    std::size_t position = 0;    // of the history, after it
    const Edit* edit = nullptr;  // whose strokes are drawn; null: none
  };
  void lay_out(double seconds);
  const Chroma* picture_after(std::size_t step);  // null: cancelled
  void draw(const Edit& edit, float share, float opacity, LabPicture& picture) const;
  void draw(const Stroke& stroke, float opacity, LabPicture& picture) const;

  Photo photo_;
  LabPicture grey_;
  DocumentState state_;  // as it was at some step; its history is all of it
  CoatSource coat_;
  int frames_;
  RenderOptions rendering_;
  std::function<bool()> keep_going_;
  std::vector<Step> steps_;
  struct Made {
    std::size_t step;
    Chroma chroma;
  };
  std::vector<Made> made_;  // the last ones
  std::size_t most_made_ = 2;
};

}  // namespace handtint
