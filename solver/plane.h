// Owning image planes and pixel rectangles: the currency between the rooms of the house.
//
// A Plane is a dense row-major array of width x height values; x is the column, y is the row. It owns its memory,
// copies deeply and moves cheaply. It is not padded: the executors pad their own working planes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace handtint {

// Half-open pixel rectangle [x0, x1) x [y0, y1).
struct Rect {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;

  bool empty() const { return x0 >= x1 || y0 >= y1; }
  int width() const { return x1 - x0; }
  int height() const { return y1 - y0; }
  Rect moved(int dx, int dy) const { return {x0 + dx, y0 + dy, x1 + dx, y1 + dy}; }
  bool contains(const Rect& other) const {
    return x0 <= other.x0 && y0 <= other.y0 && other.x1 <= x1 && other.y1 <= y1;
  }
  friend bool operator==(const Rect&, const Rect&) = default;
};

inline Rect intersect(const Rect& p, const Rect& q) {
  return {std::max(p.x0, q.x0), std::max(p.y0, q.y0), std::min(p.x1, q.x1), std::min(p.y1, q.y1)};
}
inline Rect unite(const Rect& p, const Rect& q) {
  if (p.empty()) return q;
  if (q.empty()) return p;
  return {std::min(p.x0, q.x0), std::min(p.y0, q.y0), std::max(p.x1, q.x1), std::max(p.y1, q.y1)};
}

// Memory of a plane. `cleared`: what a vector is made of without values are zeros as the system hands them out, so that
// of a large plane in which little is written only that takes memory. Reading before writing costs a page twice.
template <class T>
struct PlaneMemory {
  static_assert(std::is_trivially_copyable_v<T>);
  using value_type = T;
  using is_always_equal = std::true_type;  // whatever was taken is given back in one way
  bool cleared = false;

  T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_alloc();
    void* memory = cleared ? std::calloc(count, sizeof(T)) : std::malloc(count * sizeof(T));
    if (!memory) throw std::bad_alloc();
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { std::free(memory); }
  template <class U>
  void construct(U* at) {
    if (!cleared) ::new (static_cast<void*>(at)) U();
  }
  template <class U, class... Values>
  void construct(U* at, Values&&... values) {
    ::new (static_cast<void*>(at)) U(std::forward<Values>(values)...);
  }
  friend bool operator==(PlaneMemory, PlaneMemory) { return true; }
};

template <class T>
class Plane {
 public:
  Plane() = default;
  Plane(int width, int height, T fill = T{})
      : width_(width), height_(height), values_(static_cast<std::size_t>(width) * height, fill) {}
  // Zeros, of which few will be written.
  static Plane sparse(int width, int height) {
    Plane plane;
    plane.width_ = width;
    plane.height_ = height;
    plane.values_ = Values(static_cast<std::size_t>(width) * height, PlaneMemory<T>{true});
    return plane;
  }

  int width() const { return width_; }
  int height() const { return height_; }
  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  Rect whole() const { return {0, 0, width_, height_}; }

  T* row(int y) { return values_.data() + static_cast<std::size_t>(y) * width_; }
  const T* row(int y) const { return values_.data() + static_cast<std::size_t>(y) * width_; }
  T& operator()(int x, int y) { return row(y)[x]; }
  const T& operator()(int x, int y) const { return row(y)[x]; }

  T* data() { return values_.data(); }
  const T* data() const { return values_.data(); }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

  // The values inside a rectangle, which lies within the plane.
  Plane cut(const Rect& rect) const {
    Plane part(rect.width(), rect.height());
    for (int y = rect.y0; y < rect.y1; ++y) std::copy_n(row(y) + rect.x0, rect.width(), part.row(y - rect.y0));
    return part;
  }
  // Takes the values of a plane of the rectangle's size.
  void paste(const Plane& part, const Rect& rect) {
    for (int y = rect.y0; y < rect.y1; ++y) std::copy_n(part.row(y - rect.y0), rect.width(), row(y) + rect.x0);
  }

  template <class AnyPlane>
  bool same_size(const AnyPlane& other) const {
    return width_ == other.width() && height_ == other.height();
  }
  friend bool operator==(const Plane&, const Plane&) = default;

 private:
  int width_ = 0, height_ = 0;
  using Values = std::vector<T, PlaneMemory<T>>;
  Values values_;
};

// A plane that many hold: copies share its values, which costs nothing, and it reads like a const Plane. Who edits one
// gets values of its own first, so that nobody else sees the change.
template <class T>
class SharedPlane {
 public:
  SharedPlane() : SharedPlane(Plane<T>()) {}
  SharedPlane(Plane<T> plane) : plane_(std::make_shared<Plane<T>>(std::move(plane))) {}

  operator const Plane<T>&() const { return *plane_; }
  Plane<T>& edit() {
    if (plane_.use_count() > 1) plane_ = std::make_shared<Plane<T>>(*plane_);
    return *plane_;
  }

  int width() const { return plane_->width(); }
  int height() const { return plane_->height(); }
  bool empty() const { return plane_->empty(); }
  std::size_t size() const { return plane_->size(); }
  Rect whole() const { return plane_->whole(); }
  const T* row(int y) const { return plane_->row(y); }
  const T& operator()(int x, int y) const { return (*plane_)(x, y); }
  const T* data() const { return plane_->data(); }
  auto begin() const { return plane_->begin(); }
  auto end() const { return plane_->end(); }

  template <class AnyPlane>
  bool same_size(const AnyPlane& other) const {
    return plane_->same_size(other);
  }
  friend bool operator==(const SharedPlane& p, const SharedPlane& q) {
    return p.plane_ == q.plane_ || *p.plane_ == *q.plane_;
  }
  friend bool operator==(const SharedPlane& p, const Plane<T>& q) { return *p.plane_ == q; }

 private:
  std::shared_ptr<Plane<T>> plane_;
};

// CIE a and b of a picture. Its size is the solved size, which may be smaller than the photo's while a solve refines:
// whoever shows it stretches it bilinearly over the photo.
struct Chroma {
  Plane<float> a, b;

  bool empty() const { return a.empty(); }
  int width() const { return a.width(); }
  int height() const { return a.height(); }
  friend bool operator==(const Chroma&, const Chroma&) = default;
};

}  // namespace handtint
