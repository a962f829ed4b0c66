// The library from C++: colours a photo by one stroke and writes it. colorize PHOTO OUT.png
#include <cstdio>
#include <exception>

#include "editor/document/render.h"
#include "editor/files/photo.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    const handtint::Photo photo = handtint::read_photo(argv[1]);
    handtint::DocumentState state;
    state.coat.on = false;
    handtint::Stroke stroke;
    stroke.colour = {0.7f, 0.25f, 0.2f};
    const float x = static_cast<float>(photo.width()) / 2, y = static_cast<float>(photo.height()) / 2;
    stroke.points = {{x - 20, y, 4}, {x + 20, y, 4}};
    state.strokes.emplace_back(stroke);
    const handtint::Rendered rendered = handtint::render(photo, state, {});
    handtint::WriteOptions options = handtint::write_options_for(photo);
    options.overwrite = true;
    handtint::write_rendered(argv[2], photo, rendered, options);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
