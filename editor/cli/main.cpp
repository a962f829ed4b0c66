// The program `handtint`: photographs and strokes in, colour photographs out, without a window.
#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <system_error>

#include "editor/cli/command.h"
#include "editor/cli/help_words.h"
#include "editor/files/language.h"
#include "solver/tr.h"

namespace {

using namespace handtint;

constexpr const char* main_examples =
    "  handtint colorize grandmother.jpg --strokes strokes.png -o grandmother-colour.png\n"
    "  handtint colorize scans/ --strokes strokes/ -o coloured/\n"
    "  handtint colorize grandmother.jpg --reference her-sister.jpg -o grandmother-colour.png\n"
    "  handtint info strokes.png\n"
    "  handtint COMMAND --help\n";

std::string examples_and_exit_codes() {
  return footer({}, main_examples) + "\n" +
         in_lines(tr("Exit codes: 0 done; 1 failed; 2 the command line was not understood; 3 the backend that was "
                     "asked for cannot be used; 130 stopped by Ctrl-C (no half-written file stays behind)."));
}

std::string name_of_chosen(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) return app.get_name() + " " + command->get_name();
  return app.get_name();
}

Exit parse_and_run(CLI::App& app, const Run& run, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    if (!run)
      throw UsageError(tr("say what to do: colorize, film, edit, export, mask, predict, suggest, info or backends"));
    watch_for_interrupts();
    return run();
  } catch (const CLI::Success& request) {
    app.exit(request);  // prints the help or the version that was asked for
    return Exit::done;
  } catch (const CLI::ParseError& error) {
    complain(tr("{1}; see '{2} --help'", {words_of(error), name_of_chosen(app)}));
    return Exit::usage;
  } catch (const UsageError& error) {
    complain(tr("{1}; see '{2} --help'", {error.what(), name_of_chosen(app)}));
    return Exit::usage;
  } catch (const BackendNotUsable& error) {
    complain(error.what());
    return Exit::backend_not_usable;
  } catch (const std::bad_alloc&) {
    complain(tr("out of memory; close other programs or use a smaller photograph"));
    return Exit::failed;
  } catch (const std::exception& error) {
    complain(error.what());
    return Exit::failed;
  }
}

// What was printed may still be on its way: a full disk or a reader that has gone shows only now.
Exit said(Exit exit) {
  errno = 0;
  if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return exit;
  const int error = errno;
  complain(error ? tr("standard output cannot be written: {1}", {std::generic_category().message(error)})
                 : tr("standard output cannot be written"));
  return exit == Exit::done ? Exit::failed : exit;
}

// --lang counts before anything is described.
std::string wanted_language(int argc, char** argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--lang" && i + 1 < argc) return argv[i + 1];
    if (argument.starts_with("--lang=")) return argv[i] + std::string_view("--lang=").size();
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  // Their calls fail instead, which can be told and cleaned up after.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::string language = wanted_language(argc, argv);
  use_language(find_language(language) ? language : "");
  CLI::App app(tr("Handtint colours black-and-white photographs from a few strokes of colour."), "handtint");
  app.set_version_flag("--version", "handtint " HANDTINT_VERSION, tr("Print the version"));
  app.set_help_flag("-h,--help", tr("Print this help"));
  app.add_option("--lang", language, tr("Language of the messages: en, ca, de, es, fr or pt_BR"))
      ->type_name("CODE")
      ->check([](const std::string& wanted) { return find_language(wanted) ? "" : unknown_language(wanted); });
  app.footer(examples_and_exit_codes());
  app.fallthrough();             // --lang may stand behind the command, too
  app.require_subcommand(0, 1);  // none is complained about below: an unknown word is the better complaint

  Run run;
  add_colorize_command(app, run);
  add_edit_command(app, run);
  add_export_command(app, run);
  add_film_command(app, run);
  add_mask_command(app, run);
  add_predict_command(app, run);
  add_suggest_command(app, run);
  add_info_command(app, run);
  add_backends_command(app, run);
  add_describe_command(app, run);
  add_thumbnail_command(app, run);
  add_try_network_command(app, run);
  translate_headings(app);

  Exit exit = Exit::usage;
  if (argc <= 1)
    std::fputs(app.help().c_str(), stdout);
  else
    exit = parse_and_run(app, run, argc, argv);
  return static_cast<int>(said(exit));
}
