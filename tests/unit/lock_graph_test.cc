// LockGraph against a naive twin that tries every sequence of acquisitions, and by example.
// SPDX-License-Identifier: Apache-2.0
#include "detect/lock_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "detect/clocks.h"
#include "support/arena.h"

namespace interleave::detect {
namespace {

using Edge = std::tuple<std::uint32_t, std::uint32_t, bool, std::uint32_t,
                        bool>;  // thread, held, shared, wanted, shared
using Edges = std::vector<Edge>;
using Key = std::pair<std::set<std::uint32_t>, std::set<std::uint32_t>>;  // locks, threads

Edges edges_of(std::span<const LockEdge> cycle) {
  Edges edges;
  for (const LockEdge &e : cycle) {
    edges.emplace_back(e.thread, e.held.lock, e.held.is_shared, e.wanted.lock, e.wanted.is_shared);
  }
  return edges;
}

Key key_of(const Edges &edges) {
  Key key;
  for (const Edge &e : edges) {
    key.first.insert(std::get<3>(e));
    key.second.insert(std::get<0>(e));
  }
  return key;
}

struct Acquisition {
  std::uint32_t thread;
  HeldLock lock;
  std::vector<HeldLock> held;
  std::vector<std::uint32_t>
      seen;             // per thread: how many of its events happen before, by forks and joins
  std::uint32_t event;  // which event of its thread this is, from 1
};

// Every chain of acquisitions, tested as a whole against the definition in lock_graph.h.
class Twin {
 public:
  std::vector<Acquisition> all;
  std::set<Edges> cycles;  // beginning with the lowest thread

  void find() { extend(); }

 private:
  std::vector<const Acquisition *> chain_;

  void extend() {
    if (chain_.size() >= 2) test();
    if (chain_.size() == LockGraph::kMaxCycle) return;
    for (const Acquisition &a : all) {
      const bool is_new = std::none_of(chain_.begin(), chain_.end(),
                                       [&](auto *c) { return c->thread == a.thread; });
      if (!is_new || (!chain_.empty() && a.thread < chain_[0]->thread)) continue;
      chain_.push_back(&a);
      extend();
      chain_.pop_back();
    }
  }
  static bool ordered(const Acquisition &a, const Acquisition &b) {
    return b.seen[a.thread] >= a.event;
  }
  static bool gate(const Acquisition &a, const Acquisition &b) {
    for (const HeldLock &x : a.held) {
      for (const HeldLock &y : b.held) {
        if (x.lock == y.lock && (!x.is_shared || !y.is_shared)) return true;
      }
    }
    return false;
  }
  void test() {
    std::set<std::uint32_t> wanted;
    for (auto *a : chain_) {
      wanted.insert(a->lock.lock);
      for (auto *b : chain_) {
        if (a != b && (ordered(*a, *b) || gate(*a, *b))) return;
      }
    }
    if (wanted.size() != chain_.size()) return;
    Edges edges;
    for (std::size_t i = 0; i < chain_.size(); i++) {
      const Acquisition &now = *chain_[i],
                        &before = *chain_[(i + chain_.size() - 1) % chain_.size()];
      const auto is_wanted = [&](const HeldLock &h) {
        return h.lock == before.lock.lock && !(h.is_shared && before.lock.is_shared);
      };
      const auto held = std::find_if(now.held.begin(), now.held.end(), is_wanted);
      if (held == now.held.end()) return;
      edges.emplace_back(now.thread, held->lock, held->is_shared, now.lock.lock,
                         now.lock.is_shared);
    }
    cycles.insert(edges);
  }
};

class LockGraphTest : public ::testing::Test {
 protected:
  LockGraphTest() {
    arena_.reserve(std::size_t{1} << 30);
    begin();
  }
  void begin() {
    arena_.reset();
    clocks_.begin(arena_);
    graph_.begin(arena_);
  }
  void make_threads(std::uint32_t n) {
    for (std::uint32_t t = 1; t <= n; t++) clocks_.create(0, t);
  }
  // Thread t holds `held` and takes `lock`; negative: shared (lock -1 is lock 1).
  void acquired(std::uint32_t t, std::vector<int> held, int lock) {
    std::vector<HeldLock> holds;
    for (int h : held) holds.push_back(make(h));
    graph_.acquired(t, make(lock), holds, clocks_.forks_of(t));
  }
  static HeldLock make(int l) {
    return {static_cast<std::uint32_t>(std::abs(l)), l < 0, std::uint64_t(1000 + l)};
  }

  std::vector<Edges> find(int most = 1000) {
    std::vector<Edges> found;
    const auto report = [](void *context, std::span<const LockEdge> cycle) {
      static_cast<std::vector<Edges> *>(context)->push_back(edges_of(cycle));
    };
    const int count = graph_.find_cycles(report, &found, most);
    EXPECT_EQ(count, static_cast<int>(found.size()));
    EXPECT_FALSE(graph_.gave_up());
    return found;
  }

  support::Arena arena_;
  Clocks clocks_;
  LockGraph graph_;
};

class LockGraphRandom : public LockGraphTest {
 protected:
  std::uint32_t below(std::size_t n) { return static_cast<std::uint32_t>(random_() % n); }

  // make_trace() lets random threads take random locks; fork and join order is kept apart from
  // Clocks.
  void make_trace(std::uint32_t seed) {
    random_.seed(seed);
    begin();
    twin_ = Twin();
    const std::uint32_t threads = 2 + seed % 4, locks = 2 + below(5), shared = below(3);
    const int acquisitions = static_cast<int>(threads == 5 ? 11 : 12);
    std::vector<std::vector<std::uint32_t>> seen(threads, std::vector<std::uint32_t>(threads, 0));
    std::vector<std::uint32_t> alive = {0};
    std::uint32_t created = 1;
    const bool at_once = below(3) != 0;
    const auto fork = [&](std::uint32_t t) {
      clocks_.create(t, created);
      seen[created] = seen[t];
      alive.push_back(created++);
    };
    while (at_once && created < threads) fork(0);
    for (int done = 0; done < acquisitions;) {
      const std::size_t index = below(alive.size());
      const std::uint32_t t = alive[index], dice = below(10);
      if (dice == 0 && created < threads) {
        fork(t);
      } else if (dice == 1 && t != alive[0] && below(4) == 0) {
        const std::uint32_t joiner = alive[0];
        clocks_.join(joiner, t);
        for (std::uint32_t i = 0; i < threads; i++)
          seen[joiner][i] = std::max(seen[joiner][i], seen[t][i]);
        alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(index));
      } else {
        acquire(t, locks, shared, seen[t]);
        done++;
      }
    }
  }
  void acquire(std::uint32_t t, std::uint32_t locks, std::uint32_t shared,
               std::vector<std::uint32_t> &seen) {
    std::vector<std::uint32_t> order(locks);
    for (std::uint32_t i = 0; i < locks; i++) order[i] = i * 17;
    if (below(3) == 0) {
      std::shuffle(order.begin(), order.end(), random_);
    } else {  // as philosophers do, so that there are long cycles
      std::rotate(order.begin(), order.begin() + below(locks), order.end());
    }
    const auto lock = [&](std::size_t i) { return HeldLock{order[i], below(4) < shared, 5}; };
    Acquisition a = {t, lock(0), {}, seen, ++seen[t]};
    const std::size_t held = 1 + (below(3) == 0 ? below(locks - 1) : 0);
    for (std::size_t i = 1; i <= held; i++) a.held.push_back(lock(i));
    twin_.all.push_back(a);
    graph_.acquired(t, a.lock, a.held, clocks_.forks_of(t));
  }

  std::mt19937 random_;
  Twin twin_;
};

TEST_F(LockGraphRandom, EqualsTwin_OnRandomTraces) {
  std::size_t cycles = 0, longest = 0, without = 0;
  for (std::uint32_t seed = 1; seed <= 8000; seed++) {
    make_trace(seed);
    twin_.find();
    std::set<Key> expected, got;
    for (const Edges &e : twin_.cycles) expected.insert(key_of(e));
    std::size_t length = 0;
    for (const Edges &e : find()) {
      ASSERT_TRUE(got.insert(key_of(e)).second) << "twice, seed " << seed;
      ASSERT_TRUE(twin_.cycles.count(e)) << "no such cycle, seed " << seed;
      ASSERT_GE(e.size(), length) << "not the shortest first, seed " << seed;
      length = e.size();
    }
    ASSERT_EQ(got, expected) << "seed " << seed;
    cycles += got.size();
    longest = std::max(longest, length);
    without += got.empty();
  }
  EXPECT_GT(cycles, 6000u);
  EXPECT_GT(without, 500u);
  EXPECT_EQ(longest, 5u);
}

TEST_F(LockGraphTest, FindsAnInversion) {
  make_threads(2);
  EXPECT_FALSE(graph_.has_dependencies());
  acquired(1, {10}, 20);
  EXPECT_TRUE(graph_.has_dependencies());
  EXPECT_TRUE(find().empty());
  acquired(2, {20}, 10);
  const std::vector<Edges> expected = {{{1, 10, false, 20, false}, {2, 20, false, 10, false}}};
  EXPECT_EQ(find(), expected);
}

TEST_F(LockGraphTest, TellsTheSitesOfTheFirstAcquisitions) {
  make_threads(2);
  acquired(1, {10}, 20);
  acquired(2, {20}, 10);
  const HeldLock held = {10, false, 77};
  graph_.acquired(1, {20, false, 78}, {&held, 1}, clocks_.forks_of(1));
  const auto report = [](void *, std::span<const LockEdge> cycle) {
    EXPECT_EQ(cycle[0].held.site, 1010u);
    EXPECT_EQ(cycle[0].wanted.site, 1020u);
    EXPECT_EQ(cycle[1].held.site, 1020u);
    EXPECT_EQ(cycle[1].wanted.site, 1010u);
  };
  EXPECT_EQ(graph_.find_cycles(report, nullptr, 9), 1);
}

TEST_F(LockGraphTest, IsSilent_WhenAGateLockIsHeld) {
  make_threads(2);
  acquired(1, {5, 10}, 20);
  acquired(2, {20, 5}, 10);
  EXPECT_TRUE(find().empty());
}

TEST_F(LockGraphTest, SeesNoGate_WhenBothHoldItShared) {
  make_threads(3);
  acquired(1, {-5, 10}, 20);
  acquired(2, {20, -5}, 10);
  EXPECT_EQ(find().size(), 1u);
  begin();
  make_threads(3);
  acquired(1, {-5, 10}, 20);
  acquired(2, {20, 5}, 10);
  EXPECT_TRUE(find().empty());
}

TEST_F(LockGraphTest, IsSilent_WhenReadersMeetReaders) {
  make_threads(2);
  acquired(1, {-1}, -2);
  acquired(2, {-2}, -1);
  EXPECT_TRUE(find().empty());
  acquired(1, {-1}, 2);  // a writer of 2, but the other still only reads 1
  EXPECT_TRUE(find().empty());
  acquired(2, {-2}, 1);
  EXPECT_EQ(find().size(), 1u);
}

TEST_F(LockGraphTest, IsSilent_WhenForksOrJoinsOrderTheThreads) {
  acquired(0, {1}, 2);
  clocks_.create(0, 1);
  acquired(1, {2}, 1);
  EXPECT_TRUE(find().empty());
  clocks_.create(0, 2);
  acquired(2, {3}, 4);
  clocks_.join(0, 2);
  acquired(0, {4}, 3);
  EXPECT_TRUE(find().empty());
  acquired(0, {1}, 2);  // now thread 1 runs beside it
  EXPECT_EQ(find().size(), 1u);
}

TEST_F(LockGraphTest, IsSilent_WhenOneThreadTakesBothOrders) {
  make_threads(1);
  acquired(1, {1}, 2);
  acquired(1, {2}, 1);
  EXPECT_TRUE(find().empty());
}

TEST_F(LockGraphTest, CountsACycleOnce_HoweverOftenItOccurs) {
  make_threads(2);
  for (int i = 0; i < 100; i++) {
    acquired(1, {1}, 2);
    acquired(2, {2}, 1);
    acquired(1, {3, 1}, 2);
    acquired(2, {2, 4}, 1);
  }
  EXPECT_EQ(find().size(), 1u);
  const std::uint64_t used = arena_.used();
  for (int i = 0; i < 1000; i++) acquired(1, {1, 3}, 2);  // the same set in another order
  EXPECT_EQ(arena_.used(), used);
}

TEST_F(LockGraphTest, FindsTheLongestCycle_AndNoLonger) {
  for (int n : {LockGraph::kMaxCycle, LockGraph::kMaxCycle + 1}) {
    begin();
    make_threads(static_cast<std::uint32_t>(n));
    for (int t = 1; t <= n; t++) acquired(static_cast<std::uint32_t>(t), {t}, t % n + 1);
    const auto found = find();
    EXPECT_EQ(found.size(), n == LockGraph::kMaxCycle ? 1u : 0u);
  }
}

TEST_F(LockGraphTest, StopsAtTheWantedNumber) {
  make_threads(6);
  for (std::uint32_t t = 1; t <= 6; t++) {
    for (int a = 1; a <= 4; a++) {
      for (int b = 1; b <= 4; b++) {
        if (a != b) acquired(t, {a}, b);
      }
    }
  }
  EXPECT_EQ(find(10).size(), 10u);
  EXPECT_EQ(find(0).size(), 0u);
  const auto found = find(10000);
  EXPECT_EQ(found.front().size(), 2u);
  // 15 pairs of threads with 6 pairs of locks, 20 triples with 4, 15 quadruples with 1.
  EXPECT_EQ(found.size(), 15u * 6 + 20 * 4 + 15);
}

TEST_F(LockGraphTest, GivesUp_WhenThereAreTooManyChains) {
  make_threads(60);
  for (std::uint32_t t = 1; t <= 60; t++) {
    for (int i = 0; i < 12; i++)
      acquired(t, {1 + i}, 1 + (i + 1) % 12);  // one ring of 12 locks: no cycle of 8
  }
  EXPECT_EQ(graph_.find_cycles([](void *, std::span<const LockEdge>) {}, nullptr, 5), 0);
  EXPECT_TRUE(graph_.gave_up());
}

TEST_F(LockGraphTest, KeepsMany) {
  make_threads(4);
  for (int i = 0; i < 20000; i++)
    acquired(static_cast<std::uint32_t>(1 + i % 4), {i % 5000}, i % 5000 + 1);
  EXPECT_TRUE(find().empty());
  acquired(1, {5000}, 17);
  EXPECT_TRUE(find().empty());  // a cycle of 4983 locks
  acquired(3, {18}, 17);
  EXPECT_EQ(find().size(), 1u);
}

}  // namespace
}  // namespace interleave::detect
