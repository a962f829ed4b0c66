#!/usr/bin/env python3
"""The library from Python, with nothing but ctypes: two fields, a red and a blue stroke. colorize.py [libhandtint.so]"""
import ctypes
import sys

library = ctypes.CDLL(sys.argv[1] if len(sys.argv) > 1 else 'libhandtint.so.0')
WIDTH, HEIGHT = 96, 64
plane = ctypes.c_float * (WIDTH * HEIGHT)
lightness = plane(*(35 if i % WIDTH < WIDTH // 2 else 70 for i in range(WIDTH * HEIGHT)))
stroke_a, stroke_b, strength, a, b = plane(), plane(), plane(), plane(), plane()
for x, colour in ((20, (50, 30)), (70, (0, -40))):
    for y in range(28, 36):
        i = y * WIDTH + x
        stroke_a[i], stroke_b[i], strength[i] = *colour, 100

problem = ctypes.create_string_buffer(200)
failed = library.handtint_colorize(lightness, stroke_a, stroke_b, strength, WIDTH, HEIGHT, b'smoothness=1', None, None, a, b, problem,
                                   ctypes.c_size_t(len(problem)))
if failed:
    sys.exit(problem.value.decode())
for x in (4, 90):
    print(f'colour of the corner at {x}: a {a[x]:.0f}, b {b[x]:.0f}')
sys.exit(0 if a[4] > 25 and b[90] < -20 else 1)
