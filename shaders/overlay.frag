#version 330 core
// Lays the layer of strokes over the picture.
uniform sampler2D layer;  // premultiplied, of the canvas' size
uniform vec2 offset;      // of the canvas in the framebuffer, pixels
uniform float opacity;
out vec4 colour;

void main() { colour = opacity * texelFetch(layer, ivec2(gl_FragCoord.xy - offset), 0); }
