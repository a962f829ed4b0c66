#include "editor/cli/command_files.h"

#include <sys/stat.h>

#include <system_error>

#include "editor/document/session.h"
#include "editor/files/atomic_file.h"
#include "editor/files/file_error.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

bool is_nothing(const fs::path& file) {
  return file.empty() || file == "-";
}

}  // namespace

void CommandFiles::require_apart(const Use& one, const Use& other) const {
  if (force_ || (!one.written && !other.written)) return;
  if (one.written && other.written)
    throw FileError(other.name,
                    tr("would be written twice: it is also the output {1}; choose another name, or say --force",
                       {one.name.string()}));
  const Use& output = one.written ? one : other;
  const Use& input = one.written ? other : one;
  if (input.name == output.name)
    throw FileError(output.name, tr("is one of the inputs and stays as it is; choose another name, or say --force"));
  throw FileError(output.name, tr("is one of the inputs ({1}) and stays as it is; choose another name, or say --force",
                                  {input.name.string()}));
}

void CommandFiles::add(const fs::path& file, bool written) {
  const Use use{file, written};
  const auto note = [&](auto& files, const auto& key) {
    const auto [same, is_new] = files.emplace(key, use);
    if (is_new) return;
    require_apart(same->second, use);
    if (written) same->second = use;
  };
  note(by_name_, final_place(file));
  struct stat status;
  if (::stat(file.c_str(), &status) == 0) note(by_number_, FileNumber{status.st_dev, status.st_ino});
}

void CommandFiles::reads(const fs::path& file) {
  std::error_code error;
  if (is_nothing(file)) return;
  if (!fs::is_directory(file, error)) return add(file, false);
  for (fs::directory_iterator entry(file, error), end; !error && entry != end; entry.increment(error))
    if (std::error_code ignored; !entry->is_directory(ignored)) add(entry->path(), false);
}

void CommandFiles::reads(const NetworkWish& network) {
  if (!network.is_file()) return;
  reads(fs::path(network.name));
  const fs::path contract = fs::path(network.name).replace_extension(".json");
  if (std::error_code error; fs::exists(contract, error)) reads(contract);
}

void CommandFiles::writes(const fs::path& file) {
  if (!is_nothing(file)) add(file, true);
}

void CommandFiles::reads_inputs_of(const ColorizeJob& job) {
  for (const fs::path& input : {job.photo, job.strokes, job.prior, job.protect}) reads(input);
  // A NumPy file of a hint folder is read with its companion.
  if (job.strokes.extension() == ".npy")
    for (const char* name : {"im_ab.npy", "im_mask.npy"}) reads(job.strokes.parent_path() / name);
  for (const fs::path& reference : job.reference.files) reads(reference);
  reads(job.network);
  if (job.profile) reads(job.profile->name());
  if (!is_session_name(job.photo)) return;
  const Session session = read_session(job.photo);
  reads(find_photo(session.photo, job.photo).path);
  const FirstCoat& coat = session.state.coat;
  if (coat.picture) reads(find_photo(coat.picture->file, job.photo).path);
  if (coat.reference) reads(find_photo(coat.reference->file, job.photo).path);
}

}  // namespace handtint
