#version 330 core
// The picker's field: the ab plane at one lightness; what sRGB cannot show there is dimmed.
uniform float lightness;  // 0..100
uniform float extent;     // a and b run from -extent to extent
uniform vec2 size;        // pixels
uniform vec3 surround;    // the panel's own colour, for the dimmed part
out vec4 colour;

#include "lab.glsl"

void main() {
  vec2 ab = (gl_FragCoord.xy / size * 2.0 - 1.0) * extent;  // b upwards, as colour scientists draw it
  float f = (lightness + 16.0) / 116.0;
  vec3 rgb = linear_from_f(f, inverse_f(f), vec2(ab.x / 500.0, -ab.y / 200.0));
  colour = vec4(mix(surround, encode(rgb), slack_of(rgb) >= -rounding ? 1.0 : 0.22), 1.0);
}
