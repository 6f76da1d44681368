// What once kept executions from being recalled: padding, memory that was not initialised, threads that nobody joins ...
// SPDX-License-Identifier: Apache-2.0
#include "recalled.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>

#include <interleave/test.h>

namespace native {
namespace {

constexpr int kThreads = 5;                // so 120 orders

template <typename F>
void run_threads(F f) {
  std::thread threads[kThreads];
  for (int i = 0; i < kThreads; i++) threads[i] = std::thread([=] { f(i); });
  for (std::thread &t : threads) t.join();
}

// Leaves something else on the stack each time.
[[gnu::noinline]] void litter() {
  static unsigned char number;
  volatile unsigned char below[1000];
  number++;
  for (volatile unsigned char &byte : below) byte = number;
}

// The bytes beside `count` are nobody's, and other ones in each execution.
[[gnu::noinline]] void count_in_padding() {
  struct {
    std::mutex mutex;
    int count = 0;
    char *pointer = nullptr;
  } s;
  run_threads([&s](int) {
    std::lock_guard lock(s.mutex);
    s.count++;
  });
}
void padding() {
  litter();
  count_in_padding();
}

// What threads write was not initialised: it is what the last execution left there.
void not_initialised() {
  std::atomic<int> next{0};
  int seen[kThreads];
  auto *kept = static_cast<int *>(std::malloc(sizeof seen));
  run_threads([&](int i) { seen[i] = kept[i] = next.fetch_add(1); });
  std::free(kept);
}

void relaxed() {
  std::atomic<int> next{0};
  run_threads([&next](int) { next.fetch_add(1, std::memory_order_relaxed); });
}

std::atomic<int> global;

void detached() {
  global = 0;
  for (int i = 0; i < kThreads; i++) std::thread([] { global.fetch_add(1); }).detach();
}

// A worker that follows another one finds no arguments there yet, and one in which the body has run finds the last execution's.
int arguments[kThreads];
void global_arguments() {
  global = 0;
  std::thread threads[kThreads];
  for (int i = 0; i < kThreads; i++) {
    arguments[i] = i + 1;
    threads[i] = std::thread([mine = &arguments[i]] { global.fetch_add(*mine); });
  }
  for (std::thread &t : threads) t.join();
}

// The last thread joins two others, and destroys what one of them was created with.
void joined_by_another() {
  std::atomic<int> next{0};
  const auto add = [&next] { next.fetch_add(1); };
  std::unique_ptr<std::thread> threads[kThreads - 1];
  for (auto &t : threads) t = std::make_unique<std::thread>(add);
  std::thread last([&] {
    add();
    threads[0]->join();
    threads[0].reset();
    threads[1]->join();
  });
  for (int i = 2; i < kThreads - 1; i++) threads[i]->join();
  last.join();
}

constexpr Recallable kAll[] = {
    {"padding", padding, 120, false},
    {"not initialised", not_initialised, 120, false},
    {"relaxed", relaxed, 120, false},
    {"relaxed under SC", relaxed, 120, true},
    {"detached", detached, 120, false},
    {"global arguments", global_arguments, 120, false},
    {"joined by another", joined_by_another, 120, false},
};

}  // namespace

std::span<const Recallable> recallable() { return kAll; }

Count count(const Recallable &r, bool run_all) {
  interleave::Options options{.name = r.name, .strategy = interleave::Strategy::exhaustive, .run_all = run_all};
  if (r.is_sc) options.memory_model = interleave::MemoryModel::sc;
  const interleave::Result result = interleave::explore(options, r.body);
  return {result.executions(), result.recalled(), result.ok() && result.complete()};
}

}  // namespace native
