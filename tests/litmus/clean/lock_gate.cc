// Two lock orders under a third mutex: they cannot deadlock, and no inversion is told.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=3 1=27 2=60
// model: main = create a, create b, join a, join b
// model: a = lock g, lock l, lock r, unlock r, unlock l, unlock g
// model: b = lock g, lock r, lock l, unlock l, unlock r, unlock g
#include <mutex>
#include <thread>

std::mutex gate, left, right;

void forward() {
  std::lock_guard outer(gate);
  std::lock_guard first(left);
  std::lock_guard second(right);
}

void backward() {
  std::lock_guard outer(gate);
  std::lock_guard first(right);
  std::lock_guard second(left);
}

int main() {
  std::thread a(forward);
  std::thread b(backward);
  a.join();
  b.join();
}
