// Runs a small program on std::thread, std::atomic, std::mutex ...: the code under test of native_test.cc, instrumented.
// SPDX-License-Identifier: Apache-2.0
#include "interpreter.h"

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <thread>

#include <interleave/test.h>

namespace native {
namespace {

struct Node {
  explicit Node(std::uint8_t i) : index(i) {}
  std::uint8_t index;
};

// Variables lie in one storage at the program's distances: several in eight bytes, or each in its own.
struct World {
  explicit World(const Program &p) {
    for (std::size_t l = 0; l < kLocations; l++) atomics[l] = new (&storage[l * p.gap]) std::atomic<std::uint8_t>(0);
    for (std::size_t l = 0; l < kPlain; l++) plain[l] = new (&storage[(kLocations + l) * p.gap]) std::uint8_t(0);
  }
  World(const World &) = delete;
  ~World() {                             // a body that leaks finds other addresses next time
    for (Node *node : nodes) delete node;
  }
  alignas(8) unsigned char storage[(kLocations + kPlain) * 16];
  std::atomic<std::uint8_t> *atomics[kLocations];
  std::uint8_t *plain[kPlain];
  std::atomic<Node *> pointer{nullptr};
  Node *nodes[kNodes] = {};
  std::mutex mutexes[kLocations];
  std::condition_variable condition;
  std::shared_mutex shared;
  std::once_flag once;
  Outcome outcome{};
};

struct Failed {};                                     // thrown out of a call_once

constexpr std::uint8_t kBusy = 16;                    // EBUSY, as the model's

class Thread {
 public:
  Thread(const Program &p, World &w, std::uint8_t t) : program_(p), world_(w), self_(t) {}

  void run(std::size_t from, std::size_t to) {
    for (std::size_t at = from; at < to;) {
      const Instruction &i = program_.code[self_][at];
      const bool left_out = i.only_if >= 0 && register_ != static_cast<std::uint8_t>(i.only_if);
      if (!left_out) at = step(i, at);
      else at += 1u + i.guards;
    }
  }
  void run() { run(0, program_.length[self_]); }

 private:
  void set(std::uint8_t value) {
    register_ = value;
    world_.outcome.seen[self_][world_.outcome.count[self_]++] = value;
  }
  void look_into(Node *node, bool frees) {
    if (!node) return set(0);
    set(node->index);
    if (!frees) return;
    world_.nodes[node->index] = nullptr;
    delete node;
  }
  Node *make(const Instruction &i) {
    if (i.operand == 0) return nullptr;
    return world_.nodes[i.operand] = new Node(i.operand);
  }

  // Returns the index of the next instruction.
  std::size_t step(const Instruction &i, std::size_t at) {
    const auto operand = static_cast<std::uint8_t>(i.operand + (i.adds_register ? register_ : 0));
    const auto order = static_cast<std::memory_order>(i.order);
    std::atomic<std::uint8_t> &x = *world_.atomics[i.location];
    std::mutex &mutex = world_.mutexes[i.mutex];
    switch (i.what) {
      case Do::load: set(x.load(order)); break;
      case Do::store: x.store(operand, order); break;
      case Do::add: set(x.fetch_add(operand, order)); break;
      case Do::exchange: set(x.exchange(operand, order)); break;
      case Do::compare_exchange: {
        std::uint8_t expected = i.expected;
        x.compare_exchange_strong(expected, operand, order, static_cast<std::memory_order>(i.failure));
        set(expected);
        break;
      }
      case Do::fence: std::atomic_thread_fence(order); break;
      case Do::lock: mutex.lock(); break;
      case Do::try_lock: set(mutex.try_lock() ? 0 : kBusy); break;
      case Do::unlock: mutex.unlock(); break;
      case Do::lock_shared_mutex: world_.shared.lock(); break;
      case Do::lock_shared: world_.shared.lock_shared(); break;
      case Do::try_lock_shared_mutex: set(world_.shared.try_lock() ? 0 : kBusy); break;
      case Do::try_lock_shared: set(world_.shared.try_lock_shared() ? 0 : kBusy); break;
      case Do::unlock_shared_mutex: world_.shared.unlock(); break;
      case Do::unlock_shared: world_.shared.unlock_shared(); break;
      case Do::wait: {
        std::unique_lock<std::mutex> lock(mutex, std::adopt_lock);
        world_.condition.wait(lock);
        lock.release();
        return at + 4;
      }
      case Do::notify_one: world_.condition.notify_one(); break;
      case Do::notify_all: world_.condition.notify_all(); break;
      case Do::call_once: call_once(at, i.guards); return at + 1u + i.guards;
      case Do::leave:
        if (i.operand == 0) throw Failed();
        break;
      case Do::plain_read: set(*world_.plain[i.location]); break;
      case Do::plain_write: *world_.plain[i.location] = operand; break;
      case Do::store_pointer: world_.pointer.store(make(i), order); break;
      case Do::load_pointer: look_into(world_.pointer.load(order), false); break;
      case Do::exchange_pointer: {
        Node *node = make(i);
        look_into(world_.pointer.exchange(node, order), i.frees);
        break;
      }
      case Do::create: start(operand); break;
      case Do::join: children_[operand].join(); break;
    }
    return at + 1 + (register_ != i.guard ? i.guards : 0u);
  }

  void call_once(std::size_t at, std::size_t guards) {
    bool was_called = false;
    try {
      std::call_once(world_.once, [&] {
        was_called = true;
        set(1);
        run(at + 1, at + 1 + guards);
      });
    } catch (const Failed &) {
    }
    if (!was_called) set(0);
  }

  void start(std::uint8_t child) {
    children_[child] = std::thread([&p = program_, &w = world_, child] { Thread(p, w, child).run(); });
  }

  const Program &program_;
  World &world_;
  std::uint8_t self_, register_ = 0;
  std::thread children_[kThreads];
};

void run_threads(const Program &program, World &world) {
  std::thread threads[kThreads];
  for (std::uint8_t t = 0; t < program.threads; t++)
    if (program.is_root[t]) threads[t] = std::thread([&program, &world, t] { Thread(program, world, t).run(); });
  for (std::thread &t : threads)
    if (t.joinable()) t.join();
  keep(&world.outcome, world.storage, program.gap, &world.pointer);
}

}  // namespace

Result explore(const Program &program, const Options &options) {
  interleave::Options as;
  as.name = "program";
  as.strategy = options.strategy == Strategy::random       ? interleave::Strategy::random
                : options.strategy == Strategy::pct        ? interleave::Strategy::pct
                : options.strategy == Strategy::exhaustive ? interleave::Strategy::exhaustive
                                                           : interleave::Strategy::bounded;
  as.bound = interleave::kUnbounded;
  as.memory_model = options.is_sc ? interleave::MemoryModel::sc : interleave::MemoryModel::cxx;
  as.run_all = options.run_all;
  as.max_executions = options.max_executions;
  const interleave::Result found = interleave::explore(as, [&program] {
    if (program.is_on_heap) {
      run_threads(program, *std::make_unique<World>(program));
    } else {
      World world(program);
      run_threads(program, world);
    }
  });
  Result result{found.executions(), found.recalled(), found.blocked(), found.complete()};
  std::strncpy(result.rule, found.rule(), sizeof result.rule - 1);
  std::strncpy(result.message, found.message(), sizeof result.message - 1);
  return result;
}

}  // namespace native
