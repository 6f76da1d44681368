// A stack of nodes linked by a compare-exchange, pushed by two threads.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=3 1=11 2=25
#include <atomic>
#include <cassert>
#include <thread>

struct Node {
  int value;
  Node *next;
};

std::atomic<Node *> top{nullptr};

void push(int value) {
  Node *node = new Node{value, top.load(std::memory_order_relaxed)};
  while (!top.compare_exchange_strong(node->next, node, std::memory_order_release,
                                      std::memory_order_relaxed)) {
  }
}

int main() {
  std::thread a(push, 1);
  std::thread b(push, 2);
  a.join();
  b.join();
  int sum = 0;
  for (Node *node = top.load(); node != nullptr;) {
    sum += node->value;
    Node *next = node->next;
    delete node;
    node = next;
  }
  assert(sum == 3);
}
