// A Treiber stack without reclamation: two threads push, one pops.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 20
// weakened: data-race
//
// Treiber, Systems Programming: Coping with Parallelism, IBM RJ 5118, 1986.
// The number is that of a brute force over SC interleavings; weak memory adds no execution, the orders are strong enough.
// Weakened: push() publishes its node with a relaxed compare-exchange, so who pops it reads the node without any order.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kPublishes = std::memory_order_relaxed;
#else
constexpr auto kPublishes = std::memory_order_release;
#endif

struct Node {
  int value = 0;
  Node *next = nullptr;
};

std::atomic<Node *> top{nullptr};
Node nodes[2];

void push(Node &node, int value) {
  node.value = value;
  node.next = top.load(std::memory_order_relaxed);
  while (!top.compare_exchange_strong(node.next, &node, kPublishes, std::memory_order_relaxed)) {
  }
}

int pop() {
  Node *node = top.load(std::memory_order_acquire);
  while (node && !top.compare_exchange_strong(node, node->next, std::memory_order_acquire, std::memory_order_acquire)) {
  }
  return node ? node->value : 0;
}

int main() {
  std::thread a([] { push(nodes[0], 1); });
  std::thread b([] { push(nodes[1], 2); });
  const int popped = pop();
  a.join();
  b.join();
  const int left = popped + pop() + pop();
  assert(left == 3 && pop() == 0);
}
