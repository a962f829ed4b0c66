// The GLSL of shaders/, embedded at build time by shaders/embed.cmake.
#pragma once

namespace handtint::shaders {

// Tries for a colour that the screen cannot show (lab.glsl): within 1/255 everywhere; and for pictures that will be
// drawn again in a moment, where one pixel in a thousand may be off by 3/255.
constexpr int gamut_rounds = 11, quick_gamut_rounds = 6;

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
