// The icons, drawn as vectors in a square; one line weight for all.
#pragma once

#include <imgui.h>

namespace handtint {

enum class Icon {
  brush,
  wand,
  eraser,
  dropper,
  neutral,
  protect,
  barrier,
  lasso,
  select,
  undo,
  redo,
  open,
  save,
  export_picture,
  photo,
  help,
  theme,
  panel,
  pause,
  play,
  swap,
  close,
  plus,
  folder,
  up,
  clock,
  eye,
  closed_eye,
  bin,
};

void draw_icon(ImDrawList* list, Icon icon, ImVec2 corner, float side, ImU32 colour);

}  // namespace handtint
