// malloc and its family.
// SPDX-License-Identifier: Apache-2.0
//
// May be called at any time, also by the dynamic loader before anything of ours was initialised:
// nothing here allocates or has a constructor. Without control everything is glibc's own, by the
// other names that it exports.
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"
#include "runtime/memory/allocator.h"
#include "runtime/memory/writes.h"

extern "C" void *__libc_malloc(std::size_t);
extern "C" void *__libc_calloc(std::size_t, std::size_t);
extern "C" void *__libc_realloc(void *, std::size_t);
extern "C" void *__libc_memalign(std::size_t, std::size_t);

namespace allocator = interleave::runtime::allocator;
using interleave::runtime::controlled;

namespace {

constexpr std::size_t kPage = 4096;

bool is_power_of_two(std::size_t n) { return n != 0 && (n & (n - 1)) == 0; }

void *aligned(std::size_t align, std::size_t size, std::uint64_t pc) {
  if (!controlled) return __libc_memalign(align, size);
  while (!is_power_of_two(align)) align += align & -align;        // as glibc: up to the next one
  return allocator::allocate(size, align, false, pc);
}

bool product(std::size_t count, std::size_t size, std::size_t *bytes) {
  if (!__builtin_mul_overflow(count, size, bytes)) return true;
  errno = ENOMEM;
  return false;
}

void *resized(void *block, std::size_t size, std::uint64_t pc) {
  if (!block) return controlled ? allocator::allocate(size, 16, false, pc) : __libc_malloc(size);
  if (size == 0) {
    allocator::free(block, pc);
    return nullptr;
  }
  return allocator::resize(block, size, pc);
}

}  // namespace

INTERLEAVE_EXPORT void *malloc(std::size_t size) {
  return controlled ? allocator::allocate(size, 16, false, INTERLEAVE_CALLER())
                    : __libc_malloc(size);
}

INTERLEAVE_EXPORT void free(void *block) { allocator::free(block, INTERLEAVE_CALLER()); }

INTERLEAVE_EXPORT void *calloc(std::size_t count, std::size_t size) {
  if (!controlled) return __libc_calloc(count, size);
  std::size_t bytes;
  return product(count, size, &bytes) ? allocator::allocate(bytes, 16, true, INTERLEAVE_CALLER())
                                      : nullptr;
}

INTERLEAVE_EXPORT void *realloc(void *block, std::size_t size) {
  return resized(block, size, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void *reallocarray(void *block, std::size_t count, std::size_t size) {
  std::size_t bytes;
  return product(count, size, &bytes) ? resized(block, bytes, INTERLEAVE_CALLER()) : nullptr;
}

INTERLEAVE_EXPORT void *memalign(std::size_t align, std::size_t size) {
  return aligned(align, size, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void *aligned_alloc(std::size_t align, std::size_t size) {
  return aligned(align, size, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int posix_memalign(void **result, std::size_t align, std::size_t size) {
  if (!is_power_of_two(align) || align % sizeof(void *) != 0) return EINVAL;
  int before = errno;                                             // POSIX: errno stays as it is
  void *block = aligned(align, size, INTERLEAVE_CALLER());
  errno = before;
  if (!block) return ENOMEM;
  *result = block;
  return 0;
}

INTERLEAVE_EXPORT void *valloc(std::size_t size) {
  return aligned(kPage, size, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void *pvalloc(std::size_t size) {
  return aligned(kPage, (size + kPage - 1) & ~(kPage - 1), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT std::size_t malloc_usable_size(void *block) {
  return allocator::usable_size(block);
}

// Mapped memory may come back at the same address for something else.
INTERLEAVE_EXPORT int munmap(void *at, std::size_t size) {
  if (controlled) {
    const auto begin = reinterpret_cast<std::uint64_t>(at);
    interleave::runtime::execution.races.forget(begin, size);
    interleave::runtime::execution.objects.erase_range(begin, size, nullptr);
    interleave::runtime::exhaustive::forgo_recall();
    interleave::runtime::writes::forget(*interleave::runtime::execution.current);
  }
  return interleave::real::munmap(at, size);
}
