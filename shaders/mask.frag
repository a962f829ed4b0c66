#version 330 core
// An imported stroke mask, pixel by pixel.
uniform sampler2D mask;
uniform vec2 canvas_origin;
uniform float photo_per_pixel;
uniform float texels_per_photo;
out vec4 colour;

void main() {
  vec2 p = canvas_origin + gl_FragCoord.xy * photo_per_pixel;
  ivec2 texel = ivec2(floor(p * texels_per_photo));
  if (any(lessThan(texel, ivec2(0))) || any(greaterThanEqual(texel, textureSize(mask, 0)))) discard;
  colour = texelFetch(mask, texel, 0);
}
