#include "editor/gui/strokes_panel.h"

#include <algorithm>

#include "editor/document/things.h"
#include "editor/gui/widgets.h"
#include "editor/work/adoption.h"
#include "solver/tr.h"

namespace handtint {

void brush_section(WindowState& state) {
  const Style& style = state.style;
  if (!controls::section(style, tr_noop("Brush"))) return;
  Brush& brush = state.editor.brush();
  float diameter = 2 * brush.radius();
  if (controls::slider(style, tr_noop("Size"), diameter,
                       {2 * min_brush_radius, 1000, 2 * brush.usual_radius(), "%.0f px", controls::Scale::logarithmic},
                       tr("Diameter in pixels of the photo  (Shift + wheel, Shift + drag sideways, [ and ])"))) {
    brush.set_radius(diameter / 2);
  }
  controls::slider(style, tr_noop("Firmness"), brush.strength,
                   {0.05f, max_stroke_strength, 1, "%.2f", controls::Scale::logarithmic},
                   tr("How strictly the picture keeps to new strokes (hint strength)"));
  controls::slider(style, tr_noop("Steady hand"), state.preferences.smoothing, {0, 1, 0.3f},
                   tr("Smooths the path of the hand"));
  if (state.pen_seen)
    controls::toggle(style, tr_noop("Pressure sets the size"), state.preferences.pressure_to_size,
                     tr("Lightly the pen is thin, firmly as wide as the brush"));
  controls::toggle(style, tr_noop("Eraser takes whole strokes"), state.tools.erase_whole_strokes,
                   tr("Off: it takes away what it touches"));
  if (!state.editor.brush().region().empty()) {
    controls::dim_text(style, tr("New strokes change the picture inside the lasso only."));
    if (controls::text_button(style, tr_noop("Remove the lasso"))) state.editor.limit_strokes({});
  }
  ImGui::Dummy({1, style.px(4)});
}

void StrokesPanel::section(WindowState& state, const ChooseColour& choose) {
  const Style& style = state.style;
  if (!controls::section(style, tr_noop("Strokes"))) return;
  Editor& editor = state.editor;
  const Document& document = editor.document();
  const Stroke* const carried = picked_carried(editor);
  const std::size_t count = document.strokes().size();
  const std::size_t chosen = carried ? 1 : editor.sitting().selection().size();
  if (carried) {
    controls::dim_text(style, words_of_carried(carried->of->frame).c_str());
  } else if (count == 0) {
    controls::dim_text(style,
                       document.imported() ? tr("An imported mask lies under the strokes to come.") : tr("None yet."));
  } else if (chosen == 0) {
    controls::dim_text(style, tr_n("{1} stroke. Press V and click one to change it.",
                                   "{1} strokes. Press V and click one to change it.", static_cast<long>(count))
                                  .c_str());
  } else {
    controls::dim_text(style, tr("{1} of {2} selected", {std::to_string(chosen), std::to_string(count)}).c_str());
  }
  // All of it is always there, so that nothing jumps from under the hand that selects.
  colours_in_use(state);
  const float half = (ImGui::GetContentRegionAvail().x - style.px(8)) / 2;
  if (controls::text_button(style, tr_noop("Recolour"), chosen > 0, chosen > 0, half))
    choose(editor.brush().colour(), true);
  controls::tip_for_last_item(style,
                              tr("Gives the selected strokes the brush's colour; picking a colour does it at once"));
  ImGui::SameLine(0, style.px(8));
  if (controls::text_button(style, tr_noop("Delete"), false, chosen > 0, half)) state.post(Command::delete_selected);
  const auto first_selected = [&] {
    const std::vector<StrokeId>& ids = editor.sitting().selection();
    return ids.empty() ? nullptr : find(document.strokes(), ids.front());
  };
  const Stroke* const brought = picked_carried(editor);  // unless it was just recoloured
  const Stroke* const first = brought ? brought : first_selected();
  float strength = first ? first->strength : 1;
  if (const auto event = controls::slider(style, tr_noop("Firmness of the selected"), strength,
                                          {0.05f, max_stroke_strength, 1, "%.2f", controls::Scale::logarithmic},
                                          tr("How strictly the picture keeps to these strokes"), first != nullptr)) {
    const Step step = adopt_picked(editor, tr_noop("Firmness"), event.begun ? Step::own : Step::fold);
    editor.change([&](Document& d) { return d.set_strength(editor.sitting().selection(), strength, step); });
  }
  const Stroke* const own = first_selected();
  if (own && !editor.brush().region().empty() && controls::text_button(style, tr_noop("Limit them to the lasso")))
    editor.change([&](Document& d) {
      return d.take(edit_of_limiting(d.state(), editor.sitting().selection(), editor.brush().region()));
    });
  if (own && !own->region.empty() && own->region != editor.brush().region() &&
      controls::text_button(style, tr_noop("Use its lasso")))
    editor.limit_strokes(own->region);
  const char* const bring = tr_noop("Import a mask\u2026");
  const char* const give = tr_noop("Export\u2026");
  const float share = 2 * half / (controls::button_width(style, bring) + controls::button_width(style, give));
  if (controls::text_button(style, bring, false, true, share * controls::button_width(style, bring)))
    state.post(Command::import_mask);
  controls::tip_for_last_item(style, tip_for(Command::import_mask));
  ImGui::SameLine(0, style.px(8));
  if (controls::text_button(style, give, false, count > 0 || document.imported(),
                            share * controls::button_width(style, give)))
    state.post(Command::export_mask);
  controls::tip_for_last_item(style, tip_for(Command::export_mask));
  ImGui::Dummy({1, style.px(4)});
}

// The colours of the strokes, each once: a click selects the strokes of one.
void StrokesPanel::colours_in_use(WindowState& state) {
  const Style& style = state.style;
  Editor& editor = state.editor;
  const Document& document = editor.document();
  std::vector<Rgb> used;
  for (const SharedStroke& stroke : document.strokes()) {
    if (stroke->kind != StrokeKind::colour) continue;
    if (std::none_of(used.begin(), used.end(), [&](Rgb c) { return same_colour(c, stroke->colour); }))
      used.push_back(stroke->colour);
  }
  controls::dim_text(style, tr("Colours in this picture"));
  const float gap = style.px(6);
  const int columns = std::max(1, static_cast<int>((ImGui::GetContentRegionAvail().x + gap) / (style.px(26) + gap)));
  if (used.empty()) controls::empty_swatch(style, 26);
  for (int i = 0; i < static_cast<int>(used.size()); ++i) {
    const Rgb colour = used[static_cast<std::size_t>(i)];
    if (i % columns) ImGui::SameLine(0, gap);
    ImGui::PushID(i);
    if (controls::swatch(style, "used", colour, 26, used_colour_ && same_colour(*used_colour_, colour),
                         tr("{1}: click to select its strokes", {hex_of(colour)}))) {
      used_colour_ = colour;
      std::vector<StrokeId> ids;
      for (const SharedStroke& stroke : document.strokes()) {
        if (stroke->kind == StrokeKind::colour && same_colour(stroke->colour, colour)) ids.push_back(stroke->id);
      }
      editor.select(std::move(ids));
    }
    ImGui::PopID();
  }
  const bool known =
      used_colour_ && std::any_of(used.begin(), used.end(), [&](Rgb c) { return same_colour(c, *used_colour_); });
  if (controls::text_button(style, tr_noop("Replace everywhere by the brush's colour"), false,
                            known && !same_colour(*used_colour_, editor.brush().colour()),
                            ImGui::GetContentRegionAvail().x)) {
    editor.change([&](Document& d) { return d.replace_colour(*used_colour_, editor.brush().colour()); });
    editor.brush().remember_colour();
    used_colour_ = editor.brush().colour();
  }
}

}  // namespace handtint
