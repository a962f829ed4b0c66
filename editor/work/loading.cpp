#include "editor/work/loading.h"

#include <exception>
#include <new>
#include <utility>

#include "editor/work/film_loading.h"
#include "editor/work/solved_picture.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// Sets outcome and message and returns false if the person has to say where the photo is.
bool find_session_photo(Loaded& loaded, const Session& session) {
  if (loaded.request.photo) {
    loaded.photo.path = *loaded.request.photo;
    return true;
  }
  const PhotoLookup lookup = find_photo(session.photo, loaded.session_file);
  loaded.photo.path = lookup.path;
  if (lookup.state == PhotoState::found ||
      (lookup.state == PhotoState::changed && loaded.request.accept_changed_photo)) {
    return true;
  }
  loaded.outcome =
      lookup.state == PhotoState::missing ? Loaded::Outcome::photo_missing : Loaded::Outcome::photo_changed;
  loaded.message = lookup.path.string();
  return false;
}

using OnPhoto = std::function<void(const std::shared_ptr<const Photo>&)>;

void load_into(Loaded& loaded, const OnPhoto& on_photo) {
  std::optional<Session> session;
  if (!loaded.request.recovery && is_film(loaded.request.file)) return load_film(loaded);
  if (loaded.request.recovery) {
    Recovered recovered = read_recovery(*loaded.request.recovery);
    if (is_frame_of_film(recovered)) return load_film(loaded, std::move(recovered));
    session = std::move(recovered.session);
    loaded.session_file = std::move(recovered.session_file);
    loaded.session_sha256 = std::move(recovered.session_sha256);
    loaded.recovered = true;
  } else if (is_session_name(loaded.request.file)) {
    session = read_session(loaded.request.file);
    loaded.session_file = loaded.request.file;
    loaded.session_sha256 = session->file_sha256;
    loaded.as_saved = true;
  } else if (!loaded.request.start_anew) {
    if (loaded.session_file = session_beside(loaded.request.file); !loaded.session_file.empty()) {
      loaded.outcome = Loaded::Outcome::session_found;
      return;
    }
  }
  if (session) {
    if (!find_session_photo(loaded, *session)) return;
    loaded.notes = session->notes;
  } else {
    loaded.photo.path = loaded.request.file;
  }
  const std::optional<int> frame = session ? session->photo.frame : std::nullopt;
  auto photo =
      frame ? read_frame(loaded.photo.path, *frame) : std::make_shared<const Photo>(read_photo(loaded.photo.path));
  if (!session && on_photo) on_photo(photo);
  if (session && (photo->width() != session->photo.width || photo->height() != session->photo.height)) {
    throw FileError(loaded.photo.path,
                    tr("has {1} pixels, the session was painted on {2}; choose the original photo",
                       {to_string(photo->extent()), to_string(Extent{session->photo.width, session->photo.height})}));
  }
  loaded.photo = frame ? refer_to_film(loaded.photo.path, photo->extent())
                       : refer_to_photo(loaded.photo.path, photo->width(), photo->height());
  loaded.photo.frame = frame;
  DocumentState state;
  state.coat.on = loaded.request.first_coat;
  if (session) state = std::move(session->state);
  const Extent size = photo->extent();
  complete(loaded, std::move(photo), std::make_unique<Document>(size, std::move(state), !loaded.recovered));
}

}  // namespace

void prepare_picture(Loaded& loaded, std::shared_ptr<const Photo> photo, const DocumentState& state, Prior prior) {
  loaded.problem = make_problem(*photo, state, std::move(prior));
  loaded.source.photo = photo;
  loaded.source.lightness = std::make_shared<const LightnessPyramid>(photo);
  if (!photo->a.empty()) {
    const Chroma own{photo->a, photo->b};
    loaded.source.own_step = shrink_step(photo->width(), photo->height(), overview_pixels);
    loaded.source.own = std::make_shared<const Chroma>(shrink(own, loaded.source.own_step));
  }
}

void complete(Loaded& loaded, std::shared_ptr<const Photo> photo, std::unique_ptr<Document> document) {
  loaded.document = std::move(document);
  Prior prior;
  if (const FirstCoat& coat = loaded.document->coat(); coat.wanted() && coat.picture) {
    loaded.coat = read_coat_colours(*coat.picture, loaded.session_file, photo->lightness);
    if (loaded.coat->colours) prior = picture_prior(*loaded.coat->colours, coat);
  }
  prepare_picture(loaded, std::move(photo), loaded.document->state(), std::move(prior));
  loaded.outcome = Loaded::Outcome::ready;
}

CoatColours read_coat_colours(const CoatPicture& picture, const std::filesystem::path& session_file,
                              const SharedPlane<float>& lightness) {
  CoatColours coat{picture.file, nullptr, {}};
  try {
    coat.colours = std::make_shared<const PictureColours>(read_coat_picture(picture, session_file, lightness));
  } catch (const std::bad_alloc&) {
    coat.problem = tr("{1}: there is not enough memory for it", {picture.file.path.string()});
  } catch (const std::exception& error) {
    coat.problem = error.what();
  }
  return coat;
}

Loaded load(const LoadRequest& request, const OnPhoto& on_photo) {
  Loaded loaded;
  loaded.request = request;
  try {
    load_into(loaded, on_photo);
  } catch (const std::bad_alloc&) {
    loaded.outcome = Loaded::Outcome::failed;
    loaded.message = tr("{1}: there is not enough memory for a photo of this size", {request.file.string()});
  } catch (const std::exception& error) {
    loaded.outcome = Loaded::Outcome::failed;
    loaded.message = error.what();
  }
  return loaded;
}

}  // namespace handtint
