// Copies of one shared_ptr come and go in two threads; the last one frees.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=13 2=35
#include <memory>
#include <thread>

int main() {
  auto shared = std::make_shared<int>(1);
  std::thread a([copy = shared] { (void)*copy; });
  std::thread b([copy = shared] { (void)*copy; });
  shared.reset();
  a.join();
  b.join();
}
