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

#include "editor/cli/command.h"
#include "editor/document/session.h"
#include "editor/files/stroke_mask.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* info_examples =
    "Examples:\n"
    "  handtint info photo.jpg\n"
    "  handtint info strokes.png\n"
    "  handtint info portrait.handtint\n";

void print_photo(const PhotoInfo& info) {
  std::printf("  format       %s, %d bits%s%s%s\n", info.format.c_str(), info.bits, info.grey ? ", grey" : "",
              info.alpha ? ", with transparency" : "", info.profile ? ", with a colour profile" : "");
  std::printf("  size         %dx%d (%.1f megapixels)\n", info.width, info.height,
              static_cast<double>(info.width) * info.height / 1e6);
  std::printf("  orientation  %d%s\n", info.orientation, info.orientation == 1 ? "" : " (is turned upright when read)");
  if (info.dpi_x > 0) std::printf("  resolution   %.0f x %.0f dots per inch\n", info.dpi_x, info.dpi_y);
  for (const std::string& note : info.notes) std::printf("  note         %s\n", note.c_str());
}

// A picture that is drawn on nearly everywhere is a photograph, or a marked copy of one.
constexpr double most_that_a_mask_covers = 0.9;

void print_strokes(const MaskReading& reading) {
  const MaskSummary summary = summarize(reading.mask);
  if (summary.covered > most_that_a_mask_covers)
    std::printf("  as a mask    none (to tell marks from the photograph: handtint mask --photo)\n");
  else
    std::printf("  as a mask    %s%s\n", reading.found.c_str(), summary.neutral ? ", one of them neutral" : "");
}

std::string date_of(const fs::path& file) {
  struct stat status;
  char words[32] = "unknown";
  std::tm time{};
  if (::stat(file.c_str(), &status) == 0 && localtime_r(&status.st_mtime, &time))
    std::strftime(words, sizeof words, "%Y-%m-%d %H:%M", &time);
  return words;
}

std::string words_for(const StrokeList& strokes) {
  std::map<std::string_view, int> kinds;
  std::set<std::uint64_t> regions;
  for (const SharedStroke& stroke : strokes) {
    ++kinds[name_of(stroke->kind)];
    if (stroke->limited()) regions.insert(stroke.region_id());
  }
  std::string words = std::to_string(strokes.size());
  for (const auto& [kind, count] : kinds)
    words += (kind == kinds.begin()->first ? " (" : ", ") + std::to_string(count) + " " + std::string(kind);
  if (!kinds.empty()) words += ")";
  if (!regions.empty())
    words += ", in " + std::to_string(regions.size()) + (regions.size() == 1 ? " lasso" : " lassos");
  return words;
}

std::string words_for(const FirstCoat& coat) {
  if (!coat.on) return "none";
  char dials[96];
  std::snprintf(dials, sizeof dials, "%g of it, vividness %g", coat.dials.amount, coat.dials.vividness);
  if (coat.picture) return coat.picture->file.path.string() + ", " + dials;
  std::string words = std::string("the network's, ") + dials;
  std::snprintf(dials, sizeof dials, ", temperature %g, variant %u", coat.dials.temperature, coat.dials.variant);
  return words + dials;
}

Exit tell_session(const fs::path& path) {
  const Session session = read_session(path);
  const DocumentState& state = session.state;
  const PhotoLookup photo = find_photo(session.photo, path);
  constexpr const char* states[] = {"", ", which has changed since", ", which is not there"};
  std::printf("%s\n", path.c_str());
  std::printf("  session      of %s\n", date_of(path).c_str());
  std::printf("  photo        %s, %s%s%s\n", photo.path.c_str(),
              to_string(Extent{session.photo.width, session.photo.height}).c_str(),
              states[static_cast<int>(photo.state)], photo.moved ? " (found beside the session)" : "");
  std::printf("  strokes      %s%s\n", words_for(state.strokes).c_str(),
              state.imported ? ", and an imported mask" : "");
  std::printf("  first coat   %s\n", words_for(state.coat).c_str());
  std::printf("  history      %zu steps, %zu of them undone\n", state.history.size(),
              state.history.size() - state.position);
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
  CLI::App* command = app.add_subcommand("info", "Say what a photograph, a stroke mask or a session holds");
  command->footer(info_examples);
  const auto path = std::make_shared<fs::path>();
  command->add_option("FILE", *path, "A picture, a session, or the folder or .npy file of an ideepcolor mask")
      ->required()
      ->type_name("");
  command->callback([&run, path] { run = [path] { return tell(*path); }; });
}

}  // namespace handtint
