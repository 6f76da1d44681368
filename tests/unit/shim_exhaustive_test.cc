// explore(exhaustive) on real threads: reference counts, and what the C++ memory model allows and forbids.
// SPDX-License-Identifier: Apache-2.0
//
// The graph engine has its own tests on abstract programs (graph_*_test.cc). Here the same families run natively: if an
// operation were translated wrongly, or an execution not repeated, the numbers would differ. They are those that an established
// stateless model checker expects for its test families of the same names (rc11; all accesses seq_cst here unless relaxed is said,
// and then these families have the same number under both models).
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "interleave/atomic.h"
#include "interleave/condition_variable.h"
#include "interleave/mutex.h"
#include "interleave/once.h"
#include "interleave/test.h"
#include "interleave/thread.h"

namespace {

using Body = std::function<void()>;
using std::memory_order_acquire, std::memory_order_relaxed, std::memory_order_release, std::memory_order_seq_cst;

interleave::Result explore(const Body &body) {
  return interleave::explore(interleave::Strategy::exhaustive, body);
}

void run(const std::vector<Body> &bodies) {
  std::vector<interleave::thread> threads;
  for (const Body &body : bodies) threads.emplace_back(body);
  for (interleave::thread &t : threads) t.join();
}

template <class F>
std::vector<Body> times(int n, F f) {
  std::vector<Body> bodies;
  for (int i = 0; i < n; i++) bodies.push_back([f, i] { f(i); });
  return bodies;
}

std::uint64_t executions_of(const Body &body) {
  interleave::Result result = explore(body);
  EXPECT_TRUE(result.ok()) << result.message();
  EXPECT_TRUE(result.complete());
  return result.executions();
}

TEST(Exhaustive, CountsFamilies_AsReference) {
  const auto ainc = [](int n) {
    return executions_of([n] {
      interleave::atomic<int> x{0};
      run(times(n, [&x](int) { x.fetch_add(1); }));
      INTERLEAVE_CHECK(x.load() == n);
    });
  };
  EXPECT_EQ(ainc(2), 2u);
  EXPECT_EQ(ainc(5), 120u);
  const auto writers = [](int n) {
    return executions_of([n] {
      interleave::atomic<int> x{0};
      run(times(n, [&x](int i) { x.store(i + 1); }));
    });
  };
  EXPECT_EQ(writers(4), 24u);
  const auto readers = [](int n) {
    return executions_of([n] {
      interleave::atomic<int> x{0};
      std::vector<Body> bodies = times(n, [&x](int) { x.load(); });
      bodies.push_back([&x] { x.store(42); });
      run(bodies);
    });
  };
  EXPECT_EQ(readers(2), 4u);
  EXPECT_EQ(readers(8), 256u);
  const auto casrot = [](int n) {
    return executions_of([n] {
      interleave::atomic<int> x{0};
      run(times(n, [&x](int i) { int expected = i; x.compare_exchange_strong(expected, i + 1); }));
    });
  };
  EXPECT_EQ(casrot(4), 14u);
  EXPECT_EQ(casrot(6), 144u);
  const auto binc = [](int n) {
    return executions_of([n] {
      interleave::atomic<int> x{0}, y{0};
      run(times(n, [&](int) { x.fetch_add(1); y.fetch_add(1); }));
    });
  };
  EXPECT_EQ(binc(3), 36u);
}

TEST(Exhaustive, CountsLastzero_AsReference) {
  EXPECT_EQ(executions_of([] {
    constexpr int kMost = 5;
    interleave::atomic<int> x[kMost + 1]{};
    std::vector<Body> bodies{[&x] { for (int i = kMost; x[i].load() != 0; i--) {} }};
    for (int j = 1; j <= kMost; j++) bodies.push_back([&x, j] { x[j].store(x[j - 1].load() + 1); });
    run(bodies);
  }), 64u);
}

TEST(Exhaustive, ExploresLocksWithoutBlockedExecutions) {
  const auto lockinc = [](int n) {
    return executions_of([n] {
      interleave::mutex mutex;
      int count = 0;
      run(times(n, [&](int) { std::lock_guard lock(mutex); count++; }));
      INTERLEAVE_CHECK(count == n);
    });
  };
  EXPECT_EQ(lockinc(3), 6u);
  EXPECT_EQ(lockinc(5), 120u);
}

TEST(Exhaustive, FindsDeadlock) {
  const interleave::Result result = explore([] {
    interleave::mutex a, b;
    interleave::thread other([&] { std::scoped_lock first(b); std::scoped_lock second(a); });
    { std::scoped_lock first(a); std::scoped_lock second(b); }
    other.join();
  });
  EXPECT_STREQ(result.rule(), "deadlock");
}

TEST(Exhaustive, HandsOverByCondition) {
  EXPECT_EQ(executions_of([] {
    interleave::mutex mutex;
    interleave::condition_variable changed;
    bool ready = false;
    interleave::thread other([&] {
      std::lock_guard lock(mutex);
      ready = true;
      changed.notify_one();
    });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return ready; });
    lock.unlock();
    other.join();
  }), 4u);       // the other first; the waiter first, which then waits, or wakes spuriously before or after the other has had the lock
}

TEST(Exhaustive, CutsLoopThatOnlyReads) {
  const interleave::Result result = explore([] {
    interleave::atomic<int> flag{0};
    interleave::thread other([&] { flag.store(1, memory_order_release); });
    while (flag.load(memory_order_acquire) == 0) {}
    other.join();
  });
  EXPECT_TRUE(result.ok()) << result.message();
  EXPECT_TRUE(result.complete());
}

// Addresses are the same in every execution if the body frees what it allocates; else the finding says why they are not.
TEST(Exhaustive, SaysThatABodyLeaks) {
  const auto body = [](bool leaks) {
    interleave::atomic<int *> x{nullptr};
    int *made[2] = {};
    run(times(2, [&](int i) { x.store(made[i] = new int(i)); }));
    if (!leaks) for (const int *p : made) delete p;
  };
  EXPECT_EQ(executions_of([&] { body(false); }), 2u);
  const interleave::Result result = explore([&] { body(true); });
  EXPECT_STREQ(result.rule(), "nondeterminism");
  EXPECT_NE(std::string(result.message()).find("leaves memory allocated"), std::string::npos) << result.message();
}

TEST(Exhaustive, FindsLoopThatNobodyEnds) {
  const interleave::Result result = explore([] {
    interleave::atomic<int> flag{0};
    interleave::thread other([&] { while (flag.load() == 0) {} });
    other.join();
  });
  EXPECT_STREQ(result.rule(), "livelock");
}

// ---- the memory model: two threads and two locations; is r1 == r2 == 0 (or what `weak` says) possible? ----------------------

struct Shared {
  interleave::atomic<int> x{0}, y{0};
};
using Outcome = bool (*)(int, int);

bool is_possible(int (*first)(Shared &), int (*second)(Shared &), Outcome weak) {
  const interleave::Result result = explore([=] {
    Shared s;
    int r1 = 0, r2 = 0;
    run({[&] { r1 = first(s); }, [&] { r2 = second(s); }});
    INTERLEAVE_CHECK(!weak(r1, r2));
  });
  EXPECT_TRUE(result.executions() > 0);
  return !result.ok();
}

bool both_zero(int r1, int r2) { return r1 == 0 && r2 == 0; }
bool both_one(int r1, int r2) { return r1 == 1 && r2 == 1; }
bool flag_without_data(int, int r2) { return r2 == 10; }

TEST(ExhaustiveMemoryModel, StoreBuffering) {
  EXPECT_TRUE(is_possible([](Shared &s) { s.x.store(1, memory_order_relaxed); return s.y.load(memory_order_relaxed); },
                          [](Shared &s) { s.y.store(1, memory_order_relaxed); return s.x.load(memory_order_relaxed); },
                          both_zero));
  EXPECT_TRUE(is_possible([](Shared &s) { s.x.store(1, memory_order_release); return s.y.load(memory_order_acquire); },
                          [](Shared &s) { s.y.store(1, memory_order_release); return s.x.load(memory_order_acquire); },
                          both_zero));
  EXPECT_FALSE(is_possible([](Shared &s) { s.x.store(1); return s.y.load(); },
                           [](Shared &s) { s.y.store(1); return s.x.load(); }, both_zero));
  EXPECT_FALSE(is_possible(
      [](Shared &s) {
        s.x.store(1, memory_order_relaxed);
        interleave::atomic_thread_fence(memory_order_seq_cst);
        return s.y.load(memory_order_relaxed);
      },
      [](Shared &s) {
        s.y.store(1, memory_order_relaxed);
        interleave::atomic_thread_fence(memory_order_seq_cst);
        return s.x.load(memory_order_relaxed);
      },
      both_zero));
}

TEST(ExhaustiveMemoryModel, LoadBuffering) {
  EXPECT_FALSE(is_possible([](Shared &s) { int r = s.y.load(memory_order_relaxed); s.x.store(1, memory_order_relaxed); return r; },
                           [](Shared &s) { int r = s.x.load(memory_order_relaxed); s.y.store(1, memory_order_relaxed); return r; },
                           both_one));           // RC11 forbids it, ISO C++ does not
}

// The second thread's result: ten times the flag, plus the data.
TEST(ExhaustiveMemoryModel, MessagePassing) {
  const auto relaxed = [](Shared &s) { s.x.store(1, memory_order_relaxed); s.y.store(1, memory_order_relaxed); return 0; };
  const auto released = [](Shared &s) { s.x.store(1, memory_order_relaxed); s.y.store(1, memory_order_release); return 0; };
  const auto acquire = [](Shared &s) {
    int flag = s.y.load(memory_order_acquire);
    return 10 * flag + s.x.load(memory_order_relaxed);
  };
  EXPECT_TRUE(is_possible(relaxed, acquire, flag_without_data));
  EXPECT_FALSE(is_possible(released, acquire, flag_without_data));
}

// Store buffering whose second pair is a store by main and the first operation of a thread that main creates after it.
TEST(ExhaustiveMemoryModel, StoreBuffering_AcrossCreationOfThread) {
  const interleave::Result result = explore([] {
    Shared s;
    int r1 = 0, r2 = 0;
    interleave::thread first([&] { s.y.store(1); r1 = s.x.load(); });
    s.x.store(1);
    interleave::thread second([&] { r2 = s.y.load(); });
    first.join();
    second.join();
    INTERLEAVE_CHECK(!both_zero(r1, r2));
  });
  EXPECT_TRUE(result.ok()) << result.message();
  EXPECT_TRUE(result.complete());
}

// A try_lock that fails orders nothing: it may have seen the lock held although another thread, which has given it back since, does not
// see what came before the try.
TEST(ExhaustiveMemoryModel, FailedTryLock_SeesAnOlderState) {
  const auto body = [](bool is_checked) {
    interleave::mutex mutex;
    interleave::atomic<int> x{0};
    int seen = -1;
    bool taken = false;
    const auto try_it = [&] {
      const bool has_it = mutex.try_lock();
      if (has_it) mutex.unlock();
      return has_it;
    };
    run({[&] { try_it(); seen = x.load(memory_order_acquire); }, [&] { x.store(1); taken = try_it(); }});
    if (is_checked) INTERLEAVE_CHECK(taken || seen == 1);
  };
  EXPECT_EQ(executions_of([&] { body(false); }), 7u);
  EXPECT_STREQ(explore([&] { body(true); }).rule(), "assertion");
}

TEST(ExhaustiveMemoryModel, CallOnce_ThatFindsItDone_ComesAfter) {
  const interleave::Result result = explore([] {
    interleave::once_flag once;
    interleave::atomic<int> x{0};
    const auto prepare = [&] {
      interleave::call_once(once, [&x] { x.store(1, memory_order_relaxed); });
      INTERLEAVE_CHECK(x.load(memory_order_relaxed) == 1);
    };
    run({prepare, prepare});
  });
  EXPECT_TRUE(result.ok()) << result.message();
  EXPECT_EQ(result.executions(), 2u);
}

TEST(ExhaustiveMemoryModel, CoherenceOfReads) {
  EXPECT_FALSE(is_possible([](Shared &s) { s.x.store(1, memory_order_relaxed); return 0; },
                           [](Shared &s) { int newer = s.x.load(memory_order_relaxed); return 10 * newer + s.x.load(memory_order_relaxed); },
                           flag_without_data));
}

}  // namespace
