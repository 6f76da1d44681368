// Test stand-in for the shim.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

namespace interleave {

template <class T>
class atomic {
 public:
  using value_type = T;
  static constexpr bool is_always_lock_free = std::atomic<T>::is_always_lock_free;
  constexpr atomic() = default;
  constexpr atomic(T value) : inner_(value) {}
  T load(std::memory_order order = std::memory_order_seq_cst) const { return inner_.load(order); }
  void store(T value, std::memory_order order = std::memory_order_seq_cst) {
    inner_.store(value, order);
  }
  T fetch_add(T by) { return inner_.fetch_add(by); }
  T operator++(int) { return inner_.fetch_add(1); }
  operator T() const { return inner_.load(); }

 private:
  std::atomic<T> inner_{};
};
struct atomic_flag {
  bool test_and_set() { return inner.test_and_set(); }
  std::atomic_flag inner = ATOMIC_FLAG_INIT;
};
using atomic_int = atomic<int>;
using atomic_bool = atomic<bool>;
using atomic_size_t = atomic<std::size_t>;

using std::atomic_load;
template <class T>
T atomic_load(const atomic<T> *object) {
  return object->load();
}
inline void atomic_thread_fence(std::memory_order order) { std::atomic_thread_fence(order); }

}  // namespace interleave
