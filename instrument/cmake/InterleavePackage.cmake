# The targets of the build tree under their public names, and the installed package.
# SPDX-License-Identifier: Apache-2.0
#
# Included by instrument/CMakeLists.txt. The targets interleave_runtime (the archive), interleave_headers
# and interleave (the command) belong to lib/ and tools/; generator expressions let them come later.
include(GNUInstallDirs)

set(INTERLEAVE_CLANG_MAJOR ${LLVM_VERSION_MAJOR} CACHE INTERNAL "The clang the plugin is for")
set(INTERLEAVE_PLUGIN_FILES
  ${interleave_plugin_dir}/interleave_plugin.so
  ${interleave_plugin_dir}/interleave_plugin_${LLVM_VERSION_MAJOR}.so
  CACHE INTERNAL "What an instrumented object depends on")

# Interleave::runtime: a static library of ours cannot be a plain link item, as it must be linked whole,
# and only into programs.
list(JOIN INTERLEAVE_LINK_FLAGS " " interleave_link_line)
string(REPLACE "<CFGDIR>" "${interleave_plugin_dir}" interleave_link_line "${interleave_link_line}")
add_library(interleave_link INTERFACE)
target_link_options(interleave_link INTERFACE
  "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:SHELL:${interleave_link_line}>")
target_include_directories(interleave_link SYSTEM INTERFACE ${INTERLEAVE_SHIM_SOURCE_DIR})
if(NOT CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
  add_dependencies(interleave_link interleave_runtime)
  set_property(TARGET interleave_link PROPERTY INTERFACE_LINK_DEPENDS
    ${interleave_plugin_dir}/libinterleave_runtime.a)
endif()
add_library(Interleave::runtime ALIAS interleave_link)

add_library(Interleave::plugin MODULE IMPORTED GLOBAL)
set_target_properties(Interleave::plugin PROPERTIES
  IMPORTED_LOCATION ${interleave_plugin_dir}/interleave_plugin.so)
add_executable(Interleave::cli IMPORTED GLOBAL)
set_target_properties(Interleave::cli PROPERTIES
  IMPORTED_LOCATION ${CMAKE_BINARY_DIR}/bin/interleave)
add_library(interleave_public_headers INTERFACE)
target_include_directories(interleave_public_headers SYSTEM INTERFACE ${INTERLEAVE_SHIM_SOURCE_DIR})
add_library(Interleave::headers ALIAS interleave_public_headers)

add_custom_target(interleave_plugin_ready DEPENDS interleave_plugin interleave_plugin_real)

include(${CMAKE_CURRENT_LIST_DIR}/InterleaveInstrument.cmake)

# Installed: bin/, include/interleave/, lib/interleave/ (plugin, runtime, link flags) and lib/cmake/. The
# plugin and the wrapper find the rest relative to themselves, so the tree can be moved.
include(CMakePackageConfigHelpers)
set(interleave_package_dir lib/cmake/Interleave)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/InterleaveConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/InterleaveConfig.cmake INSTALL_DESTINATION ${interleave_package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/InterleaveConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/InterleaveConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/InterleaveConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/InterleaveInstrument.cmake DESTINATION ${interleave_package_dir})
install(TARGETS interleave_plugin interleave_plugin_real LIBRARY DESTINATION lib/interleave)
install(TARGETS interleave-c++ interleave-rewrite RUNTIME DESTINATION bin)
install(PROGRAMS ${CMAKE_BINARY_DIR}/bin/interleave-cc DESTINATION bin)
install(FILES ${interleave_plugin_dir}/interleave-link.flags ${interleave_plugin_dir}/interleave.cfg
  DESTINATION lib/interleave)
