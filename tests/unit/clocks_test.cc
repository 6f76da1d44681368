// Clocks against a naive twin: the transitive closure of the happens-before edges between events.
// SPDX-License-Identifier: Apache-2.0
#include "detect/clocks.h"

#include <gtest/gtest.h>

#include <bitset>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/arena.h"

namespace interleave::detect {
namespace {

// Every operation is a node; before[n] are the nodes that happen before n.
class Twin {
 public:
  static constexpr std::size_t kMaxNodes = 512;
  using Nodes = std::bitset<kMaxNodes>;

  // add() makes the next node of thread t, after `earlier` too, and returns its number.
  std::size_t add(std::uint32_t t, const Nodes &earlier = {}) {
    Nodes all = present[t];
    for (std::size_t n = 0; n < count; n++) {
      if (earlier[n]) all |= before[n], all.set(n);
    }
    before[count] = all;
    present[t] = all;
    present[t].set(count);
    return count++;
  }
  static Nodes one(std::size_t n) { return Nodes().set(n); }

  std::size_t count = 0;
  Nodes before[kMaxNodes];
  Nodes present[model::kMaxThreads];  // what happens before the next event of each thread
};

struct PlainEvent {
  std::size_t node, fork_node;
  std::uint32_t thread;
  Epoch epoch;
  std::vector<Time> forks;
};

class RandomHistory {
 public:
  RandomHistory(Clocks &clocks, std::uint32_t seed)
      : clocks_(clocks), random_(seed), most_threads_(2 + seed % 5) {}

  void run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); i++) {
      step();
      check_present();
    }
    check_forks();
  }

 private:
  static constexpr int kObjects = 3;
  std::uint32_t below(std::size_t n) { return static_cast<std::uint32_t>(random_() % n); }

  void step() {
    const std::uint32_t t = alive_[below(alive_.size())];
    const std::uint32_t o = below(kObjects);
    Clock &object = objects_[o];
    Twin::Nodes &sources = sources_[o];
    switch (below(13)) {
      case 0:
        create(t);
        break;
      case 1:
        join(t);
        break;
      case 2:
        sources = Twin::one(twin_.add(t));
        clocks_.release_assign(t, object);
        break;
      case 3:
        sources |= Twin::one(twin_.add(t));
        clocks_.release(t, object);
        break;
      case 4:
        twin_.add(t, sources);
        clocks_.acquire(t, object);
        break;
      case 5:  // relaxed load
        seen_[t] |= sources;
        clocks_.remember(t, object);
        break;
      case 6:  // relaxed store
        sources = fenced_[t];
        object.assign(clocks_.fenced(t), clocks_.arena());
        break;
      case 7:  // relaxed read-modify-write: goes on with the release sequence
        sources |= fenced_[t];
        object.join(clocks_.fenced(t), clocks_.arena());
        seen_[t] |= sources;
        clocks_.remember(t, object);
        break;
      case 8:
        twin_.add(t, seen_[t]);
        clocks_.acquire_fence(t);
        break;
      case 9:
        fenced_[t] = Twin::one(twin_.add(t));
        clocks_.release_fence(t);
        break;
      case 10:
        fenced_[t] = Twin::one(twin_.add(t, seen_[t]));
        clocks_.seq_cst_fence(t);
        break;
      default:
        plain(t);
    }
  }
  void create(std::uint32_t t) {
    if (created_ == most_threads_) return;
    twin_.present[created_] = twin_.present[t];
    forks_.present[created_] = forks_.present[t];
    clocks_.create(t, created_);
    alive_.push_back(created_++);
  }
  void join(std::uint32_t t) {
    const std::size_t index = below(alive_.size());
    const std::uint32_t ended = alive_[index];
    if (ended == t || below(4) != 0) return;
    twin_.present[t] |= twin_.present[ended];
    forks_.present[t] |= forks_.present[ended];
    clocks_.join(t, ended);
    alive_.erase(alive_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  void plain(std::uint32_t t) {
    const Clock &forks = clocks_.forks_of(t);
    plain_.push_back({twin_.add(t),
                      forks_.add(t),
                      t,
                      clocks_.epoch(t),
                      {forks.times, forks.times + forks.size}});
    ASSERT_EQ(clocks_.epoch(t), Epoch::of(t, clocks_.of(t).at(t)));
    ASSERT_GE(clocks_.time(t), 1u);
  }
  void check_present() {
    for (const PlainEvent &e : plain_) {
      for (std::uint32_t t = 0; t < created_; t++) {
        ASSERT_EQ(clocks_.happens_before(e.epoch, t), twin_.present[t][e.node])
            << "event " << e.node << " of thread " << e.thread << " and thread " << t << " after "
            << twin_.count;
      }
    }
  }
  void check_forks() {
    for (const PlainEvent &a : plain_) {
      for (const PlainEvent &b : plain_) {
        if (a.thread == b.thread) continue;
        const Time known = a.thread < b.forks.size() ? b.forks[a.thread] : 0;
        ASSERT_EQ(known >= a.forks[a.thread], forks_.before[b.fork_node][a.fork_node])
            << "events " << a.node << " and " << b.node;
      }
    }
  }

  Clocks &clocks_;
  std::mt19937 random_;
  std::uint32_t most_threads_, created_ = 1;
  std::vector<std::uint32_t> alive_ = {0};
  Twin twin_, forks_;  // forks_: creation and joining only
  Clock objects_[kObjects];
  Twin::Nodes sources_[kObjects];
  Twin::Nodes seen_[8], fenced_[8];
  std::vector<PlainEvent> plain_;
};

class ClocksTest : public ::testing::Test {
 protected:
  ClocksTest() {
    arena_.reserve(std::size_t{1} << 30);
    begin();
  }
  void begin() {
    arena_.reset();
    clocks_.begin(arena_);
  }
  support::Arena arena_;
  Clocks clocks_;
};

TEST_F(ClocksTest, EqualsTransitiveClosure_OnRandomHistories) {
  for (std::uint32_t seed = 1; seed <= 1500; seed++) {
    begin();
    RandomHistory(clocks_, seed).run(150);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST_F(ClocksTest, StartsAtOne_WhenBegunAgain) {
  clocks_.create(0, 1);
  clocks_.create(1, 2);
  Clock lock;
  clocks_.release(2, lock);
  clocks_.seq_cst_fence(1);
  begin();
  EXPECT_EQ(clocks_.time(0), 1u);
  EXPECT_TRUE(clocks_.epoch(1).is_never());
  EXPECT_EQ(clocks_.of(2).size, 0u);
  clocks_.create(0, 1);
  clocks_.seq_cst_fence(1);
  EXPECT_EQ(clocks_.of(1).at(2), 0u);
  EXPECT_EQ(clocks_.of(1).at(0), 1u);
}

TEST_F(ClocksTest, HoldsEveryThread) {
  for (std::uint32_t t = 1; t < model::kMaxThreads; t++) clocks_.create(t / 2, t);
  const Epoch last = clocks_.epoch(model::kMaxThreads - 1);
  EXPECT_FALSE(clocks_.happens_before(last, 0));
  for (std::uint32_t t = 1; t < model::kMaxThreads; t++) clocks_.join(0, t);
  EXPECT_TRUE(clocks_.happens_before(last, 0));
  EXPECT_EQ(clocks_.forks_of(0).size, model::kMaxThreads);
}

TEST_F(ClocksTest, KeepsAnObjectsClock_WhenItGrowsAndShrinks) {
  Clock a, b;
  a.set(20, 7, arena_);
  EXPECT_EQ(a.at(19), 0u);
  EXPECT_EQ(a.at(21), 0u);
  b.set(1, 3, arena_);
  EXPECT_FALSE(a.less_or_equal(b));
  a.assign(b, arena_);
  EXPECT_EQ(a.at(20), 0u);
  a.set(20, 1, arena_);
  EXPECT_EQ(a.at(10), 0u);  // the 7's neighbours did not come back
  EXPECT_TRUE(b.less_or_equal(a));
  a.clear();
  EXPECT_TRUE(a.less_or_equal(b));
}

}  // namespace
}  // namespace interleave::detect
