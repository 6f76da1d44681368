// The arithmetic of interleave::atomic<T>: integers, pointers, floating-point numbers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>

#include "interleave/detail/atomic_value.h"

namespace interleave {
namespace detail {

template <class Value>
class atomic_integer : public atomic_value<Value> {
  using Base = atomic_value<Value>;
  using Words = Word<sizeof(Value)>;
  using Unsigned = typename Words::type;
  using Bits = Access<Value>;

 public:
  using difference_type = Value;

  atomic_integer() = default;
  constexpr atomic_integer(Value desired) noexcept : Base(desired) {}
  using Base::operator=;

#define INTERLEAVE_FETCH(name)                                                                                         \
  INTERLEAVE_INLINE Value name(Value operand, std::memory_order order = std::memory_order_seq_cst) volatile noexcept { \
    return Bits::value(Words::name(Bits::word(this->address()), Bits::bits(operand), order_number(order)));            \
  }
  INTERLEAVE_FETCH(fetch_add)
  INTERLEAVE_FETCH(fetch_sub)
  INTERLEAVE_FETCH(fetch_and)
  INTERLEAVE_FETCH(fetch_or)
  INTERLEAVE_FETCH(fetch_xor)
#undef INTERLEAVE_FETCH

  INTERLEAVE_INLINE Value operator++(int) volatile noexcept { return fetch_add(1); }
  INTERLEAVE_INLINE Value operator--(int) volatile noexcept { return fetch_sub(1); }
  INTERLEAVE_INLINE Value operator++() volatile noexcept { return *this += 1; }
  INTERLEAVE_INLINE Value operator--() volatile noexcept { return *this -= 1; }
  // The sums wrap around, also of signed numbers.
  INTERLEAVE_INLINE Value operator+=(Value operand) volatile noexcept {
    return Bits::value(static_cast<Unsigned>(Bits::bits(fetch_add(operand)) + Bits::bits(operand)));
  }
  INTERLEAVE_INLINE Value operator-=(Value operand) volatile noexcept {
    return Bits::value(static_cast<Unsigned>(Bits::bits(fetch_sub(operand)) - Bits::bits(operand)));
  }
  INTERLEAVE_INLINE Value operator&=(Value operand) volatile noexcept {
    return static_cast<Value>(fetch_and(operand) & operand);
  }
  INTERLEAVE_INLINE Value operator|=(Value operand) volatile noexcept {
    return static_cast<Value>(fetch_or(operand) | operand);
  }
  INTERLEAVE_INLINE Value operator^=(Value operand) volatile noexcept {
    return static_cast<Value>(fetch_xor(operand) ^ operand);
  }
};

template <class Pointer>
class atomic_pointer : public atomic_value<Pointer> {
  using Base = atomic_value<Pointer>;
  using Pointee = typename std::remove_pointer<Pointer>::type;
  using Words = Word<sizeof(Pointer)>;
  using Bits = Access<Pointer>;

 public:
  using difference_type = std::ptrdiff_t;

  atomic_pointer() = default;
  constexpr atomic_pointer(Pointer desired) noexcept : Base(desired) {}
  using Base::operator=;

  INTERLEAVE_INLINE Pointer fetch_add(std::ptrdiff_t count,
                                      std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return Bits::value(Words::fetch_add(Bits::word(this->address()), bytes(count), order_number(order)));
  }
  INTERLEAVE_INLINE Pointer fetch_sub(std::ptrdiff_t count,
                                      std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return Bits::value(Words::fetch_sub(Bits::word(this->address()), bytes(count), order_number(order)));
  }

  INTERLEAVE_INLINE Pointer operator++(int) volatile noexcept { return fetch_add(1); }
  INTERLEAVE_INLINE Pointer operator--(int) volatile noexcept { return fetch_sub(1); }
  INTERLEAVE_INLINE Pointer operator++() volatile noexcept { return fetch_add(1) + 1; }
  INTERLEAVE_INLINE Pointer operator--() volatile noexcept { return fetch_sub(1) - 1; }
  INTERLEAVE_INLINE Pointer operator+=(std::ptrdiff_t count) volatile noexcept { return fetch_add(count) + count; }
  INTERLEAVE_INLINE Pointer operator-=(std::ptrdiff_t count) volatile noexcept { return fetch_sub(count) - count; }

 private:
  INTERLEAVE_INLINE static typename Words::type bytes(std::ptrdiff_t count) noexcept {
    static_assert(std::is_object<Pointee>::value, "arithmetic needs a pointer to an object type");
    return static_cast<typename Words::type>(count) * sizeof(Pointee);
  }
};

#if __cplusplus > 201703L
template <class Value>
class atomic_floating : public atomic_value<Value> {
  using Base = atomic_value<Value>;

 public:
  using difference_type = Value;

  atomic_floating() = default;
  constexpr atomic_floating(Value desired) noexcept : Base(desired) {}
  using Base::operator=;

  INTERLEAVE_INLINE Value fetch_add(Value operand,
                                    std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return update(add, operand, order);
  }
  INTERLEAVE_INLINE Value fetch_sub(Value operand,
                                    std::memory_order order = std::memory_order_seq_cst) volatile noexcept {
    return update(subtract, operand, order);
  }
  INTERLEAVE_INLINE Value operator+=(Value operand) volatile noexcept { return fetch_add(operand) + operand; }
  INTERLEAVE_INLINE Value operator-=(Value operand) volatile noexcept { return fetch_sub(operand) - operand; }

 private:
  INTERLEAVE_INLINE Value update(void (*f)(void *, const void *), const Value &operand,
                                 std::memory_order order) volatile noexcept {
    Value old;
    interleave_atomic_update(const_cast<void *>(this->address()), &old, sizeof(Value), order_number(order), f,
                             &operand);
    return old;
  }

  // Called by the runtime on the object itself, so they must not count as plain accesses.
  __attribute__((__no_sanitize__("thread"))) static void add(void *value, const void *operand) {
    *static_cast<Value *>(value) += *static_cast<const Value *>(operand);
  }
  __attribute__((__no_sanitize__("thread"))) static void subtract(void *value, const void *operand) {
    *static_cast<Value *>(value) -= *static_cast<const Value *>(operand);
  }
};
#endif

// The integers with a specialisation of std::atomic of their own: all but bool and __int128.
template <class Value>
struct is_atomic_integer : std::integral_constant<bool, std::is_integral<Value>::value &&
                                                            !std::is_same<Value, bool>::value && sizeof(Value) <= 8> {};

template <class Value, class = void>
struct atomic_base {
  using type = atomic_value<Value>;
};
template <class Value>
struct atomic_base<Value, typename std::enable_if<is_atomic_integer<Value>::value>::type> {
  using type = atomic_integer<Value>;
};
template <class Value>
struct atomic_base<Value *, void> {
  using type = atomic_pointer<Value *>;
};
#if __cplusplus > 201703L
template <class Value>
struct atomic_base<Value, std::enable_if_t<std::is_floating_point<Value>::value>> {
  using type = atomic_floating<Value>;
};
#endif

}  // namespace detail
}  // namespace interleave
