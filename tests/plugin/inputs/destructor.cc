// The name after `~` is looked up in the class, so it stays.
// ARGS: -std=c++20
#include <mutex>
#include <new>

void end(std::mutex *m) {
  // CHECK: m->~mutex();
  m->~mutex();
  // CHECK: new (m) interleave::mutex();
  new (m) std::mutex();
}
// CHECK: struct Derived : ::interleave::thread {
#include <thread>
struct Derived : std::thread {
  // CHECK: using ::interleave::thread::thread;
  using std::thread::thread;
  // CHECK: Derived() : ::interleave::thread() {}
  Derived() : std::thread() {}
};
