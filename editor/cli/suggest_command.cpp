#include <CLI/CLI.hpp>
#include <cstdio>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "editor/cli/colorize_job.h"
#include "editor/cli/command.h"
#include "editor/cli/command_files.h"
#include "editor/cli/help_words.h"
#include "editor/cli/progress_bar.h"
#include "editor/document/rasterise.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char* examples =
    "  handtint suggest grandmother.jpg --reference her-sister.jpg -o strokes.png\n"
    "  handtint suggest grandmother.jpg --reference her-sister.jpg -o grandmother.handtint --count 15\n"
    "  handtint suggest work.handtint --reference coat.jpg --reference room.jpg --daring 0.2 -o more.handtint\n";

struct Request {
  fs::path photo, output;
  NetworkWish network;
  ReferenceWish reference;
  bool salvage = false, force = false, quiet = false;
};

void require_sense(const Request& request) {
  if (!is_session_name(request.output) && request.output.extension() != ".png")
    throw UsageError(tr("-o names a stroke mask (.png) or a session (.handtint), not {1}", {request.output.string()}));
  if (request.network.name == "none")
    throw UsageError(tr("suggest compares photographs by a network: --network none makes no sense here"));
}

Exit suggest(const Request& request) {
  require_sense(request);
  CommandFiles files(request.force);
  ColorizeJob inputs;
  inputs.photo = request.photo;
  inputs.network = request.network;
  inputs.reference = request.reference;
  files.reads_inputs_of(inputs);
  files.writes(request.output);

  ProgressBar bar(!request.quiet);
  bar.show(0, tr("reading"));
  std::future<Predictor> opening = std::async(std::launch::async, open_predictor, request.network.name);
  std::future<std::vector<ReferencePicture>> references = read_ahead(request.reference);
  Session session;
  std::vector<std::string> notes;
  std::optional<Photo> photo;
  if (is_session_name(request.photo)) {
    session = read_session(request.photo);
    photo = read_photo_of(session, request.photo, request.salvage, notes);
  } else {
    photo = read_photo(request.photo, {.salvage = request.salvage});
    for (const std::string& note : photo->notes) notes.push_back(request.photo.string() + ": " + note);
    session.photo = refer_to_photo(request.photo, photo->width(), photo->height());
    session.state.coat = {.on = true, .dials = request.network.coat};
  }
  bar.show(0.2f, tr("comparing"));
  const Predictor network = opening.get();
  const ReferenceStudy studied = study_references(*photo, references.get(), network);
  const std::vector<Suggestion> strokes = suggest_into(session.state, request.reference, *photo, studied);
  bar.wipe();
  for (const std::string& note : notes) complain(note);
  if (interrupted()) {
    complain(tr("stopped; {1} was not written", {request.output.string()}));
    return Exit::cancelled;
  }
  if (strokes.empty()) {
    complain(studied.refused(request.reference.things.daring)
                 ? tr("{1}: handtint colorize --reference-how mood, or a higher --daring if you know better",
                      {studied.refusal})
                 : tr("no stroke is suggested: nothing is surely the same that holds no stroke yet; a higher "
                      "--daring asks for less"));
    return Exit::failed;
  }
  if (is_session_name(request.output))
    write_session(request.output, session);
  else
    write_stroke_mask(request.output, mask_from_strokes({*photo, session.state.strokes, session.state.imported.get()}),
                      MaskFormat::rgba, true);
  if (!request.quiet)
    std::printf("%s: %s\n", request.output.c_str(),
                tr_n("{1} stroke suggested", "{1} strokes suggested", static_cast<long>(strokes.size())).c_str());
  return Exit::done;
}

}  // namespace

void add_suggest_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("suggest", tr("Suggest strokes from a colour photograph of the same things"));
  command->footer(footer(
      {tr_noop(
          "A stroke for each thing of PHOTO that REF shows too, in the colour that it has there. OUT is a stroke mask "
          "(.png) or a session of the editor (.handtint), where each can be moved, recoloured or deleted. PHOTO may be "
          "a session too: things that hold a stroke already get none. Exit code 1 if REF shows other things.")},
      examples));
  const auto request = std::make_shared<Request>();
  command->add_option("PHOTO", request->photo, tr("The photograph, or a session of it"))->required()->type_name("");
  command->add_option("-o,--output", request->output, tr("The stroke mask or session to write"))
      ->required()
      ->type_name("OUT");
  add_reference_options(command, request->reference);
  command->get_option("--reference")->required();
  add_network_options(command, request->network);
  command->add_flag("--salvage", request->salvage, tr("Of a damaged or cut-off photograph, read what is there"));
  command->add_flag("--force", request->force, tr("Let the output replace one of the inputs"));
  command->add_flag("-q,--quiet", request->quiet, tr("Say nothing unless something is wrong"));
  command->callback([&run, request] { run = [request] { return suggest(*request); }; });
}

}  // namespace handtint
