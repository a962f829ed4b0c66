// Which of a TIFF file's pictures is the photograph. Internal to editor/document.
#pragma once

#include <string>

struct tiff;

namespace handtint {

struct TiffChoice {
  bool camera_raw = false;  // its full picture is what a sensor saw; what else is there are previews
  std::string note;         // which one of several full pictures was taken; empty when there is one
};

// Makes the directory of the largest full picture current, in the chain of directories or below one of them (SubIFDs).
// Previews and masks, by their NewSubfileType, come last; of the pages of a document the first is taken. What libtiff
// reports about the directories passed by says nothing of the chosen one.
TiffChoice choose_tiff_picture(tiff* file);

}  // namespace handtint
