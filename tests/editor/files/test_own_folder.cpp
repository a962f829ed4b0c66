#include <doctest/doctest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>

#include "editor/files/own_folder.h"
#include "editor/files/paths.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

// A variable of the environment, as it was when this ends.
class Without {
 public:
  explicit Without(const char* name) : name_(name) {
    if (const char* value = std::getenv(name)) before_ = value;
    ::unsetenv(name);
  }
  ~Without() {
    if (before_) ::setenv(name_, before_->c_str(), 1);
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("without HOME the system's list of users says where home is") {
  const Without home("HOME"), state("XDG_STATE_HOME");
  const passwd* entry = ::getpwuid(::geteuid());
  const fs::path expected = entry ? fs::path(entry->pw_dir) : fs::path("/tmp/handtint-" + std::to_string(::geteuid()));
  CHECK(home_folder() == expected);
  CHECK(xdg_folder("XDG_STATE_HOME", ".local/state") == expected / ".local/state");
}

TEST_CASE("folders are closed to others, those that were open before too") {
  const ScratchFolder scratch;
  make_own_folder(scratch / "a/handtint/recovery");
  for (const char* name : {"a", "a/handtint", "a/handtint/recovery"}) CHECK(mode_of(scratch / name) == 0700);
  fs::create_directory(scratch / "open");
  REQUIRE(::chmod((scratch / "open").c_str(), 0777) == 0);
  make_own_folder(scratch / "open");
  CHECK(mode_of(scratch / "open") == 0700);
  std::ofstream(scratch / "file") << "in the way";
  CHECK_THROWS_AS(make_own_folder(scratch / "file"), FileError);
  CHECK_THROWS_AS(make_own_folder(scratch / "file/inside"), FileError);
}

TEST_CASE("a file is closed to others, and a link in its place is not followed") {
  const ScratchFolder scratch;
  const fs::path victim = scratch / "victim", target = scratch / "own/preferences.json";
  std::ofstream(victim) << "precious";
  make_own_folder(target.parent_path());
  fs::create_symlink(victim, target);
  write_own_text_file(target, "mine");
  CHECK(text_of(victim) == "precious");
  CHECK(fs::is_regular_file(fs::symlink_status(target)));
  CHECK(text_of(target) == "mine");
  CHECK(mode_of(target) == 0600);
  REQUIRE(::chmod(target.c_str(), 0644) == 0);
  write_own_text_file(target, "again");
  CHECK(mode_of(target) == 0600);
}

TEST_CASE("what another user planted is refused") {
  if (::geteuid() != 0) return;  // only root can play two users
  const ScratchFolder scratch;
  constexpr uid_t other = 12345;
  const fs::path common = scratch / "common";
  fs::create_directory(common);
  REQUIRE(::chmod(common.c_str(), 01777) == 0);
  fs::create_directory(common / "theirs");
  fs::create_directory(scratch / "victim");
  REQUIRE(::chown((common / "theirs").c_str(), other, other) == 0);
  fs::create_directory_symlink(scratch / "victim", common / "link");
  REQUIRE(::lchown((common / "link").c_str(), other, other) == 0);
  CHECK_THROWS_AS(make_own_folder(common / "theirs"), FileError);
  CHECK_THROWS_AS(make_own_folder(common / "link"), FileError);
  CHECK_THROWS_AS(make_own_folder(common / "link/handtint"), FileError);
  REQUIRE(::chmod((common / "theirs").c_str(), 0777) == 0);
  CHECK_THROWS_AS(make_own_folder(common / "theirs/handtint"), FileError);
  CHECK(fs::is_empty(scratch / "victim"));
  CHECK_NOTHROW(make_own_folder(common / "mine"));
}
