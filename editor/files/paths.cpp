#include "editor/files/paths.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "editor/files/optional_formats.h"

namespace handtint {

namespace fs = std::filesystem;

namespace {

template <class Has>
std::vector<std::string_view> with_optional(std::vector<std::string_view> extensions, Has has) {
  for (const OptionalFormat& format : optional_formats())
    if (has(format)) extensions.insert(extensions.end(), format.extensions.begin(), format.extensions.end());
  return extensions;
}

}  // namespace

std::string lower_case_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return extension;
}

std::span<const std::string_view> readable_picture_extensions() {
  static const std::vector<std::string_view> extensions =
      with_optional({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".pnm", ".pgm", ".ppm", ".pbm", ".bmp", ".tga", ".gif",
                     ".psd", ".psb", ".ora", ".kra"},
                    [](const OptionalFormat& format) { return format.open != nullptr; });
  return extensions;
}

std::span<const std::string_view> writable_picture_extensions() {
  static const std::vector<std::string_view> extensions =
      with_optional({".png", ".tif", ".tiff", ".jpg", ".jpeg", ".ora"},
                    [](const OptionalFormat& format) { return format.write != nullptr; });
  return extensions;
}

bool is_picture_name(const fs::path& path) {
  const auto known = readable_picture_extensions();
  return std::find(known.begin(), known.end(), lower_case_extension(path)) != known.end();
}

fs::path home_folder() {
  if (const char* home = std::getenv("HOME"); home && fs::path(home).is_absolute()) return home;
  std::vector<char> text(16384);
  passwd entry{}, *found = nullptr;
  while (::getpwuid_r(::geteuid(), &entry, text.data(), text.size(), &found) == ERANGE) text.resize(2 * text.size());
  if (found && fs::path(found->pw_dir).is_absolute()) return found->pw_dir;
  return "/tmp/handtint-" + std::to_string(::geteuid());
}

fs::path xdg_folder(const char* variable, const char* under_home) {
  const char* folder = std::getenv(variable);
  if (folder && fs::path(folder).is_absolute()) return folder;  // the specification: relative values are to be ignored
  return home_folder() / under_home;
}

fs::path program_folder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

}  // namespace handtint
