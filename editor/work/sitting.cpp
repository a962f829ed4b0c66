#include "editor/work/sitting.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <system_error>
#include <utility>

#include "editor/document/things.h"
#include "editor/files/path_text.h"
#include "editor/files/paths.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

// A name for what is made from a file: beside it, or where something can be written.
fs::path beside(const fs::path& file, const std::string& ending) {
  const fs::path pictures = home_folder() / "Pictures";
  for (const fs::path& folder : {file.parent_path(), pictures, home_folder()})
    if (access(folder.c_str(), W_OK) == 0) return folder / (file.stem().string() + ending);
  return file.parent_path() / (file.stem().string() + ending);
}

}  // namespace

void Sitting::open(Loaded loaded) {
  keep_colours_of_things();
  if (document_) autosave_->discard();
  selection_.clear();
  document_ = std::move(loaded.document);
  ++number_;
  photo_reference_ = std::move(loaded.photo);
  session_file_ = std::move(loaded.session_file);
  session_sha256_ = std::move(loaded.session_sha256);
  source_ = std::move(loaded.source);
  autosave_->open(photo_reference_, session_file_, session_sha256_, loaded.as_saved);
  if (loaded.recovered) {
    autosave_->record(*document_);
    autosave_->flush();
    // Only when its successor is on the disk.
    if (autosave_->problem().empty()) remove_recovery(*loaded.request.recovery);
    messages_.tell(tr("Your unsaved work is back. Save it to keep it."));
  } else {
    autosave_->prepare(*document_);
    use_file(preferences_, session_file_.empty() ? photo_reference_.path : session_file_);
  }
  for (const std::string& note : loaded.notes) messages_.tell(note);
}

Sitting::FrameDesk Sitting::exchange(const PhotoReference& frame, PictureSource source, FrameDesk desk) {
  FrameDesk left{std::move(document_), std::move(autosave_)};
  selection_.clear();
  ++number_;
  photo_reference_ = frame;
  source_ = std::move(source);
  document_ = std::move(desk.document);
  autosave_ = std::move(desk.journal);
  if (!autosave_ || !document_->modified()) {
    autosave_ = std::make_unique<Autosave>();
    autosave_->open(photo_reference_, session_file_, session_sha256_, false);
  }
  return left;
}

bool Sitting::save(const std::filesystem::path& file) {
  Session session;
  session.photo = photo_reference_;
  session.state = document_->state();
  return save_with([&] { return write_session(file, session); }, file);
}

bool Sitting::save(const std::filesystem::path& file, const FilmSession& film) {
  return save_with([&] { return write_film_session(file, film); }, file);
}

bool Sitting::save_with(const std::function<SavedSession()>& write, const std::filesystem::path& file) {
  SavedSession saved;
  try {
    saved = write();
  } catch (const std::exception& error) {
    messages_.tell(tr("Not saved. {1}", {text_of(error)}), true);
    return false;
  }
  session_file_ = file;
  session_sha256_ = std::move(saved.sha256);
  document_->mark_saved();
  autosave_->discard();
  autosave_->open(photo_reference_, session_file_, session_sha256_, saved.note.empty() && !photo_reference_.frame);
  autosave_->prepare(*document_);
  use_file(preferences_, file);
  messages_.tell(tr("Saved {1}", {shown(file.filename())}));
  if (!saved.note.empty()) messages_.tell(saved.note);
  return true;
}

void Sitting::keep_colours_of_things() {
  if (!document_) return;
  Palette palette = palette_of_things(document_->state(), tr("Things of {1}", {name()}));
  if (!palette.swatches.empty()) earlier_things_ = std::move(palette);
}

void Sitting::close() {
  keep_colours_of_things();
  autosave_->discard();
  document_.reset();
  ++number_;
  selection_.clear();
  source_ = {};
  session_file_.clear();
  session_sha256_.clear();
}

bool Sitting::changed_on_disk() const {
  return !session_file_.empty() && has_changed(session_file_, session_sha256_);
}

void Sitting::record_change() {
  std::erase_if(selection_, [&](StrokeId id) { return !find(document_->strokes(), id); });
  autosave_->record(*document_);
}

bool Sitting::watch_journal() {
  std::string problem = autosave_->problem();
  if (problem == reported_problem_) return false;
  reported_problem_ = std::move(problem);
  if (!reported_problem_.empty())
    messages_.tell(tr("The recovery file cannot be written: {1}", {reported_problem_}), true);
  return true;
}

std::filesystem::path Sitting::suggested_session_file() const {
  if (!session_file_.empty()) return session_file_;
  // Work that was begun anew beside an older session does not take its place.
  fs::path file = beside(photo_reference_.path, ".handtint");
  std::error_code error;
  for (int number = 2; fs::exists(file, error); ++number)
    file = beside(photo_reference_.path, std::string("-") + std::to_string(number) + ".handtint");
  return file;
}

std::filesystem::path Sitting::suggested_export_file() const {
  const bool deep = photo().bits > 8;
  const std::string ending = photo().format == "TIFF" ? ".tif" : photo().format == "JPEG" && !deep ? ".jpg" : ".png";
  return beside(photo_reference_.path, "-coloured" + ending);
}

std::string Sitting::name() const {
  if (!document_) return {};
  return shown((session_file_.empty() ? photo_reference_.path : session_file_).filename());
}

std::optional<float> Sitting::lightness_at(Point place) const {
  if (!document_) return std::nullopt;
  const int x = static_cast<int>(std::floor(place.x)), y = static_cast<int>(std::floor(place.y));
  if (x < 0 || y < 0 || x >= photo().width() || y >= photo().height()) return std::nullopt;
  return photo().lightness(x, y);
}

}  // namespace handtint
