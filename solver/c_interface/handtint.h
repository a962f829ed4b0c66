/* Handtint's solver for other languages: the photo's lightness and strokes in, colour out. The library is
 * libhandtint.so.
 *
 * Planes are width x height floats, row by row from the top. Lightness is CIE L, 0..100; a and b are CIE's (D65 white,
 * sRGB's primaries), about -128..127. Nothing is kept between calls; any of them may be made from several threads.
 */
#ifndef HANDTINT_H
#define HANDTINT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0" */
const char* handtint_version(void);

/* Interleaved sRGB, 0..1, to planes and back. Where a colour leaves sRGB its chroma gives way, the lightness stays. */
void handtint_lab_from_srgb(const float* rgb, int width, int height, float* lightness, float* a, float* b);
void handtint_srgb_from_lab(const float* lightness, const float* a, const float* b, int width, int height, float* rgb);

/* Spreads the colours of strokes over a photo. stroke_a and stroke_b are read where stroke_strength > 0 (1 soft .. 100
 * hard, as a painted stroke is). `settings` may be NULL, or words like "smoothness=2 edge=1.5 preview=1": the dials of
 * `handtint colorize`, with '_' for '-'. `progress` may be NULL; it is told 0..1, and 0 as its answer gives the work
 * up. a and b receive the colour. Returns 0; else what is wrong stands in `problem` (may be NULL), ended by '\0', and a
 * and b are as they were. */
int handtint_colorize(const float* lightness, const float* stroke_a, const float* stroke_b,
                      const float* stroke_strength, int width, int height, const char* settings,
                      int (*progress)(float done, void* user), void* user, float* a, float* b, char* problem,
                      size_t problem_bytes);

#ifdef __cplusplus
}
#endif

#endif
