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
INTERLEAVE_INLINE int order_number(std::memory_order order) noexcept { return static_cast<int>(order) & 0xffff; }

// The order of the load that a failed compare-exchange is ([atomics.types.operations]).
INTERLEAVE_INLINE constexpr std::memory_order failure_order(std::memory_order order) noexcept {
  return order == std::memory_order_acq_rel   ? std::memory_order_acquire
         : order == std::memory_order_release ? std::memory_order_relaxed
                                              : order;
}

// The operations on an object of type Value, whatever its size.
template <class Value, bool is_word = Word<sizeof(Value)>::exists>
struct Access {
  using Words = Word<sizeof(Value)>;
  using Integer = typename Words::type;

  INTERLEAVE_INLINE static Integer bits(const Value &value) noexcept { return __builtin_bit_cast(Integer, value); }
  INTERLEAVE_INLINE static Value value(Integer bits) noexcept { return __builtin_bit_cast(Value, bits); }
  INTERLEAVE_INLINE static volatile Integer *word(volatile void *object) noexcept {
    return static_cast<volatile Integer *>(object);
  }

  INTERLEAVE_INLINE static Value load(const volatile void *object, int order) noexcept {
    return value(Words::load(static_cast<const volatile Integer *>(object), order));
  }
  INTERLEAVE_INLINE static void store(volatile void *object, const Value &desired, int order) noexcept {
    Words::store(word(object), bits(desired), order);
  }
  INTERLEAVE_INLINE static Value exchange(volatile void *object, const Value &desired, int order) noexcept {
    return value(Words::exchange(word(object), bits(desired), order));
  }
  INTERLEAVE_INLINE static bool compare_exchange(volatile void *object, Value &expected, const Value &desired,
                                                 int success, int failure, bool weak) noexcept {
    Integer found = bits(expected);
    const int done = weak ? Words::compare_exchange_weak(word(object), &found, bits(desired), success, failure)
                          : Words::compare_exchange_strong(word(object), &found, bits(desired), success, failure);
    if (done == 0) assign(expected, found, Unpadded());
    return done != 0;
  }

 private:
  using Unpadded = std::integral_constant<bool, __has_unique_object_representations(Value)>;

  // Padding goes along: a loop that tries again with `expected` must find it equal then.
  INTERLEAVE_INLINE static void assign(Value &expected, const Integer &found, std::true_type) noexcept {
    expected = value(found);
  }
  INTERLEAVE_INLINE static void assign(Value &expected, const Integer &found, std::false_type) noexcept {
    __builtin_memcpy(static_cast<void *>(__builtin_addressof(expected)), &found, sizeof(Value));
  }
};

template <class Value>
struct Access<Value, false> {
  struct Bytes {
    unsigned char bytes[sizeof(Value)];
  };

  INTERLEAVE_INLINE static Value load(const volatile void *object, int order) noexcept {
    Bytes found;
    interleave_atomic_load(const_cast<const void *>(object), &found, sizeof(Value), order);
    return __builtin_bit_cast(Value, found);
  }
  INTERLEAVE_INLINE static void store(volatile void *object, const Value &desired, int order) noexcept {
    interleave_atomic_store(const_cast<void *>(object), __builtin_addressof(desired), sizeof(Value), order);
  }
  INTERLEAVE_INLINE static Value exchange(volatile void *object, const Value &desired, int order) noexcept {
    Bytes old;
    interleave_atomic_update(const_cast<void *>(object), &old, sizeof(Value), order, replace,
                             __builtin_addressof(desired));
    return __builtin_bit_cast(Value, old);
  }
  INTERLEAVE_INLINE static bool compare_exchange(volatile void *object, Value &expected, const Value &desired,
                                                 int success, int failure, bool weak) noexcept {
    return interleave_atomic_compare_exchange(const_cast<void *>(object), __builtin_addressof(expected),
                                              __builtin_addressof(desired), sizeof(Value), success, failure, weak) != 0;
  }

 private:
  // Called by the runtime on the object itself, so it must not count as a plain access.
  __attribute__((__no_sanitize__("thread"))) static void replace(void *value, const void *operand) {
    __builtin_memcpy(value, operand, sizeof(Value));
  }
};

// What every atomic has.
template <class Value>
class atomic_value {
  static_assert(std::is_trivially_copyable<Value>::value, "an atomic type must be trivially copyable");

  static constexpr std::size_t kAlignment = Word<sizeof(Value)>::exists && sizeof(Value) > alignof(Value)
                                                ? sizeof(Value)
                                                : alignof(Value);

 public:
  using value_type = Value;
  static constexpr bool is_always_lock_free = __atomic_always_lock_free(sizeof(Value), nullptr);

  atomic_value() = default;
  constexpr atomic_value(Value desired) noexcept : value_(desired) {}
  atomic_value(const atomic_value &) = delete;
  atomic_value &operator=(const atomic_value &) = delete;
  atomic_value &operator=(const atomic_value &) volatile = delete;

  INTERLEAVE_INLINE Value operator=(Value desired) noexcept {
    store(desired);
    return desired;
  }
  INTERLEAVE_INLINE Value operator=(Value desired) volatile noexcept {
    store(desired);
    return desired;
  }
  INTERLEAVE_INLINE operator Value() const volatile noexcept { return load(); }

  // As libstdc++ 12: what is not lock-free always is not (16 bytes with GCC).
  INTERLEAVE_INLINE bool is_lock_free() const volatile noexcept { return is_always_lock_free; }

  INTERLEAVE_INLINE void store(Value desired, std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    Access<Value>::store(address(), desired, order_number(order));
  }
  INTERLEAVE_INLINE Value load(std::memory_order order = std::memory_order_seq_cst) const volatile noexcept {
    return Access<Value>::load(address(), order_number(order));
  }
  INTERLEAVE_INLINE Value exchange(Value desired,
                                   std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return Access<Value>::exchange(address(), desired, order_number(order));
  }

  INTERLEAVE_INLINE bool compare_exchange_weak(Value &expected, Value desired, std::memory_order success,
                                               std::memory_order failure) volatile noexcept {
    return Access<Value>::compare_exchange(address(), expected, desired, order_number(success), order_number(failure),
                                           true);
  }
  INTERLEAVE_INLINE bool compare_exchange_weak(Value &expected, Value desired,
                                               std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return compare_exchange_weak(expected, desired, order, failure_order(order));
  }
  INTERLEAVE_INLINE bool compare_exchange_strong(Value &expected, Value desired, std::memory_order success,
                                                 std::memory_order failure) volatile noexcept {
    return Access<Value>::compare_exchange(address(), expected, desired, order_number(success), order_number(failure),
                                           false);
  }
  INTERLEAVE_INLINE bool compare_exchange_strong(
      Value &expected, Value desired, std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return compare_exchange_strong(expected, desired, order, failure_order(order));
  }

  INTERLEAVE_INLINE void wait(Value old, std::memory_order order = std::memory_order_seq_cst) const volatile noexcept {
    interleave_atomic_wait(const_cast<const void *>(address()), __builtin_addressof(old), sizeof(Value),
                           order_number(order));
  }
  INTERLEAVE_INLINE void notify_one() volatile noexcept { interleave_atomic_notify(const_cast<void *>(address()), 0); }
  INTERLEAVE_INLINE void notify_all() volatile noexcept { interleave_atomic_notify(const_cast<void *>(address()), 1); }

 protected:
  INTERLEAVE_INLINE volatile void *address() volatile noexcept { return __builtin_addressof(value_); }
  INTERLEAVE_INLINE const volatile void *address() const volatile noexcept { return __builtin_addressof(value_); }

  // C++20 made default construction initialise ([atomics.types.operations], P0883).
#if __cplusplus > 201703L
  alignas(kAlignment) Value value_ = Value();
#else
  alignas(kAlignment) Value value_;
#endif
};

}  // namespace detail
}  // namespace interleave
