// masked_session PHOTO SESSION: a session of the photo with an imported mask of noise, which takes long to pack.
#include <cstdio>
#include <exception>
#include <memory>
#include <random>

#include "editor/document/session.h"
#include "editor/files/photo.h"

int main(int argc, char** argv) {
  using namespace handtint;
  if (argc != 3) return 2;
  try {
    const PhotoInfo photo = probe_photo(argv[1]);
    auto mask = std::make_shared<StrokeMask>(photo.width, photo.height);
    std::mt19937 random(1);
    for (std::size_t i = 0; i < mask->colour.size(); ++i) {
      const unsigned r = random();
      mask->drawn.data()[i] = r >> 24 < 20;
      mask->colour.data()[i] = {static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(r >> 8),
                                static_cast<std::uint8_t>(r >> 16)};
    }
    Session session{refer_to_photo(argv[1], photo.width, photo.height), {}, {}};
    session.state.imported = std::move(mask);
    write_session(argv[2], session);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
