// Functions of std: qualified, imported, found by lookup; overloads for shared_ptr stay.
// ARGS: -std=c++20
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

namespace here = std::this_thread;
std::once_flag once;

void calls(std::shared_ptr<int> pointer, std::atomic_int &number) {
  // CHECK: {{^}}  ::interleave::call_once(once, [] {});
  std::call_once(once, [] {});
  {
    // CHECK: using ::interleave::call_once;
    using std::call_once;
    // CHECK: {{^}}    ::interleave::call_once(once, [] {});
    call_once(once, [] {});
  }
  // CHECK: {{^}}  ::interleave::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  // CHECK: {{^}}  ::interleave::this_thread::yield();
  here::yield();
  using namespace std::this_thread;
  // CHECK: {{^}}  (void)interleave::this_thread::get_id();
  (void)get_id();
  // CHECK: {{^}}  ::interleave::atomic_thread_fence(std::memory_order_seq_cst);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  // CHECK: {{^}}  ::interleave::atomic_load(&number);
  std::atomic_load(&number);
  // CHECK: {{^}}  std::atomic_load(&pointer);
  std::atomic_load(&pointer);
  // CHECK: void (*pause)() noexcept = &::interleave::this_thread::yield;
  void (*pause)() noexcept = &std::this_thread::yield;
  pause();
}
