// The words of help and of complaints about the command line, in the person's language: what CLI11 says itself, too.
#pragma once

#include <initializer_list>
#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace handtint {

// What stands below a command's options: paragraphs that tr() knows, broken into lines, and examples as they are typed.
std::string footer(std::initializer_list<const char*> paragraphs, const std::string& examples);

// Into lines of a terminal, each ended.
std::string in_lines(const std::string& paragraph);

// The headings of all help. When every command has been added.
void translate_headings(CLI::App& app);

// What was wrong with the command line, as CLI11 found it. What is in none of its usual words stays as it is.
std::string words_of(const CLI::ParseError& error);

}  // namespace handtint
