#include "editor/gui/modals.h"

#include <imgui.h>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace handtint {
namespace {

void give_key(FileBrowser& browser, int key) {
  switch (key) {
    case GLFW_KEY_ESCAPE:
      browser.cancel();
      break;
    case GLFW_KEY_UP:
      browser.key(FileBrowser::Key::up);
      break;
    case GLFW_KEY_DOWN:
      browser.key(FileBrowser::Key::down);
      break;
    case GLFW_KEY_BACKSPACE:
      if (!ImGui::GetIO().WantTextInput) browser.key(FileBrowser::Key::parent);
      break;
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER:
      browser.key(FileBrowser::Key::enter);
      break;
    default:
      break;
  }
}

}  // namespace

void Modals::handle_key(WindowState& state, const InputEvent& event) {
  if (!event.pressed) return;
  if (browser.open()) return give_key(browser, event.key);
  if (event.repeat) return;
  if (event.key == GLFW_KEY_ESCAPE || event.key == GLFW_KEY_F1)
    dialogs.escape(state);
  else if (event.key == GLFW_KEY_ENTER || event.key == GLFW_KEY_KP_ENTER)
    dialogs.enter();
}

void Modals::draw(WindowState& state) {
  browser.draw(state);
  if (!browser.open()) dialogs.draw(state);
}

}  // namespace handtint
