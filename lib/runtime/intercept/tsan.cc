// The __tsan_ functions that clang and GCC call for plain accesses.
// SPDX-License-Identifier: Apache-2.0
//
// The list is that of LLVM's ThreadSanitizer pass (as in clang 19) and of the built-ins of GCC 12.
// TSan's own runtime is not linked. Accesses to volatile objects get names of their own only under
// -tsan-distinguish-volatile; they are plain accesses in C++ all the same. The atomics are in
// atomic.cc, what programs call by themselves in annotations.cc.
#include <cstring>

#include "runtime/execution.h"
#include "runtime/intercept/export.h"

using interleave::runtime::controlled;
using interleave::runtime::plain_read;
using interleave::runtime::plain_write;

namespace {

std::uint64_t number(const volatile void *p) { return reinterpret_cast<std::uint64_t>(p); }

}  // namespace

#define READ(name, size) \
  INTERLEAVE_EXPORT void name(void *at) { plain_read(number(at), size, INTERLEAVE_RETURN_ADDRESS()); }
#define WRITE(name, size) \
  INTERLEAVE_EXPORT void name(void *at) { plain_write(number(at), size, INTERLEAVE_RETURN_ADDRESS()); }
#define READ_WRITE(name, size) \
  INTERLEAVE_EXPORT void name(void *at) { \
    plain_read(number(at), size, INTERLEAVE_RETURN_ADDRESS()); \
    plain_write(number(at), size, INTERLEAVE_RETURN_ADDRESS()); \
  }
#define READ_PC(name, size) \
  INTERLEAVE_EXPORT void name(void *at, void *pc) { plain_read(number(at), size, number(pc)); }
#define WRITE_PC(name, size) \
  INTERLEAVE_EXPORT void name(void *at, void *pc) { plain_write(number(at), size, number(pc)); }

#define ACCESSES(size)                               \
  READ(__tsan_read##size, size)                      \
  WRITE(__tsan_write##size, size)                    \
  READ_WRITE(__tsan_read_write##size, size)          \
  READ(__tsan_unaligned_read##size, size)            \
  WRITE(__tsan_unaligned_write##size, size)          \
  READ_WRITE(__tsan_unaligned_read_write##size, size) \
  READ(__tsan_volatile_read##size, size)             \
  WRITE(__tsan_volatile_write##size, size)           \
  READ(__tsan_unaligned_volatile_read##size, size)   \
  WRITE(__tsan_unaligned_volatile_write##size, size) \
  READ_PC(__tsan_read##size##_pc, size)              \
  WRITE_PC(__tsan_write##size##_pc, size)

ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

INTERLEAVE_EXPORT void __tsan_read_range(void *at, std::size_t size) {
  plain_read(number(at), size, INTERLEAVE_RETURN_ADDRESS());
}
INTERLEAVE_EXPORT void __tsan_write_range(void *at, std::size_t size) {
  plain_write(number(at), size, INTERLEAVE_RETURN_ADDRESS());
}
INTERLEAVE_EXPORT void __tsan_read_range_pc(void *at, std::size_t size, void *pc) {
  plain_read(number(at), size, number(pc));
}
INTERLEAVE_EXPORT void __tsan_write_range_pc(void *at, std::size_t size, void *pc) {
  plain_write(number(at), size, number(pc));
}

// Destructors store the vptr again and again; a store of the value that is there is no access
// anybody could see.
INTERLEAVE_EXPORT void __tsan_vptr_update(void **at, void *value) {
  if (controlled && *at != value) plain_write(number(at), sizeof(void *), INTERLEAVE_RETURN_ADDRESS());
}
INTERLEAVE_EXPORT void __tsan_vptr_read(void **at) {
  plain_read(number(at), sizeof(void *), INTERLEAVE_RETURN_ADDRESS());
}

// <sanitizer/common_interface_defs.h>: what programs use for unaligned accesses when built for a sanitizer.
#define UNALIGNED(bits) \
  INTERLEAVE_EXPORT std::uint##bits##_t __sanitizer_unaligned_load##bits(const void *at) { \
    plain_read(number(at), bits / 8, INTERLEAVE_RETURN_ADDRESS()); \
    std::uint##bits##_t value; \
    std::memcpy(&value, at, sizeof value); \
    return value; \
  } \
  INTERLEAVE_EXPORT void __sanitizer_unaligned_store##bits(void *at, std::uint##bits##_t value) { \
    plain_write(number(at), bits / 8, INTERLEAVE_RETURN_ADDRESS()); \
    std::memcpy(at, &value, sizeof value); \
  }
UNALIGNED(16)
UNALIGNED(32)
UNALIGNED(64)

INTERLEAVE_EXPORT void *__tsan_memcpy(void *to, const void *from, std::size_t size) {
  if (controlled) {
    plain_read(number(from), size, INTERLEAVE_RETURN_ADDRESS());
    plain_write(number(to), size, INTERLEAVE_RETURN_ADDRESS());
  }
  return std::memcpy(to, from, size);
}
INTERLEAVE_EXPORT void *__tsan_memmove(void *to, const void *from, std::size_t size) {
  if (controlled) {
    plain_read(number(from), size, INTERLEAVE_RETURN_ADDRESS());
    plain_write(number(to), size, INTERLEAVE_RETURN_ADDRESS());
  }
  return std::memmove(to, from, size);
}
INTERLEAVE_EXPORT void *__tsan_memset(void *at, int value, std::size_t size) {
  plain_write(number(at), size, INTERLEAVE_RETURN_ADDRESS());
  return std::memset(at, value, size);
}

// Stacks are unwound when a report needs one, so function entries are not counted.
INTERLEAVE_EXPORT void __tsan_func_entry(void *) {}
INTERLEAVE_EXPORT void __tsan_func_exit() {}
// The runtime starts by itself, before any constructor of the program.
INTERLEAVE_EXPORT void __tsan_init() {}
