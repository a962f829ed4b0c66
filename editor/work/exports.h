// Writing the coloured picture and the strokes to files, on threads; the outcome becomes a message.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include "editor/document/print.h"
#include "editor/film/growing.h"
#include "editor/work/background.h"
#include "editor/work/colouring.h"
#include "editor/work/film_sitting.h"
#include "editor/work/messages.h"
#include "editor/work/preferences.h"
#include "editor/work/sitting.h"

namespace handtint {

class Exports {
 public:
  Exports(const Sitting& sitting, const Colouring& colouring, const Preferences& preferences, Messages& messages,
          std::function<void()> wake_up)
      : sitting_(sitting),
        colouring_(colouring),
        preferences_(preferences),
        messages_(messages),
        wake_up_(std::move(wake_up)) {}

  // The picture at the photo's depth, as the command line would write it unless options say otherwise.
  void write_picture(const std::filesystem::path& target, const PrintOptions& options = {});
  void write_mask(const std::filesystem::path& target);
  // How the picture came about, as a moving one.
  void write_growing(const std::filesystem::path& target, const GrowingOptions& options);
  // The open film, by its ending or as a folder. Never over the film itself; the person was asked about other files.
  void write_film(const std::filesystem::path& target);
  void set_film(FilmSitting* film);  // that is open; null: none

  // Of a picture, or the film:
  bool running() const { return picture_.running() || (film_ && film_->thread().writing()); }
  bool makes_growing() const { return growing_ && picture_.running(); }
  float progress() const;
  std::string words() const;  // what it does, how fast, and what is left; empty: nothing to say
  void cancel();

  bool update();  // true if something has ended

 private:
  struct Result {
    std::filesystem::path target = {};
    std::string problem = {};  // empty if all is well
    std::string note = {};     // written, but not as asked for
    bool cancelled = false;
  };
  // Writes something of the photo, on the thread; false: cancelled.
  struct Work {
    std::shared_ptr<const Photo> photo;
    std::shared_ptr<const DocumentState> state;
    CoatSource coat;  // one that cannot be had is noted
    RenderOptions rendering = {};
    Progress progress;
  };
  void start(const std::filesystem::path& target, std::function<bool(const Work&)> write);

  const Sitting& sitting_;
  const Colouring& colouring_;
  const Preferences& preferences_;
  Messages& messages_;
  bool take_film();

  std::function<void()> wake_up_;
  FilmSitting* film_ = nullptr;
  std::chrono::steady_clock::time_point film_began_{};
  Background<Result> picture_;
  bool growing_ = false;  // what is written of the picture
  Background<Notice> mask_;
};

}  // namespace handtint
