#include "editor/gui/side_panel.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "editor/gui/gl/shaders.h"
#include "editor/gui/widgets.h"
#include "editor/work/picker_geometry.h"

namespace handtint {
namespace {

constexpr float picker_side = 216;

ImTextureID texture_id(const gl::Texture& texture) {
  return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(texture.id()));
}

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

void SidePanel::draw(Ui& ui) {
  if (auto loaded = reference_loader_.take()) {
    reference_ = std::move(*loaded);
    if (reference_.problem.empty()) {
      reference_texture_.resize(reference_.width, reference_.height, gl::Texture::rgba8);
      reference_texture_.upload_rows(0, reference_.height, reference_.rgba.data());
      ui.textures_changed = true;
      scroll_to_reference_ = true;
    } else {
      ui.editor.tell(reference_.problem, true);
      reference_ = {};
    }
  }
  const Style& style = ui.style;
  begin_fixed("panel", ui.layout.panel, style.colours.panel, {style.px(16), style.px(4)});
  // The scroll bar always has its column, so that nothing shifts when a section opens.
  ImGui::BeginChild("scrolled", {ImGui::GetContentRegionAvail().x + style.px(14), 0}, false,
                    ImGuiWindowFlags_AlwaysVerticalScrollbar);
  colour_section(ui);
  brush_section(ui);
  coat_.section(ui);
  strokes_section(ui);
  picture_section(ui);
  view_section(ui);
  reference_section(ui);
  ImGui::EndChild();
  ImGui::End();
}

void SidePanel::choose(Ui& ui, Rgb colour, bool last) {
  Editor& editor = ui.editor;
  const bool changed = !same_colour(editor.colour(), colour);
  editor.set_colour(colour);
  if (!editor.selection().empty() && (changed || last)) {
    editor.follow(editor.document().recolour(editor.selection(), colour, recolouring_ ? Step::fold : Step::own));
    recolouring_ = !last;
  }
  if (last) {
    editor.remember_colour();
    recolouring_ = false;
  }
}

void SidePanel::colour_section(Ui& ui) {
  if (!ui::section(ui.style, "Colour", true, ui.focus_colour_field)) return;
  picker(ui);
  colour_fields(ui);
  coat_.likely_row(ui, [&](Rgb colour) { choose(ui, colour, true); });
  recent_row(ui);
  palettes(ui);
}

// One row, the latest colours first: empty places are kept for those to come, so that nothing jumps.
void SidePanel::recent_row(Ui& ui) {
  const Style& style = ui.style;
  ui::dim_text(style, "Recent");
  const float side = 26, gap = style.px(6);
  const int places = std::max(1, static_cast<int>((ImGui::GetContentRegionAvail().x + gap) / (style.px(side) + gap)));
  const std::vector<Rgb> recent = ui.editor.recent().colours();  // a click changes the list
  for (int i = 0; i < places; ++i) {
    if (i > 0) ImGui::SameLine(0, gap);
    if (i >= static_cast<int>(recent.size())) {
      ui::empty_swatch(style, side);
      continue;
    }
    const Rgb colour = recent[static_cast<std::size_t>(i)];
    ImGui::PushID(i);
    if (ui::swatch(style, "recent", colour, side, same_colour(colour, ui.editor.colour()), hex_of(colour)))
      choose(ui, colour, true);
    ImGui::PopID();
  }
}

void SidePanel::picker(Ui& ui) {
  const Style& style = ui.style;
  if (!field_) field_.emplace();
  // Whole steps of L: the field is redrawn when the eye could tell, not with every pixel the hand crosses.
  if (!picking_ && !ui.tools.busy())
    picker_lightness_ = std::clamp(std::round(ui.lightness_under_cursor), 15.0f, 95.0f);
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
    choose(ui, picked_colour(L, nearest_in_gamut(L, panel.ab_at({mouse.x, mouse.y}))), false);
  } else if (was_picking) {
    choose(ui, ui.editor.colour(), true);
  }
  ui::tip_for_last_item(
      style,
      "Colours that the photo can have at the lightness under the cursor. Grey is in the middle; what no "
      "screen shows is dimmed.");
  const int pixels = static_cast<int>(side * ui.view.canvas.pixel_scale);
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
  const Lab current = lab_from_srgb(ui.editor.colour());
  const Point mark = panel.place_of(
      {std::clamp(current.a, -picker_extent, picker_extent), std::clamp(current.b, -picker_extent, picker_extent)});
  list->AddCircle({mark.x, mark.y}, style.px(7), IM_COL32(0, 0, 0, 160), 0, style.px(3.5f));
  list->AddCircle({mark.x, mark.y}, style.px(7), IM_COL32_WHITE, 0, style.px(2));

  // Beside the field: the brush's colour, and how it will look on this part of the photo.
  ImGui::SameLine(0, style.px(16));
  ImGui::BeginGroup();
  const float column = std::max(style.px(40), ImGui::GetContentRegionAvail().x);
  const auto sample = [&](const char* label, Rgb colour, const char* tip) {
    ui::dim_text(style, label);
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float height = style.px(44);
    ImGui::Dummy({column, height});
    ui::tip_for_last_item(style, tip);
    list->AddRectFilled(low, {low.x + column, low.y + height}, imgui_colour(colour), style.px(6));
    list->AddRect(low, {low.x + column, low.y + height}, IM_COL32(0, 0, 0, 60), style.px(6));
  };
  sample("Brush", ui.editor.colour(), "The colour of the brush");
  sample("Here", picked_colour(L, nearest_in_gamut(L, {current.a, current.b})),
         "The same colour at the lightness under the cursor");
  char lightness[24];
  std::snprintf(lightness, sizeof lightness, "L  %.0f", static_cast<double>(L));
  ui::dim_text(style, lightness);
  if (ui::icon_button(style, "swap", Icon::swap, tip_for(Command::swap_colours), false,
                      ui.editor.recent().colours().size() > 1, 32)) {
    ui.post(Command::swap_colours);
  }
  ImGui::EndGroup();
}

void SidePanel::field(Ui& ui, Field& field, const char* label, const std::string& shown, bool focus) {
  const Style& style = ui.style;
  const float column = style.px(40);
  if (!field.active) std::snprintf(field.text, sizeof field.text, "%s", shown.c_str());
  ImGui::AlignTextToFramePadding();
  ImGui::PushStyleColor(ImGuiCol_Text, style.colours.text_dim);
  ImGui::TextUnformatted(label);
  ImGui::PopStyleColor();
  ImGui::SameLine(column);
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  ImGui::PushID(label);
  if (focus) ui::focus_next_field();
  const bool entered = ImGui::InputText("##text", field.text, sizeof field.text,
                                        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  const auto parsed = parse_colour(field.text);
  if (ImGui::IsItemEdited() && parsed) choose(ui, *parsed, false);
  const bool left = ImGui::IsItemDeactivatedAfterEdit();
  if ((entered || left) && parsed) choose(ui, *parsed, true);
  if (field.active && !parsed && field.text[0]) {
    ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), style.colours.warning,
                                        style.px(4));
  }
  ui::tip_for_last_item(style, "#8a5a44, 138 90 68 or lab(43, 17, 19): any of them is understood");
  field.active = ImGui::IsItemActive();
  ImGui::PopID();
}

void SidePanel::colour_fields(Ui& ui) {
  const Rgb colour = ui.editor.colour();
  const bool focus = std::exchange(ui.focus_colour_field, false);
  field(ui, hex_, "HEX", hex_of(colour), focus);
  field(ui, rgb_, "RGB", rgb_text(colour), false);
  field(ui, lab_, "Lab", lab_text(colour), false);
}

void SidePanel::palettes(Ui& ui) {
  const Style& style = ui.style;
  const std::vector<Palette>& starters = starter_palettes();
  const Palette& own = ui.editor.document().state().palette;
  const bool have_own = !own.swatches.empty();
  if (palette_ > starters.size() || (palette_ == starters.size() && !have_own)) palette_ = 0;
  const auto name_at = [&](std::size_t i) {
    return i < starters.size() ? starters[i].name : own.name.empty() ? std::string("This picture's palette") : own.name;
  };
  ui::dim_text(style, "Palette");
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - style.px(3 * 34));
  if (ImGui::BeginCombo("##palette", name_at(palette_).c_str())) {
    for (std::size_t i = 0; i < starters.size() + (have_own ? 1 : 0); ++i) {
      if (ImGui::Selectable(name_at(i).c_str(), i == palette_)) palette_ = i;
    }
    ImGui::EndCombo();
  }
  ImGui::SameLine(0, style.px(2));
  if (ui::icon_button(style, "add", Icon::plus, "Add the brush's colour to this picture's palette", false, true, 32)) {
    Palette grown = own;
    if (grown.name.empty()) grown.name = "This picture";
    grown.swatches.push_back({hex_of(ui.editor.colour()), ui.editor.colour()});
    ui.editor.follow(ui.editor.document().set_palette(std::move(grown)));
    palette_ = starters.size();
  }
  ImGui::SameLine(0, style.px(2));
  if (ui::icon_button(style, "load", Icon::folder, "Load a GIMP palette (.gpl)", false, true, 32))
    wish_ = FileWish::load_palette;
  ImGui::SameLine(0, style.px(2));
  if (ui::icon_button(style, "write", Icon::save, "Save this palette as .gpl", false, true, 32))
    wish_ = FileWish::save_palette;

  const Palette& shown = palette_ < starters.size() ? starters[palette_] : ui.editor.document().state().palette;
  const float side = 26, gap = style.px(6);
  const int columns = std::max(1, static_cast<int>((ImGui::GetContentRegionAvail().x + gap) / (style.px(side) + gap)));
  for (int i = 0; i < static_cast<int>(shown.swatches.size()); ++i) {
    const Swatch& item = shown.swatches[static_cast<std::size_t>(i)];
    if (i % columns) ImGui::SameLine(0, gap);
    ImGui::PushID(i);
    const std::string tip = item.name.empty() ? hex_of(item.colour) : item.name;
    if (ui::swatch(style, "swatch", item.colour, side, same_colour(item.colour, ui.editor.colour()), tip)) {
      choose(ui, item.colour, true);
    }
    ImGui::PopID();
  }
  ImGui::Dummy({1, style.px(4)});
}

void SidePanel::load_palette(Ui& ui, const std::filesystem::path& file) {
  try {
    ui.editor.follow(ui.editor.document().set_palette(read_gpl(file)));
    palette_ = starter_palettes().size();
  } catch (const std::exception& error) {
    ui.editor.tell(error.what(), true);
  }
}

void SidePanel::save_palette(Ui& ui, const std::filesystem::path& file) {
  const std::vector<Palette>& starters = starter_palettes();
  try {
    write_gpl(file, palette_ < starters.size() ? starters[palette_] : ui.editor.document().state().palette);
    ui.editor.tell("Saved " + file.filename().string());
  } catch (const std::exception& error) {
    ui.editor.tell(error.what(), true);
  }
}

void SidePanel::brush_section(Ui& ui) {
  const Style& style = ui.style;
  if (!ui::section(style, "Brush")) return;
  Preferences& p = ui.preferences;
  float diameter = 2 * p.brush_radius;
  if (ui::slider(style, "Size", diameter, {2 * min_brush_radius, 1000, 24, "%.0f px", ui::Scale::logarithmic},
                 "Diameter in pixels of the photo  ([ and ])")) {
    p.brush_radius = diameter / 2;
  }
  ui::slider(style, "Firmness", ui.editor.stroke_strength,
             {0.05f, max_stroke_strength, 1, "%.2f", ui::Scale::logarithmic},
             "How strictly the picture keeps to new strokes (hint strength)");
  ui::slider(style, "Steady hand", p.smoothing, {0, 1, 0.3f}, "Smooths the path of the hand");
  ui::toggle(style, "Eraser takes whole strokes", ui.tools.erase_whole_strokes, "Off: it takes away what it touches");
  if (!ui.editor.region().empty()) {
    ui::dim_text(style, "New strokes change the picture inside the lasso only.");
    if (ui::text_button(style, "Remove the lasso")) ui.editor.limit_strokes({});
  }
  ImGui::Dummy({1, style.px(4)});
}

void SidePanel::strokes_section(Ui& ui) {
  const Style& style = ui.style;
  if (!ui::section(style, "Strokes")) return;
  Editor& editor = ui.editor;
  Document& document = editor.document();
  char text[96];
  const std::size_t count = document.strokes().size(), chosen = editor.selection().size();
  if (count == 0) {
    ui::dim_text(style, document.imported() ? "An imported mask lies under the strokes to come." : "None yet.");
  } else if (chosen == 0) {
    std::snprintf(text, sizeof text, "%zu stroke%s. Press V and click one to change it.", count, count == 1 ? "" : "s");
    ui::dim_text(style, text);
  } else {
    std::snprintf(text, sizeof text, "%zu of %zu selected", chosen, count);
    ui::dim_text(style, text);
  }
  // All of it is always there, so that nothing jumps from under the hand that selects.
  colours_in_use(ui);
  const float half = (ImGui::GetContentRegionAvail().x - style.px(8)) / 2;
  if (ui::text_button(style, "Recolour", chosen > 0, chosen > 0, half)) choose(ui, editor.colour(), true);
  ui::tip_for_last_item(style, "Gives the selected strokes the brush's colour; picking a colour does it at once");
  ImGui::SameLine(0, style.px(8));
  if (ui::text_button(style, "Delete", false, chosen > 0, half)) ui.post(Command::delete_selected);
  const Stroke* first = editor.selection().empty() ? nullptr : find(document.strokes(), editor.selection().front());
  float strength = first ? first->strength : 1;
  if (const auto event = ui::slider(style, "Firmness of the selected", strength,
                                    {0.05f, max_stroke_strength, 1, "%.2f", ui::Scale::logarithmic},
                                    "How strictly the picture keeps to these strokes", first != nullptr))
    editor.follow(document.set_strength(editor.selection(), strength, event.begun ? Step::own : Step::fold));
  if (first && !editor.region().empty() && ui::text_button(style, "Limit them to the lasso"))
    editor.follow(document.set_region(editor.selection(), editor.region()));
  if (ui::text_button(style, "Import a mask\u2026")) wish_ = FileWish::import_mask;
  ui::tip_for_last_item(style, tip_for(Command::import_mask));
  ImGui::SameLine(0, style.px(8));
  if (ui::text_button(style, "Export\u2026", false, count > 0 || document.imported())) wish_ = FileWish::export_mask;
  ui::tip_for_last_item(style, tip_for(Command::export_mask));
  ImGui::Dummy({1, style.px(4)});
}

// The colours of the strokes, each once: a click selects the strokes of one.
void SidePanel::colours_in_use(Ui& ui) {
  const Style& style = ui.style;
  Editor& editor = ui.editor;
  Document& document = editor.document();
  std::vector<Rgb> used;
  for (const SharedStroke& stroke : document.strokes()) {
    if (stroke->kind != StrokeKind::colour) continue;
    if (std::none_of(used.begin(), used.end(), [&](Rgb c) { return same_colour(c, stroke->colour); }))
      used.push_back(stroke->colour);
  }
  ui::dim_text(style, "Colours in this picture");
  const float gap = style.px(6);
  const int columns = std::max(1, static_cast<int>((ImGui::GetContentRegionAvail().x + gap) / (style.px(26) + gap)));
  if (used.empty()) ui::empty_swatch(style, 26);
  for (int i = 0; i < static_cast<int>(used.size()); ++i) {
    const Rgb colour = used[static_cast<std::size_t>(i)];
    if (i % columns) ImGui::SameLine(0, gap);
    ImGui::PushID(i);
    if (ui::swatch(style, "used", colour, 26, used_colour_ && same_colour(*used_colour_, colour),
                   hex_of(colour) + ": click to select its strokes")) {
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
  if (ui::text_button(style, "Replace everywhere by the brush's colour", false,
                      known && !same_colour(*used_colour_, editor.colour()), ImGui::GetContentRegionAvail().x)) {
    editor.follow(document.replace_colour(*used_colour_, editor.colour()));
    editor.remember_colour();
    used_colour_ = editor.colour();
  }
}

void SidePanel::picture_section(Ui& ui) {
  const Style& style = ui.style;
  if (!ui::section(style, "Picture")) return;
  Settings s = ui.editor.document().settings();
  const Settings usual;
  const auto dial = [&](const char* label, float& value, const ui::SliderRange& range, const char* tip) {
    if (const auto event = ui::slider(style, label, value, range, tip)) {
      ui.editor.set_settings(s, event.begun ? Step::own : Step::fold);
    }
  };
  dial("Spread", s.smoothness, {0.02f, 50, usual.smoothness, "%.2f", ui::Scale::logarithmic},
       "How softly colour flows away from the strokes (weight of the bilaplacian)");
  dial("Edges", s.edge, {0, 4, usual.edge}, "How firmly colour stops at edges of the photo (edge weight)");
  dial("Amount", s.strength, {0.05f, 10, usual.strength, "%.2f", ui::Scale::logarithmic},
       "How strictly the picture keeps to all strokes (hint strength)");
  dial("Softness", s.exponent, {1, 2, usual.exponent},
       "Left: areas of even colour with sharp borders. Right: soft blends (exponent p of the total variation)");
  dial("Likeness", s.affinity, {0, 4, usual.affinity}, "Trust in strokes on what looks alike far away (hint affinity)");
  // A useful pull spans decades; the slider's cube makes all of them reachable and zero exact.
  constexpr float most = 1e-2f;
  float pull = std::cbrt(s.neutral_pull / most);
  if (const auto event =
          ui::slider(style, "Fade to grey", pull, {0, 1, 0}, "Pull to grey where no stroke is near (neutral pull)")) {
    s.neutral_pull = pull * pull * pull * most;
    ui.editor.set_settings(s, event.begun ? Step::own : Step::fold);
  }
  constexpr std::array models{
      ui::Segment{"Full", "All terms together: the default"},
      ui::Segment{"TV", "Generalized total variation alone: flat areas, sharp borders"},
      ui::Segment{"Membrane", "Second-order membrane alone: as in Levin's and OpenCV's methods"},
      ui::Segment{"Plate", "Edge-stopped bilaplacian alone: the smoothest blends"},
  };
  ui::dim_text(style, "Model");
  int model = static_cast<int>(s.model);
  ImGui::PushFont(style.small);
  if (ui::segmented(style, "model", models.data(), static_cast<int>(models.size()), model,
                    ImGui::GetContentRegionAvail().x)) {
    s.model = static_cast<Model>(model);
    ui.editor.set_settings(s, Step::own);
  }
  ImGui::PopFont();
  ImGui::Dummy({1, style.px(4)});
  if (ui::toggle(style, "Draft", s.preview, "Solve a reduced picture only: quicker, softer at fine edges")) {
    ui.editor.set_settings(s, Step::own);
  }

  ui::dim_text(style, "Runs on");
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const std::string current = ui.preferences.backend;
  if (ImGui::BeginCombo("##backend", current == "auto" ? "The fastest that is there" : current.c_str())) {
    if (ImGui::IsWindowAppearing()) backends_ = probe_backends();  // once per opening: a probe may wake a device
    if (ImGui::Selectable("The fastest that is there", current == "auto")) ui.preferences.backend = "auto";
    for (const BackendInfo& info : backends_) {
      const std::string name(name_of(info.backend));
      const std::string label = name + "   " + info.description;
      if (ImGui::Selectable(label.c_str(), current == name, info.usable ? 0 : ImGuiSelectableFlags_Disabled)) {
        ui.preferences.backend = name;
      }
    }
    ImGui::EndCombo();
  }
  if (ui.preferences.backend != current) ui.editor.restart_solver();
  const float half = (ImGui::GetContentRegionAvail().x - style.px(8)) / 2;
  if (ui::text_button(style, "Reset", false, !(s == usual), half)) ui.editor.set_settings(usual, Step::own);
  ui::tip_for_last_item(style, "All dials to their defaults; can be undone");
  ImGui::SameLine(0, style.px(8));
  if (ui::text_button(style, "Solve afresh", false, true, half)) ui.editor.restart_solver();
  ui::tip_for_last_item(style, "Starts the solver anew, should it ever hang");
  ImGui::Dummy({1, style.px(4)});
}

void SidePanel::view_section(Ui& ui) {
  const Style& style = ui.style;
  if (!ui::section(style, "View")) return;
  ui::slider(style, "Strokes shown", ui.preferences.stroke_opacity, {0, 1, 0.6f},
             "How strongly the strokes lie over the picture");
  constexpr std::array sizes{ui::Segment{"Auto", "As the display asks"}, ui::Segment{"100 %", ""},
                             ui::Segment{"125 %", ""}, ui::Segment{"150 %", ""}, ui::Segment{"200 %", ""}};
  constexpr std::array<float, 5> scales{0, 1, 1.25f, 1.5f, 2};
  int chosen = 0;
  for (int i = 0; i < static_cast<int>(scales.size()); ++i) {
    if (std::abs(scales[static_cast<std::size_t>(i)] - ui.preferences.ui_scale) < 0.01f) chosen = i;
  }
  ui::dim_text(style, "Size of the interface");
  ImGui::PushFont(style.small);
  if (ui::segmented(style, "scale", sizes.data(), static_cast<int>(sizes.size()), chosen,
                    ImGui::GetContentRegionAvail().x)) {
    ui.preferences.ui_scale = scales[static_cast<std::size_t>(chosen)];
    ui.style_changed = true;
  }
  ImGui::PopFont();
  ImGui::Dummy({1, style.px(4)});
}

void SidePanel::set_reference(const std::filesystem::path& file) {
  constexpr int side = 640;  // enough to pick from, at any width of the panel
  reference_loader_.start([file](std::stop_token, auto&) { return make_thumbnail(file, side); }, wake_up_);
}

void SidePanel::reference_section(Ui& ui) {
  const Style& style = ui.style;
  if (!ui::section(style, "Reference", false)) return;
  if (reference_.rgba.empty()) {
    ui::dim_text(style, reference_loader_.running() ? "Opening\u2026" : "A colour photo to pick colours from.");
  } else {
    const float width = ImGui::GetContentRegionAvail().x;
    const float height =
        std::floor(width * static_cast<float>(reference_.height) / static_cast<float>(reference_.width));
    const ImVec2 start = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("reference", {width, height});
    ui::name_last_item("reference picture");
    ImGui::GetWindowDrawList()->AddImageRounded(texture_id(reference_texture_), start,
                                                {start.x + width, start.y + height}, {0, 0}, {1, 1}, IM_COL32_WHITE,
                                                style.px(4));
    if (ImGui::IsItemActive() || ImGui::IsItemDeactivated()) {
      const ImVec2 mouse = ImGui::GetIO().MousePos;
      const int x = std::clamp(static_cast<int>((mouse.x - start.x) / width * static_cast<float>(reference_.width)), 0,
                               reference_.width - 1);
      const int y = std::clamp(static_cast<int>((mouse.y - start.y) / height * static_cast<float>(reference_.height)),
                               0, reference_.height - 1);
      const std::uint8_t* p = reference_.rgba.data() + 4 * (static_cast<std::size_t>(y) * reference_.width + x);
      choose(ui, {static_cast<float>(p[0]) / 255, static_cast<float>(p[1]) / 255, static_cast<float>(p[2]) / 255},
             ImGui::IsItemDeactivated());
    }
    ui::tip_for_last_item(style, "Click to take a colour");
  }
  if (ui::text_button(style, "Open a reference\u2026")) wish_ = FileWish::reference;
  if (std::exchange(scroll_to_reference_, false)) ImGui::SetScrollHereY(1);
  ImGui::Dummy({1, style.px(4)});
}

}  // namespace handtint
