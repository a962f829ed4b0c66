#include <doctest/doctest.h>

#include <optional>

#include "editor/work/chroma_pool.h"

using namespace handtint;

TEST_CASE("a picture that nobody looks at any more is taken again for one of its size, the largest of all") {
  std::optional<ChromaPool> pool(std::in_place);
  const auto made = [&](int width, int height) {
    auto chroma = pool->take(width, height);
    if (chroma->empty()) *chroma = {{width, height}, {width, height}};
    return chroma;
  };
  auto first = made(40, 30);
  const float* memory = first->a.data();
  CHECK(made(40, 30)->a.data() != memory);  // it is still looked at
  first.reset();
  CHECK(pool->take(20, 15)->empty());
  made(20, 15).reset();  // smaller: not kept
  CHECK(pool->take(20, 15)->empty());
  first = pool->take(40, 30);
  REQUIRE(first->width() == 40);
  const float* again = first->a.data();
  first.reset();
  CHECK(made(40, 30)->a.data() == again);
  std::shared_ptr<const Chroma> looked_at = made(40, 30);
  pool.reset();
  CHECK(looked_at->a.size() == 1200);  // who looks at it keeps it
}
