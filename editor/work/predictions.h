// What the network thinks of the photo and its strokes: when it is asked, and its newest answers.
//
// Strokes have a number, another one after each change; it is the name of the question about them. The first coat comes
// from the answer about the bare photo (coat_source.h), everything else that is shown from the newest answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "editor/document/coat_source.h"
#include "editor/work/messages.h"
#include "editor/work/network_thread.h"
#include "editor/work/sitting.h"

namespace handtint {

class Predictions {
 public:
  Predictions(const Sitting& sitting, Messages& messages, NetworkSource source, std::function<void()> wake_up);

  // The newest answer, perhaps to older strokes; null if there is none yet.
  const std::shared_ptr<const Prediction>& latest() const { return latest_; }
  std::uint64_t number() const { return number_; }  // another newest answer, another number
  // The answer about the photo without strokes; until it is there, or if nobody wants a coat, the newest one.
  const std::shared_ptr<const Prediction>& bare() const { return bare_ ? bare_ : latest_; }
  NetworkStatus status() const { return thread_.status(); }
  // Of the first coat, as the answer about the bare photo has it; null if there is none yet.
  CoatSource known_coat() const;
  // The same, from the network itself; for background threads.
  CoatSource coat_to_be_asked() const;
  // For who asks about many pictures: opens the network once. Null: there is none.
  std::function<Predictor()> network_for_many() const;
  const std::string& network_name() const { return source_.name; }
  bool asks_soon() const { return next_question().has_value(); }
  void set_watched(bool on) { watched_ = on; }  // somebody wants answers, first coat or not
  double rest_ms = 600;                         // it looks at the strokes when the hand has rested for so long

  // --- for the Colouring
  // A photo is being read: the network is opened meanwhile. Gives a function for the reading thread, which asks about
  // the bare photo before its document is made.
  void prepare() { thread_.prepare(); }
  std::function<void(const std::shared_ptr<const Photo>&)> ask_while_reading();
  void begin_document();
  void forget();       // no document any more
  void other_frame();  // of a film: what was asked about the one before is not about this one
  void strokes_changed();
  void set_coat_is_given(bool on) { coat_is_given_ = on; }  // by something else: nobody needs to be asked
  // The first coat needs an answer that is not there.
  bool coat_is_coming() const { return wants_answers() && wants_coat() && !bare_; }
  std::optional<double> due_in_ms(bool hand_is_busy) const;  // until it is to be asked; none: nothing to ask
  void ask_if_due(bool hand_is_busy);
  enum class News { none, problem, answer, bare_answer };
  News take_answer();

 private:
  bool wants_coat() const;
  bool wants_answers() const;
  std::optional<std::uint64_t> next_question() const;
  void take(NetworkThread::Answer answer, std::uint64_t question);

  const Sitting& sitting_;
  Messages& messages_;
  NetworkSource source_;
  NetworkThread thread_;
  std::uint64_t last_question_ = 0, number_ = 0;
  std::uint64_t strokes_question_ = 0;  // about the present strokes
  std::uint64_t bare_question_ = 0;     // about the photo without strokes
  std::uint64_t reading_question_ = 0;  // about the photo that is being opened
  std::uint64_t answered_ = 0;          // the question that the newest answer is to
  std::chrono::steady_clock::time_point strokes_changed_{};
  std::shared_ptr<const Prediction> latest_, bare_;
  bool watched_ = false;
  bool coat_is_given_ = false;
  std::string reported_problem_;
};

}  // namespace handtint
