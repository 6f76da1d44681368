// A mailbox whose readers look again after each wake-up.
// SPDX-License-Identifier: Apache-2.0
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

class Mailbox {
 public:
  void put() {
    std::lock_guard lock(mutex_);
    letters_++;
    arrived_.notify_one();
  }

  void take() {
    std::unique_lock lock(mutex_);
    while (letters_ == 0) arrived_.wait(lock);
    assert(letters_ > 0);
    letters_--;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  int letters_ = 0;
};

Mailbox mailbox;

int main() {
  std::thread first([] { mailbox.take(); });
  std::thread second([] { mailbox.take(); });
  mailbox.put();
  mailbox.put();
  first.join();
  second.join();
}
