// One condition variable for two conditions: notify_one may wake the wrong one.
// SPDX-License-Identifier: Apache-2.0
//
// expect: deadlock
// bound: 0
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable changed;
int apples = 0, pears = 0;

void eat(int &fruit) {
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return fruit > 0; });
  fruit--;
}

void bring() {
  std::lock_guard lock(mutex);
  apples++;
  changed.notify_one();
}

int main() {
  std::thread pear_eater(eat, std::ref(pears));
  std::thread apple_eater(eat, std::ref(apples));
  std::thread apple_bringer(bring);
  apple_eater.join();
  apple_bringer.join();
  {
    std::lock_guard lock(mutex);
    pears++;
  }
  changed.notify_one();
  pear_eater.join();
}
