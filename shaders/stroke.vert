#version 330 core
// One capsule (a piece of a stroke) per instance, in screen pixels.
layout(location = 0) in vec4 ends;        // x0 y0 x1 y1, photo pixels
layout(location = 1) in vec2 radii;       // at both ends, photo pixels
layout(location = 2) in vec4 tint;        // sRGB, alpha
layout(location = 3) in float pattern;    // 0 plain, 1 neutral, 2 protect, 3 barrier, 4 eraser, 5 dashes

uniform vec2 canvas_origin;
uniform float photo_per_pixel;
uniform vec2 canvas_size;
uniform float grow;                       // screen pixels added to every radius

flat out vec4 capsule;
flat out vec2 radius;
flat out vec4 stroke_tint;
flat out float stroke_pattern;
out vec2 position;

void main() {
  capsule = (ends - canvas_origin.xyxy) / photo_per_pixel;
  radius = max(radii / photo_per_pixel, vec2(0.75)) + grow;
  stroke_tint = tint;
  stroke_pattern = pattern;
  float reach = max(radius.x, radius.y) + 1.0;
  vec2 low = min(capsule.xy, capsule.zw) - reach, high = max(capsule.xy, capsule.zw) + reach;
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  position = mix(low, high, corner);
  gl_Position = vec4(position / canvas_size * 2.0 - 1.0, 0.0, 1.0);
}
