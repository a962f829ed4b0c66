#include "editor/gui/window_picture.h"

#include <epoxy/gl.h>
// The backend comes after ImGui itself.
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace handtint {
namespace {

template <class T>
bool same(const ImVector<T>& now, const std::vector<T>& before) {
  return static_cast<std::size_t>(now.Size) == before.size() &&
         (before.empty() || std::memcmp(now.Data, before.data(), before.size() * sizeof(T)) == 0);
}

bool same(const ImVector<ImDrawCmd>& now, const std::vector<ImDrawCmd>& before) {
  return std::equal(now.begin(), now.end(), before.begin(), before.end(), [](const ImDrawCmd& p, const ImDrawCmd& q) {
    return std::memcmp(&p.ClipRect, &q.ClipRect, sizeof p.ClipRect) == 0 && p.TextureId == q.TextureId &&
           p.VtxOffset == q.VtxOffset && p.IdxOffset == q.IdxOffset && p.ElemCount == q.ElemCount;
  });
}

// Where a list draws: what its commands' corners span inside their clips. Points to pixels by `scale`.
Rect place_of(const ImDrawList& list, ImVec2 origin, ImVec2 scale) {
  ImVec4 whole{1e9f, 1e9f, -1e9f, -1e9f};
  for (const ImDrawCmd& command : list.CmdBuffer) {
    ImVec4 box{1e9f, 1e9f, -1e9f, -1e9f};
    for (unsigned i = 0; i < command.ElemCount; ++i) {
      const ImVec2 p =
          list.VtxBuffer[static_cast<int>(command.VtxOffset + list.IdxBuffer[static_cast<int>(command.IdxOffset + i)])]
              .pos;
      box = {std::min(box.x, p.x), std::min(box.y, p.y), std::max(box.z, p.x), std::max(box.w, p.y)};
    }
    const ImVec4& clip = command.ClipRect;
    box = {std::max(box.x, clip.x), std::max(box.y, clip.y), std::min(box.z, clip.z), std::min(box.w, clip.w)};
    if (box.x >= box.z || box.y >= box.w) continue;
    whole = {std::min(whole.x, box.x), std::min(whole.y, box.y), std::max(whole.z, box.z), std::max(whole.w, box.w)};
  }
  if (whole.x >= whole.z) return {};
  const auto low = [](float v) { return static_cast<int>(std::floor(v)) - 1; };
  const auto high = [](float v) { return static_cast<int>(std::ceil(v)) + 1; };
  return {low((whole.x - origin.x) * scale.x), low((whole.y - origin.y) * scale.y),
          high((whole.z - origin.x) * scale.x), high((whole.w - origin.y) * scale.y)};
}

// Turns the interface upside down: the backend draws for pictures whose first row is the lowest.
void mirror(ImDrawData& data) {
  const float sum = 2 * data.DisplayPos.y + data.DisplaySize.y;
  for (int n = 0; n < data.CmdListsCount; ++n) {
    for (ImDrawVert& vertex : data.CmdLists[n]->VtxBuffer) vertex.pos.y = sum - vertex.pos.y;
    for (ImDrawCmd& command : data.CmdLists[n]->CmdBuffer) {
      const ImVec4 clip = command.ClipRect;
      command.ClipRect = {clip.x, sum - clip.w, clip.z, sum - clip.y};
    }
  }
}

}  // namespace

void WindowPicture::begin(int width, int height) {
  damaged_.clear();
  if (width == picture_.width() && height == picture_.height()) return;
  picture_.resize(width, height);
  layers_.clear();
  damage_all();
}

void WindowPicture::damage(const Rect& pixels) {
  Rect fresh = intersect(pixels, {0, 0, picture_.width(), picture_.height()});
  if (fresh.empty()) return;
  // Rectangles that touch become one, which may touch others.
  constexpr std::size_t most = 6;  // each means a pass over the interface
  for (std::size_t i = 0; i < damaged_.size();) {
    if (damaged_.size() < most && intersect(damaged_[i], fresh).empty()) {
      ++i;
      continue;
    }
    fresh = unite(fresh, damaged_[i]);
    damaged_.erase(damaged_.begin() + static_cast<std::ptrdiff_t>(i));
    i = 0;
  }
  damaged_.push_back(fresh);
}

void WindowPicture::damage_by(ImDrawData& interface) {
  const auto count = static_cast<std::size_t>(interface.CmdListsCount);
  for (std::size_t n = count; n < layers_.size(); ++n) damage(layers_[n].place);
  layers_.resize(count);
  for (std::size_t n = 0; n < count; ++n) {
    const ImDrawList& list = *interface.CmdLists[static_cast<int>(n)];
    Layer& layer = layers_[n];
    if (same(list.VtxBuffer, layer.vertices) && same(list.IdxBuffer, layer.indices) &&
        same(list.CmdBuffer, layer.commands)) {
      continue;
    }
    damage(layer.place);
    layer.vertices.assign(list.VtxBuffer.begin(), list.VtxBuffer.end());
    layer.indices.assign(list.IdxBuffer.begin(), list.IdxBuffer.end());
    layer.commands.assign(list.CmdBuffer.begin(), list.CmdBuffer.end());
    layer.place = place_of(list, interface.DisplayPos, interface.FramebufferScale);
    damage(layer.place);
  }
}

bool WindowPicture::draw(ImDrawData& interface, const std::function<void(const Rect&)>& draw_below) {
  damage_by(interface);
  if (damaged_.empty()) return false;
  mirror(interface);
  std::vector<ImVec4> clips;
  for (int n = 0; n < interface.CmdListsCount; ++n)
    for (const ImDrawCmd& command : interface.CmdLists[n]->CmdBuffer) clips.push_back(command.ClipRect);
  const ImVec2 origin = interface.DisplayPos, scale = interface.FramebufferScale;
  const int height = picture_.height();
  for (const Rect& part : damaged_) {
    draw_below(part);
    const ImVec4 box{
        origin.x + static_cast<float>(part.x0) / scale.x, origin.y + static_cast<float>(height - part.y1) / scale.y,
        origin.x + static_cast<float>(part.x1) / scale.x, origin.y + static_cast<float>(height - part.y0) / scale.y};
    auto clip = clips.begin();
    for (int n = 0; n < interface.CmdListsCount; ++n) {
      for (ImDrawCmd& command : interface.CmdLists[n]->CmdBuffer) {
        command.ClipRect = {std::max(clip->x, box.x), std::max(clip->y, box.y), std::min(clip->z, box.z),
                            std::min(clip->w, box.w)};
        ++clip;
      }
    }
    picture_.bind();
    ImGui_ImplOpenGL3_RenderDrawData(&interface);
  }
  return true;
}

void WindowPicture::present() const {
  const int width = picture_.width(), height = picture_.height();
  glBindFramebuffer(GL_READ_FRAMEBUFFER, picture_.id());
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, 0);
  glBlitFramebuffer(0, height, width, 0, 0, 0, width, height, GL_COLOR_BUFFER_BIT, GL_NEAREST);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
}

}  // namespace handtint
