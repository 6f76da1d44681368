// The counters.
// SPDX-License-Identifier: Apache-2.0
#include "counter.h"

void CarelessCounter::add() {
  int old = value_;
  value_ = old + 1;
}

void CarefulCounter::add() {
  std::lock_guard lock(mutex_);
  value_++;
}

int CarefulCounter::value() {
  std::lock_guard lock(mutex_);
  return value_;
}
