#include "editor/work/sitting.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

namespace handtint {
namespace {

std::filesystem::path beside(const std::filesystem::path& file, const std::string& ending) {
  return file.parent_path() / (file.stem().string() + ending);
}

}  // namespace

void Sitting::open(Loaded loaded) {
  if (document_) autosave_.discard();
  selection_.clear();
  document_ = std::move(loaded.document);
  ++number_;
  photo_reference_ = std::move(loaded.photo);
  session_file_ = std::move(loaded.session_file);
  source_ = std::move(loaded.source);
  autosave_.open(photo_reference_, session_file_);
  if (loaded.recovered) {
    autosave_.record(*document_);
    autosave_.flush();
    // Only when its successor is on the disk.
    if (autosave_.problem().empty()) discard_recovery(*loaded.request.recovery);
    messages_.tell("Your unsaved work is back. Save it to keep it.");
  } else {
    autosave_.prepare(*document_);
    use_file(preferences_, session_file_.empty() ? photo_reference_.path : session_file_);
  }
  for (const std::string& note : loaded.notes) messages_.tell(note);
}

bool Sitting::save(const std::filesystem::path& file) {
  Session session;
  session.photo = photo_reference_;
  session.state = document_->state();
  try {
    write_session(file, session);
  } catch (const std::exception& error) {
    messages_.tell("Not saved. " + text_of(error), true);
    return false;
  }
  session_file_ = file;
  document_->mark_saved();
  autosave_.discard();
  autosave_.open(photo_reference_, session_file_);
  autosave_.prepare(*document_);
  use_file(preferences_, file);
  messages_.tell("Saved " + file.filename().string());
  return true;
}

void Sitting::close() {
  autosave_.discard();
  document_.reset();
  ++number_;
  selection_.clear();
  source_ = {};
  session_file_.clear();
}

void Sitting::record_change() {
  std::erase_if(selection_, [&](StrokeId id) { return !find(document_->strokes(), id); });
  autosave_.record(*document_);
}

bool Sitting::watch_journal() {
  std::string problem = autosave_.problem();
  if (problem == reported_problem_) return false;
  reported_problem_ = std::move(problem);
  if (!reported_problem_.empty()) messages_.tell("The recovery file cannot be written: " + reported_problem_, true);
  return true;
}

std::filesystem::path Sitting::suggested_session_file() const {
  return session_file_.empty() ? beside(photo_reference_.path, ".handtint") : session_file_;
}

std::filesystem::path Sitting::suggested_export_file() const {
  const bool deep = photo().bits > 8;
  const std::string ending = photo().format == "TIFF" ? ".tif" : photo().format == "JPEG" && !deep ? ".jpg" : ".png";
  return beside(photo_reference_.path, "-coloured" + ending);
}

std::string Sitting::name() const {
  if (!document_) return {};
  return (session_file_.empty() ? photo_reference_.path : session_file_).filename().string();
}

std::optional<float> Sitting::lightness_at(Point place) const {
  if (!document_) return std::nullopt;
  const int x = static_cast<int>(std::floor(place.x)), y = static_cast<int>(std::floor(place.y));
  if (x < 0 || y < 0 || x >= photo().width() || y >= photo().height()) return std::nullopt;
  return photo().lightness(x, y);
}

}  // namespace handtint
