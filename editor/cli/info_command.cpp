#include <sys/stat.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "editor/cli/command.h"
#include "editor/cli/help_words.h"
#include "editor/document/session.h"
#include "editor/document/things.h"
#include "editor/files/stroke_mask.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* info_examples =
    "  handtint info photo.jpg\n"
    "  handtint info strokes.png\n"
    "  handtint info portrait.handtint\n";

constexpr const char* separator = ", ";

void print_row(const char* name, const std::string& words) {
  std::printf("  %s %s\n", padded(name, 12).c_str(), words.c_str());
}

void print_photo(const PhotoInfo& info) {
  std::string format = info.format + separator + tr_n("{1} bit", "{1} bits", info.bits);
  if (info.grey) format += std::string(separator) + tr("grey");
  if (info.alpha) format += std::string(separator) + tr("with transparency");
  if (info.profile) format += std::string(separator) + tr("with a colour profile");
  print_row(tr("format"), format);
  const double megapixels = static_cast<double>(info.width) * info.height / 1e6;
  print_row(tr("size"),
            tr("{1} ({2} megapixels)", {to_string(Extent{info.width, info.height}), number(megapixels, 1)}));
  const std::string orientation = std::to_string(info.orientation);
  print_row(tr("orientation"),
            info.orientation == 1 ? orientation : tr("{1} (is turned upright when read)", {orientation}));
  if (info.dpi_x > 0)
    print_row(tr("resolution"), tr("{1} x {2} dots per inch", {number(info.dpi_x, 0), number(info.dpi_y, 0)}));
  for (const std::string& note : info.notes) print_row(tr("note"), note);
}

// A picture that is drawn on nearly everywhere is a photograph, or a marked copy of one.
constexpr double most_that_a_mask_covers = 0.9;

void print_strokes(const MaskReading& reading) {
  const MaskSummary summary = summarize(reading.mask);
  if (summary.covered > most_that_a_mask_covers)
    print_row(tr("as a mask"), tr("none (to tell marks from the photograph: handtint mask --photo)"));
  else
    print_row(tr("as a mask"), summary.neutral ? tr("{1}, one of them neutral", {reading.found}) : reading.found);
}

std::string date_of(const fs::path& file) {
  struct stat status;
  char words[32];
  std::tm time{};
  if (::stat(file.c_str(), &status) != 0 || !localtime_r(&status.st_mtime, &time)) return tr("unknown");
  std::strftime(words, sizeof words, "%Y-%m-%d %H:%M", &time);
  return words;
}

const char* words_for(StrokeKind kind) {
  switch (kind) {
    case StrokeKind::colour:
      // Translators: a kind of strokes, as the four that follow: those that colour
      return tr("colour");
    case StrokeKind::neutral:
      return tr("neutral");
    case StrokeKind::protect:
      return tr("protect");
    case StrokeKind::barrier:
      return tr("barrier");
    case StrokeKind::erase:
      break;
  }
  return tr("erase");
}

std::string words_for(const StrokeList& strokes) {
  std::map<std::string_view, std::pair<StrokeKind, int>> kinds;
  std::set<std::uint64_t> regions;
  for (const SharedStroke& stroke : strokes) {
    auto& [kind, count] = kinds[name_of(stroke->kind)];
    kind = stroke->kind;
    ++count;
    if (stroke->limited()) regions.insert(stroke.region_id());
  }
  std::string words = std::to_string(strokes.size()), list;
  for (const auto& [name, kind] : kinds)
    // Translators: so many strokes of a kind
    list += (list.empty() ? "" : separator) + tr("{1} {2}", {std::to_string(kind.second), words_for(kind.first)});
  if (!list.empty()) words += " (" + list + ")";
  if (regions.empty()) return words;
  return tr_n("{1}, in {2} lasso", "{1}, in {2} lassos", static_cast<long>(regions.size()),
              {words, std::to_string(regions.size())});
}

// From the newest; the names are a person's, or tell of the colour.
std::string words_for(const std::vector<Thing>& things) {
  std::string words;
  for (const Thing& thing : things)
    words += (words.empty() ? "" : separator) + (thing.hidden ? tr("{1} (hidden)", {thing.name}) : thing.name);
  return words;
}

std::string words_for(const FirstCoat& coat) {
  if (!coat.on) return tr("none");
  const std::string amount = short_number(coat.dials.amount), chroma = short_number(coat.dials.vividness);
  if (coat.picture) return tr("{1}, {2} of it, chroma {3}", {coat.picture->file.path.string(), amount, chroma});
  return tr("the network's, {1} of it, chroma {2}, temperature {3}, variant {4}",
            {amount, chroma, short_number(coat.dials.temperature), std::to_string(coat.dials.variant)});
}

std::string words_for(const Session& session, const PhotoLookup& photo) {
  std::string words = photo.path.string() + separator + to_string(Extent{session.photo.width, session.photo.height});
  if (photo.state == PhotoState::changed) words = tr("{1}, which has changed since", {words});
  if (photo.state == PhotoState::missing) words = tr("{1}, which is not there", {words});
  return photo.moved ? tr("{1} (found beside the session)", {words}) : words;
}

Exit tell_session(const fs::path& path) {
  const Session session = read_session(path);
  const DocumentState& state = session.state;
  const PhotoLookup photo = find_photo(session.photo, path);
  std::printf("%s\n", path.c_str());
  // Translators: a day and a time
  const std::string saved = tr("of {1}", {date_of(path)});
  print_row(tr("session"), saved);
  print_row(tr("photo"), words_for(session, photo));
  const std::string strokes = words_for(state.strokes);
  print_row(tr("strokes"), state.imported ? tr("{1}, and an imported mask", {strokes}) : strokes);
  if (const std::string things = words_for(things_of(state)); !things.empty()) print_row(tr("things"), things);
  print_row(tr("first coat"), words_for(state.coat));
  print_row(tr("finish"),
            tr("vividness {1}, warmth {2}", {short_number(state.finish.vividness), short_number(state.finish.warmth)}));
  const std::size_t steps = state.history.size();
  print_row(tr("history"),
            tr_n("{1} step, {2} of them undone", "{1} steps, {2} of them undone", static_cast<long>(steps),
                 {std::to_string(steps), std::to_string(steps - state.position)}));
  for (const std::string& note : session.notes) complain(path.string() + ": " + note);
  return Exit::done;
}

Exit tell(const fs::path& path) {
  if (is_session_name(path)) return tell_session(path);
  const bool picture = !fs::is_directory(path) && path.extension() != ".npy" && !has_layers(path);
  if (picture) {
    const PhotoInfo info = probe_photo(path);
    std::printf("%s\n", path.c_str());
    print_photo(info);
  }
  print_strokes(read_stroke_mask(path));
  return Exit::done;
}

}  // namespace

void add_info_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("info", tr("Say what a photograph, a stroke mask or a session holds"));
  command->footer(footer({}, info_examples));
  const auto path = std::make_shared<fs::path>();
  command->add_option("FILE", *path, tr("A picture, a session, or the folder or .npy file of an ideepcolor mask"))
      ->required()
      ->type_name("");
  command->callback([&run, path] { run = [path] { return tell(*path); }; });
}

}  // namespace handtint
