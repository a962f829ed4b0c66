// From a file name to everything the editor needs of it: photo, pyramid, document and the solver's problem. Slow parts
// of opening, made for a background thread; knows no window.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "editor/document/autosave.h"
#include "editor/document/render.h"
#include "editor/document/session.h"
#include "editor/work/picture_source.h"

namespace handtint {

struct LoadRequest {
  std::filesystem::path file;  // a photo, a film or a .handtint session; empty if `recovery` says it all
  std::optional<std::filesystem::path> recovery;  // a journal to recover from
  std::optional<std::filesystem::path> photo;     // where the person says the photo is
  bool accept_changed_photo = false;
  bool first_coat = false;  // a bare photo starts with one; of a session it is in the file
  bool start_anew = false;  // a bare photo, although there is a session beside it
};

struct OpenedFilm;  // film_loading.h

// The picture of a first coat, read.
struct CoatColours {
  FileReference file;
  std::shared_ptr<const PictureColours> colours;  // null: `problem` says why
  std::string problem;
};

// Never throws.
CoatColours read_coat_colours(const CoatPicture& picture, const std::filesystem::path& session_file,
                              const SharedPlane<float>& lightness);

struct Loaded {
  enum class Outcome { ready, failed, photo_missing, photo_changed, session_found };
  Outcome outcome = Outcome::failed;
  LoadRequest request;
  std::string message;  // failed: why; photo_*: the photo's expected place
  // Ready, or session_found: the one beside a bare photo.
  std::filesystem::path session_file;  // empty for a bare photo
  // Ready:
  std::string session_sha256;  // of its file when the document was read from it; empty if that is not known
  bool as_saved = false;       // the document is what the session file holds
  std::unique_ptr<Document> document;
  PhotoReference photo;
  std::vector<std::string> notes;
  bool recovered = false;
  std::optional<CoatColours> coat;  // if the document wants one
  Problem problem;
  PictureSource source;
  std::shared_ptr<OpenedFilm> film;  // null: a photo
};

// What the solver and the screen need of a photo and what is painted on it: problem and source.
void prepare_picture(Loaded& loaded, std::shared_ptr<const Photo> photo, const DocumentState& state, Prior prior);

// The same with the document and its coat: it is ready.
void complete(Loaded& loaded, std::shared_ptr<const Photo> photo, std::unique_ptr<Document> document);

// Never throws. `on_photo` is called as soon as a bare photo's pixels are there, long before all the rest.
Loaded load(const LoadRequest& request, const std::function<void(const std::shared_ptr<const Photo>&)>& on_photo = {});

}  // namespace handtint
