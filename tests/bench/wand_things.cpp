// What the wand finds: wand_things EXTENT... < clicks > masks. A click is a line "PHOTO X Y", the place 0..1 across and
// down; for each click and extent come width and height (two 32-bit numbers) and the thing's cells, a byte each, 1 =
// inside. wand_score.py asks it.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "editor/document/coat_source.h"
#include "editor/document/predictor.h"
#include "editor/files/photo.h"
#include "solver/prediction/thing_at.h"

int main(int count, char** words) try {
  using namespace handtint;
  std::vector<float> extents;
  for (int i = 1; i < count; ++i) extents.push_back(std::stof(words[i]));
  const Predictor network = open_predictor("shipped");
  std::optional<ThingFinder> finder;
  std::string name, known;
  for (float x = 0, y = 0; std::cin >> name >> x >> y;) {
    if (name != known) {
      const Photo photo = read_photo(name);
      finder.emplace(photo.lightness, network.ask(bare_problem(photo), {}).traits);
      known = name;
    }
    const std::int32_t size[] = {finder->width(), finder->height()};
    for (const float extent : extents) {
      const Plane<std::uint8_t> thing = finder->find(static_cast<int>(x * static_cast<float>(size[0])),
                                                     static_cast<int>(y * static_cast<float>(size[1])), extent);
      std::fwrite(size, sizeof size[0], 2, stdout);
      std::fwrite(thing.data(), 1, thing.size(), stdout);
    }
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
