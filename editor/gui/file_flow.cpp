#include "editor/gui/file_flow.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include "editor/files/path_text.h"
#include "editor/film/frame_writer.h"
#include "editor/gui/film_choice.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

// The example lies where an installation puts it, or in the sources that it was built from.
fs::path find_example() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  std::vector<fs::path> folders;
  for (fs::path folder = program.parent_path(); folder.has_relative_path() && folders.size() < 5;
       folder = folder.parent_path()) {
    folders.push_back(folder / "assets/examples");
    folders.push_back(folder / "share/handtint/examples");
  }
  if (*HANDTINT_SOURCE_ASSETS) folders.push_back(fs::path(HANDTINT_SOURCE_ASSETS) / "examples");
  for (const fs::path& folder : folders) {
    if (fs::exists(folder / "portrait.jpg", error)) return folder / "portrait.jpg";
  }
  return {};
}

}  // namespace

std::optional<Recovery> open_at_start(Editor& editor, const fs::path& file) {
  if (file.empty()) return std::nullopt;
  fs::path absolute = fs::absolute(file).lexically_normal();
  if (!absolute.has_filename()) absolute = absolute.parent_path();  // "frames/"
  for (const Recovery& recovery : list_recoveries())
    if (recovery.damage != Damage::beyond_reading && (recovery.photo == absolute || recovery.session_file == absolute))
      return recovery;
  editor.open({absolute, {}, {}, false});
  return std::nullopt;
}

FileFlow::FileFlow(WindowState& state, Modals& modals, SidePanel& panel)
    : state_(state), modals_(modals), panel_(panel), recoveries_(list_recoveries()), example_(find_example()) {}

void FileFlow::when_nothing_can_be_lost(std::function<void()> then) {
  Editor& editor = state_.editor;
  if (state_.tools.busy()) state_.tools.release(editor, state_.view);
  if (!has_unsaved_work(editor)) {
    then();
    return;
  }
  modals_.dialogs.ask(
      {tr("Save the work on {1}?", {editor.sitting().name()}),
       tr("Your strokes are not saved yet. The photo itself is never changed."),
       {{tr_noop("Save"), [this, then] { save_then(then); }}, {tr_noop("Don't save"), then}, {tr_noop("Cancel"), {}}}});
}

// --- opening

void FileFlow::browse_photo() {
  std::vector<std::string> extensions = photo_extensions();
  extensions.push_back(".handtint");
  for (const std::string& extension : film_extensions()) extensions.push_back(extension);
  FileQuestion question{tr("Open a photo, a film or a session"), tr_noop("Open"), std::move(extensions), false, {}};
  question.film_folders = true;
  modals_.browser.ask(state_, std::move(question), [this](const fs::path& file) { open(file); });
}

void FileFlow::open(const fs::path& file) {
  state_.editor.open({fs::absolute(file), {}, {}, false});
}

void FileFlow::open_example() {
  state_.tour_wanted = true;
  state_.editor.open({example_, {}, {}, false});
}

void FileFlow::locate_photo(const LoadRequest& request) {
  std::vector<std::string> extensions = photo_extensions();
  for (const std::string& extension : film_extensions()) extensions.push_back(extension);
  modals_.browser.ask(
      state_,
      {tr("Where is the photo now?"), tr_noop("Use it"), std::move(extensions), false, request.file.parent_path()},
      [this, request](const fs::path& file) {
        LoadRequest again = request;
        again.photo = file;
        state_.editor.open(again);
      });
}

void FileFlow::answer(const Loaded& question) {
  if (question.outcome == Loaded::Outcome::session_found) {
    const auto anew = [this, request = question.request] {
      LoadRequest again = request;
      again.start_anew = true;
      state_.editor.open(again);
    };
    modals_.dialogs.ask({tr("Continue the work on {1}?", {shown(question.request.file.filename())}),
                         tr("There is a session beside the photo: {1}", {shown(question.session_file.filename())}),
                         {{tr_noop("Continue it"), [this, file = question.session_file] { open(file); }},
                          {tr_noop("Start anew"), anew},
                          {tr_noop("Cancel"), {}}}});
    return;
  }
  const auto locate = [this, request = question.request] { locate_photo(request); };
  if (question.outcome == Loaded::Outcome::photo_missing) {
    modals_.dialogs.ask({tr("The photo has moved"),
                         tr("The strokes are here, but their photo is not:\n{1}", {question.message}),
                         {{tr_noop("Find it\u2026"), locate}, {tr_noop("Cancel"), {}}}});
    return;
  }
  const auto accept = [this, request = question.request] {
    LoadRequest again = request;
    again.accept_changed_photo = true;
    state_.editor.open(again);
  };
  modals_.dialogs.ask(
      {tr("The photo has changed"),
       tr("The file is not the same as when it was painted on:\n{1}", {question.message}),
       {{tr_noop("Use it as it is"), accept}, {tr_noop("Find another\u2026"), locate}, {tr_noop("Cancel"), {}}}});
}

// --- recovery

void FileFlow::offer_recovery(const Recovery& recovery, const fs::path& file) {
  modals_.dialogs.ask({tr("Recover your unsaved work?"),
                       tr("The program ended before the work on {1} was saved.", {shown(file.filename())}),
                       {{tr_noop("Recover"), [this, journal = recovery.journal] { recover(journal); }},
                        {tr_noop("Open without it"), [this, file] { open(file); }}}});
}

void FileFlow::recover(const fs::path& journal) {
  state_.editor.open({{}, journal, {}, false});
  forget(journal);
}

const std::vector<Recovery>& FileFlow::recoveries() {
  std::error_code error;
  std::erase_if(recoveries_, [&](const Recovery& r) { return !discarded_.has(r) && !fs::exists(r.journal, error); });
  return recoveries_;
}

void FileFlow::discard(const fs::path& journal) {
  const Recovery* recovery = find(journal);
  if (recovery && !discarded_.discard(*recovery))
    state_.editor.messages().tell(tr("The recovery file cannot be discarded: {1}", {shown(journal)}), true);
}

void FileFlow::take_back(const fs::path& journal) {
  const Recovery* recovery = find(journal);
  if (recovery && !discarded_.take_back(*recovery)) {
    state_.editor.messages().tell(tr("The recovery file is not there any more: {1}", {shown(journal)}), true);
    forget(journal);
  }
}

const Recovery* FileFlow::find(const fs::path& journal) const {
  const auto found =
      std::find_if(recoveries_.begin(), recoveries_.end(), [&](const Recovery& r) { return r.journal == journal; });
  return found == recoveries_.end() ? nullptr : &*found;
}

void FileFlow::forget(const fs::path& journal) {
  std::erase_if(recoveries_, [&](const Recovery& r) { return r.journal == journal; });
}

// --- saving

void FileFlow::save_then(std::function<void()> then) {
  Editor& editor = state_.editor;
  if (editor.sitting().session_file().empty()) {
    save_as_then(std::move(then));
    return;
  }
  if (editor.sitting().changed_on_disk()) {
    ask_about_change(std::move(then));
    return;
  }
  if (editor.save(editor.sitting().session_file()) && then) then();
}

void FileFlow::ask_about_change(std::function<void()> then) {
  const auto overwrite = [this, then] {
    if (state_.editor.save(state_.editor.sitting().session_file()) && then) then();
  };
  const auto reload = [this] { open(state_.editor.sitting().session_file()); };
  modals_.dialogs.ask(
      {tr("Somebody else has changed {1}", {state_.editor.sitting().name()}),
       tr("The session file is not as it was when you opened or saved it. Overwriting it loses what was "
          "saved there, reloading it what you did since."),
       {{tr_noop("Save under another name\u2026"), [this, then] { save_as_then(then); }},
        {tr_noop("Reload"), reload},
        {tr_noop("Overwrite"), overwrite},
        {tr_noop("Cancel"), {}}}});
}

void FileFlow::save_as_then(std::function<void()> then) {
  modals_.browser.ask(
      state_,
      {tr("Save the session"), tr_noop("Save"), {".handtint"}, true, state_.editor.sitting().suggested_session_file()},
      [this, then](const fs::path& file) {
        if (state_.editor.save(file) && then) then();
      });
}

void FileFlow::export_film() {
  FilmSitting& film = *state_.editor.film();
  fs::path suggested = suggested_output(film.source());
  if (!suggested.has_extension()) suggested += film_export_extensions()[5];
  modals_.browser.ask(state_,
                      {tr("Export the coloured film"), tr_noop("Export"), film_export_extensions(), true, suggested,
                       [this](std::string& extension) { draw_film_choice(state_, extension); }},
                      [this](const fs::path& file) {
                        Exports& exports = state_.editor.exports();
                        is_one_frame(file) ? exports.write_picture(file) : exports.write_film(film_target(file));
                      });
}

void FileFlow::save_frame() {
  FilmSitting* film = state_.editor.film();
  if (!film) return;
  char number[16];
  std::snprintf(number, sizeof number, "-%06d", film->frame());
  const fs::path suggested =
      film->source().film().parent_path() / (film->source().film().stem().string() + number + ".handtint");
  modals_.browser.ask(state_, {tr("Save this frame as a session"), tr_noop("Save"), {".handtint"}, true, suggested},
                      [this](const fs::path& file) {
                        FilmSitting* film = state_.editor.film();
                        if (!film) return;
                        try {
                          film->save_frame(file);
                          const std::vector<int> keys = film->keys();
                          const bool elsewhere =
                              std::any_of(keys.begin(), keys.end(), [&](int key) { return key != film->frame(); });
                          if (elsewhere && film->ghosts().stale())
                            state_.editor.messages().tell(
                                tr("Strokes of other frames are not in it: it is not known yet where they lie here."));
                          state_.editor.messages().tell(tr("Saved {1}", {shown(file.filename())}));
                        } catch (const std::exception& error) {
                          state_.editor.messages().tell(tr("Not saved. {1}", {text_of(error)}), true);
                        }
                      });
}

void FileFlow::export_picture() {
  if (state_.editor.film()) return export_film();
  modals_.browser.ask(state_,
                      {tr("Export the coloured photo"), tr_noop("Export"), export_extensions(), true,
                       state_.editor.sitting().suggested_export_file(),
                       [this](std::string& extension) { export_.draw(state_, extension); }},
                      [this](const fs::path& file) {
                        Exports& exports = state_.editor.exports();
                        is_moving_picture_name(file) ? exports.write_growing(file, export_.growing)
                                                     : exports.write_picture(file, export_.print);
                      });
}

// --- what else is read and written

fs::path FileFlow::photo_folder() const {
  return state_.editor.sitting().photo().path.parent_path();
}

void FileFlow::export_mask() {
  const fs::path suggested = photo_folder() / (state_.editor.sitting().photo().path.stem().string() + "-strokes.png");
  modals_.browser.ask(state_, {tr("Export the strokes as a mask"), tr_noop("Export"), {".png"}, true, suggested},
                      [this](const fs::path& file) { state_.editor.exports().write_mask(file); });
}

void FileFlow::import_mask() {
  modals_.browser.ask(state_,
                      {tr("Import strokes from a mask"), tr_noop("Import"), photo_extensions(), false, photo_folder()},
                      [this](const fs::path& file) { state_.editor.import_mask(file); });
}

void FileFlow::open_reference() {
  modals_.browser.ask(state_,
                      {tr("Open a reference photo"), tr_noop("Open"), photo_extensions(), false, photo_folder()},
                      [this](const fs::path& file) { state_.editor.colouring().reference().choose(file); });
}

void FileFlow::open_coat_picture() {
  modals_.browser.ask(
      state_, {tr("Open a colour picture of this photo"), tr_noop("Open"), photo_extensions(), false, photo_folder()},
      [this](const fs::path& file) { state_.editor.colouring().picture_coat().choose(file); });
}

void FileFlow::load_palette() {
  modals_.browser.ask(state_, {tr("Load a palette"), tr_noop("Load"), {".gpl", ".handtint"}, false, photo_folder()},
                      [this](const fs::path& file) { panel_.colour.load_palette(state_, file); });
}

void FileFlow::save_palette() {
  modals_.browser.ask(state_, {tr("Save the palette"), tr_noop("Save"), {".gpl"}, true, photo_folder() / "palette.gpl"},
                      [this](const fs::path& file) { panel_.colour.save_palette(state_, file); });
}

}  // namespace handtint
