// Progress: one rewritten line on a terminal, a line now and then in a log, and never more.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "driver/explore.h"
#include "options.h"

namespace interleave::cli {

class ProgressLine {
 public:
  explicit ProgressLine(const Options &options);
  ~ProgressLine() { clear(); }
  void show(const driver::Glimpse &glimpse);
  // clear() takes the line away, before something else is printed.
  void clear();

 private:
  bool is_bar_ = false, is_lines_ = false, is_shown_ = false;
  int width_ = 80;
  double last_seconds_ = 0;
  std::uint64_t last_executions_ = 0;
  double rate_ = 0;
  std::string last_test_;
  double next_line_ = 0;
};

// "[00:14] Pool.Stop  bound 1/2  18,204 executions  1,310/s  ~22% of bound 1"
// "[00:14] main  exhaustive  18,204 of ~82,000 (est.)  1,310/s  ~49s left"
std::string progress_text(const driver::Glimpse &glimpse, double rate);

}  // namespace interleave::cli
