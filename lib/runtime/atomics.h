// Atomics: what atomic accesses and fences do to clocks, detectors and the schedule.
// SPDX-License-Identifier: Apache-2.0
//
// Memory model c++: a load may read any coherent store and a store may go before newer ones; which
// ones is said in objects/modification_order.h, and which of them is a choice (ChoiceKind::store,
// ChoiceKind::position). The program's memory holds the newest store of the modification order, so
// that code which is not instrumented sees something sensible. What was read decides what happens
// before what ([intro.races], [atomics.order]); each store carries a release clock:
//     acquire load     joins the clock of the store it reads; a relaxed one keeps it for a later
//                      acquire fence
//     release store    carries the thread's clock; a relaxed one that of the last release fence,
//                      else none (in C++20 a store by the same thread no longer continues a release
//                      sequence)
//     read-modify-write  both, and continues the release sequence: joins the clock of the store it
//                      reads. It reads a store that no other one has read, and stands after it.
//     failed compare-exchange  a load with the failure order
// Memory model sc: every load reads the newest store, and there is nothing to choose.
//
// An access happens after what it acquires and before what it releases, so races are looked for
// between the two.
//
// A location is an object (kind atomic) in the execution's table, made at the first access; that
// look-up costs 10 ns of about 60 for a whole operation. Limits: accesses of different sizes that
// overlap are different locations when they begin at different addresses; at one address, an access
// of another size than those before makes the memory's value the only store, and so does a value
// that no atomic access wrote. Accesses of more than 16 bytes and the comparison that begins a wait
// (futex.h) read the newest store.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "runtime/execution.h"
#include "runtime/native_atomic.h"
#include "runtime/sync.h"

namespace interleave::runtime::atomics {

using objects::Value;

// The standard's numbers, which GCC may adorn with bits for lock elision.
inline Order order_of(int order) { return static_cast<Order>(order & 7); }

template <class T>
std::uint64_t low_bits(T value) {
  return static_cast<std::uint64_t>(value);
}

// A visible operation between reach() and note().
struct Step {
  Operation op;
  Thread *thread;
  objects::Object *location;
  std::uint32_t bytes;  // accessed; op.size where that is enough
  std::uint32_t source = 0;   // index of the store that it reads
  std::uint32_t written = UINT32_MAX;   // ... that it made
  bool is_stale = false;      // there are newer ones
};

objects::Object *location(std::uint64_t address, std::uint64_t pc);
// begin() announces op on its location and waits to be chosen.
Step begin(const Operation &op);

// Each of these says which store the operation reads, and returns its value; `newest` is what the
// memory holds. Then one of reads(), writes(), updates() follows.
Value choose_load(Step &, Order, Value newest);
// is_waiter_count() tells that libstdc++ counts there who waits for some atomic, to spare notifies that nobody waits for. Its latches,
// barriers and semaphores change their own value by a release, and then look there: by the standard a stale 0 may be read, and the
// waiter sleeps for ever. On processors the change is a full barrier. So such a load reads the newest store.
bool is_waiter_count(std::uint64_t address);
Value choose_update(Step &, Order, Value newest);
// A compare-exchange that finds `expected` is a read-modify-write, else a load.
Value choose_exchange(Step &, Order success, Order failure, Value newest, Value expected);
// For what knows no values: the newest store.
void choose_newest(Step &);
// By graph, for what must find the value expected, or another one (Operation::finds); can_find() tells whether a thread's pending operation can.
Value choose_found(Step &, Value newest);
bool can_find(const Thread &t);

void reads(Step &, Order);  // what a load does to clocks and detectors; may report a race and not return
// ... a store, a read-modify-write of the store that was chosen. False: newer stores are there, so
// that the memory stays as it is.
bool writes(Step &, Order, Value newest, Value value);
bool updates(Step &, Order, Value value);
// ... of unknown value: the location's only store from now on
void writes_unknown(Step &, Order);
void updates_unknown(Step &, Order);
// end() notes the event: `value` was read, and the memory is changed or not.
void end(Step &, std::uint64_t value, bool changed, unsigned flags = 0);

// The runtime itself has written the location, releasing.
void release_newest(objects::Object *location);

inline Operation operation(Op op, const volatile void *at, std::size_t size, Order order,
                           std::uint64_t pc) {
  Operation o;
  o.op = op;
  o.order = order;
  o.size = static_cast<std::uint8_t>(size);
  o.address = reinterpret_cast<std::uint64_t>(at);
  o.pc = pc;
  return o;
}

template <class T>
T load(const T *at, Order order, std::uint64_t pc) {
  if (!controlled) return native::load(at, order);
  if constexpr (sizeof(T) == 1)  // the guard of a function-local static that is initialised: no
                                 // choice, only its order
    if (!execution.by_graph && *at != 0 && sync::once_is_done(reinterpret_cast<const unsigned char *>(at) + 1))
      return *at;
  Step step = begin(operation(Op::atomic_load, at, sizeof(T), order, pc));
  T value = static_cast<T>(choose_load(step, order, static_cast<Value>(native::load(at, order))));
  reads(step, order);
  end(step, low_bits(value), false);
  return value;
}

template <class T>
void store(T *at, T value, Order order, std::uint64_t pc) {
  if (!controlled) return native::store(at, value, order);
  Operation op = operation(Op::atomic_store, at, sizeof(T), order, pc);
  op.operand = low_bits(value);
  Step step = begin(op);
  T newest = native::load(at, Order::relaxed);
  bool is_newest = writes(step, order, static_cast<Value>(newest), static_cast<Value>(value));
  if (is_newest) native::store(at, value, order);
  end(step, low_bits(value), newest != value || !is_newest);
}

template <class F, class T>
T fetch(T *at, T operand, Order order, std::uint64_t pc) {
  if (!controlled) return native::fetch<F>(at, operand);
  Operation op = operation(Op::atomic_rmw, at, sizeof(T), order, pc);
  op.update = F::kUpdate;
  op.operand = low_bits(operand);
  Step step = begin(op);
  T old = static_cast<T>(
      choose_update(step, order, static_cast<Value>(native::load(at, Order::relaxed))));
  T changed = F::of(old, operand);
  step.op.operand = low_bits(changed);      // reports show what is there afterwards
  bool is_newest = updates(step, order, static_cast<Value>(changed));
  if (is_newest) native::fetch<F>(at, operand);
  end(step, low_bits(old), changed != old || !is_newest);
  return old;
}

inline bool fails_by_choice(bool is_weak, std::uint64_t pc) { return is_weak && ask_yes(model::ChoiceKind::weak_fail, pc); }

// A weak one may fail though it need not: the strategy says. By graph it says so before, and then the
// value expected must be found.
template <class T>
bool compare_exchange(T *at, T *expected, T desired, Order success, Order failure, bool weak,
                      std::uint64_t pc) {
  if (!controlled) return native::compare_exchange(at, expected, desired);
  Operation op = operation(Op::atomic_cas, at, sizeof(T), success, pc);
  op.operand = low_bits(desired);
  op.expected = low_bits(*expected);
  op.failure_order = failure;
  const bool must_fail = execution.by_graph && fails_by_choice(weak, pc);
  if (must_fail) op.finds = model::Finds::expected;
  Step step = begin(op);
  const auto newest = static_cast<Value>(native::load(at, Order::relaxed));
  T found = static_cast<T>(must_fail ? choose_found(step, newest)
                                     : choose_exchange(step, success, failure, newest, static_cast<Value>(*expected)));
  const bool fails = must_fail || found != *expected || (!execution.by_graph && fails_by_choice(weak, pc));
  if (!fails) {
    bool is_newest = updates(step, success, static_cast<Value>(desired));
    T seen = found;
    if (is_newest) native::compare_exchange(at, &seen, desired);
    end(step, low_bits(found), found != desired || !is_newest);
    return true;
  }
  reads(step, failure);
  *expected = found;
  end(step, low_bits(found), false, campaign::kFailed);
  return false;
}

void fence(Order order, std::uint64_t pc);

// Without control: are the `size` bytes at `at` those of `value`, as one atomic load?
// (atomics_any.cc)
bool plain_equal(const void *at, const void *value, std::size_t size);

}  // namespace interleave::runtime::atomics
