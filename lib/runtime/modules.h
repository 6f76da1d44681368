// modules: whose memory an address is: a loaded module's static storage, and of which module.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace interleave::runtime::modules {

// find() looks at what is loaded now. Modules opened later with dlopen are not known: their objects are treated as the program's.
void find();

// is_static() tells whether the address lies in a module's own memory: an object there lives until the process ends.
bool is_static(const void *address);

// is_library_object() tells whether it lies in the C or C++ library's own memory. Such a mutex or once flag guards the library's insides;
// it is no choice point, and nothing of ours: which calls lock it differs from version to version and from first to
// second use.
bool is_library_object(const void *address);

// is_system_library() judges a module by its file's name.
bool is_system_library(const char *path);

}  // namespace interleave::runtime::modules
