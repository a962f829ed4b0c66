// Moving pictures that are made picture by picture, not taken from a film: an animated GIF, a film file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "editor/files/photo.h"
#include "solver/lab.h"

namespace handtint {

struct LabPicture {
  Plane<float> lightness;
  Chroma chroma;  // of the same size
};

// The file is there whole after finish(), else it is as it was. Throws FileError.
class FrameWriter {
 public:
  virtual ~FrameWriter() = default;
  virtual void add(const LabPicture& picture, int frames) = 0;  // shown for so many frames; all of one size
  virtual void finish() = 0;
};

std::vector<std::string> moving_picture_endings();  // ".gif", ".mp4" ...
bool is_moving_picture_name(const std::filesystem::path& target);

// Throws FileError if the ending names no moving picture, or one that this build cannot write.
void require_moving_picture(const std::filesystem::path& target);

// What a target asks of its pictures.
double frame_rate_of(const std::filesystem::path& target);  // frames a second
Extent frame_size_of(const std::filesystem::path& target, Extent wanted);
bool has_palette(const std::filesystem::path& target);  // wants to know of the colours before the first picture

// `colours`: of pictures to come, for the palette if there is one.
std::unique_ptr<FrameWriter> begin_frames(const std::filesystem::path& target, Extent size,
                                          const std::vector<Lab>& colours);

// --- One for each kind

inline constexpr int gif_frame_hundredths = 8;  // browsers slow down what is quicker than 2

std::unique_ptr<FrameWriter> begin_gif_frames(const std::filesystem::path& target, Extent size,
                                              const std::vector<Lab>& colours);
void require_film_frames(const std::filesystem::path& target);
std::unique_ptr<FrameWriter> begin_film_frames(const std::filesystem::path& target, Extent size, double rate);

}  // namespace handtint
