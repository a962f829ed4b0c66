#include "editor/film/work_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <sstream>
#include <system_error>
#include <utility>

#include "editor/files/file_error.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

constexpr const char *identity_file = "film.txt", *lock_file = "lock";
constexpr std::string_view mark = "work of handtint film, version 1\n";

constexpr const char* work_kinds[] = {kept::light,    kept::motion,  kept::forward,
                                      kept::backward, kept::painted, kept::below};
constexpr const char* work_texts[] = {kept::seen, kept::shots, kept::written, kept::found};

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

struct Head {
  char mark[4] = {'H', 'T', 'F', '1'};
  std::int32_t width = 0, height = 0, planes = 0;
  std::array<float, 4> numbers{};
};

struct File {
  std::FILE* handle;
  ~File() {
    if (handle) std::fclose(handle);
  }
};

std::string text_of_kind(const std::string& kind) {
  return kind + ".txt";
}

// While it lives no other program begins work in the folder.
struct Lock {
  int descriptor;
  explicit Lock(const fs::path& folder)
      : descriptor(::open((folder / lock_file).c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666)) {
    if (descriptor >= 0) ::flock(descriptor, LOCK_EX);
  }
  ~Lock() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

std::vector<MadeOf> ranges_from(const std::string& text) {
  std::vector<MadeOf> ranges;
  std::istringstream lines(text);
  for (MadeOf range; lines >> range.begin >> range.end && lines.get() == ' ' && std::getline(lines, range.of);)
    ranges.push_back(range);
  return ranges;
}

// In order; null: the frame is in none.
const std::string* made_of(const std::vector<MadeOf>& ranges, int frame) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), frame,
                                      [](int wanted, const MadeOf& range) { return wanted < range.begin; });
  if (after == ranges.begin() || frame >= std::prev(after)->end) return nullptr;
  return &std::prev(after)->of;
}

}  // namespace

void Sheet::add(const Plane<float>& plane, float per_unit) {
  width = plane.width();
  height = plane.height();
  values.reserve(values.size() + plane.size());
  for (float v : plane)
    values.push_back(static_cast<std::int16_t>(std::lrint(std::clamp(v * per_unit, -32767.0f, 32767.0f))));
}

Plane<float> Sheet::plane(int index, float per_unit) const {
  Plane<float> plane(width, height);
  const std::int16_t* from = values.data() + plane.size() * index;
  const float unit = 1 / per_unit;
  for (std::size_t i = 0; i < plane.size(); ++i) plane.data()[i] = from[i] * unit;
  return plane;
}

WorkFolder::WorkFolder(fs::path folder, const std::string& identity) : folder_(std::move(folder)) {
  std::error_code error;
  const std::string found = text(identity_file).value_or("");
  const bool ours = found.starts_with(mark);
  if (!ours && fs::exists(folder_, error) && !fs::is_empty(folder_, error))
    throw FileError(folder_, tr("holds other things than the work on a film; choose another folder with --work"));
  if (ours && found.substr(mark.size()) != identity) {
    if (const std::string film = first_line(found.substr(mark.size())); film != first_line(identity))
      throw FileError(
          folder_,
          tr("holds the work on another film, {1}; choose another folder with --work, or remove this one", {film}));
    remove();
  }
  fs::create_directories(folder_, error);
  if (error) throw FileError(folder_, tr("cannot be made a folder ({1})", {error.message()}));
  keep_text(identity_file, std::string(mark) + identity);
}

void WorkFolder::begin(const std::string& kind, const std::string& recipe) {
  const Lock lock(folder_);  // several programs may begin at once, each with shots of its own
  std::error_code error;
  const std::string name = text_of_kind(kind);
  if (text(name).value_or("") != recipe) {
    fs::remove_all(folder_ / kind, error);
    keep_text(name, recipe);
  }
  fs::create_directories(folder_ / kind, error);
  if (error) throw FileError(folder_ / kind, tr("cannot be made a folder ({1})", {error.message()}));
}

void WorkFolder::begin(const std::string& kind, const std::vector<MadeOf>& ranges) {
  const Lock lock(folder_);
  std::error_code error;
  std::string recipe;
  for (const MadeOf& range : ranges)
    recipe += std::to_string(range.begin) + " " + std::to_string(range.end) + " " + range.of + "\n";
  const std::string name = text_of_kind(kind);
  fs::create_directories(folder_ / kind, error);
  if (error) throw FileError(folder_ / kind, tr("cannot be made a folder ({1})", {error.message()}));
  const std::string known = text(name).value_or("");
  if (known == recipe) return;
  const std::vector<MadeOf> before = ranges_from(known);
  for (fs::directory_iterator entry(folder_ / kind, error), end; !error && entry != end; entry.increment(error)) {
    const int frame = std::atoi(entry->path().filename().c_str());
    const std::string *was = made_of(before, frame), *is = made_of(ranges, frame);
    std::error_code ignored;
    if (!was || !is || *was != *is) fs::remove(entry->path(), ignored);
  }
  keep_text(name, recipe);
}

fs::path WorkFolder::file_of(const std::string& kind, int frame) const {
  char name[16];
  std::snprintf(name, sizeof name, "%06d", frame);
  return folder_ / kind / name;
}

bool WorkFolder::has(const std::string& kind, int frame) const {
  std::error_code error;
  return fs::file_size(file_of(kind, frame), error) > sizeof(Head) && !error;
}

std::optional<std::array<float, 4>> WorkFolder::numbers(const std::string& kind, int frame) const {
  const File file{std::fopen(file_of(kind, frame).c_str(), "rb")};
  Head head, expected;
  if (!file.handle || std::fread(&head, sizeof head, 1, file.handle) != 1) return {};
  if (std::memcmp(head.mark, expected.mark, sizeof head.mark) != 0) return {};
  return head.numbers;
}

std::optional<Sheet> WorkFolder::fetch(const std::string& kind, int frame) const {
  const fs::path path = file_of(kind, frame);
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(path, error);
  const File file{error ? nullptr : std::fopen(path.c_str(), "rb")};
  Head head, expected;
  if (!file.handle || std::fread(&head, sizeof head, 1, file.handle) != 1) return {};
  if (std::memcmp(head.mark, expected.mark, sizeof head.mark) != 0 || head.width <= 0 || head.height <= 0) return {};
  const std::uintmax_t values = static_cast<std::uintmax_t>(head.width) * head.height * head.planes;
  if (head.planes <= 0 || bytes != sizeof head + values * sizeof(std::int16_t)) return {};
  Sheet sheet{head.width, head.height, head.numbers, std::vector<std::int16_t>(values)};
  if (std::fread(sheet.values.data(), sizeof(std::int16_t), values, file.handle) != values) return {};
  return sheet;
}

void WorkFolder::store(const std::string& kind, int frame, const Sheet& sheet) const {
  Head head;
  head.width = sheet.width;
  head.height = sheet.height;
  head.planes = sheet.planes();
  head.numbers = sheet.numbers;
  write(file_of(kind, frame), &head, sizeof head, sheet.values.data(), sheet.values.size() * sizeof(std::int16_t));
}

std::optional<std::string> WorkFolder::text(const std::string& name) const {
  const File file{std::fopen((folder_ / name).c_str(), "rb")};
  if (!file.handle) return {};
  std::string text;
  char part[4096];
  for (std::size_t n; (n = std::fread(part, 1, sizeof part, file.handle)) > 0;) text.append(part, n);
  return text;
}

void WorkFolder::keep_text(const std::string& name, const std::string& text) const {
  write(folder_ / name, text.data(), text.size(), nullptr, 0);
}

void WorkFolder::remove() {
  std::error_code error;
  for (const char* kind : work_kinds) {
    fs::remove_all(folder_ / kind, error);
    fs::remove(folder_ / text_of_kind(kind), error);
  }
  for (const char* name : work_texts) fs::remove(folder_ / name, error);
  fs::remove(folder_ / lock_file, error);
  fs::remove(folder_ / identity_file, error);
  if (error) throw FileError(folder_, tr("cannot be removed ({1})", {error.message()}));
  fs::remove(folder_, error);  // unless somebody keeps other things there
}

// Without waiting for the disk, as an AtomicFile does: what a failure of power leaves short is made again.
void WorkFolder::write(const fs::path& target, const void* head, std::size_t head_bytes, const void* body,
                       std::size_t body_bytes) const {
  const fs::path temporary = target.string() + "." + std::to_string(::getpid()) + ".part";
  File file{std::fopen(temporary.c_str(), "wb")};
  errno = 0;
  const bool written = file.handle && std::fwrite(head, 1, head_bytes, file.handle) == head_bytes &&
                       (body_bytes == 0 || std::fwrite(body, 1, body_bytes, file.handle) == body_bytes);
  const bool closed = file.handle && std::fclose(std::exchange(file.handle, nullptr)) == 0;
  if (written && closed && std::rename(temporary.c_str(), target.c_str()) == 0) return;
  const int reason = errno;
  std::remove(temporary.c_str());
  throw FileError(folder_, tr("cannot be written ({1}); what is done stays, go on with --resume when there is room",
                              {std::generic_category().message(reason)}));
}

}  // namespace handtint
