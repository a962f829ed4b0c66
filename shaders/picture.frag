#version 330 core
// The canvas: lightness of the photo and chroma of the solve, at any zoom, in any view.
// Positions are photo pixels: x right, y down, (0, 0) the corner of the first pixel.

uniform sampler2D lightness;      // a window onto one level of the photo's pyramid; 0..1 for L 0..100
uniform vec4 lightness_window;    // its place: photo position p has texture coordinate (p - xy) * zw
uniform sampler2D overview;       // chroma of the whole photo, perhaps reduced; -1..1 for -128..128
uniform vec4 overview_window;
uniform sampler2D detail;         // chroma of the visible part, sharper
uniform vec4 detail_window;       // zw = 0: there is none
uniform sampler2D own_chroma;     // the photo's own colour, for the "photo" view of a coloured original
uniform vec4 own_window;          // zw = 0: a grey photo

uniform vec2 canvas_origin;       // photo position of the canvas' top left corner
uniform float photo_per_pixel;    // photo pixels per screen pixel
uniform float canvas_height;      // screen pixels; GL counts them from below
uniform vec2 photo_size;
uniform int view;                 // ViewKind: 0 result, 1 photo, 2 strokes only, 3 colour only, 4 split
uniform float split;              // photo x at which the split view changes sides
uniform vec3 surround;            // sRGB of what lies around the photo
uniform float dither;             // one 8-bit step for photos of more than 8 bits, else 0

out vec4 colour;

#include "lab.glsl"

vec2 at(vec4 window, vec2 p) { return (p - window.xy) * window.zw; }

vec2 chroma_at(vec2 p) {
  if (detail_window.z > 0.0) {
    vec2 uv = at(detail_window, p);
    if (all(greaterThanEqual(uv, vec2(0.0))) && all(lessThanEqual(uv, vec2(1.0)))) return 128.0 * texture(detail, uv).rg;
  }
  return overview_window.z > 0.0 ? 128.0 * texture(overview, at(overview_window, p)).rg : vec2(0.0);
}

// Interleaved gradient noise (Jimenez, "Next generation post processing in Call of Duty", 2014): breaks up 8-bit steps.
float noise(vec2 pixel) { return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715)))) - 0.5; }

void main() {
  vec2 screen = vec2(gl_FragCoord.x, canvas_height - gl_FragCoord.y);
  vec2 p = canvas_origin + screen * photo_per_pixel;
  if (any(lessThan(p, vec2(0.0))) || any(greaterThanEqual(p, photo_size))) {
    colour = vec4(surround, 1.0);
    return;
  }
  if (view == 2) {
    colour = vec4(vec3(0.46), 1.0);
    return;
  }
  bool before = view == 1 || (view == 4 && p.x < split);
  float L = view == 3 ? 65.0 : 100.0 * texture(lightness, at(lightness_window, p)).r;
  vec2 ab = before ? (own_window.z > 0.0 ? 128.0 * texture(own_chroma, at(own_window, p)).rg : vec2(0.0)) : chroma_at(p);
  colour = vec4(srgb_from_lab(L, ab) + dither * noise(gl_FragCoord.xy), 1.0);
}
