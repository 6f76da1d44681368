// Two threads take turns by one condition variable.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=6 1=31 2=61
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable condition;
int turn = 0;

void play(int me) {
  std::unique_lock lock(mutex);
  condition.wait(lock, [me] { return turn == me; });
  turn = 1 - me;
  condition.notify_one();
}

int main() {
  std::thread a(play, 0);
  std::thread b(play, 1);
  a.join();
  b.join();
}
