// Sessions and undo steps as JSON values: the parts that the session file and the autosave journal share. Internal to
// editor/document; the format is documented in SESSION.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "editor/document/json_values.h"
#include "editor/document/session.h"
#include "solver/tr.h"

namespace handtint::session_json {

// An undo step that does not fit the strokes it is applied to.
class DoesNotFit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Of all masks of a table together.
inline constexpr std::uint64_t max_total_pixels = 400'000'000;

// What is said when a mask of a journal got lost.
inline constexpr const char* lost_mask = tr_noop(
    "An imported mask, or its last change of colour, is missing: the program ended before it was in the recovery "
    "file.");

// What steps and states refer to instead of holding it: files by their path relative to `base` (absolute if that is
// empty), and imported masks by their index in a table that has each once.
class ReferenceWriter {
 public:
  // `masks` have their indices already.
  explicit ReferenceWriter(std::filesystem::path base = {}, std::vector<ImportedMask> masks = {})
      : base_(std::move(base)), masks_(std::move(masks)) {}

  const std::filesystem::path& base() const { return base_; }
  Json index_of(const ImportedMask& mask);  // null for none
  const std::vector<ImportedMask>& masks() const { return masks_; }
  Json table() const;

 private:
  std::filesystem::path base_;
  std::vector<ImportedMask> masks_;
};

class ReferenceReader {
 public:
  // The table must outlive the reader. Masks are decoded when first asked for; all of one table may have
  // `max_total_pixels` together. In a `journal` ten times as much, and a mask that is null or not in the table got
  // lost: it reads as `instead`, and is counted.
  ReferenceReader(std::filesystem::path base, const Json* table, std::string where, Extent photo, bool journal = false)
      : base_(std::move(base)), table_(table), where_(std::move(where)), photo_(photo), journal_(journal) {}

  const std::filesystem::path& base() const { return base_; }
  ImportedMask at(const Json& index, const std::string& where, const ImportedMask& instead = nullptr);
  std::size_t lost() const { return lost_; }

 private:
  std::filesystem::path base_;
  const Json* table_;
  std::string where_;
  Extent photo_;
  bool journal_;
  std::vector<ImportedMask> decoded_;
  std::uint64_t pixels_ = 0;
  std::size_t lost_ = 0;
};

// All masks of a state and its history, each once, in an order that depends on nothing else.
std::vector<ImportedMask> masks_of(const DocumentState& state);

// As mask_to_text, which takes seconds for a large mask: done once for each as long as somebody has it. Thread-safe.
std::shared_ptr<const std::string> packed(const ImportedMask& mask);
std::shared_ptr<const std::string> if_packed(const ImportedMask& mask);  // null if nobody has done it yet

// A step in the direction of the edit: what to do to the state before it to get the state after it.
Json step_of(const Edit& edit, ReferenceWriter& references);
Edit inverted(const Edit& edit);

// Does the step to `state` (strokes, settings, coat, palette, imported mask) and returns it as an edit. Throws
// BadMember, DoesNotFit; the state is then of no more use.
Edit take_step(const Json& step, const std::string& where, DocumentState& state, ReferenceReader& references);

// Without its "masks": what a snapshot of a journal holds, whose masks have lines of their own.
Json state_of(const Session& session, ReferenceWriter& references);
Json session_of(const Session& session, const std::filesystem::path& base);
Session read_session(const Json& json, const std::filesystem::path& base);
Session read_snapshot(const Json& json, const Json& masks);  // of a journal

}  // namespace handtint::session_json
