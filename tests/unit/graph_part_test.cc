// Parts of the search: however it is divided, written down and read again, the same executions come out, each once.
// SPDX-License-Identifier: Apache-2.0
//
// The truth is the search that is not divided (which other tests compare with brute force). Programs are random; so is when a part is
// given away, which part goes on, and when one is written and read by another explorer. A failure prints the seed and the program.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "graph_random_program.h"
#include "support/bytes.h"

namespace interleave::explore::graph {
namespace {

using Bytes = std::vector<std::byte>;
using support::ByteReader;
using support::ByteWriter;

constexpr std::size_t kMostBytes = 4 << 20;
constexpr std::uint64_t kMostExecutions = 3000;     // larger programs are not taken

// Classes named by the program's names of locations: their numbers differ from one explorer to another.
std::string class_by_name(const Graph &g) {
  std::string text;
  const auto name = [](EventId e) {
    return e == kInit ? std::string("i") : std::to_string(e.thread()) + "." + std::to_string(e.index());
  };
  std::map<std::uint64_t, LocationIndex> locations;
  for (ThreadId t = 0; t < g.thread_count(); t++) {
    for (std::uint32_t i = 0; i < g.size(t); i++) {
      const Event &e = g.at(EventId::of(t, i));
      text += static_cast<char>('A' + static_cast<int>(e.op.kind)) + std::to_string(e.op.location);
      if (touches_location(e.op.kind)) locations[e.op.location] = e.location;
      if (e.is_read) text += "<" + name(e.rf);
      if (e.choice != 0) text += "!" + std::to_string(e.choice);
      text += ' ';
    }
    text += '|';
  }
  for (const auto &[location, l] : locations) {
    text += std::to_string(location) + ":";
    for (EventId w = g.first_store(l); w != kNone; w = g.at(w).co_next) text += name(w) + ">";
  }
  return text;
}

struct Found {
  std::multiset<std::string> classes;     // with how they ended; blocked ones too
  Counts counts;
  double done = 0;
  int parts = 0, empty_parts = 0;
  void add(const Counts &c) {
    counts.complete += c.complete;
    counts.deadlocks += c.deadlocks;
    counts.blocked += c.blocked;
    counts.revisits += c.revisits;
  }
};

void execute_one(const Program &program, Explorer &explorer, Found &found) {
  std::vector<Operation> pending;
  const Ending ending = execute(program, explorer, pending);
  ASSERT_NE(ending, Ending::nondeterminism);
  found.classes.insert(std::to_string(static_cast<int>(ending)) + class_by_name(explorer.graph()));
}

// false: too large.
bool explore_whole(const Program &program, Model model, Found &found) {
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(model, memory);
  while (explorer.begin()) {
    execute_one(program, explorer, found);
    if (found.classes.size() > kMostExecutions) return false;
  }
  found.add(explorer.counts());
  found.done = explorer.done();
  return true;
}

// A pile of parts; one after the other is explored for a while, divided, put back.
void explore_in_parts(const Program &program, Model model, std::mt19937_64 &random, std::uint32_t one_in, Found &found) {
  const auto happens = [&](std::uint32_t n) { return random() % n == 0; };
  Bytes room(kMostBytes);
  const auto written = [&](const auto &write) {
    ByteWriter out(room);
    if (!write(out)) return Bytes();
    Bytes bytes(out.size());
    std::copy_n(room.data(), out.size(), bytes.data());
    return bytes;
  };
  std::vector<Bytes> pile(1);             // the first: the whole, which nobody has written
  while (!pile.empty()) {
    std::swap(pile[random() % pile.size()], pile.back());
    const Bytes bytes = std::move(pile.back());
    pile.pop_back();
    found.parts++;
    std::pmr::unsynchronized_pool_resource memory;
    Explorer explorer(model, memory);
    if (!bytes.empty()) {
      ByteReader in(bytes);
      ASSERT_TRUE(explorer.read(in));
      ASSERT_TRUE(in.rest().empty());
    }
    bool was_put_back = false, is_empty = true;
    while (!was_put_back && explorer.begin()) {
      is_empty = false;
      while (happens(one_in)) {
        Bytes given = written([&](ByteWriter &out) { return explorer.split(out); });
        if (given.empty()) break;
        pile.push_back(std::move(given));
      }
      if (happens(2 * one_in)) {
        pile.push_back(written([&](ByteWriter &out) { return explorer.write(out); }));
        was_put_back = true;
      } else {
        execute_one(program, explorer, found);
      }
    }
    if (was_put_back) continue;
    found.add(explorer.counts());
    found.done += explorer.done();
    found.empty_parts += is_empty;
  }
}

std::string difference(const Found &whole, const Found &parts) {
  if (whole.classes != parts.classes)
    return "executions: " + std::to_string(whole.classes.size()) + ", in parts " + std::to_string(parts.classes.size());
  if (whole.counts.complete != parts.counts.complete || whole.counts.deadlocks != parts.counts.deadlocks ||
      whole.counts.blocked != parts.counts.blocked || whole.counts.revisits != parts.counts.revisits)
    return "counts differ";
  if (std::abs(parts.done - 1) > 1e-6) return "done in all parts: " + std::to_string(parts.done);
  return "";
}

template <typename Make>
void compare(Model model, int programs, Make make) {
  int taken = 0, wrong = 0, parts = 0;
  for (std::uint64_t seed = 1; taken < programs && wrong < 3; seed++) {
    Generator generator(seed);
    const RandomProgram random_program = make(generator);
    Machine machine(random_program);
    const Program program = program_of(machine);
    Found whole;
    if (!explore_whole(program, model, whole)) continue;
    taken++;
    for (const std::uint32_t one_in : {2u, 7u, 40u}) {
      std::mt19937_64 random(seed);
      Found found;
      explore_in_parts(program, model, random, one_in, found);
      parts += found.parts;
      const std::string what = difference(whole, found);
      if (what.empty()) continue;
      wrong++;
      ADD_FAILURE() << "seed " << seed << ", one in " << one_in << ": " << what << "\n  " << to_text(random_program);
    }
  }
  std::printf("%d programs, %d parts\n", taken, parts);
}

TEST(GraphPart, AtomicsUnderSc_InParts) { compare(Model::sc, 700, [](Generator &g) { return g.atomics(3 + g.below(8)); }); }
TEST(GraphPart, AtomicsUnderRc11_InParts) { compare(Model::rc11, 700, [](Generator &g) { return g.atomics(3 + g.below(8)); }); }
TEST(GraphPart, LocksUnderSc_InParts) { compare(Model::sc, 500, [](Generator &g) { return g.locks(3 + g.below(6)); }); }
TEST(GraphPart, LocksUnderRc11_InParts) { compare(Model::rc11, 500, [](Generator &g) { return g.locks(3 + g.below(6)); }); }
TEST(GraphPart, ObjectsUnderSc_InParts) { compare(Model::sc, 400, [](Generator &g) { return g.objects(3 + g.below(5)); }); }
TEST(GraphPart, ObjectsUnderRc11_InParts) { compare(Model::rc11, 400, [](Generator &g) { return g.objects(3 + g.below(5)); }); }
TEST(GraphPart, AwaitsUnderSc_InParts) { compare(Model::sc, 400, [](Generator &g) { return g.awaits(2 + g.below(6)); }); }
TEST(GraphPart, AwaitsUnderRc11_InParts) { compare(Model::rc11, 400, [](Generator &g) { return g.awaits(2 + g.below(6)); }); }
TEST(GraphPart, MixedUnderSc_InParts) { compare(Model::sc, 400, [](Generator &g) { return g.mixed(2 + g.below(5)); }); }
TEST(GraphPart, MixedUnderRc11_InParts) { compare(Model::rc11, 400, [](Generator &g) { return g.mixed(2 + g.below(5)); }); }

Program writers(int n) {
  Program p;
  for (int i = 1; i <= n; i++)
    p.thread([i](Self self) -> Body { co_await self.store(1, static_cast<std::uint64_t>(i)); });
  return p;
}

// What is given away first of a search of equal branches is about half of it, by the estimate and in truth.
TEST(GraphPart, FirstSplitGivesAboutHalf) {
  const Program program = writers(6);
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(Model::rc11, memory), other(Model::rc11, memory);
  std::vector<Operation> pending;
  ASSERT_TRUE(explorer.begin());
  execute(program, explorer, pending);
  ASSERT_TRUE(explorer.begin());
  Bytes room(kMostBytes);
  ByteWriter out(room);
  ASSERT_TRUE(explorer.split(out));
  ByteReader in({room.data(), out.size()});
  ASSERT_TRUE(other.read(in));
  do execute(program, explorer, pending);
  while (explorer.begin());
  while (other.begin()) execute(program, other, pending);
  EXPECT_EQ(explorer.counts().complete + other.counts().complete, 720u);
  EXPECT_GE(explorer.counts().complete, 240u);
  EXPECT_GE(other.counts().complete, 240u);
}

// Bytes that are cut short are never read beyond their end, and are no part.
TEST(GraphPart, TruncatedBytesAreRefused) {
  const Program program = writers(4);
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(Model::sc, memory);
  std::vector<Operation> pending;
  for (int i = 0; i < 5; i++) {
    ASSERT_TRUE(explorer.begin());
    execute(program, explorer, pending);
  }
  ASSERT_TRUE(explorer.begin());
  Bytes room(kMostBytes);
  ByteWriter out(room);
  ASSERT_TRUE(explorer.write(out));
  for (std::size_t size = 0; size < out.size(); size += 1 + size / 20) {
    const Bytes cut(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
    std::pmr::unsynchronized_pool_resource other_memory;
    Explorer other(Model::sc, other_memory);
    ByteReader in(cut);
    EXPECT_FALSE(other.read(in)) << size;
  }
}

// No room: nothing is given, and nothing is lost.
TEST(GraphPart, SplitWithoutRoomChangesNothing) {
  const Program program = writers(5);
  std::pmr::unsynchronized_pool_resource memory;
  Explorer explorer(Model::sc, memory);
  std::vector<Operation> pending;
  Bytes room(100);
  while (explorer.begin()) {
    ByteWriter out(room);
    EXPECT_FALSE(explorer.split(out));
    execute(program, explorer, pending);
  }
  EXPECT_EQ(explorer.counts().complete, 120u);
}

}  // namespace
}  // namespace interleave::explore::graph
