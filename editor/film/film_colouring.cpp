#include "editor/film/film_colouring.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <utility>
#include <vector>

namespace handtint {
namespace {

// Frames whose colours one thread makes and another waits for.
class AwaitedFrames {
 public:
  explicit AwaitedFrames(int frames) : there_(static_cast<std::size_t>(frames)) {}

  void add(int frame) {
    const std::lock_guard lock(mutex_);
    there_[static_cast<std::size_t>(frame)] = true;
    more_.notify_all();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    more_.notify_all();
  }
  bool wait_for(int frame) {  // false: it will not come
    std::unique_lock lock(mutex_);
    more_.wait(lock, [&] { return ended_ || there_[static_cast<std::size_t>(frame)]; });
    return there_[static_cast<std::size_t>(frame)];
  }

 private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<bool> there_;
  bool ended_ = false;
};

struct EndOfFrames {
  AwaitedFrames& frames;
  ~EndOfFrames() { frames.end(); }
};

struct NoMoreFrames {};

class ColouringProgress {
 public:
  explicit ColouringProgress(const TellColoured& tell) : tell_(tell) {}

  bool carried(int steps, int total) {
    const std::lock_guard lock(mutex_);
    carried_ = static_cast<float>(steps) / static_cast<float>(total);
    return tell_(carried_, written_);
  }
  bool written(int frame, int frames) {
    const std::lock_guard lock(mutex_);
    written_ = std::max(written_, static_cast<float>(frame + 1) / static_cast<float>(frames));
    return tell_(carried_, written_);
  }

 private:
  const TellColoured& tell_;
  std::mutex mutex_;
  float carried_ = 0, written_ = 0;
};

bool carry_each(FilmColours& colours, std::span<const Shot> shots, ColouringProgress& progress,
                const std::function<bool()>& wanted, const std::function<void(int frame)>& made) {
  int total = 0, before = 0;
  for (const Shot& shot : shots) total += 2 * (shot.end - shot.begin);
  for (const Shot& shot : shots) {
    const int steps = 2 * (shot.end - shot.begin);
    int asked = 0;
    const auto going = [&] { return wanted() && progress.carried(before + std::min(steps, ++asked / 3), total); };
    if (!colours.carry(shot, going, made)) return false;
    before += steps;
  }
  progress.carried(total, total);
  return true;
}

}  // namespace

bool carry_shots(FilmColours& colours, std::span<const Shot> shots, const TellColoured& tell) {
  ColouringProgress progress(tell);
  return carry_each(
      colours, shots, progress, [] { return true; }, [](int) {});
}

bool carry_and_write(FilmColours& colours, FilmToWrite film, const Finish& finish, const TellColoured& tell) {
  const int frames = colours.kept()->survey().frames;
  ColouringProgress progress(tell);
  AwaitedFrames there(frames);
  std::atomic<bool> failed{false};
  film.colours = [&](int frame) {
    if (!there.wait_for(frame)) throw NoMoreFrames();
    return finished(colours.kept()->chroma_at(frame), finish);
  };
  film.progress = [&](int frame) { return progress.written(frame, frames); };
  std::future<bool> writing = std::async(std::launch::async, [&] {
    try {
      return write_film(film);
    } catch (const NoMoreFrames&) {
      return false;
    } catch (...) {
      failed = true;
      throw;
    }
  });
  {
    const EndOfFrames end{there};
    carry_each(
        colours, film.shots, progress, [&] { return !failed; }, [&](int frame) { there.add(frame); });
  }
  return writing.get();
}

}  // namespace handtint
