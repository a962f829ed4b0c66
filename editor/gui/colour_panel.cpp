#include "editor/gui/colour_panel.h"

#include <cmath>
#include <cstdio>
#include <exception>

#include "editor/document/session.h"
#include "editor/document/things.h"
#include "editor/files/file_error.h"
#include "editor/gui/doubt.h"
#include "editor/gui/gl/shaders.h"
#include "editor/gui/texture_id.h"
#include "editor/gui/widgets.h"
#include "editor/work/adoption.h"
#include "editor/work/picker_geometry.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr float picker_side = 216;

int byte_of(float channel) {
  return static_cast<int>(std::lround(255 * std::clamp(channel, 0.0f, 1.0f)));
}

// Half the side of the square that holds the gamut: light and dark colours have little chroma, and their plane is
// enlarged.
float extent_of(const std::vector<Ab>& outline) {
  float reach = 20;
  for (const Ab& ab : outline) reach = std::max({reach, std::abs(ab.a), std::abs(ab.b)});
  return std::min(1.06f * reach, picker_extent);
}

std::string rgb_text(Rgb c) {
  char text[40];
  std::snprintf(text, sizeof text, "%d, %d, %d", byte_of(c.r), byte_of(c.g), byte_of(c.b));
  return text;
}

std::string lab_text(Rgb c) {
  const Lab lab = lab_from_srgb(c);
  char text[40];
  // Rounded before printing, so that a grey is "0" and not "-0".
  std::snprintf(text, sizeof text, "lab(%d, %d, %d)", static_cast<int>(std::lround(lab.L)),
                static_cast<int>(std::lround(lab.a)), static_cast<int>(std::lround(lab.b)));
  return text;
}

}  // namespace

std::string words_of(const Swatch& swatch) {
  return swatch.name.empty() ? hex_of(swatch.colour) : tr(swatch.name.c_str());
}

// --- the picker's field

PickerField::PickerField() : program_(shaders::fullscreen_vert, shaders::picker_frag) {}

const gl::Texture& PickerField::draw(float lightness, float extent, int side, Rgb surround) {
  if (lightness == lightness_ && side == target_.width() && surround.r == surround_.r) return target_.texture();
  lightness_ = lightness;
  surround_ = surround;
  // Not in the window's format: from that, Mesa 22.3 without a GPU leaves out tiles of 64 pixels when it lies large in
  // the interface.
  target_.resize(side, side, gl::Texture::rgba8);
  target_.bind();
  glDisable(GL_BLEND);
  glDisable(GL_SCISSOR_TEST);
  program_.use();
  program_.set("lightness", lightness);
  program_.set("extent", extent);
  program_.set("size", static_cast<float>(side), static_cast<float>(side));
  program_.set("surround", surround.r, surround.g, surround.b);
  vertices_.bind();
  glDrawArrays(GL_TRIANGLES, 0, 3);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  return target_.texture();
}

// --- the panel

void ColourPanel::choose(WindowState& state, Rgb colour, bool last, bool typed) {
  Editor& editor = state.editor;
  const bool changed = !same_colour(editor.brush().colour(), colour);
  const bool selected = !editor.sitting().selection().empty() || picked_carried(editor);
  editor.brush().set_colour(colour);
  if (typed || (changed && !selected)) editor.brush().take_nature(typed);
  state.tools.colour_chosen();
  if (selected && (changed || last)) {
    const Step step = adopt_picked(editor, tr_noop("Recolour"), recolouring_ ? Step::fold : Step::own);
    editor.change([&](Document& d) {
      return d.recolour(editor.sitting().selection(), colour, step, typed ? std::optional(false) : std::nullopt);
    });
    recolouring_ = !last;
  }
  if (last) {
    editor.brush().remember_colour();
    recolouring_ = false;
  }
}

void ColourPanel::section(WindowState& state, CoatPanel& coat) {
  if (!controls::section(state.style, tr_noop("Colour"), true, state.focus_colour_field)) return;
  picker(state);
  colour_fields(state);
  natural_switch(state);
  coat.likely_row(state, [&](Rgb colour) { choose(state, colour, true); });
  recent_row(state);
  palettes(state);
}

// One row, the latest colours first: empty places are kept for those to come, so that nothing jumps.
void ColourPanel::recent_row(WindowState& state) {
  const Style& style = state.style;
  controls::dim_text(style, tr("Recent"));
  const float side = 26, gap = style.px(6);
  const int places = std::max(1, static_cast<int>((ImGui::GetContentRegionAvail().x + gap) / (style.px(side) + gap)));
  const std::vector<Rgb> recent = state.editor.brush().recent().colours();  // a click changes the list
  for (int i = 0; i < places; ++i) {
    if (i > 0) ImGui::SameLine(0, gap);
    if (i >= static_cast<int>(recent.size())) {
      controls::empty_swatch(style, side);
      continue;
    }
    const Rgb colour = recent[static_cast<std::size_t>(i)];
    ImGui::PushID(i);
    if (controls::swatch(style, "recent", colour, side, same_colour(colour, state.editor.brush().colour()),
                         hex_of(colour)))
      choose(state, colour, true);
    ImGui::PopID();
  }
}

void ColourPanel::picker(WindowState& state) {
  const Style& style = state.style;
  if (!field_) field_.emplace();
  // Whole steps of L: the field is redrawn when the eye could tell, not with every pixel the hand crosses.
  if (!picking_ && !state.tools.busy())
    picker_lightness_ = std::clamp(std::round(state.lightness_under_cursor), 15.0f, 95.0f);
  const float L = picker_lightness_;
  const float side = style.px(picker_side);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("field", {side, side});
  const std::vector<Ab> outline = gamut_boundary(L, 90);
  PickerPanel panel;
  panel.extent = extent_of(outline);
  panel.x = start.x;
  panel.y = start.y;
  panel.side = side;
  const bool was_picking = picking_;
  picking_ = ImGui::IsItemActive();
  if (picking_) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    choose(state, picked_colour(L, nearest_in_gamut(L, panel.ab_at({mouse.x, mouse.y}))), false);
  } else if (was_picking) {
    choose(state, state.editor.brush().colour(), true);
  }
  controls::tip_for_last_item(
      style, std::string(tr("Colours that the photo can have at the lightness under the cursor. Grey is in the middle; "
                            "what no screen shows is dimmed.")) +
                 prediction_set_words(state));
  const int pixels = static_cast<int>(side * state.view.canvas.pixel_scale);
  const gl::Texture& texture = field_->draw(L, panel.extent, pixels, rgb_of(style.colours.panel));
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddImageRounded(texture_id(texture), start, {start.x + side, start.y + side}, {0, 1}, {1, 0}, IM_COL32_WHITE,
                        style.px(6));
  for (const Ab& ab : outline) {
    const Point p = panel.place_of(ab);
    list->PathLineTo({p.x, p.y});
  }
  list->PathStroke(IM_COL32(255, 255, 255, 90), ImDrawFlags_Closed, 1.0f);
  const Point middle = panel.place_of({0, 0});
  list->AddLine({middle.x - style.px(4), middle.y}, {middle.x + style.px(4), middle.y}, IM_COL32(0, 0, 0, 110));
  list->AddLine({middle.x, middle.y - style.px(4)}, {middle.x, middle.y + style.px(4)}, IM_COL32(0, 0, 0, 110));
  draw_prediction_set(state, list, panel);
  const Lab current = lab_from_srgb(state.editor.brush().colour());
  const Point mark = panel.place_of(
      {std::clamp(current.a, -picker_extent, picker_extent), std::clamp(current.b, -picker_extent, picker_extent)});
  list->AddCircle({mark.x, mark.y}, style.px(7), IM_COL32(0, 0, 0, 160), 0, style.px(3.5f));
  list->AddCircle({mark.x, mark.y}, style.px(7), IM_COL32_WHITE, 0, style.px(2));

  // Beside the field: the brush's colour, and how it will look on this part of the photo.
  ImGui::SameLine(0, style.px(16));
  ImGui::BeginGroup();
  const float column = std::max(style.px(40), ImGui::GetContentRegionAvail().x);
  const auto sample = [&](const char* label, Rgb colour, const char* tip) {
    controls::dim_text(style, label);
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float height = style.px(44);
    ImGui::Dummy({column, height});
    controls::tip_for_last_item(style, tip);
    list->AddRectFilled(low, {low.x + column, low.y + height}, imgui_colour(colour), style.px(6));
    list->AddRect(low, {low.x + column, low.y + height}, IM_COL32(0, 0, 0, 60), style.px(6));
  };
  sample(tr("Brush"), state.editor.brush().colour(), tr("The colour of the brush"));
  const float here = state.lightness_under_cursor;
  sample(tr("Here"),
         lit_colour(here, finished(state.editor.brush().hint().at(here), state.editor.document().state().finish)),
         tr("What the colour becomes at the lightness under the cursor"));
  char lightness[24];
  std::snprintf(lightness, sizeof lightness, "L  %.0f", static_cast<double>(L));
  controls::dim_text(style, lightness);
  if (controls::icon_button(style, "swap", Icon::swap, tip_for(Command::swap_colours), false,
                            state.editor.brush().recent().colours().size() > 1, 32)) {
    state.post(Command::swap_colours);
  }
  ImGui::EndGroup();
}

void ColourPanel::field(WindowState& state, Field& field, const char* label, std::string (*text_of)(Rgb), bool focus) {
  const Style& style = state.style;
  const float column = style.px(40);
  if (!field.active) std::snprintf(field.text, sizeof field.text, "%s", text_of(state.editor.brush().colour()).c_str());
  ImGui::AlignTextToFramePadding();
  ImGui::PushStyleColor(ImGuiCol_Text, style.colours.text_dim);
  ImGui::TextUnformatted(label);
  ImGui::PopStyleColor();
  ImGui::SameLine(column);
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  ImGui::PushID(label);
  if (focus) controls::focus_next_field();
  const bool entered = ImGui::InputText("##text", field.text, sizeof field.text,
                                        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  controls::name_last_item(label);
  if (!field.active && ImGui::IsItemActive()) field.before = state.editor.brush().colour();
  // What is half typed is tried on the brush and nothing else, and what does not become a colour leaves no trace.
  const auto parsed = parse_colour(field.text);
  if (ImGui::IsItemEdited() && parsed) state.editor.brush().set_colour(*parsed);
  if (const bool left = ImGui::IsItemDeactivatedAfterEdit(); entered || left) {
    if (parsed && field.text != text_of(field.before))
      choose(state, *parsed, true, true);
    else
      state.editor.brush().set_colour(field.before);
  }
  if (field.active && !parsed && field.text[0]) {
    ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), style.colours.warning,
                                        style.px(4));
  }
  controls::tip_for_last_item(style, tr("#8a5a44, 138 90 68 or lab(43, 17, 19): any of them is understood"));
  field.active = ImGui::IsItemActive();
  ImGui::PopID();
}

void ColourPanel::colour_fields(WindowState& state) {
  const bool focus = std::exchange(state.focus_colour_field, false);
  field(state, hex_, "HEX", hex_of, focus);
  field(state, rgb_, "RGB", rgb_text, false);
  field(state, lab_, "Lab", lab_text, false);
}

void ColourPanel::natural_switch(WindowState& state) {
  Editor& editor = state.editor;
  bool natural = editor.brush().natural();
  if (!controls::toggle(
          state.style, tr_noop("Natural colour"), natural,
          tr("The colour follows the photo's light: paler in shade, as on the thing itself. Off: the same "
             "chroma everywhere; so are colours whose numbers were typed. Of the selected strokes too")))
    return;
  editor.brush().set_natural(natural);
  editor.change([&](Document& d) { return d.take(edit_of_nature(d.state(), editor.sitting().selection(), natural)); });
}

const Palette& ColourPanel::shown_palette(const WindowState& state) const {
  const std::vector<Palette>& starters = starter_palettes();
  return palette_ < starters.size() ? starters[palette_] : state.editor.document().state().palette;
}

void ColourPanel::palettes(WindowState& state) {
  const Style& style = state.style;
  const std::vector<Palette>& starters = starter_palettes();
  const Palette& own = state.editor.document().state().palette;
  const bool have_own = !own.swatches.empty();
  if (palette_ > starters.size() || (palette_ == starters.size() && !have_own)) palette_ = 0;
  const Palette& earlier = state.editor.sitting().earlier_things();
  const auto name_at = [&](std::size_t i) {
    return std::string(i < starters.size() ? tr(starters[i].name.c_str())
                       : own.name.empty()  ? tr("This picture's palette")
                                           : own.name.c_str());
  };
  controls::dim_text(style, tr("Palette"));
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - style.px(3 * 34));
  const bool listed = ImGui::BeginCombo("##palette", name_at(palette_).c_str(), ImGuiComboFlags_HeightLarge);
  if (!listed) controls::name_last_item("palettes");
  if (listed) {
    // They become this picture's own, so that its things are called like them.
    const Palette with_earlier = joined(own, earlier);
    if (!(with_earlier == own) && ImGui::Selectable(earlier.name.c_str())) {
      state.editor.change([&](Document& d) { return d.set_palette(with_earlier); });
      palette_ = starters.size();
    }
    for (std::size_t i = 0; i < starters.size() + (have_own ? 1 : 0); ++i) {
      if (ImGui::Selectable(name_at(i).c_str(), i == palette_)) palette_ = i;
    }
    ImGui::EndCombo();
  }
  ImGui::SameLine(0, style.px(2));
  if (controls::icon_button(style, "add", Icon::plus, tr("Add the brush's colour to this picture's palette"), false,
                            true, 32)) {
    Palette grown = own;
    if (grown.name.empty()) grown.name = tr("This picture");
    grown.swatches.push_back({hex_of(state.editor.brush().colour()), state.editor.brush().colour()});
    state.editor.change([&](Document& d) { return d.set_palette(std::move(grown)); });
    palette_ = starters.size();
  }
  ImGui::SameLine(0, style.px(2));
  if (controls::icon_button(style, "load", Icon::folder,
                            tr("Load a GIMP palette (.gpl), or the colours of another session's things"), false, true,
                            32))
    state.post(Command::load_palette);
  ImGui::SameLine(0, style.px(2));
  if (controls::icon_button(style, "write", Icon::save, tr("Save this palette as .gpl"), false, true, 32))
    state.post(Command::save_palette);

  const Palette& shown = shown_palette(state);
  const float side = 26, gap = style.px(6);
  const int columns = std::max(1, static_cast<int>((ImGui::GetContentRegionAvail().x + gap) / (style.px(side) + gap)));
  for (int i = 0; i < static_cast<int>(shown.swatches.size()); ++i) {
    const Swatch& item = shown.swatches[static_cast<std::size_t>(i)];
    if (i % columns) ImGui::SameLine(0, gap);
    ImGui::PushID(i);
    if (controls::swatch(style, "swatch", item.colour, side, same_colour(item.colour, state.editor.brush().colour()),
                         words_of(item))) {
      choose(state, item.colour, true);
    }
    ImGui::PopID();
  }
  ImGui::Dummy({1, style.px(4)});
}

void ColourPanel::load_palette(WindowState& state, const std::filesystem::path& file) {
  try {
    Palette palette = is_session_name(file)
                          ? palette_of_things(read_session(file).state, tr("Things of {1}", {file.filename().string()}))
                          : read_gpl(file);
    if (palette.swatches.empty()) throw FileError(file, tr("has no things with a colour"));
    state.editor.change([&](Document& d) { return d.set_palette(std::move(palette)); });
    palette_ = starter_palettes().size();
  } catch (const std::exception& error) {
    state.editor.messages().tell(error.what(), true);
  }
}

void ColourPanel::save_palette(WindowState& state, const std::filesystem::path& file) {
  try {
    write_gpl(file, shown_palette(state));
    state.editor.messages().tell(tr("Saved {1}", {file.filename().string()}));
  } catch (const std::exception& error) {
    state.editor.messages().tell(error.what(), true);
  }
}

}  // namespace handtint
