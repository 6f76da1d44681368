// What a detector costs per event: clocks, instrumented accesses, lock orders.
// SPDX-License-Identifier: Apache-2.0
//
// Figures are ns per event (Google Benchmark's Time column with one event an iteration, else
// items_per_second). Addresses repeat over a few cache lines, as the accesses of a small test do;
// the page benchmarks state bytes_per_second.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "detect/clocks.h"
#include "detect/lock_graph.h"
#include "detect/race.h"
#include "support/arena.h"

namespace interleave::detect {
namespace {

constexpr std::uint64_t kBase = 0x7f1234560000;

// An execution with `threads` threads in which nothing happened yet.
struct World {
  explicit World(std::uint32_t threads = 3) : thread_count(threads) {
    arena.reserve(std::size_t{1} << 32);
    shadow.reserve(std::size_t{1} << 34);
    begin();
  }
  void begin() {
    arena.reset();
    clocks.begin(arena);
    detector.begin(clocks, shadow);
    for (std::uint32_t t = 1; t < thread_count; t++) clocks.create(0, t);
    for (Clock &c : locks) c = Clock();
  }
  void hand_over(std::uint32_t from, std::uint32_t to) {
    clocks.release_assign(from, locks[0]);
    clocks.acquire(to, locks[0]);
  }
  std::uint32_t thread_count;
  support::Arena arena, shadow;
  Clocks clocks;
  RaceDetector detector;
  Clock locks[4];
  Conflict conflict = {};
};

// ---- clocks -------------------------------------------------------------------------------------

void clocks_acquire_release(benchmark::State &state) {
  World w(static_cast<std::uint32_t>(state.range(0)));
  for (std::uint32_t t = 0; t < w.thread_count; t++) w.clocks.release(t, w.locks[1]);
  for (std::uint32_t t = 0; auto _ : state) {
    w.clocks.acquire(t, w.locks[1]);
    w.clocks.release_assign(t, w.locks[1]);
    t = t + 1 == w.thread_count ? 0 : t + 1;
  }
}
BENCHMARK(clocks_acquire_release)->Arg(2)->Arg(4)->Arg(16)->Arg(64);

void clocks_begin_create_join(benchmark::State &state) {
  World w(1);
  for (auto _ : state) {
    w.arena.reset();
    w.clocks.begin(w.arena);
    for (std::uint32_t t = 1; t <= 3; t++) w.clocks.create(0, t);
    for (std::uint32_t t = 1; t <= 3; t++) w.clocks.join(0, t);
  }
}
BENCHMARK(clocks_begin_create_join);

// ---- accesses -----------------------------------------------------------------------------------

void race_read_same_epoch(benchmark::State &state) {
  World w;
  for (std::uint64_t i = 0; auto _ : state) {
    benchmark::DoNotOptimize(w.detector.read(1, kBase + (i++ & 7) * 8, 8, 1, &w.conflict));
  }
}
BENCHMARK(race_read_same_epoch);

void race_write_same_epoch(benchmark::State &state) {
  World w;
  for (std::uint64_t i = 0; auto _ : state) {
    benchmark::DoNotOptimize(w.detector.write(1, kBase + (i++ & 7) * 8, 8, 1, &w.conflict));
  }
}
BENCHMARK(race_write_same_epoch);

void race_two_ints_in_a_cell(benchmark::State &state) {
  World w;
  for (std::uint64_t i = 0; auto _ : state) {
    benchmark::DoNotOptimize(w.detector.write(1, kBase + (i++ & 15) * 4, 4, 1, &w.conflict));
  }
}
BENCHMARK(race_two_ints_in_a_cell);

void race_bytes_side_by_side(benchmark::State &state) {
  World w;
  for (std::uint64_t i = 0; auto _ : state) {
    benchmark::DoNotOptimize(w.detector.write(1, kBase + (i++ & 63), 1, 1, &w.conflict));
  }
}
BENCHMARK(race_bytes_side_by_side);

void race_unaligned_across_cells(benchmark::State &state) {
  World w;
  for (auto _ : state) benchmark::DoNotOptimize(w.detector.write(1, kBase + 5, 8, 1, &w.conflict));
}
BENCHMARK(race_unaligned_across_cells);

void race_sixteen_bytes(benchmark::State &state) {
  World w;
  for (auto _ : state)
    benchmark::DoNotOptimize(w.detector.write(1, kBase + 16, 16, 1, &w.conflict));
}
BENCHMARK(race_sixteen_bytes);

// Each access is the first of its epoch: the thread released something just before (about 3 ns of
// it).
void race_write_new_epoch(benchmark::State &state) {
  World w;
  for (std::uint64_t i = 0; auto _ : state) {
    w.clocks.release_assign(1, w.locks[0]);
    benchmark::DoNotOptimize(w.detector.write(1, kBase + (i++ & 7) * 8, 8, 1, &w.conflict));
  }
}
BENCHMARK(race_write_new_epoch);

void race_read_new_epoch(benchmark::State &state) {
  World w;
  for (std::uint64_t i = 0; auto _ : state) {
    w.clocks.release_assign(1, w.locks[0]);
    benchmark::DoNotOptimize(w.detector.read(1, kBase + (i++ & 7) * 8, 8, 1, &w.conflict));
  }
}
BENCHMARK(race_read_new_epoch);

// A lock protects a word: hand-over (about 5 ns of it), read, write, by the other thread each time.
void race_read_write_handed_over(benchmark::State &state) {
  World w;
  for (std::uint32_t t = 1; auto _ : state) {
    w.hand_over(t, 3 - t);
    t = 3 - t;
    benchmark::DoNotOptimize(w.detector.read(t, kBase, 8, 1, &w.conflict));
    benchmark::DoNotOptimize(w.detector.write(t, kBase, 8, 1, &w.conflict));
  }
}
BENCHMARK(race_read_write_handed_over);

// All threads read what thread 0 wrote; the reader changes every 16 reads.
void race_read_shared(benchmark::State &state) {
  World w(static_cast<std::uint32_t>(state.range(0)) + 1);
  for (std::uint64_t i = 0; auto _ : state) {
    const auto t =
        static_cast<std::uint32_t>(1 + (i >> 4) % static_cast<std::uint64_t>(state.range(0)));
    benchmark::DoNotOptimize(w.detector.read(t, kBase + (i++ & 7) * 8, 8, 1, &w.conflict));
  }
}
BENCHMARK(race_read_shared)->Arg(2)->Arg(4)->Arg(16);

void race_atomic_rmw(benchmark::State &state) {
  World w(static_cast<std::uint32_t>(state.range(0)) + 1);
  for (std::uint32_t t = 1; auto _ : state) {
    benchmark::DoNotOptimize(w.detector.atomic_write(t, kBase, 8, 1, &w.conflict));
    t = t + 1 == w.thread_count ? 1 : t + 1;
  }
}
BENCHMARK(race_atomic_rmw)->Arg(2)->Arg(4)->Arg(16);

// ---- ranges -------------------------------------------------------------------------------------

void ranges(benchmark::internal::Benchmark *b) {
  b->Arg(64)->Arg(1 << 10)->Arg(16 << 10)->Arg(1 << 20);
}

// A range written whole again and again (memset of a buffer).
void race_range_write(benchmark::State &state) {
  World w;
  const auto bytes = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    w.clocks.release_assign(1, w.locks[0]);
    benchmark::DoNotOptimize(w.detector.write(1, kBase + 8, bytes, 1, &w.conflict));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(race_range_write)->Apply(ranges);

// A range read whole after its ints were written one by one (memcpy of an array).
void race_range_read_of_ints(benchmark::State &state) {
  World w;
  const auto bytes = static_cast<std::uint32_t>(state.range(0));
  for (std::uint32_t i = 0; i < bytes; i += 4)
    w.detector.write(1, kBase + 8 + i, 4, 1, &w.conflict);
  for (auto _ : state) {
    w.clocks.release_assign(1, w.locks[0]);
    benchmark::DoNotOptimize(w.detector.read(1, kBase + 8, bytes, 1, &w.conflict));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(race_range_read_of_ints)->Apply(ranges);

// A heap block's life: forget, one write in eight words, free.
void race_block_life(benchmark::State &state) {
  World w;
  const auto bytes = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    w.detector.forget(kBase + 16, bytes);
    for (std::uint64_t i = 0; i < bytes; i += 64)
      w.detector.write(1, kBase + 16 + i, 8, 1, &w.conflict);
    benchmark::DoNotOptimize(w.detector.release(1, kBase + 16, bytes, 1, &w.conflict));
  }
}
BENCHMARK(race_block_life)->Apply(ranges);

void race_free_a_gigabyte_untouched(benchmark::State &state) {
  World w;
  for (auto _ : state) {
    w.detector.forget(kBase, std::uint64_t{1} << 30);
    benchmark::DoNotOptimize(w.detector.release(1, kBase, std::uint64_t{1} << 30, 1, &w.conflict));
  }
}
BENCHMARK(race_free_a_gigabyte_untouched);

// An execution that touches eight pages, 16 words in each; begun again.
void race_small_execution(benchmark::State &state) {
  World w;
  for (auto _ : state) {
    w.begin();
    for (std::uint64_t i = 0; i < 128; i++) {
      benchmark::DoNotOptimize(
          w.detector.write(1, kBase + (i & 7) * 4096 + (i >> 3) * 8, 8, 1, &w.conflict));
    }
  }
}
BENCHMARK(race_small_execution);

// ---- lock orders --------------------------------------------------------------------------------

void lock_graph_acquired_again(benchmark::State &state) {
  World w;
  LockGraph graph;
  graph.begin(w.arena);
  const auto held_count = static_cast<std::size_t>(state.range(0));
  HeldLock held[8];
  for (model::ObjectId i = 0; i < 8; i++) held[i] = {i, false, i};
  for (auto _ : state) graph.acquired(1, {9, false, 1}, {held, held_count}, w.clocks.forks_of(1));
}
BENCHMARK(lock_graph_acquired_again)->Arg(1)->Arg(2)->Arg(8);

// Dining philosophers: n threads, one cycle of n edges (8 is the longest looked for).
void lock_graph_find_cycle(benchmark::State &state) {
  const auto n = static_cast<std::uint32_t>(state.range(0));
  World w(n + 1);
  for (auto _ : state) {
    w.begin();
    LockGraph graph;
    graph.begin(w.arena);
    for (std::uint32_t t = 1; t <= n; t++) {
      const HeldLock held = {t, false, t};
      graph.acquired(t, {t % n + 1, false, t}, {&held, 1}, w.clocks.forks_of(t));
    }
    benchmark::DoNotOptimize(
        graph.find_cycles([](void *, std::span<const LockEdge>) {}, nullptr, 16));
  }
}
BENCHMARK(lock_graph_find_cycle)->Arg(2)->Arg(5)->Arg(8);

// 1000 nested pairs of 200 locks in one global order by four threads: nothing to find.
void lock_graph_ordered(benchmark::State &state) {
  World w(5);
  for (auto _ : state) {
    w.begin();
    LockGraph graph;
    graph.begin(w.arena);
    for (std::uint32_t i = 0; i < 1000; i++) {
      const std::uint32_t first = i * 7 % 199, second = first + 1 + i * 13 % (199 - first);
      const HeldLock held = {first, false, 1};
      graph.acquired(1 + i % 4, {second, false, 2}, {&held, 1}, w.clocks.forks_of(1 + i % 4));
    }
    benchmark::DoNotOptimize(
        graph.find_cycles([](void *, std::span<const LockEdge>) {}, nullptr, 16));
  }
}
BENCHMARK(lock_graph_ordered);

}  // namespace
}  // namespace interleave::detect
