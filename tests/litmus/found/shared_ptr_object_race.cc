// Two threads use one shared_ptr object: only the counts are atomic, not the pointer.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <memory>
#include <thread>

std::shared_ptr<int> current = std::make_shared<int>(1);

void replace() { current = std::make_shared<int>(2); }

void use() { std::shared_ptr<int> copy = current; }

int main() {
  std::thread a(replace);
  std::thread b(use);
  a.join();
  b.join();
}
