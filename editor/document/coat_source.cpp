#include "editor/document/coat_source.h"

#include <algorithm>
#include <utility>

#include "editor/files/file_error.h"
#include "solver/layers/coat_maker.h"
#include "solver/prediction/agreement.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {

namespace fs = std::filesystem;

namespace {

// Another tool's picture is compared with the photo at this size, where grain and its own blur do not count.
constexpr double compared_pixels = 100e3;
// Where it shows something else its colours have still so much of their weight: better than none.
constexpr float least_share = 0.05f;

}  // namespace

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

PictureColours read_coat_picture(const CoatPicture& picture, const fs::path& session_file,
                                 const Plane<float>& lightness) {
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
  const auto [width, height] = reduced_to(compared_pixels, lightness.width(), lightness.height());
  Plane<float> agrees = agreement(resample(coat.lightness, width, height), resample(lightness, width, height));
  Chroma colours{std::move(coat.a), std::move(coat.b)};
  if (colours.width() > lightness.width() || colours.height() > lightness.height())
    colours = resize(colours, lightness.width(), lightness.height());
  return {std::move(colours), std::move(agrees)};
}

Prior picture_prior(const PictureColours& picture, const FirstCoat& coat) {
  const auto& [colours, agrees] = picture;
  const float amount = coat.dials.amount, weight = amount * coat.picture.value().weight;
  const int width = colours.width(), height = colours.height();
  Prior prior{colours.a, colours.b, stretched_part(agrees, width, height, {0, 0, width, height}, width, height)};
  for (float& share : prior.weight) share = weight * std::max(share, least_share);
  for (Plane<float>* plane : {&prior.a, &prior.b})
    for (float& v : *plane) v *= amount * coat.dials.vividness;
  return prior;
}

CoatSource picture_coat(fs::path session_file) {
  return [session_file = std::move(session_file)](const Photo& photo, const DocumentState& state, std::stop_token) {
    return picture_prior(read_coat_picture(state.coat.picture.value(), session_file, photo.lightness), state.coat);
  };
}

CoatSource document_coat(CoatSource network, fs::path session_file) {
  return [network = std::move(network), picture = picture_coat(std::move(session_file))](
             const Photo& photo, const DocumentState& state, std::stop_token stop) {
    return (state.coat.picture ? picture : network)(photo, state, stop);
  };
}

}  // namespace handtint
