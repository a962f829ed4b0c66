// The desktop's own file dialog, through zenity or kdialog where one of them is installed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace handtint {

bool have_system_dialog();

// Waits until the person has chosen; for a background thread. None if cancelled.
std::optional<std::filesystem::path> ask_system_dialog(const std::string& title, const std::filesystem::path& start,
                                                       bool save);

}  // namespace handtint
