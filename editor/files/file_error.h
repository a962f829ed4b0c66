// What every reader and writer of files throws: one sentence naming the file, what is wrong and what to do.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

namespace handtint {

class FileError : public std::runtime_error {
 public:
  // what() becomes "PATH: PROBLEM". The problem is a sentence without a full stop that says the way out where there is
  // one.
  FileError(std::filesystem::path path, const std::string& problem)
      : std::runtime_error(path.string() + ": " + problem), path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace handtint
