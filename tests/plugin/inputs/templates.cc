// Template parameters, defaults, template template arguments, dependent names, instantiations.
// ARGS: -std=c++20
#include <atomic>
#include <mutex>

// CHECK: template <class M = ::interleave::mutex>
template <class M = std::mutex>
struct Queue {
  M mutex;  // the member's name is not std's
  // CHECK: ::interleave::atomic<int> size{0};
  std::atomic<int> size{0};
};
template struct Queue<>;

// CHECK: template <template <class> class Cell = ::interleave::atomic>
template <template <class> class Cell = std::atomic>
struct Holder {
  Cell<int> cell;
};
// CHECK: Holder<::interleave::atomic> holder;
Holder<std::atomic> holder;

template <class T>
struct Dependent {
  // CHECK: using Value = typename ::interleave::atomic<T>::value_type;
  using Value = typename std::atomic<T>::value_type;
  // CHECK: ::interleave::atomic<T> cell;
  std::atomic<T> cell;
  // CHECK: return ::interleave::atomic_load(&cell);
  Value get() { return std::atomic_load(&cell); }
  static constexpr bool lock_free = std::atomic<T>::is_always_lock_free;
};
int use() { return Dependent<int>().get(); }

template <class T>
concept Small = sizeof(T) < 1000;
// CHECK: requires Small<T> interleave::atomic<T> &after_requires();
template <class T> requires Small<T> std::atomic<T> &after_requires();
// CHECK: template <Small T = ::interleave::mutex>
template <Small T = std::mutex>
void constrained(T &) {}
