// A connection of its own: GLFW throws away what of XInput2 comes on its own one.
#include <X11/extensions/XInput2.h>

#include <map>
#include <optional>
#include <utility>

#include "editor/gui/input_devices.h"

extern "C" Display* glfwGetX11Display(void);  // GLFW/glfw3native.h, which asks for more of X11's headers

namespace handtint {
namespace {

struct CloseDisplay {
  void operator()(Display* display) const { XCloseDisplay(display); }
};

// A device may be gone before it is asked about, and the usual answer to that ends the program.
class ErrorsPassedOver {
 public:
  explicit ErrorsPassedOver(Display* display)
      : display_(display), before_(XSetErrorHandler([](Display*, XErrorEvent*) { return 0; })) {}
  ~ErrorsPassedOver() {
    XSync(display_, False);
    XSetErrorHandler(before_);
  }
  ErrorsPassedOver(const ErrorsPassedOver&) = delete;
  ErrorsPassedOver& operator=(const ErrorsPassedOver&) = delete;

 private:
  Display* display_;
  XErrorHandler before_;
};

class XInputDevices final : public InputDevices {
 public:
  XInputDevices(Display* display, int extension) : display_(display), extension_(extension) {
    pressure_label_ = XInternAtom(display, "Abs Pressure", False);
    tapping_ = XInternAtom(display, "libinput Tapping Enabled", False);
    finger_ = XInternAtom(display, "Synaptics Finger", False);
    unsigned char changes[XIMaskLen(XI_LASTEVENT)] = {}, raw[XIMaskLen(XI_LASTEVENT)] = {};
    XISetMask(changes, XI_HierarchyChanged);
    XISetMask(raw, XI_RawMotion);
    XISetMask(raw, XI_RawButtonPress);
    XIEventMask masks[]{{XIAllDevices, sizeof changes, changes}, {XIAllMasterDevices, sizeof raw, raw}};
    XISelectEvents(display, DefaultRootWindow(display), masks, 2);
    find_devices();
    XFlush(display);
  }

  const PointerDevices& now() override {
    while (XPending(display_.get()) > 0) {
      XEvent event;
      XNextEvent(display_.get(), &event);
      XGenericEventCookie* const cookie = &event.xcookie;
      if (event.type != GenericEvent || cookie->extension != extension_ || !XGetEventData(display_.get(), cookie))
        continue;
      if (cookie->evtype == XI_HierarchyChanged)
        find_devices();
      else
        take(*static_cast<const XIRawEvent*>(cookie->data), cookie->evtype);
      XFreeEventData(display_.get(), cookie);
    }
    return devices_;
  }

 private:
  void take(const XIRawEvent& event, int kind) {
    if (kind == XI_RawButtonPress) {
      if (event.detail >= 4 && event.detail <= 7) devices_.scrolled(event.sourceid);
      return;
    }
    // The values that are told stand one after the other, those that have not changed are left out.
    std::optional<float> pressure;
    const auto valuator = pressure_valuators_.find(event.sourceid);
    const double* value = event.raw_values;
    for (int i = 0; i < 8 * event.valuators.mask_len; ++i) {
      if (!XIMaskIsSet(event.valuators.mask, i)) continue;
      if (valuator != pressure_valuators_.end() && i == valuator->second) pressure = static_cast<float>(*value);
      ++value;
    }
    devices_.moved(event.sourceid, pressure);
  }

  bool has_property(int device, Atom property) const {
    Atom type = None;
    int format = 0;
    unsigned long items = 0, bytes = 0;
    unsigned char* data = nullptr;
    const bool asked = XIGetProperty(display_.get(), device, property, 0, 1, False, AnyPropertyType, &type, &format,
                                     &items, &bytes, &data) == Success;
    if (data) XFree(data);
    return asked && type != None;
  }

  void find_devices() {
    const ErrorsPassedOver guard(display_.get());
    std::map<int, PointerDevices::Device> found;
    pressure_valuators_.clear();
    int count = 0;
    XIDeviceInfo* const all = XIQueryDevice(display_.get(), XIAllDevices, &count);
    for (int i = 0; all && i < count; ++i) {
      const XIDeviceInfo& info = all[i];
      if (info.use != XISlavePointer) continue;
      PointerDevices::Device device;
      device.touchpad = has_property(info.deviceid, tapping_) || has_property(info.deviceid, finger_);
      for (int k = 0; k < info.num_classes; ++k) {
        if (info.classes[k]->type != XIValuatorClass) continue;
        const auto& valuator = *reinterpret_cast<const XIValuatorClassInfo*>(info.classes[k]);
        if (valuator.label != pressure_label_ || valuator.max <= valuator.min) continue;
        device.lightest = static_cast<float>(valuator.min);
        device.hardest = static_cast<float>(valuator.max);
        pressure_valuators_[info.deviceid] = valuator.number;
      }
      found[info.deviceid] = device;
    }
    if (all) XIFreeDeviceInfo(all);
    devices_.set_devices(std::move(found));
  }

  std::unique_ptr<Display, CloseDisplay> display_;
  int extension_;
  Atom pressure_label_ = None, tapping_ = None, finger_ = None;
  std::map<int, int> pressure_valuators_;  // by device
  PointerDevices devices_;
};

}  // namespace

std::unique_ptr<InputDevices> listen_to_input_devices() {
  Display* const glfws = glfwGetX11Display();
  if (!glfws) return nullptr;
  Display* const display = XOpenDisplay(DisplayString(glfws));
  if (!display) return nullptr;
  int extension = 0, event = 0, error = 0, major = 2, minor = 2;
  if (!XQueryExtension(display, "XInputExtension", &extension, &event, &error) ||
      XIQueryVersion(display, &major, &minor) != Success) {
    XCloseDisplay(display);
    return nullptr;
  }
  return std::make_unique<XInputDevices>(display, extension);
}

}  // namespace handtint
