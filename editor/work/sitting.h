// What is open: the document with its photo and file, the journal that saves it from accidents, and what is selected.
//
// The Editor alone changes it; everybody else reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "editor/document/autosave.h"
#include "editor/document/document.h"
#include "editor/document/film_session.h"
#include "editor/work/loading.h"
#include "editor/work/messages.h"
#include "editor/work/preferences.h"

namespace handtint {

class Sitting {
 public:
  Sitting(Preferences& preferences, Messages& messages) : preferences_(preferences), messages_(messages) {}

  bool has_document() const { return document_ != nullptr; }
  const Document& document() const { return *document_; }
  const Photo& photo() const { return *source_.photo; }
  const PictureSource& picture_source() const { return source_; }
  std::uint64_t number() const { return number_; }  // another document, another number
  const std::filesystem::path& session_file() const { return session_file_; }
  bool changed_on_disk() const;  // somebody else wrote the session file since it was read or written here
  std::string name() const;      // of the session or photo file
  std::filesystem::path suggested_session_file() const;
  std::filesystem::path suggested_export_file() const;
  std::optional<float> lightness_at(Point place) const;  // none outside the photo
  const std::vector<StrokeId>& selection() const { return selection_; }
  // The colours of the things of what was open before, called after it; without swatches if there were none.
  const Palette& earlier_things() const { return earlier_things_; }

  // --- for the Editor
  void open(Loaded loaded);  // drops what was open
  // A frame of the open film takes the place of another one, whose document is given back with its journal.
  struct FrameDesk {
    std::unique_ptr<Document> document;
    std::unique_ptr<Autosave> journal;  // null: nothing is in one
  };
  FrameDesk exchange(const PhotoReference& frame, PictureSource source, FrameDesk desk);
  bool save(const std::filesystem::path& file);  // false and a notice if it failed; the work is still there
  bool save(const std::filesystem::path& file, const FilmSession& film);
  void close();  // drops the document and its journal
  Document& document_to_change() { return *document_; }
  void record_change();  // to the journal; what is gone is not selected any more
  void select(std::vector<StrokeId> ids) { selection_ = std::move(ids); }
  bool watch_journal();  // true and a notice if its problem is another than before

 private:
  void keep_colours_of_things();
  bool save_with(const std::function<SavedSession()>& write, const std::filesystem::path& file);

  Preferences& preferences_;
  Messages& messages_;
  std::unique_ptr<Document> document_;
  std::uint64_t number_ = 0;
  PhotoReference photo_reference_;
  std::filesystem::path session_file_;
  std::string session_sha256_;  // of its content as it was read or written here
  PictureSource source_;
  std::unique_ptr<Autosave> autosave_ = std::make_unique<Autosave>();
  std::string reported_problem_;
  std::vector<StrokeId> selection_;
  Palette earlier_things_;
};

}  // namespace handtint
