// LocationTable: the program's names of locations -> small numbers, the same ones in every execution.
// SPDX-License-Identifier: Apache-2.0
//
// Open addressing; a name is never removed, so that its size is the number of different names that a campaign has
// met. About 3 ns a look-up.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

namespace interleave::explore::graph {

class LocationTable {
 public:
  explicit LocationTable(std::pmr::memory_resource &memory) : slots_(64, Slot{}, &memory) {}

  std::uint32_t index_of(std::uint64_t name) {
    Slot &slot = slots_[slot_of(name)];
    if (slot.name == name) return slot.index;
    slot = {name, count_++};
    const std::uint32_t index = slot.index;
    if (std::size_t{count_} * 2 > slots_.size()) grow();
    return index;
  }
  // find() is a name's number, or null where there is none.
  const std::uint32_t *find(std::uint64_t name) const {
    const Slot &slot = slots_[slot_of(name)];
    return slot.name == name ? &slot.index : nullptr;
  }
  std::uint32_t count() const { return count_; }
  // names_into() sets the name of each number.
  void names_into(std::pmr::vector<std::uint64_t> &names) const {
    names.resize(count_);
    for (const Slot &slot : slots_) {
      if (slot.name != 0) names[slot.index] = slot.name;
    }
  }
  void clear() {
    slots_.assign(slots_.size(), Slot{});
    count_ = 0;
  }

 private:
  struct Slot {
    std::uint64_t name = 0;        // 0: empty
    std::uint32_t index = 0;
  };

  // The name's slot, or an empty one.
  std::size_t slot_of(std::uint64_t name) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = (name * 0x9e3779b97f4a7c15u >> 32) & mask;
    while (slots_[i].name != 0 && slots_[i].name != name) i = (i + 1) & mask;
    return i;
  }
  void grow() {
    std::pmr::vector<Slot> old = std::move(slots_);
    slots_ = std::pmr::vector<Slot>(old.size() * 2, Slot{}, old.get_allocator());
    for (const Slot &slot : old) {
      if (slot.name != 0) slots_[slot_of(slot.name)] = slot;
    }
  }

  std::pmr::vector<Slot> slots_;   // a power of two of them
  std::uint32_t count_ = 0;
};

}  // namespace interleave::explore::graph
