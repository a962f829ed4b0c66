#include "editor/work/adoption.h"

#include "solver/tr.h"

namespace handtint {

const Stroke* carried_stroke_at(const Editor& editor, Point place, float reach) {
  if (!editor.film()) return nullptr;
  const StrokeList& strokes = editor.film()->ghosts().strokes();
  const auto id = topmost_at(strokes, place, reach);
  return id ? find(strokes, *id) : nullptr;
}

std::string words_of_carried(int frame) {
  return tr("Painted on frame {1}; move it and it becomes a stroke of this frame", {std::to_string(frame + 1)});
}

void pick_carried(Editor& editor, const Stroke& stroke) {
  editor.select({});
  editor.film()->ghosts().pick(stroke.of);
}

const Stroke* picked_carried(const Editor& editor) {
  return editor.film() ? editor.film()->ghosts().picked() : nullptr;
}

Step adopt_picked(Editor& editor, const char* label, Step otherwise) {
  const Stroke* picked = picked_carried(editor);
  if (!picked) return otherwise;
  editor.change([stroke = *picked, label](Document& d) { return d.add(stroke, label); });
  editor.select({editor.document().strokes().back()->id});
  return Step::fold;
}

bool end_picked(Editor& editor) {
  const Stroke* picked = picked_carried(editor);
  if (!picked) return false;
  Stroke end = *picked;
  end.hidden = true;
  editor.change([&](Document& d) { return d.add(std::move(end), tr_noop("Delete")); });
  editor.select({});
  return true;
}

}  // namespace handtint
