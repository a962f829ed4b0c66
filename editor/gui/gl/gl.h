// Owners of OpenGL objects (3.3 core). All of them need the context that was current when they were made, also when
// they die.
#pragma once

#include <epoxy/gl.h>

#include <string>
#include <utility>

namespace handtint::gl {

// A GL name that is freed by Free when its owner dies. Moves, never copies.
template <void (*Free)(GLuint)>
class Name {
 public:
  Name() = default;
  explicit Name(GLuint id) : id_(id) {}
  Name(Name&& other) noexcept : id_(std::exchange(other.id_, 0)) {}
  Name& operator=(Name&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Name() {
    if (id_) Free(id_);
  }
  GLuint id() const { return id_; }
  explicit operator bool() const { return id_ != 0; }

 private:
  GLuint id_ = 0;
};

inline void free_texture(GLuint id) {
  glDeleteTextures(1, &id);
}
inline void free_framebuffer(GLuint id) {
  glDeleteFramebuffers(1, &id);
}
inline void free_buffer(GLuint id) {
  glDeleteBuffers(1, &id);
}
inline void free_vertex_array(GLuint id) {
  glDeleteVertexArrays(1, &id);
}
inline void free_renderbuffer(GLuint id) {
  glDeleteRenderbuffers(1, &id);
}
inline void free_program(GLuint id) {
  glDeleteProgram(id);
}

// A 2D texture, clamped at its edges.
class Texture {
 public:
  struct Format {
    GLint internal;
    GLenum format, type;
  };
  static constexpr Format grey16{GL_R16, GL_RED, GL_UNSIGNED_SHORT};
  static constexpr Format chroma16{GL_RG16_SNORM, GL_RG, GL_SHORT};
  static constexpr Format rgba8{GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE};
  // In the order of a window's own pixels: Mesa's software renderers then copy it to the window as memory, thirty times
  // faster than by drawing. They look at this pair of formats only if the internal one has no size.
  static constexpr Format window8{GL_RGBA, GL_BGRA, GL_UNSIGNED_INT_8_8_8_8_REV};

  // Gives the texture a size; keeps its memory if that does not change. Contents are undefined afterwards.
  void resize(int width, int height, const Format& format, GLint filter = GL_LINEAR);
  // Rows y .. y + height of the full width, tightly packed.
  void upload_rows(int y, int height, const void* values);
  void set_filter(GLint filter);
  void bind(int unit) const;
  void clear() { *this = Texture(); }

  int width() const { return width_; }
  int height() const { return height_; }
  GLuint id() const { return name_.id(); }
  bool empty() const { return width_ == 0; }

 private:
  Name<free_texture> name_;
  int width_ = 0, height_ = 0;
  Format format_{};
  GLint filter_ = 0;
};

// A picture to draw into and to show later, 8 bits per channel.
class Target {
 public:
  void resize(int width, int height, const Texture::Format& format = Texture::window8);
  void bind() const;  // and sets the viewport
  // Copies a part; GL_NEAREST and no flip.
  void copy_to(const Target& other, int x, int y, int width, int height, int other_x, int other_y) const;
  const Texture& texture() const { return texture_; }
  GLuint id() const { return name_.id(); }
  int width() const { return texture_.width(); }
  int height() const { return texture_.height(); }

 private:
  Name<free_framebuffer> name_;
  Texture texture_;
};

// A linked program. The constructor throws std::runtime_error with the driver's log.
class Program {
 public:
  // `defines` go after the fragment shader's #version line.
  Program(const char* vertex_source, const char* fragment_source, const std::string& defines = {});

  void use() const { glUseProgram(name_.id()); }
  // Uniforms of the program in use; names that the linker removed are ignored, as GL does.
  void set(const char* name, int value) const { glUniform1i(at(name), value); }
  void set(const char* name, float value) const { glUniform1f(at(name), value); }
  void set(const char* name, float x, float y) const { glUniform2f(at(name), x, y); }
  void set(const char* name, float x, float y, float z) const { glUniform3f(at(name), x, y, z); }
  void set(const char* name, float x, float y, float z, float w) const { glUniform4f(at(name), x, y, z, w); }

 private:
  GLint at(const char* name) const { return glGetUniformLocation(name_.id(), name); }
  Name<free_program> name_;
};

// Core profile draws need a vertex array even where the shader makes the corners itself.
class VertexArray {
 public:
  VertexArray();
  void bind() const { glBindVertexArray(name_.id()); }

 private:
  Name<free_vertex_array> name_;
};

}  // namespace handtint::gl
