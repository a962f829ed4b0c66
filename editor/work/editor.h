// What a person does with a photo, without a window: open, paint, change, undo, save, export.
//
// Brings together what is open (Sitting), what the hand holds (Brush) and the colours that follow (Colouring). One
// thread (the UI's) uses it; slow things run elsewhere and arrive through update(). Knows no ImGui, no GLFW and no
// OpenGL.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "editor/work/background.h"
#include "editor/work/brush.h"
#include "editor/work/colouring.h"
#include "editor/work/exports.h"
#include "editor/work/film_sitting.h"
#include "editor/work/loading.h"
#include "editor/work/messages.h"
#include "editor/work/preferences.h"
#include "editor/work/sitting.h"

namespace handtint {

class Editor {
 public:
  // `network` makes first coats. It is opened when the first one is wanted.
  Editor(Preferences& preferences, std::function<void()> wake_up, NetworkSource network = network_source("shipped"));

  // Fetches what the threads have finished. True if something that is shown may have changed.
  bool update();
  // Time until update() has something to do of itself; none: only when woken.
  std::optional<double> due_in_ms();

  const Sitting& sitting() const { return sitting_; }
  const Document& document() const { return sitting_.document(); }
  Brush& brush() { return brush_; }
  Colouring& colouring() { return colouring_; }
  Exports& exports() { return exports_; }
  FilmSitting* film() const { return film_.get(); }  // null: a photo is open, or nothing
  Messages& messages() { return messages_; }

  // --- files
  void open(LoadRequest request);  // the open document stays until the new one is there; asks nobody
  bool loading() const { return loader_.running(); }
  // A load that needs an answer of the person (a photo that moved or changed, a session beside it); taken once.
  std::optional<Loaded> take_question() { return std::exchange(question_, std::nullopt); }
  bool save(const std::filesystem::path& session_file);  // false: not saved
  void close();  // drops the document and its journal: asking is done by who calls this
  void import_mask(const std::filesystem::path& file);  // arrives through update()

  // --- the document
  // The one way to change it: solver, journal and selection follow. Nothing happens if none is open.
  void change(const std::function<Change(Document&)>& act);
  void undo();
  void redo();
  void select(std::vector<StrokeId> ids);  // and none of another frame's (adoption.h)

  // --- the stroke being drawn
  void begin_stroke(StrokeKind kind, const BrushEvent& event);
  Rect extend_stroke(const BrushEvent& event);  // the photo pixels that it changed
  // Both return why the stroke is not kept (it touches nothing of the photo, or of the lasso); empty: it is.
  std::string_view end_stroke();
  std::string_view add_straight(StrokeKind kind, const BrushEvent& to);  // from where the last stroke ended
  void cancel_stroke();
  void limit_strokes(std::vector<Point> lasso);  // to come; empty = everywhere

 private:
  struct MaskImport {
    std::shared_ptr<const StrokeMask> mask;  // null: failed
    std::string message;                     // what was found, or why it failed
    std::uint64_t document = 0;              // number of the document that it is for
  };
  bool take_loaded();
  bool take_mask();
  bool take_picture_coat();
  bool take_reference();
  bool take_frame();
  void close_film();
  void begin_document(Loaded loaded);
  void follow_lasso();
  std::string_view why_refused(const Stroke& stroke) const;

  Preferences& preferences_;
  std::function<void()> wake_up_;
  Messages messages_;
  Sitting sitting_;
  Brush brush_;
  Colouring colouring_;
  Exports exports_;
  Background<Loaded> loader_;
  Background<MaskImport> mask_importer_;
  std::optional<Loaded> question_;
  std::unique_ptr<FilmSitting> film_;
};

// Something is not saved: of the document, or of a film's frames that are not shown.
bool has_unsaved_work(const Editor& editor);

}  // namespace handtint
