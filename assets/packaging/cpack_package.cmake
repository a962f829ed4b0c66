# Which of the two packages; read by cpack.
if("$ENV{HANDTINT_PACKAGE}" STREQUAL "handtint-cli")
  set(CPACK_PACKAGE_NAME handtint-cli)
  set(CPACK_COMPONENTS_ALL cli licence-cli)
  string(APPEND CPACK_PACKAGE_DESCRIPTION "\nThis package has the command line program alone.")
else()
  set(CPACK_COMPONENTS_ALL cli gui licence)
  # OpenGL is loaded when the editor starts.
  set(CPACK_DEBIAN_PACKAGE_DEPENDS "libgl1, fonts-inter")
  foreach(relation IN ITEMS CONFLICTS REPLACES PROVIDES)
    set(CPACK_DEBIAN_PACKAGE_${relation} handtint-cli)
  endforeach()
endif()
set(CPACK_DEBIAN_PACKAGE_NAME ${CPACK_PACKAGE_NAME})
