#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <cstdlib>

// The programs that tests start speak English, whoever runs them.
[[maybe_unused]] static const int english = setenv("LANGUAGE", "en", 1);
