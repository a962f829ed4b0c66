# cmake -DPROGRAM=... -DWORDS=... -DFILE=... -P described.cmake: what a program says of itself becomes a file; packed if its name
# ends in .gz.
set(ENV{LANGUAGE} en)
separate_arguments(words UNIX_COMMAND "${WORDS}")
if(FILE MATCHES "\\.gz$")
  execute_process(COMMAND ${PROGRAM} ${words} COMMAND gzip -9n OUTPUT_FILE ${FILE} COMMAND_ERROR_IS_FATAL ANY)
else()
  execute_process(COMMAND ${PROGRAM} ${words} OUTPUT_FILE ${FILE} COMMAND_ERROR_IS_FATAL ANY)
endif()
