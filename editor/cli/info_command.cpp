#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "editor/cli/command.h"
#include "editor/files/stroke_mask.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* examples =
    "Examples:\n"
    "  handtint info photo.jpg\n"
    "  handtint info strokes.png\n";

void print_photo(const PhotoInfo& info) {
  std::printf("  format       %s, %d bits%s%s%s\n", info.format.c_str(), info.bits, info.grey ? ", grey" : "",
              info.alpha ? ", with transparency" : "", info.profile ? ", with a colour profile" : "");
  std::printf("  size         %dx%d (%.1f megapixels)\n", info.width, info.height,
              static_cast<double>(info.width) * info.height / 1e6);
  std::printf("  orientation  %d%s\n", info.orientation, info.orientation == 1 ? "" : " (is turned upright when read)");
  if (info.dpi_x > 0) std::printf("  resolution   %.0f x %.0f dots per inch\n", info.dpi_x, info.dpi_y);
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

Exit tell(const fs::path& path) {
  const bool picture = !fs::is_directory(path) && path.extension() != ".npy";
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
  CLI::App* command = app.add_subcommand("info", "Say what a photograph or a stroke mask holds");
  command->footer(examples);
  const auto path = std::make_shared<fs::path>();
  command->add_option("FILE", *path, "A picture, or the folder or .npy file of an ideepcolor mask")
      ->required()
      ->type_name("");
  command->callback([&run, path] { run = [path] { return tell(*path); }; });
}

}  // namespace handtint
