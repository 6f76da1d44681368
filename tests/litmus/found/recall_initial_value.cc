// An atomic object is constructed by one thread, with a value that depends on what it has read, and used by another.
// SPDX-License-Identifier: Apache-2.0
//
// expect: assertion
// bound: 1
#include <atomic>
#include <cassert>
#include <thread>

struct Node {
  explicit Node(int v) : value(v) {}
  std::atomic<int> value;
};
std::atomic<int> number{0};
std::atomic<Node *> shared{nullptr};

int main() {
  std::thread a([] { shared.store(new Node(number.load())); });
  std::thread b([] {
    number.store(1);
    number.store(2);
  });
  std::thread c([] {
    if (Node *node = shared.load()) assert(node->value.load() != 1);
  });
  a.join();
  b.join();
  c.join();
  delete shared.load();
}
