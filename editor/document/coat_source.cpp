#include "editor/document/coat_source.h"

#include <utility>

#include "editor/files/file_error.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {

namespace fs = std::filesystem;

Problem bare_problem(const Photo& photo) {
  Problem problem;
  problem.lightness = photo.lightness;
  return problem;
}

CoatSource network_coat(Predictor predictor) {
  return [predictor = std::move(predictor)](const Photo& photo, const DocumentState& state, std::stop_token stop) {
    return make_prior(predictor.ask(bare_problem(photo), stop), state.coat.dials);
  };
}

Chroma read_coat_picture(const CoatPicture& picture, const fs::path& session_file, Extent photo) {
  fs::path path = picture.file.path;
  if (!picture.file.sha256.empty()) {
    const PhotoLookup lookup = find_photo(picture.file, session_file);
    path = lookup.path;
    if (lookup.state == PhotoState::missing) throw FileError(path, tr("the picture of the first coat is not there"));
    if (lookup.state == PhotoState::changed)
      throw FileError(path, tr("has changed since it became the first coat; choose it again"));
  }
  Photo coat = read_photo(path);
  if (coat.a.empty())
    throw FileError(path, tr("is grey and cannot be a first coat; give a colour picture of the same scene"));
  Chroma colours{std::move(coat.a), std::move(coat.b)};
  if (colours.a.width() > photo.width || colours.a.height() > photo.height)
    return resize(colours, photo.width, photo.height);
  return colours;
}

Prior picture_prior(const Chroma& colours, const FirstCoat& coat) {
  const float amount = coat.dials.amount;
  Prior prior{colours.a, colours.b,
              Plane<float>(colours.a.width(), colours.a.height(), amount * coat.picture.value().weight)};
  for (Plane<float>* plane : {&prior.a, &prior.b})
    for (float& v : *plane) v *= amount * coat.dials.vividness;
  return prior;
}

CoatSource picture_coat(fs::path session_file) {
  return [session_file = std::move(session_file)](const Photo& photo, const DocumentState& state, std::stop_token) {
    return picture_prior(read_coat_picture(state.coat.picture.value(), session_file, photo.extent()), state.coat);
  };
}

CoatSource document_coat(CoatSource network, fs::path session_file) {
  return [network = std::move(network), picture = picture_coat(std::move(session_file))](
             const Photo& photo, const DocumentState& state, std::stop_token stop) {
    return (state.coat.picture ? picture : network)(photo, state, stop);
  };
}

}  // namespace handtint
