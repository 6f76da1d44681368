# interleave_instrument() and interleave_add_test(): what a project calls to be tested by Interleave.
# SPDX-License-Identifier: Apache-2.0
#
# Works the same from an installed package and from add_subdirectory(). Expects the targets
# Interleave::plugin, Interleave::runtime and Interleave::cli and the variables INTERLEAVE_CLANG_MAJOR
# and INTERLEAVE_PLUGIN_FILES (the files an object depends on).
include_guard(GLOBAL)

# Stops with one message if the compiler of a language cannot load the plugin.
function(_interleave_check_compiler target language example)
  if(NOT CMAKE_${language}_COMPILER)
    return()
  endif()
  set(id "${CMAKE_${language}_COMPILER_ID}")
  set(version "${CMAKE_${language}_COMPILER_VERSION}")
  if(id STREQUAL "Clang" AND version MATCHES "^${INTERLEAVE_CLANG_MAJOR}\\.")
    return()
  endif()
  message(FATAL_ERROR
    "interleave_instrument(${target}): the plugin is for Clang ${INTERLEAVE_CLANG_MAJOR}, and "
    "CMAKE_${language}_COMPILER is ${id} ${version} (${CMAKE_${language}_COMPILER}). Configure a fresh "
    "build tree with -DCMAKE_${language}_COMPILER=${example}-${INTERLEAVE_CLANG_MAJOR}")
endfunction()

# interleave_instrument(<target>...)
# Compiles the targets with the plugin. Every target whose objects share std primitives belongs in the
# call, because their types change.
function(interleave_instrument)
  if(NOT ARGN)
    message(FATAL_ERROR "interleave_instrument() needs the name of a target")
  endif()
  foreach(target IN LISTS ARGN)
    if(NOT TARGET ${target})
      message(FATAL_ERROR "interleave_instrument(${target}): there is no such target")
    endif()
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "INTERFACE_LIBRARY")
      continue()  # its headers are compiled by whoever uses them
    endif()
    _interleave_check_compiler(${target} CXX clang++)
    if(CMAKE_C_COMPILER_LOADED)
      _interleave_check_compiler(${target} C clang)
    endif()
    set(plugin "$<TARGET_FILE:Interleave::plugin>")
    set(flags "-fplugin=${plugin}" "SHELL:-Xclang -fdepfile-entry=${plugin}"
      -g -fno-omit-frame-pointer)
    foreach(language C CXX)
      set(is_ours "$<COMPILE_LANG_AND_ID:${language},Clang>")
      target_compile_options(${target} PRIVATE "$<${is_ours}:${flags}>")
      target_compile_definitions(${target} PRIVATE "$<${is_ours}:INTERLEAVE=1>")
    endforeach()
    # Depending on the library itself would order links only; on a custom target it orders compilations.
    if(TARGET interleave_plugin_ready)
      add_dependencies(${target} interleave_plugin_ready)
    endif()
  endforeach()
endfunction()

# Turns "90", "90s", "2m" or "1h" into seconds.
function(_interleave_seconds text result)
  if(NOT text MATCHES "^([0-9]+)(s|m|h|)$")
    message(FATAL_ERROR "interleave_add_test: '${text}' is not a time; write 90s, 2m or 1h")
  endif()
  set(factor_s 1)
  set(factor_m 60)
  set(factor_h 3600)
  set(unit "${CMAKE_MATCH_2}")
  if(NOT unit)
    set(unit s)
  endif()
  math(EXPR seconds "${CMAKE_MATCH_1} * ${factor_${unit}}")
  set(${result} ${seconds} PARENT_SCOPE)
endfunction()

# interleave_add_test(<target> [NAME name] [TEST glob] [BOUND n] [STRATEGY s] [MAX_TIME t] [TIMEOUT s]
#                     [LABELS ...] [ARGS ...] [ENVIRONMENT ...] [OPTIONS ...])
# Adds the CTest test interleave.<target>. MAX_TIME is per test of the program; CTest's TIMEOUT kills
# without a warning, so it is always above it. ARGS go to the program, OPTIONS to `interleave run`.
function(interleave_add_test target)
  cmake_parse_arguments(PARSE_ARGV 1 arg ""
    "NAME;TEST;BOUND;STRATEGY;MAX_TIME;TIMEOUT" "LABELS;ARGS;ENVIRONMENT;OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "interleave_add_test(${target}): unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT TARGET ${target})
    message(FATAL_ERROR "interleave_add_test(${target}): there is no such target")
  endif()
  if(NOT arg_NAME)
    set(arg_NAME interleave.${target})
  endif()
  if(arg_TIMEOUT AND NOT arg_MAX_TIME)
    math(EXPR max_time "${arg_TIMEOUT} * 9 / 10")
    set(arg_MAX_TIME ${max_time}s)
  elseif(NOT arg_MAX_TIME)
    set(arg_MAX_TIME 60s)
  endif()
  _interleave_seconds("${arg_MAX_TIME}" max_time)
  if(NOT arg_TIMEOUT)
    math(EXPR arg_TIMEOUT "${max_time} * 10 + 60")  # a program of ten tests that use their time up
  elseif(NOT arg_TIMEOUT GREATER max_time)
    message(FATAL_ERROR "interleave_add_test(${target}): TIMEOUT ${arg_TIMEOUT} must be above "
      "MAX_TIME ${arg_MAX_TIME}, or CTest kills the run before its findings are printed")
  endif()
  set(options --max-time ${max_time}s)
  foreach(option TEST BOUND STRATEGY)
    if(DEFINED arg_${option})
      string(TOLOWER ${option} flag)
      list(APPEND options --${flag} ${arg_${option}})
    endif()
  endforeach()
  add_test(NAME ${arg_NAME} COMMAND $<TARGET_FILE:Interleave::cli> run ${options} ${arg_OPTIONS}
    -- $<TARGET_FILE:${target}> ${arg_ARGS})
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT}
    LABELS "interleave;${arg_LABELS}" ENVIRONMENT "${arg_ENVIRONMENT}")
endfunction()
