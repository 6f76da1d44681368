// Two lock orders separated by a join: they cannot meet, and no inversion is told.
// SPDX-License-Identifier: Apache-2.0
//
// expect: sequential
// model: main = create a, join a, create b, join b
// model: a = lock l, lock r, unlock r, unlock l
// model: b = lock r, lock l, unlock l, unlock r
#include <mutex>
#include <thread>

std::mutex left, right;

void forward() {
  std::lock_guard first(left);
  std::lock_guard second(right);
}

void backward() {
  std::lock_guard first(right);
  std::lock_guard second(left);
}

int main() {
  std::thread a(forward);
  a.join();
  std::thread b(backward);
  b.join();
}
