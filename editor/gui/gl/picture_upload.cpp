#include "editor/gui/gl/picture_upload.h"

#include <exception>

namespace handtint {

bool PictureUpload::upload(gl::Texture& texture, ScreenPicture& picture) {
  const auto take = [&](const void* codes) {
    texture.resize(picture.width(), picture.height(), gl::Texture::chroma16);
    texture.upload_rows(0, picture.height(), codes);
    return true;
  };
  try {
    if (const Share connect = std::exchange(share_, nullptr)) screen_ = connect();
    if (screen_) {
      share(picture);
      glBindBuffer(GL_PIXEL_UNPACK_BUFFER, buffer_.id());
      take(nullptr);  // from the buffer's first byte
      glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
      return true;
    }
  } catch (const std::exception& failure) {
    why_not_ = failure.what();
    screen_.reset();
    buffer_ = {};
  }
  try {
    return take(picture.codes());
  } catch (const std::exception&) {
    return false;  // whoever solves will meet the same failure, and tell
  }
}

// The buffer has room for it, and has it.
void PictureUpload::share(ScreenPicture& picture) {
  const std::size_t bytes = static_cast<std::size_t>(picture.width()) * picture.height() * sizeof(numerics::ScreenCode);
  if (!buffer_) {
    GLuint id = 0;
    glGenBuffers(1, &id);
    buffer_ = gl::Name<gl::free_buffer>(id);
  }
  if (bytes > bytes_) {
    screen_->leave();
    glBindBuffer(GL_PIXEL_UNPACK_BUFFER, buffer_.id());
    glBufferData(GL_PIXEL_UNPACK_BUFFER, static_cast<GLsizeiptr>(bytes), nullptr, GL_STREAM_COPY);
    glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    bytes_ = bytes;
    screen_->use(buffer_.id());
  }
  screen_->fill(picture);
}

}  // namespace handtint
