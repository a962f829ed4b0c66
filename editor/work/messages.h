// What the person is to be told, oldest first.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "solver/tr.h"

namespace handtint {

struct Notice {
  std::string text;
  bool problem = false;
};

// One line for a person.
inline std::string text_of(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error)) return tr("There is not enough memory for this.");
  return error.what();
}

class Messages {
 public:
  void tell(std::string text, bool problem = false) { notices_.push_back({std::move(text), problem}); }
  std::vector<Notice> take() { return std::exchange(notices_, {}); }

 private:
  std::vector<Notice> notices_;
};

}  // namespace handtint
