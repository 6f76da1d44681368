// Arena's contact with the kernel.
// SPDX-License-Identifier: Apache-2.0
#include "support/arena.h"

#include <sys/mman.h>

#include "support/check.h"

namespace interleave::support {

void Arena::reserve(std::size_t bytes) {
  void *at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  CHECK(at != MAP_FAILED, "no address space for an arena");
  begin_ = at;
  bytes_ = bytes;
}

void Arena::exhausted() const { CHECK(false, "an arena is full"); __builtin_unreachable(); }

}  // namespace interleave::support
