#include "editor/work/exports.h"

#include <atomic>
#include <exception>
#include <memory>
#include <string_view>

#include "editor/document/rasterise.h"
#include "editor/document/render.h"
#include "solver/tr.h"

namespace handtint {

void Exports::write_picture(const std::filesystem::path& target, const PrintOptions& options) {
  // The thread works on its own copy of the state: strokes are shared and never change.
  auto state = std::make_shared<const DocumentState>(sitting_.document().state());
  picture_.start(
      [target, options, state, coat = colouring_.coat(), photo = sitting_.picture_source().photo,
       backend = chosen_backend(preferences_)](std::stop_token stop, std::atomic<float>& progress) {
        Result result;
        result.target = target;
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
          WriteOptions write = write_options_for(*photo, *state, target);
          write.overwrite = true;  // the person was asked
          write.quality = options.jpeg_quality;
          require_writable_target(target, write.overwrite, write.input);
          const Rendered rendered = render(*photo, *state, coat_or_note, {.backend = backend, .stop = stop}, go_on);
          if (options.as_it_is() || rendered.cancelled()) {
            result.cancelled = !write_rendered(target, *photo, rendered, write, go_on);
          } else {
            const Print print = make_print(*photo, rendered.chroma, options);
            result.cancelled = !write_photo(target, print.lightness, print.chroma, print.alpha, write,
                                            [&](float done) { return tell(go_on, Stage::saving, done); });
          }
        } catch (const std::exception& error) {
          result.problem = tr("Not exported. {1}", {text_of(error)});
        }
        return result;
      },
      wake_up_);
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

bool Exports::update() {
  bool ended = false;
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
