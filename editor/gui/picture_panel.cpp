#include "editor/gui/picture_panel.h"

#include <array>
#include <cmath>
#include <string>

#include "editor/gui/widgets.h"

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
  dial("Spread", s.smoothness, {0.02f, 50, usual.smoothness, "%.2f", controls::Scale::logarithmic},
       "How softly colour flows away from the strokes (weight of the bilaplacian)");
  dial("Edges", s.edge, {0, 4, usual.edge}, "How firmly colour stops at edges of the photo (edge weight)");
  dial("Amount", s.strength, {0.05f, 10, usual.strength, "%.2f", controls::Scale::logarithmic},
       "How strictly the picture keeps to all strokes (hint strength)");
  dial("Softness", s.exponent, {1, 2, usual.exponent},
       "Left: areas of even colour with sharp borders. Right: soft blends (exponent p of the total variation)");
  dial("Likeness", s.affinity, {0, 4, usual.affinity}, "Trust in strokes on what looks alike far away (hint affinity)");
  dial(
      "Reach", s.reach, {0, 1, usual.reach},
      "How far strokes go over the first coat. Left: this thing only. Middle: a few strokes keep to their things, many "
      "and dabs do not. Right: everything that looks alike");
  // A useful pull spans decades; the slider's cube makes all of them reachable and zero exact.
  constexpr float most = 1e-2f;
  float pull = std::cbrt(s.neutral_pull / most);
  if (const auto event = controls::slider(style, "Fade to grey", pull, {0, 1, 0},
                                          "Pull to grey where no stroke is near (neutral pull)")) {
    s.neutral_pull = pull * pull * pull * most;
    state.editor.change([&](Document& d) { return d.set_settings(s, event.begun ? Step::own : Step::fold); });
  }
  constexpr std::array models{
      controls::Segment{"Full", "All terms together: the default"},
      controls::Segment{"TV", "Generalized total variation alone: flat areas, sharp borders"},
      controls::Segment{"Membrane", "Second-order membrane alone: as in Levin's and OpenCV's methods"},
      controls::Segment{"Plate", "Edge-stopped bilaplacian alone: the smoothest blends"},
  };
  controls::dim_text(style, "Model");
  int model = static_cast<int>(s.model);
  ImGui::PushFont(style.small);
  if (controls::segmented(style, "model", models.data(), static_cast<int>(models.size()), model,
                          ImGui::GetContentRegionAvail().x)) {
    s.model = static_cast<Model>(model);
    state.editor.change([&](Document& d) { return d.set_settings(s, Step::own); });
  }
  ImGui::PopFont();
  ImGui::Dummy({1, style.px(4)});
  if (controls::toggle(style, "Draft", s.preview, "Solve a reduced picture only: quicker, softer at fine edges")) {
    state.editor.change([&](Document& d) { return d.set_settings(s, Step::own); });
  }
}

void PicturePanel::backends(WindowState& state) {
  const Style& style = state.style;
  controls::dim_text(style, "Runs on");
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const std::string current = state.preferences.backend;
  if (ImGui::BeginCombo("##backend", current == "auto" ? "The fastest that is there" : current.c_str())) {
    if (ImGui::IsWindowAppearing()) backends_ = probe_backends();  // once per opening: a probe may wake a device
    if (ImGui::Selectable("The fastest that is there", current == "auto")) state.preferences.backend = "auto";
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

void PicturePanel::section(WindowState& state) {
  const Style& style = state.style;
  if (!controls::section(style, "Picture")) return;
  dials(state);
  backends(state);
  const Settings usual;
  const float half = (ImGui::GetContentRegionAvail().x - style.px(8)) / 2;
  if (controls::text_button(style, "Reset", false, !(state.editor.document().settings() == usual), half))
    state.editor.change([&](Document& d) { return d.set_settings(usual, Step::own); });
  controls::tip_for_last_item(style, "All dials to their defaults; can be undone");
  ImGui::SameLine(0, style.px(8));
  if (controls::text_button(style, "Solve afresh", false, true, half)) state.post(Command::restart_solver);
  controls::tip_for_last_item(style, "Starts the solver anew, should it ever hang");
  ImGui::Dummy({1, style.px(4)});
}

void view_section(WindowState& state) {
  const Style& style = state.style;
  if (!controls::section(style, "View")) return;
  controls::slider(style, "Strokes shown", state.preferences.stroke_opacity, {0, 1, 0.6f},
                   "How strongly the strokes lie over the picture");
  controls::toggle(style, "Strokes fade after painting", state.preferences.strokes_fade,
                   "They come back under the cursor, and while strokes are selected or erased  (V, E)");
  constexpr std::array sizes{controls::Segment{"Auto", "As the display asks"}, controls::Segment{"100 %", ""},
                             controls::Segment{"125 %", ""}, controls::Segment{"150 %", ""},
                             controls::Segment{"200 %", ""}};
  constexpr std::array<float, 5> scales{0, 1, 1.25f, 1.5f, 2};
  int chosen = 0;
  for (int i = 0; i < static_cast<int>(scales.size()); ++i) {
    if (std::abs(scales[static_cast<std::size_t>(i)] - state.preferences.ui_scale) < 0.01f) chosen = i;
  }
  controls::dim_text(style, "Size of the interface");
  ImGui::PushFont(style.small);
  if (controls::segmented(style, "scale", sizes.data(), static_cast<int>(sizes.size()), chosen,
                          ImGui::GetContentRegionAvail().x)) {
    state.preferences.ui_scale = scales[static_cast<std::size_t>(chosen)];
    state.style_changed = true;
  }
  ImGui::PopFont();
  ImGui::Dummy({1, style.px(4)});
}

}  // namespace handtint
