// Memory for pictures of one size that follow each other. Fresh memory for each would cost the system more than the
// solver needs to fill it: at 12 megapixels 60 ms for 24 000 pages.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "solver/plane.h"

namespace handtint {

// Thread-safe. One picture is kept, the largest that nobody looks at any more; it goes with the pool.
class ChromaPool {
 public:
  // A picture of that size with any values, or an empty one. It comes back when its last owner lets go of it.
  std::shared_ptr<Chroma> take(int width, int height) {
    auto chroma = std::make_unique<Chroma>();
    {
      std::lock_guard lock(kept_->mutex);
      if (kept_->chroma && kept_->chroma->width() == width && kept_->chroma->height() == height)
        chroma = std::move(kept_->chroma);
    }
    return {chroma.release(), [pool = std::weak_ptr(kept_)](Chroma* returned) {
              std::unique_ptr<Chroma> left(returned);
              const auto kept = pool.lock();
              if (!kept) return;
              std::lock_guard lock(kept->mutex);
              if (!kept->chroma || kept->chroma->a.size() < left->a.size()) std::swap(kept->chroma, left);
            }};
  }

 private:
  struct Kept {
    std::mutex mutex;
    std::unique_ptr<Chroma> chroma;
  };
  std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
};

}  // namespace handtint
