#include "editor/gui/coat_panel.h"

#include <cmath>

#include "editor/gui/widgets.h"
#include "editor/work/picker_geometry.h"
#include "solver/tr.h"

namespace handtint {
namespace {

std::string coat_words(const WindowState& state) {
  const FirstCoat& coat = state.editor.document().coat();
  const NetworkStatus status = state.editor.colouring().predictions().status();
  if (coat.picture) {
    if (!coat.on) return tr("Off: only strokes give colour");
    return tr("From {1}", {coat.picture->file.path.filename().string()});
  }
  if (!status.problem.empty()) return tr("No first coat: {1}", {status.problem});
  if (state.editor.colouring().predictions().asks_soon() &&
      (state.editor.brush().stroke() || (state.editor.colouring().predictions().latest() && !status.busy)))
    return tr("Looks at your strokes when the hand rests");
  if (state.editor.colouring().predictions().asks_soon()) return tr("The network is looking at the photo\u2026");
  if (!coat.on) return tr("Off: only strokes give colour");
  if (coat.dials.variant == 0) return tr("The likeliest colours");
  return tr("Other plausible colours: coat {1}", {std::to_string(coat.dials.variant)});
}

}  // namespace

void CoatPanel::section(WindowState& state) {
  const Style& style = state.style;
  if (!controls::section(style, tr_noop("First coat"))) return;
  ImGui::PushID("coat");
  Editor& editor = state.editor;
  FirstCoat coat = editor.document().coat();
  const NetworkStatus status = editor.colouring().predictions().status();
  // What to do about a problem may take lines; everything else has one, so that nothing jumps.
  const std::string words = coat_words(state);
  ImGui::PushFont(style.small);
  const std::string line = status.problem.empty() ? controls::fitted(words, ImGui::GetContentRegionAvail().x) : words;
  ImGui::PopFont();
  controls::dim_text(style, line.c_str());

  if (controls::toggle(style, coat.picture ? tr_noop("Colours of a picture") : tr_noop("Colours by the network"),
                       coat.on, tr("A network proposes colours for the whole photo; your strokes overrule it.  (F)")))
    editor.change([&](Document& d) { return d.set_coat(coat, Step::own); });
  // Whoever moves a dial wants to see what it does.
  const auto dial = [&](const char* label, float& value, const controls::SliderRange& range, const char* tip) {
    if (const auto event = controls::slider(style, label, value, range, tip)) {
      coat.on = true;
      editor.change([&](Document& d) { return d.set_coat(coat, event.begun ? Step::own : Step::fold); });
    }
  };
  dial(tr_noop("Amount"), coat.dials.amount, {0, 1, 1}, tr("How much of the proposal"));
  buttons(state, coat);
  controls::toggle(style, tr_noop("Show where it is unsure"), state.unsure_shown,
                   tr("Violet: the true colour may be far from the proposed one. Numbers: a stroke helps most there. "
                      "Both follow your strokes.  (U)"));
  controls::toggle(style, tr_noop("Lay it on newly opened photos"), state.preferences.coat_on_opening,
                   tr("Off: a photo starts grey. Sessions keep what they were saved with."));
  if (controls::text_button(style, more_shown_ ? tr_noop("Less") : tr_noop("More\u2026"))) more_shown_ = !more_shown_;
  if (more_shown_) {
    dial(tr_noop("Chroma of the coat"), coat.dials.vividness, {0, max_coat_vividness, 1},
         tr("Left: grey. Middle: as proposed. Right: twice as colourful. Strokes keep their colours"));
    dial(tr_noop("Mixing"), coat.dials.temperature, {0.2f, 2, 1, "%.2f", controls::Scale::logarithmic},
         tr("Left: the likeliest colour alone, which is often near grey. Right: a mean of all that are likely "
            "(temperature "
            "of the distribution)"));
  }
  ImGui::Dummy({1, style.px(4)});
  ImGui::PopID();
}

void CoatPanel::buttons(WindowState& state, FirstCoat coat) {
  const Style& style = state.style;
  const float half = (ImGui::GetContentRegionAvail().x - style.px(8)) / 2;
  if (controls::text_button(style, tr_noop("Another coat"), false, !coat.picture, half))
    state.post(Command::another_coat);
  controls::tip_for_last_item(style, tip_for(Command::another_coat));
  ImGui::SameLine(0, style.px(8));
  if (controls::text_button(style, tr_noop("Likeliest"), false, coat.dials.variant != 0 && !coat.picture, half)) {
    coat.dials.variant = 0;
    coat.on = true;
    state.editor.change([&](Document& d) { return d.set_coat(coat, Step::own); });
  }
  controls::tip_for_last_item(style, tr("Back to the likeliest colours"));
  if (controls::text_button(style, tr_noop("Choose among six\u2026"), false, !coat.picture, 2 * half + style.px(8)))
    state.post(Command::choose_coat);
  controls::tip_for_last_item(style, tip_for(Command::choose_coat));
  if (state.editor.film()) return;
  if (coat.picture) {
    if (controls::text_button(style, tr_noop("Back to the network"), false, true, 2 * half + style.px(8))) {
      coat.picture.reset();
      state.editor.change([&](Document& d) { return d.set_coat(coat, Step::own); });
    }
    controls::tip_for_last_item(style, tr("The first coat is the network's again"));
  } else {
    if (controls::text_button(style, tr_noop("From a picture\u2026"), false, true, 2 * half + style.px(8)))
      state.post(Command::coat_of_picture);
    controls::tip_for_last_item(style,
                                tr("Another program's result, or a larger network's, is the first coat: its colours "
                                   "on your light, your strokes on top. Where it does not show what the photo shows it "
                                   "counts little"));
  }
}

std::vector<LikelySwatch> likely_swatches(Editor& editor, Point place) {
  const auto L = editor.sitting().has_document() ? editor.sitting().lightness_at(place) : std::nullopt;
  if (!L || !editor.colouring().predictions().latest()) return {};
  const auto width = static_cast<float>(editor.sitting().photo().width()),
             height = static_cast<float>(editor.sitting().photo().height());
  std::vector<LikelySwatch> swatches;
  for (const LikelyColour& likely : likely_colours(*editor.colouring().predictions().latest(), place.x / width,
                                                   place.y / height, most_likely_colours))
    swatches.push_back({picked_colour(*L, {likely.colour.a, likely.colour.b}), likely.probability});
  return swatches;
}

void CoatPanel::likely_row(WindowState& state, const std::function<void(Rgb)>& choose) {
  const Style& style = state.style;
  const float side = 26, gap = style.px(6);
  const std::vector<LikelySwatch> swatches = likely_swatches(state.editor, state.likely_place);
  const char* words =
      !swatches.empty()                                                  ? tr("Likely here")
      : !state.editor.colouring().predictions().status().problem.empty() ? tr("Likely here: needs a network")
      : state.editor.colouring().predictions().asks_soon()               ? tr("Likely here: the network is looking")
                                                           : tr("Likely here: switch on the first coat (F)");
  controls::dim_text(style, words);
  state.likely_hovered = false;
  // Always as many places, so that nothing jumps.
  for (int i = 0; i < most_likely_colours; ++i) {
    if (i > 0) ImGui::SameLine(0, gap);
    if (i >= static_cast<int>(swatches.size())) {
      controls::empty_swatch(style, side);
      continue;
    }
    const LikelySwatch& s = swatches[static_cast<std::size_t>(i)];
    const std::string tip = tr("{1} % likely where the cursor rested or clicked last  (Shift+{2})",
                               {std::to_string(std::lround(100 * s.probability)), std::to_string(i + 1)});
    ImGui::PushID(i);
    if (controls::swatch(style, "likely", s.colour, side, same_colour(s.colour, state.editor.brush().colour()), tip))
      choose(s.colour);
    state.likely_hovered |= ImGui::IsItemHovered();
    ImGui::PopID();
  }
}

}  // namespace handtint
