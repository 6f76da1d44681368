// Algorithms and programs with control flow of their own: executions under SC and RC11, against an established checker's numbers.
// SPDX-License-Identifier: Apache-2.0
//
// An assumption that fails, a wait that does not succeed at its first look, or a round of a loop above its bound blocks the thread; the
// execution is not counted.
#include "graph_families.h"

namespace interleave::explore::graph {
namespace {

Body sieve(Self self, std::uint64_t) {
  constexpr std::uint64_t n = 5;
  for (std::uint64_t i = 0; i < n; i++) {
    if (co_await self.load(100 + i, acq) != 0) continue;
    co_await self.store(100 + i, 1, rel);
    for (std::uint64_t j = 2 * i + 2; j < n; j += i + 2) co_await self.store(100 + j, 2, rel);
  }
}

TEST(GraphAlgorithms, Eratosthenes) {
  Program p;
  threads(p, 2, sieve);
  expect("eratosthenes 5", p, 398, 1512);
}

// The counts of mutual exclusion algorithms are those of executions in which every wait succeeds at its first look.
TEST(GraphAlgorithms, Peterson) {
  const auto code = [](Order write, Order read, std::uint64_t me) {
    return [=](Self self) -> Body {
      return [](Self s, Order store, Order load, std::uint64_t i) -> Body {
        const std::uint64_t mine = i == 1 ? y : z, other = i == 1 ? z : y, turn = v;
        co_await s.store(mine, 1, store);
        co_await s.store(turn, i == 1 ? 1 : 0, store);
        if (co_await s.load(other, load) == 1 && co_await s.load(turn, load) == (i == 1 ? 1u : 0u)) co_await s.block();
        co_await s.store(x, i - 1, store);
        co_await s.load(x, load);
        co_await s.store(mine, 0, store);
      }(self, write, read, me);
    };
  };
  Program weak, strong;
  for (std::uint64_t me : {1u, 2u}) {
    weak.thread(code(rel, acq, me));
    strong.thread(code(sc, sc, me));
  }
  expect("peterson", weak, 4, 22);
  expect("peterson-sc", strong, 4, 4);
}

Body szymanski(Self self, std::uint64_t i) {
  const std::uint64_t mine = i == 0 ? y : z, other = i == 0 ? z : y;
  co_await self.store(mine, 1, rlx);
  co_await self.fence(sc);
  if (co_await self.load(other, rlx) >= 3) co_await self.block();
  co_await self.store(mine, 3, rlx);
  co_await self.fence(sc);
  if (co_await self.load(other, rlx) == 1) {
    co_await self.store(mine, 2, rlx);
    co_await self.fence(sc);
    if (co_await self.load(other, rlx) != 4) co_await self.block();
  }
  co_await self.store(mine, 4, rlx);
  co_await self.fence(sc);
  if (co_await self.load(other, rlx) >= 2) co_await self.block();
  co_await self.store(x, i, rlx);
  co_await self.load(x, rlx);
  co_await self.load(x, rlx);
  co_await self.fence(sc);
  if (co_await self.load(other, rlx) >= 2 && co_await self.load(other, rlx) <= 3) co_await self.block();
  co_await self.store(mine, 0, rlx);
}

TEST(GraphAlgorithms, Szymanski) {
  Program p;
  threads(p, 2, szymanski);
  expect("szymanski", p, 6, 6);
}

TEST(GraphAlgorithms, SharedPointers) {
  Program p;
  threads(p, 2, [](Self self, std::uint64_t i) -> Body {
    const std::uint64_t pointer = v, polled = i == 0 ? x : y;
    co_await self.store(pointer, i == 0 ? y : x, rel);
    for (int k = 0; k < 100; k++) co_await self.load(polled, acq);
    const std::uint64_t target = co_await self.load(pointer, acq);
    const std::uint64_t value = co_await self.load(target, acq);
    co_await self.store(target, value + 3, rel);
  });
  expect("SharedPtr 100", p, 410, 410);
}

TEST(GraphAlgorithms, Publish) {
  Program p = litmus("Wx=42.rel Wf=1.rel");
  p.thread([](Self self) -> Body {
    for (int count = 0; co_await self.load('f', acq) != 1;) {
      if (++count > 40) co_return;
    }
    co_await self.load('x', acq);
  });
  expect("publish", p, 42, 42);
}

TEST(GraphAlgorithms, LongThreads) {
  for (int n : {400, 600}) {
    Program p;
    threads(p, 2, [n](Self self, std::uint64_t i) {
      return [](Self s, std::uint64_t me, int rounds) -> Body {
        for (int k = 0; k < rounds; k++) {
          co_await s.store(x + me, static_cast<std::uint64_t>(k), sc);
          co_await s.load(x + me, sc);
        }
        co_await s.store(v, me, sc);
        co_await s.load(v, sc);
      }(self, i, n);
    });
    expect(sized("par_length", n), p, 4, 4);
  }
}

TEST(GraphAlgorithms, Dekker) {
  for (std::uint64_t n : {2u, 4u}) {
    Program p = litmus("Wy=1.sc Rx.sc ?0:Wa=1.rlx | Wx=1.sc Ry.sc ?0:Wb=1.rlx");
    threads(p, 2, [n](Self self, std::uint64_t i) {
      return [](Self s, bool writes, std::uint64_t rounds) -> Body {
        if (co_await s.load('a', rlx) == 0 || co_await s.load('b', rlx) == 0) co_return;
        for (std::uint64_t k = 0; k < rounds; k++) {
          if (writes) co_await s.store('x', k, rlx);
          else co_await s.load('x', rlx);
        }
      }(self, i == 0, n);
    });
    expect(sized("dekker2-fixed", static_cast<int>(n)), p, 6, 6);
  }
}

// Litmus tests whose threads need an index, an address or a condition on two values.
TEST(GraphAlgorithms, Addresses) {
  Program addr;
  addr.thread([](Self self) -> Body {
    const std::uint64_t a = co_await self.load(x, rlx);
    co_await self.load(y + a, rlx);
    co_await self.store(y, 1, rlx);
  });
  addr.thread([](Self self) -> Body {
    const std::uint64_t r = co_await self.load(y, rlx);
    co_await self.store(x, r, rel);
  });
  expect("LB+addr", addr, 3, 3);       // LB+addr-fun and LB+addr-ind-fun: the same through a function
  Program twice = litmus("Ry.rlx Wx=r.rlx");
  twice.thread([](Self self) -> Body {
    const std::uint64_t first = co_await self.load('x', rlx), second = co_await self.load('x', rlx);
    if (first == second) co_await self.store('y', 1, rlx);
  });
  expect("TC2", twice, 4, 4);
  Program casdep = litmus("Wy=2.rlx");
  casdep.thread([](Self self) -> Body {
    const std::uint64_t a = co_await self.load('x', rlx);
    const std::uint64_t seen = (co_await self.cas('y', a, 1, rlx)).value;
    co_await self.store('z', seen, rlx);
  });
  expect("casdep", casdep, 2, 2);
  Program fix = litmus("Ax+1.sc | Wy=42.rlx");
  fix.thread([](Self self) -> Body {
    if (co_await self.load('y', rlx) == 0) co_return;
    co_await self.add('x', 1);
    co_await self.add('x', 1);
  });
  expect("RMWFix", fix, 4, 4);
  Program assume;
  assume.thread([](Self self) -> Body {
    if (co_await self.load(y, rlx) >= 2 && co_await self.load(y, rlx) <= 3) co_await self.block();
    co_await self.store(x, 1, rlx);
  });
  assume.thread([](Self self) -> Body {
    if (co_await self.load(x, rlx) >= 3) co_await self.block();
    co_await self.store(y, 3, rlx);
    co_await self.fence(sc);
    co_await self.store(y, 4, rlx);
  });
  expect("assume-ctrl", assume, 4, 4);
  Program join = litmus("Wx=42.rlx");
  join.thread([](Self self) -> Body {
    co_await self.join(1);
    co_await self.load('x', rlx);
    co_await self.store('y', 42, rlx);
  });
  expect("W+JW", join, 1, 1);
}

// A loop bound ends the thread that would go round once more, and the execution is counted.
TEST(GraphAlgorithms, Commits) {
  Program p;
  threads(p, 2, [](Self self, std::uint64_t me) -> Body {
    constexpr std::uint64_t wanted = 2, rounds = 6;
    std::uint64_t done = 0;
    for (std::uint64_t round = 0;; round++) {
      co_await self.load(y, acq);                 // `wanted`, which nobody changes
      if (done == wanted || round == rounds) co_return;
      co_await self.store(x, me + 1, rel);
      done += co_await self.load(x, acq) == me + 1;
    }
  });
  expect("commits 2", p, 1734, 1734);
}

// Lamport's fast mutex, the second algorithm, for two threads.
Body lamport(Self self, std::uint64_t i) {
  const std::uint64_t me = i + 1, flags = 100;
  for (;;) {
    co_await self.store(flags + me, 1);
    co_await self.store(x, me);
    if (co_await self.load(y) != 0) {
      co_await self.store(flags + me, 0);
      if (co_await self.load(y) != 0) co_await self.block();
      continue;
    }
    co_await self.store(y, me);
    if (co_await self.load(x) != me) {
      co_await self.store(flags + me, 0);
      for (std::uint64_t j = 1; j <= 2; j++) {
        if (co_await self.load(flags + j) != 0) co_await self.block();
      }
      if (co_await self.load(y) != me) {
        if (co_await self.load(y) != 0) co_await self.block();
        continue;
      }
    }
    break;
  }
  co_await self.store(y, 0);
  co_await self.store(flags + me, 0);
}

TEST(GraphAlgorithms, Lamport) {
  Program p;
  threads(p, 2, lamport);
  expect("lamport 2", p, 16, 16);
}

// Two processes of a database hand a flag and a latch to each other, for ever: three rounds of each.
TEST(GraphAlgorithms, Latches) {
  Program p;
  threads(p, 2, [](Self self, std::uint64_t i) -> Body {
    // The first thread's latch and flag are set from the beginning: what is even holds 0 for true.
    const std::uint64_t latch = 100 + i, flag = 200 + i, other_latch = 100 + 1 - i, other_flag = 200 + 1 - i;
    const auto value = [](std::uint64_t of, bool b) -> std::uint64_t { return of % 2 == 0 ? !b : b; };
    for (int round = 0; round < 3; round++) {
      if (co_await self.load(latch, rlx) != value(latch, true)) co_await self.block();
      co_await self.store(latch, value(latch, false), rlx);
      if (co_await self.load(flag, rlx) != value(flag, true)) continue;
      co_await self.store(flag, value(flag, false), rlx);
      co_await self.store(other_flag, value(other_flag, true), rlx);
      co_await self.fence(sc);
      co_await self.store(other_latch, value(other_latch, true), rlx);
    }
  });
  expect("pgsql", p, 1, 4);
}

// A Herlihy-Wing queue: a dequeuer that finds nothing in the slots it knows of gives up the execution. 'e' stands for an
// enqueue, 'd' for a dequeue.
Body queue_user(Self self, const char *what) {
  for (; *what; what++) {
    if (*what == 'e') {
      const std::uint64_t at = co_await self.add(x, 1, ar);
      co_await self.store(100 + at, 1, rel);
      continue;
    }
    const std::uint64_t back = co_await self.load(x, acq);
    for (std::uint64_t k = 0;; k++) {
      if (k >= back) co_await self.block();
      if (co_await self.rmw(100 + k, Function::exchange, 0, ar) != 0) break;
    }
  }
}

TEST(GraphAlgorithms, HerlihyWingQueue) {
  Program p;
  for (const char *what : {"ed", "ee", "de", "dd"}) p.thread([=](Self self) { return queue_user(self, what); });
  expect("hwqueue-ra", p, 5155, 5483);
}

}  // namespace
}  // namespace interleave::explore::graph
