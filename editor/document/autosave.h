// The recovery file: whatever kills the program, at most the stroke in progress is lost.
//
// One journal per open document in recovery_folder(): one line per edit, undo and redo, appended at once, and the
// snapshot (a session) that they follow. Whoever kills the program after record() of a stroke comes too late for it;
// large snapshots, imported masks and the waiting for the disk are left to a thread. Lines have check sums, and a last
// one that was cut short is passed over when reading. While the writing process lives it holds a lock on its journal,
// so another instance does not offer it; where locks do not work, the process is looked for. The format is in
// SESSION.md.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "editor/document/document.h"
#include "editor/document/session.h"

namespace handtint {

// $XDG_STATE_HOME/handtint/recovery, or ~/.local/state/handtint/recovery.
std::filesystem::path recovery_folder();

class Autosave {
 public:
  // There is no journal before the first record(). The folder is made when needed.
  explicit Autosave(std::filesystem::path folder = recovery_folder());
  ~Autosave();  // writes what is pending and leaves the journal where it is: call discard() on a clean exit
  Autosave(const Autosave&) = delete;
  Autosave& operator=(const Autosave&) = delete;

  // A document was opened or saved: session_file is empty if it has none yet; the hash is of its content. If the
  // document is all that the file holds (`as_saved`), the file takes the snapshot's part until that is written. Drops
  // the journal of the one before.
  void open(const PhotoReference& photo, const std::filesystem::path& session_file,
            const std::string& session_sha256 = {}, bool as_saved = false);

  // Once the document is loaded, and after every save: the thread writes the snapshot ahead, out of sight, so that not
  // even the first stroke on a large document has to wait for it. Left out, all works, but that stroke is safe a little
  // later.
  void prepare(const Document& document);

  // After every change, undo and redo; once per drag is enough. Takes well under a millisecond for a stroke. Never
  // throws because of the disk: see problem().
  void record(const Document& document);

  // Takes seconds for a large mask, so whoever imports one does it first, on a thread: record() of the import then has
  // the mask in the journal when it returns. Left out (a mask that was recoloured), the mask is safe a little later.
  static void pack(const ImportedMask& mask);

  // The document was saved (or abandoned on purpose): removes the journal. The next record() starts a new one.
  void discard();

  void flush();                 // waits until everything recorded is on disk; for tests
  std::string problem() const;  // why the last write failed, for the status line; empty if all is well

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

enum class Damage { none, some, beyond_reading };

// A document that a dead process left behind.
struct Recovery {
  std::filesystem::path journal;
  std::filesystem::path photo;         // empty if that is not to be read any more
  std::filesystem::path session_file;  // empty if it was never saved
  std::filesystem::file_time_type written{};
  std::size_t bytes = 0;
  Damage damage = Damage::none;  // some: what can be read is worth having
};

// Newest first; those of living processes are left out. Never throws: an unreadable folder has no recoveries.
std::vector<Recovery> list_recoveries(const std::filesystem::path& folder = recovery_folder());

struct Recovered {
  Session session;
  std::filesystem::path session_file;
  std::string session_sha256 = {};  // as the program knew it; empty if it did not
};
Recovered read_recovery(const std::filesystem::path& journal);  // throws FileError if not even the snapshot can be read
void remove_recovery(const std::filesystem::path& journal);     // never throws

// Journals that the person does not want, but may want back: out of sight while this lives, gone when it ends. Those of
// a program that was killed are cleared away by list_recoveries() a day later.
class DiscardedRecoveries {
 public:
  DiscardedRecoveries() = default;
  ~DiscardedRecoveries();
  DiscardedRecoveries(const DiscardedRecoveries&) = delete;
  DiscardedRecoveries& operator=(const DiscardedRecoveries&) = delete;

  // Neither throws. False: it could not be moved, and is where it was.
  bool discard(const Recovery& recovery);
  bool take_back(const Recovery& recovery);
  bool has(const Recovery& recovery) const;

 private:
  std::vector<std::filesystem::path> put_aside_;
};

}  // namespace handtint
