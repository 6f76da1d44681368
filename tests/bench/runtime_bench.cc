// What an execution costs: four small programs, a switch, an operation, an instrumented access.
// SPDX-License-Identifier: Apache-2.0
//
// Each iteration is one interleave::explore() of many executions (a child process is forked for it, whose cost is shared by them).
// "items" are executions, operations or accesses: 1 / items_per_second is the cost of one. The four programs are those of
// Relacy's, Shuttle's and Loom's figures.
#include <benchmark/benchmark.h>

#include <condition_variable>
#include <mutex>

#include "interleave/atomic.h"
#include "interleave/condition_variable.h"
#include "interleave/mutex.h"
#include "interleave/test.h"
#include "interleave/thread.h"

extern "C" void __tsan_read8(void *);
extern "C" void __tsan_write8(void *);

namespace {

using interleave::explore;

constexpr std::uint64_t kExecutions = 20000;

template <class Body>
void run_program(benchmark::State &state, Body body) {
  interleave::Options options;
  options.strategy = interleave::Strategy::random;
  options.max_executions = kExecutions;
  std::uint64_t executions = 0;
  for (auto _ : state) {
    interleave::Result result = explore(options, body);
    executions += result.executions();
    if (!result.ok()) state.SkipWithError(result.message());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(executions));
}

void two_threads_two_fetch_adds(benchmark::State &state) {
  run_program(state, [] {
    interleave::atomic<int> x{0};
    auto add = [&] {
      x.fetch_add(1);
      x.fetch_add(1);
    };
    interleave::thread a(add), b(add);
    a.join();
    b.join();
  });
}
BENCHMARK(two_threads_two_fetch_adds)->Unit(benchmark::kMillisecond)->UseRealTime();

void two_threads_two_locked_increments(benchmark::State &state) {
  run_program(state, [] {
    interleave::mutex mutex;
    int x = 0;
    auto add = [&] {
      for (int i = 0; i < 2; i++) {
        std::lock_guard lock(mutex);
        x++;
      }
    };
    interleave::thread a(add), b(add);
    a.join();
    b.join();
  });
}
BENCHMARK(two_threads_two_locked_increments)->Unit(benchmark::kMillisecond)->UseRealTime();

struct Node {
  int value;
  Node *next;
};

void treiber_stack_three_threads(benchmark::State &state) {
  run_program(state, [] {
    interleave::atomic<Node *> top{nullptr};
    Node nodes[3];
    auto push_pop = [&](int i) {
      Node *node = &nodes[i];
      node->value = i;
      node->next = top.load();
      while (!top.compare_exchange_strong(node->next, node)) {
      }
      Node *taken = top.load();
      while (taken && !top.compare_exchange_strong(taken, taken->next)) {
      }
    };
    interleave::thread a(push_pop, 0), b(push_pop, 1), c(push_pop, 2);
    a.join();
    b.join();
    c.join();
  });
}
BENCHMARK(treiber_stack_three_threads)->Unit(benchmark::kMillisecond)->UseRealTime();

void hand_over_two_items(benchmark::State &state) {
  run_program(state, [] {
    interleave::mutex mutex;
    interleave::condition_variable changed;
    int items = 0;
    interleave::thread producer([&] {
      for (int i = 0; i < 2; i++) {
        std::lock_guard lock(mutex);
        items++;
        changed.notify_one();
      }
    });
    interleave::thread consumer([&] {
      for (int i = 0; i < 2; i++) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return items > 0; });
        items--;
      }
    });
    producer.join();
    consumer.join();
  });
}
BENCHMARK(hand_over_two_items)->Unit(benchmark::kMillisecond)->UseRealTime();

// ---- building blocks: one execution of many operations ------------------------------------------------------------------

constexpr int kOperations = 8000;       // below the budget of steps

template <class Body>
void run_once(benchmark::State &state, int operations, Body body) {
  interleave::Options options;
  options.strategy = interleave::Strategy::random;
  options.max_executions = 50;
  std::uint64_t executions = 0;
  for (auto _ : state) executions += explore(options, body).executions();
  state.SetItemsProcessed(static_cast<std::int64_t>(executions) * operations);
}

void visible_operation_one_thread(benchmark::State &state) {
  run_once(state, kOperations, [] {
    interleave::atomic<int> x{0};
    for (int i = 0; i < kOperations; i++) x.store(i);
  });
}
BENCHMARK(visible_operation_one_thread)->Unit(benchmark::kMillisecond)->UseRealTime();

void visible_operation_with_a_switch(benchmark::State &state) {
  run_once(state, kOperations, [] {
    auto spin = [] {
      for (int i = 0; i < kOperations / 2; i++) interleave::this_thread::yield();
    };
    interleave::thread a(spin), b(spin);
    a.join();
    b.join();
  });
}
BENCHMARK(visible_operation_with_a_switch)->Unit(benchmark::kMillisecond)->UseRealTime();

void plain_read_and_write(benchmark::State &state) {
  run_once(state, 100 * kOperations, [] {
    static std::uint64_t cell[64];
    for (int i = 0; i < 50 * kOperations; i++) {
      __tsan_read8(&cell[i % 64]);
      __tsan_write8(&cell[i % 64]);
    }
  });
}
BENCHMARK(plain_read_and_write)->Unit(benchmark::kMillisecond)->UseRealTime();

void plain_access_without_control(benchmark::State &state) {
  static std::uint64_t cell;
  for (auto _ : state) __tsan_read8(&cell);
}
BENCHMARK(plain_access_without_control);

}  // namespace
