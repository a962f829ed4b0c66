// Draws the photo and its colour: lightness and chroma as textures, colours made in shaders/picture.frag.
//
// Only what the screen can show is on the GPU: a window of the lightness pyramid, the whole chroma reduced to at most
// overview_pixels, and the visible part of it at full detail. So the photo's size does not matter. Draws
// into a picture of its own and only when something changed. Needs the GL context; used by the UI thread alone.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "editor/document/finish.h"
#include "editor/gui/gl/gl.h"
#include "editor/gui/gl/picture_upload.h"
#include "editor/work/changed_tiles.h"
#include "editor/work/picture_source.h"
#include "editor/work/solved_picture.h"
#include "editor/work/view_state.h"

namespace handtint {

enum class ViewKind { result, photo, strokes, colour, split };

struct PictureLook {
  ViewKind view = ViewKind::result;
  float split = 0.5f;  // share of the photo's width at which "before" ends
  Rgb surround{0.2f, 0.2f, 0.2f};
  Finish finish = {};
  friend bool operator==(const PictureLook& p, const PictureLook& q) {
    return p.view == q.view && p.split == q.split && p.surround.r == q.surround.r && p.finish == q.finish;
  }
};

class PicturePainter {
 public:
  explicit PicturePainter(PictureUpload::Share share = make_shared_screen);

  void set_source(PictureSource source);  // forgets the chroma of the photo before
  void set_chroma(SolvedPicture picture);
  void clear_chroma();

  // How pictures come that are still with a GPU: for the solver's thread, which makes them.
  PictureTransfer transfer() const { return transfer_; }
  const std::string& why_not_shared() const { return upload_.why_not_shared(); }
  // What of the photo should come as SolvedPicture::close_up, without codes. Changes seldom: there is a margin.
  const PictureOnDevice& wanted_close_up() const { return wanted_close_up_; }

  // Brings the picture up to date. Returns what was drawn anew, in pixels of the canvas.
  Rect draw(const ViewState& view, const PictureLook& look);
  const gl::Target& picture() const { return target_; }

 private:
  struct Window {  // a texture and its place: photo position p has texture coordinate (p - origin) * scale
    gl::Texture texture;
    float origin_x = 0, origin_y = 0, scale_x = 0, scale_y = 0;
    Rect visible_for;  // the part of the photo it covers
    int level = -1;
    void forget() { scale_x = scale_y = 0, level = -1; }
  };
  // A first answer to new strokes, laid over the refined picture that is there; false if it must be shown as it is.
  bool lay_over_refined(const SolvedPicture& picture);
  void update_lightness(const ViewState& view);
  void want_close_up(const ViewState& view);
  void update_detail(const ViewState& view);
  bool show_overview(const SolvedPicture& picture);
  // false: the GPU that has it failed
  bool upload(Window& window, const PictureOnDevice& shown, float photo_per_pixel_x, float photo_per_pixel_y);
  void upload_chroma(Window& window, const Chroma& chroma, float photo_per_texel_x, float photo_per_texel_y,
                     float scale = 1);

  const gl::Program& program_for(const PictureLook& look);

  std::map<std::string, gl::Program> programs_;  // by their defines
  gl::VertexArray vertices_;
  gl::Target target_;
  PictureUpload upload_;
  PictureTransfer transfer_ = PictureTransfer::copied;
  PictureOnDevice wanted_close_up_;
  PictureSource source_;
  Window lightness_, overview_, detail_, difference_, own_;
  std::optional<SolvedPicture> solved_;
  std::optional<ViewState> drawn_view_;
  PictureLook drawn_look_;
  ChangedTiles changed_;
};

}  // namespace handtint
