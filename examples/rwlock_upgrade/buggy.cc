// A readers-writer lock with an upgrade that two readers must not ask for at once.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong when two threads that both read find that they have to write: each waits for the
// other to stop reading, which the other does only after its own upgrade. Fixed by giving up the
// read lock first and looking again under the write lock.
#include <condition_variable>
#include <mutex>
#include <thread>

class ReadersWriterLock {
 public:
  void lock_shared() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !writing_; });
    readers_++;
  }

  void unlock_shared() {
    std::lock_guard lock(mutex_);
    readers_--;
    changed_.notify_all();
  }

  // From reading to writing, without a moment in which somebody else could write.
  void upgrade() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return readers_ == 1; });
    readers_ = 0;
    writing_ = true;
  }

  void unlock() {
    std::lock_guard lock(mutex_);
    writing_ = false;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int readers_ = 0;
  bool writing_ = false;
};

ReadersWriterLock guard;
int cached = 0;

void lookup() {
  guard.lock_shared();
  if (cached != 0) {
    guard.unlock_shared();
    return;
  }
  guard.upgrade();
  cached = 42;
  guard.unlock();
}

int main() {
  std::thread first(lookup);
  std::thread second(lookup);
  first.join();
  second.join();
}
