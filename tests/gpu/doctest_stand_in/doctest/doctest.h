// A stand-in for doctest, of what test_cuda uses of it and no more: so that the proof on a GPU is built with nothing
// but a compiler, CMake and nvcc (tests/gpu/prove.sh). It says which expression failed, not what its sides were.
#pragma once

#include <cstdio>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace doctest {

struct Case {
  const char* name;
  void (*body)();
};
inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}
struct Registered {
  Registered(const char* name, void (*body)()) { cases().push_back({name, body}); }
};

struct Abandoned {};  // by REQUIRE
inline int checks = 0, failures = 0;

template <class... Parts>
std::string words(const Parts&... parts) {
  std::ostringstream all;
  (all << ... << parts);
  return all.str();
}

// What is being looked at, for the lines about failures.
inline std::vector<std::string> scopes;
struct Scope {
  explicit Scope(std::string what) { scopes.push_back(std::move(what)); }
  ~Scope() { scopes.pop_back(); }
};

inline bool judge(bool holds, const char* file, int line, const std::string& what) {
  ++checks;
  if (holds) return true;
  ++failures;
  std::printf("%s:%d: does not hold: %s\n", file, line, what.c_str());
  for (const std::string& scope : scopes) std::printf("  %s\n", scope.c_str());
  return false;
}

// '*' stands for anything.
inline bool matches(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') return matches(text, pattern.substr(1)) || (!text.empty() && matches(text.substr(1), pattern));
  return !text.empty() && text[0] == pattern[0] && matches(text.substr(1), pattern.substr(1));
}

// Options: -tc=PATTERN (only these cases), -tce=PATTERN,PATTERN (not these).
class Context {
 public:
  Context(int argc, char** argv) : options_(argv + 1, argv + argc) {}
  int run() const {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // who is stopped has said how far it was
    int ran = 0, failed = 0;
    for (const Case& c : cases()) {
      if (listed(c.name, "-tce=", false) || !listed(c.name, "-tc=", true)) continue;
      const int before = failures;
      try {
        c.body();
      } catch (const Abandoned&) {
      } catch (const std::exception& error) {
        judge(false, c.name, 0, error.what());
      }
      ++ran;
      failed += failures > before;
      std::printf("%s: %s\n", failures > before ? "FAILED" : "passed", c.name);
    }
    std::printf("%d cases, %d failed; %d checks, %d failed\n", ran, failed, checks, failures);
    return failures > 0;
  }

 private:
  bool listed(std::string_view name, std::string_view option, bool if_not_given) const {
    for (std::string_view given : options_) {
      if (given.substr(0, option.size()) != option) continue;
      for (given.remove_prefix(option.size()); !given.empty();) {
        const std::size_t end = given.find(',');
        if (matches(name, given.substr(0, end))) return true;
        given.remove_prefix(end == std::string_view::npos ? given.size() : end + 1);
      }
      return false;
    }
    return if_not_given;
  }
  std::vector<std::string_view> options_;
};

}  // namespace doctest

#define STAND_IN_JOINED(a, b) a##b
#define STAND_IN_NAME(a, line) STAND_IN_JOINED(a, line)
#define TEST_CASE(name)                                                                                             \
  static void STAND_IN_NAME(test_case_, __LINE__)();                                                                \
  static const doctest::Registered STAND_IN_NAME(registered_, __LINE__)(name, STAND_IN_NAME(test_case_, __LINE__)); \
  static void STAND_IN_NAME(test_case_, __LINE__)()
#define CHECK(...) (void)doctest::judge(static_cast<bool>(__VA_ARGS__), __FILE__, __LINE__, #__VA_ARGS__)
#define CHECK_MESSAGE(what, ...) \
  (void)doctest::judge(static_cast<bool>(what), __FILE__, __LINE__, doctest::words(#what ": ", __VA_ARGS__))
#define REQUIRE(...)                                                                                                   \
  do {                                                                                                                 \
    if (!doctest::judge(static_cast<bool>(__VA_ARGS__), __FILE__, __LINE__, #__VA_ARGS__)) throw doctest::Abandoned(); \
  } while (false)
#define INFO(...) const doctest::Scope STAND_IN_NAME(scope_, __LINE__)(doctest::words(__VA_ARGS__))
#define MESSAGE(...) std::cout << doctest::words(__VA_ARGS__) << std::endl
