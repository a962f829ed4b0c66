// Sessions and undo steps as JSON values: the parts that the session file and the autosave journal share. Internal to
// editor/document; the format is documented in SESSION.md.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "editor/document/session.h"

namespace handtint::session_json {

using Json = nlohmann::json;

// A member that is missing, of the wrong type or out of range; the text names it ("strokes[3].radius ...").
class BadMember : public std::runtime_error {
 public:
  BadMember(const std::string& where, const std::string& problem) : std::runtime_error(where + " " + problem) {}
};

// An undo step that does not fit the strokes it is applied to.
class DoesNotFit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Text -> JSON with limited nesting. Throws BadMember.
Json parse(std::string_view text);

// On one line. Bytes that are no UTF-8 become U+FFFD.
std::string text_of(const Json& json);

// A number that reads back as the same float, in as few digits as that takes.
Json number(float value);

// Each imported mask once; steps and states refer to it by its index in the table.
class MaskWriter {
 public:
  Json index_of(const ImportedMask& mask);  // null for none
  Json table() const;

 private:
  std::vector<ImportedMask> masks_;
};

class MaskReader {
 public:
  // The table must outlive the reader. Masks are decoded when first asked for; all of one table may have
  // `max_total_pixels` together.
  MaskReader(const Json* table, std::string where, int width, int height)
      : table_(table), where_(std::move(where)), width_(width), height_(height) {}
  ImportedMask at(const Json& index, const std::string& where);

 private:
  static constexpr std::uint64_t max_total_pixels = 400'000'000;

  const Json* table_;
  std::string where_;
  int width_, height_;
  std::vector<ImportedMask> decoded_;
  std::uint64_t pixels_ = 0;
};

// A step in the direction of the edit: what to do to the state before it to get the state after it.
Json step_of(const Edit& edit, MaskWriter& masks);
Edit inverted(const Edit& edit);

// Does the step to `state` (strokes, settings, coat, palette, imported mask) and returns it as an edit. Throws
// BadMember, DoesNotFit; the state is then of no more use.
Edit take_step(const Json& step, const std::string& where, DocumentState& state, MaskReader& masks);

Json session_of(const Session& session, const std::filesystem::path& base);
Session read_session(const Json& json, const std::filesystem::path& base);

}  // namespace handtint::session_json
