# Decides whether the CUDA backend is built and says why (HANDTINT_CUDA_BUILT). Included by the top CMakeLists.txt: every target
# that links the backend must know the language.
set(HANDTINT_CUDA AUTO CACHE STRING "Build the CUDA backend: AUTO (where nvcc is found), ON or OFF")
set_property(CACHE HANDTINT_CUDA PROPERTY STRINGS AUTO ON OFF)
set(HANDTINT_CUDA_BUILT OFF)

if(HANDTINT_CUDA STREQUAL "OFF")
  message(STATUS "CUDA backend: not built (HANDTINT_CUDA=OFF)")
  return()
endif()

# check_language looks at PATH and CUDACXX only.
find_program(HANDTINT_NVCC nvcc HINTS ENV CUDACXX ENV CUDA_PATH /usr/local/cuda PATH_SUFFIXES bin)
mark_as_advanced(HANDTINT_NVCC)
if(HANDTINT_NVCC AND NOT DEFINED ENV{CUDACXX})
  set(ENV{CUDACXX} ${HANDTINT_NVCC})
endif()
include(CheckLanguage)
check_language(CUDA)

if(NOT CMAKE_CUDA_COMPILER)
  if(HANDTINT_NVCC)
    set(reason "${HANDTINT_NVCC} does not compile here, see CMakeFiles/CMakeError.log")
  else()
    set(reason "no nvcc in PATH, CUDACXX or /usr/local/cuda/bin")
  endif()
  if(HANDTINT_CUDA STREQUAL "ON")
    message(FATAL_ERROR "HANDTINT_CUDA=ON, but ${reason}")
  endif()
  message(STATUS "CUDA backend: not built (${reason})")
  return()
endif()

# Before enable_language: the standard (CMake 3.25 does not know C++20 of nvcc 13 and would inherit it) and the architectures.
# 75 compiles quickly, and its PTX is translated by the driver for every newer GPU; packages take all-major.
set(CMAKE_CUDA_STANDARD 17)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
set(CMAKE_CUDA_ARCHITECTURES 75 CACHE STRING "GPU architectures: 75 is quick to build, all-major starts quickly everywhere")
set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
enable_language(CUDA)
set(HANDTINT_CUDA_BUILT ON)
message(STATUS "CUDA backend: built with nvcc ${CMAKE_CUDA_COMPILER_VERSION} for ${CMAKE_CUDA_ARCHITECTURES}")
