// The deterministic heap, apart from malloc's interposition.
// SPDX-License-Identifier: Apache-2.0
//
// The runtime is one object file that takes malloc's place in what links it, so the heap's source
// is part of this test.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <vector>

#include "runtime/memory/heap.cc"

namespace interleave::runtime {
namespace {

class WithHeap : public testing::Test {
 protected:
  WithHeap() { EXPECT_TRUE(heap_.reserve()); }

  Heap::Entry *take(model::ThreadId t, std::uint64_t size, bool zeroed = false,
                    std::uint64_t align = 16) {
    bool is_reused;
    return heap_.allocate(t, size, align, zeroed, &is_reused);
  }

  Heap heap_;
};

// What a thread does by itself, in steps that can be mixed with another thread's.
class Script {
 public:
  Script(Heap &heap, model::ThreadId t, unsigned seed) : heap_(heap), thread_(t), random_(seed) {}

  void step() {
    if (!live_.empty() && random_() % 3 == 0) {
      const std::size_t i = random_() % live_.size();
      heap_.free(thread_, live_[i]);
      live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
    bool is_reused;
    live_.push_back(heap_.allocate(thread_, random_() % 100000, 16, false, &is_reused));
    addresses.push_back(live_.back()->begin);
    reused += is_reused;
  }

  std::vector<std::uint64_t> addresses;
  int reused = 0;

 private:
  Heap &heap_;
  model::ThreadId thread_;
  std::mt19937 random_;
  std::vector<Heap::Entry *> live_;
};

TEST(Heap, Allocate_GivesTheSameAddresses_WhenOtherThreadsRunInBetween) {
  std::vector<std::uint64_t> offsets[2];
  for (int mixed = 0; mixed < 2; mixed++) {
    Heap heap;
    ASSERT_TRUE(heap.reserve());
    Script one(heap, 1, 5), other(heap, 2, 9);
    std::mt19937 random(3);
    for (int i = 0; i < 3000; i++) {
      for (unsigned n = mixed ? random() % 4 : 0; n > 0; n--) other.step();
      one.step();
    }
    EXPECT_GT(one.reused, 100);
    for (std::uint64_t address : one.addresses)
      offsets[mixed].push_back(address - one.addresses[0]);
  }
  EXPECT_EQ(offsets[0], offsets[1]);
}

TEST_F(WithHeap, Allocate_AlignsAndKeepsApart_WhateverTheSize) {
  std::uint64_t end = 0;
  for (std::uint64_t size :
       {0, 1, 15, 16, 17, 1024, 1025, 4096, 5000, 1 << 20, (1 << 20) + 1, 100 << 20}) {
    Heap::Entry *e = take(1, size);
    EXPECT_EQ(e->begin % 16, 0u);
    EXPECT_GE(e->begin, end);
    EXPECT_GE(e->capacity, size);
    EXPECT_LE(e->capacity, size + size / 4 + 16);
    end = e->begin + e->capacity;
  }
  for (std::uint64_t align = 16; align <= 1 << 16; align *= 2)
    EXPECT_EQ(take(1, 10, false, align)->begin % align, 0u);
}

TEST_F(WithHeap, Allocate_ReturnsNull_WhenTheSizeIsAbsurd) {
  EXPECT_EQ(take(1, UINT64_MAX), nullptr);
  EXPECT_EQ(take(1, std::uint64_t{1} << 47), nullptr);
  EXPECT_NE(take(1, 8), nullptr);
}

TEST_F(WithHeap, Free_KeepsTheAddressUnused_WhileLittleWasTaken) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; i++) {
    Heap::Entry *e = take(1, 64);
    EXPECT_TRUE(seen.insert(e->begin).second);
    heap_.free(1, e);
  }
}

TEST_F(WithHeap, Allocate_ReusesTheLongestFreeBlock_WhenMuchWasTaken) {
  Heap::Entry *first = take(1, 64), *second = take(1, 64), *foreign = take(1, 64);
  heap_.free(2, foreign);
  heap_.free(1, first);
  heap_.free(1, second);
  take(1, Heap::kReuseAfter);
  EXPECT_EQ(take(1, 60), first);
  EXPECT_EQ(take(1, 64), second);
  EXPECT_NE(take(1, 64), foreign);
}

TEST_F(WithHeap, Allocate_Zeroes_WhenTheBlockHadAnotherLife) {
  Heap::Entry *e = take(1, 64);
  std::memset(reinterpret_cast<void *>(e->begin), 0xff, 64);
  heap_.free(1, e);
  take(1, Heap::kReuseAfter);
  ASSERT_EQ(take(1, 64, true), e);
  const char zeros[64] = {};
  EXPECT_EQ(std::memcmp(reinterpret_cast<void *>(e->begin), zeros, 64), 0);
}

TEST_F(WithHeap, BeginExecution_WipesWhatAnEarlierExecutionWrote) {
  for (const std::uint64_t size : {std::uint64_t{64}, std::uint64_t{1} << 20}) {
    heap_.begin_execution();
    Heap::Entry *e = take(1, size);
    const std::uint64_t address = e->begin;
    std::memset(reinterpret_cast<void *>(address), 0xff, size);
    heap_.free(1, e);
    heap_.begin_execution();
    e = take(1, size);
    ASSERT_EQ(e->begin, address);
    const char *bytes = reinterpret_cast<const char *>(address);
    EXPECT_EQ(std::count(bytes, bytes + size, 0), static_cast<std::ptrdiff_t>(size));
    heap_.free(1, e);
  }
}

TEST_F(WithHeap, BeginExecution_RepeatsTheAddresses_WhenNothingOfTheLastOneIsLive) {
  Heap::Entry *old = take(0, 100);         // of the program, before the first body
  heap_.begin_execution();
  Heap::Entry *first = take(0, 100);
  const std::uint64_t address = first->begin;
  heap_.free(0, first);
  heap_.begin_execution();
  EXPECT_EQ(take(0, 100)->begin, address);
  heap_.begin_execution();                 // that one leaked
  EXPECT_GT(take(0, 100)->begin, address);
  EXPECT_TRUE(old->is_live);
}

TEST_F(WithHeap, Free_OfAnOlderBlock_LeavesTheNextExecutionAsItWas) {
  Heap::Entry *old = take(0, 100);
  heap_.begin_execution();
  heap_.free(0, old);
  take(0, Heap::kReuseAfter);
  EXPECT_NE(take(0, 100), old);
}

TEST_F(WithHeap, Around_FindsTheBlock_FromEveryAddressInIt) {
  std::vector<Heap::Entry *> blocks;
  std::mt19937 random(1);
  for (int i = 0; i < 500; i++) blocks.push_back(take(1, 1 + random() % 3000));
  for (Heap::Entry *e : blocks) {
    EXPECT_EQ(heap_.around(e->begin), e);
    EXPECT_EQ(heap_.around(e->begin + e->size - 1), e);
    EXPECT_EQ(heap_.around(e->begin - 1), nullptr);       // the header
    EXPECT_EQ(heap_.find(e->begin), e);
    EXPECT_EQ(heap_.find(e->begin + 1), nullptr);
  }
  EXPECT_EQ(heap_.around(blocks[0]->begin - 100), nullptr);
}

TEST_F(WithHeap, Find_StillKnowsTheBlock_WhenTheProgramWroteOverItsHeader) {
  Heap::Entry *e = take(1, 64);
  std::memset(reinterpret_cast<void *>(e->begin - 16), 0xab, 16);
  EXPECT_EQ(heap_.find(e->begin), e);
}

}  // namespace
}  // namespace interleave::runtime
