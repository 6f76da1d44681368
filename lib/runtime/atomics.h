// Atomics: what atomic accesses and fences do to clocks, detectors and the schedule.
// SPDX-License-Identifier: Apache-2.0
//
// Memory model sc: a load reads the last store, so values are those of the real memory and only the
// *orders* are modelled here, as happens-before ([intro.races], [atomics.order]):
//     acquire load     joins the clock of the location; a relaxed one keeps it for a later acquire
//     fence release store    replaces the location's clock; a relaxed one leaves that of the last
//     release fence, else none (in C++20 a
//                      store by the same thread no longer continues a release sequence)
//     read-modify-write  both, and continues the release sequence: joins instead of replacing
//     failed compare-exchange  a load with the failure order
// seq_cst is acq_rel here: the schedule is the total order already. An access happens after what it
// acquires and before what it releases, so races are looked for between the two.
//
// A location is an object (kind atomic) in the execution's table, made at the first access; that
// look-up costs 10 ns of about 60 for a whole operation. Accesses of different sizes that overlap
// are different locations when they begin at different addresses.
#pragma once

#include <cstdint>
#include <cstring>

#include "runtime/execution.h"
#include "runtime/native_atomic.h"
#include "runtime/sync.h"

namespace interleave::runtime::atomics {

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
};

objects::Object *location(std::uint64_t address, std::uint64_t pc);
// begin() announces op on its location and waits to be chosen.
Step begin(const Operation &op);
void reads(Step &,
           Order);  // what a load does to clocks and detectors; may report a race and not return
void writes(Step &, Order);  // ... a store
void updates(Step &, Order);  // ... a read-modify-write
// end() notes the event: `value` was read, and the memory is changed or not.
void end(Step &, std::uint64_t value, bool changed, unsigned flags = 0);

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
    if (*at != 0 && sync::once_is_done(reinterpret_cast<const unsigned char *>(at) + 1)) return *at;
  Step step = begin(operation(Op::atomic_load, at, sizeof(T), order, pc));
  reads(step, order);
  T value = native::load(at, order);
  end(step, low_bits(value), false);
  return value;
}

template <class T>
void store(T *at, T value, Order order, std::uint64_t pc) {
  if (!controlled) return native::store(at, value, order);
  Operation op = operation(Op::atomic_store, at, sizeof(T), order, pc);
  op.operand = low_bits(value);
  Step step = begin(op);
  writes(step, order);
  bool changes = native::load(at, Order::relaxed) != value;
  native::store(at, value, order);
  end(step, low_bits(value), changes);
}

template <class F, class T>
T fetch(T *at, T operand, Order order, std::uint64_t pc) {
  if (!controlled) return native::fetch<F>(at, operand);
  Operation op = operation(Op::atomic_rmw, at, sizeof(T), order, pc);
  op.operand = low_bits(operand);
  Step step = begin(op);
  updates(step, order);
  T old = native::fetch<F>(at, operand);
  end(step, low_bits(old), F::of(old, operand) != old);
  return old;
}

// A weak one may fail though it need not: the strategy says.
template <class T>
bool compare_exchange(T *at, T *expected, T desired, Order success, Order failure, bool weak,
                      std::uint64_t pc) {
  if (!controlled) return native::compare_exchange(at, expected, desired);
  Operation op = operation(Op::atomic_cas, at, sizeof(T), success, pc);
  op.operand = low_bits(desired);
  op.expected = low_bits(*expected);
  Step step = begin(op);
  T found = native::load(at, Order::relaxed);
  bool fails = found != *expected || (weak && ask_yes(model::ChoiceKind::weak_fail));
  if (!fails) {
    updates(step, success);
    T seen = found;
    native::compare_exchange(at, &seen, desired);
    end(step, low_bits(found), found != desired);
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
