// OpenRaster (.ora, version 0.0.3): the picture in layers, for GIMP, Krita and whoever reads it. Internal to
// editor/files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "editor/files/byte_stream.h"
#include "editor/files/photo_write.h"
#include "editor/files/stroke_mask.h"

namespace handtint {

class RasterReader;

// From below: "Photo", as it was in grey; "Light", the same in the grey that the colour needs; "Colour", the result in
// mode Color, which with the light below is the result to the last step (a colour's light in mode Color is 0.3 R + 0.59
// G
// + 0.11 B, and not CIE's L); hidden above them a group "Strokes", a layer of each thing that was painted, by its name,
// and of each colour of what has none.
// False when cancelled.
bool write_layers(AtomicFile& file, const RowSource& result, const Plane<float>& lightness, const WriteOptions& options,
                  const WriteProgress& progress);

// The colour alone, as a PNG of 16 bit: as transparent as it can be so that over the photo in grey it is the picture,
// in mode Normal. Throws as write_photo; false when cancelled.
bool write_colour_layer(const std::filesystem::path& target, const Plane<float>& lightness, const Chroma& chroma,
                        const WriteOptions& options, const WriteProgress& progress = {});

// One layer of a file, from the top.
struct PictureLayer {
  std::string name, source;  // the member that holds it
  int x = 0, y = 0;
};
struct LayerStack {
  int width = 0, height = 0;
  std::vector<PictureLayer> layers;
};

bool is_layered_picture(ByteStream& stream);
// The picture of the whole that OpenRaster and Krita's documents hold; null where there is none.
std::unique_ptr<RasterReader> open_merged_picture(ByteStream& archive, const ReadOptions& options);
// Throws FileError.
LayerStack read_layer_stack(ByteStream& stream);
// Where a stack is one of ours, all but Photo, Light and Colour; else all but the lowest.
std::vector<PictureLayer> stroke_layers(const LayerStack& stack);

}  // namespace handtint
