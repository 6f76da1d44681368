// Notes: what a driver keeps with a graph about the program between its operations, so that an execution can go on from there.
// SPDX-License-Identifier: Apache-2.0
//
// The engine neither writes nor reads them. It only sees to it that they go where their events go: an event's *tail* (Event::tail, what
// the driver knows of the thread when it has come to its next operation) with the event, the plain memory that the thread touched
// on its way there with it, too.
//
// Entries are in an order that fits happens-before, and chained by cell. Those of events that can still be taken back one by one (newest first)
// are the last ones and have a stamp, 1 + that of their event; those of the others have the stamp 0.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "model/ids.h"

namespace interleave::explore::graph {

class Notes {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // What a thread touched just before (part of the operation: in) its event `next`.
  struct Entry {
    std::uint64_t value = 0;
    std::uint32_t cell = 0;
    std::uint32_t next = 0;
    std::uint32_t stamp = 0;
    std::uint32_t previous = kNone;      // of the same cell
    std::uint16_t thread = 0;
    std::uint8_t access = 0;             // the driver's
    std::uint8_t mask = 0;
    bool is_of_operation = false;
  };

  explicit Notes(std::pmr::memory_resource &memory) : entries_(&memory), last_(&memory), births_(&memory) {}

  // The driver's word for what it knew when it wrote them: if it knows better, clear() and begin anew.
  std::uint32_t generation = 0;

  void clear() {
    entries_.clear();
    last_.clear();
    births_.clear();
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }
  const Entry &operator[](std::uint32_t i) const { return entries_[i]; }
  // The newest entry of a cell; kNone.
  std::uint32_t last(std::uint32_t cell) const { return cell < last_.size() ? last_[cell] : kNone; }

  void push(Entry entry) {
    if (entry.cell >= last_.size()) last_.resize(entry.cell + 1, kNone);
    entry.previous = last_[entry.cell];
    last_[entry.cell] = size();
    entries_.push_back(entry);
  }
  void truncate(std::uint32_t count) {
    for (; size() > count; entries_.pop_back()) last_[entries_.back().cell] = entries_.back().previous;
  }
  // Takes back those of events with that stamp and later ones.
  void take_back(std::uint32_t stamp) {
    while (!entries_.empty() && entries_.back().stamp > stamp) truncate(size() - 1);
  }

  // A thread's tail before its first operation; 0: not known.
  std::uint64_t birth(model::ThreadId t) const { return t < births_.size() ? births_[t] : 0; }
  void set_birth(model::ThreadId t, std::uint64_t tail) {
    if (t >= births_.size()) births_.resize(t + 1, 0);
    births_[t] = tail;
  }

  // Makes these the entries of `from` that stay(entry); none of them is to be taken back.
  template <typename Stay>
  void assign(const Notes &from, Stay stay) {
    clear();
    generation = from.generation;
    births_.assign(from.births_.begin(), from.births_.end());
    for (Entry entry : from.entries_) {
      if (!stay(entry)) continue;
      entry.stamp = 0;
      push(entry);
    }
  }

 private:
  std::pmr::vector<Entry> entries_;
  std::pmr::vector<std::uint32_t> last_;         // by cell
  std::pmr::vector<std::uint64_t> births_;       // by thread
};

}  // namespace interleave::explore::graph
