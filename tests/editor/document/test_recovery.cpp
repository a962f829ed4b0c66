// What is found of a journal when something went wrong with it: damage, locks that fail, masks that were not packed
// yet.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "editor/document/autosave.h"
#include "editor/files/file_error.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

constexpr Extent photo_size{60, 40};

PhotoReference reference(Extent size = photo_size) {
  return {{"/pictures/aunt.jpg", 1234, std::string(64, 'a')}, size.width, size.height};
}

Stroke stroke_at(float x) {
  Stroke stroke;
  stroke.colour = {0.1f, 0.2f, 0.3f};
  for (int i = 0; i < 10; ++i) stroke.points.push_back({x, static_cast<float>(i), 2});
  return stroke;
}

// Noise: it takes long to pack.
ImportedMask noisy_mask(Extent size) {
  auto mask = std::make_shared<StrokeMask>(size.width, size.height);
  std::mt19937 random(3);
  for (std::size_t i = 0; i < mask->colour.size(); ++i) {
    mask->drawn.data()[i] = 1;
    const unsigned r = random();
    mask->colour.data()[i] = {static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(r >> 8),
                              static_cast<std::uint8_t>(r >> 16)};
  }
  return mask;
}

// A journal of so many strokes, left by a process that is gone.
fs::path journal_of(const fs::path& folder, int strokes) {
  Document document(photo_size);
  Autosave autosave(folder);
  autosave.open(reference(), "/pictures/aunt.handtint", std::string(64, 'b'));
  autosave.prepare(document);
  for (int n = 0; n < strokes; ++n) {
    document.add(stroke_at(static_cast<float>(n)));
    autosave.record(document);
  }
  autosave.flush();
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".journal") return entry.path();
  throw FileError(folder, "has no journal");
}

std::vector<std::string> lines_of(const fs::path& journal) {
  std::ifstream file(journal, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line + "\n");
  return lines;
}

void write_lines(const fs::path& journal, const std::vector<std::string>& lines) {
  std::ofstream file(journal, std::ios::binary);
  for (const std::string& line : lines) file << line;
}

// The test itself, in a process without locks.
#define SHIM_ENV "HANDTINT_TEST_NO_LOCKS_FOLDER"

}  // namespace

TEST_CASE("one bit that flips in any line is noticed, and costs no more than that line and what follows from it") {
  const ScratchFolder folder;
  const fs::path journal = journal_of(folder.path(), 5);
  const std::vector<std::string> whole = lines_of(journal);
  REQUIRE(whole.size() == 7);  // head, snapshot, five turns
  for (std::size_t line = 0; line < whole.size(); ++line) {
    for (std::size_t at = 1; at + 1 < whole[line].size(); at += 41) {
      std::vector<std::string> damaged = whole;
      damaged[line][at] = static_cast<char>(damaged[line][at] ^ 1);
      if (damaged[line][at] == '\n') continue;
      write_lines(journal, damaged);
      CAPTURE(line);
      CAPTURE(at);
      const std::vector<Recovery> found = list_recoveries(folder.path());
      REQUIRE(found.size() == 1);
      if (line == 1) {  // no snapshot, and no session file to take its part
        CHECK(found[0].damage == Damage::beyond_reading);
        CHECK_THROWS_AS(read_recovery(journal), FileError);
        continue;
      }
      CHECK(found[0].damage == Damage::some);
      CHECK(found[0].photo == "/pictures/aunt.jpg");  // a damaged first line hides nothing: the snapshot has it too
      const Recovered recovered = read_recovery(journal);
      CHECK(recovered.session.notes.size() == 1);
      CHECK(recovered.session.state.strokes.size() == (line == 0 ? 5 : line - 2));
    }
  }
  write_lines(journal, whole);
  const std::vector<Recovery> found = list_recoveries(folder.path());
  CHECK(found.at(0).damage == Damage::none);
  CHECK(read_recovery(journal).session_sha256 == std::string(64, 'b'));
}

TEST_CASE("what is no journal any more is listed as damaged, so that it can be discarded") {
  const ScratchFolder folder;
  std::ofstream(folder / "1-1.journal").flush();
  std::ofstream(folder / "1-2.journal") << std::string(5000, '\0');
  const std::vector<Recovery> found = list_recoveries(folder.path());
  REQUIRE(found.size() == 2);
  for (const Recovery& recovery : found) CHECK(recovery.damage == Damage::beyond_reading);
}

TEST_CASE("journals of version 1, without check sums, are still read") {
  const ScratchFolder folder;
  const Session session{reference(), {}, {}};
  std::string snapshot = session_to_text(session, {});
  std::erase(snapshot, '\n');
  const std::string stroke = R"({"id": 1, "kind": "colour", "colour": [0.1, 0.2, 0.3], "points": [1, 2, 3]})";
  const auto turn = [&](int keep) {
    return R"({"edits":[{"label":"Paint","strokes":[{"insert":0,"stroke":)" + stroke +
           "}]}],\"keep\":" + std::to_string(keep) + ",\"masks\":[],\"position\":" + std::to_string(keep + 1) + "}\n";
  };
  const std::string head = R"({"handtint_recovery":1,"photo":"/pictures/aunt.jpg","session_file":"/a.handtint"})";
  write_lines(folder / "1-1.journal", {head + "\n", snapshot + "\n", turn(0)});
  const std::vector<Recovery> found = list_recoveries(folder.path());
  REQUIRE(found.size() == 1);
  CHECK(found[0].session_file == "/a.handtint");
  CHECK(found[0].damage == Damage::none);
  CHECK(read_recovery(found[0].journal).session.state.strokes.size() == 1);

  write_lines(folder / "1-1.journal", {"{\"handti\n", snapshot + "\n", turn(0)});
  CHECK(list_recoveries(folder.path()).at(0).damage == Damage::some);
  CHECK(read_recovery(found[0].journal).session.state.strokes.size() == 1);
  // Without numbers nothing after a damaged line can be told to follow.
  write_lines(folder / "1-1.journal", {head + "\n", snapshot + "\n", "{\"edi\n", turn(0)});
  CHECK(read_recovery(found[0].journal).session.state.strokes.empty());
}

// Paints three strokes after `begin`, in a process of its own that dies at once: the threads have no time for anything.
template <class Begin>
Recovered paint_and_die(const fs::path& journals, Extent size, DocumentState state, const Begin& begin) {
  fs::remove_all(journals);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Document document(size, std::move(state));
    Autosave autosave(journals);
    begin(document, autosave);
    for (int n = 0; n < 3; ++n) {
      document.add(stroke_at(static_cast<float>(n)));
      autosave.record(document);
    }
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  const std::vector<Recovery> found = list_recoveries(journals);
  REQUIRE(found.size() == 1);
  CHECK(found[0].damage == Damage::none);
  Recovered recovered = read_recovery(found[0].journal);
  CHECK(recovered.session.state.strokes.size() == 3);
  Document document(size, recovered.session.state, false);
  while (document.can_undo()) document.undo();
  CHECK(document.strokes().empty());
  return recovered;
}

TEST_CASE("strokes on a mask of the session that is still being packed are in a file at once") {
  const ScratchFolder folder;
  constexpr Extent large{3000, 2000};
  const fs::path session_file = folder / "aunt.handtint", journals = folder / "recovery";
  Session session{reference(large), {}, {}};
  session.state.imported = noisy_mask(large);
  const SavedSession saved = write_session(session_file, session);
  const Recovered opened =
      paint_and_die(journals, large, read_session(session_file).state, [&](Document& document, Autosave& autosave) {
        autosave.open(reference(large), session_file, saved.sha256, true);
        autosave.prepare(document);
      });
  CHECK(fs::file_size(list_recoveries(journals)[0].journal) < 1'000'000);  // else this says nothing
  CHECK(opened.session.notes.empty());                                     // the session file still has the mask
  REQUIRE(opened.session.state.imported);
  CHECK(*opened.session.state.imported == *session.state.imported);
}

TEST_CASE("an imported mask is in the journal at once; a colour of it that was not packed yet is the one it had") {
  const ScratchFolder folder;
  constexpr Extent large{3000, 2000};
  auto mask = std::make_shared<StrokeMask>(*noisy_mask(large));
  mask->colour(3, 3) = {255, 0, 0};
  const auto begin = [&](bool recolour, bool pack) {
    return paint_and_die(folder / "recovery", large, {}, [&](Document& document, Autosave& autosave) {
      autosave.open(reference(large), {});
      autosave.prepare(document);
      if (pack) Autosave::pack(mask);
      document.import_mask(mask);
      autosave.record(document);
      if (recolour) document.replace_colour({1, 0, 0}, {0, 0, 1});
    });
  };
  const Recovered imported = begin(false, true);
  CHECK(imported.session.notes.empty());
  REQUIRE(imported.session.state.imported);
  CHECK(*imported.session.state.imported == *mask);

  const Recovered recoloured = begin(true, true);
  CHECK(recoloured.session.notes.size() == 1);
  REQUIRE(recoloured.session.state.imported);
  CHECK(*recoloured.session.state.imported == *mask);

  const Recovered lost = begin(false, false);  // nobody packed it
  CHECK(lost.session.notes.size() == 1);
  CHECK_FALSE(lost.session.state.imported);
}

TEST_CASE("a mask is in the journal as soon as it is packed, also one of several") {
  const ScratchFolder folder;
  Document document(photo_size);
  Autosave autosave(folder.path());
  autosave.open(reference(), {});
  autosave.prepare(document);
  const ImportedMask first = noisy_mask(photo_size);
  auto second = std::make_shared<StrokeMask>(*first);
  second->colour(3, 3) = {1, 2, 3};
  document.import_mask(first);
  autosave.record(document);
  document.import_mask(second);
  document.add(stroke_at(4));
  autosave.record(document);
  document.undo();
  document.undo();
  autosave.record(document);
  autosave.flush();
  fs::path journal;
  for (const auto& entry : fs::directory_iterator(folder.path())) journal = entry.path();
  const Recovered recovered = read_recovery(journal);
  CHECK(recovered.session.notes.empty());
  REQUIRE(recovered.session.state.imported);
  CHECK(*recovered.session.state.imported == *first);
  Document again(photo_size, recovered.session.state, false);
  again.redo();
  CHECK(*again.imported() == *second);
}

TEST_CASE("a journal is one's own: 0600 in a folder of 0700, and by no link") {
  const ScratchFolder folder;
  const fs::path journal = journal_of(folder / "recovery", 1);
  struct stat status {};
  REQUIRE(::stat(journal.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  REQUIRE(::stat((folder / "recovery").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0700);
  fs::create_symlink(journal, folder / "recovery/2-2.journal");
  CHECK(list_recoveries(folder / "recovery").size() == 1);
}

TEST_CASE("a lock that a reader holds does not hide a journal, a writer's does") {
  const ScratchFolder folder;
  const fs::path journal = journal_of(folder.path(), 1);
  const int reader = ::open(journal.c_str(), O_RDONLY);
  REQUIRE(::flock(reader, LOCK_SH) == 0);
  CHECK(list_recoveries(folder.path()).size() == 1);
  REQUIRE(::flock(reader, LOCK_EX) == 0);
  CHECK(list_recoveries(folder.path()).empty());
  ::close(reader);
}

// Runs in the process that the next case starts.
TEST_CASE("(without locks) paints until it is killed" * doctest::skip(!std::getenv(SHIM_ENV))) {
  const fs::path folder = std::getenv(SHIM_ENV);
  Document document(photo_size);
  Autosave autosave(folder);
  autosave.open(reference(), {});
  autosave.prepare(document);
  document.add(stroke_at(1));
  autosave.record(document);
  CHECK(list_recoveries(folder).empty());  // it lives
  std::ofstream(folder / "listed") << list_recoveries(folder).size();
  if (!fs::exists(folder / "die")) std::this_thread::sleep_for(std::chrono::seconds(60));
  ::kill(::getpid(), SIGKILL);
}

// Runs there too: what it finds.
TEST_CASE("(without locks) lists" * doctest::skip(!std::getenv(SHIM_ENV))) {
  const fs::path folder = std::getenv(SHIM_ENV);
  std::ofstream(folder / "found") << list_recoveries(folder).size();
}

TEST_CASE("where locks fail, the journal of a dead process is offered and that of a living one is not") {
  const ScratchFolder scratch;
  const std::string out = scratch / "out", err = scratch / "err";
  const fs::path folder = scratch / "recovery";
  fs::create_directory(folder);
  const std::string self = fs::read_symlink("/proc/self/exe");
  ::setenv(SHIM_ENV, folder.c_str(), 1);
  const std::vector<std::string> shim = {"env", "LD_PRELOAD=" HANDTINT_NO_LOCKS,
                                         "ASAN_OPTIONS=verify_asan_link_order=0", self};
  const auto with = [&](const char* name) {
    std::vector<std::string> command = shim;
    command.push_back(std::string("--test-case=(without locks) ") + name);
    return command;
  };
  const pid_t painter = start_program(with("paints*"), out, err);
  for (int i = 0; i < 600 && !fs::exists(folder / "listed"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  REQUIRE(fs::exists(folder / "listed"));
  CHECK(text_of(folder / "listed") == "0");
  CHECK(list_recoveries(folder).empty());  // of this process, where locks work but that one has none
  CHECK(run_program(with("lists*")).exit_code == 0);
  CHECK(text_of(folder / "found") == "0");

  REQUIRE(::kill(painter, SIGKILL) == 0);
  wait_for(painter);
  const std::vector<Recovery> found = list_recoveries(folder);
  REQUIRE(found.size() == 1);
  CHECK(read_recovery(found[0].journal).session.state.strokes.size() == 1);
  CHECK(run_program(with("lists*")).exit_code == 0);
  CHECK(text_of(folder / "found") == "1");
  ::unsetenv(SHIM_ENV);
}

TEST_CASE("what was discarded can be taken back until the program ends") {
  const ScratchFolder folder;
  const fs::path journal = journal_of(folder.path(), 2);
  const Recovery recovery = list_recoveries(folder.path()).at(0);
  {
    DiscardedRecoveries discarded;
    CHECK(discarded.discard(recovery));
    CHECK(list_recoveries(folder.path()).empty());
    CHECK(discarded.take_back(recovery));
    REQUIRE(list_recoveries(folder.path()).size() == 1);
    CHECK(list_recoveries(folder.path())[0].written == recovery.written);
    CHECK(read_recovery(journal).session.state.strokes.size() == 2);
    CHECK_FALSE(discarded.take_back(recovery));
    CHECK(discarded.discard(recovery));
  }
  CHECK(folder.file_count() == 0);

  // The program was killed: cleared away a day later.
  std::ofstream(folder / "1-1.discarded") << "x";
  list_recoveries(folder.path());
  CHECK(folder.file_count() == 1);
  fs::last_write_time(folder / "1-1.discarded", fs::file_time_type::clock::now() - std::chrono::hours(25));
  list_recoveries(folder.path());
  CHECK(folder.file_count() == 0);
}
