#version 330 core
// Fills the stencil only.
out vec4 colour;
void main() { colour = vec4(0.0); }
