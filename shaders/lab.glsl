// CIE Lab (D65) -> sRGB, as solver/lab.h does it on the CPU; a test compares both over the Lab cube.

float inverse_f(float t) { return t > 6.0 / 29.0 ? t * t * t : (t - 4.0 / 29.0) * (108.0 / 841.0); }

// White-relative X and Z to linear sRGB; the column of Y is one minus these. Written with differences to Y so that greys stay
// grey to the last bit.
const vec3 rgb_from_x = vec3(3.07995511, -0.92125863, 0.05288740);
const vec3 rgb_from_z = vec3(-0.54281610, 0.04524751, 1.15113847);

vec3 linear_from_lab(float L, vec2 ab) {
  float fy = (L + 16.0) / 116.0;
  float y = inverse_f(fy);
  return y + rgb_from_x * (inverse_f(fy + ab.x / 500.0) - y) + rgb_from_z * (inverse_f(fy - ab.y / 200.0) - y);
}

bool in_gamut(vec3 linear_rgb) {
  const float rounding = 2e-6;  // of float sums; more would let dark colours leave the gamut visibly
  return all(greaterThanEqual(linear_rgb, vec3(-rounding))) && all(lessThanEqual(linear_rgb, vec3(1.0 + rounding)));
}

vec3 encode(vec3 linear_rgb) {
  vec3 c = clamp(linear_rgb, 0.0, 1.0);
  return mix(1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, 12.92 * c, vec3(lessThanEqual(c, vec3(0.0031308))));
}

// Where the colour cannot be shown, its chroma gives way and its lightness and hue stay (solver/lab.h: reduce_chroma_to_gamut).
vec3 srgb_from_lab(float L, vec2 ab) {
  L = clamp(L, 0.0, 100.0);
  vec3 rgb = linear_from_lab(L, ab);
  if (!in_gamut(rgb)) {
    float inside = 0.0, outside = 1.0;
    for (int i = 0; i < 18; ++i) {
      float middle = 0.5 * (inside + outside);
      if (in_gamut(linear_from_lab(L, middle * ab))) inside = middle;
      else outside = middle;
    }
    rgb = linear_from_lab(L, inside * ab);
  }
  return encode(rgb);
}
