// CIE Lab (D65) -> sRGB, as solver/lab.h does it on the CPU; a test compares both over the Lab cube.

float inverse_f(float t) { return t > 6.0 / 29.0 ? t * t * t : (t - 4.0 / 29.0) * (108.0 / 841.0); }

// White-relative X and Z to linear sRGB; the column of Y is one minus these. Written with differences to Y so that greys stay
// grey to the last bit.
const vec3 rgb_from_x = vec3(3.07995511, -0.92125863, 0.05288740);
const vec3 rgb_from_z = vec3(-0.54281610, 0.04524751, 1.15113847);

// f = (L + 16) / 116, y = inverse_f(f), d = (a / 500, -b / 200).
vec3 linear_from_f(float f, float y, vec2 d) {
  return y + rgb_from_x * (inverse_f(f + d.x) - y) + rgb_from_z * (inverse_f(f + d.y) - y);
}

// How far inside the gamut; negative outside.
float slack_of(vec3 rgb) {
  return min(min(min(rgb.r, rgb.g), rgb.b), 1.0 - max(max(rgb.r, rgb.g), rgb.b));
}
const float rounding = 2e-6;  // of float sums; more would let dark colours leave the gamut visibly

vec3 encode(vec3 linear_rgb) {
  vec3 c = clamp(linear_rgb, 0.0, 1.0);
  return mix(1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, 12.92 * c, vec3(lessThanEqual(c, vec3(0.0031308))));
}

// Where the colour cannot be shown, its chroma gives way and its lightness and hue stay: the bisection of solver/lab.h, and a
// straight line through the last two tries. Software renderers run both sides of a branch but leave a loop when no pixel needs it
// any more; a known number of rounds would be unrolled into branches, so it is a uniform.
uniform int gamut_rounds;  // editor/gui/shaders.h

vec3 srgb_from_lab(float L, vec2 ab) {
  float f = (clamp(L, 0.0, 100.0) + 16.0) / 116.0;
  float y = inverse_f(f);
  vec2 d = vec2(ab.x / 500.0, -ab.y / 200.0);
  float share = 1.0, slack_above = slack_of(linear_from_f(f, y, d));
  if (slack_above < -rounding) {
    share = 0.0;
    float step_size = 1.0, slack_below = min(y, 1.0 - y);
    for (int i = 0; i < gamut_rounds; ++i) {
      step_size *= 0.5;
      float slack = slack_of(linear_from_f(f, y, (share + step_size) * d));
      bool fits = slack >= 0.0;
      share += fits ? step_size : 0.0;
      slack_below = fits ? slack : slack_below;
      slack_above = fits ? slack_above : slack;
    }
    share += step_size * slack_below / max(slack_below - slack_above, 1e-9);
  }
  return encode(linear_from_f(f, y, share * d));
}
