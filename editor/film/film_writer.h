// Moving pictures out. Colours are asked for frame by frame, in order; light, times and everything else are the
// film's.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "editor/film/film_reader.h"
#include "editor/film/shots.h"
#include "solver/plane.h"

namespace handtint {

struct FilmWriting {
  int quality = -1;  // of film files: 0 (best) .. 51 as H.264 counts; -1 = without loss in .mkv and .avi, else 16
};

// What is to be written. The colours of a frame may be smaller than the frame: they are brought to its size along its
// edges.
struct FilmToWrite {
  std::filesystem::path film, output;
  std::span<const Shot> shots;  // the ones that are written; a GIF and a film file need all
  FilmWriting writing;
  std::function<Chroma(int frame)> colours{};
  std::function<bool(int frame)> progress{};       // false cancels
  std::function<void(const std::string&)> note{};  // what the person should know: sentences without a full stop
  bool resume = false;                             // of a folder, pass over frames that are there
  int threads = 0;
  FilmReading reading = {};
  bool draft = false;  // PNGs are written quickly
};

// Throws FileError if nothing can be written there, or this build cannot.
void require_writable_film(const std::filesystem::path& film, const std::filesystem::path& output,
                           const FilmWriting& writing);

// False if cancelled. A GIF and a film file are whole or not there. Throws FileError.
bool write_film(const FilmToWrite& film);

// --- One for each kind

void require_gif_writer(const std::filesystem::path& output);
void require_film_file_writer(const std::filesystem::path& film, const std::filesystem::path& output,
                              const FilmWriting& writing);
bool write_frame_folder(const FilmToWrite& film);
bool write_gif_film(const FilmToWrite& film);
bool write_film_file(const FilmToWrite& film);

}  // namespace handtint
