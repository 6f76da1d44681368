// The free functions on atomics, std::atomic_load and the like.
// SPDX-License-Identifier: Apache-2.0
//
// Each calls the member that does the work. Overloads that std has besides, for std::atomic and,
// where <memory> was included before, for shared_ptr, are found under these names too.
#pragma once

// A part of interleave/atomic.h, which includes it at its end.

#include "interleave/atomic.h"

namespace interleave {
namespace detail {

// A parameter of this type takes no part in deducing Value.
template <class Value>
using value_of = typename atomic<Value>::value_type;

template <class Value>
using difference_of = typename atomic<Value>::difference_type;

}  // namespace detail

using std::atomic_compare_exchange_strong;
using std::atomic_compare_exchange_strong_explicit;
using std::atomic_compare_exchange_weak;
using std::atomic_compare_exchange_weak_explicit;
using std::atomic_exchange;
using std::atomic_exchange_explicit;
using std::atomic_fetch_add;
using std::atomic_fetch_add_explicit;
using std::atomic_fetch_and;
using std::atomic_fetch_and_explicit;
using std::atomic_fetch_or;
using std::atomic_fetch_or_explicit;
using std::atomic_fetch_sub;
using std::atomic_fetch_sub_explicit;
using std::atomic_fetch_xor;
using std::atomic_fetch_xor_explicit;
using std::atomic_init;
using std::atomic_is_lock_free;
using std::atomic_load;
using std::atomic_load_explicit;
using std::atomic_store;
using std::atomic_store_explicit;
#ifdef __cpp_lib_atomic_wait
using std::atomic_notify_all;
using std::atomic_notify_one;
using std::atomic_wait;
using std::atomic_wait_explicit;
#endif

template <class Value>
INTERLEAVE_INLINE bool atomic_is_lock_free(const volatile atomic<Value> *object) noexcept {
  return object->is_lock_free();
}
template <class Value>
INTERLEAVE_INLINE void atomic_init(volatile atomic<Value> *object, detail::value_of<Value> desired) noexcept {
  object->store(desired, memory_order_relaxed);
}
template <class Value>
INTERLEAVE_INLINE void atomic_store(volatile atomic<Value> *object, detail::value_of<Value> desired) noexcept {
  object->store(desired);
}
template <class Value>
INTERLEAVE_INLINE void atomic_store_explicit(volatile atomic<Value> *object, detail::value_of<Value> desired,
                                             memory_order order) noexcept {
  object->store(desired, order);
}
template <class Value>
INTERLEAVE_INLINE Value atomic_load(const volatile atomic<Value> *object) noexcept {
  return object->load();
}
template <class Value>
INTERLEAVE_INLINE Value atomic_load_explicit(const volatile atomic<Value> *object, memory_order order) noexcept {
  return object->load(order);
}
template <class Value>
INTERLEAVE_INLINE Value atomic_exchange(volatile atomic<Value> *object, detail::value_of<Value> desired) noexcept {
  return object->exchange(desired);
}
template <class Value>
INTERLEAVE_INLINE Value atomic_exchange_explicit(volatile atomic<Value> *object, detail::value_of<Value> desired,
                                                 memory_order order) noexcept {
  return object->exchange(desired, order);
}
template <class Value>
INTERLEAVE_INLINE bool atomic_compare_exchange_weak(volatile atomic<Value> *object, detail::value_of<Value> *expected,
                                                    detail::value_of<Value> desired) noexcept {
  return object->compare_exchange_weak(*expected, desired);
}
template <class Value>
INTERLEAVE_INLINE bool atomic_compare_exchange_weak_explicit(volatile atomic<Value> *object,
                                                             detail::value_of<Value> *expected,
                                                             detail::value_of<Value> desired, memory_order success,
                                                             memory_order failure) noexcept {
  return object->compare_exchange_weak(*expected, desired, success, failure);
}
template <class Value>
INTERLEAVE_INLINE bool atomic_compare_exchange_strong(volatile atomic<Value> *object, detail::value_of<Value> *expected,
                                                      detail::value_of<Value> desired) noexcept {
  return object->compare_exchange_strong(*expected, desired);
}
template <class Value>
INTERLEAVE_INLINE bool atomic_compare_exchange_strong_explicit(volatile atomic<Value> *object,
                                                               detail::value_of<Value> *expected,
                                                               detail::value_of<Value> desired, memory_order success,
                                                               memory_order failure) noexcept {
  return object->compare_exchange_strong(*expected, desired, success, failure);
}

#define INTERLEAVE_FETCH(name, operand_type)                                                             \
  template <class Value>                                                                                 \
  INTERLEAVE_INLINE Value atomic_##name(volatile atomic<Value> *object, operand_type operand) noexcept { \
    return object->name(operand);                                                                        \
  }                                                                                                      \
  template <class Value>                                                                                 \
  INTERLEAVE_INLINE Value atomic_##name##_explicit(volatile atomic<Value> *object, operand_type operand, \
                                                   memory_order order) noexcept {                        \
    return object->name(operand, order);                                                                 \
  }
INTERLEAVE_FETCH(fetch_add, detail::difference_of<Value>)
INTERLEAVE_FETCH(fetch_sub, detail::difference_of<Value>)
INTERLEAVE_FETCH(fetch_and, detail::value_of<Value>)
INTERLEAVE_FETCH(fetch_or, detail::value_of<Value>)
INTERLEAVE_FETCH(fetch_xor, detail::value_of<Value>)
#undef INTERLEAVE_FETCH

template <class Value>
INTERLEAVE_INLINE void atomic_wait(const volatile atomic<Value> *object, detail::value_of<Value> old) noexcept {
  object->wait(old);
}
template <class Value>
INTERLEAVE_INLINE void atomic_wait_explicit(const volatile atomic<Value> *object, detail::value_of<Value> old,
                                            memory_order order) noexcept {
  object->wait(old, order);
}
template <class Value>
INTERLEAVE_INLINE void atomic_notify_one(volatile atomic<Value> *object) noexcept {
  object->notify_one();
}
template <class Value>
INTERLEAVE_INLINE void atomic_notify_all(volatile atomic<Value> *object) noexcept {
  object->notify_all();
}

INTERLEAVE_INLINE bool atomic_flag_test_and_set(volatile atomic_flag *flag) noexcept { return flag->test_and_set(); }
INTERLEAVE_INLINE bool atomic_flag_test_and_set_explicit(volatile atomic_flag *flag, memory_order order) noexcept {
  return flag->test_and_set(order);
}
INTERLEAVE_INLINE void atomic_flag_clear(volatile atomic_flag *flag) noexcept { flag->clear(); }
INTERLEAVE_INLINE void atomic_flag_clear_explicit(volatile atomic_flag *flag, memory_order order) noexcept {
  flag->clear(order);
}
INTERLEAVE_INLINE bool atomic_flag_test(const volatile atomic_flag *flag) noexcept { return flag->test(); }
INTERLEAVE_INLINE bool atomic_flag_test_explicit(const volatile atomic_flag *flag, memory_order order) noexcept {
  return flag->test(order);
}
INTERLEAVE_INLINE void atomic_flag_wait(const volatile atomic_flag *flag, bool old) noexcept { flag->wait(old); }
INTERLEAVE_INLINE void atomic_flag_wait_explicit(const volatile atomic_flag *flag, bool old,
                                                 memory_order order) noexcept {
  flag->wait(old, order);
}
INTERLEAVE_INLINE void atomic_flag_notify_one(volatile atomic_flag *flag) noexcept { flag->notify_one(); }
INTERLEAVE_INLINE void atomic_flag_notify_all(volatile atomic_flag *flag) noexcept { flag->notify_all(); }

}  // namespace interleave
