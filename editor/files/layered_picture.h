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

// From below: "Photo", as it was in grey; over it a group "Colour and light" with "Light", the grey that the colour
// needs, and a group "Colours" with "Colour" in mode Color (layer_rows.h); hidden above them a group "Strokes", a layer
// of each thing that was painted, by its name, and of each colour of what has none. The groups let the layers in them
// see what is below (isolation="auto"). A program that isolates them shows the picture just the same, as mode Color
// with nothing below is the colour itself: GIMP's mode Color is another one, that of HSL.
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
