#include "editor/cli/folder_job.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <future>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "editor/cli/progress_bar.h"
#include "editor/cli/report_file.h"
#include "editor/document/session.h"
#include "editor/files/path_text.h"
#include "editor/files/paths.h"
#include "solver/layers/host_memory.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

bool is_hint_folder(const fs::path& path) {
  return fs::is_directory(path) && fs::exists(path / "im_mask.npy");
}

struct Found {
  fs::path file;
  fs::path name;  // within the folder that was searched, without extension
};

// Pictures, sessions if asked for, and folders of hints, by name. `leave_out`: a folder that is not looked into.
std::vector<Found> pictures_in(const fs::path& folder, bool recursive, bool sessions, const fs::path& leave_out = {}) {
  std::vector<Found> found;
  std::error_code error;
  fs::recursive_directory_iterator entries(folder, error), end;
  if (error) throw FileError(folder, tr("cannot be read as a folder ({1})", {error.message()}));
  for (; entries != end; entries.increment(error)) {
    const fs::path& path = entries->path();
    const bool hidden = path.filename().string().starts_with('.'), is_folder = entries->is_directory(error);
    const bool hints = is_folder && is_hint_folder(path);
    if (is_folder && (!recursive || hidden || hints || fs::equivalent(path, leave_out, error)))
      entries.disable_recursion_pending();
    const bool wanted = is_picture_name(path) || (sessions && is_session_name(path));
    if (hidden || !(hints || (entries->is_regular_file(error) && wanted))) continue;
    const fs::path inside = path.lexically_relative(folder);
    found.push_back({path, inside.parent_path() / inside.stem()});
  }
  std::sort(found.begin(), found.end(), [](const Found& p, const Found& q) { return p.file < q.file; });
  return found;
}

// The files of a folder by name.
class Companions {
 public:
  Companions(const fs::path& folder, bool recursive) {
    if (folder.empty()) return;
    for (Found& found : pictures_in(folder, recursive, false)) by_name_[found.name].push_back(std::move(found.file));
  }

  // Empty if there is none.
  fs::path of(const Found& photo) const {
    const auto found = by_name_.find(photo.name);
    if (found == by_name_.end()) return {};
    if (found->second.size() > 1)
      throw FileError(found->second[0], tr("and {1} both belong to {2}; keep one of them",
                                           {found->second[1].filename().string(), photo.file.filename().string()}));
    return found->second.front();
  }

 private:
  std::map<fs::path, std::vector<fs::path>> by_name_;
};

// References: a file is for all photographs, of a folder the picture with the photograph's name.
class ReferencesByName {
 public:
  ReferencesByName(const std::vector<fs::path>& references, bool recursive) {
    for (const fs::path& reference : references)
      if (fs::is_directory(reference))
        folders_.emplace_back(reference, recursive);
      else
        for_all_.push_back(reference);
  }

  std::vector<fs::path> of(const Found& photo) const {
    std::vector<fs::path> references = for_all_;
    for (const Companions& folder : folders_)
      if (fs::path named = folder.of(photo); !named.empty()) references.push_back(std::move(named));
    return references;
  }

 private:
  std::vector<fs::path> for_all_;
  std::vector<Companions> folders_;
};

bool says_colours(const ColorizeJob& job) {
  return !job.strokes.empty() || !job.prior.empty() || !job.reference.files.empty();
}

// Named as the photograph or the session; of the photograph's kind, where that can be written.
fs::path output_for(const Found& found, const fs::path& folder) {
  fs::path kind = found.file;
  if (is_session_name(kind)) {
    try {
      kind = read_session(kind).photo.path;
    } catch (const FileError&) {
      // It is said when its turn comes.
    }
  }
  return folder / (found.name.string() + (is_writable_photo_name(kind) ? kind.extension().string() : ".png"));
}

// What an earlier run has made, of what is still the same.
bool is_finished(const ColorizeJob& job) {
  std::error_code error;
  const auto made = fs::last_write_time(job.output, error);
  if (error) return false;
  std::vector<fs::path> inputs = job.reference.files;
  inputs.insert(inputs.end(), {job.photo, job.strokes, job.prior, job.protect});
  for (const fs::path& input : inputs) {
    if (input.empty()) continue;
    const auto changed = fs::last_write_time(input, error);
    if (error || changed > made) return false;
  }
  return true;
}

std::string words_for(const std::exception& error, const ColorizeJob& job) {
  if (dynamic_cast<const std::bad_alloc*>(&error))
    return job.photo.string() + ": " + tr("out of memory; colorize fewer photographs at a time (--jobs 1)");
  if (dynamic_cast<const FileError*>(&error)) return error.what();  // names its file
  return job.photo.string() + ": " + error.what();
}

// What the workers share. Everything below `mutex` is guarded by it.
struct Tally {
  explicit Tally(bool quiet) : bar(!quiet) {}

  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  ProgressBar bar;
  std::size_t done = 0, failed = 0;
  nlohmann::ordered_json photos = nlohmann::ordered_json::array();
};

// Is there memory to read a photograph while another is coloured? Where a file says nothing sensible of itself its turn
// will tell.
bool fits_beside(const ColorizeJob& next, const ColorizeJob& now, int at_a_time) {
  constexpr std::size_t to_read = 26, to_colour = 130;  // bytes per pixel
  const auto pixels = [](const ColorizeJob& job) {
    const PhotoInfo info = probe_photo(job.photo);
    return static_cast<std::size_t>(info.width) * info.height;
  };
  try {
    const std::size_t most = picture_memory(), needed = to_read * pixels(next) + to_colour * pixels(now);
    return most == 0 || needed * at_a_time < most;
  } catch (const FileError&) {
    return false;
  }
}

void work(const FolderPlan& plan, const FolderOptions& options, Tally& tally) {
  const auto tell_progress = [&](float, std::string_view) {
    const std::lock_guard lock(tally.mutex);
    const std::size_t ended = tally.done + tally.failed;
    tally.bar.show(static_cast<float>(ended) / plan.jobs.size(),
                   tr_n("{1} of {2} photographs", "{1} of {2} photographs", static_cast<long>(plan.jobs.size()),
                        {std::to_string(ended), std::to_string(plan.jobs.size())}));
    return !interrupted();
  };
  KeptPredictor network;
  std::future<Photo> photo;  // of the next job, while this one is worked on
  for (std::size_t i = tally.next++, next; !interrupted() && i < plan.jobs.size(); i = next) {
    const ColorizeJob& job = plan.jobs[i];
    std::future<Photo> own = std::exchange(photo, {});
    next = tally.next++;
    try {
      if (own.valid()) own.wait();
      if (next < plan.jobs.size() && fits_beside(plan.jobs[next], job, options.at_a_time))
        photo = read_ahead(plan.jobs[next]);
      std::error_code ignored;  // the job says what is wrong with its output's folder
      fs::create_directories(job.output.parent_path(), ignored);
      const ColorizeResult result = run_job(job, network, tell_progress, std::move(own));
      if (result.cancelled) return;
      const std::lock_guard lock(tally.mutex);
      ++tally.done;
      tally.photos.push_back(describe(job, result));
      tally.bar.wipe();
      if (!options.quiet) std::printf("%s\n", job.output.c_str());
      for (const std::string& note : result.notes) complain(note);
    } catch (const std::exception& error) {
      const std::string words = words_for(error, job);
      const std::lock_guard lock(tally.mutex);
      ++tally.failed;
      tally.photos.push_back({{"photo", {{"path", text_of_path(job.photo)}}}, {"error", words}});
      tally.bar.wipe();
      complain(words);
    }
  }
}

}  // namespace

FolderPlan plan_folder(const ColorizeJob& folders, CommandFiles& files, const FolderSearch& search) {
  const Companions strokes(folders.strokes, search.recursive), priors(folders.prior, search.recursive),
      protections(folders.protect, search.recursive);
  const ReferencesByName references(folders.reference.files, search.recursive);
  const std::vector<Found> all = pictures_in(folders.photo, search.recursive, true, folders.output);
  for (const fs::path& folder : {folders.photo, folders.strokes, folders.prior, folders.protect})
    if (!folder.empty())
      for (const Found& found : pictures_in(folder, search.recursive, true, folders.output)) files.reads(found.file);
  std::set<fs::path> sessions;
  for (const Found& found : all)
    if (is_session_name(found.file)) sessions.insert(found.name);
  FolderPlan plan;
  std::map<fs::path, fs::path> photo_of_output;
  for (const Found& found : all) {
    const fs::path& photo = found.file;
    if (fs::is_directory(photo)) continue;
    ColorizeJob job = folders;
    job.photo = photo;
    job.strokes = strokes.of(found);
    job.prior = priors.of(found);
    job.protect = protections.of(found);
    job.reference.files = references.of(found);
    job.output = output_for(found, folders.output);
    const bool given = says_colours(job), session = is_session_name(photo);
    const bool of_another = !job.strokes.empty() || !job.prior.empty();  // what a session has no use for
    // Of a photograph and a session of it, the other says the colours.
    if (session ? of_another : !of_another && sessions.count(found.name) > 0) continue;
    if (session) job.protect.clear();
    // Something was given for this folder, but not for this photograph: that one is not meant.
    const bool only_given = says_colours(folders) || folders.network.name == "none";
    if (!session && !given && only_given) {
      plan.without_strokes.push_back(photo);
      continue;
    }
    const auto [same, first] = photo_of_output.emplace(job.output, photo);
    if (!first)
      throw FileError(photo, tr("and {1} would both become {2}; rename one of them",
                                {same->second.filename().string(), job.output.string()}));
    files.reads_inputs_of(job);
    files.writes(job.output);
    if (search.resume && is_finished(job))
      ++plan.finished;
    else
      plan.jobs.push_back(std::move(job));
  }
  if (plan.finished > 0) return plan;
  if (plan.jobs.empty() && plan.without_strokes.empty()) throw FileError(folders.photo, tr("holds no photographs"));
  if (plan.jobs.empty() && !says_colours(folders))
    throw UsageError(
        tr("nothing says what colours to take: give --strokes, a --reference, a first coat with --prior, or a "
           "--network"));
  if (plan.jobs.empty()) {
    const fs::path& companions = !folders.strokes.empty() ? folders.strokes
                                 : !folders.prior.empty() ? folders.prior
                                                          : folders.reference.files.front();
    throw FileError(companions,
                    tr("holds nothing for the photographs in {1}; what belongs to a photograph must be named like it",
                       {folders.photo.string()}));
  }
  return plan;
}

Exit run_folder(const FolderPlan& plan, const FolderOptions& options) {
  Tally tally(options.quiet);
  {
    std::vector<std::jthread> workers;
    const std::size_t count = std::min<std::size_t>(std::max(1, options.at_a_time), plan.jobs.size());
    for (std::size_t i = 0; i < count; ++i) workers.emplace_back([&] { work(plan, options, tally); });
  }
  tally.bar.wipe();

  if (!options.report.empty()) write_report(options.report, {{"photos", tally.photos}});
  if (!options.quiet) {
    const auto count = [](std::size_t n) { return static_cast<long>(n); };
    std::string words =
        tr_n("{1} done", "{1} done", count(tally.done)) + ", " + tr_n("{1} failed", "{1} failed", count(tally.failed));
    if (plan.finished > 0) words += ", " + tr_n("{1} finished before", "{1} finished before", count(plan.finished));
    if (!plan.without_strokes.empty())
      words += ", " + tr_n("{1} without strokes", "{1} without strokes", count(plan.without_strokes.size()));
    std::printf("%s\n", words.c_str());
  }
  if (interrupted()) return Exit::cancelled;
  return tally.failed == 0 ? Exit::done : Exit::failed;
}

}  // namespace handtint
