// Vyukov's bounded queue for many producers and consumers: each cell says by its number whose turn it is.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 14
// weakened: data-race
//
// The number is that of a brute force over SC interleavings; weak memory adds no execution, the orders are strong enough.
// Weakened: the producer hands its cell over with a relaxed store, so the consumer reads the item without any order.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kHandsOver = std::memory_order_relaxed;
#else
constexpr auto kHandsOver = std::memory_order_release;
#endif

struct Cell {
  std::atomic<unsigned> turn;
  int item = 0;
};

constexpr unsigned kCells = 2;
Cell cells[kCells] = {{0}, {1}};
std::atomic<unsigned> pushed{0};
std::atomic<unsigned> popped{0};

bool try_push(int item) {
  unsigned n = pushed.load(std::memory_order_relaxed);
  for (;;) {
    Cell &cell = cells[n % kCells];
    const int difference = static_cast<int>(cell.turn.load(std::memory_order_acquire) - n);
    if (difference < 0) return false;
    if (difference > 0) {
      n = pushed.load(std::memory_order_relaxed);
    } else if (pushed.compare_exchange_strong(n, n + 1, std::memory_order_relaxed)) {
      cell.item = item;
      cell.turn.store(n + 1, kHandsOver);
      return true;
    }
  }
}

int try_pop() {
  unsigned n = popped.load(std::memory_order_relaxed);
  for (;;) {
    Cell &cell = cells[n % kCells];
    const int difference = static_cast<int>(cell.turn.load(std::memory_order_acquire) - (n + 1));
    if (difference < 0) return 0;
    if (difference > 0) {
      n = popped.load(std::memory_order_relaxed);
    } else if (popped.compare_exchange_strong(n, n + 1, std::memory_order_relaxed)) {
      const int item = cell.item;
      cell.turn.store(n + kCells, std::memory_order_release);
      return item;
    }
  }
}

int main() {
  std::thread a([] { assert(try_push(1)); });
  std::thread b([] { assert(try_push(2)); });
  const int first = try_pop();
  a.join();
  b.join();
  const int sum = first + try_pop() + try_pop();
  assert(sum == 3 && try_pop() == 0);
}
