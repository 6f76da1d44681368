// Where things lie in this process, as one number: parts of a search hold addresses, and mean something only where it is the same.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace interleave::runtime {

// layout_of_process() is a hash of where the program and its libraries are loaded, of the stack of its main thread as it is now, of its
// thread-local memory and of the next block of its heap. Processes of one program with the same environment, whose addresses are not
// randomised, have the same.
std::uint64_t layout_of_process();

}  // namespace interleave::runtime
