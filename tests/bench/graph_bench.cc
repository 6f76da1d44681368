// What the graph engine costs an execution and an event, without a program behind it.
// SPDX-License-Identifier: Apache-2.0
//
// Programs are arrays of operations that the driver hands out again for each leaf, so that the numbers are the
// engine's own: replaying what is kept, adding the rest, finding the next leaf. An event is one of the graph at the
// end of an execution, threads' creation, joining and end among them; an operation that reads and writes is two.
#include <benchmark/benchmark.h>

#include <memory_resource>
#include <vector>

#include "explore/graph/explorer.h"
#include "explore/graph/objects/mutex.h"

namespace interleave::explore::graph {
namespace {

// A step of a thread; the operand of a store is added to what the thread read last times `factor`.
struct Step {
  Operation op;
  std::uint64_t factor = 0;
  bool ends_on_zero = false;       // the thread ends when it reads 0
};
using Code = std::vector<Step>;

Step step(Kind kind, std::uint64_t location, Order order, std::uint64_t operand = 0) {
  Step s;
  s.op.kind = kind;
  s.op.location = location;
  s.op.order = s.op.failure_order = order;
  s.op.operand = operand;
  return s;
}
Step load(std::uint64_t l, Order order) { return step(Kind::load, l, order); }
Step store(std::uint64_t l, std::uint64_t v, Order order) { return step(Kind::store, l, order, v); }
Step add(std::uint64_t l, Order order) {
  Step s = step(Kind::rmw, l, order, 1);
  s.op.function = Function::add;
  return s;
}
Step cas(std::uint64_t l, std::uint64_t expected, std::uint64_t v, Order order) {
  Step s = step(Kind::cas, l, order, v);
  s.op.expected = expected;
  return s;
}
Step mutex(std::uint64_t l, MutexStep what) {
  Step s = step(Kind::object, l, what == MutexStep::lock ? Order::acquire : Order::release);
  s.op.object = &kMutex;
  s.op.step = static_cast<std::uint8_t>(what);
  return s;
}

class Driver {
 public:
  explicit Driver(const std::vector<Code> &threads) : codes_(threads.size() + 1), at_(codes_.size()), last_(codes_.size()),
                                                       pending_(codes_.size()) {
    const auto n = static_cast<ThreadId>(threads.size());
    for (ThreadId t = 1; t <= n; t++) codes_[0].push_back(step(Kind::create, 0, Order::relaxed, t));
    for (ThreadId t = 1; t <= n; t++) codes_[0].push_back(step(Kind::join, 0, Order::relaxed, t));
    for (ThreadId t = 1; t <= n; t++) codes_[t] = threads[t - 1];
    for (Code &code : codes_) code.push_back(step(Kind::finish, 0, Order::relaxed));
  }

  Ending execute(Explorer &explorer) {
    for (Operation &op : pending_) op.kind = Kind::none;
    start(0);
    for (ThreadId t; (t = explorer.next(pending_)) != kNobody;) {
      const Answer answer = explorer.perform(t, pending_[t]);
      const Step &s = codes_[t][at_[t]];
      if (s.op.kind == Kind::create) start(static_cast<ThreadId>(s.op.operand));
      if (s.op.kind != Kind::store) last_[t] = answer.value;
      at_[t] = s.ends_on_zero && answer.value == 0 ? codes_[t].size() - 1 : at_[t] + 1;
      announce(t);
    }
    return explorer.end();
  }

 private:
  void start(ThreadId t) {
    at_[t] = 0;
    last_[t] = 0;
    announce(t);
  }
  void announce(ThreadId t) {
    if (at_[t] == codes_[t].size()) {
      pending_[t].kind = Kind::none;
      return;
    }
    pending_[t] = codes_[t][at_[t]].op;
    if (pending_[t].kind == Kind::store) pending_[t].operand += codes_[t][at_[t]].factor * last_[t];
  }

  std::vector<Code> codes_;
  std::vector<std::size_t> at_;
  std::vector<std::uint64_t> last_;
  std::vector<Operation> pending_;
};

void explore(benchmark::State &state, Model model, const std::vector<Code> &threads) {
  std::uint64_t executions = 0, events = 0;
  for (auto _ : state) {
    std::pmr::unsynchronized_pool_resource memory;
    Explorer explorer(model, memory);
    Driver driver(threads);
    while (explorer.begin()) {
      driver.execute(explorer);
      executions++;
      events += explorer.graph().event_count();
    }
  }
  const auto per = [](std::uint64_t n) {
    return benchmark::Counter(static_cast<double>(n), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  };
  state.counters["executions"] = static_cast<double>(executions) / static_cast<double>(state.iterations());
  state.counters["time/execution"] = per(executions);
  state.counters["time/event"] = per(events);
}

template <typename F>
std::vector<Code> repeat(std::int64_t n, F code) {
  std::vector<Code> threads;
  for (std::int64_t i = 0; i < n; i++) threads.push_back(code(static_cast<std::uint64_t>(i)));
  return threads;
}

Model model_of(const benchmark::State &state) { return state.range(1) == 0 ? Model::sc : Model::rc11; }

void BM_Writers(benchmark::State &state) {
  explore(state, model_of(state), repeat(state.range(0), [](std::uint64_t i) { return Code{store(1, i, Order::seq_cst)}; }));
}
void BM_FetchAdd(benchmark::State &state) {
  explore(state, model_of(state), repeat(state.range(0), [](std::uint64_t) { return Code{add(1, Order::seq_cst)}; }));
}
void BM_Readers(benchmark::State &state) {
  auto threads = repeat(state.range(0), [](std::uint64_t) { return Code{load(1, Order::acquire)}; });
  threads.push_back({store(1, 42, Order::release)});
  explore(state, model_of(state), threads);
}
void BM_LastZero(benchmark::State &state) {
  const auto n = static_cast<std::uint64_t>(state.range(0));
  Code reader;
  for (std::uint64_t i = 0; i <= n; i++) {
    reader.push_back(load(10 + n - i, Order::acquire));
    reader.back().ends_on_zero = true;
  }
  auto threads = repeat(state.range(0), [](std::uint64_t i) {
    Code code{load(10 + i, Order::acquire), store(11 + i, 1, Order::release)};
    code.back().factor = 1;
    return code;
  });
  threads.insert(threads.begin(), reader);
  explore(state, model_of(state), threads);
}
void BM_Fib(benchmark::State &state) {
  const std::int64_t rounds = state.range(0);
  explore(state, model_of(state), repeat(2, [rounds](std::uint64_t i) {
            Code code;
            for (std::int64_t k = 0; k < rounds; k++) {
              code.push_back(load(1 + i, Order::acquire));
              code.push_back(load(2 - i, Order::acquire));
              code.push_back(store(1 + i, 1, Order::release));
              code.back().factor = 1;
            }
            return code;
          }));
}
void BM_CasRotate(benchmark::State &state) {
  explore(state, model_of(state), repeat(state.range(0), [](std::uint64_t i) { return Code{cas(1, i, i + 1, Order::relaxed)}; }));
}
void BM_LockIncrement(benchmark::State &state) {
  explore(state, model_of(state), repeat(state.range(0), [](std::uint64_t) {
            Code code{mutex(1, MutexStep::lock), load(2, Order::relaxed), store(2, 1, Order::relaxed), mutex(1, MutexStep::unlock)};
            code[2].factor = 1;
            return code;
          }));
}
// How an execution's cost grows with its length: five threads, 120 orders, n private operations each.
void BM_LongThreads(benchmark::State &state) {
  const std::int64_t n = state.range(0);
  explore(state, model_of(state), repeat(5, [n](std::uint64_t i) {
            Code code;
            for (std::int64_t k = 0; k < n; k++) code.push_back(add(10 + i, Order::seq_cst));
            code.push_back(add(1, Order::seq_cst));
            return code;
          }));
}

// The second argument: 0 SC, 1 RC11.
BENCHMARK(BM_Writers)->ArgsProduct({{8}, {0, 1}})->Unit(benchmark::kMillisecond);
BENCHMARK(BM_FetchAdd)->ArgsProduct({{8}, {0, 1}})->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Readers)->ArgsProduct({{13}, {0, 1}})->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LastZero)->ArgsProduct({{10}, {0, 1}})->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Fib)->ArgsProduct({{5}, {0, 1}})->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CasRotate)->ArgsProduct({{9}, {0, 1}})->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LockIncrement)->ArgsProduct({{7}, {0, 1}})->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LongThreads)->ArgsProduct({{10, 100, 300}, {0, 1}})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace interleave::explore::graph

BENCHMARK_MAIN();
