// Abstract programs for the graph engine: threads as coroutines, executed anew for each leaf as the runtime does with real ones.
// SPDX-License-Identifier: Apache-2.0
//
//   Program p;
//   p.thread([](Self self) -> Body { co_await self.store(x, 1); co_await self.load(y); });
//   p.thread(...);
//   Result r = explore_all(p, Model::sc);
//
// Thread 0 is made by itself: it creates the others in turn, joins them and does `afterwards`, if there is one.
#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <map>
#include <memory_resource>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "explore/graph/explorer.h"

namespace interleave::explore::graph {

inline constexpr Order rlx = Order::relaxed, acq = Order::acquire, rel = Order::release, ar = Order::acq_rel,
                       sc = Order::seq_cst;

// One thread's coroutine; owns it.
class Body {
 public:
  struct promise_type {
    Operation pending;
    Answer answer;
    Body get_return_object() { return Body(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  explicit Body(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Body(Body &&other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  ~Body() {
    if (handle_) handle_.destroy();
  }
  // Runs to the next operation; Kind::finish at the end.
  Operation resume(const Answer &answer) {
    handle_.promise().answer = answer;
    handle_.resume();
    if (!handle_.done()) return handle_.promise().pending;
    Operation finish;
    finish.kind = Kind::finish;
    return finish;
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

struct Await {
  Operation op;
  Body::promise_type *promise = nullptr;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<Body::promise_type> handle) {
    promise = &handle.promise();
    promise->pending = op;
  }
};
struct AwaitAnswer : Await {
  Answer await_resume() const { return promise->answer; }
};
struct AwaitValue : Await {
  std::uint64_t await_resume() const { return promise->answer.value; }
};

// What a thread can do.
struct Self {
  ThreadId id = 0;

  static Operation access(Kind kind, std::uint64_t location, Order order, std::uint64_t operand = 0) {
    Operation op;
    op.kind = kind;
    op.location = location;
    op.order = op.failure_order = order;
    op.operand = operand;
    return op;
  }
  AwaitValue load(std::uint64_t l, Order order = sc) const { return {{access(Kind::load, l, order)}}; }
  AwaitAnswer store(std::uint64_t l, std::uint64_t v, Order order = sc) const {
    return {{access(Kind::store, l, order, v)}};
  }
  AwaitValue rmw(std::uint64_t l, Function f, std::uint64_t v, Order order = sc) const {
    Operation op = access(Kind::rmw, l, order, v);
    op.function = f;
    return {{op}};
  }
  AwaitValue add(std::uint64_t l, std::uint64_t v, Order order = sc) const { return rmw(l, Function::add, v, order); }
  AwaitAnswer cas(std::uint64_t l, std::uint64_t expected, std::uint64_t v, Order order = sc,
                  std::optional<Order> failure = {}) const {
    Operation op = access(Kind::cas, l, order, v);
    op.expected = expected;
    op.failure_order = failure ? *failure : order == ar ? acq : order == rel ? rlx : order;
    return {{op}};
  }
  AwaitValue await(std::uint64_t l, Predicate predicate, std::uint64_t v, Order order = sc) const {
    Operation op = access(Kind::await, l, order, v);
    op.predicate = predicate;
    return {{op}};
  }
  AwaitValue step(const ObjectModel &object, std::uint64_t l, std::uint8_t step, Order order, Order failure_order,
                  std::uint64_t operand = 0) const {
    Operation op = access(Kind::object, l, order, operand);
    op.object = &object;
    op.step = step;
    op.failure_order = failure_order;
    return {{op}};
  }
  AwaitAnswer fence(Order order = sc) const { return {{access(Kind::fence, 0, order)}}; }
  AwaitValue choose(std::uint64_t n) const { return {{access(Kind::choose, 0, rlx, n)}}; }
  AwaitAnswer create(ThreadId t) const { return {{access(Kind::create, 0, rlx, t)}}; }
  AwaitAnswer join(ThreadId t) const { return {{access(Kind::join, 0, rlx, t)}}; }
  // Never returns: the thread waits for its own end. The execution counts as blocked, not as complete.
  AwaitAnswer block() const { return join(id); }
};

struct Program {
  using Code = std::function<Body(Self)>;
  std::vector<Code> threads;
  Code afterwards;
  std::vector<bool> is_root;          // thread 0 creates and joins those; empty: all
  void thread(Code code) { threads.push_back(std::move(code)); }
};

inline Body main_thread(Self self, const Program &program) {
  const auto n = static_cast<ThreadId>(program.threads.size());
  const auto is_root = [&](ThreadId t) { return program.is_root.empty() || program.is_root[t - 1]; };
  for (ThreadId t = 1; t <= n; t++)
    if (is_root(t)) co_await self.create(t);
  for (ThreadId t = 1; t <= n; t++)
    if (is_root(t)) co_await self.join(t);
  if (!program.afterwards) co_return;
  Body body = program.afterwards(self);
  Answer answer;
  for (Operation op = body.resume({}); op.kind != Kind::finish; op = body.resume(answer))
    answer = co_await AwaitAnswer{{op}};
}

// Awaits whose predicates the engine is not told: loads, each the round of a loop that goes on until the predicate holds.
class UntoldAwaits final : public FutileReads {
 public:
  Known find(std::uint64_t history, std::uint64_t value) const override {
    const auto found = known_.find({history, value});
    return found == known_.end() ? Known::no : found->second;
  }
  // As what t's operation is announced, after the answers so far.
  Operation announce(ThreadId t, const Operation &op) {
    if (op.kind != Kind::await) return op;
    Operation load = op;
    load.kind = Kind::load;
    load.operand = histories_[t];
    load.predicate = {};
    return load;
  }
  void begin(std::size_t threads) {
    histories_.clear();
    for (std::size_t t = 0; t < threads; t++) histories_.push_back(t + 1);
  }
  // Notes what t does with the answer to `op`; false: it goes round again.
  bool goes_on(ThreadId t, const Operation &op, const Answer &answer) {
    const bool is_futile = op.kind == Kind::await && evaluate(op, t, answer.value, 0).blocked;
    if (op.kind == Kind::await) known_[{histories_[t], answer.value}] = is_futile ? Known::futile : Known::goes_on;
    if (!is_futile) histories_[t] = histories_[t] * 0x9e3779b97f4a7c15u + answer.value + 1;
    return !is_futile;
  }
  std::uint64_t history(ThreadId t) const { return histories_[t]; }
  std::uint64_t spins = 0;      // reads that the engine kept

 private:
  std::map<std::pair<std::uint64_t, std::uint64_t>, Known> known_;
  std::vector<std::uint64_t> histories_;
};

// One execution of the program, driven by the explorer. Ending::again: begin_again() is next.
inline Ending execute(const Program &program, Explorer &explorer, std::vector<Operation> &pending, UntoldAwaits *untold = nullptr) {
  std::vector<std::optional<Body>> bodies(program.threads.size() + 1);
  pending.assign(bodies.size(), Operation{});
  if (untold) untold->begin(bodies.size());
  bodies[0].emplace(main_thread({0}, program));
  pending[0] = bodies[0]->resume({});
  std::vector<Operation> announced(pending);
  for (ThreadId t; (t = explorer.next(announced)) != kNobody;) {
    const Answer answer = explorer.perform(t, announced[t]);
    if (untold && !untold->goes_on(t, pending[t], answer)) {
      if (explorer.come_back(t, untold->history(t))) return Ending::again;
      announced[t] = {};
      announced[t].kind = Kind::spin;
      announced[t].operand = explorer.performed(t) - 1;
      untold->spins++;
      continue;
    }
    if (pending[t].kind == Kind::create) {
      const auto child = static_cast<ThreadId>(pending[t].operand);
      bodies[child].emplace(program.threads[child - 1]({child}));
      pending[child] = bodies[child]->resume({});
    }
    pending[t] = pending[t].kind == Kind::finish ? Operation{} : bodies[t]->resume(answer);
    for (ThreadId u = 0; u < pending.size(); u++)
      if (u == t || announced[u].kind == Kind::none) announced[u] = untold ? untold->announce(u, pending[u]) : pending[u];
  }
  return explorer.ending() == Ending::again ? Ending::again : explorer.end();
}

// The class of an execution as text: every event with what it read, every location's order.
inline std::string class_of(const Graph &g) {
  std::string text;
  const auto name = [](EventId e) {
    return e == kInit ? std::string("i") : std::to_string(e.thread()) + "." + std::to_string(e.index());
  };
  for (ThreadId t = 0; t < g.thread_count(); t++) {
    for (std::uint32_t i = 0; i < g.size(t); i++) {
      const Event &e = g.at(EventId::of(t, i));
      text += static_cast<char>('A' + static_cast<int>(e.op.kind));
      text += std::to_string(e.location);
      if (e.is_read) text += "<" + name(e.rf);
      if (e.choice != 0) text += "!" + std::to_string(e.choice);
      text += ' ';
    }
    text += '|';
  }
  for (LocationIndex l = 0; l < g.location_count(); l++) {
    for (EventId w = g.first_store(l); w != kNone; w = g.at(w).co_next) text += name(w) + ">";
    text += ';';
  }
  return text;
}

struct Result {
  Counts counts;
  std::set<std::string> complete, deadlocked;
  std::uint64_t repeated = 0;
  bool diverged = false;
};

// Explores everything; `keep_classes` also collects the classes (costs memory for each).
inline Result explore_all(const Program &program, Model model, bool keep_classes = true) {
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(model, memory);
  Result result;
  std::vector<Operation> pending;
  while (explorer.begin()) {
    const Ending ending = execute(program, explorer, pending);
    if (ending == Ending::nondeterminism) {
      result.diverged = true;
      break;
    }
    if (!keep_classes || ending == Ending::blocked) continue;
    auto &classes = ending == Ending::complete ? result.complete : result.deadlocked;
    result.repeated += !classes.insert(class_of(explorer.graph())).second;
  }
  result.counts = explorer.counts();
  return result;
}

}  // namespace interleave::explore::graph
