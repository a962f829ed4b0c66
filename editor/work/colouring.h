// The colours of the open photo: the solver that follows the document, the network's first coat, and their pictures.
//
// Slow things run on threads and arrive through update().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "editor/document/document.h"
#include "editor/film/carrying.h"
#include "editor/work/brush.h"
#include "editor/work/coat_strip.h"
#include "editor/work/messages.h"
#include "editor/work/picture_coat.h"
#include "editor/work/predictions.h"
#include "editor/work/preferences.h"
#include "editor/work/reference_photo.h"
#include "editor/work/sitting.h"
#include "editor/work/solver_thread.h"

namespace handtint {

class Colouring {
 public:
  Colouring(const Sitting& sitting, const Brush& brush, const Preferences& preferences, Messages& messages,
            NetworkSource network, std::function<void()> wake_up);

  // --- the solve
  SolverStatus status() const { return solver_->status(); }
  void set_paused(bool paused) { solver_->set_paused(paused); }
  void solve_once() { solver_->run_once(); }
  void restart();  // the solver, on the backend that the preferences name
  // The newest change is not on its picture yet, but will be soon.
  bool colour_is_coming() const;
  // Of the message to the solver that holds everything up to now; it may wait to be sent.
  std::uint64_t revision() const { return revision_ + (unsent_.hints.empty() ? 0 : 1); }
  std::uint64_t coat_revision() const { return coat_revision_; }  // of the one with the newest first coat; 0 = none

  // --- pictures
  std::optional<SolvedPicture> take_picture() { return std::exchange(fresh_picture_, std::nullopt); }
  const std::optional<SolvedPicture>& picture() const { return picture_; }
  PictureTransfer transfer() const { return transfer_; }
  // How the screen gets pictures from a GPU, and what it looks at closely (without codes).
  void set_screen(PictureTransfer transfer, const PictureOnDevice& close_up);

  // --- where the first coat comes from
  Predictions& predictions() { return predictions_; }
  PictureCoat& picture_coat() { return picture_coat_; }
  ReferencePhoto& reference() { return reference_; }
  CoatStrip& coat_strip() { return coat_strip_; }
  DocumentState state_to_render() const;  // the document's, with what a frame's carried colours mean for it
  CoatSource coat() const;  // the screen's; for background threads, which may have to ask the network themselves

  // --- for the Editor
  bool update();  // true if something that is shown may have changed
  // `carried`: the coat is what other frames of a film brought; null: it is the document's own.
  void begin_document(Problem problem, std::optional<CoatColours> coat, std::shared_ptr<const Carried> carried = {});
  void set_carried(std::shared_ptr<const Carried> carried);
  void forget();  // no document any more
  void follow(const Change& change);
  void send_coat();  // another one may be wanted, or is there
  // Pieces of a stroke are sent together when the solver can take them; everything else sends what waits before itself.
  void send_hints(const Rect& rect, bool cuts, bool only_regions);

 private:
  void send_waiting();
  void send_patch(const Change& change);
  void start_solver();
  CoatSource known_coat() const;  // what the screen's coat is made of; null if that is not there yet
  Prior wanted_prior() const;
  Settings settings() const;

  const Sitting& sitting_;
  const Brush& brush_;
  const Preferences& preferences_;
  Messages& messages_;
  std::function<void()> wake_up_;
  std::unique_ptr<SolverThread> solver_;
  Predictions predictions_;
  PictureCoat picture_coat_;
  ReferencePhoto reference_;
  CoatStrip coat_strip_;
  std::uint64_t revision_ = 0;
  std::uint64_t first_revision_ = 0;  // of the present document; pictures of older ones are dropped
  Change unsent_;                     // of hints that the solver does not know yet
  Change sent_;  // the last patch: sent again with what came since, it takes its own place in the solver's inbox
  std::uint64_t coat_revision_ = 0;
  std::shared_ptr<const Carried> carried_;
  bool coat_sent_ = false;  // the solver has a prior
  std::optional<SolvedPicture> picture_, fresh_picture_;
  PictureTransfer transfer_ = PictureTransfer::copied;
  PictureOnDevice close_up_;
};

// The picture's colour at a place of the open photo, grey while there is none; none outside.
std::optional<Rgb> result_at(const Sitting& sitting, const std::optional<SolvedPicture>& picture, Point place);

Backend chosen_backend(const Preferences& preferences);

}  // namespace handtint
