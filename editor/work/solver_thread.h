// The solver's own thread: news go in, pictures come out, and nobody who paints ever waits.
//
// One thread owns the Solver. Its inbox coalesces: a new photo replaces everything before it, a patch covering an older
// one replaces that one, of settings only the last count. Between batches of about 10 ms it looks for news. Its outbox
// has one slot: the newest picture wins. Every message carries the sender's revision number and every picture the
// number of the last message that it contains, so that a picture of an older photo never reaches the screen.
//
// Between news and their first picture nothing else is taken in, but for one exception: strokes do not wait for a coat
// (set_prior) to be made.
//
// It knows no window and no document. Calls may come from one thread (the UI's); none of them waits for the solver. The
// wake-up function is called from the solver's thread whenever take_picture, take_message or status have something new;
// it must not call back into this object.
//
// Where a GPU solves, a large picture comes packed for the screen (SolvedPicture::on_device) and not yet in host
// memory: its values follow when nothing has happened for a while, in a picture that is the same otherwise. Everywhere
// else pictures come whole.
//
// An exception of the solver becomes a message; the thread rests until the next news. A solver that never returns is
// left behind when this object dies (its memory is freed when it does return).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "editor/work/leavable_thread.h"
#include "editor/work/solved_picture.h"
#include "solver/solver.h"

namespace handtint {

struct SolverStatus {
  Report report;
  bool busy = false;  // there is something left to solve
  bool paused = false;
  std::uint64_t revision = 0;  // the newest message that the solver has taken in
  double silent_ms = 0;        // time since the solver last gave a sign of life, 0 if it has nothing to do
};

struct SolverExchange;
struct SolverInbox;

class SolverThread {
 public:
  // `make_solver` and everything of the solver run on the new thread.
  SolverThread(std::function<std::unique_ptr<Solver>()> make_solver, std::function<void()> wake_up);

  // Asks the thread to end and waits for `patience`; a solver that hangs longer is left behind.
  ~SolverThread();
  SolverThread(const SolverThread&) = delete;
  SolverThread& operator=(const SolverThread&) = delete;

  // After its first answer the solver rests for `rest`, or until there is news: for who knows that a first coat is
  // coming.
  void load(Problem problem, const Settings& settings, std::uint64_t revision, std::chrono::milliseconds rest = {});
  void apply(HintPatch patch, std::uint64_t revision);
  void set_prior(Prior prior, std::uint64_t revision);
  void configure(const Settings& settings, std::uint64_t revision);
  // No photo any more: the work stops.
  void unload(std::uint64_t revision);

  // Paused, changes are taken in but not solved; run_once solves them to the end and rests again.
  void set_paused(bool paused);
  void run_once();

  // Whoever found that a picture cannot be had by its transfer asks for another one. `read` solves and sends the newest
  // picture again. `copied` at first.
  void set_transfer(PictureTransfer transfer);
  // The part of the photo that is looked at closely, at so many of its pixels per code; empty: none.
  void set_close_up(const Rect& part, int step);

  std::optional<SolvedPicture> take_picture();
  std::optional<std::string> take_message();
  SolverStatus status() const;
  // The solver has not yet taken in what it was sent: who has small pieces may better wait and send them together.
  bool has_untaken_news() const;

  std::chrono::milliseconds patience{2000};
  static constexpr std::chrono::milliseconds values_after{200};  // that an on_device picture gets its values

 private:
  // Adds news and wakes the thread.
  void send(std::uint64_t revision, const std::function<void(SolverInbox&)>& add);

  std::shared_ptr<SolverExchange> exchange_;
  LeavableThread thread_;
};

}  // namespace handtint
