#include <doctest/doctest.h>

#include <random>
#include <stdexcept>

#include "editor/document/mask_text.h"

using namespace handtint;

TEST_CASE("masks of any size and content come back the same") {
  std::mt19937 random(1);
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 1}, {1, 3}, {7, 5}, {64, 33}, {300, 200}}) {
    StrokeMask mask(width, height);
    for (std::size_t i = 0; i < mask.drawn.size(); ++i) {
      if (random() % 3) continue;
      mask.drawn.data()[i] = random() % 4 ? 1 : StrokeMask::keeps_own_colour;
      mask.colour.data()[i] = {static_cast<std::uint8_t>(random()), static_cast<std::uint8_t>(random() % 2),
                               static_cast<std::uint8_t>(random())};
    }
    const std::string text = mask_to_text(mask);
    CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") ==
          std::string::npos);
    CHECK(mask_from_text(text, width, height) == mask);
    CHECK_THROWS_AS(mask_from_text(text, width + 1, height), std::runtime_error);
  }
}

TEST_CASE("damaged text is refused with a reason") {
  const std::string good = mask_to_text(StrokeMask(20, 20));
  for (const std::string& text : {std::string(), std::string("A"), std::string("===="), std::string("AAAA"),
                                  std::string("!!!!"), good.substr(0, good.size() / 2 / 4 * 4)}) {
    CHECK_THROWS_AS(mask_from_text(text, 20, 20), std::runtime_error);
  }
  std::mt19937 random(2);
  int refused = 0;
  for (int i = 0; i < 500; ++i) {
    std::string bad = good;
    bad[random() % bad.size()] = "Az09+/=*"[random() % 8];
    try {
      mask_from_text(bad, 20, 20);
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  CHECK(refused > 100);
}
