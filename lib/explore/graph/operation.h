// What a thread asks of the graph engine, what it is told, and what an operation means for a value.
// SPDX-License-Identifier: Apache-2.0
//
// One operation is one visible step of a thread: an atomic access, a fence, a step of an object (lock, notify ...), or a
// step of a thread's life. The arrivals of a round of a barrier have no order among themselves: they are local events, which those
// who gather come after. (Where the order matters, an arrival is a read-modify-write that counts them, so that the n-th is of the round
// n / expected.) Every operation on a location is one function, evaluate(): from the value that is there to
// "blocked", or to a result and perhaps a new value. Loads, read-modify-writes, awaits and locks differ in nothing else, so
// that the engine has one case for all of them. Values are 64 bits; narrower ones are zero-extended.
//
// Limits: 255 threads, 2^24 - 1 events a thread, both checked.
#pragma once

#include <cstdint>

#include "explore/graph/object_model.h"
#include "model/ids.h"
#include "model/operation.h"

namespace interleave::explore::graph {

using model::Order;
using model::ThreadId;

enum class Kind : std::uint8_t {
  none,      // the thread does not exist yet, or has ended
  load,      // operand: the thread's history before it, for FutileReads; 0: not known
  store,     // operand: the value
  rmw,       // function, operand
  cas,       // strong compare-exchange: expected, operand; failure_order
  await,     // a load that is blocked until the predicate holds: predicate, operand
  object,    // a step of an object: object, step, operand
  fence,
  choose,    // thread-local: any value below operand (a weak compare-exchange that fails, a random number)
  create,    // operand: the new thread
  join,      // operand: the thread that has ended; blocked until then
  finish,    // the last event of a thread
  arrive,    // thread-local, at the barrier `location`, in its round `operand`
  gather,    // after all `expected` arrivals of the round `operand` at the barrier `location`; blocked until then
  spin,      // no event: from its event `operand` on the thread has done nothing but look, and would do the same again (waiting.cc)
  cut,       // no event: the thread goes no further in this execution, though it could
  pause,     // no event: the thread is still busy with its own; it goes on where the graph has more of it, or when nobody else can
};

using Function = model::Update;     // the new value of a read-modify-write

// When an await goes on: value (predicate) operand.
enum class Predicate : std::uint8_t { not_equal, equal };

struct Operation {
  Kind kind = Kind::none;
  Order order = Order::seq_cst;
  Order failure_order = Order::seq_cst;
  std::uint8_t bytes = 8;                  // of the value: results of arithmetic are cut to them
  Function function = Function::exchange;
  Predicate predicate = Predicate::not_equal;
  std::uint8_t step = 0;                   // of an object
  std::uint64_t location = 0;              // a name that is the same in every execution, not 0
  std::uint64_t operand = 0;
  std::uint64_t expected = 0;
  std::uint64_t initial = 0;               // what the location holds before its first store
  const ObjectModel *object = nullptr;
};

// Do they do the same, whatever the location held at first, and whatever came before?
constexpr bool is_same(const Operation &a, const Operation &b) {
  return a.kind == b.kind && a.order == b.order && a.failure_order == b.failure_order && a.bytes == b.bytes &&
         a.function == b.function && a.predicate == b.predicate && a.step == b.step && a.location == b.location &&
         (a.operand == b.operand || a.kind == Kind::load) && a.expected == b.expected && a.object == b.object;
}

constexpr bool touches_location(Kind k) { return k >= Kind::load && k <= Kind::object; }

// Which store was read: the index-th event of a thread (an operation that reads and writes is two events), or none: the
// initial value.
struct StoreName {
  ThreadId thread = model::kNoThread;
  std::uint32_t index = 0;
  bool is_initial() const { return thread == model::kNoThread; }
  friend bool operator==(StoreName, StoreName) = default;
};

struct Answer {
  std::uint64_t value = 0;      // load, read-modify-write: what was there; choose: the value; object: its result
  std::uint64_t stored = 0;     // what is there now, if it wrote
  bool wrote = false;           // a failed compare-exchange did not
  bool changed = false;         // it wrote, and not just the value that it had read
  StoreName source;             // of value
  StoreName store;              // its own, if it wrote
  // How many stores that happened before it in this execution are newer, in modification order, than the one it read, or,
  // if it wrote, than its own.
  std::uint32_t newer = 0;
};

// Effect of an operation on a location that holds `old`.
struct Effect {
  bool blocked = false;
  bool writes = false;
  std::uint64_t value = 0;      // new one, if it writes
  std::uint64_t result = 0;
  std::uint32_t choices = 1;    // alternatives of an object's step in this state, all enabled
};

namespace detail {

constexpr std::uint64_t cut(std::uint64_t v, std::uint8_t bytes) {
  return bytes >= 8 ? v : v & ((std::uint64_t{1} << (8 * bytes)) - 1);
}

constexpr std::uint64_t apply(Function f, std::uint64_t old, std::uint64_t operand) {
  switch (f) {
    case Function::exchange: return operand;
    case Function::add: return old + operand;
    case Function::subtract: return old - operand;
    case Function::bit_and: return old & operand;
    case Function::bit_or: return old | operand;
    case Function::bit_xor: return old ^ operand;
    case Function::bit_nand: return ~(old & operand);
  }
  return operand;
}

}  // namespace detail

// `choice` selects among the choices of an object's step; `thread` is who performs it.
inline Effect evaluate(const Operation &op, ThreadId thread, std::uint64_t old, std::uint32_t choice) {
  switch (op.kind) {
    case Kind::load: return {false, false, 0, old, 1};
    case Kind::store: return {false, true, detail::cut(op.operand, op.bytes), 0, 1};
    case Kind::rmw:
      return {false, true, detail::cut(detail::apply(op.function, old, op.operand), op.bytes), old, 1};
    case Kind::cas: return {false, old == op.expected, detail::cut(op.operand, op.bytes), old, 1};
    case Kind::await:
      return {(old == op.operand) != (op.predicate == Predicate::equal), false, 0, old, 1};
    case Kind::object: {
      const ObjectStep s = op.object->step(old, op.step, thread, op.operand, choice);
      return {s.blocked, s.writes, s.state, s.result, s.choices};
    }
    default: return {};
  }
}

}  // namespace interleave::explore::graph
