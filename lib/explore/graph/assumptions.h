// Assumptions: what the search takes for granted of a program, because it saves executions, until an execution shows otherwise.
// SPDX-License-Identifier: Apache-2.0
//
// While all of them hold, the executions explored stand for all there are. When one breaks, the search begins anew without it.
// They are a part's own (explore/exhaustive.cc).
//
// * Atomic waits are notified. Then std::atomic::wait is one load that does not find the old value (Kind::await), and who sleeps and is
//   woken before need not be known. That no thread can sleep for ever is checked in every execution (are_waits_notified()), and
//   one where a wait never finds another value breaks it. Where several threads wait at an address that is notified by notify_one,
//   whom it wakes matters; where raw futex calls meet the waits, so does what they return.
// * Barriers are full: no more threads use one than it needs, and nobody looks at who was the last to arrive. Then the arrivals of a round
//   commute.
// * std::lock tries in vain unseen (runtime/together.h). This one is not given up: where locks that it takes are tried elsewhere, too, the verdict
//   names it. Addresses are told apart by six bits; some program may be named without need.
//
// Cost: a look at a table for each wait, notify and arrival that runs.
#pragma once

#include <cstdint>

#include "model/ids.h"

namespace interleave::explore::graph {

class Assumptions {
 public:
  Assumptions() = default;
  Assumptions(bool waits_are_notified, bool barriers_are_full)
      : waits_are_notified_(waits_are_notified), barriers_are_full_(barriers_are_full) {}

  bool waits_are_notified() const { return waits_are_notified_; }
  bool barriers_are_full() const { return barriers_are_full_; }
  // Something was seen that contradicts them: the search is to begin anew.
  bool is_broken() const { return are_waits_broken_ || are_barriers_broken_; }
  bool are_waits_broken() const { return are_waits_broken_; }
  bool are_barriers_broken() const { return are_barriers_broken_; }

  // ---- what the program does; addresses are those of the atomics ------------------------------------------------------------------

  // A thread whose budget of timeouts is used up waits on when nobody can go on, so that this execution is not gone through to its end.
  bool has_cut_timeouts() const { return has_cut_timeouts_; }
  void cut_timeouts() { has_cut_timeouts_ = true; }

  // Sets of addresses.
  std::uint64_t taken_together() const { return taken_together_; }
  std::uint64_t tried() const { return tried_; }
  void add_taken_together(std::uint64_t lock) { taken_together_ |= bit_of(lock); }
  void add_tried(std::uint64_t lock) { tried_ |= bit_of(lock); }

  // Something was noted that is compared with what other executions do: one process has to see all of them.
  bool has_waits() const { return count_ != 0; }
  void add_wait(std::uint64_t address, model::ThreadId t) {
    Address &a = at(address);
    a.has_several |= a.waiter != model::kNoThread && a.waiter != t;
    a.waiter = t;
    check(a);
  }
  void add_notify(std::uint64_t address, bool all) {
    Address &a = at(address);
    a.has_notify = true;
    a.has_notify_one |= !all;
    check(a);
  }
  // A futex call of the program's own.
  void add_raw(std::uint64_t address) {
    Address &a = at(address);
    a.is_raw = true;
    check(a);
  }
  bool is_raw(std::uint64_t address) { return at(address).is_raw; }
  void break_waits() {
    if (waits_are_notified_) are_waits_broken_ = true;
  }
  void break_barriers() {
    if (barriers_are_full_) are_barriers_broken_ = true;
  }

 private:
  struct Address {
    std::uint64_t address = 0;
    model::ThreadId waiter = model::kNoThread;
    bool has_several = false, has_notify = false, has_notify_one = false, is_raw = false;
  };
  static constexpr std::uint32_t kMost = 64;

  static std::uint64_t bit_of(std::uint64_t address) { return std::uint64_t{1} << (address * 0x9e3779b97f4a7c15u >> 58); }

  // More addresses than the table has share the last entry.
  Address &at(std::uint64_t address) {
    for (std::uint32_t i = 0; i < count_; i++)
      if (addresses_[i].address == address) return addresses_[i];
    if (count_ < kMost) count_++;
    addresses_[count_ - 1].address = address;
    return addresses_[count_ - 1];
  }
  void check(const Address &a) {
    const bool is_waited = a.waiter != model::kNoThread;
    if ((a.has_several && a.has_notify_one) || (a.is_raw && (is_waited || a.has_notify))) break_waits();
  }

  bool waits_are_notified_ = true, barriers_are_full_ = true;
  bool has_cut_timeouts_ = false;
  std::uint64_t taken_together_ = 0, tried_ = 0;
  bool are_waits_broken_ = false, are_barriers_broken_ = false;
  Address addresses_[kMost];
  std::uint32_t count_ = 0;
};

}  // namespace interleave::explore::graph
