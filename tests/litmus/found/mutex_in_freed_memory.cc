// A mutex is locked after the object it lives in was freed.
// SPDX-License-Identifier: Apache-2.0
//
// expect: use-after-destroy
// bound: 0
#include <atomic>
#include <mutex>
#include <thread>

struct Account {
  std::mutex mutex;
  int balance = 0;
};

Account *account = new Account;
std::atomic<bool> closed{false};

void closer() {
  delete account;
  closed.store(true);
}

// The mistake: uses the account just when it is closed.
void user() {
  if (!closed.load()) return;
  std::lock_guard lock(account->mutex);
  account->balance++;
}

int main() {
  std::thread a(closer);
  std::thread b(user);
  a.join();
  b.join();
}
