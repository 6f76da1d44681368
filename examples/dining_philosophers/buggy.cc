// Three dining philosophers, each taking the left fork first.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong when each holds the left fork before any takes the right one: all wait for ever.
// Fixed by an order of the forks that everybody keeps to.
#include <mutex>
#include <thread>

constexpr int kSeats = 3;
std::mutex forks[kSeats];
int meals[kSeats];

void dine(int seat) {
  std::lock_guard left(forks[seat]);
  std::lock_guard right(forks[(seat + 1) % kSeats]);
  meals[seat]++;
}

int main() {
  std::thread aristotle(dine, 0);
  std::thread confucius(dine, 1);
  std::thread hypatia(dine, 2);
  aristotle.join();
  confucius.join();
  hypatia.join();
}
