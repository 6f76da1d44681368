// A thread pool whose shutdown returns while the last task still runs.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong when the worker has taken the last task from the queue and is interrupted before it
// runs it: the queue is empty, so shutdown() thinks that all is done. Fixed by counting the tasks
// that are not finished instead of those that are not started.
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
    changed_.notify_all();
  }

  // Returns when every task submitted so far has been carried out.
  void shutdown() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return tasks_.empty(); });
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      std::function<void()> task = std::move(tasks_.front());
      tasks_.pop();
      changed_.notify_all();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<std::function<void()>> tasks_;
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
