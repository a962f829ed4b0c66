#include "editor/work/reference_photo.h"

#include <exception>
#include <stdexcept>
#include <utility>

#include "solver/tr.h"

namespace handtint {
namespace {

// Shares of the work, roughly.
constexpr float when_read = 0.3f, when_compared = 0.9f;

}  // namespace

ReferencePhoto::ReferencePhoto(const Sitting& sitting, Messages& messages, NetworkSource network,
                               std::function<void()> wake_up)
    : sitting_(sitting), messages_(messages), network_(std::move(network)), wake_up_(std::move(wake_up)) {}

bool ReferencePhoto::is_here() const {
  const auto& named = sitting_.document().coat().reference;
  return named && known_.file == named->file;
}

bool ReferencePhoto::wants_mood() const {
  const FirstCoat& coat = sitting_.document().coat();
  return coat.wanted() && coat.wants_mood();
}

std::shared_ptr<const ReferencePicture> ReferencePhoto::picture() const {
  return sitting_.has_document() && is_here() ? known_.picture : nullptr;
}

void ReferencePhoto::choose(const std::filesystem::path& picture) {
  start({.choose = picture});
}

void ReferencePhoto::suggest(const SuggestSettings& settings) {
  if (picture()) start({.suggest = settings, .compare = true});
}

void ReferencePhoto::follow() {
  if (!sitting_.has_document() || !sitting_.document().coat().reference || busy()) return;
  const bool compare = wants_mood() && !(is_here() && (known_.study || known_.incomparable || !known_.picture));
  if (compare || !is_here()) start({.compare = compare});
}

void ReferencePhoto::forget() {
  work_ = {};
  known_ = {};
}

void ReferencePhoto::start(Wish wish) {
  wish_ = wish;
  const auto work = [wish, known = wish.choose.empty() && is_here() ? known_ : Known{},
                     state = sitting_.document().state(), photo = sitting_.picture_source().photo,
                     session = sitting_.session_file(),
                     network = network_](std::stop_token stop, Background<Result>::Progress& progress) {
    Result result{known, {}, {}, false};
    Known& now = result.known;
    try {
      if (!now.picture) {
        now.file = wish.choose.empty() ? state.coat.reference.value().file : refer_to_file(wish.choose);
        now.picture = std::make_shared<const ReferencePicture>(read_reference(now.file, session));
      }
      progress = when_read;
      if (wish.compare && !now.study && !stop.stop_requested()) {
        now.incomparable = true;
        if (!network.why_not.empty()) throw std::runtime_error(network.why_not);
        ReferenceStudy study = study_references(*photo, {*now.picture}, network.open(), {}, stop);
        now.incomparable = false;
        if (!study.empty()) now.study = std::make_shared<const ReferenceStudy>(std::move(study));
      }
      progress = when_compared;
      if (wish.suggest && now.study) result.suggested = suggest_strokes(*photo, *now.study, state, *wish.suggest);
    } catch (const std::exception& error) {
      result.problem = text_of(error);
    }
    result.stopped = stop.stop_requested();
    return result;
  };
  work_.start(work, wake_up_);
}

std::optional<ReferencePhoto::News> ReferencePhoto::take() {
  std::optional<Result> result = work_.take();
  if (!result) return std::nullopt;
  const Wish wish = std::exchange(wish_, {});
  if (!sitting_.has_document()) return News{};
  if (result->stopped) {
    if (wish.choose.empty()) known_ = std::move(result->known);
    known_.incomparable = !known_.study;  // not again by itself
    messages_.tell(tr("Stopped; nothing was changed."));
    return News{};
  }
  if (!result->problem.empty()) messages_.tell(tr("Reference: {1}", {result->problem}), true);
  News news;
  if (wish.choose.empty() || result->known.picture) known_ = std::move(result->known);
  if (!wish.choose.empty() && known_.picture && result->problem.empty()) news.chosen = known_.file;
  if (wish.suggest && known_.study) {
    news.suggested = std::move(result->suggested);
    if (known_.study->refused(wish.suggest->daring))
      messages_.tell(tr("{1}. If you know better, try it more daring.", {known_.study->refusal}), true);
    else if (news.suggested.empty())
      messages_.tell(
          tr("No stroke is suggested: nothing is surely the same that holds no stroke yet. Try it more daring."));
    else
      messages_.tell(tr_n("{1} stroke is suggested; Ctrl+Z takes it back.",
                          "{1} strokes are suggested; Ctrl+Z takes them back.",
                          static_cast<long>(news.suggested.size())));
  }
  return news;
}

// --- the mood

CoatSource ReferencePhoto::in_mood(CoatSource coat) const {
  if (!coat || !is_here() || !known_.study) return coat;
  return [coat = std::move(coat), study = known_.study](const Photo& photo, const DocumentState& state,
                                                        std::stop_token stop) {
    Prior prior = coat(photo, state, stop);
    return state.coat.wants_mood() ? in_reference_mood(std::move(prior), *study, state.coat.reference->mood) : prior;
  };
}

CoatSource ReferencePhoto::surely_in_mood(CoatSource coat) const {
  if (is_here() && known_.study) return in_mood(std::move(coat));
  return coat_in_mood(
      std::move(coat),
      [network = network_] {
        if (!network.why_not.empty()) throw std::runtime_error(network.why_not);
        return network.open();
      },
      sitting_.session_file());
}

}  // namespace handtint
