// The desktop's own file dialog: through its portal (desktop_portal.h), else through zenity or kdialog where one of
// them is installed.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace handtint {

struct FileKind {
  std::string name;                     // for people
  std::vector<std::string> extensions;  // lower case with the dot
};

struct SystemQuestion {
  std::string title;
  std::filesystem::path start;  // save: the suggested file; open: a folder
  bool save = false;
  std::vector<FileKind> kinds = {};  // what is listed, one kind at a time, the first at first; empty: everything
  std::string box = {};              // what stands beside a box to be ticked; empty: no box. The portal's dialog alone
  std::string parent = {};           // whose dialog it is, as the portal names windows ("x11:" and hex); may be empty
};

struct SystemAnswer {
  enum class Outcome { chosen, cancelled, no_dialog };
  Outcome outcome = Outcome::no_dialog;  // which is told from the other two: the person has not been asked
  std::filesystem::path file = {};       // chosen; that it may be replaced has been asked about
  bool ticked = false;
};

bool may_have_system_dialog();

// Waits until the person has chosen, or it is asked to stop, which takes the dialog away; for a background thread.
SystemAnswer ask_system_dialog(const SystemQuestion& question, std::stop_token stop);

// "*.[pP][nN][gG]": dialogs mind capitals.
std::string glob_of(const std::string& extension);

}  // namespace handtint
