#include "editor/gui/commands.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

#include "editor/work/adoption.h"

namespace handtint {
namespace {

enum class When {
  always,
  photo_open,
  in_gestures_too,  // else only giving a gesture up makes sense
};

struct Action {
  Command command;
  When when;
  void (*run)(const Parts& parts, const Request& request);
};

template <Tool tool>
void choose_tool(const Parts& parts, const Request&) {
  parts.state.tools.tool = tool;
  if (Tools::paints(tool) || tool == Tool::wand)
    parts.state.editor.select({});  // else the next colour would go to an old stroke
}

template <ViewKind view>
void choose_view(const Parts& parts, const Request&) {
  parts.state.look.view = view;
}

template <Edit (*edit)(const DocumentState& state, std::span<const StrokeId> ids)>
void change_selected(const Parts& parts, const Request&) {
  Editor& editor = parts.state.editor;
  editor.change([&](Document& d) { return d.take(edit(d.state(), editor.sitting().selection())); });
}

void name_thing(const Parts& parts, const Request&) {
  WindowState& state = parts.state;
  if (state.editor.sitting().selection().empty()) return;
  state.preferences.panel_visible = true;
  state.panel_asked_for = true;
  state.name_asked = true;
}

// The key of the one does the other where the result is shown.
void result_or_name(const Parts& parts, const Request& request) {
  if (parts.state.look.view == ViewKind::result)
    name_thing(parts, request);
  else
    choose_view<ViewKind::result>(parts, request);
}

template <std::size_t place>
void choose_likely(const Parts& parts, const Request&) {
  WindowState& state = parts.state;
  parts.canvas.take_likely_place();
  const std::vector<LikelySwatch> swatches = likely_swatches(state.editor, state.likely_place);
  if (place < swatches.size()) parts.panel.colour.choose(state, swatches[place].colour, true);
}

template <int steps>
void change_radius(const Parts& parts, const Request&) {
  parts.state.tools.change_size(parts.state.editor, steps);
}

void quit(const Parts& parts, const Request&) {
  parts.files.when_nothing_can_be_lost([&state = parts.state] {
    if (state.editor.sitting().has_document()) state.editor.close();
    state.quit = true;
  });
}

void change_theme(const Parts& parts, const Request&) {
  // Back to what the desktop says is back to the desktop.
  const bool dark = !parts.state.dark();
  parts.state.preferences.theme = parts.state.desktop.dark == dark ? Theme::as_desktop
                                  : dark                           ? Theme::dark
                                                                   : Theme::light;
  parts.state.style_changed = true;
}

void delete_selected(const Parts& parts, const Request&) {
  Editor& editor = parts.state.editor;
  if (!end_picked(editor)) editor.change([&](Document& d) { return d.remove(editor.sitting().selection()); });
}

void select_all(const Parts& parts, const Request&) {
  std::vector<StrokeId> ids;
  for (const SharedStroke& stroke : parts.state.editor.document().strokes()) ids.push_back(stroke->id);
  parts.state.editor.select(std::move(ids));
  parts.state.tools.tool = Tool::select;
}

// Steps from the frame that is seen.
template <class Where>
void step(const Parts& parts, const Where& where) {
  FilmSitting* film = parts.state.editor.film();
  if (!film) return;
  if (parts.timeline.playing()) parts.timeline.stop(parts.state);
  if (const std::optional<int> frame = where(*film)) film->go_to(*frame);
}

template <int by>
void step_frames(const Parts& parts, const Request&) {
  step(parts, [](FilmSitting& film) { return std::optional(film.looked_at() + by); });
}

// To the nearest frame with strokes before or after.
template <bool forward>
void step_keys(const Parts& parts, const Request&) {
  step(parts, [](FilmSitting& film) {
    std::optional<int> found;
    for (int key : film.keys())
      if (forward ? key > film.looked_at() && !found : key < film.looked_at()) found = key;
    return found;
  });
}

void escape(const Parts& parts, const Request&) {
  Editor& editor = parts.state.editor;
  if (parts.timeline.playing())
    parts.timeline.stop(parts.state);
  else if (parts.state.tools.busy())
    parts.canvas.cancel_gesture();
  else if (editor.colouring().reference().busy())
    editor.colouring().reference().cancel();
  else if (!editor.sitting().selection().empty() || picked_carried(editor))
    editor.select({});
  else
    editor.limit_strokes({});
}

void type_colour(const Parts& parts, const Request&) {
  parts.state.preferences.panel_visible = true;
  parts.state.panel_asked_for = true;
  parts.state.focus_colour_field = true;
}

void toggle_split(const Parts& parts, const Request&) {
  ViewKind& view = parts.state.look.view;
  view = view == ViewKind::split ? ViewKind::result : ViewKind::split;
}

void toggle_coat(const Parts& parts, const Request&) {
  FirstCoat coat = parts.state.editor.document().coat();
  coat.on = !coat.on;
  parts.state.editor.change([&](Document& d) { return d.set_coat(coat, Step::own); });
}

void next_coat(const Parts& parts, const Request&) {
  FirstCoat coat = parts.state.editor.document().coat();
  coat.dials.variant = coat.on ? (coat.dials.variant + 1) % (max_coat_variant + 1) : coat.dials.variant;
  coat.on = true;
  parts.state.editor.change([&](Document& d) { return d.set_coat(coat, Step::own); });
}

void toggle_panel(const Parts& parts, const Request&) {
  WindowState& state = parts.state;
  bool& shown = state.layout.narrow ? state.panel_asked_for : state.preferences.panel_visible;
  shown = !shown;
}

// On the photo that is open, else on the example.
void tour(const Parts& parts, const Request&) {
  parts.modals.dialogs.hide_help();
  if (parts.state.editor.sitting().has_document())
    parts.guide.start();
  else if (!parts.files.example().empty())
    parts.files.open_example();
}

constexpr std::array actions{
    Action{Command::open, When::always,
           [](const Parts& p, const Request&) {
             p.files.when_nothing_can_be_lost([&files = p.files] { files.browse_photo(); });
           }},
    Action{Command::open_file, When::always,
           [](const Parts& p, const Request& r) {
             p.files.when_nothing_can_be_lost([&files = p.files, file = r.file] { files.open(file); });
           }},
    Action{Command::open_example, When::always, [](const Parts& p, const Request&) { p.files.open_example(); }},
    Action{Command::recover, When::always, [](const Parts& p, const Request& r) { p.files.recover(r.file); }},
    Action{Command::discard_recovery, When::always, [](const Parts& p, const Request& r) { p.files.discard(r.file); }},
    Action{Command::take_back_recovery, When::always,
           [](const Parts& p, const Request& r) { p.files.take_back(r.file); }},
    Action{Command::open_reference, When::photo_open, [](const Parts& p, const Request&) { p.files.open_reference(); }},
    Action{Command::load_palette, When::photo_open, [](const Parts& p, const Request&) { p.files.load_palette(); }},
    Action{Command::save_palette, When::photo_open, [](const Parts& p, const Request&) { p.files.save_palette(); }},
    Action{Command::save, When::photo_open, [](const Parts& p, const Request&) { p.files.save(); }},
    Action{Command::save_as, When::photo_open, [](const Parts& p, const Request&) { p.files.save_as(); }},
    Action{Command::export_picture, When::photo_open, [](const Parts& p, const Request&) { p.files.export_picture(); }},
    Action{Command::export_mask, When::photo_open, [](const Parts& p, const Request&) { p.files.export_mask(); }},
    Action{Command::import_mask, When::photo_open, [](const Parts& p, const Request&) { p.files.import_mask(); }},
    Action{Command::close_file, When::photo_open,
           [](const Parts& p, const Request&) {
             p.files.when_nothing_can_be_lost([&editor = p.state.editor] { editor.close(); });
           }},
    Action{Command::quit, When::always, quit},
    Action{Command::undo, When::photo_open, [](const Parts& p, const Request&) { p.state.editor.undo(); }},
    Action{Command::redo, When::photo_open, [](const Parts& p, const Request&) { p.state.editor.redo(); }},
    Action{Command::delete_selected, When::photo_open, delete_selected},
    Action{Command::select_all, When::photo_open, select_all},
    Action{Command::group, When::photo_open, change_selected<edit_of_grouping>},
    Action{Command::ungroup, When::photo_open, change_selected<edit_of_ungrouping>},
    Action{Command::hide_things, When::photo_open,
           [](const Parts& p, const Request&) { hide_or_show_selected(p.state); }},
    Action{Command::name_thing, When::photo_open, name_thing},
    Action{Command::thing_above, When::photo_open,
           [](const Parts& p, const Request&) { select_next_thing(p.state, -1); }},
    Action{Command::thing_below, When::photo_open,
           [](const Parts& p, const Request&) { select_next_thing(p.state, 1); }},
    Action{Command::escape, When::in_gestures_too, escape},
    Action{Command::brush, When::photo_open, choose_tool<Tool::brush>},
    Action{Command::wand, When::photo_open, choose_tool<Tool::wand>},
    Action{Command::eraser, When::photo_open, choose_tool<Tool::eraser>},
    Action{Command::dropper, When::photo_open, choose_tool<Tool::dropper>},
    Action{Command::neutral, When::photo_open, choose_tool<Tool::neutral>},
    Action{Command::protect, When::photo_open, choose_tool<Tool::protect>},
    Action{Command::barrier, When::photo_open, choose_tool<Tool::barrier>},
    Action{Command::lasso, When::photo_open, choose_tool<Tool::lasso>},
    Action{Command::select, When::photo_open, choose_tool<Tool::select>},
    Action{Command::smaller, When::photo_open, change_radius<-1>},
    Action{Command::larger, When::photo_open, change_radius<1>},
    Action{Command::swap_colours, When::photo_open,
           [](const Parts& p, const Request&) {
             p.state.editor.brush().swap_colours();
             p.state.tools.colour_chosen();
           }},
    Action{Command::type_colour, When::photo_open, type_colour},
    Action{Command::zoom_in, When::photo_open, [](const Parts& p, const Request&) { p.canvas.zoom(2); }},
    Action{Command::zoom_out, When::photo_open, [](const Parts& p, const Request&) { p.canvas.zoom(-2); }},
    Action{Command::fit, When::photo_open, [](const Parts& p, const Request&) { p.state.view = fit(p.state.view); }},
    Action{Command::actual_pixels, When::photo_open,
           [](const Parts& p, const Request&) { p.canvas.show_actual_pixels(); }},
    Action{Command::view_result, When::photo_open, result_or_name},
    Action{Command::view_photo, When::photo_open, choose_view<ViewKind::photo>},
    Action{Command::view_strokes, When::photo_open, choose_view<ViewKind::strokes>},
    Action{Command::view_colour, When::photo_open, choose_view<ViewKind::colour>},
    Action{Command::view_split, When::photo_open, toggle_split},
    Action{Command::side_by_side, When::photo_open,
           [](const Parts& p, const Request&) { p.state.side_by_side = !p.state.side_by_side; }},
    Action{Command::hide_strokes, When::photo_open, [](const Parts&, const Request&) {}},  // while the key is held
    Action{Command::show_photo, When::photo_open, [](const Parts&, const Request&) {}},    // too
    Action{Command::full_screen, When::always, [](const Parts& p, const Request&) { p.window.toggle_full_screen(); }},
    Action{Command::pause, When::photo_open,
           [](const Parts& p, const Request&) {
             p.state.editor.colouring().set_paused(!p.state.editor.colouring().status().paused);
           }},
    Action{Command::solve_once, When::photo_open,
           [](const Parts& p, const Request&) { p.state.editor.colouring().solve_once(); }},
    Action{Command::coat, When::photo_open, toggle_coat},
    Action{Command::another_coat, When::photo_open, next_coat},
    Action{Command::choose_coat, When::photo_open,
           [](const Parts& p, const Request&) { p.state.coats_asked = !p.state.coats_asked; }},
    Action{Command::coat_of_picture, When::photo_open,
           [](const Parts& p, const Request&) { p.files.open_coat_picture(); }},
    Action{Command::unsure, When::photo_open,
           [](const Parts& p, const Request&) { p.state.unsure_shown = !p.state.unsure_shown; }},
    Action{Command::likely_1, When::photo_open, choose_likely<0>},
    Action{Command::likely_2, When::photo_open, choose_likely<1>},
    Action{Command::likely_3, When::photo_open, choose_likely<2>},
    Action{Command::likely_4, When::photo_open, choose_likely<3>},
    Action{Command::likely_5, When::photo_open, choose_likely<4>},
    Action{Command::panel, When::photo_open, toggle_panel},
    Action{Command::play, When::photo_open, [](const Parts& p, const Request&) { p.timeline.toggle(p.state); }},
    Action{Command::next_frame, When::photo_open, step_frames<1>},
    Action{Command::previous_frame, When::photo_open, step_frames<-1>},
    Action{Command::first_frame, When::photo_open,
           [](const Parts& p, const Request&) { step(p, [](FilmSitting&) { return std::optional(0); }); }},
    Action{Command::last_frame, When::photo_open,
           [](const Parts& p, const Request&) {
             step(p, [](FilmSitting& film) { return std::optional(film.frames() - 1); });
           }},
    Action{Command::next_key, When::photo_open, step_keys<true>},
    Action{Command::previous_key, When::photo_open, step_keys<false>},
    Action{Command::cut, When::photo_open,
           [](const Parts& p, const Request&) {
             if (FilmSitting* film = p.state.editor.film()) film->cuts().toggle(film->looked_at());
           }},
    Action{Command::save_frame, When::photo_open, [](const Parts& p, const Request&) { p.files.save_frame(); }},
    Action{Command::restart_solver, When::photo_open,
           [](const Parts& p, const Request&) { p.state.editor.colouring().restart(); }},
    Action{Command::theme, When::always, change_theme},
    Action{Command::tour, When::always, tour},
    Action{Command::help, When::always, [](const Parts& p, const Request&) { p.modals.dialogs.show_help(); }},
};

constexpr bool in_the_order_of_commands() {
  for (std::size_t i = 0; i < actions.size(); ++i)
    if (actions[i].command != static_cast<Command>(i)) return false;
  return actions.size() == static_cast<std::size_t>(command_count);
}
static_assert(in_the_order_of_commands(), "every command has its action, at its own place");

}  // namespace

void carry_out(const Request& request, const Parts& parts) {
  parts.state.pace.settle();
  const Action& action = actions[static_cast<std::size_t>(request.command)];
  if (action.when != When::always && !parts.state.editor.sitting().has_document()) return;
  if (action.when == When::photo_open && parts.state.tools.busy()) return;
  action.run(parts, request);
}

}  // namespace handtint
