// Sessions and undo steps as JSON values: the parts that the session file and the autosave journal share. Internal to
// editor/document; the format is documented in SESSION.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "editor/document/json_values.h"
#include "editor/document/session.h"

namespace handtint::session_json {

// An undo step that does not fit the strokes it is applied to.
class DoesNotFit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What steps and states refer to instead of holding it: files by their path relative to `base` (absolute if that is
// empty), and imported masks by their index in a table that has each once.
class ReferenceWriter {
 public:
  explicit ReferenceWriter(std::filesystem::path base = {}) : base_(std::move(base)) {}

  const std::filesystem::path& base() const { return base_; }
  Json index_of(const ImportedMask& mask);  // null for none
  Json table() const;

 private:
  std::filesystem::path base_;
  std::vector<ImportedMask> masks_;
};

class ReferenceReader {
 public:
  // The table must outlive the reader. Masks are decoded when first asked for; all of one table may have
  // `max_total_pixels` together.
  ReferenceReader(std::filesystem::path base, const Json* table, std::string where, Extent photo)
      : base_(std::move(base)), table_(table), where_(std::move(where)), photo_(photo) {}

  const std::filesystem::path& base() const { return base_; }
  ImportedMask at(const Json& index, const std::string& where);

 private:
  static constexpr std::uint64_t max_total_pixels = 400'000'000;

  std::filesystem::path base_;
  const Json* table_;
  std::string where_;
  Extent photo_;
  std::vector<ImportedMask> decoded_;
  std::uint64_t pixels_ = 0;
};

// A step in the direction of the edit: what to do to the state before it to get the state after it.
Json step_of(const Edit& edit, ReferenceWriter& references);
Edit inverted(const Edit& edit);

// Does the step to `state` (strokes, settings, coat, palette, imported mask) and returns it as an edit. Throws
// BadMember, DoesNotFit; the state is then of no more use.
Edit take_step(const Json& step, const std::string& where, DocumentState& state, ReferenceReader& references);

Json session_of(const Session& session, const std::filesystem::path& base);
Session read_session(const Json& json, const std::filesystem::path& base);

}  // namespace handtint::session_json
