// A weak_ptr is locked while another thread drops the last owner.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// memory-model: sc
// executions: 0=1 1=3 2=10
#include <cassert>
#include <memory>
#include <thread>

int main() {
  auto owner = std::make_shared<int>(7);
  std::thread observer([weak = std::weak_ptr<int>(owner)] {
    if (auto locked = weak.lock()) assert(*locked == 7);
  });
  owner.reset();
  observer.join();
}
