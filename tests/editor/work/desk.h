// A sitting without a window, for tests: a small photo, dark on the left and light on the right, and a hand.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <thread>

#include "editor/document/render.h"
#include "editor/work/editor.h"
#include "editor/work/tools.h"
#include "tests/support/scratch_folder.h"

namespace handtint::tests {

using namespace std::chrono_literals;

// What a test wants of its network, and what the network saw.
struct Network {
  std::atomic<bool> fail{false};
  std::atomic<int> asked{0};
};

// Red on the left, green on the right; where it sees strokes, everything turns blue by as much as there are.
inline NetworkSource fake_network(const std::shared_ptr<Network>& network) {
  return {[network] {
            Predictor predictor;
            predictor.ask = [network](const Problem& problem, std::stop_token) {
              ++network->asked;
              if (network->fail) throw std::runtime_error("its answer is not a number");
              float hinted = 0;
              for (float h : problem.hint_strength) hinted += h > 0;
              Prediction prediction;
              prediction.width = 2;
              prediction.height = 1;
              prediction.a = prediction.b = Plane<float>(2, 1, -0.05f * hinted);
              prediction.a(0, 0) = 40;
              prediction.a(1, 0) = -40;
              return prediction;
            };
            return predictor;
          },
          {}};
}

struct Desk {
  ScratchFolder folder;
  Preferences preferences;
  std::atomic<int> wakes{0};
  std::unique_ptr<Editor> editor;
  Tools tools;
  ViewState view;

  // Without a network, if none is given.
  explicit Desk(NetworkSource network = {{}, "there is none"}) {
    setenv("XDG_STATE_HOME", folder.path().c_str(), 1);
    preferences.smoothing = 0;
    preferences.brush_points = 8;
    editor = std::make_unique<Editor>(
        preferences, [this] { ++wakes; }, std::move(network));
    editor->colouring().predictions().rest_ms = 30;
    Plane<float> lightness(80, 60);
    for (int y = 0; y < 60; ++y) {
      for (int x = 0; x < 80; ++x) lightness(x, y) = x < 40 ? 45.0f : 75.0f;
    }
    const Chroma grey{Plane<float>(80, 60), Plane<float>(80, 60)};
    REQUIRE(write_photo(photo(), lightness, grey, {}, {}));
  }
  std::filesystem::path photo() const { return folder.path() / "photo.png"; }

  template <class Ready>
  bool wait(Ready ready) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!ready()) {
      if (std::chrono::steady_clock::now() > end) return false;
      editor->update();
      std::this_thread::sleep_for(2ms);
    }
    return true;
  }
  void open(const std::filesystem::path& file) {
    editor->open({file, {}, {}, false});
    REQUIRE(wait([&] { return !editor->loading(); }));
    REQUIRE(editor->sitting().has_document());
    view = {};
    view.photo_width = 80;
    view.photo_height = 60;
    view.canvas = {0, 0, 800, 600, 1};
    view = actual_pixels(view, {400, 300});
  }
  void paint(Point from, Point to) {
    const auto at = [&](float t) {
      Pointer p;
      p.screen = screen_from_photo(view, {from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)});
      return p;
    };
    tools.press(*editor, view, Tools::Button::left, at(0));
    for (int i = 1; i <= 10; ++i) tools.move(*editor, view, at(static_cast<float>(i) / 10));
    tools.release(*editor, view);
  }
  std::optional<Rgb> result_at(Point place) const {
    return handtint::result_at(editor->sitting(), editor->colouring().picture(), place);
  }
  bool refined() {
    return wait([&] {
      return editor->colouring().picture() &&
             editor->colouring().picture()->revision == editor->colouring().revision() &&
             editor->colouring().picture()->report.done();
    });
  }
};

}  // namespace handtint::tests
