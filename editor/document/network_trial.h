// Other people's networks may end the program from inside of the library that runs them. So each is loaded and run in a
// process of its own first: `handtint try-network`, hidden from the help.
#pragma once

#include <stop_token>
#include <string>

namespace handtint {

// Loads the file in another process and, unless width is 0, asks it about a photo of that size. Throws
// std::runtime_error, in one line, what that process complains of, or that it ended. Does nothing where the program
// `handtint` is not beside the one that runs, and gives up when asked to stop.
void try_network(const std::string& file, int width, int height, std::stop_token stop = {});

// What that process does: the exit code; a complaint goes to standard output.
int run_network_trial(const std::string& file, int width, int height);

}  // namespace handtint
