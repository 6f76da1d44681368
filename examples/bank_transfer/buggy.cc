// An account that is overdrawn although every access to it is locked: check, then act.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong when both customers check the balance before either withdraws: the lock was released
// in between, and what was checked no longer holds. Fixed by checking and withdrawing under one
// lock.
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

  void add(int amount) {
    std::lock_guard lock(mutex_);
    balance_ += amount;
  }

 private:
  mutable std::mutex mutex_;
  int balance_;
};

Account savings(100);

void withdraw(int amount) {
  if (savings.balance() >= amount) savings.add(-amount);
}

int main() {
  std::thread alice(withdraw, 70);
  std::thread bob(withdraw, 50);
  alice.join();
  bob.join();
  assert(savings.balance() >= 0);
}
