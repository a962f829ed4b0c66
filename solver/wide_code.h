// HANDTINT_WIDE before a function: it is compiled for AVX2 too, and the program takes at its start what the processor
// has. For loops over rows whose values depend on nothing but their place: contraction is off everywhere, so the bits
// are the same in both.
#pragma once

#ifdef __has_feature
#define HANDTINT_HAS_FEATURE(name) __has_feature(name)
#else
#define HANDTINT_HAS_FEATURE(name) 0
#endif

// The sanitizers start after the choice is made and would break it.
#if defined(__x86_64__) && defined(__ELF__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !HANDTINT_HAS_FEATURE(address_sanitizer) && !HANDTINT_HAS_FEATURE(thread_sanitizer)
#define HANDTINT_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define HANDTINT_WIDE
#endif
