#version 330 core
// The canvas: lightness of the photo and chroma of the solve, at any zoom, in any view.
// Positions are photo pixels: x right, y down, (0, 0) the corner of the first pixel.
//
// Compiled once for each combination that is used, because software renderers run both sides of a branch:
//   VIEW      ViewKind: 0 result, 1 photo, 2 strokes only, 3 colour only, 4 split
//   OVERVIEW  there is a solved chroma      DETAIL  and its visible part, sharper
//   DIFFERENCE  what the newest strokes change of it
//   FINISH    colours are finished (editor/document/finish.h)
//   OWN       the photo has a colour of its own, for "photo" and "split"
//   DITHER    the photo has more than 8 bits

uniform sampler2D lightness;      // a window onto one level of the photo's pyramid; 0..1 for L 0..100
uniform vec4 lightness_window;    // its place: photo position p has texture coordinate (p - xy) * zw
uniform sampler2D overview;       // chroma of the whole photo, perhaps reduced; -1..1 for -128..128
uniform vec4 overview_window;
uniform sampler2D detail;
uniform vec4 detail_window;
uniform sampler2D difference;     // chroma; -1..1 for -256..256
uniform vec4 difference_window;
uniform sampler2D own_chroma;
uniform vec4 own_window;

uniform vec2 canvas_origin;       // photo position of the canvas' top left corner
uniform float photo_per_pixel;    // photo pixels per screen pixel
uniform vec2 photo_size;
uniform float split;              // photo x at which the split view changes sides
uniform float vividness;          // of Finish
uniform vec2 warm;                // its warmth times warm_direction
uniform vec3 warmth;              // warmth_of_grey, warmth_of_colour, half_coloured
uniform vec3 surround;            // sRGB of what lies around the photo

out vec4 colour;

#include "lab.glsl"

vec2 at(vec4 window, vec2 p) { return (p - window.xy) * window.zw; }

vec2 solved_chroma(vec2 p) {
  vec2 ab = vec2(0.0);
#if OVERVIEW
  ab = 128.0 * texture(overview, at(overview_window, p)).rg;
#endif
#if DETAIL
  vec2 uv = at(detail_window, p);
  bool known = all(greaterThanEqual(uv, vec2(0.0))) && all(lessThanEqual(uv, vec2(1.0)));
  ab = known ? 128.0 * texture(detail, uv).rg : ab;
#endif
#if DIFFERENCE
  ab += 256.0 * texture(difference, at(difference_window, p)).rg;
#endif
#if FINISH
  ab *= vividness;
  float chroma = length(ab);
  ab += warm * (warmth.x + warmth.y * chroma / (chroma + warmth.z));
#endif
  return ab;
}

vec2 own_colour(vec2 p) {
#if OWN
  return 128.0 * texture(own_chroma, at(own_window, p)).rg;
#else
  return vec2(0.0);
#endif
}

vec2 shown_chroma(vec2 p) {
#if VIEW == 1
  return own_colour(p);
#elif VIEW == 4
  return p.x < split ? own_colour(p) : solved_chroma(p);
#else
  return solved_chroma(p);
#endif
}

// Interleaved gradient noise (Jimenez, "Next generation post processing in Call of Duty", 2014): breaks up 8-bit steps.
float noise(vec2 pixel) { return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715)))) - 0.5; }

void main() {
  vec2 p = canvas_origin + gl_FragCoord.xy * photo_per_pixel;  // the target's first row is the canvas' top
  bool around = any(lessThan(p, vec2(0.0))) || any(greaterThanEqual(p, photo_size));
#if VIEW == 2
  vec3 rgb = vec3(0.46);
#else
#if VIEW == 3
  float L = 65.0;
#else
  float L = 100.0 * texture(lightness, at(lightness_window, p)).r;
#endif
  vec3 rgb = srgb_from_lab(L, shown_chroma(p));
#if DITHER
  rgb += noise(gl_FragCoord.xy) / 255.0;
#endif
#endif
  colour = vec4(around ? surround : rgb, 1.0);
}
