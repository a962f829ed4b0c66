#include "editor/document/autosave.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "editor/document/journal_format.h"
#include "editor/document/session_json.h"
#include "editor/files/paths.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using session_json::Json;
using namespace journal_format;

// A long session of dragging may write far more than it holds; beyond this a new snapshot is shorter.
constexpr std::uint64_t compact_beyond = std::uint64_t{64} << 20;

// An open, locked file. The kernel gives the lock back when the process dies, however it dies.
class JournalFile {
 public:
  explicit JournalFile(const fs::path& path)
      : path_(path), descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) fail("cannot be created");
    ::flock(descriptor_, LOCK_EX | LOCK_NB);
  }
  ~JournalFile() { ::close(descriptor_); }
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  // Whole or not at all. In the kernel's hands when it returns, so a kill does not take it away; on the disk after
  // sync().
  void append(const std::string& text) {
    std::size_t written = 0;
    while (written < text.size()) {
      const ssize_t bytes = ::write(descriptor_, text.data() + written, text.size() - written);
      if (bytes < 0 && errno == EINTR) continue;
      if (bytes < 0) {
        const int error = errno;
        if (::ftruncate(descriptor_, static_cast<off_t>(bytes_)) == 0) ::lseek(descriptor_, 0, SEEK_END);
        errno = error;
        fail("cannot be written");
      }
      written += static_cast<std::size_t>(bytes);
    }
    bytes_ += text.size();
  }

  void sync() const {
    if (::fdatasync(descriptor_) != 0) fail("cannot be written to the disk");
  }

  void rename(const fs::path& target) {
    if (path_ == target) return;
    if (::rename(path_.c_str(), target.c_str()) != 0) fail("cannot be renamed");
    path_ = target;
  }

  void remove() { ::unlink(path_.c_str()); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw FileError(path_, std::string("the recovery file ") + what + ": " + std::strerror(errno));
  }

  fs::path path_;
  int descriptor_;
  std::uint64_t bytes_ = 0;
};

// What happened to the history since the last line: the first `keep` edits stayed, `edits` came after them, `position`
// is where it stands now.
struct Turn {
  std::size_t keep = 0;
  std::vector<EditPtr> edits;
  std::size_t position = 0;
};

Turn joined(Turn older, Turn newer) {
  if (newer.keep <= older.keep) return newer;
  older.edits.resize(std::min(older.edits.size(), newer.keep - older.keep));
  older.edits.insert(older.edits.end(), newer.edits.begin(), newer.edits.end());
  older.position = newer.position;
  return older;
}

std::string line_of(const Json& json) {
  return session_json::text_of(json) + "\n";
}

std::string line_of(const Turn& turn) {
  session_json::ReferenceWriter references;
  Json edits = Json::array();
  for (const EditPtr& edit : turn.edits) edits.push_back(session_json::step_of(*edit, references));
  Json json = {{"keep", turn.keep}, {"edits", std::move(edits)}, {"position", turn.position}};
  json["masks"] = references.table();
  return line_of(json);
}

struct Snapshot {
  Session session;
  fs::path session_file;
};

std::string lines_of(const Snapshot& snapshot) {
  const Json head = {{"handtint_recovery", version},
                     {"photo", snapshot.session.photo.path.string()},
                     {"session_file", snapshot.session_file.string()}};
  return line_of(head) + line_of(session_json::session_of(snapshot.session, {}));
}

// How long writing takes, in points of strokes. Beyond `quick` (some milliseconds) it is not the UI's to wait for.
constexpr std::size_t quick = 10'000;

std::size_t work_in(const Edit& edit) {
  std::size_t points = edit.imported ? quick + 1 : 0;
  for (const StrokeSwap& swap : edit.strokes) {
    points += 1 + (swap.before ? (*swap.before)->points.size() : 0) + (swap.after ? (*swap.after)->points.size() : 0);
  }
  return points;
}
std::size_t work_in(const std::vector<EditPtr>& edits) {
  std::size_t points = 0;
  for (const EditPtr& edit : edits) points += work_in(*edit);
  return points;
}
std::size_t work_in(const DocumentState& state) {
  std::size_t points = (state.imported ? quick + 1 : 0) + work_in(state.history);
  for (const SharedStroke& stroke : state.strokes) points += stroke->points.size();
  return points;
}

}  // namespace

fs::path recovery_folder() {
  return xdg_folder("XDG_STATE_HOME", ".local/state") / "handtint" / "recovery";
}

// A stroke is written at once, by the caller: it takes some tens of microseconds, and whoever kills the program
// afterwards comes too late. What takes longer (a snapshot of a large document, an edit of hundreds of strokes) and the
// waiting for the disk is left to a thread. It is given immutable data and works on it while the UI goes on; turns that
// come meanwhile are joined into one.
class Autosave::Writer {
 public:
  explicit Writer(fs::path folder) : folder_(std::move(folder)), thread_([this](std::stop_token stop) { run(stop); }) {}

  ~Writer() {
    thread_.request_stop();
    thread_.join();
  }

  void open(const PhotoReference& photo, const fs::path& session_file) {
    discard();
    photo_ = photo;
    session_file_ = session_file;
  }

  void prepare(const Document& document) {
    const std::lock_guard lock(mutex_);
    if (recording_) return;
    pending_ = {};
    pending_.snapshot = begin_recording(document.state());
    changed_.notify_all();
  }

  void record(const Document& document) {
    const DocumentState& state = document.state();
    const std::lock_guard lock(mutex_);
    Task task;
    bool is_quick = !busy_ && !pending_.any();
    if (!recording_ || broken_ || turns_bytes_ > compact_beyond) {
      is_quick &= work_in(state) <= quick;
      task.snapshot = begin_recording(state);
    } else {
      task.turn = turn_to(state);
      if (!task.turn && (published_ || !document.modified())) return;
      is_quick &= !task.turn || work_in(task.turn->edits) <= quick;
    }
    task.publish = published_ = true;
    if (is_quick) {
      sync_ |= perform(task, problem_);
      after(task);
    } else {
      pending_.add(std::move(task));
    }
    changed_.notify_all();
  }

  void discard() {
    std::unique_lock lock(mutex_);
    recording_ = false;
    broken_ = false;
    history_.clear();
    pending_ = {};
    idle_.wait(lock, [&] { return is_idle(); });
    if (journal_) journal_->remove();
    journal_.reset();
    problem_.clear();
  }

  void flush() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [&] { return is_idle(); });
  }

  std::string problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
  }

 private:
  struct Task {
    std::optional<Snapshot> snapshot;  // comes first
    std::optional<Turn> turn;
    bool publish = false;  // from now on the journal is there to be found

    bool any() const { return snapshot || turn || publish; }
    void add(Task newer) {
      if (newer.snapshot) {
        *this = std::move(newer);
        return;
      }
      if (newer.turn) turn = turn ? joined(std::move(*turn), std::move(*newer.turn)) : std::move(*newer.turn);
      publish |= newer.publish;
    }
  };

  Snapshot begin_recording(const DocumentState& state) {
    history_ = state.history;
    position_ = state.position;
    recording_ = true;
    published_ = false;
    broken_ = false;
    turns_bytes_ = 0;
    return {{photo_, state, {}}, session_file_};
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

  // Returns whether something was written; else says why not.
  bool perform(const Task& task, std::string& problem) {
    try {
      if (task.snapshot) begin_journal(*task.snapshot);
      if (task.turn && journal_) journal_->append(line_of(*task.turn));
      if (task.publish && journal_) journal_->rename(folder_ / (name_ + extension));
      problem.clear();
      return true;
    } catch (const std::exception& error) {
      problem = error.what();
      return false;
    }
  }

  // Under the mutex: takes note of how a task went.
  void after(const Task& task) {
    if (!problem_.empty()) broken_ = true;  // the next record() begins again with a snapshot
    if (!journal_) return;
    if (task.snapshot) snapshot_bytes_ = journal_->bytes();
    turns_bytes_ = journal_->bytes() - snapshot_bytes_;
  }

  bool is_idle() const { return !busy_ && !syncing_ && !sync_ && !pending_.any(); }

  void run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, stop, [&] { return pending_.any() || sync_; });
      if (pending_.any()) {
        busy_ = true;
        const Task task = std::exchange(pending_, {});
        std::string problem;
        lock.unlock();
        const bool written = perform(task, problem);
        lock.lock();
        busy_ = false;
        sync_ |= written;
        problem_ = std::move(problem);
        after(task);
      } else if (sync_) {
        sync_ = false;
        syncing_ = true;
        const std::shared_ptr<const JournalFile> journal = journal_;
        std::string problem;
        lock.unlock();
        try {
          if (journal) journal->sync();
        } catch (const std::exception& error) {
          problem = error.what();
        }
        lock.lock();
        syncing_ = false;
        if (!problem.empty()) {
          problem_ = std::move(problem);
          broken_ = true;
        }
      } else {
        return;  // asked to stop, and all is written
      }
      idle_.notify_all();
    }
  }

  // Under a name that is not looked at: it takes the place of the old journal when it is whole.
  void begin_journal(const Snapshot& snapshot) {
    fs::create_directories(folder_);
    if (name_.empty()) {
      const auto ticks = std::chrono::system_clock::now().time_since_epoch().count();
      name_ = std::to_string(::getpid()) + "-" + std::to_string(ticks);
    }
    const fs::path unfinished = folder_ / (name_ + unfinished_extension);
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    auto journal = std::make_shared<JournalFile>(unfinished);
    try {
      journal->append(lines_of(snapshot));
    } catch (...) {
      journal->remove();
      throw;
    }
    journal_ = std::move(journal);
  }

  const fs::path folder_;

  // The UI's.
  PhotoReference photo_;
  fs::path session_file_;
  bool recording_ = false;
  bool published_ = false;
  std::vector<EditPtr> history_;  // as the journal will have it when all is written
  std::size_t position_ = 0;

  // Under the mutex; name_ and journal_ are the thread's alone while it is busy.
  mutable std::mutex mutex_;
  std::condition_variable_any changed_, idle_;
  Task pending_;
  bool busy_ = false;  // the thread performs a task
  bool sync_ = false, syncing_ = false;
  bool broken_ = false;
  std::string problem_;
  std::string name_;
  std::shared_ptr<JournalFile> journal_;
  std::uint64_t snapshot_bytes_ = 0, turns_bytes_ = 0;

  std::jthread thread_;  // last: it uses all of the above
};

Autosave::Autosave(fs::path folder) : writer_(std::make_unique<Writer>(std::move(folder))) {}
Autosave::~Autosave() = default;
void Autosave::open(const PhotoReference& photo, const fs::path& session_file) {
  writer_->open(photo, session_file);
}
void Autosave::prepare(const Document& document) {
  writer_->prepare(document);
}
void Autosave::record(const Document& document) {
  writer_->record(document);
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
