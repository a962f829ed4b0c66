// What the commands of the program `handtint` share: how they end, and how they speak.
//
// Results go to standard output, complaints and the progress bar to standard error. A complaint is one line:
// "handtint: PATH: what is wrong; what to do".
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace handtint {

enum class Exit { done = 0, failed = 1, usage = 2, backend_not_usable = 3, cancelled = 130 };

// Thrown by a command; main turns them into Exit::usage and Exit::backend_not_usable. Any other exception:
// Exit::failed.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct BackendNotUsable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What the chosen command does, once the whole command line has been understood.
using Run = std::function<Exit()>;

// Each adds a command with its options and help to the parser. When the command is chosen, parsing sets `run`.
void add_colorize_command(CLI::App& app, Run& run);
void add_edit_command(CLI::App& app, Run& run);
void add_export_command(CLI::App& app, Run& run);
void add_film_command(CLI::App& app, Run& run);
void add_mask_command(CLI::App& app, Run& run);
void add_predict_command(CLI::App& app, Run& run);
void add_suggest_command(CLI::App& app, Run& run);
void add_info_command(CLI::App& app, Run& run);
void add_backends_command(CLI::App& app, Run& run);
void add_describe_command(CLI::App& app, Run& run);  // hidden, as what follows
void add_thumbnail_command(CLI::App& app, Run& run);
void add_try_network_command(CLI::App& app, Run& run);

// One line on standard error; may be called from several threads. Line breaks in the text become spaces.
void complain(std::string_view text);

// How many characters a terminal shows of it, of UTF-8; and the text filled up with spaces to as many.
std::size_t characters_in(std::string_view text);
std::string padded(std::string text, std::size_t characters);

// 0.25 as "0.25", as short as it goes; and as "0.250".
std::string short_number(double value);
std::string number(double value, int decimals);

// Ctrl-C and requests to end the program set a flag that the work looks at; the second one ends it at once.
void watch_for_interrupts();
bool interrupted();

}  // namespace handtint
