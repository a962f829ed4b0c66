// Finding one's way on a photo that does not fit its canvas: the whole of it small in a corner, and the zoom as a text.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "editor/document/finish.h"
#include "editor/work/picture_source.h"
#include "editor/work/view_state.h"

namespace handtint {

bool is_cut_off(const ViewState& view);  // some of the photo lies outside the canvas

ViewState centred_on(ViewState view, Point photo);

struct SmallPicture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
};
// At most so many pixels on a side. `colour` is stretched over the photo; null: none yet.
SmallPicture small_picture(const PictureSource& source, const Chroma* colour, int side, const Finish& finish = {});

// "150 %", and back: with or without the sign, a comma or a point. None: no number above 0. What is beyond the zoom's
// limits is for zoom_to() to clip.
std::string zoom_text(double zoom);
std::optional<double> zoom_from_text(std::string_view text);

}  // namespace handtint
