// native: atomic operations on memory of 1 to 16 bytes, by the processor's own instructions.
// SPDX-License-Identifier: Apache-2.0
//
// What the runtime does to the program's atomics once the model has decided what they mean, and all
// it does when the program runs plainly. Read-modify-writes are sequentially consistent whatever
// was asked: a stronger order is always allowed, and on x86-64 costs nothing. The 16-byte ones are
// written here because GCC would call libatomic, which the program may not link.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "model/operation.h"

namespace interleave::runtime::native {

// NOLINTNEXTLINE: the language has no standard 128-bit integer
__extension__ using u128 = unsigned __int128;

template <class T>
inline constexpr bool is_wide = sizeof(T) == 16;

#if defined(__x86_64__)
inline bool wide_compare_exchange(u128 *at, u128 *expected, u128 desired) {
  std::uint64_t low = static_cast<std::uint64_t>(*expected),
                high = static_cast<std::uint64_t>(*expected >> 64);
  bool done;
  asm volatile("lock cmpxchg16b %1"
               : "=@ccz"(done), "+m"(*at), "+a"(low), "+d"(high)
               : "b"(static_cast<std::uint64_t>(desired)),
                 "c"(static_cast<std::uint64_t>(desired >> 64))
               : "memory");
  if (!done) *expected = u128{high} << 64 | low;
  return done;
}

// Aligned 16-byte vector loads are atomic on every processor with AVX (Intel SDM 3A 9.1.1, AMD
// APM 7.3.2); cmpxchg16b, which works on the others, faults on a constant object.
inline u128 wide_load(const u128 *at) {
  if (__builtin_cpu_supports("avx")) {
    std::uint64_t low, high;
    asm volatile("vmovdqa %2, %%xmm0\n\tvmovq %%xmm0, %0\n\tvpextrq $1, %%xmm0, %1"
                 : "=r"(low), "=r"(high)
                 : "m"(*at)
                 : "xmm0", "memory");
    return u128{high} << 64 | low;
  }
  u128 value = 0;
  wide_compare_exchange(const_cast<u128 *>(at), &value, value);
  return value;
}
#else
inline bool wide_compare_exchange(u128 *at, u128 *expected, u128 desired) {
  u128 found = __sync_val_compare_and_swap(at, *expected, desired);
  bool done = found == *expected;
  *expected = found;
  return done;
}
inline u128 wide_load(const u128 *at) {
  return __sync_val_compare_and_swap(const_cast<u128 *>(at), u128{0}, u128{0});
}
#endif

template <class T>
T load(const T *at, model::Order order) {
  if constexpr (is_wide<T>) return wide_load(at);
  else if (order == model::Order::relaxed) return __atomic_load_n(at, __ATOMIC_RELAXED);
  else return __atomic_load_n(at, __ATOMIC_SEQ_CST);
}

template <class T>
bool compare_exchange(T *at, T *expected, T desired) {
  if constexpr (is_wide<T>) return wide_compare_exchange(at, expected, desired);
  else
    return __atomic_compare_exchange_n(at, expected, desired, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

// update() replaces the value v by f(v) and returns v.
template <class T, class F>
T update(T *at, F f) {
  T seen = load(at, model::Order::relaxed);
  while (!compare_exchange(at, &seen, f(seen))) {
  }
  return seen;
}

template <class T>
void store(T *at, T value, model::Order order) {
  if constexpr (is_wide<T>) update(at, [value](T) { return value; });
  else if (order == model::Order::seq_cst) __atomic_store_n(at, value, __ATOMIC_SEQ_CST);
  else __atomic_store_n(at, value, __ATOMIC_RELEASE);
}

// The operations of the __tsan_atomicN_ family that change a value.
struct Exchange {
  static constexpr model::Update kUpdate = model::Update::exchange;
  template <class T>
  static T of(T, T operand) {
    return operand;
  }
  template <class T>
  static T native(T *at, T operand) {
    return __atomic_exchange_n(at, operand, __ATOMIC_SEQ_CST);
  }
};
struct Add {
  static constexpr model::Update kUpdate = model::Update::add;
  template <class T>
  static T of(T v, T operand) {
    return static_cast<T>(v + operand);
  }
  template <class T>
  static T native(T *at, T operand) {
    return __atomic_fetch_add(at, operand, __ATOMIC_SEQ_CST);
  }
};
struct Sub {
  static constexpr model::Update kUpdate = model::Update::subtract;
  template <class T>
  static T of(T v, T operand) {
    return static_cast<T>(v - operand);
  }
  template <class T>
  static T native(T *at, T operand) {
    return __atomic_fetch_sub(at, operand, __ATOMIC_SEQ_CST);
  }
};
struct And {
  static constexpr model::Update kUpdate = model::Update::bit_and;
  template <class T>
  static T of(T v, T operand) {
    return static_cast<T>(v & operand);
  }
  template <class T>
  static T native(T *at, T operand) {
    return __atomic_fetch_and(at, operand, __ATOMIC_SEQ_CST);
  }
};
struct Or {
  static constexpr model::Update kUpdate = model::Update::bit_or;
  template <class T>
  static T of(T v, T operand) {
    return static_cast<T>(v | operand);
  }
  template <class T>
  static T native(T *at, T operand) {
    return __atomic_fetch_or(at, operand, __ATOMIC_SEQ_CST);
  }
};
struct Xor {
  static constexpr model::Update kUpdate = model::Update::bit_xor;
  template <class T>
  static T of(T v, T operand) {
    return static_cast<T>(v ^ operand);
  }
  template <class T>
  static T native(T *at, T operand) {
    return __atomic_fetch_xor(at, operand, __ATOMIC_SEQ_CST);
  }
};
struct Nand {
  static constexpr model::Update kUpdate = model::Update::bit_nand;
  template <class T>
  static T of(T v, T operand) {
    return static_cast<T>(~(v & operand));
  }
  template <class T>
  static T native(T *at, T operand) {
    return __atomic_fetch_nand(at, operand, __ATOMIC_SEQ_CST);
  }
};

template <class F, class T>
T fetch(T *at, T operand) {
  if constexpr (is_wide<T>) return update(at, [operand](T v) { return F::of(v, operand); });
  else return F::native(at, operand);
}

}  // namespace interleave::runtime::native
