// Any frame of a film, whole. One thread at a time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <list>
#include <memory>
#include <stop_token>
#include <utility>

#include "editor/film/film_reader.h"

namespace handtint {

class FrameSource {
 public:
  // Keeps the frames that were asked for last, as many as fit. Throws what open_film throws.
  explicit FrameSource(std::filesystem::path film, std::size_t kept_bytes = std::size_t{512} << 20);

  const std::filesystem::path& film() const { return film_; }
  FilmKind kind() const { return kind_; }
  Extent size() const { return size_; }
  int likely_frames() const { return likely_frames_; }  // 0 = unknown
  double rate() const { return rate_; }                 // frames a second, 0 = unknown; known with a frame

  // Null: there is no such frame, or it was stopped. A picture of a folder is read by itself; of other films everything
  // from the beginning on, or from where the last one was; a film file goes back to what was read before. Throws
  // FileError.
  std::shared_ptr<const Photo> frame(int number, std::stop_token stop = {});

 private:
  std::shared_ptr<const Photo> kept(int number);
  void keep(int number, std::shared_ptr<const Photo> photo);

  std::filesystem::path film_;
  FilmKind kind_;
  std::size_t kept_bytes_;
  Extent size_;
  int likely_frames_ = 0;
  double rate_ = 0;
  std::vector<std::filesystem::path> pictures_;  // of a folder
  std::unique_ptr<FilmReader> reader_;
  int next_ = 0;                                                    // frame of the reader
  std::list<std::pair<int, std::shared_ptr<const Photo>>> frames_;  // the newest first
};

// One frame alone. Throws FileError, also if there is none of that number.
std::shared_ptr<const Photo> read_frame(const std::filesystem::path& film, int number);

}  // namespace handtint
