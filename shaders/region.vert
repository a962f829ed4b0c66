#version 330 core
// A corner of a lasso region, in photo pixels.
layout(location = 0) in vec2 corner;
uniform vec2 canvas_origin;
uniform float photo_per_pixel;
uniform vec2 canvas_size;

void main() {
  vec2 p = (corner - canvas_origin) / photo_per_pixel;
  gl_Position = vec4(p / canvas_size * 2.0 - 1.0, 0.0, 1.0);
}
