#include "editor/files/paths.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace handtint {

namespace fs = std::filesystem;

std::string lower_case_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return extension;
}

std::span<const std::string_view> readable_picture_extensions() {
  static constexpr std::string_view extensions[] = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".pnm",
                                                    ".pgm", ".ppm",  ".pbm", ".bmp", ".tga",  ".gif"};
  return extensions;
}

std::span<const std::string_view> writable_picture_extensions() {
  static constexpr std::string_view extensions[] = {".png", ".tif", ".tiff", ".jpg", ".jpeg"};
  return extensions;
}

bool is_picture_name(const fs::path& path) {
  const auto known = readable_picture_extensions();
  return std::find(known.begin(), known.end(), lower_case_extension(path)) != known.end();
}

fs::path xdg_folder(const char* variable, const char* under_home) {
  const char* folder = std::getenv(variable);
  if (folder && fs::path(folder).is_absolute()) return folder;  // the specification: relative values are to be ignored
  const char* home = std::getenv("HOME");
  return fs::path(home ? home : "/tmp") / under_home;
}

fs::path program_folder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

}  // namespace handtint
