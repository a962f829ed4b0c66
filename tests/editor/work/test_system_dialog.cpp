// On the bus of mock_portal.py, which does with a question what its title says.
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "editor/work/desktop_portal.h"
#include "editor/work/system_dialog.h"

namespace fs = std::filesystem;
using namespace handtint;
using Outcome = SystemAnswer::Outcome;

namespace {

// A folder with programs that are found before all others, and no other.
struct OnlyPrograms {
  OnlyPrograms() { setenv("PATH", folder.c_str(), 1); }
  ~OnlyPrograms() { fs::remove_all(folder); }
  void add(const std::string& name, const std::string& script) const {
    fs::create_directories(folder);
    std::ofstream(folder / name) << "#!/bin/sh\n" << script;
    fs::permissions(folder / name, fs::perms::owner_all);
  }
  fs::path folder = fs::temp_directory_path() / ("handtint-dialogs-" + std::to_string(getpid()));
};

SystemAnswer ask(const SystemQuestion& question) {
  return ask_system_dialog(question, {});
}

}  // namespace

TEST_CASE("the portal's dialog gives a file, byte by byte") {
  REQUIRE(may_have_portal());
  const OnlyPrograms none;
  SystemAnswer answer = ask({"open", "/photos", false, {}, {}, "x11:2a"});
  CHECK(answer.outcome == Outcome::chosen);
  CHECK(answer.file == "/photos/a photo #1.png");
  CHECK_FALSE(answer.ticked);
  answer = ask({"bytes", "/m\xfcnchen"});
  CHECK(answer.file.native() == "/m\xfcnchen/caf\xe9.png");
  answer = ask({"save", "/photos/a.handtint", true});
  CHECK(answer.outcome == Outcome::chosen);
  CHECK(answer.file == "/photos/a.handtint");
  answer = ask({"save", "/photos/caf\xe9.handtint", true});  // what it proposes is text
  CHECK(answer.file == "/photos/caf\ufffd.handtint");
}

TEST_CASE("the portal is told what can be opened, and a box may stand there") {
  const OnlyPrograms none;
  CHECK(ask({"options", "/p", false, {{"Photos", {".png", ".jp2"}}, {"Films", {".mp4"}}}}).file.native() ==
        "/p/Photos:*.[pP][nN][gG],*.[jJ][pP]2;Films:*.[mM][pP]4");
  const SystemAnswer answer = ask({"box", "/p", false, {}, "As a film"});
  CHECK(answer.file == "/p/As a film");
  CHECK(answer.ticked);
}

TEST_CASE("cancelled is no answer, and no other dialog comes") {
  const OnlyPrograms programs;
  programs.add("zenity", "echo /from/zenity");
  CHECK(ask({"cancel", "/p"}).outcome == Outcome::cancelled);
}

TEST_CASE("a portal that refuses, fails at once or dies is passed over for zenity, then told") {
  for (const char* title : {"refuses", "fails", "elsewhere", "dies"}) {
    CAPTURE(title);
    const OnlyPrograms programs;
    CHECK(ask({title, "/p"}).outcome == Outcome::no_dialog);
    for (int i = 0; i < 100 && ask({"cancel", "/p"}).outcome != Outcome::cancelled; ++i)  // until it is back
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    programs.add("zenity", R"(for a; do case $a in --file-filter=*) echo "$a" >"${0%/*}/filter";; esac; done
echo '/from/zenity')");
    const SystemAnswer answer = ask({title, "/p", false, {{"Photos", {".png"}}}});
    CHECK(answer.outcome == Outcome::chosen);
    CHECK(answer.file == "/from/zenity");
    std::string filter;
    std::getline(std::ifstream(programs.folder / "filter"), filter);
    CHECK(filter == "--file-filter=Photos | *.[pP][nN][gG]");
    for (int i = 0; i < 100 && ask({"cancel", "/p"}).outcome != Outcome::cancelled; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

TEST_CASE("a dialog that is not wanted any more is closed, and nobody waits for it") {
  const OnlyPrograms programs;
  std::stop_source source;
  std::thread later([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    source.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  CHECK(ask_system_dialog({"waits", "/p"}, source.get_token()).outcome == Outcome::cancelled);
  later.join();
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
  CHECK(ask({"closed", "/p"}).file == "/p/closed");
}

TEST_CASE("a program's dialog: cancelled, broken, not wanted any more") {
  const OnlyPrograms programs;
  programs.add("zenity", "exit 1");
  CHECK(ask({"refuses", "/p"}).outcome == Outcome::cancelled);
  programs.add("zenity", "exit 255");
  CHECK(ask({"refuses", "/p"}).outcome == Outcome::no_dialog);
  programs.add("zenity", "exec /bin/sleep 30");
  std::stop_source source;
  std::thread later([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    source.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  CHECK(ask_system_dialog({"refuses", "/p"}, source.get_token()).outcome == Outcome::cancelled);
  later.join();
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("the desktop says whether it is light and still") {
  const DesktopLook look = ask_desktop_look();
  REQUIRE(look.dark);
  CHECK_FALSE(*look.dark);
  CHECK(look.reduced_motion);
}
