// A Chase-Lev deque: the owner takes at one end, a thief steals at the other.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 29
// weakened: assertion
// sc: clean
//
// Lê, Pop, Cohen, Zappa Nardelli, Correct and Efficient Work-Stealing for Weak Memory Models, PPoPP 2013; the array does not grow.
// The number is that of a brute force over SC interleavings; weak memory adds no execution, the orders are strong enough.
// Weakened: the fence in take() is acq_rel. The owner may read an old top while the thief reads the old bottom, and both get the last item.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kTakeFence = std::memory_order_acq_rel;
#else
constexpr auto kTakeFence = std::memory_order_seq_cst;
#endif

constexpr int kNothing = 0;
std::atomic<int> top{0};
std::atomic<int> bottom{0};
std::atomic<int> items[2];
int taken[3];                          // how often each item was taken by the owner
int stolen[3];

void push(int item) {
  const int b = bottom.load(std::memory_order_relaxed);
  items[b % 2].store(item, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  bottom.store(b + 1, std::memory_order_relaxed);
}

int take() {
  const int b = bottom.load(std::memory_order_relaxed) - 1;
  bottom.store(b, std::memory_order_relaxed);
  std::atomic_thread_fence(kTakeFence);
  int t = top.load(std::memory_order_relaxed);
  int item = kNothing;
  if (t <= b) {
    item = items[b % 2].load(std::memory_order_relaxed);
    if (t < b) return item;
    if (!top.compare_exchange_strong(t, t + 1, std::memory_order_seq_cst, std::memory_order_relaxed)) item = kNothing;
  }
  bottom.store(b + 1, std::memory_order_relaxed);
  return item;
}

int steal() {
  int t = top.load(std::memory_order_acquire);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const int b = bottom.load(std::memory_order_acquire);
  if (t >= b) return kNothing;
  const int item = items[t % 2].load(std::memory_order_relaxed);
  return top.compare_exchange_strong(t, t + 1, std::memory_order_seq_cst, std::memory_order_relaxed) ? item : kNothing;
}

int main() {
  std::thread thief([] {
    stolen[steal()]++;
    stolen[steal()]++;
  });
  push(1);
  push(2);
  taken[take()]++;
  thief.join();
  assert(taken[1] + stolen[1] <= 1);
  assert(taken[2] + stolen[2] <= 1);
}
