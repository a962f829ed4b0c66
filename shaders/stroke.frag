#version 330 core
// A capsule with a soft rim of one screen pixel; the pattern says what kind of stroke it is.
flat in vec4 capsule;
flat in vec2 radius;
flat in vec4 stroke_tint;
flat in float stroke_pattern;
in vec2 position;
out vec4 colour;

void main() {
  vec2 along = capsule.zw - capsule.xy;
  float t = clamp(dot(position - capsule.xy, along) / max(dot(along, along), 1e-6), 0.0, 1.0);
  float distance = length(position - capsule.xy - t * along) - mix(radius.x, radius.y, t);
  float cover = clamp(0.5 - distance, 0.0, 1.0);
  if (cover <= 0.0) discard;
  vec3 tint = stroke_tint.rgb;
  int kind = int(stroke_pattern + 0.5);
  if (kind == 1) {  // neutral: a fine check of two greys
    ivec2 cell = ivec2(floor(position / 4.0));
    tint = (cell.x + cell.y) % 2 == 0 ? vec3(0.62) : vec3(0.42);
  } else if (kind == 2) {  // protect: diagonal stripes over the photo's own colour
    tint = vec3(0.9);
    if (mod(position.x + position.y, 12.0) < 8.0) cover *= 0.15;
  } else if (kind == 3) {  // barrier: a line of light and dark dashes
    tint = mod(position.x + position.y, 10.0) < 5.0 ? vec3(0.96) : vec3(0.12);
  } else if (kind == 5) {  // the rim of a stroke of another frame: its colour, dark, light, to be seen on anything
    ivec2 cell = ivec2(floor(position / 5.0));
    int dash = (cell.x + cell.y) & 3;
    if (dash == 1) tint = vec3(0.1);
    if (dash == 3) tint = vec3(0.95);
  }
  colour = vec4(tint, 1.0) * (stroke_tint.a * cover);
}
