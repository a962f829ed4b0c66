// Where a first coat comes from. Whatever proposes colours for a photo (a network, another tool's picture) is one
// function from photo and document to the prior that the solver gets; what several propose is one prior by blend().
//
// A network is asked about the bare photo. It could be shown the strokes too, but then it answers with their colours
// around them and with its own further on, and the step between the two stays in the picture; asked without them, the
// solver carries the difference between stroke and coat to the edges (figures: assets/network/README.md).
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>

#include "editor/document/document.h"
#include "editor/document/predictor.h"
#include "editor/files/photo.h"

namespace handtint {

// Asked only when the document's coat is wanted. Empty: no opinion, or asked to stop. Throws std::runtime_error: one
// line with what is wrong.
using CoatSource = std::function<Prior(const Photo&, const DocumentState&, std::stop_token)>;

CoatSource network_coat(Predictor predictor);

// The picture that the document's coat names; looked for beside `session_file` too if it is not at its place. Throws
// FileError if it is not there, another one than was chosen, or grey.
CoatSource picture_coat(std::filesystem::path session_file = {});

// What the document says: a picture if it names one, else the network's.
CoatSource document_coat(CoatSource network, std::filesystem::path session_file = {});

// What the network is asked.
Problem bare_problem(const Photo& photo);

// What another tool's picture says about a photo.
struct PictureColours {
  Chroma colours;  // not larger than the photo
  // 0..1, a grid over the photo: how far the picture shows there what the photo does (agreement()).
  Plane<float> agrees;
};

// The two steps of picture_coat, for who keeps what the file held. `lightness` is the photo's.
PictureColours read_coat_picture(const CoatPicture& picture, const std::filesystem::path& session_file,
                                 const Plane<float>& lightness);
Prior picture_prior(const PictureColours& picture, const FirstCoat& coat);

}  // namespace handtint
