// The explorer's interface: what a driver is told, memory, and programs that do not repeat themselves.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "graph_litmus.h"

namespace interleave::explore::graph {
namespace {

// Counts what is held.
class Meter : public std::pmr::memory_resource {
 public:
  std::size_t held = 0, most = 0;

 private:
  void *do_allocate(std::size_t bytes, std::size_t alignment) override {
    most = std::max(most, held += bytes);
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void *p, std::size_t bytes, std::size_t alignment) override {
    held -= bytes;
    std::pmr::new_delete_resource()->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override { return this == &other; }
};

TEST(GraphExplorer, MemoryDoesNotGrowWithExecutions) {
  const Program program = litmus("Wx=1.rel | Rx.rlx Wx=2.rel | Rx.rlx Wx=3.rel | Rx.rlx Wx=4.rel | Rx.rlx Wx=5.rel");
  Meter memory;
  std::size_t early = 0;
  std::uint64_t executions = 0;
  {
    Explorer explorer(Model::rc11, memory);
    std::vector<Operation> pending;
    while (explorer.begin()) {
      execute(program, explorer, pending);
      if (++executions == 500) early = memory.most;
    }
  }
  EXPECT_GT(executions, 5000u);
  EXPECT_LE(memory.most, 2 * early);
  EXPECT_EQ(memory.held, 0u);
}

TEST(GraphExplorer, ProgramThatChangesItsMindIsToldWithTheEvent) {
  int executions = 0;
  Program program = litmus("Wx=1.rlx | Rx.rlx");
  program.thread([&](Self self) -> Body {
    co_await self.load('x', rlx);
    co_await self.store(executions >= 2 ? 'z' : 'y', 1, rlx);
    co_await self.load('x', rlx);
  });
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(Model::sc, memory);
  std::vector<Operation> pending;
  Ending ending = Ending::running;
  while (ending != Ending::nondeterminism && explorer.begin()) {
    ending = execute(program, explorer, pending);
    executions++;
  }
  EXPECT_EQ(ending, Ending::nondeterminism);
  EXPECT_EQ(executions, 3);
  EXPECT_EQ(explorer.divergence().thread(), 3u);
  EXPECT_EQ(explorer.divergence().index(), 1u);
}

TEST(GraphExplorer, ProgramThatEndsEarlyIsToldWithTheEvent) {
  int executions = 0;
  Program program = litmus("Rz.rlx | Wx=1.rlx | Rx.rlx");
  program.threads[0] = [&](Self self) -> Body {
    if (executions == 0) co_await self.load('y', rlx);
  };
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(Model::sc, memory);
  std::vector<Operation> pending;
  ASSERT_TRUE(explorer.begin());
  EXPECT_EQ(execute(program, explorer, pending), Ending::complete);
  executions++;
  ASSERT_TRUE(explorer.begin());
  EXPECT_EQ(execute(program, explorer, pending), Ending::nondeterminism);
}

TEST(GraphExplorer, AnswersTellTheStoreThatWasRead) {
  std::set<std::pair<std::uint64_t, bool>> seen;      // value, is it the initial one?
  Program program = litmus("Wx=7.rlx");
  program.thread([&](Self) -> Body {
    Operation op = Self::access(Kind::load, 'x', rlx);
    op.initial = 3;
    const Answer answer = co_await AwaitAnswer{{op}};
    seen.insert({answer.value, answer.source.is_initial()});
    if (!answer.source.is_initial()) { EXPECT_EQ(answer.source, (StoreName{1, 0})); }
  });
  // Whoever comes first says what the location held.
  program.threads[0] = [](Self) -> Body {
    Operation op = Self::access(Kind::store, 'x', rlx, 7);
    op.initial = 3;
    co_await AwaitAnswer{{op}};
  };
  explore_all(program, Model::rc11);
  EXPECT_EQ(seen, (std::set<std::pair<std::uint64_t, bool>>{{3, true}, {7, false}}));
}

TEST(GraphExplorer, ArithmeticIsCutToTheSizeOfTheObject) {
  std::uint64_t last = 0;
  Program program;
  program.thread([&](Self self) -> Body {
    Operation op = Self::access(Kind::rmw, 'x', rlx, 1);
    op.function = Function::subtract;
    op.bytes = 2;
    co_await AwaitAnswer{{op}};
    last = co_await self.load('x', rlx);
  });
  explore_all(program, Model::sc);
  EXPECT_EQ(last, 0xffffu);
}

// More threads than a clock's first size, and children of children.
TEST(GraphExplorer, ManyThreads) {
  Program program;
  for (int i = 0; i < 20; i++) program.thread([](Self self) -> Body { co_await self.load('x', acq); });
  program.threads[10] = [](Self self) -> Body { co_await self.store('x', 1, rel); };
  program.threads[11] = [](Self self) -> Body { co_await self.load('y', acq); };
  for (const Model model : {Model::sc, Model::rc11}) {
    const Result result = explore_all(program, model, false);
    EXPECT_EQ(result.counts.complete, std::uint64_t{1} << 18);
  }
}

// What a thread did before it created another, and what it did before it was joined, is not read as if it were not.
TEST(GraphExplorer, CreationAndJoiningOrder) {
  Program program = litmus("Wx=1.rlx");
  std::set<std::uint64_t> values;
  program.afterwards = [&](Self self) -> Body { values.insert(co_await self.load('x', rlx)); };
  for (const Model model : {Model::sc, Model::rc11}) {
    EXPECT_EQ(explore_all(program, model).counts.complete, 1u);
    EXPECT_EQ(values, std::set<std::uint64_t>{1});
  }
}

// An execution that the driver ends (a finding) does not end the search.
TEST(GraphExplorer, DriverMayEndAnExecution) {
  const Program program = litmus("Wx=1.rlx | Rx.rlx | Rx.rlx");
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(Model::sc, memory);
  std::vector<Operation> pending;
  ASSERT_TRUE(explorer.begin());
  EXPECT_EQ(explorer.end(), Ending::running);
  EXPECT_EQ(explorer.counts().unfinished, 1u);
  EXPECT_FALSE(explorer.begin());
}

constexpr std::uint64_t x = 1, y = 2;

// n copies of a thread with i = 0, 1 ...
template <typename F>
void threads(Program &p, int n, F code) {
  for (int i = 0; i < n; i++) p.thread([=](Self self) { return code(self, static_cast<std::uint64_t>(i)); });
}
Body storing(Self self, std::uint64_t i) { co_await self.store(x, i + 1, rel); }
Body loading(Self self, std::uint64_t) { co_await self.load(x, acq); }
Body adding(Self self, std::uint64_t) { co_await self.add(x, 1, rlx); }
Body adding_twice(Self self, std::uint64_t) {
  co_await self.add(x, 1, rlx);
  co_await self.add(y, 1, rlx);
}

// done() after each execution, and how many there are.
std::vector<double> shares(const Program &program, Model model) {
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(model, memory);
  std::vector<Operation> pending;
  std::vector<double> shares;
  while (explorer.begin()) {
    execute(program, explorer, pending);
    shares.push_back(explorer.done());
  }
  EXPECT_EQ(explorer.done(), 1);
  return shares;
}

TEST(GraphExplorer, DoneNeverFallsAndEndsAtOne) {
  for (const Model model : {Model::sc, Model::rc11}) {
    for (int n = 2; n <= 6; n++) {
      Program stores, adds, mixed;
      threads(stores, n, storing);
      threads(adds, n, adding_twice);
      threads(mixed, n, loading);
      threads(mixed, 2, adding);
      threads(mixed, 1, storing);
      if (n > 4) adds = stores;
      for (const Program *program : {&stores, &adds, &mixed}) {
        double before = 0;
        for (double share : shares(*program, model)) {
          EXPECT_GE(share, before);
          EXPECT_LE(share, 1);
          before = share;
        }
        EXPECT_GT(before, 0);
      }
    }
  }
}

TEST(GraphExplorer, HalfWay_TheEstimateIsNearTheNumberOfExecutions) {
  const auto factor = [](const Program &program) {
    const std::vector<double> done = shares(program, Model::rc11);
    const std::size_t half = done.size() / 2;
    return static_cast<double>(half) / done[half - 1] / static_cast<double>(done.size());
  };
  Program stores, readers, adds;
  threads(stores, 7, storing);
  threads(readers, 1, storing);
  threads(readers, 10, loading);
  threads(adds, 6, adding);
  EXPECT_NEAR(factor(stores), 1, 0.1);
  EXPECT_NEAR(factor(readers), 1, 0.1);
  EXPECT_GT(factor(adds), 0.2);
  EXPECT_LT(factor(adds), 5);
}

}  // namespace
}  // namespace interleave::explore::graph
