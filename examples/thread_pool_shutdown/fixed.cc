// A thread pool whose shutdown waits until no task is left unfinished.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <utility>

class Pool {
 public:
  ~Pool() { worker_.join(); }

  void submit(std::function<void()> task) {
    std::lock_guard lock(mutex_);
    tasks_.push(std::move(task));
    unfinished_++;
    changed_.notify_all();
  }

  // Returns when every task submitted so far has been carried out.
  void shutdown() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return unfinished_ == 0; });
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      std::function<void()> task = std::move(tasks_.front());
      tasks_.pop();
      lock.unlock();
      task();
      lock.lock();
      unfinished_--;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<std::function<void()>> tasks_;
  int unfinished_ = 0;
  bool stopping_ = false;
  std::thread worker_{&Pool::work, this};
};

int main() {
  std::atomic<bool> saved{false};
  Pool pool;
  pool.submit([&saved] { saved = true; });
  pool.shutdown();
  assert(saved);
}
