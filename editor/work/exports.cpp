#include "editor/work/exports.h"

#include <atomic>
#include <cstdio>
#include <exception>
#include <memory>
#include <string_view>
#include <system_error>

#include "editor/document/file_reference.h"
#include "editor/document/rasterise.h"
#include "editor/document/render.h"
#include "editor/files/output_profile.h"
#include "solver/tr.h"

namespace handtint {

void Exports::start(const std::filesystem::path& target, std::function<bool(const Work&)> write) {
  // The thread works on its own copy of the state: strokes are shared and never change.
  auto state = std::make_shared<const DocumentState>(colouring_.state_to_render());
  picture_.start(
      [target, write = std::move(write), state, coat = colouring_.coat(), photo = sitting_.picture_source().photo,
       backend = chosen_backend(preferences_)](std::stop_token stop, std::atomic<float>& progress) {
        Result result{.target = target};
        const CoatSource coat_or_note = [&](const auto&... asked) {
          try {
            return coat(asked...);
          } catch (const std::exception& error) {
            result.note = text_of(error);
            return Prior{};
          }
        };
        const Progress go_on = [&](float done, std::string_view) {
          progress = done;
          return !stop.stop_requested();
        };
        try {
          Work work;
          work.photo = photo;
          work.state = state;
          work.coat = coat_or_note;
          work.progress = go_on;
          work.rendering.backend = backend;
          work.rendering.stop = stop;
          result.cancelled = !write(work);
        } catch (const std::exception& error) {
          result.problem = tr("Not exported. {1}", {text_of(error)});
        }
        return result;
      },
      wake_up_);
}

void Exports::write_picture(const std::filesystem::path& target, const PrintOptions& options) {
  growing_ = false;
  start(target, [target, options](const Work& work) {
    WriteOptions write = write_options_for(*work.photo, *work.state, target);
    write.overwrite = true;  // the person was asked
    write.quality = options.quality;
    write.profile = output_profile(options.profile);
    require_writable_profile(target, write.profile.get());
    require_writable_target(target, write.overwrite, write.input);
    const Rendered rendered = render(*work.photo, *work.state, work.coat, work.rendering, work.progress);
    if (options.as_it_is() || rendered.cancelled())
      return write_rendered(target, *work.photo, rendered, write, work.progress);
    const Print print = make_print(*work.photo, rendered.chroma, options);
    return write_photo(target, print.lightness, print.chroma, print.alpha, write,
                       [&](float done) { return tell(work.progress, Stage::saving, done); });
  });
}

void Exports::write_growing(const std::filesystem::path& target, const GrowingOptions& options) {
  growing_ = true;
  start(target, [target, options](const Work& work) {
    std::error_code error;
    if (std::filesystem::equivalent(target, work.photo->path, error))
      throw FileError(target, tr("is the photo itself, which is never written over; choose another name"));
    return handtint::write_growing(target, *work.photo, *work.state, work.coat, options, work.rendering, work.progress);
  });
}

void Exports::write_mask(const std::filesystem::path& target) {
  auto state = std::make_shared<const DocumentState>(sitting_.document().state());
  mask_.start(
      [=, photo = sitting_.picture_source().photo](std::stop_token, auto&) {
        try {
          const Painting painting{*photo, state->strokes, state->imported.get()};
          write_stroke_mask(target, mask_from_strokes(painting), MaskFormat::rgba, true);
          return Notice{tr("Exported the strokes to {1}", {target.string()})};
        } catch (const std::exception& error) {
          return Notice{tr("Not exported. {1}", {text_of(error)}), true};
        }
      },
      wake_up_);
}

// --- films

void Exports::set_film(FilmSitting* film) {
  film_ = film;
}

void Exports::write_film(const std::filesystem::path& target) {
  if (!film_) return;
  std::error_code error;
  try {
    const std::filesystem::path film = full_path(film_->source().film());
    if (std::filesystem::equivalent(film, target, error) || full_path(target) == film)
      throw FileError(target, tr("is the film itself, which stays as it is; choose another name"));
    if (kind_of_output(target) == FilmKind::folder && std::filesystem::is_directory(target, error) &&
        !std::filesystem::is_empty(target, error))
      throw FileError(target, tr("is a folder that holds something; choose another name"));
    require_writable_film(film, target, {});
  } catch (const std::exception& problem) {
    messages_.tell(tr("Not exported. {1}", {text_of(problem)}), true);
    return;
  }
  film_began_ = std::chrono::steady_clock::now();
  film_->write({target, {}});
}

float Exports::progress() const {
  return picture_.running() || !film_ ? picture_.progress() : film_->thread().status().done;
}

std::string Exports::words() const {
  if (picture_.running() || !film_) return {};
  const FilmStatus status = film_->thread().status();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - film_began_).count();
  if (seconds < 1.5 || status.done < 0.02f) return status.stage;
  const double rate = status.done * status.frames / seconds, left = seconds * (1 - status.done) / status.done;
  char numbers[2][32];
  std::snprintf(numbers[0], sizeof numbers[0], "%.1f", rate);
  std::snprintf(numbers[1], sizeof numbers[1], "%d:%02d", static_cast<int>(left) / 60, static_cast<int>(left) % 60);
  return tr("{1}, {2} frames a second, {3} left", {status.stage, numbers[0], numbers[1]});
}

void Exports::cancel() {
  picture_.cancel();
  if (film_) film_->thread().cancel_writing();
}

bool Exports::take_film() {
  const auto written = film_ ? film_->thread().take_written() : std::nullopt;
  if (!written) return false;
  for (const std::string& note : written->notes) messages_.tell(note);
  if (!written->problem.empty())
    messages_.tell(tr("Not exported. {1}", {written->problem}), true);
  else if (written->cancelled)
    messages_.tell(tr("Export cancelled; a folder keeps the pictures that were written."));
  else
    messages_.tell(tr("Exported {1}", {written->output.string()}));
  return true;
}

bool Exports::update() {
  bool ended = take_film();
  if (auto result = picture_.take()) {
    ended = true;
    if (!result->problem.empty())
      messages_.tell(result->problem, true);
    else if (result->cancelled)
      messages_.tell(tr("Export cancelled; nothing was written."));
    else if (!result->note.empty())
      messages_.tell(tr("Exported {1} without a first coat: {2}", {result->target.string(), result->note}), true);
    else
      messages_.tell(tr("Exported {1}", {result->target.string()}));
  }
  if (auto notice = mask_.take()) {
    ended = true;
    messages_.tell(notice->text, notice->problem);
  }
  return ended;
}

}  // namespace handtint
