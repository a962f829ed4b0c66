// kill_journal ROUNDS [SEED [WIDTHxHEIGHT [AT_ONCE]]]: kills a process that paints at a hand's pace ROUNDS times,
// AT_ONCE of them beside one another, and reads what it left. No stroke that had ended may be missing. Without a
// window, so that a thousand rounds take minutes; tests/window/test_kill.sh does it with one.
//
// A third of the rounds has an imported mask of that size: imported while the hand paints, or in the session that it
// began with, or imported and then given another colour.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "editor/document/autosave.h"
#include "tests/support/scratch_folder.h"

namespace {

using namespace handtint;
namespace fs = std::filesystem;

constexpr Rgb marked = {1, 0, 0};
enum Kind { bare, imported, in_session, recoloured, kinds };
constexpr const char* names[kinds] = {"no mask", "a mask imported", "a mask in the session", "a mask recoloured"};

// What all rounds begin with: the processes that they fork share it.
struct Ground {
  Extent photo;
  PhotoReference reference;
  ImportedMask mask;  // packed
  fs::path session_file;
  std::string session_sha256;
};

// Noise in an eighth of the rows: it takes long to pack, but also to read again.
ImportedMask noise(Extent size) {
  auto mask = std::make_shared<StrokeMask>(size.width, size.height);
  std::mt19937 random(1);
  for (std::size_t i = 0; i < mask->colour.size() / 8; ++i) {
    const unsigned r = random();
    if (r >> 24 >= 20) continue;
    mask->drawn.data()[i] = 1;
    mask->colour.data()[i] = {static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(r >> 8),
                              static_cast<std::uint8_t>(r >> 16)};
  }
  mask->drawn(0, 0) = 1;
  mask->colour(0, 0) = {255, 0, 0};
  return mask;
}

void pause(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

// Of which stroke the mask is imported.
int import_before(unsigned seed) {
  return static_cast<int>(seed / 9 % 4);
}

// Until it is killed; writes a byte for each stroke whose end is recorded.
[[noreturn]] void paint(const Ground& ground, Kind kind, unsigned seed, const fs::path& folder, int report) {
  std::mt19937 random(seed);
  const auto up_to = [&](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
  DocumentState state;
  if (kind == in_session) state.imported = ground.mask;
  Document document(ground.photo, std::move(state));
  Autosave autosave(folder);
  if (kind == in_session)
    autosave.open(ground.reference, ground.session_file, ground.session_sha256, true);
  else
    autosave.open(ground.reference, {});
  autosave.prepare(document);
  for (int n = 0;; ++n) {
    Stroke stroke;
    stroke.colour = {0.2f, 0.4f, 0.6f};
    for (int i = 0, points = 4 + up_to(8); i < points; ++i) {
      stroke.points.push_back({static_cast<float>(up_to(50)), static_cast<float>(n % 50), 3});
      pause(8);
    }
    if ((kind == imported || kind == recoloured) && n == import_before(seed)) {
      document.import_mask(ground.mask);
      autosave.record(document);
      if (kind == recoloured) document.replace_colour(marked, {0, 0, 1});
      if (kind == recoloured) autosave.record(document);
    }
    document.add(std::move(stroke));
    autosave.record(document);
    if (::write(report, "s", 1) != 1) _exit(1);
    pause(10 + up_to(60));
  }
}

// What is wrong with the journal that was left; empty if nothing is.
std::string fault_of(const Ground& ground, Kind kind, unsigned seed, const fs::path& folder, std::size_t ended) {
  const std::vector<Recovery> found = list_recoveries(folder);
  if (found.size() != 1) return std::to_string(found.size()) + " recovery files";
  if (found[0].damage != Damage::none) return "the recovery file is damaged";
  const Recovered recovered = read_recovery(found[0].journal);
  const DocumentState& state = recovered.session.state;
  if (state.strokes.size() < ended || state.strokes.size() > ended + 1)
    return std::to_string(ended) + " strokes were ended, " + std::to_string(state.strokes.size()) + " are recovered";
  for (std::size_t n = 0; n < state.strokes.size(); ++n)
    if (state.strokes[n]->points.empty() || state.strokes[n]->points[0].y != static_cast<float>(n % 50))
      return "stroke " + std::to_string(n) + " is another one";
  const bool may_lack = kind != in_session && static_cast<int>(ended) <= import_before(seed);
  if (!state.imported) return kind == bare || may_lack ? "" : "the mask is missing";
  if (kind == bare) return "there is a mask";
  if (kind != recoloured && *state.imported != *ground.mask) return "the mask is another one";
  if (kind != recoloured && !recovered.session.notes.empty()) return recovered.session.notes[0];
  return {};
}

struct Outcome {
  int rounds = 0, strokes = 0, faults = 0, with_mask = 0;
};

void run_round(const Ground& ground, unsigned seed, Outcome& outcome) {
  std::mt19937 random(seed);
  const unsigned draw = random();
  const Kind kind = draw % 3 != 0 ? bare : static_cast<Kind>(imported + draw / 3 % 3);
  const ScratchFolder folder;
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    paint(ground, kind, seed, folder.path(), ends[1]);
  }
  ::close(ends[1]);
  std::string reported(1, ' ');
  const bool began = ::read(ends[0], reported.data(), 1) == 1;
  pause(static_cast<int>(random() % 2000));
  const bool hidden = list_recoveries(folder.path()).empty();
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  std::size_t ended = began ? 1 : 0;
  for (char stroke; ::read(ends[0], &stroke, 1) == 1;) ++ended;
  ::close(ends[0]);

  const std::string fault = !began    ? "it ended by itself"
                            : !hidden ? "the file of a living program is offered"
                                      : fault_of(ground, kind, seed, folder.path(), ended);
  if (!fault.empty()) std::printf("SEED=%u, %s: %s\n", seed, names[kind], fault.c_str());
  std::fflush(stdout);
  outcome.rounds += 1;
  outcome.strokes += static_cast<int>(ended);
  outcome.faults += fault.empty() ? 0 : 1;
  outcome.with_mask += kind == bare ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 0;
  const unsigned seed = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : std::random_device{}() % 1'000'000;
  Ground ground{{2400, 1600}, {}, {}, {}, {}};
  if (argc > 3) std::sscanf(argv[3], "%dx%d", &ground.photo.width, &ground.photo.height);
  const int at_once = argc > 4 ? std::atoi(argv[4]) : 2;
  if (rounds < 1 || at_once < 1) return std::fputs("kill_journal ROUNDS [SEED [WIDTHxHEIGHT [AT_ONCE]]]\n", stderr), 2;
  std::printf("SEED=%u, %d rounds, mask of %d x %d\n", seed, rounds, ground.photo.width, ground.photo.height);
  std::fflush(stdout);

  const ScratchFolder folder;
  ground.reference = {{"/pictures/aunt.jpg", 1234, std::string(64, 'a')}, ground.photo.width, ground.photo.height};
  ground.mask = noise(ground.photo);
  Autosave::pack(ground.mask);
  Session session{ground.reference, {}, {}};
  session.state.imported = ground.mask;
  ground.session_file = folder / "aunt.handtint";
  ground.session_sha256 = write_session(ground.session_file, session).sha256;

  // No threads here: each worker forks painters.
  std::array<int, 2> results{};
  if (::pipe(results.data()) != 0) return 1;
  for (int worker = 0; worker < at_once; ++worker) {
    if (::fork() != 0) continue;
    Outcome outcome;
    try {
      for (int round = worker; round < rounds; round += at_once)
        run_round(ground, seed + static_cast<unsigned>(round), outcome);
    } catch (const std::exception& error) {
      std::printf("%s\n", error.what());
      ++outcome.faults;
    }
    std::fflush(stdout);
    _exit(::write(results[1], &outcome, sizeof outcome) == sizeof outcome ? 0 : 1);
  }
  ::close(results[1]);
  Outcome all;
  for (Outcome one; ::read(results[0], &one, sizeof one) == sizeof one;) {
    all.rounds += one.rounds;
    all.strokes += one.strokes;
    all.faults += one.faults;
    all.with_mask += one.with_mask;
  }
  while (::wait(nullptr) > 0) continue;
  std::printf("%d kills, %d with a mask, %d strokes ended, %d faults\n", all.rounds, all.with_mask, all.strokes,
              all.faults);
  return all.rounds == rounds && all.faults == 0 && all.strokes > rounds ? 0 : 1;
}
