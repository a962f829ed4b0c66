#include <doctest/doctest.h>

#include <limits>

#include "editor/document/first_coat.h"

using namespace handtint;

TEST_CASE("dials out of range are named") {
  CHECK(validate(FirstCoat{}) == "");
  CHECK(validate({.on = true, .dials = {0, 0.1f, 9999}}) == "");
  CHECK(validate({.on = true, .dials = {1.01f, 1, 0}}).find("amount") != std::string::npos);
  CHECK(validate({.on = true, .dials = {1, 0.05f, 0}}).find("temperature") != std::string::npos);
  CHECK(validate({.on = true, .dials = {1, 1, 10000}}).find("variant") != std::string::npos);
  CHECK(validate({.on = true, .dials = {.vividness = 2}}) == "");
  CHECK(validate({.on = true, .dials = {.vividness = 2.01f}}).find("vividness") != std::string::npos);
  CHECK(validate({.on = false, .dials = {std::numeric_limits<float>::quiet_NaN(), 1, 0}}) != "");
}
