// What Autosave left behind, read again.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <system_error>

#include "editor/document/autosave.h"
#include "editor/document/journal_file.h"
#include "editor/document/journal_format.h"
#include "editor/document/session_json.h"
#include "editor/files/path_text.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using session_json::Json;
using namespace journal_format;

constexpr std::uintmax_t longest_line = std::uintmax_t{1} << 30;  // no journal of ours has one

bool has_text(const Json& json, const char* name) {
  return json.contains(name) && json[name].is_string();
}

// The lines of a journal, sorted by what they are. What is damaged is left out.
struct Lines {
  Json head, snapshot;                // null if there is none
  Json masks = Json::array();         // by number; null where there is none
  std::vector<std::string> turns;     // in the order of the file, not parsed yet
  std::uint64_t snapshot_number = 0;  // of the turn before it
  std::size_t snapshot_masks = 0;     // there were so many of them
  int damaged = 0;

  std::string session_sha256() const {
    return head.is_object() && has_text(head, "session_sha256") ? head["session_sha256"].get<std::string>() : "";
  }
  // The member of the head; empty if that is not to be read.
  fs::path path_in_head(const char* name) const {
    try {
      return path_of_text(head[name].get_ref<const std::string&>());
    } catch (const std::exception&) {
      return {};
    }
  }
};

bool is_head(const Json& json) {
  const Json known = json.value("handtint_recovery", Json());
  return (known == 1 || known == version) && has_text(json, "photo") && has_text(json, "session_file");
}

// As the first line says; null if it does not. Does not read the rest.
Json writer_of(const fs::path& journal) {
  std::ifstream file(journal, std::ios::binary);
  std::string line;
  bool has_sum = false;
  std::getline(file, line);
  const std::optional<std::string_view> text = checked_text(line, has_sum);
  const Json head = text ? Json::parse(*text, nullptr, false) : Json();
  return head.is_object() ? head.value("writer", Json()) : Json();
}

void sort_in(std::string_view text, Lines& lines) {
  if (text.starts_with("{\"edits\":")) {
    lines.turns.emplace_back(text);
    return;
  }
  Json json = session_json::parse(text);
  session_json::require_object(json, "the line");
  if (is_head(json)) {
    lines.head = std::move(json);
  } else if (json.contains("session")) {
    lines.snapshot_number = session_json::count_of(json["number"], "number", session_json::max_id);
    lines.snapshot_masks = session_json::count_of(json["masks"], "masks", 1'000'000);
    lines.snapshot = std::move(json["session"]);
  } else if (json.contains("mask")) {
    const std::uint64_t number = session_json::count_of(json["mask"], "mask", 1'000'000);
    if (!has_text(json, "png")) throw session_json::BadMember("png", "is missing");
    while (lines.masks.size() <= number) lines.masks.push_back(nullptr);
    lines.masks[number] = std::move(json["png"]);
  } else if (json.contains("version")) {
    lines.snapshot = std::move(json);  // of version 1
  } else {
    throw session_json::BadMember("the line", "is not known");
  }
}

Lines read_lines(const fs::path& journal) {
  std::ifstream file(journal, std::ios::binary);
  if (!file) throw FileError(journal, tr("cannot be read"));
  Lines lines;
  std::string line;
  while (std::getline(file, line) && file.good()) {  // a last line without its end was cut short
    bool has_sum = false;
    const std::optional<std::string_view> text = checked_text(line, has_sum);
    try {
      const bool lacks_sum = !has_sum && lines.head.is_object() && lines.head["handtint_recovery"] == version;
      if (!text || lacks_sum || line.size() > longest_line) throw session_json::BadMember("the line", "is damaged");
      sort_in(*text, lines);
    } catch (const std::exception&) {
      ++lines.damaged;
      if (!has_sum && !lines.snapshot.is_null()) lines.turns.emplace_back();  // perhaps a turn that had no number
    }
  }
  return lines;
}

// The session that the document was read from or saved to, while its file is as it was then.
std::optional<Session> saved_session(const Lines& lines) {
  try {
    const fs::path file = lines.path_in_head("session_file");
    if (file.empty() || lines.head.value("as_saved", Json()) != true) return std::nullopt;
    Session session = read_session(file);
    if (session.file_sha256 == lines.session_sha256()) return session;
  } catch (const FileError&) {
    // Gone, or another one by now.
  }
  return std::nullopt;
}

// What the document was before the first turn: the snapshot, or the saved session where that is missing or damaged. It
// also has the masks that were not in the journal yet.
std::optional<Session> start_of(Lines& lines) {
  if (lines.snapshot.is_null()) return saved_session(lines);
  try {
    if (lines.snapshot.contains("masks")) return session_json::read_session(lines.snapshot, {});  // version 1
    while (lines.masks.size() < lines.snapshot_masks) lines.masks.push_back(nullptr);
    if (std::any_of(lines.masks.begin(), lines.masks.end(), [](const Json& mask) { return mask.is_null(); })) {
      std::vector<ImportedMask> known;
      if (const auto saved = saved_session(lines)) known = session_json::masks_of(saved->state);
      for (std::size_t i = 0; i < std::min(lines.masks.size(), known.size()); ++i)
        if (lines.masks[i].is_null()) lines.masks[i] = *session_json::packed(known[i]);
    }
    return session_json::read_snapshot(lines.snapshot, lines.masks);
  } catch (const std::runtime_error&) {
    ++lines.damaged;
    return saved_session(lines);
  }
}

// Does what a turn of the journal tells. Throws BadMember or DoesNotFit, and leaves the state as it was.
void take_turn(const Json& turn, session_json::ReferenceReader& references, DocumentState& state) {
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

// All turns that follow one another; says whether those were all.
bool take_turns(const Lines& lines, Session& session) {
  std::uint64_t number = lines.snapshot_number;
  bool gap = false, lost = false;
  for (const std::string& text : lines.turns) {
    if (text.empty()) {
      gap = true;  // unless numbers say otherwise
      continue;
    }
    try {
      const Json turn = session_json::parse(text);
      if (turn.contains("number")) {
        const std::uint64_t next = session_json::count_of(turn["number"], "number", session_json::max_id);
        if (next <= number) continue;
        gap = next != ++number;
      }
      if (gap) return false;
      const Json* masks = turn.contains("masks") ? &turn["masks"] : &lines.masks;
      session_json::ReferenceReader references({}, masks, "masks", {session.photo.width, session.photo.height},
                                               masks == &lines.masks);
      take_turn(turn, references, session.state);
      lost |= references.lost() > 0;
    } catch (const std::exception&) {
      return false;
    }
    for (const SharedStroke& stroke : session.state.strokes)
      session.state.next_id = std::max(session.state.next_id, stroke->id + 1);
  }
  if (lost && session.notes.empty()) session.notes.push_back(tr(session_json::lost_mask));
  return !gap;
}

Recovery describe(const fs::path& journal, Lines lines) {
  Recovery found{journal, lines.path_in_head("photo"), lines.path_in_head("session_file")};
  const Json photo = lines.snapshot.is_object() ? lines.snapshot.value("photo", Json()) : Json();
  if (found.photo.empty() && photo.is_object() && has_text(photo, "path"))
    found.photo = session_json::path_of(photo["path"], "path");
  const bool has_start = !lines.snapshot.is_null() || saved_session(lines);
  found.damage = !has_start ? Damage::beyond_reading : lines.damaged > 0 ? Damage::some : Damage::none;
  return found;
}

// Nobody's, and nobody will miss it.
bool is_left_over(const fs::directory_entry& entry) {
  const auto age = fs::file_time_type::clock::now() - entry.last_write_time();
  if (entry.path().extension() == discarded_extension) return age > std::chrono::hours(24);
  // Left by a process that died before anything was recorded. An hour keeps clear of one that is just about to lock it.
  return entry.path().extension() == unfinished_extension && age > std::chrono::hours(1) &&
         !is_in_use(entry.path(), writer_of(entry.path()));
}

void look_at(const fs::directory_entry& entry, std::vector<Recovery>& found) {
  const fs::path& path = entry.path();
  if (!fs::is_regular_file(entry.symlink_status())) return;
  if (is_left_over(entry)) {
    fs::remove(path);
    return;
  }
  if (path.extension() != extension || is_in_use(path, writer_of(path))) return;
  Recovery recovery = describe(path, read_lines(path));
  recovery.written = entry.last_write_time();
  recovery.bytes = entry.file_size();
  found.push_back(std::move(recovery));
}

}  // namespace

std::vector<Recovery> list_recoveries(const fs::path& folder) {
  std::vector<Recovery> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    try {
      look_at(*entry, found);
    } catch (const std::exception&) {
      // It vanished in between, or is not ours to read.
    }
  }
  std::sort(found.begin(), found.end(), [](const Recovery& p, const Recovery& q) { return p.written > q.written; });
  return found;
}

Recovered read_recovery(const fs::path& journal) {
  Lines lines = read_lines(journal);
  std::optional<Session> start = start_of(lines);
  if (!start) throw FileError(journal, tr("is no recovery file of Handtint, or damaged beyond reading"));
  Recovered recovered{std::move(*start), lines.path_in_head("session_file"), lines.session_sha256()};
  // A session file may have been told where its photo is now.
  if (fs::path photo = lines.path_in_head("photo"); !photo.empty()) recovered.session.photo.path = std::move(photo);
  if (!take_turns(lines, recovered.session) || lines.damaged > 0)
    recovered.session.notes.push_back(tr(
        "The recovery file is damaged. What could be read of your work is here; look whether something is missing."));
  return recovered;
}

void remove_recovery(const fs::path& journal) {
  std::error_code ignored;
  fs::remove(journal, ignored);
}

namespace {

fs::path aside_name(const Recovery& recovery) {
  return fs::path(recovery.journal).replace_extension(discarded_extension);
}

}  // namespace

bool DiscardedRecoveries::has(const Recovery& recovery) const {
  return std::find(put_aside_.begin(), put_aside_.end(), aside_name(recovery)) != put_aside_.end();
}

bool DiscardedRecoveries::discard(const Recovery& recovery) {
  fs::path aside = aside_name(recovery);
  std::error_code error;
  fs::rename(recovery.journal, aside, error);
  if (error) return false;
  fs::last_write_time(aside, fs::file_time_type::clock::now(), error);  // counts from here
  put_aside_.push_back(std::move(aside));
  return true;
}

bool DiscardedRecoveries::take_back(const Recovery& recovery) {
  const fs::path aside = aside_name(recovery);
  std::error_code error;
  fs::rename(aside, recovery.journal, error);
  if (error) return false;
  std::erase(put_aside_, aside);
  fs::last_write_time(recovery.journal, recovery.written, error);
  return true;
}

DiscardedRecoveries::~DiscardedRecoveries() {
  for (const fs::path& aside : put_aside_) remove_recovery(aside);
}

}  // namespace handtint
