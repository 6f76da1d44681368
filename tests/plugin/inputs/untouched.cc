// What is not a use of a primitive stays as it is, byte for byte.
// ARGS: -std=c++20
#include <future>
#include <latch>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <stop_token>

namespace own {
// CHECK: struct mutex {
struct mutex {
  void lock();
  void unlock();
};
// CHECK: void call_once(int);
void call_once(int);
// CHECK: extern mutex local;
extern mutex local;
}  // namespace own
// CHECK: {{^}}own::mutex other;
own::mutex other;

// CHECK: const char *text = "std::mutex";  // std::mutex in a comment
const char *text = "std::mutex";  // std::mutex in a comment
#if 0
// CHECK: std::mutex never_compiled;
std::mutex never_compiled;
#endif

template <class M>
void lock_templates(M &m) {
  // CHECK: std::lock_guard<M> guard(m);
  std::lock_guard<M> guard(m);
}
// CHECK: std::memory_order order = std::memory_order_relaxed;
std::memory_order order = std::memory_order_relaxed;
// CHECK: std::cv_status status = std::cv_status::timeout;
std::cv_status status = std::cv_status::timeout;
// CHECK: std::latch latch{1};
std::latch latch{1};
// CHECK: std::counting_semaphore<1> semaphore{1};
std::counting_semaphore<1> semaphore{1};
// CHECK: std::promise<int> promise;
std::promise<int> promise;
// CHECK: std::stop_source source;
std::stop_source source;
// CHECK: auto tag = std::adopt_lock;
auto tag = std::adopt_lock;
void end(own::mutex *m) {
  // CHECK: m->~mutex();
  m->~mutex();
}
