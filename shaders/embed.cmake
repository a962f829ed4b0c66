# cmake -DOUT=shaders.cpp -DDIR=shaders -P embed.cmake NAME...
# Writes the named GLSL files into one C++ source, so that the program needs no data files. `#include "x"` is resolved here.
function(load name result)
  file(READ ${DIR}/${name} text)
  while(text MATCHES "#include \"([^\"]+)\"\n")
    set(line "${CMAKE_MATCH_0}")
    set(inner "${CMAKE_MATCH_1}")
    file(READ ${DIR}/${inner} included)
    string(REPLACE "${line}" "${included}" text "${text}")
  endwhile()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

set(source "// Made by shaders/embed.cmake from the GLSL files.\n#include \"editor/gui/gl/shaders.h\"\n\nnamespace handtint::shaders {\n\n")
foreach(name fullscreen.vert picture.frag overlay.frag picker.frag stroke.vert stroke.frag region.vert
             region.frag mask.frag)
  load(${name} text)
  string(REPLACE "." "_" symbol ${name})
  string(APPEND source "const char* const ${symbol} = R\"glsl(${text})glsl\";\n\n")
endforeach()
string(APPEND source "}  // namespace handtint::shaders\n")
file(WRITE ${OUT} "${source}")
