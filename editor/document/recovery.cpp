// What Autosave left behind, read again.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>

#include "editor/document/autosave.h"
#include "editor/document/journal_format.h"
#include "editor/document/session_json.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using session_json::Json;
using namespace journal_format;

bool lock_is_free(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool is_free = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  ::close(descriptor);
  return is_free;
}

bool read_line(std::istream& file, std::string& line) {
  std::getline(file, line);
  return file.good();  // a last line without its end was cut short
}

std::optional<Json> journal_head(std::istream& file) {
  std::string line;
  if (!read_line(file, line)) return std::nullopt;
  Json head = Json::parse(line, nullptr, false);
  const auto is_text = [&](const char* name) { return head.contains(name) && head[name].is_string(); };
  if (!head.is_object() || head.value("handtint_recovery", Json()) != version) return std::nullopt;
  if (!is_text("photo") || !is_text("session_file")) return std::nullopt;
  return head;
}

// Does what a line of the journal tells. Throws BadMember or DoesNotFit, and leaves the state as it was.
void take_turn(const Json& turn, const PhotoReference& photo, DocumentState& state) {
  const auto count = [&](const char* name) {
    if (!turn.is_object() || !turn.contains(name) || !turn[name].is_number_unsigned()) {
      throw session_json::BadMember(name, "is missing");
    }
    return turn[name].get<std::size_t>();
  };
  const std::size_t keep = count("keep"), position = count("position");
  if (!turn.contains("edits") || !turn["edits"].is_array()) throw session_json::BadMember("edits", "is missing");
  const Json& edits = turn["edits"];
  if (keep > state.history.size() || position > keep + edits.size())
    throw session_json::DoesNotFit("the history is shorter");

  DocumentState next = state;
  const auto go_to = [&](std::size_t target) {
    while (next.position > target) apply(*next.history[--next.position], false, next);
    while (next.position < target) apply(*next.history[next.position++], true, next);
  };
  session_json::ReferenceReader references({}, turn.contains("masks") ? &turn["masks"] : nullptr, "masks",
                                           {photo.width, photo.height});
  if (!edits.empty() || next.position > keep) go_to(keep);
  next.history.resize(keep);
  for (std::size_t i = 0; i < edits.size(); ++i) {
    Edit edit = session_json::take_step(edits[i], "edits[" + std::to_string(i) + "]", next, references);
    next.history.push_back(std::make_shared<const Edit>(std::move(edit)));
    ++next.position;
  }
  go_to(position);
  state = std::move(next);
}

}  // namespace

std::vector<Recovery> list_recoveries(const fs::path& folder) {
  std::vector<Recovery> found;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      const fs::path& path = entry.path();
      if (path.extension() == unfinished_extension) {
        // Left by a process that died while writing its first lines. An hour keeps clear of one that is just about to
        // lock it.
        const auto age = fs::file_time_type::clock::now() - entry.last_write_time();
        std::error_code ignored;
        if (age > std::chrono::hours(1) && lock_is_free(path)) fs::remove(path, ignored);
        continue;
      }
      if (path.extension() != extension || !entry.is_regular_file() || !lock_is_free(path)) continue;
      std::ifstream file(path, std::ios::binary);
      const std::optional<Json> head = journal_head(file);
      if (!head) continue;
      found.push_back({path, (*head)["photo"].get<std::string>(), (*head)["session_file"].get<std::string>(),
                       entry.last_write_time(), entry.file_size()});
    }
  } catch (const std::exception&) {
    // No such folder, or one that vanished in between: what was found so far is the answer.
  }
  std::sort(found.begin(), found.end(), [](const Recovery& p, const Recovery& q) { return p.written > q.written; });
  return found;
}

Recovered read_recovery(const fs::path& journal) {
  std::ifstream file(journal, std::ios::binary);
  if (!file) throw FileError(journal, "cannot be read");
  const std::optional<Json> head = journal_head(file);
  std::string line;
  if (!head || !read_line(file, line)) throw FileError(journal, "is no recovery file of Handtint");
  Recovered recovered;
  recovered.session = session_from_text(line, {}, journal.string());
  recovered.session_file = (*head)["session_file"].get<std::string>();
  DocumentState& state = recovered.session.state;
  while (read_line(file, line)) {
    try {
      take_turn(session_json::parse(line), recovered.session.photo, state);
      for (const SharedStroke& stroke : state.strokes) state.next_id = std::max(state.next_id, stroke->id + 1);
    } catch (const std::exception& error) {
      recovered.session.notes.push_back(std::string("The end of the recovery file is damaged: ") + error.what());
      break;
    }
  }
  return recovered;
}

void discard_recovery(const fs::path& journal) {
  std::error_code ignored;
  fs::remove(journal, ignored);
}

}  // namespace handtint
