// A mailbox whose readers look only once: `if` where `while` belongs.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong when a reader is woken for a letter that another reader takes before the woken one
// has the mutex again, or when it wakes for no reason at all, which condition variables may do.
// Fixed by looking again after each wake-up.
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
    if (letters_ == 0) arrived_.wait(lock);
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
