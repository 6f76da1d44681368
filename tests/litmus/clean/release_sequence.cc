// Read-modify-writes of any order and thread continue a release sequence.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=38 1=197 2=535
// model: main = create a, create b, create c, join a, join b, join c
// model: a = store stage rel
// model: b = rmw stage rlx
// model: c = load stage acq
//
// 2 is read only from an increment of the 1 stored: the store overwrites an earlier increment.
#include <atomic>
#include <cassert>
#include <thread>

int data = 0;
std::atomic<int> stage{0};

void writer() {
  data = 1;
  stage.store(1, std::memory_order_release);
}

void counter() { stage.fetch_add(1, std::memory_order_relaxed); }

void reader() {
  if (stage.load(std::memory_order_acquire) == 2) assert(data == 1);
}

int main() {
  std::thread a(writer);
  std::thread b(counter);
  std::thread c(reader);
  a.join();
  b.join();
  c.join();
}
