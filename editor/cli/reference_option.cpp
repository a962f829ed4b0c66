#include "editor/cli/reference_option.h"

#include <CLI/CLI.hpp>
#include <string>
#include <utility>

#include "editor/cli/command.h"
#include "editor/cli/named_option.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr ReferenceUse uses[] = {ReferenceUse::both, ReferenceUse::things, ReferenceUse::mood};
constexpr MoodMethod methods[] = {MoodMethod::transport, MoodMethod::reinhard};
constexpr int most_strokes = 1000;
constexpr const char* group = tr_noop("Colours from another photograph");

}  // namespace

void add_reference_options(CLI::App* command, ReferenceWish& wish) {
  command
      ->add_option_function<std::vector<std::string>>(
          "-r,--reference",
          [&wish](const std::vector<std::string>& files) { wish.files.assign(files.begin(), files.end()); },
          tr("A colour photograph of the same people, place or things; may be given again"))
      ->allow_extra_args(false)
      ->type_name("REF")
      ->group(tr(group));
  command
      ->add_option(
          "--daring", wish.things.daring,
          tr("Strokes from it: 0 = only on what is surely the same .. 1 = wherever there is a guess (default: 0.5)"))
      ->check(CLI::Range(0.0f, 1.0f))
      ->type_name("X")
      ->group(tr(group));
  command->add_option("--count", wish.things.most, tr("Strokes from it, at most (default: 25)"))
      ->check(CLI::Range(0, most_strokes))
      ->type_name("N")
      ->group(tr(group));
}

void add_mood_options(CLI::App* command, ReferenceWish& wish) {
  add_named_option<ReferenceUse>(
      command, "--reference-how", uses,
      [&wish](ReferenceUse use) {
        wish.use = use;
        wish.use_given = true;
      },
      tr("things: a stroke on each thing that it shows too; mood: its colours as a whole, laid over the first coat "
         "(default: both)"))
      ->group(tr(group));
  add_named_option<MoodMethod>(
      command, "--mood", methods, [&wish](MoodMethod method) { wish.mood.method = method; },
      tr("How the mood is taken (default: transport)"))
      ->group(tr(group));
  command->add_option("--mood-amount", wish.mood.amount, tr("How much of the mood, 0..1 (default: 1)"))
      ->check(CLI::Range(0.0f, 1.0f))
      ->type_name("X")
      ->group(tr(group));
}

void require_sense(const ReferenceWish& wish, bool coat) {
  if (wish.use_given && wish.files.empty())
    throw UsageError(tr("--reference-how says how a reference is used: give one with --reference"));
  if (wish.use == ReferenceUse::mood && !coat)
    throw UsageError(tr("a mood is laid over a first coat, and --network none leaves that away"));
}

std::future<std::vector<ReferencePicture>> read_ahead(const ReferenceWish& wish) {
  return std::async(std::launch::async, [files = wish.files] {
    std::vector<ReferencePicture> references;
    for (const std::filesystem::path& file : files) references.push_back(read_reference(file));
    return references;
  });
}

std::vector<Suggestion> suggest_into(DocumentState& state, const ReferenceWish& wish, const Photo& photo,
                                     const ReferenceStudy& study) {
  std::vector<Suggestion> suggestions = suggest_strokes(photo, study, state, wish.things);
  std::string names;
  for (const std::filesystem::path& file : wish.files) names += (names.empty() ? "" : ", ") + file.filename().string();
  if (suggestions.empty()) return suggestions;
  Document document(photo.extent(), std::move(state));
  Edit edit = edit_of_suggestions(document.state(), suggestions, tr("From {1}", {names}));
  FirstCoat coat = document.coat();
  coat.reference = {.file = refer_to_file(wish.files.front())};
  edit.coat = {document.coat(), std::move(coat)};
  document.take(std::move(edit));
  state = document.state();
  return suggestions;
}

}  // namespace handtint
