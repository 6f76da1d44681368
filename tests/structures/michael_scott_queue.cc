// A Michael-Scott queue without reclamation: two threads enqueue, one dequeues.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 96
// weakened: data-race
//
// Michael and Scott, Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue Algorithms, PODC 1996.
// The number is that of a brute force over SC interleavings; weak memory adds no execution, the orders are strong enough.
// Weakened: the compare-exchange that links a new node is relaxed, so who dequeues it reads the value without any order.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kLinks = std::memory_order_relaxed;
#else
constexpr auto kLinks = std::memory_order_release;
#endif

struct Node {
  int value = 0;
  std::atomic<Node *> next{nullptr};
};

Node nodes[3];
std::atomic<Node *> head{&nodes[0]};
std::atomic<Node *> tail{&nodes[0]};

void enqueue(Node &node, int value) {
  node.value = value;
  for (;;) {
    Node *last = tail.load(std::memory_order_acquire);
    Node *next = last->next.load(std::memory_order_acquire);
    if (next) {                        // the tail lags: help
      tail.compare_exchange_strong(last, next, std::memory_order_release, std::memory_order_relaxed);
      continue;
    }
    if (last->next.compare_exchange_strong(next, &node, kLinks, std::memory_order_relaxed)) {
      tail.compare_exchange_strong(last, &node, std::memory_order_release, std::memory_order_relaxed);
      return;
    }
  }
}

int dequeue() {
  for (;;) {
    Node *first = head.load(std::memory_order_acquire);
    Node *next = first->next.load(std::memory_order_acquire);
    if (!next) return 0;
    Node *last = tail.load(std::memory_order_acquire);
    if (first == last) tail.compare_exchange_strong(last, next, std::memory_order_release, std::memory_order_relaxed);
    if (head.compare_exchange_strong(first, next, std::memory_order_acq_rel, std::memory_order_relaxed)) return next->value;
  }
}

int main() {
  std::thread a([] { enqueue(nodes[1], 1); });
  std::thread b([] { enqueue(nodes[2], 2); });
  const int dequeued = dequeue();
  a.join();
  b.join();
  const int sum = dequeued + dequeue() + dequeue();
  assert(sum == 3 && dequeue() == 0);
}
