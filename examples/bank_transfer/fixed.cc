// An account that cannot be overdrawn: the check and the withdrawal are one critical section.
// SPDX-License-Identifier: Apache-2.0
#include <cassert>
#include <mutex>
#include <thread>

class Account {
 public:
  explicit Account(int balance) : balance_(balance) {}

  int balance() const {
    std::lock_guard lock(mutex_);
    return balance_;
  }

  bool withdraw(int amount) {
    std::lock_guard lock(mutex_);
    if (balance_ < amount) return false;
    balance_ -= amount;
    return true;
  }

 private:
  mutable std::mutex mutex_;
  int balance_;
};

Account savings(100);

void customer(int amount) { savings.withdraw(amount); }

int main() {
  std::thread alice(customer, 70);
  std::thread bob(customer, 50);
  alice.join();
  bob.join();
  assert(savings.balance() >= 0);
}
