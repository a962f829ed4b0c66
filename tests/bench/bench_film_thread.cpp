// How soon a stroke on a frame of a film shows: on the frame, on both neighbours, on all frames; and how soon a solved
// frame is a picture for who scrubs. Without a window.
//
//   bench_film_thread FILM WORK [FRAME]     WORK is a folder to be made; the median of five strokes
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "editor/document/coat_source.h"
#include "editor/document/predictor.h"
#include "editor/film/film_reader.h"
#include "editor/work/film_pictures.h"
#include "editor/work/film_thread.h"

using namespace handtint;

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// What the thread calls when it has news, and who waits for it.
struct Bell {
  std::mutex mutex;
  std::condition_variable rung;
  void ring() { rung.notify_all(); }
  template <class Condition>
  void wait_until(Condition condition) {
    std::unique_lock lock(mutex);
    while (!condition()) rung.wait_for(lock, std::chrono::milliseconds(5));
  }
};

PaintedFrame painted(int frame, Extent size, float red) {
  Stroke stroke;
  stroke.id = 1;
  stroke.colour = {red, 0.3f, 0.2f};
  const auto w = static_cast<float>(size.width), h = static_cast<float>(size.height);
  stroke.points = {{0.4f * w, 0.5f * h, 0.02f * h}, {0.6f * w, 0.5f * h, 0.02f * h}};
  DocumentState state;
  state.coat.on = true;
  state.strokes.emplace_back(std::move(stroke));
  return painted_frame(frame, state);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: bench_film_thread FILM WORK [FRAME]\n");
    return 2;
  }
  const std::filesystem::path film = arguments[1];
  const Extent size = open_film(film)->size();
  Bell bell;
  FilmThread thread(film, arguments[2], {}, [&] { bell.ring(); });
  const auto survey = Clock::now();
  bell.wait_until([&] { return thread.status().surveyed || !thread.status().problem.empty(); });
  if (const std::string problem = thread.status().problem; !problem.empty()) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    return 1;
  }
  const int frames = thread.status().frames, frame = count > 3 ? std::atoi(arguments[3]) : frames / 2;
  if (frame < 1 || frame + 1 >= frames) {
    std::fprintf(stderr, "frame %d has no two neighbours\n", frame);
    return 2;
  }
  std::printf("%d frames of %d x %d, seen after %.0f ms; a stroke on frame %d\n", frames, size.width, size.height,
              ms_since(survey), frame);
  const Predictor network = open_predictor("shipped");
  FilmRecipe recipe;
  recipe.coat = network_coat(network);
  recipe.coat_dials.on = true;
  recipe.coat_name = "shipped";
  recipe.matcher = std::make_shared<KeyMatcher>([&] { return network; }, "shipped");
  std::vector<double> own, neighbours, all;
  for (int stroke = 0; stroke < 5; ++stroke) {
    recipe.keys.painted = {painted(frame, size, 0.5f + 0.05f * static_cast<float>(stroke))};
    const auto start = Clock::now();
    const std::vector<FrameMark> before = thread.marks();
    thread.look_at(frame);
    thread.set_recipe(recipe);
    const auto renewed = [&](int n) {
      const FrameMark mark = thread.mark(n);
      return mark.trust >= 0 && mark.number != before[static_cast<std::size_t>(n)].number;
    };
    const auto taken = [&](std::initializer_list<int> which) {
      bell.wait_until([&] { return std::all_of(which.begin(), which.end(), renewed); });
      return ms_since(start);
    };
    own.push_back(taken({frame}));
    neighbours.push_back(taken({frame - 1, frame, frame + 1}));
    all.push_back(taken({0, frames - 1}));
  }
  std::printf("the frame's own colours %.0f ms, both neighbours %.0f ms, all frames %.0f ms\n", median(own),
              median(neighbours), median(all));
  std::vector<double> pictures;
  for (int i = 0; i < frames; ++i) {
    const auto start = Clock::now();
    if (frame_picture(*thread.colours(), i * 7 % frames, size.width).rgba.empty()) return 1;
    pictures.push_back(ms_since(start));
  }
  std::printf("a solved frame's picture %.0f ms, at worst %.0f ms\n", median(pictures),
              *std::max_element(pictures.begin(), pictures.end()));
  return 0;
}
