// A texture as Dear ImGui names it.
#pragma once

#include <imgui.h>

#include <cstdint>

#include "editor/gui/gl/gl.h"

namespace handtint {

inline ImTextureID texture_id(const gl::Texture& texture) {
  return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(texture.id()));
}

}  // namespace handtint
