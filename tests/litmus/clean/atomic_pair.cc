// An atomic of two words is exchanged as one.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=7 2=10
// model: main = create a, create b, join a, join b
// model: a = op
// model: b = op
#include <atomic>
#include <cassert>
#include <thread>

struct Pair {
  int left = 0, right = 0;
};
std::atomic<Pair> pair;

void write() { pair.store({1, 1}); }

void read() {
  const Pair seen = pair.load();
  assert(seen.left == seen.right);
}

int main() {
  std::thread a([] { write(); });
  std::thread b([] { read(); });
  a.join();
  b.join();
}
