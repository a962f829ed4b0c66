#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "editor/cli/film_run.h"
#include "editor/cli/help_words.h"
#include "solver/tr.h"

namespace handtint {
namespace {

std::string film_footer() {
  return footer(
      {tr_noop(
           "FILM is a folder of numbered pictures, an animated GIF, a film file, or the session of a film "
           "from the editor; OUT is a folder, a GIF or a film file. A key "
           "frame "
           "is a picture of the film's size in colour, named by its frame, counted from 0: ref_000000.png. Where it is "
           "transparent it says nothing. Strokes on a frame are a mask, or a session of the editor, with its number. "
           "The colours go with what moves, up to the next cut."),
       tr_noop(
           "A shot that nothing was given for gets the first coat, with a reference as 'handtint colorize' makes it."),
       "",
       tr_noop("What is worked out on the way lies in the folder OUT.work until the film is done; --resume goes on "
               "with it, also with other keys, and shots.txt in it lists the cuts: edit it and run again.")},
      "  handtint film frames/ --keys keys/ -o coloured/\n"
      "  handtint film clip.gif --strokes strokes/ -o coloured.gif\n"
      "  handtint film wedding.mp4 --keys keys/ -o wedding-colour.mp4\n"
      "  handtint film grey.mkv --reference colour-photo.jpg -o colour.mkv\n"
      "  handtint film grey.mkv --prior deoldify/ -o steady.mkv\n"
      "  handtint film wedding.handtint -o wedding-colour.mkv\n"
      "  handtint film long.mkv --keys keys/ -o out/ --work work --survey      " +
          std::string(tr("once, then for each machine or core:")) +
          "\n"
          "  handtint film long.mkv --keys keys/ -o out/ --work work --resume --shots 3-7\n");
}

void add_options(CLI::App* command, FilmRequest& request) {
  FilmJob& job = request.job;
  command->add_option("FILM", job.film, tr("Folder of numbered pictures, GIF, film file or session"))
      ->required()
      ->type_name("");
  command->add_option("-o,--output", job.output, tr("Where the coloured film goes"))->required()->type_name("OUT");
  command->add_option("-k,--keys", request.keys, tr("Folder of frames in colour: ref_nnnnnn.png; or one, of frame 0"))
      ->type_name("KEYS");
  command
      ->add_option("-s,--strokes", request.strokes,
                   tr("Folder of masks, or of sessions, on frames: nnnnnn.png; or one, of frame 0"))
      ->type_name("STROKES");
  command
      ->add_option("--prior", request.prior,
                   tr("Folder with each frame as another tool coloured it: its colours without their flicker"))
      ->type_name("FOLDER");
  add_reference_options(command, request.reference);
  add_mood_options(command, request.reference);
  add_network_options(command, request.network);
  add_finish_options(command, request.finish);
  command->add_flag("--deinterlace", job.reading.deinterlace,
                    tr("Of an interlaced film, keep one of the two moments in each frame"));
  command->add_flag("--draft", job.draft, tr("Work the colours out at 0.1 megapixels, not 0.26: fast"));
  command
      ->add_option("--quality", job.writing.quality,
                   tr("Of a film file: 0 (best) .. 51, lower is larger (default: without loss in .mkv, else 16)"))
      ->check(CLI::Range(0, 51))
      ->type_name("N");
  const std::string running = tr("Running");
  command->add_option("--work", job.work, tr("Folder for what is worked out on the way; it stays (default: OUT.work)"))
      ->type_name("FOLDER")
      ->group(running);
  command->add_flag("--resume", job.resume, tr("Go on with what an earlier run has done"))->group(running);
  command->add_option("--shots", request.shots, tr("These shots only, counted from 1"))
      ->type_name("A-B")
      ->group(running);
  command->add_flag("--survey", job.survey_only, tr("Only follow the motion and list the shots"))->group(running);
  command->add_option("--threads", job.threads, tr("Threads (default: 0, all cores)"))
      ->check(CLI::Range(0, 1024))
      ->type_name("N")
      ->group(running);
  command->add_flag("--force", request.force, tr("Let the output replace an input"))->group(running);
  command->add_flag("-q,--quiet", request.quiet, tr("Say nothing unless something is wrong"))->group(running);
}

}  // namespace

void add_film_command(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("film", tr("Colour a film, a GIF or a folder of frames from key frames"));
  command->footer(film_footer());
  const auto request = std::make_shared<FilmRequest>();
  add_options(command, *request);
  command->callback([&run, request] { run = [request] { return run_film(*request); }; });
}

}  // namespace handtint
