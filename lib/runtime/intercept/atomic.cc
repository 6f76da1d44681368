// The __tsan_atomic functions that clang and GCC call instead of atomic instructions.
// SPDX-License-Identifier: Apache-2.0
//
// The names and signatures are those of <sanitizer/tsan_interface_atomic.h>; compare_exchange_val
// is clang's own.
#include "runtime/atomics.h"
#include "runtime/by_graph/caller_state.h"
#include "runtime/intercept/export.h"

using interleave::runtime::atomics::compare_exchange;
using interleave::runtime::atomics::fence;
using interleave::runtime::atomics::fetch;
using interleave::runtime::atomics::load;
using interleave::runtime::atomics::order_of;
using interleave::runtime::atomics::store;
namespace native = interleave::runtime::native;

#define FETCH(bits, type, suffix, function)                                                            \
  INTERLEAVE_ENTRY(type, __tsan_atomic##bits##_##suffix, volatile type *at, type v, int order) {      \
    return fetch<native::function>(const_cast<type *>(at), v, order_of(order),                        \
                                   INTERLEAVE_CALLER_OF_ENTRY());                                     \
  }

#define ATOMICS(bits, type, ENTRY)                                                                          \
  INTERLEAVE_ENTRY(type, __tsan_atomic##bits##_load, const volatile type *at, int order) {             \
    return load(const_cast<const type *>(at), order_of(order), INTERLEAVE_CALLER_OF_ENTRY());          \
  }                                                                                                    \
  INTERLEAVE_EXPORT void __tsan_atomic##bits##_store(volatile type *at, type v, int order) {           \
    store(const_cast<type *>(at), v, order_of(order), INTERLEAVE_CALLER());                            \
  }                                                                                                    \
  FETCH(bits, type, exchange, Exchange)                                                                \
  FETCH(bits, type, fetch_add, Add)                                                                    \
  FETCH(bits, type, fetch_sub, Sub)                                                                    \
  FETCH(bits, type, fetch_and, And)                                                                    \
  FETCH(bits, type, fetch_or, Or)                                                                      \
  FETCH(bits, type, fetch_xor, Xor)                                                                    \
  FETCH(bits, type, fetch_nand, Nand)                                                                  \
  INTERLEAVE_ENTRY(int, __tsan_atomic##bits##_compare_exchange_strong, volatile type *at,              \
                   type *expected, type v, int success, int failure) {                                 \
    return compare_exchange(const_cast<type *>(at), expected, v, order_of(success),                    \
                            order_of(failure), false, INTERLEAVE_CALLER_OF_ENTRY());                   \
  }                                                                                                    \
  INTERLEAVE_ENTRY(int, __tsan_atomic##bits##_compare_exchange_weak, volatile type *at,                \
                   type *expected, type v, int success, int failure) {                                 \
    return compare_exchange(const_cast<type *>(at), expected, v, order_of(success),                    \
                            order_of(failure), true, INTERLEAVE_CALLER_OF_ENTRY());                    \
  }                                                                                                    \
  ENTRY(type, __tsan_atomic##bits##_compare_exchange_val, volatile type *at, type expected,            \
                   type v, int success, int failure) {                                                 \
    compare_exchange(const_cast<type *>(at), &expected, v, order_of(success), order_of(failure),       \
                     false, INTERLEAVE_CALLER_OF_ENTRY());                                             \
    return expected;                                                                                   \
  }

ATOMICS(8, std::uint8_t, INTERLEAVE_ENTRY)
ATOMICS(16, std::uint16_t, INTERLEAVE_ENTRY)
ATOMICS(32, std::uint32_t, INTERLEAVE_ENTRY)
ATOMICS(64, std::uint64_t, INTERLEAVE_ENTRY)
// Its arguments take seven registers.
#define PLAIN_ENTRY(result, name, ...) INTERLEAVE_EXPORT result name(__VA_ARGS__)
ATOMICS(128, native::u128, PLAIN_ENTRY)

INTERLEAVE_EXPORT void __tsan_atomic_thread_fence(int order) {
  fence(order_of(order), INTERLEAVE_CALLER());
}
// Orders a thread with its own signal handlers only: nothing another thread could see.
INTERLEAVE_EXPORT void __tsan_atomic_signal_fence(int) {}
