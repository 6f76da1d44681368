// The runtime's atomic operations on words of 1, 2, 4, 8 and 16 bytes: the __tsan_atomic functions.
// SPDX-License-Identifier: Apache-2.0
//
// The shim uses no compiler builtins for these: in an instrumented translation unit they would
// become calls of the same functions, in another one plain instructions that the runtime never
// sees. The functions are those of LLVM's sanitizer/tsan_interface_atomic.h; they are declared here
// as static members with asm labels, because that header and GCC's -fsanitize=thread declare the
// names themselves, with other types.
#pragma once

#include <cstddef>

#include "interleave/detail/config.h"

namespace interleave {
namespace detail {

// Word<bytes> is the unsigned integer of that size with its operations. The primary template: there
// is none. Orders are the numbers of std::memory_order. The compare-exchanges return nonzero on
// success, else store what they found in *expected; the weak one may fail although the values are
// equal.
template <std::size_t bytes>
struct Word {
  static constexpr bool exists = false;
};

#define INTERLEAVE_WORD(bytes, bits, integer)                                               \
  template <>                                                                               \
  struct Word<bytes> {                                                                      \
    static constexpr bool exists = true;                                                    \
    using type = integer;                                                                   \
    static type load(const volatile type *object, int order) noexcept                       \
        __asm__("__tsan_atomic" #bits "_load");                                             \
    static void store(volatile type *object, type value, int order) noexcept                \
        __asm__("__tsan_atomic" #bits "_store");                                            \
    static type exchange(volatile type *object, type value, int order) noexcept             \
        __asm__("__tsan_atomic" #bits "_exchange");                                         \
    static type fetch_add(volatile type *object, type value, int order) noexcept            \
        __asm__("__tsan_atomic" #bits "_fetch_add");                                        \
    static type fetch_sub(volatile type *object, type value, int order) noexcept            \
        __asm__("__tsan_atomic" #bits "_fetch_sub");                                        \
    static type fetch_and(volatile type *object, type value, int order) noexcept            \
        __asm__("__tsan_atomic" #bits "_fetch_and");                                        \
    static type fetch_or(volatile type *object, type value, int order) noexcept             \
        __asm__("__tsan_atomic" #bits "_fetch_or");                                         \
    static type fetch_xor(volatile type *object, type value, int order) noexcept            \
        __asm__("__tsan_atomic" #bits "_fetch_xor");                                        \
    static int compare_exchange_strong(volatile type *object, type *expected, type desired, \
                                       int success, int failure) noexcept                   \
        __asm__("__tsan_atomic" #bits "_compare_exchange_strong");                          \
    static int compare_exchange_weak(volatile type *object, type *expected, type desired,   \
                                     int success, int failure) noexcept                     \
        __asm__("__tsan_atomic" #bits "_compare_exchange_weak");                            \
  }

INTERLEAVE_WORD(1, 8, unsigned char);
INTERLEAVE_WORD(2, 16, unsigned short);
INTERLEAVE_WORD(4, 32, unsigned int);
INTERLEAVE_WORD(8, 64, unsigned long);
__extension__ typedef unsigned __int128 word128;
INTERLEAVE_WORD(16, 128, word128);

#undef INTERLEAVE_WORD

struct Fence {
  static void thread(int order) noexcept __asm__("__tsan_atomic_thread_fence");
  static void signal(int order) noexcept __asm__("__tsan_atomic_signal_fence");
};

}  // namespace detail
}  // namespace interleave
