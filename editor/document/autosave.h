// The recovery file: whatever kills the program, at most the stroke in progress is lost.
//
// One journal per open document in recovery_folder(): a snapshot (a session) and then one line per edit, undo and redo,
// appended at once. Whoever kills the program after record() of a stroke comes too late for it; large edits and the
// waiting for the disk are left to a thread. A last line that was cut short is passed over when reading. While the
// writing process lives it holds a lock on its journal, so another instance does not offer it. The format is in
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

  // A document was opened: session_file is empty if it has none yet. Drops the journal of the one before.
  void open(const PhotoReference& photo, const std::filesystem::path& session_file);

  // Once the document is loaded, and after every save: the thread writes the snapshot ahead, out of sight, so that not
  // even the first stroke on a large document has to wait for it. Left out, all works, but that stroke is safe a little
  // later.
  void prepare(const Document& document);

  // After every change, undo and redo; once per drag is enough. Takes well under a millisecond for a stroke. Never
  // throws because of the disk: see problem().
  void record(const Document& document);

  // The document was saved (or abandoned on purpose): removes the journal. The next record() starts a new one.
  void discard();

  void flush();                 // waits until everything recorded is on disk; for tests
  std::string problem() const;  // why the last write failed, for the status line; empty if all is well

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

// A document that a dead process left behind.
struct Recovery {
  std::filesystem::path journal;
  std::filesystem::path photo;
  std::filesystem::path session_file;  // empty if it was never saved
  std::filesystem::file_time_type written;
  std::size_t bytes = 0;
};

// Newest first; those of living processes are left out. Never throws: an unreadable folder has no recoveries.
std::vector<Recovery> list_recoveries(const std::filesystem::path& folder = recovery_folder());

struct Recovered {
  Session session;
  std::filesystem::path session_file;
};
Recovered read_recovery(const std::filesystem::path& journal);  // throws FileError if not even the snapshot can be read
void discard_recovery(const std::filesystem::path& journal);    // never throws

}  // namespace handtint
