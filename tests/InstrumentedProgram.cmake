# interleave_program(): an instrumented program made by the compiler wrapper, for litmus programs and examples.
# SPDX-License-Identifier: Apache-2.0
#
# By the wrapper and not by interleave_instrument(), so that the project itself may be built by any compiler
# (the plugin needs its own clang). That interleave_instrument() works for users is what tests/package is for.
include_guard()

find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(interleave_bin ${CMAKE_BINARY_DIR}/bin)
set(interleave_check ${CMAKE_CURRENT_LIST_DIR}/check_program.py)

# Set by interleave_precompile().
set(interleave_precompiled "")

# interleave_precompile(<header>): C++ objects of this directory are compiled with it precompiled, with and without NO_REWRITE.
# Only for objects without OPTIONS or DEFINITIONS: those could not use it.
function(interleave_precompile header)
  get_filename_component(name ${header} NAME_WE)
  set(precompiled ${CMAKE_CURRENT_BINARY_DIR}/${name}.pch)
  file(GLOB shim ${CMAKE_SOURCE_DIR}/lib/interleave/*.h)
  add_custom_command(OUTPUT ${precompiled}
    COMMAND ${interleave_bin}/interleave-c++ -std=c++20 -Wall -Wextra -pthread -x c++-header ${header} -o ${precompiled}
    DEPENDS ${header} ${shim} ${INTERLEAVE_PLUGIN_FILES} interleave-c++ interleave_plugin_ready
    COMMENT "Precompiling ${name}" VERBATIM)
  set(interleave_precompiled ${precompiled} PARENT_SCOPE)
endfunction()

# interleave_object(<result> <source> FOLDER f [NAME n] [NO_REWRITE] [DEFINITIONS ...] [OPTIONS ...] [DEPENDS ...])
# Adds the command that makes the instrumented object FOLDER/NAME.o in the current binary directory; <result> receives the path.
function(interleave_object result source)
  cmake_parse_arguments(PARSE_ARGV 2 arg "NO_REWRITE" "FOLDER;NAME" "DEFINITIONS;OPTIONS;LIBRARIES;DEPENDS")
  get_filename_component(name ${source} NAME)
  if(arg_NAME)
    set(name ${arg_NAME})
  endif()
  set(compiler ${interleave_bin}/interleave-c++)
  set(standard -std=c++20)
  if(source MATCHES "\\.c$")
    set(compiler ${interleave_bin}/interleave-cc)
    set(standard "")
  endif()
  set(no_rewrite "")
  if(arg_NO_REWRITE)
    set(no_rewrite --no-rewrite)
  endif()
  set(precompiled "")
  if(interleave_precompiled AND standard)
    set(precompiled -include-pch ${interleave_precompiled})
    list(APPEND arg_DEPENDS ${interleave_precompiled})
  endif()
  list(TRANSFORM arg_DEFINITIONS PREPEND -D)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${arg_FOLDER})
  file(MAKE_DIRECTORY ${folder})
  file(GLOB shim ${CMAKE_SOURCE_DIR}/lib/interleave/*.h)
  add_custom_command(OUTPUT ${folder}/${name}.o
    COMMAND ${compiler} ${no_rewrite} ${standard} ${arg_DEFINITIONS} ${arg_OPTIONS} ${precompiled} -Wall -Wextra -pthread
            -c ${source} -o ${folder}/${name}.o
    DEPENDS ${source} ${arg_DEPENDS} ${shim} ${INTERLEAVE_PLUGIN_FILES} interleave-c++
      interleave_plugin_ready
    COMMENT "Instrumenting ${arg_FOLDER}/${name}" VERBATIM)
  set(${result} ${folder}/${name}.o PARENT_SCOPE)
endfunction()

# interleave_program(<result> <source> FOLDER f [NAME n] [NO_REWRITE] [DEFINITIONS ...] [OPTIONS ...] [LIBRARIES ...] [DEPENDS ...])
# Adds the command that makes FOLDER/NAME in the current binary directory; <result> receives the path.
function(interleave_program result source)
  cmake_parse_arguments(PARSE_ARGV 2 arg "NO_REWRITE" "FOLDER;NAME" "DEFINITIONS;OPTIONS;LIBRARIES;DEPENDS")
  # Compiled and linked apart: what changes most often, the runtime, then costs a link each.
  interleave_object(object ${source} ${ARGN})
  string(REGEX REPLACE "\\.o$" "" program ${object})
  set(compiler ${interleave_bin}/interleave-c++)
  if(source MATCHES "\\.c$")
    set(compiler ${interleave_bin}/interleave-cc)
  endif()
  add_custom_command(OUTPUT ${program}
    COMMAND ${compiler} ${object} -pthread ${arg_LIBRARIES} -Wl,--as-needed -latomic -o ${program}
    DEPENDS ${object} ${CMAKE_BINARY_DIR}/lib/interleave/libinterleave_runtime.a interleave_runtime
    COMMENT "" VERBATIM)
  set(${result} ${program} PARENT_SCOPE)
endfunction()

# interleave_check(<test name> <arguments>...) adds a CTest test that runs check_program.py.
function(interleave_check_test name)
  add_test(NAME ${name}
    COMMAND ${Python3_EXECUTABLE} ${interleave_check} ${ARGN} --interleave ${interleave_bin}/interleave)
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()
