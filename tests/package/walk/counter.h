// A counter that counts wrongly when two threads add at once, and one that does not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>

class CarelessCounter {
 public:
  void add();
  int value() const { return value_; }

 private:
  std::atomic<int> value_{0};
};

class CarefulCounter {
 public:
  void add();
  int value();

 private:
  std::mutex mutex_;
  int value_ = 0;
};
