#include "editor/gui/picture_panel.h"

#include <array>
#include <cmath>
#include <string>

#include "editor/files/language.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {

void PicturePanel::dials(WindowState& state) {
  const Style& style = state.style;
  Settings s = state.editor.document().settings();
  const Settings usual;
  const auto dial = [&](const char* label, float& value, const controls::SliderRange& range, const char* tip) {
    if (const auto event = controls::slider(style, label, value, range, tip)) {
      state.editor.change([&](Document& d) { return d.set_settings(s, event.begun ? Step::own : Step::fold); });
    }
  };
  dial(tr_noop("Spread"), s.smoothness, {0.02f, 50, usual.smoothness, "%.2f", controls::Scale::logarithmic},
       tr("How softly colour flows away from the strokes (weight of the bilaplacian)"));
  dial(tr_noop("Edges"), s.edge, {0, 4, usual.edge}, tr("How firmly colour stops at edges of the photo (edge weight)"));
  dial(tr_noop("Firmness of all strokes"), s.strength,
       {0.05f, 10, usual.strength, "%.2f", controls::Scale::logarithmic},
       tr("How strictly the picture keeps to all strokes (hint strength)"));
  dial(tr_noop("Softness"), s.exponent, {1, 2, usual.exponent},
       tr("Left: areas of even colour with sharp borders. Right: soft blends (exponent p of the total variation)"));
  dial(tr_noop("Likeness"), s.affinity, {0, 4, usual.affinity},
       tr("Trust in strokes on what looks alike far away (hint affinity)"));
  dial(tr_noop("Reach"), s.reach, {0, 1, usual.reach},
       tr("How far strokes go over the first coat. Left: this thing only. Middle: a few strokes keep to their things, "
          "many "
          "and dabs do not. Right: everything that looks alike"));
  // A useful pull spans decades; the slider's cube makes all of them reachable and zero exact.
  constexpr float most = 1e-2f;
  float pull = std::cbrt(s.neutral_pull / most);
  if (const auto event = controls::slider(style, tr_noop("Fade to grey"), pull, {0, 1, 0},
                                          tr("Pull to grey where no stroke is near (neutral pull)"))) {
    s.neutral_pull = pull * pull * pull * most;
    state.editor.change([&](Document& d) { return d.set_settings(s, event.begun ? Step::own : Step::fold); });
  }
  constexpr std::array models{
      controls::Segment{tr_noop("Full"), tr_noop("All terms together: the default")},
      controls::Segment{tr_noop("TV"), tr_noop("Generalized total variation alone: flat areas, sharp borders")},
      controls::Segment{tr_noop("Membrane"),
                        tr_noop("Second-order membrane alone: as in Levin's and OpenCV's methods")},
      controls::Segment{tr_noop("Plate"), tr_noop("Edge-stopped bilaplacian alone: the smoothest blends")},
  };
  controls::dim_text(style, tr("Model"));
  int model = static_cast<int>(s.model);
  ImGui::PushFont(style.small);
  if (controls::segmented(style, "model", models.data(), static_cast<int>(models.size()), model,
                          ImGui::GetContentRegionAvail().x)) {
    s.model = static_cast<Model>(model);
    state.editor.change([&](Document& d) { return d.set_settings(s, Step::own); });
  }
  ImGui::PopFont();
  ImGui::Dummy({1, style.px(4)});
  if (controls::toggle(style, tr_noop("Draft"), s.preview,
                       tr("Solve a reduced picture only: quicker, softer at fine edges"))) {
    state.editor.change([&](Document& d) { return d.set_settings(s, Step::own); });
  }
}

void PicturePanel::backends(WindowState& state) {
  const Style& style = state.style;
  controls::dim_text(style, tr("Runs on"));
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const std::string current = state.preferences.backend;
  if (ImGui::BeginCombo("##backend", current == "auto" ? tr("The fastest that is there") : current.c_str())) {
    if (ImGui::IsWindowAppearing()) backends_ = probe_backends();  // once per opening: a probe may wake a device
    if (ImGui::Selectable(tr("The fastest that is there"), current == "auto")) state.preferences.backend = "auto";
    for (const BackendInfo& info : backends_) {
      const std::string name(name_of(info.backend));
      const std::string label = name + "   " + info.description;
      if (ImGui::Selectable(label.c_str(), current == name, info.usable ? 0 : ImGuiSelectableFlags_Disabled)) {
        state.preferences.backend = name;
      }
    }
    ImGui::EndCombo();
  }
  if (state.preferences.backend != current) state.post(Command::restart_solver);
}

void finish_section(WindowState& state) {
  const Style& style = state.style;
  if (!controls::section(style, tr_noop("Finish"))) return;
  const Finish before = state.editor.document().state().finish;
  Finish finish = before;
  const auto dial = [&](const char* label, float& value, const controls::SliderRange& range, const char* tip) {
    if (const auto event = controls::slider(style, label, value, range, tip))
      state.editor.change(
          [&](Document& d) { return d.take(edit_of_finish(before, finish), event.begun ? Step::own : Step::fold); });
  };
  dial(tr_noop("Vividness"), finish.vividness, {0, max_vividness, 1},
       tr("Of the whole picture, strokes too. Left: grey. Middle: as painted. Right: twice as colourful"));
  dial(tr_noop("Warmth"), finish.warmth, {-1, 1, 0},
       tr("Of the whole picture, strokes too. Left: bluer. Middle: as painted. Right: as under a lamp. Greys move a "
          "little, colours more, the photo's light not at all"));
  ImGui::Dummy({1, style.px(4)});
}

void PicturePanel::section(WindowState& state) {
  const Style& style = state.style;
  if (!controls::section(style, tr_noop("Picture"))) return;
  dials(state);
  backends(state);
  const Settings usual;
  const float half = (ImGui::GetContentRegionAvail().x - style.px(8)) / 2;
  if (controls::text_button(style, tr_noop("Reset"), false, !(state.editor.document().settings() == usual), half))
    state.editor.change([&](Document& d) { return d.set_settings(usual, Step::own); });
  controls::tip_for_last_item(style, tr("All dials to their defaults; can be undone"));
  ImGui::SameLine(0, style.px(8));
  if (controls::text_button(style, tr_noop("Solve afresh"), false, true, half)) state.post(Command::restart_solver);
  controls::tip_for_last_item(style, tr("Starts the solver anew, should it ever hang"));
  ImGui::Dummy({1, style.px(4)});
}

namespace {

void language_choice(WindowState& state) {
  std::string& chosen = state.preferences.language;
  const Language* current = chosen.empty() ? nullptr : find_language(chosen);
  const char* desktop = tr("As the desktop says");
  controls::dim_text(state.style, tr("Language"));
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const bool listed = ImGui::BeginCombo("##language", current ? current->name : desktop, ImGuiComboFlags_HeightLarge);
  if (!listed) return controls::name_last_item("languages");
  const std::string before = chosen;
  if (ImGui::Selectable(desktop, !current)) chosen.clear();
  controls::name_last_item("language of the desktop");
  for (const Language& language : languages()) {
    if (ImGui::Selectable(language.name, current == &language)) chosen = language.code;
    controls::name_last_item(language.code);
  }
  ImGui::EndCombo();
  if (chosen != before) use_language(chosen);
}

}  // namespace

void view_section(WindowState& state) {
  const Style& style = state.style;
  if (!controls::section(style, tr_noop("View"))) return;
  controls::slider(style, tr_noop("Strokes shown"), state.preferences.stroke_opacity, {0, 1, 0.6f},
                   tr("How strongly the strokes lie over the picture"));
  controls::toggle(style, tr_noop("Strokes fade after painting"), state.preferences.strokes_fade,
                   tr("They come back under the cursor, and while strokes are selected or erased  (V, E)"));
  controls::toggle(style, tr_noop("Navigator"), state.preferences.navigator,
                   tr("The whole photo small in a corner, while it does not fit the window"));
  constexpr std::array sizes{controls::Segment{tr_noop("Auto"), tr_noop("As the display asks")},
                             controls::Segment{"100 %", ""}, controls::Segment{"125 %", ""},
                             controls::Segment{"150 %", ""}, controls::Segment{"200 %", ""}};
  constexpr std::array<float, 5> scales{0, 1, 1.25f, 1.5f, 2};
  int chosen = 0;
  for (int i = 0; i < static_cast<int>(scales.size()); ++i) {
    if (std::abs(scales[static_cast<std::size_t>(i)] - state.preferences.ui_scale) < 0.01f) chosen = i;
  }
  controls::dim_text(style, tr("Size of the interface"));
  ImGui::PushFont(style.small);
  if (controls::segmented(style, "scale", sizes.data(), static_cast<int>(sizes.size()), chosen,
                          ImGui::GetContentRegionAvail().x)) {
    state.preferences.ui_scale = scales[static_cast<std::size_t>(chosen)];
    state.style_changed = true;
  }
  ImGui::PopFont();
  ImGui::Dummy({1, style.px(4)});
  language_choice(state);
  ImGui::Dummy({1, style.px(4)});
}

}  // namespace handtint
