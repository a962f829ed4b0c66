// How a picture goes from the memory of the device that solved it to a screen: packed there as a texture takes it, a
// part of it at a time, so that no more moves than a screen can show. Only devices with memory of their own offer it;
// what a CPU solved is read (Engine::read).
//
//   Engine::show -> ScreenPicture -> SharedScreen::fill   where OpenGL draws on the same GPU: never in host memory
//                                 -> codes()              everywhere else: one copy to pinned host memory
//
// No GL names here: a buffer of OpenGL's is a number.
#pragma once

#include <cstdint>

namespace handtint::numerics {

// A screen shows the whole picture, and perhaps a part of it more sharply.
constexpr int screen_windows = 2;

// The colour of a pixel: -128..128 as signed normalised 16 bit, OpenGL's RG16_SNORM (screen_code in
// device_picture_ops.h).
struct ScreenCode {
  std::int16_t a, b;

  friend bool operator==(ScreenCode p, ScreenCode q) { return p.a == q.a && p.b == q.b; }
};

// A part of a picture, in its pixels, shown at the mean of step x step of them; the last row and column may hold fewer.
struct ScreenPart {
  int x = 0, y = 0, width = 0, height = 0, step = 1;

  int columns() const { return (width + step - 1) / step; }
  int rows() const { return (height + step - 1) / step; }
};

// A part of a picture as codes, finished or on its way, in a device's memory. It does not change any more. May outlive
// its engine; whoever holds it may use and drop it on one other thread than the engine's.
class ScreenPicture {
 public:
  virtual ~ScreenPicture() = default;
  ScreenPicture(const ScreenPicture&) = delete;
  ScreenPicture& operator=(const ScreenPicture&) = delete;

  int width() const { return width_; }
  int height() const { return height_; }

  // All codes row by row, in host memory; theirs until the picture is dropped. Waits for the copy, and begins it if
  // that was not wished for. Throws std::runtime_error if the device failed.
  virtual const ScreenCode* codes() = 0;

 protected:
  ScreenPicture(int width, int height) : width_(width), height_(height) {}

 private:
  int width_, height_;
};

// The way into a buffer of OpenGL's on the same GPU. Every call, the destructor too, on the thread that has the GL
// context, current. Calls throw std::runtime_error, in words for a person, where the way is closed; the buffer's
// content is then undefined, OpenGL may use the buffer, and the object can only be destroyed.
//
// Order: use, then fill as often as wanted, leave before the buffer gets another size or dies.
class SharedScreen {
 public:
  virtual ~SharedScreen() = default;  // leaves

  virtual void use(unsigned buffer) = 0;
  // The picture's codes from the buffer's first byte on. OpenGL may use them at once: what it is told next waits for
  // them on the GPU, nobody waits for them here.
  virtual void fill(ScreenPicture& picture) = 0;
  virtual void leave() = 0;
};

}  // namespace handtint::numerics
