// OpenGL for tests without a window (EGL), on whatever this machine has.
#pragma once

#include <epoxy/egl.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

inline bool make_context_on(EGLenum platform, void* device) {
  const auto get_display =
      reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
  if (!get_display) return false;
  EGLDisplay display = get_display(platform, device, nullptr);
  if (display == EGL_NO_DISPLAY || !eglInitialize(display, nullptr, nullptr)) return false;
  if (!eglBindAPI(EGL_OPENGL_API)) return false;
  const EGLint attributes[] = {
      EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 3, EGL_CONTEXT_OPENGL_PROFILE_MASK,
      EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
  EGLContext context = eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
  return context != EGL_NO_CONTEXT && eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context);
}

// A context without a window. False where the machine cannot give one.
inline bool make_context() {
  return make_context_on(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY);
}

inline bool have_context() {
  // The test needs a context for all of its life, once; a machine that has none (no Mesa, no GPU) skips with exit
  // code 77.
  if (make_context()) return true;
  std::puts("skipped: this machine gives no OpenGL 3.3 context without a window (EGL surfaceless)");
  std::exit(77);
}

// A context on one of the GPUs, the first with which `accept` does not throw. Why not, or empty.
template <class Accept>
std::string make_context_on_gpu(Accept accept) {
  const auto query = reinterpret_cast<PFNEGLQUERYDEVICESEXTPROC>(eglGetProcAddress("eglQueryDevicesEXT"));
  EGLDeviceEXT devices[16];
  EGLint count = 0;
  if (!query || !query(16, devices, &count)) return "EGL lists no GPUs";
  std::string why = "no GPU gives OpenGL 3.3 without a window";
  for (EGLint i = 0; i < count; ++i) {
    if (!make_context_on(EGL_PLATFORM_DEVICE_EXT, devices[i])) continue;
    try {
      accept();
      return {};
    } catch (const std::exception& failure) {
      why = failure.what();
    }
  }
  return why;
}
