#include "editor/gui/gl/gl.h"

#include <stdexcept>
#include <vector>

#include "solver/tr.h"

namespace handtint::gl {

void Texture::resize(int width, int height, const Format& format, GLint filter) {
  if (name_ && width == width_ && height == height_ && format.internal == format_.internal) {
    set_filter(filter);
    return;
  }
  if (!name_) {
    GLuint id = 0;
    glGenTextures(1, &id);
    name_ = Name<free_texture>(id);
    filter_ = 0;
  }
  width_ = width;
  height_ = height;
  format_ = format;
  glBindTexture(GL_TEXTURE_2D, name_.id());
  glTexImage2D(GL_TEXTURE_2D, 0, format.internal, width, height, 0, format.format, format.type, nullptr);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
  set_filter(filter);
}

void Texture::set_filter(GLint filter) {
  if (filter == filter_) return;
  filter_ = filter;
  glBindTexture(GL_TEXTURE_2D, name_.id());
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
}

void Texture::upload_rows(int y, int height, const void* values) {
  glBindTexture(GL_TEXTURE_2D, name_.id());
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
  glTexSubImage2D(GL_TEXTURE_2D, 0, 0, y, width_, height, format_.format, format_.type, values);
}

void Texture::bind(int unit) const {
  glActiveTexture(GL_TEXTURE0 + unit);
  glBindTexture(GL_TEXTURE_2D, name_.id());
  glActiveTexture(GL_TEXTURE0);
}

void Target::resize(int width, int height, const Texture::Format& format) {
  if (name_ && width == texture_.width() && height == texture_.height()) return;
  texture_.resize(width, height, format, GL_NEAREST);
  if (!name_) {
    GLuint id = 0;
    glGenFramebuffers(1, &id);
    name_ = Name<free_framebuffer>(id);
  }
  glBindFramebuffer(GL_FRAMEBUFFER, name_.id());
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_.id(), 0);
  const GLenum state = glCheckFramebufferStatus(GL_FRAMEBUFFER);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  if (state != GL_FRAMEBUFFER_COMPLETE)
    throw std::runtime_error(tr("OpenGL cannot draw into a picture of the window's size."));
}

void Target::bind() const {
  glBindFramebuffer(GL_FRAMEBUFFER, name_.id());
  glViewport(0, 0, width(), height());
}

void Target::copy_to(const Target& other, int x, int y, int width, int height, int other_x, int other_y) const {
  glBindFramebuffer(GL_READ_FRAMEBUFFER, id());
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, other.id());
  glBlitFramebuffer(x, y, x + width, y + height, other_x, other_y, other_x + width, other_y + height,
                    GL_COLOR_BUFFER_BIT, GL_NEAREST);
}

namespace {

GLuint compile(GLenum stage, const char* source) {
  const GLuint shader = glCreateShader(stage);
  glShaderSource(shader, 1, &source, nullptr);
  glCompileShader(shader);
  GLint good = 0, length = 0;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &good);
  if (good) return shader;
  glGetShaderiv(shader, GL_INFO_LOG_LENGTH, &length);
  std::vector<char> log(static_cast<std::size_t>(length) + 1, '\0');
  glGetShaderInfoLog(shader, length, nullptr, log.data());
  glDeleteShader(shader);
  throw std::runtime_error(tr("The graphics driver refuses a shader: {1}", {log.data()}));
}

}  // namespace

Program::Program(const char* vertex_source, const char* fragment_source, const std::string& defines)
    : name_(glCreateProgram()) {
  std::string fragment(fragment_source);
  fragment.insert(fragment.find('\n') + 1, defines);
  for (const auto& [stage, source] :
       {std::pair{GL_VERTEX_SHADER, vertex_source}, {GL_FRAGMENT_SHADER, fragment.c_str()}}) {
    const GLuint shader = compile(static_cast<GLenum>(stage), source);
    glAttachShader(name_.id(), shader);
    glDeleteShader(shader);  // lives on until the program dies
  }
  glLinkProgram(name_.id());
  GLint good = 0, length = 0;
  glGetProgramiv(name_.id(), GL_LINK_STATUS, &good);
  if (good) return;
  glGetProgramiv(name_.id(), GL_INFO_LOG_LENGTH, &length);
  std::vector<char> log(static_cast<std::size_t>(length) + 1, '\0');
  glGetProgramInfoLog(name_.id(), length, nullptr, log.data());
  throw std::runtime_error(tr("The graphics driver cannot link a shader: {1}", {log.data()}));
}

VertexArray::VertexArray() {
  GLuint id = 0;
  glGenVertexArrays(1, &id);
  name_ = Name<free_vertex_array>(id);
}

}  // namespace handtint::gl
