// A block is made by one thread and freed by another, handed over by a join.
// SPDX-License-Identifier: Apache-2.0
//
// expect: sequential
// model: main = create a, join a, create b, join b
// model: a =
// model: b =
#include <memory>
#include <thread>

int main() {
  std::unique_ptr<int> block;
  std::thread maker([&] { block = std::make_unique<int>(1); });
  maker.join();
  std::thread breaker([&] { block.reset(); });
  breaker.join();
}
