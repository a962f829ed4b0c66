#include "editor/cli/command.h"

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace handtint {
namespace {

volatile std::sig_atomic_t interrupt_seen = 0;

void note_interrupt(int) {
  interrupt_seen = 1;
}

}  // namespace

void complain(std::string_view text) {
  std::string line = "handtint: ";
  for (char c : text) line += c == '\n' || c == '\r' ? ' ' : c;
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);  // one call: lines of several threads do not mix
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(std::string text, std::size_t characters) {
  const std::size_t shown = characters_in(text);
  return shown < characters ? text.append(characters - shown, ' ') : text;
}

std::string short_number(double value) {
  char words[32];
  std::snprintf(words, sizeof words, "%g", value);
  return words;
}

std::string number(double value, int decimals) {
  char words[64];
  std::snprintf(words, sizeof words, "%.*f", decimals, value);
  return words;
}

void watch_for_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    // A shell that started the program with the signal ignored (nohup, a background job) means it.
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

bool interrupted() {
  return interrupt_seen != 0;
}

}  // namespace handtint
