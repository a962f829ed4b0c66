// Which colour photos of the same things lend their colours, and how: the options that colorize and suggest share.
#pragma once

#include <filesystem>
#include <future>
#include <vector>

#include "editor/document/reference.h"

namespace CLI {
class App;
}

namespace handtint {

struct ReferenceWish {
  std::vector<std::filesystem::path> files;  // empty = none
  ReferenceUse use = ReferenceUse::both;
  bool use_given = false;
  SuggestSettings things;
  MoodSettings mood;

  bool wants_things() const { return use != ReferenceUse::mood; }
  bool wants_mood() const { return use != ReferenceUse::things; }
};

// --reference, --daring, --count
void add_reference_options(CLI::App* command, ReferenceWish& wish);

// --reference-how, --mood, --mood-amount
void add_mood_options(CLI::App* command, ReferenceWish& wish);

// Throws UsageError. `coat`: there will be a first coat.
void require_sense(const ReferenceWish& wish, bool coat);

// The references, read on a thread of its own while something else is done; throws as read_reference when asked.
std::future<std::vector<ReferencePicture>> read_ahead(const ReferenceWish& wish);

// Adds the strokes that the study suggests to the state, on things that hold none; returns them. The state names the
// first reference from then on.
std::vector<Suggestion> suggest_into(DocumentState& state, const ReferenceWish& wish, const Photo& photo,
                                     const ReferenceStudy& study);

}  // namespace handtint
