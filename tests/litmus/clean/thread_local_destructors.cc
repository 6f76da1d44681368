// thread_local objects are made for each thread and destroyed at its end, before the join.
// SPDX-License-Identifier: Apache-2.0
//
// expect: sequential
// model: main = create a, join a, create b, join b
// model: a =
// model: b =
#include <cassert>
#include <thread>

int alive = 0, made = 0;

struct Counted {
  Counted() {
    alive++;
    made++;
  }
  ~Counted() { alive--; }
  int value = 0;
};

thread_local Counted mine;

void use() { assert(++mine.value == 1); }

int main() {
  for (int i = 0; i < 2; i++) {
    std::thread thread(use);
    thread.join();
    assert(alive == 0);
  }
  assert(made == 2);
}
