// The table of objects against a naive twin.
// SPDX-License-Identifier: Apache-2.0
#include "objects/object.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

namespace interleave::objects {
namespace {

using model::ObjectKind;

class WithTable : public testing::Test {
 protected:
  WithTable() {
    memory_.reserve(std::size_t{1} << 30);
    table_.begin(memory_);
  }

  support::Arena memory_;
  Table table_;
};

TEST_F(WithTable, Find_ReturnsNull_WhenNothingIsThere) {
  EXPECT_EQ(table_.find(0x1000, ObjectKind::mutex), nullptr);
  EXPECT_EQ(table_.count(), 0u);
  EXPECT_EQ(table_.at(0), nullptr);
}

TEST_F(WithTable, Find_ReturnsNull_WhenTheKindIsAnother) {
  Object *o = table_.make(0x1000, ObjectKind::mutex, 3);
  EXPECT_EQ(table_.find(0x1000, ObjectKind::mutex), o);
  EXPECT_EQ(table_.find(0x1000, ObjectKind::atomic), nullptr);
  EXPECT_EQ(o->creator, 3u);
}

TEST_F(WithTable, Make_EndsTheOldObject_WhenTheAddressIsUsedAgain) {
  Object *before = table_.make(0x1000, ObjectKind::mutex, 0);
  Object *after = table_.make(0x1000, ObjectKind::condition, 0);
  EXPECT_FALSE(before->alive);
  EXPECT_EQ(table_.at(before->id), before);
  EXPECT_EQ(table_.find_any(0x1000), after);
  EXPECT_EQ(after->id, before->id + 1);
}

TEST_F(WithTable, Begin_ForgetsEverything_WhenTheArenaWasReset) {
  for (std::uint64_t i = 0; i < 2000; i++) table_.make(i * 8, ObjectKind::atomic, 0);
  memory_.reset();
  table_.begin(memory_);
  EXPECT_EQ(table_.count(), 0u);
  for (std::uint64_t i = 0; i < 2000; i++) EXPECT_EQ(table_.find_any(i * 8), nullptr);
}

std::vector<std::uint64_t> erased;

TEST_F(WithTable, EraseRange_TellsOfEachObject_WhenItLiesInside) {
  for (std::uint64_t address : {0xff8, 0x1000, 0x1004, 0x10f8, 0x1100})
    table_.make(address, ObjectKind::atomic, 0);
  erased.clear();
  table_.erase_range(0x1000, 0x100, [](Object *o) { erased.push_back(o->address); });
  EXPECT_EQ(erased, (std::vector<std::uint64_t>{0x1000, 0x1004, 0x10f8}));
  EXPECT_NE(table_.find_any(0xff8), nullptr);
  EXPECT_NE(table_.find_any(0x1100), nullptr);
}

TEST_F(WithTable, Table_AgreesWithANaiveTwin_WhenOperationsAreRandom) {
  std::mt19937 random(7);
  std::map<std::uint64_t, Object *> twin;
  for (int step = 0; step < 200000; step++) {
    const std::uint64_t address = random() % 4096 * 4;
    switch (random() % 8) {
      case 0:
      case 1:
      case 2: {
        auto kind = random() % 2 ? ObjectKind::atomic : ObjectKind::mutex;
        twin[address] = table_.make(address, kind, 0);
        break;
      }
      case 3:
        if (twin.count(address)) {
          table_.erase(twin[address]);
          twin.erase(address);
        }
        break;
      case 4: {
        const std::uint64_t size = random() % 50 == 0 ? 16384 : random() % 200;
        table_.erase_range(address, size, nullptr);
        twin.erase(twin.lower_bound(address), twin.lower_bound(address + size));
        break;
      }
      default: {
        auto found = twin.find(address);
        ASSERT_EQ(table_.find_any(address), found == twin.end() ? nullptr : found->second);
      }
    }
  }
  for (model::ObjectId i = 0; i < table_.count(); i++) {
    auto found = twin.find(table_.at(i)->address);
    ASSERT_EQ(table_.at(i)->alive, found != twin.end() && found->second == table_.at(i));
  }
}

}  // namespace
}  // namespace interleave::objects
