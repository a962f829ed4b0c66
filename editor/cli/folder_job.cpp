#include "editor/cli/folder_job.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "editor/cli/progress_bar.h"
#include "editor/cli/report_file.h"
#include "editor/files/paths.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

bool is_hint_folder(const fs::path& path) {
  return fs::is_directory(path) && fs::exists(path / "im_mask.npy");
}

std::vector<fs::path> pictures_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) throw FileError(folder, "cannot be read as a folder (" + error.message() + ")");
  for (const fs::directory_entry& entry : entries) {
    const bool hidden = entry.path().filename().string().starts_with('.');
    if (!hidden && (is_hint_folder(entry.path()) || (entry.is_regular_file() && is_picture_name(entry.path()))))
      found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// The files of a folder by name without extension.
class Companions {
 public:
  explicit Companions(const fs::path& folder) {
    if (folder.empty()) return;
    for (const fs::path& path : pictures_in(folder)) by_stem_[path.stem().string()].push_back(path);
  }

  // Empty if there is none.
  fs::path of(const fs::path& photo) const {
    const auto found = by_stem_.find(photo.stem().string());
    if (found == by_stem_.end()) return {};
    if (found->second.size() > 1)
      throw FileError(found->second[0], "and " + found->second[1].filename().string() + " both belong to " +
                                            photo.filename().string() + "; keep one of them");
    return found->second.front();
  }

 private:
  std::map<std::string, std::vector<fs::path>> by_stem_;
};

// A file is for all photographs, of a folder the picture with the photo's name.
std::vector<fs::path> references_for(const fs::path& photo, const std::vector<fs::path>& references) {
  std::vector<fs::path> found;
  for (const fs::path& reference : references) {
    const fs::path path = fs::is_directory(reference) ? Companions(reference).of(photo) : reference;
    if (!path.empty()) found.push_back(path);
  }
  return found;
}

fs::path output_for(const fs::path& photo, const fs::path& folder) {
  fs::path name = photo.filename();
  if (!is_writable_photo_name(name)) name.replace_extension(".png");
  return folder / name;
}

std::string words_for(const std::exception& error, const ColorizeJob& job) {
  if (dynamic_cast<const std::bad_alloc*>(&error))
    return job.photo.string() + ": out of memory; colorize fewer photographs at a time (--jobs 1)";
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

void work(const FolderPlan& plan, const FolderOptions& options, Tally& tally) {
  const auto tell_progress = [&](float, std::string_view) {
    const std::lock_guard lock(tally.mutex);
    const std::size_t ended = tally.done + tally.failed;
    tally.bar.show(static_cast<float>(ended) / plan.jobs.size(),
                   std::to_string(ended) + " of " + std::to_string(plan.jobs.size()) + " photographs");
    return !interrupted();
  };
  KeptPredictor network;
  for (std::size_t i; !interrupted() && (i = tally.next++) < plan.jobs.size();) {
    const ColorizeJob& job = plan.jobs[i];
    try {
      const ColorizeResult result = run_job(job, network, tell_progress);
      if (result.cancelled) return;
      const std::lock_guard lock(tally.mutex);
      ++tally.done;
      tally.photos.push_back(describe(job, result));
      tally.bar.wipe();
      if (options.quiet) continue;
      std::printf("%s\n", job.output.c_str());
      for (const std::string& note : result.notes) complain(note);
    } catch (const std::exception& error) {
      const std::string words = words_for(error, job);
      const std::lock_guard lock(tally.mutex);
      ++tally.failed;
      tally.photos.push_back({{"photo", {{"path", job.photo.string()}}}, {"error", words}});
      tally.bar.wipe();
      complain(words);
    }
  }
}

}  // namespace

FolderPlan plan_folder(const ColorizeJob& folders) {
  const Companions strokes(folders.strokes), priors(folders.prior), protections(folders.protect);
  FolderPlan plan;
  std::map<fs::path, fs::path> photo_of_output;
  for (const fs::path& photo : pictures_in(folders.photo)) {
    if (fs::is_directory(photo)) continue;
    ColorizeJob job = folders;
    job.photo = photo;
    job.strokes = strokes.of(photo);
    job.prior = priors.of(photo);
    job.protect = protections.of(photo);
    job.reference.files = references_for(photo, folders.reference.files);
    job.output = output_for(photo, folders.output);
    // Strokes, coats or references were given for this folder, but not for this photograph: that one is not meant.
    const auto given = [](const ColorizeJob& j) {
      return !j.strokes.empty() || !j.prior.empty() || !j.reference.files.empty();
    };
    if (given(folders) && !given(job)) {
      plan.without_strokes.push_back(photo);
      continue;
    }
    const auto [same, first] = photo_of_output.emplace(job.output, photo);
    if (!first)
      throw FileError(photo, "and " + same->second.filename().string() + " would both become " + job.output.string() +
                                 "; rename one of them");
    plan.jobs.push_back(std::move(job));
  }
  if (plan.jobs.empty() && plan.without_strokes.empty()) throw FileError(folders.photo, "holds no photographs");
  if (plan.jobs.empty()) {
    const fs::path& companions = !folders.strokes.empty() ? folders.strokes
                                 : !folders.prior.empty() ? folders.prior
                                                          : folders.reference.files.front();
    throw FileError(companions, "holds nothing for the photographs in " + folders.photo.string() +
                                    "; what belongs to a photograph must be named like it");
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
    std::printf("%zu done, %zu failed", tally.done, tally.failed);
    if (!plan.without_strokes.empty()) std::printf(", %zu without strokes", plan.without_strokes.size());
    std::printf("\n");
  }
  if (interrupted()) return Exit::cancelled;
  return tally.failed == 0 ? Exit::done : Exit::failed;
}

}  // namespace handtint
