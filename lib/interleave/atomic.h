// interleave::atomic<T>, atomic_flag, fences, atomic_ functions: std's, by way of the runtime.
// SPDX-License-Identifier: Apache-2.0
//
// Same layout, constant initialisation and interface as std::atomic of libstdc++ 12; wait and
// notify exist in C++17 too. An operation is one call of the runtime, a compare_exchange_weak is a
// weak one, and a fetch_add of a floating-point number is one operation, where libstdc++ has a
// loop.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "interleave/detail/atomic_number.h"

namespace interleave {

using std::kill_dependency;
using std::memory_order;
using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_consume;
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;

template <class Value>
struct atomic : public detail::atomic_base<Value>::type {
 private:
  using Base = typename detail::atomic_base<Value>::type;

 public:
  atomic() = default;
  constexpr atomic(Value desired) noexcept : Base(desired) {}
  atomic(const atomic &) = delete;
  atomic &operator=(const atomic &) = delete;
  atomic &operator=(const atomic &) volatile = delete;
  using Base::operator=;
};

#if __cplusplus > 201703L && defined(__cpp_concepts)
// std has specialisations for types that are not trivially copyable (shared_ptr, weak_ptr): they
// stay std's, made of words that the runtime sees.
template <class Value>
requires(!std::is_trivially_copyable_v<Value>) struct atomic<Value> : public std::atomic<Value> {
  using std::atomic<Value>::atomic;
  using std::atomic<Value>::operator=;
};
#endif

class atomic_flag {
 public:
  atomic_flag() noexcept = default;
  constexpr atomic_flag(bool initial) noexcept : set_(initial) {}  // ATOMIC_FLAG_INIT
  atomic_flag(const atomic_flag &) = delete;
  atomic_flag &operator=(const atomic_flag &) = delete;
  atomic_flag &operator=(const atomic_flag &) volatile = delete;

  INTERLEAVE_INLINE bool test_and_set(memory_order order = memory_order_seq_cst) volatile noexcept {
    return detail::Access<bool>::exchange(&set_, true, detail::order_number(order));
  }
  INTERLEAVE_INLINE void clear(memory_order order = memory_order_seq_cst) volatile noexcept {
    detail::Access<bool>::store(&set_, false, detail::order_number(order));
  }
  INTERLEAVE_INLINE bool test(memory_order order = memory_order_seq_cst) const volatile noexcept {
    return detail::Access<bool>::load(&set_, detail::order_number(order));
  }
  INTERLEAVE_INLINE void wait(bool old, memory_order order = memory_order_seq_cst) const volatile noexcept {
    interleave_atomic_wait(const_cast<const bool *>(&set_), &old, 1, detail::order_number(order));
  }
  INTERLEAVE_INLINE void notify_one() volatile noexcept { interleave_atomic_notify(const_cast<bool *>(&set_), 0); }
  INTERLEAVE_INLINE void notify_all() volatile noexcept { interleave_atomic_notify(const_cast<bool *>(&set_), 1); }

 private:
#if __cplusplus > 201703L
  bool set_ = false;
#else
  bool set_;
#endif
};

INTERLEAVE_INLINE void atomic_thread_fence(memory_order order) noexcept {
  detail::Fence::thread(detail::order_number(order));
}
INTERLEAVE_INLINE void atomic_signal_fence(memory_order order) noexcept {
  detail::Fence::signal(detail::order_number(order));
}

using atomic_bool = atomic<bool>;
using atomic_char = atomic<char>;
using atomic_schar = atomic<signed char>;
using atomic_uchar = atomic<unsigned char>;
using atomic_short = atomic<short>;
using atomic_ushort = atomic<unsigned short>;
using atomic_int = atomic<int>;
using atomic_uint = atomic<unsigned int>;
using atomic_long = atomic<long>;
using atomic_ulong = atomic<unsigned long>;
using atomic_llong = atomic<long long>;
using atomic_ullong = atomic<unsigned long long>;
#ifdef __cpp_char8_t
using atomic_char8_t = atomic<char8_t>;
#endif
using atomic_char16_t = atomic<char16_t>;
using atomic_char32_t = atomic<char32_t>;
using atomic_wchar_t = atomic<wchar_t>;
using atomic_int8_t = atomic<std::int8_t>;
using atomic_uint8_t = atomic<std::uint8_t>;
using atomic_int16_t = atomic<std::int16_t>;
using atomic_uint16_t = atomic<std::uint16_t>;
using atomic_int32_t = atomic<std::int32_t>;
using atomic_uint32_t = atomic<std::uint32_t>;
using atomic_int64_t = atomic<std::int64_t>;
using atomic_uint64_t = atomic<std::uint64_t>;
using atomic_int_least8_t = atomic<std::int_least8_t>;
using atomic_uint_least8_t = atomic<std::uint_least8_t>;
using atomic_int_least16_t = atomic<std::int_least16_t>;
using atomic_uint_least16_t = atomic<std::uint_least16_t>;
using atomic_int_least32_t = atomic<std::int_least32_t>;
using atomic_uint_least32_t = atomic<std::uint_least32_t>;
using atomic_int_least64_t = atomic<std::int_least64_t>;
using atomic_uint_least64_t = atomic<std::uint_least64_t>;
using atomic_int_fast8_t = atomic<std::int_fast8_t>;
using atomic_uint_fast8_t = atomic<std::uint_fast8_t>;
using atomic_int_fast16_t = atomic<std::int_fast16_t>;
using atomic_uint_fast16_t = atomic<std::uint_fast16_t>;
using atomic_int_fast32_t = atomic<std::int_fast32_t>;
using atomic_uint_fast32_t = atomic<std::uint_fast32_t>;
using atomic_int_fast64_t = atomic<std::int_fast64_t>;
using atomic_uint_fast64_t = atomic<std::uint_fast64_t>;
using atomic_intptr_t = atomic<std::intptr_t>;
using atomic_uintptr_t = atomic<std::uintptr_t>;
using atomic_size_t = atomic<std::size_t>;
using atomic_ptrdiff_t = atomic<std::ptrdiff_t>;
using atomic_intmax_t = atomic<std::intmax_t>;
using atomic_uintmax_t = atomic<std::uintmax_t>;
#if __cplusplus > 201703L
using atomic_signed_lock_free = atomic<int>;
using atomic_unsigned_lock_free = atomic<unsigned int>;
#endif

}  // namespace interleave

#include "interleave/detail/atomic_functions.h"
