// Brings what a GPU solved into textures: straight, where OpenGL draws on the same GPU, and by host memory everywhere
// else. Which it is shows at the first picture; a way that fails once is not tried again.
//
// Needs the GL context, also when it dies; used by the UI thread alone.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "editor/gui/gl/gl.h"
#include "solver/solver.h"

namespace handtint {

class PictureUpload {
 public:
  using Share = std::function<std::unique_ptr<numerics::SharedScreen>()>;  // throws std::runtime_error
  explicit PictureUpload(Share share = make_shared_screen) : share_(std::move(share)) {}

  // Gives the texture the size and the codes of the picture (gl::Texture::chroma16). False if there is no way to them
  // any more: the GPU failed. The texture is then as it was.
  bool upload(gl::Texture& texture, ScreenPicture& picture);

  bool shared() const { return screen_ != nullptr; }
  const std::string& why_not_shared() const { return why_not_; }  // empty as long as nothing was tried

 private:
  void share(ScreenPicture& picture);

  Share share_;  // empty once it was tried
  std::string why_not_;
  gl::Name<gl::free_buffer> buffer_;
  std::size_t bytes_ = 0;                           // of the buffer
  std::unique_ptr<numerics::SharedScreen> screen_;  // after the buffer: it leaves before that dies
};

}  // namespace handtint
