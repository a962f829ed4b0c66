// handtint-editor: paint colour on a photo and see it arrive.
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "editor/files/language.h"
#include "editor/gui/app.h"
#include "solver/tr.h"

namespace {

using handtint::tr, handtint::tr_noop;

constexpr const char* usage = tr_noop(
    "Usage: handtint-editor [PHOTO | FILM | SESSION.handtint]\n"
    "\n"
    "Opens a photo, a film (a film file, a GIF, a folder of numbered pictures) or a session for painting; without a\n"
    "file, the start page.\n"
    "\n"
    "  --scale N     size of the interface, 0.5 to 4 (default: as the display asks)\n"
    "  --network N   who makes first coats: shipped, none or an ONNX file (default: shipped)\n"
    "  --lang CODE   language: en, ca, de, es, fr or pt_BR (default: as in the settings)\n"
    "  --trace FILE  write times of events and frames, for tests/bench\n"
    "  --help        this text\n"
    "  --version     the version\n");

// What the manual page is made of.
void print_manual() {
  std::string text;
  for (const char c : std::string(tr(usage))) text += c == '-' ? "\\-" : std::string(1, c);
  std::printf(
      ".TH HANDTINT\\-EDITOR 1 \"\" \"handtint %s\" \"User Commands\"\n.SH NAME\n"
      "handtint\\-editor \\- colour a photograph by painting on it\n.SH SYNOPSIS\n.nf\n%s.fi\n"
      ".SH SEE ALSO\n\\fBhandtint\\fR(1)\n",
      HANDTINT_VERSION, text.c_str());
}

int usage_error(const std::string& problem) {
  std::fprintf(stderr, "handtint-editor: %s\n\n%s", problem.c_str(), tr(usage));
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a call that fails can be told, and nothing is lost
  std::signal(SIGXFSZ, SIG_IGN);
  handtint::use_language();
  handtint::AppOptions options;
  options.start_ms = handtint::Window::now_ms();
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--help" || argument == "-h") {
      std::fputs(tr(usage), stdout);
      return 0;
    }
    if (argument == "--manual") {
      print_manual();
      return 0;
    }
    if (argument == "--version") {
      std::puts("handtint-editor " HANDTINT_VERSION);
      return 0;
    }
    if (argument == "--scale" || argument == "--trace" || argument == "--network" || argument == "--lang") {
      if (++i == argc) return usage_error(tr("{1} needs a value", {argument}));
      if (argument == "--trace") {
        options.trace = argv[i];
        continue;
      }
      if (argument == "--network") {
        options.network = argv[i];
        continue;
      }
      if (argument == "--lang") {
        if (!handtint::find_language(argv[i])) return usage_error(handtint::unknown_language(argv[i]));
        handtint::use_language(options.language = argv[i]);
        continue;
      }
      char* end = nullptr;
      options.scale = std::strtof(argv[i], &end);
      if (*end || !(options.scale >= 0.5f && options.scale <= 4))
        return usage_error(tr("--scale takes a number from 0.5 to 4"));
    } else if (argument.size() > 1 && argument[0] == '-' && argument != "--") {
      return usage_error(tr("unknown option {1}", {argument}));
    } else if (argument != "--") {
      if (!options.file.empty()) return usage_error(tr("one file at a time"));
      options.file = argument;
    }
  }
  try {
    handtint::App(options).run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "handtint-editor: %s\n", error.what());
    return 1;
  }
}
