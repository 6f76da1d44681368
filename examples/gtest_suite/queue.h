// A queue for several producers and consumers that can be closed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

class Queue {
 public:
  void push(int value) {
    std::lock_guard lock(mutex_);
    values_.push_back(value);
    changed_.notify_one();
  }

  // Waits for a value; none when the queue is closed and empty.
  std::optional<int> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !values_.empty(); });
    return take_front();
  }

  std::optional<int> try_pop() {
    std::lock_guard lock(mutex_);
    return take_front();
  }

  bool empty() const {
    std::lock_guard lock(mutex_);
    return values_.empty();
  }

  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::optional<int> take_front() {
    if (values_.empty()) return std::nullopt;
    const int value = values_.front();
    values_.pop_front();
    return value;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> values_;
  bool closed_ = false;
};
