// A seqlock that is written twice: a reader may go round several times, and what it has read is nothing once it looks again.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 116
// optimised: 83
// weakened: assertion
// sc: clean
//
// Boehm, Can Seqlocks Get Along With Programming Language Memory Models?, MSPC 2012.
// The numbers are measured; once the optimised program had 94, as threads that begin again began with other registers.
// Weakened: the writer's fence between the odd number and the data is none. A reader may see new data, and both times the old number.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kAfterOdd = std::memory_order_relaxed;
#else
constexpr auto kAfterOdd = std::memory_order_release;
#endif

std::atomic<unsigned> sequence{0};
std::atomic<int> first{0};
std::atomic<int> second{0};

void publish(int value) {
  const unsigned before = sequence.load(std::memory_order_relaxed);
  sequence.store(before + 1, std::memory_order_relaxed);
  std::atomic_thread_fence(kAfterOdd);
  first.store(value, std::memory_order_relaxed);
  second.store(value, std::memory_order_relaxed);
  sequence.store(before + 2, std::memory_order_release);
}

bool try_read(int &a, int &b) {
  const unsigned before = sequence.load(std::memory_order_acquire);
  if (before % 2) return false;
  a = first.load(std::memory_order_relaxed);
  b = second.load(std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_acquire);
  return sequence.load(std::memory_order_relaxed) == before;
}

void look() {
  int a, b;
  while (!try_read(a, b)) std::this_thread::yield();
  assert(a == b);
}

int main() {
  std::thread writer([] {
    publish(1);
    publish(2);
  });
  std::thread reader(look);
  writer.join();
  reader.join();
}
