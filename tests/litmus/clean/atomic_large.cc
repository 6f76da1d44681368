// An atomic too large for the processor is still one operation at a time.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=7 2=10
// exhaustive: refused
#include <atomic>
#include <cassert>
#include <thread>

struct Block {
  long words[5] = {};
};
std::atomic<Block> block;

void write() { block.store(Block{{1, 1, 1, 1, 1}}); }

void read() {
  const Block seen = block.load();
  assert(seen.words[0] == seen.words[4]);
}

int main() {
  std::thread a([] { write(); });
  std::thread b([] { read(); });
  a.join();
  b.join();
}
