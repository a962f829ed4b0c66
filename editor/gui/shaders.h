// The GLSL of shaders/, embedded at build time by shaders/embed.cmake.
#pragma once

namespace handtint::shaders {

extern const char* const fullscreen_vert;
extern const char* const picture_frag;
extern const char* const overlay_frag;
extern const char* const picker_frag;
extern const char* const stroke_vert;
extern const char* const stroke_frag;
extern const char* const region_vert;
extern const char* const region_frag;
extern const char* const mask_frag;

}  // namespace handtint::shaders
