#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "editor/document/autosave.h"
#include "editor/document/things.h"
#include "editor/files/file_error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/small_disk.h"

using namespace handtint;
namespace fs = std::filesystem;

namespace {

constexpr int width = 60, height = 40;
constexpr Extent photo_size{width, height};

PhotoReference reference() {
  return {{"/pictures/aunt.jpg", 1234, std::string(64, 'a')}, width, height};
}

// The n-th stroke of a scripted hand; from its place one can tell which it is.
Stroke scripted_stroke(int n) {
  Stroke stroke;
  stroke.colour = {0.1f, 0.2f, 0.3f};
  for (int i = 0; i < 40; ++i) stroke.points.push_back({static_cast<float>(n) + 0.3f, 0.7f * static_cast<float>(i), 2});
  return stroke;
}

ImportedMask some_mask() {
  auto mask = std::make_shared<StrokeMask>(width, height);
  mask->drawn(5, 5) = 1;
  mask->colour(5, 5) = {1, 2, 3};
  return mask;
}

bool same_content(const DocumentState& p, const DocumentState& q) {
  bool same = p.strokes.size() == q.strokes.size() && p.settings == q.settings && p.coat == q.coat &&
              p.palette == q.palette && p.lasso == q.lasso && p.position == q.position &&
              p.history.size() == q.history.size();
  for (std::size_t i = 0; same && i < p.strokes.size(); ++i) {
    const Stroke &s = *p.strokes[i], &t = *q.strokes[i];
    same = s.id == t.id && s.kind == t.kind && same_colour(s.colour, t.colour) && s.natural == t.natural &&
           s.strength == t.strength && s.points == t.points && s.thing == t.thing && s.name == t.name &&
           s.hidden == t.hidden;
  }
  return same && (p.imported && q.imported ? *p.imported == *q.imported : !p.imported && !q.imported);
}

// What lies in the folder, read as another process would after this one's death. The lock of this process is passed
// over.
DocumentState state_on_disk(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".journal") return read_recovery(entry.path()).session.state;
  }
  throw FileError(folder, "has no journal");
}

int journals_in(const fs::path& folder) {
  std::error_code error;
  int count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
    count += entry.path().extension() == ".journal";
  return count;
}

// Runs in a process of its own until it is killed: paints, undoes, recolours, and says after each stroke how many there
// are.
[[noreturn]] void paint_until_killed(const fs::path& folder, int report, int strokes_at_start, bool with_mask) {
  Document document(photo_size);
  Autosave autosave(folder);
  autosave.open(reference(), "/pictures/aunt.handtint");
  for (int n = 0; n < strokes_at_start; ++n) document.add(scripted_stroke(n));
  if (with_mask) document.import_mask(some_mask());
  autosave.prepare(document);
  autosave.flush();  // what a person needs to reach for the brush
  for (int n = strokes_at_start;; ++n) {
    document.add(scripted_stroke(n));
    autosave.record(document);
    if (n % 7 == 3) {
      document.undo();
      autosave.record(document);
      document.redo();
      autosave.record(document);
    }
    if (n % 5 == 2) {
      document.set_strength(std::vector<StrokeId>{document.strokes().back()->id}, 0.5f);
      autosave.record(document);
    }
    if (::write(report, &n, sizeof n) != sizeof n) _exit(1);
    ::usleep(200);
  }
}

}  // namespace

TEST_CASE("the journal follows the document through edits, undo, redo and new branches") {
  const ScratchFolder folder;
  Document document(photo_size);
  Autosave autosave(folder.path());
  autosave.open(reference(), {});
  autosave.prepare(document);
  autosave.flush();
  CHECK(journals_in(folder.path()) == 0);  // nothing was done yet
  CHECK(list_recoveries(folder.path()).empty());
  document.add(scripted_stroke(0));
  std::mt19937 random(4);
  for (int i = 0; i < 200; ++i) {
    const std::vector<StrokeId> some{random() % 20 + 1, random() % 20 + 1};
    switch (random() % 12) {
      case 0:
        document.undo();
        break;
      case 1:
        document.undo(), document.undo(), document.undo();
        break;
      case 2:
        document.redo();
        break;
      case 3:
        document.recolour(some, {0.5f, 0, static_cast<float>(random() % 100) / 100},
                          random() % 2 ? Step::fold : Step::own);
        break;
      case 4:
        document.remove(some);
        break;
      case 5:
        document.import_mask(random() % 2 ? some_mask() : nullptr);
        break;
      case 6: {
        Settings settings = document.settings();
        settings.edge = static_cast<float>(random() % 40) / 10;
        document.set_settings(settings, Step::fold);
        document.set_coat({.on = random() % 2 == 0, .dials = {.amount = static_cast<float>(random() % 5) / 4}});
        break;
      }
      case 7:
        document.take(edit_of_grouping(document.state(), some));
        document.take(edit_of_naming(document.state(), some, "Thing " + std::to_string(i)));
        break;
      case 8:
        document.take(edit_of_hiding(document.state(), some, random() % 2));
        break;
      default:
        document.add(scripted_stroke(i));
        break;
    }
    if (random() % 3) autosave.record(document);  // several edits may come at once
    if (random() % 4 == 0) {
      autosave.record(document);
      autosave.flush();
      REQUIRE(same_content(state_on_disk(folder.path()), document.state()));
    }
  }
  CHECK(autosave.problem().empty());

  // The recovered document can be undone to its beginning.
  autosave.record(document);
  autosave.flush();
  Document recovered(photo_size, state_on_disk(folder.path()));
  while (recovered.can_undo()) recovered.undo();
  CHECK(recovered.strokes().empty());
}

TEST_CASE("a large document is written by the thread, and nothing is lost meanwhile") {
  const ScratchFolder folder;
  Document document(photo_size);
  for (int n = 0; n < 3000; ++n) document.add(scripted_stroke(n));  // 120000 points
  Autosave autosave(folder.path());
  autosave.open(reference(), {});
  const auto start = std::chrono::steady_clock::now();
  autosave.record(document);
  for (int n = 0; n < 50; ++n) {
    document.add(scripted_stroke(n));
    autosave.record(document);
    if (n % 3 == 0) document.undo();
    autosave.record(document);
  }
  const double waited_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  autosave.flush();
  const double written_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  MESSAGE("101 records: the UI waited ", waited_ms, " ms, all on disk after ", written_ms, " ms");
  CHECK(waited_ms < 0.8 * written_ms);
  CHECK(same_content(state_on_disk(folder.path()), document.state()));
}

TEST_CASE("a recovered document has a journal before it is changed") {
  const ScratchFolder folder;
  Document document(photo_size);
  Autosave autosave(folder.path());
  autosave.open(reference(), {});
  autosave.prepare(document);
  autosave.record(document);
  autosave.flush();
  CHECK(journals_in(folder.path()) == 0);
  document = Document(photo_size, document.state(), false);  // as one that was recovered
  autosave.record(document);
  autosave.flush();
  CHECK(journals_in(folder.path()) == 1);
}

TEST_CASE("an unfinished journal is cleared away when it is old and nobody's") {
  const ScratchFolder folder;
  std::ofstream(folder / "1-1.unfinished") << "x";
  list_recoveries(folder.path());
  CHECK(folder.file_count() == 1);
  fs::last_write_time(folder / "1-1.unfinished", fs::file_time_type::clock::now() - std::chrono::hours(2));
  list_recoveries(folder.path());
  CHECK(folder.file_count() == 0);
}

TEST_CASE("a journal of a living process is not offered, one of a dead process is, and discard removes it") {
  const ScratchFolder folder;
  {
    Document document(photo_size);
    Autosave autosave(folder.path());
    autosave.open(reference(), "/pictures/aunt.handtint");
    document.add(scripted_stroke(1));
    autosave.record(document);
    CHECK(journals_in(folder.path()) == 1);
    CHECK(list_recoveries(folder.path()).empty());
    autosave.discard();
    CHECK(journals_in(folder.path()) == 0);
    CHECK(folder.file_count() == 0);
    document.add(scripted_stroke(2));
    autosave.record(document);  // after a save it goes on with a new journal
    CHECK(journals_in(folder.path()) == 1);
  }
  std::vector<Recovery> found = list_recoveries(folder.path());
  REQUIRE(found.size() == 1);
  CHECK(found[0].photo == "/pictures/aunt.jpg");
  CHECK(found[0].session_file == "/pictures/aunt.handtint");
  CHECK(found[0].bytes > 100);
  const Recovered recovered = read_recovery(found[0].journal);
  CHECK(recovered.session_file == "/pictures/aunt.handtint");
  CHECK(recovered.session.photo.sha256 == reference().sha256);
  CHECK(recovered.session.state.strokes.size() == 2);
  remove_recovery(found[0].journal);
  CHECK(list_recoveries(folder.path()).empty());
  CHECK(list_recoveries(folder / "none").empty());
}

TEST_CASE("a journal cut anywhere is readable up to the last whole line") {
  const ScratchFolder folder;
  {
    Document document(photo_size);
    Autosave autosave(folder.path());
    autosave.open(reference(), {});
    for (int n = 0; n < 12; ++n) {
      document.add(scripted_stroke(n));
      autosave.record(document);
    }
  }
  const fs::path journal = list_recoveries(folder.path()).at(0).journal;
  std::ifstream file(journal, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(file)), {});
  const std::size_t snapshot_end = whole.find('\n', whole.find('\n') + 1) + 1;
  int fewest = 99;
  for (std::size_t length = 0; length <= whole.size(); length += length < 400 ? 1 : 37) {
    std::ofstream(folder / "cut.journal", std::ios::binary) << whole.substr(0, length);
    if (length < snapshot_end) {
      CHECK_THROWS_AS(read_recovery(folder / "cut.journal"), FileError);
      continue;
    }
    const auto lines =
        static_cast<int>(std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
    const Session session = read_recovery(folder / "cut.journal").session;
    CHECK(static_cast<int>(session.state.strokes.size()) == lines - 1);
    fewest = std::min(fewest, lines - 1);
  }
  CHECK(fewest == 1);

  // A damaged line ends the reading, with a note; what came before stays.
  std::string damaged = whole;
  damaged[whole.size() - 200] = '\1';
  std::ofstream(folder / "cut.journal", std::ios::binary) << damaged;
  const Session session = read_recovery(folder / "cut.journal").session;
  CHECK(session.state.strokes.size() == 11);
  CHECK(session.notes.size() == 1);
  Document document(photo_size, session.state);
  CHECK(document.can_undo());
}

TEST_CASE("kill -9 at random moments, 20 times: the file opens and lacks at most the stroke in progress") {
  std::mt19937 random(std::random_device{}());
  int strokes = 0;
  for (int round = 0; round < 20; ++round) {
    const ScratchFolder folder;
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const int strokes_at_start = round % 4 == 3 ? 300 : 0;  // a snapshot that the thread writes, too
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      paint_until_killed(folder.path(), ends[1], strokes_at_start, round % 5 == 4);
    }
    ::close(ends[1]);
    int last = -1;
    REQUIRE(::read(ends[0], &last, sizeof last) == sizeof last);  // it paints now
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60000));
    REQUIRE(::kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    for (int n; ::read(ends[0], &n, sizeof n) == sizeof n;) last = n;  // what it said before it died
    ::close(ends[0]);

    const std::vector<Recovery> found = list_recoveries(folder.path());
    REQUIRE(found.size() == 1);
    const Recovered recovered = read_recovery(found[0].journal);
    CHECK(recovered.session.notes.empty());
    const StrokeList& read = recovered.session.state.strokes;
    for (std::size_t n = 0; n < read.size(); ++n) CHECK(read[n]->points == scripted_stroke(static_cast<int>(n)).points);
    CHECK(static_cast<int>(read.size()) >= last + 1);
    CHECK(static_cast<int>(read.size()) <= last + 2);
    Document document(photo_size, recovered.session.state);
    while (document.can_undo()) document.undo();
    CHECK(document.strokes().empty());
    strokes += last + 1 - strokes_at_start;
  }
  MESSAGE(strokes, " strokes painted");
  CHECK(strokes > 20);
}

TEST_CASE("a full disk, a folder that cannot be made: a reason, and it goes on when there is room again") {
  const ScratchFolder folder;
  std::ofstream(folder / "file") << "in the way";
  Document document(photo_size);
  document.add(scripted_stroke(0));
  {
    Autosave autosave(folder / "file/recovery");
    autosave.open(reference(), {});
    autosave.record(document);
    CHECK_FALSE(autosave.problem().empty());
    fs::remove(folder / "file");
    document.add(scripted_stroke(1));
    autosave.record(document);
    CHECK(autosave.problem().empty());
    CHECK(same_content(state_on_disk(folder / "file/recovery"), document.state()));
  }
  const fs::path disk = folder / "disk";
  Autosave autosave(disk);
  autosave.open(reference(), {});
  autosave.record(document);
  REQUIRE(autosave.problem().empty());
  const auto room = fs::file_size(fs::directory_iterator(disk)->path());
  const DocumentState before = document.state();

  std::string problem;
  {
    const SmallDisk small(room + 100);
    document.add(scripted_stroke(2));
    autosave.record(document);
    problem = autosave.problem();
  }
  CHECK(problem.find("recovery file") != std::string::npos);
  CHECK(same_content(state_on_disk(disk), before));  // half a line is taken back

  document.add(scripted_stroke(3));
  autosave.record(document);
  CHECK(autosave.problem().empty());
  CHECK(same_content(state_on_disk(disk), document.state()));
}

TEST_CASE("the folder follows XDG") {
  const char* before = std::getenv("XDG_STATE_HOME");
  const std::string kept = before ? before : "";
  ::setenv("XDG_STATE_HOME", "/somewhere/state", 1);
  CHECK(recovery_folder() == "/somewhere/state/handtint/recovery");
  ::setenv("XDG_STATE_HOME", "relative", 1);
  CHECK(recovery_folder().is_absolute());
  before ? ::setenv("XDG_STATE_HOME", kept.c_str(), 1) : ::unsetenv("XDG_STATE_HOME");
}
