#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "editor/cli/command.h"
#include "editor/cli/command_files.h"
#include "editor/cli/help_words.h"
#include "editor/cli/named_option.h"
#include "editor/cli/standard_streams.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* mask_examples =
    "  handtint mask mask_peppers.png -o strokes.png\n"
    "  handtint mask marked.bmp --photo photo.bmp -o strokes.png\n"
    "  handtint mask strokes.png -o for-colormaskerapp.png --to black-empty\n"
    "  handtint mask ideepcolor-folder/ --photo photo.jpg --fit -o strokes.png\n";

constexpr MaskFormat writable_formats[] = {MaskFormat::rgba, MaskFormat::black_empty};

struct MaskRequest {
  fs::path input, photo, output;
  MaskFormat from = MaskFormat::automatic, to = MaskFormat::rgba;
  bool fit = false, force = false, quiet = false;
};

Exit convert(const MaskRequest& request) {
  CommandFiles files(request.force);
  ColorizeJob inputs;
  inputs.photo = request.photo;
  inputs.strokes = request.input;
  files.reads_inputs_of(inputs);
  files.writes(request.output);

  std::optional<Photo> photo;
  if (!request.photo.empty()) {
    photo = read_photo(request.photo);
    for (const std::string& note : photo->notes) complain(request.photo.string() + ": " + note);
  }
  const MaskReading reading = read_stroke_mask(request.input, {request.from, photo ? &*photo : nullptr, request.fit});
  if (!reading.region.empty())
    throw FileError(request.input, tr("is a region without colours (a PiMask), so it has no strokes to write"));
  write_stroke_mask(request.output, reading.mask, request.to, true);
  if (!request.quiet) std::printf("%s\n%s\n", tr("strokes: {1}", {reading.found}).c_str(), request.output.c_str());
  return Exit::done;
}

}  // namespace

void add_mask_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("mask", tr("Convert a stroke mask"));
  command->footer(
      footer({tr_noop("Reads a stroke mask of any tool and writes it as Handtint's own (rgba: a transparent PNG with "
                      "the strokes on "
                      "it) or for colormaskerapp (black-empty: black where nothing is drawn). OUT is a .png.")},
             mask_examples));
  const auto request = std::make_shared<MaskRequest>();
  command->add_option("IN", request->input, tr("The mask to read"))->required()->type_name("");
  command->add_option("-o,--output", request->output, tr("The mask to write"))->required()->type_name("OUT");
  command
      ->add_option("--photo", request->photo, tr("The photograph it belongs to; needed to tell marks from the picture"))
      ->type_name("PHOTO");
  add_mask_format_option(command, request->from);
  add_named_option<MaskFormat>(
      command, "--to", writable_formats, [request](MaskFormat format) { request->to = format; },
      tr("What to write (default: rgba)"));
  command->add_flag("--fit", request->fit, tr("Stretch it to the photograph's size (nearest neighbour)"));
  command->add_flag("--force", request->force, tr("Let OUT replace IN or PHOTO"));
  command->add_flag("-q,--quiet", request->quiet, tr("Say nothing unless something is wrong"));
  command->callback([&run, request] {
    run = [request] {
      return with_streams({&request->input, &request->photo}, request->output, request->quiet,
                          [&] { return convert(*request); });
    };
  });
}

}  // namespace handtint
