// sd-bus: a connection of the thread's own, no loop, and no other process started to find a bus.
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "editor/files/path_text.h"
#include "editor/work/desktop_portal.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* portal = "org.freedesktop.portal.Desktop";
constexpr const char* portal_object = "/org/freedesktop/portal/desktop";
constexpr std::uint64_t taking_us = 5'000'000;      // until a portal has taken a question; it may have to be started
constexpr std::uint64_t telling_us = 1'000'000;     // until it has told a setting
constexpr std::uint64_t look_us = 100'000;          // how often a question looks whether it is still wanted
constexpr auto too_soon = std::chrono::seconds(1);  // nobody closes a dialog so quickly: it has failed

struct Release {
  void operator()(sd_bus* bus) const { sd_bus_close_unref(bus); }
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Bus = std::unique_ptr<sd_bus, Release>;
using Message = std::unique_ptr<sd_bus_message, Release>;

Bus session_bus() {
  sd_bus* bus = nullptr;
  return Bus(sd_bus_open_user(&bus) < 0 ? nullptr : bus);
}

// The bytes of a file's name, which need be no UTF-8; empty if it is no file of this machine.
fs::path path_of_uri(std::string_view uri) {
  constexpr std::string_view scheme = "file://", here = "localhost";
  if (!uri.starts_with(scheme)) return {};
  uri.remove_prefix(scheme.size());
  if (uri.starts_with(here)) uri.remove_prefix(here.size());
  const auto digit = [](char c) {
    const auto place = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
    return c >= '0' && c <= '9' ? c - '0' : place == std::string_view::npos ? -1 : static_cast<int>(place);
  };
  std::string bytes;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    if (uri[i] != '%') {
      bytes += uri[i];
      continue;
    }
    const int high = i + 2 < uri.size() ? digit(uri[i + 1]) : -1, low = high < 0 ? -1 : digit(uri[i + 2]);
    if (low < 0 || 16 * high + low == 0) return {};
    bytes += static_cast<char>(16 * high + low);
    i += 2;
  }
  return bytes.starts_with('/') ? fs::path(bytes) : fs::path();
}

// --- the question. What goes wrong here shows when it is sent: the message is then not whole

void add_folder(sd_bus_message* m, const fs::path& folder) {
  sd_bus_message_open_container(m, 'e', "sv");
  sd_bus_message_append(m, "s", "current_folder");
  sd_bus_message_open_container(m, 'v', "ay");
  sd_bus_message_append_array(m, 'y', folder.c_str(), folder.native().size() + 1);
  sd_bus_message_close_container(m);
  sd_bus_message_close_container(m);
}

void add_kinds(sd_bus_message* m, const std::vector<FileKind>& kinds) {
  sd_bus_message_open_container(m, 'e', "sv");
  sd_bus_message_append(m, "s", "filters");
  sd_bus_message_open_container(m, 'v', "a(sa(us))");
  sd_bus_message_open_container(m, 'a', "(sa(us))");
  for (const FileKind& kind : kinds) {
    sd_bus_message_open_container(m, 'r', "sa(us)");
    sd_bus_message_append(m, "s", kind.name.c_str());
    sd_bus_message_open_container(m, 'a', "(us)");
    for (const std::string& extension : kind.extensions)
      sd_bus_message_append(m, "(us)", std::uint32_t{0}, glob_of(extension).c_str());
    sd_bus_message_close_container(m);
    sd_bus_message_close_container(m);
  }
  sd_bus_message_close_container(m);
  sd_bus_message_close_container(m);
  sd_bus_message_close_container(m);
}

Message message_of(sd_bus* bus, const SystemQuestion& question) {
  sd_bus_message* m = nullptr;
  if (sd_bus_message_new_method_call(bus, &m, portal, portal_object, "org.freedesktop.portal.FileChooser",
                                     question.save ? "SaveFile" : "OpenFile") < 0)
    return nullptr;
  Message owner(m);
  sd_bus_message_append(m, "ss", question.parent.c_str(), question.title.c_str());
  sd_bus_message_open_container(m, 'a', "{sv}");
  add_folder(m, question.save ? question.start.parent_path() : question.start);
  if (question.save)  // only text goes here
    sd_bus_message_append(m, "{sv}", "current_name", "s", shown(question.start.filename()).c_str());
  if (!question.kinds.empty()) add_kinds(m, question.kinds);
  if (!question.box.empty())
    sd_bus_message_append(m, "{sv}", "choices", "a(ssa(ss)s)", 1, "box", question.box.c_str(), 0, "false");
  sd_bus_message_close_container(m);
  return owner;
}

// --- what becomes of it

struct Asked {
  Clock::time_point since = Clock::now();
  std::string request;  // the portal's object for it; empty until it has taken the question
  std::optional<SystemAnswer> answer;
};

int on_taken(sd_bus_message* m, void* of, sd_bus_error*) {
  Asked& asked = *static_cast<Asked*>(of);
  const char* request = nullptr;
  if (sd_bus_message_is_method_error(m, nullptr) || sd_bus_message_read(m, "o", &request) < 0)
    asked.answer = SystemAnswer{};
  else
    asked.request = request;
  return 0;
}

// The first file, and whether the box was ticked.
void read_results(sd_bus_message* m, SystemAnswer& answer) {
  if (sd_bus_message_enter_container(m, 'a', "{sv}") < 0) return;
  while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
    const char *key = nullptr, *text = nullptr, *value = nullptr;
    if (sd_bus_message_read(m, "s", &key) < 0) return;
    if (key == std::string_view("uris") && sd_bus_message_enter_container(m, 'v', "as") > 0) {
      sd_bus_message_enter_container(m, 'a', "s");
      while (sd_bus_message_read(m, "s", &text) > 0)
        if (answer.file.empty()) answer.file = path_of_uri(text);
      sd_bus_message_exit_container(m);
      sd_bus_message_exit_container(m);
    } else if (key == std::string_view("choices") && sd_bus_message_enter_container(m, 'v', "a(ss)") > 0) {
      sd_bus_message_enter_container(m, 'a', "(ss)");
      while (sd_bus_message_read(m, "(ss)", &text, &value) > 0) answer.ticked |= value == std::string_view("true");
      sd_bus_message_exit_container(m);
      sd_bus_message_exit_container(m);
    } else {
      sd_bus_message_skip(m, "v");
    }
    if (sd_bus_message_exit_container(m) < 0) return;
  }
}

int on_response(sd_bus_message* m, void* of, sd_bus_error*) {
  Asked& asked = *static_cast<Asked*>(of);
  std::uint32_t response = 2;  // 0: chosen, 1: cancelled, 2: ended in another way
  sd_bus_message_read(m, "u", &response);
  SystemAnswer answer;
  if (response == 0) read_results(m, answer);
  if (!answer.file.empty())
    answer.outcome = SystemAnswer::Outcome::chosen;
  else if (response == 1 || (response == 2 && Clock::now() - asked.since > too_soon))
    answer.outcome = SystemAnswer::Outcome::cancelled;
  asked.answer = std::move(answer);
  return 0;
}

int on_owner(sd_bus_message* m, void* of, sd_bus_error*) {
  const char *name = nullptr, *before = nullptr, *now = nullptr;
  if (sd_bus_message_read(m, "sss", &name, &before, &now) >= 0 && !*now)
    static_cast<Asked*>(of)->answer = SystemAnswer{};  // it has died, and the dialog with it
  return 0;
}

// As a number; none: it is not told.
std::optional<std::uint32_t> setting(sd_bus* bus, const char* group, const char* key) {
  sd_bus_message* m = nullptr;
  if (sd_bus_call_method(bus, portal, portal_object, "org.freedesktop.portal.Settings", "Read", nullptr, &m, "ss",
                         group, key) < 0)
    return std::nullopt;
  const Message owner(m);
  char type = 0;
  const char* contents = nullptr;
  while (sd_bus_message_peek_type(m, &type, &contents) > 0 && type == 'v')
    if (sd_bus_message_enter_container(m, 'v', contents) < 0) return std::nullopt;
  std::uint32_t value = 0;  // of either type
  if ((type != 'u' && type != 'b') || sd_bus_message_read_basic(m, type, &value) <= 0) return std::nullopt;
  return value;
}

}  // namespace

bool may_have_portal() {
  // As sd-bus finds it.
  if (const char* address = std::getenv("DBUS_SESSION_BUS_ADDRESS"); address && *address) return true;
  const char* folder = std::getenv("XDG_RUNTIME_DIR");
  return folder && *folder && access((fs::path(folder) / "bus").c_str(), R_OK | W_OK) == 0;
}

SystemAnswer ask_portal(const SystemQuestion& question, std::stop_token stop) {
  const Bus bus = session_bus();
  const Message message = bus ? message_of(bus.get(), question) : nullptr;
  Asked asked;
  // Everything is sent before anything is awaited: the bus does it in this order.
  if (!message ||
      sd_bus_add_match_async(bus.get(), nullptr,
                             "type='signal',interface='org.freedesktop.portal.Request',member='Response'", on_response,
                             nullptr, &asked) < 0 ||
      sd_bus_add_match_async(bus.get(), nullptr,
                             "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                             "member='NameOwnerChanged',arg0='org.freedesktop.portal.Desktop'",
                             on_owner, nullptr, &asked) < 0 ||
      sd_bus_call_async(bus.get(), nullptr, message.get(), on_taken, &asked, taking_us) < 0)
    return {};
  while (!asked.answer && !stop.stop_requested()) {
    const int done = sd_bus_process(bus.get(), nullptr);
    if (done < 0) return {};  // the bus has gone
    if (done == 0) sd_bus_wait(bus.get(), look_us);
  }
  if (asked.answer) return *asked.answer;
  if (!asked.request.empty())  // else the portal sees that we are gone
    sd_bus_call_method_async(bus.get(), nullptr, portal, asked.request.c_str(), "org.freedesktop.portal.Request",
                             "Close", nullptr, nullptr, "");
  return {SystemAnswer::Outcome::cancelled};
}

DesktopLook ask_desktop_look() {
  DesktopLook look;
  const Bus bus = may_have_portal() ? session_bus() : nullptr;
  if (!bus) return look;
  sd_bus_set_method_call_timeout(bus.get(), telling_us);
  const auto scheme = setting(bus.get(), "org.freedesktop.appearance", "color-scheme");
  if (scheme && *scheme > 0) look.dark = *scheme == 1;
  look.reduced_motion = setting(bus.get(), "org.freedesktop.appearance", "reduced-motion").value_or(0) == 1 ||
                        setting(bus.get(), "org.gnome.desktop.interface", "enable-animations").value_or(1) == 0;
  return look;
}

}  // namespace handtint
