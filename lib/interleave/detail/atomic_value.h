// The storage and the operations behind interleave::atomic<T>.
// SPDX-License-Identifier: Apache-2.0
//
// Operations go to the runtime as one call each: on a word where the size has one, else through the
// functions of runtime.h that take a size. Layout, alignment and what is compared are libstdc++
// 12's: all bytes of the object representation, padding included.
//
// Functions are declared once, for volatile objects, which serves the others too. Assignment is the
// exception, because overload resolution would find the deleted copy assignment as good.
#pragma once

#include <atomic>
#include <cstddef>
#include <type_traits>

#include "interleave/detail/atomic_abi.h"
#include "interleave/detail/config.h"
#include "interleave/runtime.h"

namespace interleave {
namespace detail {

// The runtime knows the six orders only, not GCC's hints for hardware lock elision in the upper
// bits.
INTERLEAVE_INLINE int order_number(std::memory_order order) noexcept {
  return static_cast<int>(order) & 0xffff;
}

// The order of the load that a failed compare-exchange is ([atomics.types.operations]).
INTERLEAVE_INLINE constexpr std::memory_order failure_order(std::memory_order order) noexcept {
  return order == std::memory_order_acq_rel   ? std::memory_order_acquire
         : order == std::memory_order_release ? std::memory_order_relaxed
                                              : order;
}

// The operations on an object of type T, whatever its size.
template <class T, bool is_word = Word<sizeof(T)>::exists>
struct Access {
  using W = Word<sizeof(T)>;
  using Integer = typename W::type;

  INTERLEAVE_INLINE static Integer bits(const T &value) noexcept {
    return __builtin_bit_cast(Integer, value);
  }
  INTERLEAVE_INLINE static T value(Integer bits) noexcept { return __builtin_bit_cast(T, bits); }
  INTERLEAVE_INLINE static volatile Integer *word(volatile void *object) noexcept {
    return static_cast<volatile Integer *>(object);
  }

  INTERLEAVE_INLINE static T load(const volatile void *object, int order) noexcept {
    return value(W::load(static_cast<const volatile Integer *>(object), order));
  }
  INTERLEAVE_INLINE static void store(volatile void *object, const T &desired, int order) noexcept {
    W::store(word(object), bits(desired), order);
  }
  INTERLEAVE_INLINE static T exchange(volatile void *object, const T &desired, int order) noexcept {
    return value(W::exchange(word(object), bits(desired), order));
  }
  INTERLEAVE_INLINE static bool compare_exchange(volatile void *object, T &expected,
                                                 const T &desired, int success, int failure,
                                                 bool weak) noexcept {
    Integer found = bits(expected);
    const int done =
        weak ? W::compare_exchange_weak(word(object), &found, bits(desired), success, failure)
             : W::compare_exchange_strong(word(object), &found, bits(desired), success, failure);
    if (done == 0) assign(expected, found, Unpadded());
    return done != 0;
  }

 private:
  using Unpadded = std::integral_constant<bool, __has_unique_object_representations(T)>;

  // Padding goes along: a loop that tries again with `expected` must find it equal then.
  INTERLEAVE_INLINE static void assign(T &expected, const Integer &found, std::true_type) noexcept {
    expected = value(found);
  }
  INTERLEAVE_INLINE static void assign(T &expected, const Integer &found,
                                       std::false_type) noexcept {
    __builtin_memcpy(static_cast<void *>(__builtin_addressof(expected)), &found, sizeof(T));
  }
};

template <class T>
struct Access<T, false> {
  struct Bytes {
    unsigned char bytes[sizeof(T)];
  };

  INTERLEAVE_INLINE static T load(const volatile void *object, int order) noexcept {
    Bytes found;
    interleave_atomic_load(const_cast<const void *>(object), &found, sizeof(T), order);
    return __builtin_bit_cast(T, found);
  }
  INTERLEAVE_INLINE static void store(volatile void *object, const T &desired, int order) noexcept {
    interleave_atomic_store(const_cast<void *>(object), __builtin_addressof(desired), sizeof(T),
                            order);
  }
  INTERLEAVE_INLINE static T exchange(volatile void *object, const T &desired, int order) noexcept {
    Bytes old;
    interleave_atomic_update(const_cast<void *>(object), &old, sizeof(T), order, replace,
                             __builtin_addressof(desired));
    return __builtin_bit_cast(T, old);
  }
  INTERLEAVE_INLINE static bool compare_exchange(volatile void *object, T &expected,
                                                 const T &desired, int success, int failure,
                                                 bool weak) noexcept {
    return interleave_atomic_compare_exchange(
               const_cast<void *>(object), __builtin_addressof(expected),
               __builtin_addressof(desired), sizeof(T), success, failure, weak) != 0;
  }

 private:
  // Called by the runtime on the object itself, so it must not count as a plain access.
  __attribute__((__no_sanitize__("thread"))) static void replace(void *value, const void *operand) {
    __builtin_memcpy(value, operand, sizeof(T));
  }
};

// What every atomic has.
template <class T>
class atomic_value {
  static_assert(std::is_trivially_copyable<T>::value, "an atomic type must be trivially copyable");

  static constexpr std::size_t kAlignment = Word<sizeof(T)>::exists && sizeof(T) > alignof(T)
                                                ? sizeof(T)
                                                : alignof(T);

 public:
  using value_type = T;
  static constexpr bool is_always_lock_free = __atomic_always_lock_free(sizeof(T), nullptr);

  atomic_value() = default;
  constexpr atomic_value(T desired) noexcept : value_(desired) {}
  atomic_value(const atomic_value &) = delete;
  atomic_value &operator=(const atomic_value &) = delete;
  atomic_value &operator=(const atomic_value &) volatile = delete;

  INTERLEAVE_INLINE T operator=(T desired) noexcept {
    store(desired);
    return desired;
  }
  INTERLEAVE_INLINE T operator=(T desired) volatile noexcept {
    store(desired);
    return desired;
  }
  INTERLEAVE_INLINE operator T() const volatile noexcept { return load(); }

  // As libstdc++ 12: what is not lock-free always is not (16 bytes with GCC).
  INTERLEAVE_INLINE bool is_lock_free() const volatile noexcept { return is_always_lock_free; }

  INTERLEAVE_INLINE void store(
      T desired, std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    Access<T>::store(address(), desired, order_number(order));
  }
  INTERLEAVE_INLINE T load(std::memory_order order = std::memory_order_seq_cst) const
      volatile noexcept {
    return Access<T>::load(address(), order_number(order));
  }
  INTERLEAVE_INLINE T
  exchange(T desired, std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return Access<T>::exchange(address(), desired, order_number(order));
  }

  INTERLEAVE_INLINE bool compare_exchange_weak(T &expected, T desired, std::memory_order success,
                                               std::memory_order failure) volatile noexcept {
    return Access<T>::compare_exchange(address(), expected, desired, order_number(success),
                                       order_number(failure), true);
  }
  INTERLEAVE_INLINE bool compare_exchange_weak(
      T &expected, T desired,
      std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return compare_exchange_weak(expected, desired, order, failure_order(order));
  }
  INTERLEAVE_INLINE bool compare_exchange_strong(T &expected, T desired, std::memory_order success,
                                                 std::memory_order failure) volatile noexcept {
    return Access<T>::compare_exchange(address(), expected, desired, order_number(success),
                                       order_number(failure), false);
  }
  INTERLEAVE_INLINE bool compare_exchange_strong(
      T &expected, T desired,
      std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return compare_exchange_strong(expected, desired, order, failure_order(order));
  }

  INTERLEAVE_INLINE void wait(T old, std::memory_order order = std::memory_order_seq_cst) const
      volatile noexcept {
    interleave_atomic_wait(const_cast<const void *>(address()), __builtin_addressof(old), sizeof(T),
                           order_number(order));
  }
  INTERLEAVE_INLINE void notify_one() volatile noexcept {
    interleave_atomic_notify(const_cast<void *>(address()), 0);
  }
  INTERLEAVE_INLINE void notify_all() volatile noexcept {
    interleave_atomic_notify(const_cast<void *>(address()), 1);
  }

 protected:
  INTERLEAVE_INLINE volatile void *address() volatile noexcept {
    return __builtin_addressof(value_);
  }
  INTERLEAVE_INLINE const volatile void *address() const volatile noexcept {
    return __builtin_addressof(value_);
  }

  // C++20 made default construction initialise ([atomics.types.operations], P0883).
#if __cplusplus > 201703L
  alignas(kAlignment) T value_ = T();
#else
  alignas(kAlignment) T value_;
#endif
};

}  // namespace detail
}  // namespace interleave
