#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "editor/files/atomic_file.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/small_disk.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a committed file holds what was written, seeks included") {
  ScratchFolder folder;
  const fs::path target = folder / "out.bin";
  AtomicFile file(target);
  file.write("0123456789", 10);
  CHECK(file.seek(2, SEEK_SET) == 2);
  file.write("xy", 2);
  char back[4] = {};
  CHECK(file.seek(0, SEEK_SET) == 0);
  CHECK(file.read(back, 3) == 3);
  CHECK(std::string(back) == "01x");
  CHECK_FALSE(fs::exists(target));
  file.commit();
  CHECK(content_of(target) == "01xy456789");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("an abandoned file leaves the old one and nothing else") {
  ScratchFolder folder;
  const fs::path target = folder / "out.txt";
  write_text_file(target, "old");
  {
    AtomicFile file(target);
    file.write("new", 3);
  }
  CHECK(content_of(target) == "old");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("of a program that is killed nothing stays where files can be without a name") {
  ScratchFolder folder;
  const std::string here = folder / "";
  const int probe = ::open(here.c_str(), O_TMPFILE | O_RDWR, 0600);
  if (probe < 0) return;
  ::close(probe);
  const pid_t child = fork();
  if (child == 0) {
    AtomicFile file(folder / "film.mkv");
    file.write("half of it", 10);
    std::raise(SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  CHECK(folder.file_count() == 0);
}

TEST_CASE("replacing keeps permissions and symbolic links") {
  ScratchFolder folder;
  const fs::path real = folder / "real.txt", link = folder / "link.txt";
  write_text_file(real, "old");
  fs::permissions(real, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  fs::create_symlink("real.txt", link);
  write_text_file(link, "new");
  CHECK(fs::is_symlink(link));
  CHECK(content_of(real) == "new");
  CHECK((fs::status(real).permissions() & fs::perms::mask) ==
        (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));
}

TEST_CASE("a new file obeys the umask") {
  ScratchFolder folder;
  const mode_t before = umask(027);
  write_text_file(folder / "out.txt", "x");
  umask(before);
  CHECK((fs::status(folder / "out.txt").permissions() & fs::perms::mask) == static_cast<fs::perms>(0640));
}

TEST_CASE("a relative name without a folder works") {
  ScratchFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  write_text_file("here.txt", "x");
  fs::current_path(before);
  CHECK(content_of(folder / "here.txt") == "x");
}

TEST_CASE("a full disk is told by name and leaves the target as it was") {
  ScratchFolder folder;
  const fs::path target = folder / "out.txt";
  write_text_file(target, "old");
  std::string told;
  {
    SmallDisk disk(4096);
    try {
      write_text_file(target, std::string(10'000, 'x'));
    } catch (const FileError& error) {
      told = error.what();
    }
  }
  CHECK(told.find(target.string()) != std::string::npos);
  CHECK(told.find("cannot be written") != std::string::npos);
  CHECK(content_of(target) == "old");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("a limit on file sizes does not end the process, and the signal does not come later") {
  ScratchFolder folder;
  bool refused = false;
  {
    SmallDisk disk(4096);
    std::signal(SIGXFSZ, SIG_DFL);  // which would end it
    try {
      write_text_file(folder / "out.txt", std::string(10'000, 'x'));
    } catch (const FileError&) {
      refused = true;
    }
  }
  sigset_t pending;
  sigpending(&pending);
  CHECK(refused);
  CHECK(sigismember(&pending, SIGXFSZ) == 0);
  CHECK(folder.file_count() == 0);
}

TEST_CASE("targets that cannot be are refused at once") {
  ScratchFolder folder;
  CHECK_THROWS_AS(AtomicFile(folder / "missing" / "out.txt"), FileError);
  CHECK_THROWS_AS(AtomicFile(folder.path()), FileError);
  CHECK_THROWS_AS(AtomicFile("/dev/full"), FileError);
  CHECK_THROWS_AS(AtomicFile(""), FileError);
  CHECK_THROWS_AS(AtomicFile("/proc/handtint.txt"), FileError);
  write_text_file(folder / "file", "x");
  CHECK_THROWS_AS(AtomicFile(folder / "file" / "out.txt"), FileError);
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("a replaced file keeps its group and loses what would run as somebody else") {
  ScratchFolder folder;
  const fs::path target = folder / "out.txt";
  write_text_file(target, "old");
  const bool other_group = ::chown(target.c_str(), static_cast<uid_t>(-1), 12345) == 0;  // the superuser may
  REQUIRE(::chmod(target.c_str(), 06755) == 0);
  write_text_file(target, "new");
  struct stat status {};
  REQUIRE(::stat(target.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0755);
  if (other_group) CHECK(status.st_gid == 12345);
  CHECK(content_of(target) == "new");
}

TEST_CASE("a dangling link is written where it points, and stays a link") {
  ScratchFolder folder;
  fs::create_directory(folder / "there");
  fs::create_symlink("there/real.txt", folder / "first");
  fs::create_symlink("first", folder / "second");
  write_text_file(folder / "second", "new");
  CHECK(fs::is_symlink(folder / "first"));
  CHECK(fs::is_symlink(folder / "second"));
  CHECK(content_of(folder / "there" / "real.txt") == "new");

  fs::create_symlink("endless", folder / "endless");
  CHECK_THROWS_AS(write_text_file(folder / "endless", "x"), FileError);
  CHECK(fs::is_symlink(folder / "endless"));
}

TEST_CASE("a file without permission to write is not replaced") {
  ScratchFolder folder;
  const fs::path target = folder / "out.txt";
  write_text_file(target, "old");
  fs::permissions(target, fs::perms::owner_read);
  CHECK_THROWS_AS(write_text_file(target, "new"), FileError);
  CHECK(content_of(target) == "old");
  CHECK(folder.file_count() == 1);
}
