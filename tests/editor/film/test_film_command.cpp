// `handtint film` as a person runs it.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "editor/film/dense_flow.h"
#include "editor/film/film_reader.h"
#include "editor/film/frame_source.h"
#include "solver/prediction/network.h"
#include "tests/editor/film/moving_square.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch_folder.h"

using namespace handtint;
using namespace handtint::tests;

namespace fs = std::filesystem;

namespace {

constexpr int frames = 10;

Outcome film(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {HANDTINT_PROGRAM, "film"});
  return run_program(arguments);
}

void check_done(const Outcome& outcome) {
  CHECK_MESSAGE(outcome.exit_code == 0, outcome.err);
}

void check_refused(const Outcome& outcome, const std::string& part) {
  CHECK(outcome.exit_code != 0);
  CHECK_MESSAGE(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1, outcome.err);
  CHECK_MESSAGE(outcome.err.find(part) != std::string::npos, outcome.err);
}

bool can_follow() {
  return why_no_dense_flow().empty();
}

// Grey frames and the first of them in colour.
struct Clip {
  ScratchFolder folder;
  std::string in = folder / "in", keys = folder / "keys", out = folder / "out";

  explicit Clip(int count = frames) {
    for (int n = 0; n < count; ++n) write_frame(in / fs::path(numbered("f%03d.png", n)), frame_light(n));
    write_frame(keys / fs::path("ref_000000.png"), frame_light(0), frame_colour(0));
  }
  fs::path made(int n) const { return out / fs::path(numbered("f%03d.png", n)); }
};

// 4:2:0 with 8 bits, as others' programs write it.
void write_y4m(const fs::path& path, int count, const char* header) {
  std::ofstream file(path, std::ios::binary);
  file << "YUV4MPEG2 W" << film_width << " H" << film_height << " F30000:1001 " << header << "\n";
  for (int n = 0; n < count; ++n) {
    file << "FRAME\n";
    for (float L : frame_light(n)) file.put(static_cast<char>(16 + static_cast<int>(L * 2)));
    for (int i = 0; i < film_width * film_height / 2; ++i) file.put(static_cast<char>(128));
  }
}

// Rings and stripes, which have nothing of the square and its ground.
Plane<float> other_things(int frame) {
  Plane<float> light(film_width, film_height);
  for (int y = 0; y < film_height; ++y)
    for (int x = 0; x < film_width; ++x)
      light(x, y) = static_cast<int>(std::hypot(x - 30 - frame, y - 32)) % 9 < 4
                        ? 92.0f
                        : static_cast<float>((7 * x + 3 * y) % 31);
  return light;
}

}  // namespace

TEST_CASE("colours go with what moves, and the light stays") {
  if (!can_follow()) return;
  const Clip clip;
  check_done(film({clip.in, "--keys", clip.keys, "-o", clip.out, "--network", "none"}));
  for (int n = 0; n < frames; ++n) {
    const Photo made = read_photo(clip.made(n)), grey = read_photo(clip.in / fs::path(numbered("f%03d.png", n)));
    CHECK_MESSAGE(colour_error(made, n) < (n == 0 ? 1.0f : 6.0f), n);
    for (std::size_t i = 0; i < grey.lightness.size(); ++i)
      REQUIRE(std::abs(made.lightness.data()[i] - grey.lightness.data()[i]) < 0.8f);
  }
  CHECK(!fs::exists(clip.out + ".work"));
}

TEST_CASE("colours do not cross a cut, and a shot without a key is told") {
  if (!can_follow()) return;
  const Clip clip(6);
  for (int n = 6; n < 12; ++n) write_frame(clip.in / fs::path(numbered("f%03d.png", n)), frame_light(n, 2));
  const Outcome outcome = film({clip.in, "--keys", clip.keys, "-o", clip.out, "--network", "none"});
  check_done(outcome);
  CHECK(outcome.err.find("1 of 2 shots have no key frame and stay grey") != std::string::npos);
  CHECK(!read_photo(clip.made(5)).a.empty());
  for (int n = 6; n < 12; ++n) CHECK(read_photo(clip.made(n)).a.empty());
}

TEST_CASE("a run that is killed goes on where it was, to the same bytes") {
  if (!can_follow()) return;
  const Clip clip;
  const std::string whole = clip.folder / "whole";
  check_done(film({clip.in, "--keys", clip.keys, "-o", whole, "--network", "none", "--threads", "2"}));
  const std::vector<std::string> command{HANDTINT_PROGRAM, "film",      clip.in, "--keys",  clip.keys, "-o",
                                         clip.out,         "--network", "none",  "--resume"};
  for (int round = 0; round < 4; ++round) {
    const pid_t child = start_program(command, clip.folder / "o", clip.folder / "e");
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + 60 * round));
    kill(child, SIGKILL);
    wait_for(child);
  }
  check_done(run_program(command));
  for (int n = 0; n < frames; ++n) CHECK(text_of(clip.made(n)) == text_of(whole / fs::path(numbered("f%03d.png", n))));
}

TEST_CASE("shots by themselves make what the whole makes; the motion is followed once") {
  if (!can_follow()) return;
  const Clip clip(5);
  for (int n = 5; n < 10; ++n) write_frame(clip.in / fs::path(numbered("f%03d.png", n)), frame_light(n, 2));
  write_frame(clip.keys / fs::path("ref_6.png"), frame_light(6, 2), frame_colour(6));
  const std::string whole = clip.folder / "whole", work = clip.folder / "work";
  check_done(film({clip.in, "--keys", clip.keys, "-o", whole, "--network", "none"}));
  check_done(film({clip.in, "-o", clip.out, "--work", work, "--survey"}));
  CHECK(!fs::exists(clip.out));
  for (const char* shot : {"2", "1-1"})
    check_done(
        film({clip.in, "--keys", clip.keys, "-o", clip.out, "--network", "none", "--work", work, "--shots", shot}));
  for (int n = 0; n < 10; ++n) CHECK(text_of(clip.made(n)) == text_of(whole / fs::path(numbered("f%03d.png", n))));
  check_refused(
      film({clip.in, "--keys", clip.keys, "-o", clip.out, "--network", "none", "--work", work, "--shots", "3"}),
      "there are 2 shots");
}

TEST_CASE("the cuts of a session are heeded") {
  if (!can_follow()) return;
  const Clip clip(6);
  const std::string session = clip.folder / "clip.handtint", work = clip.folder / "work";
  const auto write_session = [&](const std::string& shots) {
    std::ofstream(session) << R"({"version": "1.6", "film": {"path": "in", "width": )" << film_width
                           << R"(, "height": )" << film_height << "}, \"shots\": " << shots << ", \"painted\": []}";
  };
  write_session("[0, 4]");
  const Outcome outcome = film({session, "-o", clip.out, "--work", work, "--survey"});
  check_done(outcome);
  CHECK_MESSAGE(outcome.out.find("2 shots") != std::string::npos, outcome.out);
  std::ifstream kept(fs::path(work) / "shots.txt");
  const std::string text((std::istreambuf_iterator<char>(kept)), {});
  CHECK(text.ends_with("\n0\n4\n"));
  for (const char* wrong : {"[1]", "[0, 4, 4]", "[0, -1]", "4", "[\"a\"]"}) {
    write_session(wrong);
    check_refused(film({session, "-o", clip.out, "--work", work, "--survey"}), "shots");
  }
}

TEST_CASE("a reference colours shots without a key that show its things, once") {
  if (!can_follow() || !why_no_network().empty()) return;
  const Clip clip(6);
  for (int n = 6; n < 8; ++n) write_frame(clip.in / fs::path(numbered("f%03d.png", n)), other_things(n));
  const std::string reference = clip.keys + "/ref_000000.png", work = clip.folder / "work";
  const std::vector<std::string> command{clip.in,    "-o",        clip.out, "--work",      work,
                                         "--resume", "--network", "none",   "--reference", reference};
  const auto when_carried = [&] { return fs::last_write_time(work + "/forward/000004"); };
  const Outcome outcome = film(command);
  check_done(outcome);
  CHECK_MESSAGE(outcome.err.find("shot 2 shows other things than the reference and stays grey") != std::string::npos,
                outcome.err);
  for (int n = 0; n < 6; ++n) CHECK_MESSAGE(colour_error(read_photo(clip.made(n)), n) < 12, n);
  for (int n = 6; n < 8; ++n) CHECK(read_photo(clip.made(n)).a.empty());
  const auto first = when_carried();
  check_done(film(command));
  CHECK(when_carried() == first);
  check_refused(film({clip.in, "-o", clip.out, "--reference", clip.in + "/f000.png"}),
                "is grey and cannot be a reference");
  check_refused(film({clip.in, "-o", clip.out, "--reference-how", "mood"}), "give one with --reference");
}

TEST_CASE("another tool's frames lose their flicker") {
  if (!can_follow()) return;
  const Clip clip;
  const std::string prior = clip.folder / "prior";
  for (int n = 0; n < frames; ++n) {
    Chroma colour = frame_colour(n);
    for (float& a : colour.a) a += n % 2 ? 5 : -5;
    write_frame(prior / fs::path(numbered("%06d.png", n)), frame_light(n), colour);
  }
  check_done(film({clip.in, "--prior", prior, "-o", clip.out}));
  const auto ground = [&](int n) { return read_photo(clip.made(n)).a(90, 60); };
  for (int n = 3; n < 7; ++n) CHECK(std::abs(ground(n) - ground(n - 1)) < 5);
  CHECK(colour_error(read_photo(clip.made(5)), 5) < 6);
}

TEST_CASE("a film file keeps its luma to the bit and its times") {
  if (!can_follow()) return;
  const Clip clip;
  const std::string in = clip.folder / "in.y4m", out = clip.folder / "out.mkv";
  write_y4m(in, frames, "Ip A1:1 C420jpeg");
  const Outcome outcome = film({in, "--keys", clip.keys, "-o", out, "--network", "none"});
  if (outcome.err.find("libavformat-dev") != std::string::npos) return;
  check_done(outcome);
  const auto before = open_film(in), after = open_film(out);
  for (int n = 0; n < frames; ++n) {
    const auto p = before->next(), q = after->next();
    REQUIRE(p);
    REQUIRE(q);
    CHECK(p->lightness == q->lightness);
  }
  CHECK(!after->next());
  FrameSource source(out, 1), anew(in, 1);  // keep no more than the frame that was asked for last
  for (int n : {frames - 1, 2, 5, 0, frames - 1, frames, 1}) {
    const auto back = source.frame(n), read = anew.frame(n);
    REQUIRE((back != nullptr) == (n < frames));
    if (back) CHECK(back->lightness == read->lightness);
  }
  write_y4m(in, 2, "It A1:1 C420jpeg");
  check_refused(film({in, "--keys", clip.keys, "-o", out, "--network", "none"}), "is interlaced");
}

TEST_CASE("what cannot be a film is refused in one sentence") {
  if (!can_follow()) return;
  const Clip clip(3);
  const auto refused = [&](std::vector<std::string> arguments, const std::string& part) {
    arguments.insert(arguments.end(), {"--network", "none"});
    check_refused(film(arguments), part);
  };
  refused({clip.in, "-o", clip.out}, "nothing says what colours to take");
  refused({clip.folder / "nowhere", "--keys", clip.keys, "-o", clip.out}, "is not there");
  refused({clip.in, "--keys", clip.keys, "-o", clip.in}, "is read and stays as it is");
  refused({clip.in, "--keys", clip.keys, "-o", clip.folder / "x.png"}, "is the name of one picture");
  refused({clip.in, "--keys", clip.keys, "-o", clip.folder / "x.mp4"}, "choose a folder or a .gif");
  refused({clip.in, "--keys", clip.keys, "-o", clip.out, "--shots", "4-2"}, "is no range of shots");
  write_frame(clip.keys / fs::path("ref_7.png"), frame_light(0), frame_colour(0));
  refused({clip.in, "--keys", clip.keys, "-o", clip.out}, "is of a frame that is not there");
  fs::remove(clip.in / fs::path("f001.png"));
  refused({clip.in, "--keys", clip.keys, "-o", clip.out}, "lacks the frame with the number 1");
  write_frame(clip.in / fs::path("f001.png"), Plane<float>(8, 8, 50));
  refused({clip.in, "--keys", clip.keys, "-o", clip.out}, "the frames of a film have one size");
}

TEST_CASE("one frame, and frames of one pixel, are films too") {
  if (!can_follow()) return;
  const ScratchFolder folder;
  const std::string in = folder / "in", keys = folder / "keys", out = folder / "out";
  for (int n = 0; n < 2; ++n) write_frame(in / fs::path(numbered("%d.png", n)), Plane<float>(1, 1, 50));
  write_frame(keys / fs::path("0.png"), Plane<float>(1, 1, 50), {Plane<float>(1, 1, 20), Plane<float>(1, 1, 10)});
  check_done(film({in, "--keys", keys, "-o", out, "--network", "none"}));
  CHECK(read_photo(out / fs::path("1.png")).a(0, 0) == doctest::Approx(20).epsilon(0.1));
  fs::remove(in / fs::path("1.png"));
  check_done(film({in, "--keys", keys, "-o", out, "--network", "none"}));
}
