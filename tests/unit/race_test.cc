// RaceDetector against a naive twin that compares each access with all earlier ones, and by example.
// SPDX-License-Identifier: Apache-2.0
//
// The twin keeps its own clocks (one tick an event) and, for each byte, when it was last forgotten;
// two accesses conflict if some byte of both was not forgotten in between, and their clocks are
// unordered. It never forgets anything for speed, so it shares no idea with the detector. Verdicts
// must be equal for every access of a trace, also after races; what the detector says about the
// earlier access is checked against what that site really did.
#include "detect/race.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "detect/clocks.h"
#include "support/arena.h"

namespace interleave::detect {
namespace {

using Kind = Conflict::Kind;

constexpr std::uint64_t kBase = 0x7f1234560000;

struct Twin {
  struct Event {
    Use use;
    std::uint64_t begin, end;
    std::uint32_t thread, time;
  };
  using Vector = std::vector<std::uint32_t>;

  explicit Twin(std::uint64_t bytes) : forgotten(bytes, 0) {}

  static void join(Vector &a, const Vector &b) {
    for (std::size_t i = 0; i < a.size(); i++) a[i] = std::max(a[i], b[i]);
  }
  bool is_alive(const Event &e, std::size_t index, std::uint64_t byte) const {
    return byte >= e.begin && byte < e.end && forgotten[byte - kBase] <= index;
  }
  bool conflict(const Event &before, Use now, std::uint32_t thread) const {
    const auto reads = [](Use u) { return u == Use::plain_read || u == Use::atomic_read; };
    const auto atomic = [](Use u) { return u == Use::atomic_read || u == Use::atomic_write; };
    if (before.use == Use::free) return true;
    if ((reads(before.use) && reads(now)) || (atomic(before.use) && atomic(now))) return false;
    return clocks[thread][before.thread] < before.time;
  }
  struct Verdict {
    Kind kind = Kind::none;
    std::uint64_t first = 0;
  };
  Verdict access(Use use, std::uint32_t thread, std::uint64_t begin, std::uint64_t end) {
    Verdict v;
    clocks[thread][thread]++;
    for (std::size_t i = 0; i < events.size(); i++) {
      const Event &e = events[i];
      if (e.begin >= end || e.end <= begin || !conflict(e, use, thread)) continue;
      const Kind kind = e.use == Use::free ? Kind::use_after_free : Kind::race;
      if (kind < v.kind) continue;
      for (std::uint64_t b = std::max(begin, e.begin); b < std::min(end, e.end); b++) {
        if (!is_alive(e, i, b)) continue;
        if (kind > v.kind || b < v.first) v = {kind, b};
        break;
      }
    }
    events.push_back({use, begin, end, thread, clocks[thread][thread]});
    return v;
  }
  void forget(std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t b = begin; b < end; b++) forgotten[b - kBase] = events.size();
  }

  std::vector<Event> events;           // the index is the access's site
  std::vector<std::size_t> forgotten;  // per byte: events with a smaller index do not count
  std::vector<Vector> clocks;
};

// One random trace, done by detector and twin together.
class RandomTrace {
 public:
  struct Shape {
    std::uint64_t bytes;
    std::uint32_t threads;
    int events;
    bool has_ranges, has_free;
  };
  RandomTrace(RaceDetector &detector, Clocks &clocks, Shape shape, std::uint32_t seed)
      : detector_(detector), clocks_(clocks), shape_(shape), random_(seed), twin_(shape.bytes) {
    twin_.clocks.assign(8, Twin::Vector(8, 0));
    twin_.clocks[0][0] = 1;
    twin_locks_.assign(3, Twin::Vector(8, 0));
    discipline_ = one_of({0, 10, 18, 19, 20});
    reads_ = one_of({2, 5, 8});
    atomics_ = one_of({0, 1, 3, 6});
  }

  void run() {
    for (int i = 0; i < shape_.events && !::testing::Test::HasFailure(); i++) step();
  }
  int conflicts = 0;

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::uint64_t one_of(std::initializer_list<std::uint64_t> values) {
    return values.begin()[below(values.size())];
  }

  void step() {
    const std::uint64_t dice = below(100);
    if (dice < 16) {
      synchronise();
    } else if (dice < 20) {
      auto [begin, end] = range();
      detector_.forget(begin, end - begin);
      twin_.forget(begin, end);
    } else if (dice < 22 && shape_.has_free && below(2)) {
      auto [begin, end] = range();
      check(Use::free, begin, end);
    } else {
      auto [begin, end] = shape_.has_ranges && below(3) == 0 ? range() : small();
      const bool is_read = below(10) < reads_, is_atomic = below(10) < atomics_;
      check(is_atomic ? (is_read ? Use::atomic_read : Use::atomic_write)
                      : (is_read ? Use::plain_read : Use::plain_write),
            begin, end);
    }
  }

  std::pair<std::uint64_t, std::uint64_t> small() {
    const std::uint64_t size =
        std::min(shape_.bytes, below(2) ? std::uint64_t{1} << below(5) : 1 + below(16));
    std::uint64_t at = below(shape_.bytes - size + 1);
    if (below(3)) at = at / size * size;
    return {kBase + at, kBase + at + size};
  }
  std::pair<std::uint64_t, std::uint64_t> range() {
    std::uint64_t a = below(shape_.bytes + 1), b = below(shape_.bytes + 1);
    if (below(2)) a = a / 4096 * 4096;
    if (below(2)) b = (b + 4095) / 4096 * 4096;
    if (b > shape_.bytes) b = shape_.bytes;
    if (a > b) std::swap(a, b);
    return {kBase + a, kBase + b};
  }

  void synchronise() {
    const std::uint32_t t = thread();
    switch (below(4)) {
      case 0:
        if (created_ == shape_.threads) return;
        twin_.clocks[t][t]++;
        twin_.clocks[created_] = twin_.clocks[t];
        twin_.clocks[created_][created_] = 1;
        clocks_.create(t, created_);
        alive_.push_back(created_++);
        return;
      case 1: {
        if (alive_.size() < 2 || below(3) != 0) return;
        const std::size_t index = below(alive_.size());
        if (alive_[index] == t) return;
        Twin::join(twin_.clocks[t], twin_.clocks[alive_[index]]);
        clocks_.join(t, alive_[index]);
        alive_.erase(alive_.begin() + static_cast<std::ptrdiff_t>(index));
        return;
      }
      case 2: {
        const std::size_t lock = below(3);
        Twin::join(twin_.clocks[t], twin_locks_[lock]);
        clocks_.acquire(t, locks_[lock]);
        return;
      }
      default: {
        const std::size_t lock = below(3);
        twin_.clocks[t][t]++;
        if (below(2)) {
          Twin::join(twin_locks_[lock], twin_.clocks[t]);
          clocks_.release(t, locks_[lock]);
        } else {
          twin_locks_[lock] = twin_.clocks[t];
          clocks_.release_assign(t, locks_[lock]);
        }
      }
    }
  }

  // Runs of one thread, as in a real execution: what is done again in one epoch takes the
  // detector's short cuts. How often the next thread is ordered after the last one depends on the
  // seed: from never to always.
  std::uint32_t thread() {
    const std::uint32_t last = current_;
    if (std::find(alive_.begin(), alive_.end(), current_) == alive_.end() || below(3) == 0) {
      current_ = alive_[below(alive_.size())];
    }
    if (current_ != last && below(20) < discipline_) {
      twin_.clocks[last][last]++;
      Twin::join(twin_.clocks[current_], twin_.clocks[last]);
      Clock message;
      clocks_.release(last, message);
      clocks_.acquire(current_, message);
    }
    return current_;
  }

  void check(Use use, std::uint64_t begin, std::uint64_t end) {
    const std::uint32_t t = thread();
    const Site site = twin_.events.size();
    const Twin::Verdict expected = twin_.access(use, t, begin, end);
    Conflict got = {};
    const bool is_conflict = call(use, t, begin, end - begin, site, &got);
    ASSERT_EQ(is_conflict, expected.kind != Kind::none) << describe(use, t, begin, end);
    if (!is_conflict) return;
    conflicts++;
    ASSERT_EQ(got.kind, expected.kind) << describe(use, t, begin, end);
    ASSERT_EQ(got.now.address, expected.first) << describe(use, t, begin, end);
    ASSERT_EQ(got.now.thread, t);
    ASSERT_EQ(got.now.site, site);
    ASSERT_EQ(got.now.is_free, use == Use::free);
    ASSERT_LT(got.before.site, site);
    const Twin::Event &before = twin_.events[got.before.site];
    ASSERT_EQ(got.before.thread, before.thread) << describe(use, t, begin, end);
    ASSERT_EQ(got.before.is_free, before.use == Use::free);
    ASSERT_EQ(got.before.is_atomic,
              before.use == Use::atomic_read || before.use == Use::atomic_write);
    ASSERT_EQ(got.before.is_write, before.use != Use::plain_read && before.use != Use::atomic_read);
    ASSERT_TRUE(twin_.conflict(before, use, t)) << describe(use, t, begin, end);
    ASSERT_GT(got.now.size, 0u);
    ASSERT_LE(got.now.address + got.now.size, end);
    for (std::uint64_t b = got.now.address; b < got.now.address + got.now.size; b++) {
      ASSERT_TRUE(twin_.is_alive(before, got.before.site, b)) << describe(use, t, begin, end);
    }
  }
  bool call(Use use, std::uint32_t t, std::uint64_t at, std::uint64_t size, Site site,
            Conflict *c) {
    const auto small = static_cast<std::uint32_t>(size);
    switch (use) {
      case Use::plain_read:
        return detector_.read(t, at, small, site, c);
      case Use::plain_write:
        return detector_.write(t, at, small, site, c);
      case Use::atomic_read:
        return detector_.atomic_read(t, at, small, site, c);
      case Use::atomic_write:
        return detector_.atomic_write(t, at, small, site, c);
      case Use::free:
        return detector_.release(t, at, size, site, c);
    }
    return false;
  }
  std::string describe(Use use, std::uint32_t t, std::uint64_t begin, std::uint64_t end) const {
    return "access " + std::to_string(twin_.events.size() - 1) + ", use " +
           std::to_string(int(use)) + " by thread " + std::to_string(t) + " of [" +
           std::to_string(begin - kBase) + ", " + std::to_string(end - kBase) + ")";
  }

  RaceDetector &detector_;
  Clocks &clocks_;
  Shape shape_;
  std::mt19937 random_;
  Twin twin_;
  std::vector<Twin::Vector> twin_locks_;
  Clock locks_[3];
  std::vector<std::uint32_t> alive_ = {0};
  std::uint32_t current_ = 0;
  std::uint32_t created_ = 1;
  std::uint64_t discipline_, reads_, atomics_;
};

class Race : public ::testing::Test {
 protected:
  Race() {
    arena_.reserve(std::size_t{1} << 34);
    shadow_.reserve(std::size_t{1} << 34);
    begin();
  }
  void begin() {
    arena_.reset();
    clocks_.begin(arena_);
    detector_.begin(clocks_, shadow_);
  }
  // Threads 1 .. n, unordered with each other.
  void make_threads(std::uint32_t n) {
    for (std::uint32_t t = 1; t <= n; t++) clocks_.create(0, t);
  }
  void pass(std::uint32_t from, std::uint32_t to) {
    Clock message;
    clocks_.release(from, message);
    clocks_.acquire(to, message);
  }
  void run_random(RandomTrace::Shape shape, std::uint32_t first_seed, std::uint32_t count) {
    int conflicts = 0;
    for (std::uint32_t seed = first_seed; seed < first_seed + count; seed++) {
      begin();
      shape.threads = 2 + seed % 4;
      RandomTrace trace(detector_, clocks_, shape, seed);
      trace.run();
      conflicts += trace.conflicts;
      ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
    EXPECT_GT(conflicts, static_cast<int>(count) / 4)
        << "the traces hardly race: they test nothing";
  }

  support::Arena arena_, shadow_;
  Clocks clocks_;
  RaceDetector detector_;
  Conflict conflict_ = {};
};

TEST_F(Race, EqualsTwin_OnOneCell) { run_random({8, 0, 60, false, false}, 1, 20000); }
TEST_F(Race, EqualsTwin_OnOneCellWithFrees) { run_random({8, 0, 60, true, true}, 100001, 10000); }
TEST_F(Race, EqualsTwin_OnFewCells) { run_random({40, 0, 80, false, true}, 200001, 15000); }
TEST_F(Race, EqualsTwin_OnFewCellsWithRanges) {
  run_random({40, 0, 80, true, true}, 300001, 10000);
}
TEST_F(Race, EqualsTwin_AcrossAPageBoundary) {
  run_random({4128, 0, 60, true, true}, 400001, 2000);
}
TEST_F(Race, EqualsTwin_OnPages) { run_random({4 * 4096, 0, 50, true, true}, 500001, 1000); }
TEST_F(Race, EqualsTwin_OnPagesWithoutFrees) {
  run_random({3 * 4096, 0, 60, true, false}, 600001, 1000);
}
TEST_F(Race, EqualsTwin_OnLongTraces) { run_random({64, 0, 1500, true, true}, 700001, 100); }

TEST_F(Race, ReportsBothSides_WhenWritesAreUnordered) {
  make_threads(2);
  EXPECT_FALSE(detector_.write(1, kBase + 8, 4, 71, &conflict_));
  EXPECT_TRUE(detector_.read(2, kBase + 8, 8, 72, &conflict_));
  EXPECT_EQ(conflict_.kind, Kind::race);
  EXPECT_EQ(conflict_.now.thread, 2u);
  EXPECT_EQ(conflict_.now.site, 72u);
  EXPECT_FALSE(conflict_.now.is_write);
  EXPECT_EQ(conflict_.now.address, kBase + 8);
  EXPECT_EQ(conflict_.now.size, 4u);
  EXPECT_EQ(conflict_.before.thread, 1u);
  EXPECT_EQ(conflict_.before.site, 71u);
  EXPECT_TRUE(conflict_.before.is_write);
}

TEST_F(Race, ReportsTheReader_WhenManyReadAndOneIsUnordered) {
  make_threads(3);
  for (std::uint32_t t = 1; t <= 3; t++)
    EXPECT_FALSE(detector_.read(t, kBase, 8, 10 + t, &conflict_));
  EXPECT_FALSE(detector_.read(2, kBase, 8, 22, &conflict_));
  pass(1, 3);
  EXPECT_TRUE(detector_.write(3, kBase, 8, 33, &conflict_));
  EXPECT_EQ(conflict_.before.thread, 2u);
  EXPECT_EQ(conflict_.before.site, 22u);
}

TEST_F(Race, NamesTheLatestWriteOfAnEpoch) {
  make_threads(2);
  EXPECT_FALSE(detector_.write(1, kBase, 4, 1, &conflict_));
  EXPECT_FALSE(detector_.write(1, kBase, 4, 2, &conflict_));
  EXPECT_TRUE(detector_.write(2, kBase, 4, 3, &conflict_));
  EXPECT_EQ(conflict_.before.site, 2u);
}

TEST_F(Race, NamesTheLatestReadOfAnEpoch) {
  make_threads(3);
  EXPECT_FALSE(detector_.read(1, kBase, 4, 1, &conflict_));
  EXPECT_FALSE(detector_.read(1, kBase, 4, 2, &conflict_));
  EXPECT_FALSE(detector_.read(2, kBase, 4, 3, &conflict_));
  EXPECT_FALSE(detector_.read(2, kBase, 4, 4, &conflict_));
  pass(2, 3);
  EXPECT_TRUE(detector_.write(3, kBase, 4, 5, &conflict_));
  EXPECT_EQ(conflict_.before.site, 2u);
  detector_.forget(kBase, 4);
  EXPECT_FALSE(detector_.read(1, kBase, 4, 6, &conflict_));
  EXPECT_FALSE(detector_.read(2, kBase, 4, 7, &conflict_));
  EXPECT_FALSE(detector_.read(2, kBase, 4, 8, &conflict_));
  pass(1, 3);
  EXPECT_TRUE(detector_.write(3, kBase, 4, 9, &conflict_));
  EXPECT_EQ(conflict_.before.site, 8u);
}

TEST_F(Race, IsSilent_WhenNeighbouringBytesAreWritten) {
  make_threads(8);
  for (std::uint32_t t = 1; t <= 8; t++)
    EXPECT_FALSE(detector_.write(t, kBase + t - 1, 1, t, &conflict_));
  EXPECT_TRUE(detector_.write(1, kBase + 7, 1, 9, &conflict_));
}

TEST_F(Race, IsSilent_BetweenAtomics_ButNotWithPlain) {
  make_threads(3);
  EXPECT_FALSE(detector_.atomic_write(1, kBase, 4, 1, &conflict_));
  EXPECT_FALSE(detector_.atomic_write(2, kBase, 4, 2, &conflict_));
  EXPECT_FALSE(detector_.atomic_read(3, kBase, 4, 3, &conflict_));
  EXPECT_TRUE(detector_.read(3, kBase, 4, 4, &conflict_));
  EXPECT_TRUE(conflict_.before.is_atomic);
  EXPECT_TRUE(conflict_.before.is_write);
}

TEST_F(Race, KeepsReporting_WhenARaceWasCarriedOn) {
  make_threads(3);
  EXPECT_FALSE(detector_.write(1, kBase, 4, 1, &conflict_));
  EXPECT_TRUE(detector_.write(2, kBase, 4, 2, &conflict_));
  pass(2, 3);
  EXPECT_TRUE(detector_.write(3, kBase, 4, 3, &conflict_));  // ordered after 2, not after 1
  EXPECT_EQ(conflict_.before.thread, 1u);
}

TEST_F(Race, ReportsUseAfterFree_WhetherOrderedOrNot) {
  make_threads(2);
  EXPECT_FALSE(detector_.write(1, kBase + 16, 8, 1, &conflict_));
  EXPECT_FALSE(detector_.release(1, kBase, 64, 2, &conflict_));
  EXPECT_TRUE(detector_.read(1, kBase + 16, 8, 3, &conflict_));
  EXPECT_EQ(conflict_.kind, Kind::use_after_free);
  EXPECT_EQ(conflict_.before.site, 2u);
  EXPECT_TRUE(conflict_.before.is_free);
  EXPECT_TRUE(detector_.atomic_write(2, kBase + 63, 1, 4, &conflict_));
  EXPECT_EQ(conflict_.kind, Kind::use_after_free);
  EXPECT_FALSE(detector_.read(2, kBase + 64, 1, 5, &conflict_));
  detector_.forget(kBase, 64);
  EXPECT_FALSE(detector_.write(2, kBase + 16, 8, 6, &conflict_));
}

TEST_F(Race, ReportsTheFree_WhenItRacesWithAnAccess) {
  make_threads(2);
  EXPECT_FALSE(detector_.read(1, kBase + 20, 4, 1, &conflict_));
  EXPECT_TRUE(detector_.release(2, kBase, 4096 * 3, 2, &conflict_));
  EXPECT_EQ(conflict_.kind, Kind::race);
  EXPECT_TRUE(conflict_.now.is_free);
  EXPECT_EQ(conflict_.now.address, kBase + 20);
  EXPECT_EQ(conflict_.now.size, 4u);
  EXPECT_TRUE(detector_.release(2, kBase, 4096 * 3, 3, &conflict_));
  EXPECT_EQ(conflict_.kind, Kind::use_after_free);
  EXPECT_EQ(conflict_.now.size, 4096u * 3);
}

TEST_F(Race, RemembersAGigabyteFreed_AndForgetsIt) {
  constexpr std::uint64_t kGigabyte = std::uint64_t{1} << 30;
  EXPECT_FALSE(detector_.release(0, kBase + 100, kGigabyte, 1, &conflict_));
  EXPECT_TRUE(detector_.read(0, kBase + kGigabyte / 2, 1, 2, &conflict_));
  EXPECT_FALSE(detector_.read(0, kBase + kGigabyte + 100, 1, 3, &conflict_));
  EXPECT_FALSE(detector_.read(0, kBase + 99, 1, 4, &conflict_));
  detector_.forget(kBase + 100, kGigabyte);
  EXPECT_FALSE(detector_.write(0, kBase + kGigabyte / 2, 8, 5, &conflict_));
  EXPECT_FALSE(detector_.read(0, kBase + kGigabyte / 2 + 40000, 8, 6, &conflict_));
}

TEST_F(Race, TellsOneRange_WhenABlockCopyRaces) {
  make_threads(2);
  EXPECT_FALSE(detector_.write(1, kBase + 1000, 9000, 1, &conflict_));
  EXPECT_TRUE(detector_.read(2, kBase, 20000, 2, &conflict_));
  EXPECT_EQ(conflict_.now.address, kBase + 1000);
  EXPECT_EQ(conflict_.now.size, 9000u);
}

TEST_F(Race, StartsEmpty_WhenBegunAgain) {
  for (int i = 0; i < 1000; i++) {
    begin();
    make_threads(2);
    ASSERT_FALSE(detector_.write(1, kBase, 8, 1, &conflict_));
    ASSERT_FALSE(detector_.atomic_write(1, kBase + 4096, 8, 1, &conflict_));
    ASSERT_FALSE(detector_.release(2, kBase + 8192, 8192, 1, &conflict_));
    ASSERT_TRUE(detector_.write(2, kBase, 8, 2, &conflict_));
  }
  EXPECT_LT(shadow_.used(), std::uint64_t{1} << 20);
}

TEST_F(Race, TakesNoMoreMemory_WhenAnExecutionGoesOn) {
  make_threads(6);
  std::uint64_t used = 0;
  for (int i = 0; i < 20000; i++) {
    for (std::uint32_t t = 1; t <= 6; t++) {
      detector_.read(t, kBase + t, 5, 1, &conflict_);
      detector_.atomic_write(t, kBase + 4096, 8, 1, &conflict_);
    }
    detector_.write(1, kBase + 3, 1, 1, &conflict_);
    detector_.read(2, kBase, 8192, 1, &conflict_);
    detector_.release(1, kBase + 4, 4, 1, &conflict_);
    if (i % 2) detector_.release(2, kBase, 8192, 1, &conflict_);
    detector_.forget(kBase, i % 3 == 0 ? 8192 : 4100);
    if (i == 20) used = shadow_.used();
  }
  EXPECT_EQ(shadow_.used(), used);
}

TEST_F(Race, HoldsEveryThread_WhenAllUseOneAtomic) {
  make_threads(model::kMaxThreads - 1);
  for (std::uint32_t t = 0; t < model::kMaxThreads; t++) {
    EXPECT_FALSE(detector_.atomic_write(t, kBase, 8, t, &conflict_));
    EXPECT_FALSE(detector_.atomic_read(t, kBase, 8, t, &conflict_));
  }
  for (std::uint32_t t = 1; t < model::kMaxThreads; t++) clocks_.join(0, t);
  EXPECT_FALSE(detector_.write(0, kBase, 8, 1, &conflict_));
  EXPECT_FALSE(detector_.write(0, kBase, 8, 2, &conflict_));
}

}  // namespace
}  // namespace interleave::detect
