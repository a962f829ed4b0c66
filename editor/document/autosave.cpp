#include "editor/document/autosave.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <thread>
#include <utility>

#include "editor/document/journal_file.h"
#include "editor/document/journal_format.h"
#include "editor/document/session_json.h"
#include "editor/files/own_folder.h"
#include "editor/files/path_text.h"
#include "editor/files/paths.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using session_json::Json;
using session_json::ReferenceWriter;
using namespace journal_format;

// A long session of dragging may write far more than it holds; beyond this a new snapshot is shorter.
constexpr std::uint64_t compact_beyond = std::uint64_t{64} << 20;

// What happened to the history since the last line: the first `keep` edits stayed, `edits` came after them, `position`
// is where it stands now.
struct Turn {
  std::size_t keep = 0;
  std::vector<EditPtr> edits;
  std::size_t position = 0;
};

// How long writing a snapshot takes, in points of strokes. Beyond `quick` (some milliseconds) it is not the UI's to
// wait for.
constexpr std::size_t quick = 10'000;

std::size_t work_in(const DocumentState& state) {
  std::size_t points = 0;
  for (const EditPtr& edit : state.history) {
    for (const StrokeSwap& swap : edit->strokes) {
      points += 1 + (swap.before ? (*swap.before)->points.size() : 0) + (swap.after ? (*swap.after)->points.size() : 0);
    }
  }
  for (const SharedStroke& stroke : state.strokes) points += stroke->points.size();
  return points;
}

// A journal, and what of it is still to be written by the thread. It is whole when nothing is.
struct Part {
  Part(const fs::path& path, std::uint64_t snapshot_number) : file(path), number(snapshot_number) {}

  JournalFile file;
  std::uint64_t number;         // of the turn before the snapshot
  std::set<std::size_t> masks;  // that are in it or will be
  std::size_t to_do = 0;
  std::uint64_t whole_bytes = 0;  // when it was whole for the first time
  bool broken = false;            // something could not be written
};

// Either a snapshot or a mask.
struct Task {
  std::shared_ptr<Part> part;
  std::shared_ptr<const Session> session;
  std::vector<ImportedMask> masks;  // of the journal, by their number
  std::size_t mask = 0;
};

std::string line_for(const Task& task) {
  if (!task.session) return line_of(Json{{"mask", task.mask}, {"png", *session_json::packed(task.masks[task.mask])}});
  ReferenceWriter references({}, task.masks);
  return line_of(Json{{"session", session_json::state_of(*task.session, references)},
                      {"number", task.part->number},
                      {"masks", task.masks.size()}});
}

}  // namespace

fs::path recovery_folder() {
  return xdg_folder("XDG_STATE_HOME", ".local/state") / "handtint" / "recovery";
}

// Journal first, snapshot after: a turn is written at once, by the caller. It takes some tens of microseconds, and
// whoever kills the program afterwards comes too late. What takes longer (a snapshot of a large document, a mask) is
// put into the same file by a thread, in any order: lines have numbers. A journal that grew too long, or could not be
// written, is replaced by another one, and until that is whole and on the disk turns go to both.
class Autosave::Writer {
 public:
  explicit Writer(fs::path folder) : folder_(std::move(folder)), thread_([this](std::stop_token stop) { run(stop); }) {}

  ~Writer() {
    thread_.request_stop();
    thread_.join();
  }

  void open(const PhotoReference& photo, const fs::path& session_file, const std::string& session_sha256,
            bool as_saved) {
    discard();
    const std::lock_guard lock(mutex_);
    photo_ = photo;
    session_file_ = session_file;
    session_sha256_ = session_sha256;
    as_saved_ = as_saved && !session_sha256.empty();
  }

  void prepare(const Document& document) {
    const std::lock_guard lock(mutex_);
    if (recording_) return;
    attempt([&] { begin(document.state(), as_saved_); });
    changed_.notify_all();
  }

  void record(const Document& document) {
    const DocumentState& state = document.state();
    const std::lock_guard lock(mutex_);
    if (!recording_ || (!next_ && (!journal_ || journal_->broken))) {
      attempt([&] { begin(state, false); });
    } else if (const std::optional<Turn> turn = turn_to(state)) {
      attempt([&] { append(*turn); });
      if (!next_ && is_long(*journal_)) attempt([&] { begin(state, false); });
    } else if (published_ || !document.modified()) {
      return;
    }
    attempt([&] { publish(); });
    changed_.notify_all();
  }

  void discard() {
    const std::lock_guard lock(mutex_);
    recording_ = published_ = false;
    history_.clear();
    masks_.clear();
    tasks_.clear();
    for (std::shared_ptr<Part>* part : {&journal_, &next_}) {
      if (*part) (*part)->file.remove();
      part->reset();
    }
    problem_.clear();
  }

  void flush() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [&] { return tasks_.empty() && !busy_ && !sync_; });
  }

  std::string problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
  }

 private:
  // --- under the mutex

  // Takes note of what went wrong; the next record() begins again.
  template <class Work>
  void attempt(const Work& work) {
    try {
      work();
    } catch (const std::exception& error) {
      problem_ = error.what();
    }
  }

  static bool is_long(const Part& part) {
    return part.to_do == 0 && part.file.bytes() > part.whole_bytes + compact_beyond;
  }

  // A journal of its own, with a snapshot of the state; it takes the place of the one before when it is whole.
  // `as_saved`: the state is that of the session file.
  void begin(const DocumentState& state, bool as_saved) {
    history_ = state.history;
    position_ = state.position;
    recording_ = true;
    make_own_folder(folder_);
    if (name_.empty()) {
      const auto ticks = std::chrono::system_clock::now().time_since_epoch().count();
      name_ = std::to_string(::getpid()) + "-" + std::to_string(ticks);
    }
    const std::string unfinished = name_ + "-" + std::to_string(++files_made_) + unfinished_extension;
    const auto part = std::make_shared<Part>(folder_ / unfinished, number_);
    (journal_ ? next_ : journal_) = part;
    guarded(part, [&] {
      part->file.append(line_of(Json{{"handtint_recovery", version},
                                     {"photo", text_of_path(photo_.path)},
                                     {"session_file", text_of_path(session_file_)},
                                     {"session_sha256", session_sha256_},
                                     {"as_saved", as_saved},
                                     {"writer", this_writer(part->file.locked())}}));
    });
    const std::vector<ImportedMask> used = session_json::masks_of(state);
    for (const ImportedMask& mask : used)
      if (std::find(masks_.begin(), masks_.end(), mask) == masks_.end()) masks_.push_back(mask);
    Task snapshot{part, std::make_shared<const Session>(Session{photo_, state, {}}), masks_, 0};
    ++part->to_do;
    if (work_in(state) <= quick) {
      guarded(part, [&] { part->file.append(line_for(snapshot)); });
      finish_one(part);
    } else {
      tasks_.push_back(std::move(snapshot));
    }
    for (const ImportedMask& mask : used) write_mask(part, mask, false);
  }

  // `at_once`: by the caller if it has been packed, else by the thread.
  void write_mask(const std::shared_ptr<Part>& part, const ImportedMask& mask, bool at_once) {
    if (!mask) return;
    const auto number = static_cast<std::size_t>(std::find(masks_.begin(), masks_.end(), mask) - masks_.begin());
    if (!part->masks.insert(number).second) return;
    ++part->to_do;
    Task task{part, nullptr, masks_, number};
    if (at_once && session_json::if_packed(mask)) {
      guarded(part, [&] { part->file.append(line_for(task)); });
      finish_one(part);
    } else {
      tasks_.push_back(std::move(task));
    }
  }

  // What leads from the recorded history to the document's; none if they are the same. Takes note of it.
  std::optional<Turn> turn_to(const DocumentState& state) {
    const auto common = static_cast<std::ptrdiff_t>(std::min(history_.size(), state.history.size()));
    const auto differs = std::mismatch(history_.begin(), history_.begin() + common, state.history.begin());
    const auto keep = static_cast<std::size_t>(differs.first - history_.begin());
    if (keep == history_.size() && keep == state.history.size() && position_ == state.position) return std::nullopt;
    Turn turn{keep, {differs.second, state.history.end()}, state.position};
    history_.resize(keep);
    history_.insert(history_.end(), turn.edits.begin(), turn.edits.end());
    position_ = state.position;
    return turn;
  }

  void append(const Turn& turn) {
    ReferenceWriter references({}, masks_);
    Json edits = Json::array();
    for (const EditPtr& edit : turn.edits) edits.push_back(session_json::step_of(*edit, references));
    masks_ = references.masks();
    const std::string line = line_of(
        Json{{"number", ++number_}, {"keep", turn.keep}, {"edits", std::move(edits)}, {"position", turn.position}});
    for (const std::shared_ptr<Part>& part : {journal_, next_}) {
      if (!part || part->broken) continue;
      for (const EditPtr& edit : turn.edits)
        if (edit->imported) write_mask(part, edit->imported->after, true);
      guarded(part, [&] { part->file.append(line); });
    }
  }

  // A journal that something is missing in is of no more use than what it had before.
  template <class Work>
  void guarded(const std::shared_ptr<Part>& part, const Work& work) {
    try {
      work();
      if (part == journal_ || part == next_) problem_.clear();
      sync_ = true;
    } catch (const std::exception& error) {
      if (part == journal_ || part == next_) problem_ = error.what();
      part->broken = true;
    }
  }

  // From now on the journal is there to be found.
  void publish() {
    if (!journal_) return;
    if (journal_->broken && next_ && next_->to_do == 0) take_over();
    published_ = true;
    if (!journal_->broken) journal_->file.rename(folder_ / (name_ + extension));
  }

  void finish_one(const std::shared_ptr<Part>& part) {
    if (--part->to_do == 0 && part->whole_bytes == 0) part->whole_bytes = part->file.bytes();
  }

  // The new journal is whole: it comes to the disk, then in the place of the old one.
  void take_over() {
    if (next_->broken) {
      next_->file.remove();
    } else {
      next_->file.sync();
      if (published_) next_->file.rename(folder_ / (name_ + extension));
      if (!published_) journal_->file.remove();
      next_->file.sync_folder();
      journal_ = next_;
    }
    next_.reset();
  }

  // --- the thread

  void run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, stop, [&] { return !tasks_.empty() || sync_; });
      if (!tasks_.empty()) {
        perform_first(lock);
      } else if (sync_) {
        sync(lock);
      } else {
        return;  // asked to stop, and all is written
      }
      idle_.notify_all();
    }
  }

  void perform_first(std::unique_lock<std::mutex>& lock) {
    const Task task = std::move(tasks_.front());
    tasks_.pop_front();
    busy_ = true;
    lock.unlock();
    std::string line, problem;
    try {
      line = line_for(task);
    } catch (const std::exception& error) {
      problem = error.what();
    }
    lock.lock();
    busy_ = false;
    guarded(task.part, [&] {
      if (!problem.empty()) throw std::runtime_error(problem);
      task.part->file.append(line);
    });
    finish_one(task.part);
  }

  void sync(std::unique_lock<std::mutex>& lock) {
    sync_ = false;
    busy_ = true;
    const std::shared_ptr<Part> part = next_ && next_->to_do == 0 ? next_ : journal_;
    std::string problem;
    lock.unlock();
    try {
      if (part) part->file.sync();
      if (part) part->file.sync_folder();
    } catch (const std::exception& error) {
      problem = error.what();
    }
    lock.lock();
    busy_ = false;
    if (!problem.empty() && part && (part == journal_ || part == next_)) {
      problem_ = std::move(problem);
      part->broken = true;
    }
    // Turns that came meanwhile are few: this second time the disk is quick.
    if (part && part == next_) attempt([&] { take_over(); });
  }

  const fs::path folder_;

  // Under the mutex.
  mutable std::mutex mutex_;
  std::condition_variable_any changed_, idle_;
  PhotoReference photo_;
  fs::path session_file_;
  std::string session_sha256_;
  bool as_saved_ = false;
  bool recording_ = false;
  bool published_ = false;
  std::vector<EditPtr> history_;  // as the journal has it
  std::size_t position_ = 0;
  std::uint64_t number_ = 0;         // of the last turn
  std::vector<ImportedMask> masks_;  // by their number
  std::string name_;
  int files_made_ = 0;
  std::shared_ptr<Part> journal_, next_;
  std::deque<Task> tasks_;
  bool busy_ = false;  // the thread
  bool sync_ = false;  // something is not on the disk yet
  std::string problem_;

  std::jthread thread_;  // last: it uses all of the above
};

Autosave::Autosave(fs::path folder) : writer_(std::make_unique<Writer>(std::move(folder))) {}
Autosave::~Autosave() = default;
void Autosave::open(const PhotoReference& photo, const fs::path& session_file, const std::string& session_sha256,
                    bool as_saved) {
  writer_->open(photo, session_file, session_sha256, as_saved);
}
void Autosave::prepare(const Document& document) {
  writer_->prepare(document);
}
void Autosave::record(const Document& document) {
  writer_->record(document);
}
void Autosave::pack(const ImportedMask& mask) {
  session_json::packed(mask);
}
void Autosave::discard() {
  writer_->discard();
}
void Autosave::flush() {
  writer_->flush();
}
std::string Autosave::problem() const {
  return writer_->problem();
}

}  // namespace handtint
