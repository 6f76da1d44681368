// Three dining philosophers who take the fork with the lower number first.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <mutex>
#include <thread>

constexpr int kSeats = 3;
std::mutex forks[kSeats];
int meals[kSeats];

void dine(int seat) {
  const int left = seat, right = (seat + 1) % kSeats;
  std::lock_guard low(forks[std::min(left, right)]);
  std::lock_guard high(forks[std::max(left, right)]);
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
