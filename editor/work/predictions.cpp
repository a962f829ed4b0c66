#include "editor/work/predictions.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "editor/document/coat_source.h"
#include "editor/document/render.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// What was painted, for a network that looks at it: strokes limited to a region are strokes as well.
Problem painted_problem(const Photo& photo, const DocumentState& state) {
  Problem problem = make_problem(photo, state);
  for (const RegionPatch& region : problem.regions)
    for (int y = region.rect.y0; y < region.rect.y1; ++y)
      for (int x = region.rect.x0; x < region.rect.x1; ++x) {
        const int u = x - region.rect.x0, v = y - region.rect.y0;
        if (!(region.mask(u, v) & region_own) || region.hint_strength(u, v) == 0) continue;
        problem.hint_a(x, y) = region.hint_a(u, v);
        problem.hint_b(x, y) = region.hint_b(u, v);
        problem.hint_strength(x, y) = region.hint_strength(u, v);
      }
  return problem;
}

}  // namespace

Predictions::Predictions(const Sitting& sitting, Messages& messages, NetworkSource source,
                         std::function<void()> wake_up)
    : sitting_(sitting),
      messages_(messages),
      source_(std::move(source)),
      thread_(source_, std::move(wake_up)),
      reported_problem_(source_.why_not) {}

CoatSource Predictions::known_coat() const {
  if (!bare_) return nullptr;
  return [prediction = bare_](const Photo&, const DocumentState& state, std::stop_token) {
    return make_prior(*prediction, state.coat.dials);
  };
}

CoatSource Predictions::coat_to_be_asked() const {
  return [open = source_.open, why_not = status().problem](const auto&... asked) {
    if (!why_not.empty()) throw std::runtime_error(why_not);
    return network_coat(open())(asked...);
  };
}

std::function<Predictor()> Predictions::network_for_many() const {
  if (!status().problem.empty()) return nullptr;
  return [open = source_.open, opened = std::make_shared<Predictor>()] {
    if (!opened->ask) *opened = open();
    return *opened;
  };
}

std::function<void(const std::shared_ptr<const Photo>&)> Predictions::ask_while_reading() {
  reading_question_ = ++last_question_;
  return [this, number = reading_question_](const std::shared_ptr<const Photo>& photo) {
    thread_.ask([photo] { return bare_problem(*photo); }, number);
  };
}

void Predictions::other_frame() {
  reading_question_ = ++last_question_;
  thread_.drop();
}

void Predictions::begin_document() {
  latest_.reset();
  bare_.reset();
  answered_ = 0;
  ++number_;
  bare_question_ = reading_question_;
  const Document& document = sitting_.document();
  const bool bare = document.strokes().empty() && !document.imported();
  strokes_question_ = bare ? bare_question_ : ++last_question_;
}

void Predictions::forget() {
  latest_.reset();
  bare_.reset();
  ++number_;
  thread_.drop();
}

void Predictions::strokes_changed() {
  strokes_question_ = ++last_question_;
  strokes_changed_ = std::chrono::steady_clock::now();
  thread_.drop();
}

bool Predictions::wants_coat() const {
  return !coat_is_given_ && sitting_.document().coat().wanted() && !sitting_.document().coat().picture;
}

bool Predictions::wants_answers() const {
  return sitting_.has_document() && status().problem.empty() && (watched_ || wants_coat());
}

std::optional<std::uint64_t> Predictions::next_question() const {
  if (!wants_answers()) return std::nullopt;
  if (wants_coat() && !bare_) return bare_question_;
  if (answered_ != strokes_question_) return strokes_question_;
  return std::nullopt;
}

std::optional<double> Predictions::due_in_ms(bool hand_is_busy) const {
  const std::optional<std::uint64_t> question = next_question();
  if (hand_is_busy || !question || thread_.has(*question)) return std::nullopt;
  const std::chrono::duration<double, std::milli> rested = std::chrono::steady_clock::now() - strokes_changed_;
  return std::max(rest_ms - rested.count(), 0.0);
}

void Predictions::ask_if_due(bool hand_is_busy) {
  const std::optional<double> due = due_in_ms(hand_is_busy);
  if (!due || *due > 0) return;
  const std::uint64_t question = *next_question();
  const auto photo = sitting_.picture_source().photo;
  if (question == bare_question_) {
    thread_.ask([photo] { return bare_problem(*photo); }, question);
    return;
  }
  DocumentState state = sitting_.document().state();  // strokes are shared, so this is cheap
  state.history.clear();
  state.position = 0;
  thread_.ask([photo, state = std::move(state)] { return painted_problem(*photo, state); }, question);
}

void Predictions::take(NetworkThread::Answer answer, std::uint64_t question) {
  latest_ = std::move(answer);
  answered_ = question;
  ++number_;
}

Predictions::News Predictions::take_answer() {
  News news = News::none;
  if (const std::string problem = status().problem; problem != reported_problem_) {
    reported_problem_ = problem;
    messages_.tell(tr("No first coat: {1}", {problem}), true);
    news = News::problem;
  }
  if (!sitting_.has_document()) return news;
  if (NetworkThread::Answer answer = thread_.take_answer(bare_question_)) {
    bare_ = answer;
    take(std::move(answer), bare_question_);
    return News::bare_answer;
  }
  if (NetworkThread::Answer answer = thread_.take_answer(strokes_question_)) {
    take(std::move(answer), strokes_question_);
    return News::answer;
  }
  return news;
}

}  // namespace handtint
