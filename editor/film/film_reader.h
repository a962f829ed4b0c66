// Moving pictures in: a folder of numbered pictures, an animated GIF, a film file. One frame at a time, in order, so
// that memory does not depend on the length.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "editor/files/photo.h"

namespace handtint {

enum class FilmKind { folder, gif, film };

// What a name stands for: a folder, a GIF with more than one frame, or a file that ends like a film. None: none of it.
std::optional<FilmKind> film_kind_of(const std::filesystem::path& path);

std::span<const std::string_view> film_endings();  // of film files, ".mp4" ...

// As film_kind_of for what is to be written, which need not be there: by the ending; without one a folder.
std::optional<FilmKind> kind_of_output(const std::filesystem::path& path);

// How frames are taken from a film.
struct FilmReading {
  bool deinterlace = false;  // else an interlaced film is refused
};

class FilmReader {
 public:
  virtual ~FilmReader() = default;

  virtual Extent size() const = 0;

  // How many frames there seem to be, for a progress bar; 0 = unknown. What next() gives decides.
  virtual int likely_frames() const = 0;

  // Frames a second, for who plays it; 0 = unknown. It may change on the way.
  virtual double rate() const { return 0; }

  // The next frame; none after the last. Throws FileError if it is damaged or has another size than the first.
  virtual std::optional<Photo> next() = 0;

  // Passes over the next frame without looking at it. False if there is none.
  virtual bool skip() { return next().has_value(); }

  // Goes back to a frame that next() or skip() has passed: it is the next one. False: it cannot, and whoever wants it
  // opens the film anew.
  virtual bool go_back(int) { return false; }

  // What the person should know of the film, as far as it was read: sentences without a full stop.
  std::vector<std::string> notes;
};

// Throws FileError: not there, no film, damaged, or of a kind that this build does not read (and what to install).
std::unique_ptr<FilmReader> open_film(const std::filesystem::path& path, FilmReading reading = {});

// The pictures of a folder whose names end in a number, in the order of these numbers. Throws FileError if there are
// none, if two have one number, or if one is missing between the first and the last.
std::vector<std::filesystem::path> numbered_pictures(const std::filesystem::path& folder);

// The number that a name ends in, before its extension; none without one.
std::optional<long> number_of(const std::filesystem::path& name);

// --- One for each kind

std::unique_ptr<FilmReader> open_frame_folder(const std::filesystem::path& folder);
std::unique_ptr<FilmReader> open_gif_film(const std::filesystem::path& path);
std::unique_ptr<FilmReader> open_film_file(const std::filesystem::path& path, FilmReading reading = {});

}  // namespace handtint
