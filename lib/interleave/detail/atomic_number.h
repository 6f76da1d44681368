// The arithmetic of interleave::atomic<T>: integers, pointers, floating-point numbers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>

#include "interleave/detail/atomic_value.h"

namespace interleave {
namespace detail {

template <class T>
class atomic_integer : public atomic_value<T> {
  using Base = atomic_value<T>;
  using W = Word<sizeof(T)>;
  using Unsigned = typename W::type;
  using A = Access<T>;

 public:
  using difference_type = T;

  atomic_integer() = default;
  constexpr atomic_integer(T desired) noexcept : Base(desired) {}
  using Base::operator=;

#define INTERLEAVE_FETCH(name)                                                                 \
  INTERLEAVE_INLINE T name(                                                                    \
      T operand, std::memory_order order = std::memory_order_seq_cst) volatile noexcept {      \
    return A::value(W::name(A::word(this->address()), A::bits(operand), order_number(order))); \
  }
  INTERLEAVE_FETCH(fetch_add)
  INTERLEAVE_FETCH(fetch_sub)
  INTERLEAVE_FETCH(fetch_and)
  INTERLEAVE_FETCH(fetch_or)
  INTERLEAVE_FETCH(fetch_xor)
#undef INTERLEAVE_FETCH

  INTERLEAVE_INLINE T operator++(int) volatile noexcept { return fetch_add(1); }
  INTERLEAVE_INLINE T operator--(int) volatile noexcept { return fetch_sub(1); }
  INTERLEAVE_INLINE T operator++() volatile noexcept { return *this += 1; }
  INTERLEAVE_INLINE T operator--() volatile noexcept { return *this -= 1; }
  // The sums wrap around, also of signed numbers.
  INTERLEAVE_INLINE T operator+=(T operand) volatile noexcept {
    return A::value(static_cast<Unsigned>(A::bits(fetch_add(operand)) + A::bits(operand)));
  }
  INTERLEAVE_INLINE T operator-=(T operand) volatile noexcept {
    return A::value(static_cast<Unsigned>(A::bits(fetch_sub(operand)) - A::bits(operand)));
  }
  INTERLEAVE_INLINE T operator&=(T operand) volatile noexcept {
    return static_cast<T>(fetch_and(operand) & operand);
  }
  INTERLEAVE_INLINE T operator|=(T operand) volatile noexcept {
    return static_cast<T>(fetch_or(operand) | operand);
  }
  INTERLEAVE_INLINE T operator^=(T operand) volatile noexcept {
    return static_cast<T>(fetch_xor(operand) ^ operand);
  }
};

template <class P>
class atomic_pointer : public atomic_value<P> {
  using Base = atomic_value<P>;
  using Pointee = typename std::remove_pointer<P>::type;
  using W = Word<sizeof(P)>;
  using A = Access<P>;

 public:
  using difference_type = std::ptrdiff_t;

  atomic_pointer() = default;
  constexpr atomic_pointer(P desired) noexcept : Base(desired) {}
  using Base::operator=;

  INTERLEAVE_INLINE P fetch_add(
      std::ptrdiff_t count, std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return A::value(W::fetch_add(A::word(this->address()), bytes(count), order_number(order)));
  }
  INTERLEAVE_INLINE P fetch_sub(
      std::ptrdiff_t count, std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return A::value(W::fetch_sub(A::word(this->address()), bytes(count), order_number(order)));
  }

  INTERLEAVE_INLINE P operator++(int) volatile noexcept { return fetch_add(1); }
  INTERLEAVE_INLINE P operator--(int) volatile noexcept { return fetch_sub(1); }
  INTERLEAVE_INLINE P operator++() volatile noexcept { return fetch_add(1) + 1; }
  INTERLEAVE_INLINE P operator--() volatile noexcept { return fetch_sub(1) - 1; }
  INTERLEAVE_INLINE P operator+=(std::ptrdiff_t count) volatile noexcept {
    return fetch_add(count) + count;
  }
  INTERLEAVE_INLINE P operator-=(std::ptrdiff_t count) volatile noexcept {
    return fetch_sub(count) - count;
  }

 private:
  INTERLEAVE_INLINE static typename W::type bytes(std::ptrdiff_t count) noexcept {
    static_assert(std::is_object<Pointee>::value, "arithmetic needs a pointer to an object type");
    return static_cast<typename W::type>(count) * sizeof(Pointee);
  }
};

#if __cplusplus > 201703L
template <class T>
class atomic_floating : public atomic_value<T> {
  using Base = atomic_value<T>;

 public:
  using difference_type = T;

  atomic_floating() = default;
  constexpr atomic_floating(T desired) noexcept : Base(desired) {}
  using Base::operator=;

  INTERLEAVE_INLINE T
  fetch_add(T operand, std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return update(add, operand, order);
  }
  INTERLEAVE_INLINE T
  fetch_sub(T operand, std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return update(subtract, operand, order);
  }
  INTERLEAVE_INLINE T operator+=(T operand) volatile noexcept {
    return fetch_add(operand) + operand;
  }
  INTERLEAVE_INLINE T operator-=(T operand) volatile noexcept {
    return fetch_sub(operand) - operand;
  }

 private:
  INTERLEAVE_INLINE T update(void (*f)(void *, const void *), const T &operand,
                             std::memory_order order) volatile noexcept {
    T old;
    interleave_atomic_update(const_cast<void *>(this->address()), &old, sizeof(T),
                             order_number(order), f, &operand);
    return old;
  }

  // Called by the runtime on the object itself, so they must not count as plain accesses.
  __attribute__((__no_sanitize__("thread"))) static void add(void *value, const void *operand) {
    *static_cast<T *>(value) += *static_cast<const T *>(operand);
  }
  __attribute__((__no_sanitize__("thread"))) static void subtract(void *value,
                                                                  const void *operand) {
    *static_cast<T *>(value) -= *static_cast<const T *>(operand);
  }
};
#endif

// The integers with a specialisation of std::atomic of their own: all but bool and __int128.
template <class T>
struct is_atomic_integer
    : std::integral_constant<bool, std::is_integral<T>::value && !std::is_same<T, bool>::value &&
                                       sizeof(T) <= 8> {};

template <class T, class = void>
struct atomic_base {
  using type = atomic_value<T>;
};
template <class T>
struct atomic_base<T, typename std::enable_if<is_atomic_integer<T>::value>::type> {
  using type = atomic_integer<T>;
};
template <class T>
struct atomic_base<T *, void> {
  using type = atomic_pointer<T *>;
};
#if __cplusplus > 201703L
template <class T>
struct atomic_base<T, std::enable_if_t<std::is_floating_point<T>::value>> {
  using type = atomic_floating<T>;
};
#endif

}  // namespace detail
}  // namespace interleave
