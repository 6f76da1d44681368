// The steps that all atomic operations share; what they mean is in the header.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/atomics.h"

#include <algorithm>
#include <cstring>

#include "runtime/by_graph/partial.h"
#include "support/check.h"

// std::__detail::__waiter_pool_base::_S_for()::__w, of libstdc++'s <bits/atomic_wait.h>; null: the program has none.
extern "C" __attribute__((weak, visibility("default"))) char libstdcxx_waiter_pool[] asm(
    "_ZZNSt8__detail18__waiter_pool_base6_S_forEPKvE3__w");

namespace interleave::runtime::atomics {
namespace {

using model::ChoiceKind;
using objects::ModificationOrder;
using objects::Store;

bool is_weak() { return execution.memory_model == campaign::MemoryModel::cxx; }

detect::Site site(const Step &s) { return execution.recording ? site_here(s.op.pc) : s.op.pc; }

void check_write(Step &s) {
  detect::Conflict conflict;
  if (execution.races.atomic_write(s.thread->id, s.op.address, s.bytes, site(s), &conflict))
    report_conflict(conflict, s.op.pc);
}

void acquire(Step &s, Order order) {
  const detect::Clock &clock = s.location->stores[s.source].release;
  if (model::acquires(order)) execution.clocks.acquire(s.thread->id, clock);
  else execution.clocks.remember(s.thread->id, clock);
}

// ---- which store --------------------------------------------------------------------------------

// The location's stores, of which the last is what memory holds.
ModificationOrder &stores_of(Step &s, Value newest) {
  ModificationOrder &stores = s.location->stores;
  bool is_known = stores.count() != 0 && stores.bytes() == s.bytes && stores.newest().value == newest;
  if (!is_known) stores.restart(newest, s.bytes, execution.memory);
  return stores;
}

// What no living thread can read or write before any more goes; a thread that comes knows what its
// creator knows.
void make_room(ModificationOrder &stores) {
  std::uint32_t floor = stores.count() - 1;
  for (ThreadId i = 0; i < execution.thread_count && floor > 0; i++)
    if (!execution.threads[i].ended)
      floor = std::min(floor, stores.coherence_floor_of(execution.clocks.of(i)));
  stores.drop_oldest(floor);
  if (floor > stores.count()) return;               // more than half: it will do for a while
  if (stores.count() + floor < ModificationOrder::kMostStores) stores.grow(execution.memory);
  else if (stores.is_full()) stores.drop_oldest(ModificationOrder::kMostStores / 4);
}

// By graph, the order of execution need not agree with psc: only coherence counts (see runtime/by_graph/exhaustive.h).
std::uint32_t floor_of(const Step &s, Order order) {
  if (execution.by_graph) return s.location->stores.coherence_floor_of(execution.clocks.of(s.thread->id));
  return s.location->stores.floor_of(execution.clocks.of(s.thread->id), order == Order::seq_cst,
                                     execution.fences);
}

// Asks for one of the stores from `floor` on that `may_be` allows, which the newest must be among.
template <class Allowed>
void choose(Step &s, ChoiceKind kind, std::uint32_t floor, Allowed may_be) {
  const std::uint32_t last = s.location->stores.count() - 1;
  s.source = last;
  if (floor == last) return;
  std::uint32_t older[ModificationOrder::kMostStores], count = 0;
  for (std::uint32_t i = last + 1; i-- > floor;)
    if (may_be(i)) older[count++] = last - i;
  if (count < 2) return;
  s.source = last - ask(kind, older, count);
  s.is_stale = s.source != last;
}

// A new store right after s.source. It carries `continued`, the clock of what it read, if any.
void put(Step &s, Order order, Value value, const detect::Clock *continued) {
  ModificationOrder &stores = s.location->stores;
  const bool is_alone = execution.thread_count == 1;     // nobody else will read what is overwritten
  s.written = is_alone ? s.source : s.source + 1;
  Store &w = is_alone ? stores[s.source] : stores.put_after(s.source);
  w.value = value;
  w.writer = execution.clocks.epoch(s.thread->id);       // before its release ticks
  w.is_seq_cst = order == Order::seq_cst;
  w.fences = execution.fences.count();
  support::Arena &arena = execution.memory;
  if (!model::releases(order)) {
    if (continued) w.release.assign(*continued, arena);
    else w.release.clear();
    w.release.join(execution.clocks.fenced(s.thread->id), arena);
  } else if (continued && !model::acquires(order)) {
    w.release.assign(*continued, arena);
    execution.clocks.release(s.thread->id, w.release);
  } else {                                               // what was acquired is known to the thread
    execution.clocks.release_assign(s.thread->id, w.release);
  }
}

// What a report needs to tell which store was read.
void record_sources(Step &s) {
  campaign::Campaign &c = *execution.campaign;
  if (c.event_count == 0 || s.location->stores.count() == 0) return;
  campaign::Event &e = c.events[c.event_count - 1];
  ModificationOrder &stores = s.location->stores;
  if (s.is_stale) {
    e.source = stores[s.source].event;
    e.newest = stores.newest().event;
  }
  if (s.written != UINT32_MAX) stores[s.written].event = c.event_count - 1;
}

}  // namespace

objects::Object *location(std::uint64_t address, std::uint64_t pc) {
  objects::Object *o = execution.objects.find(address, ObjectKind::atomic);
  if (o) return o;
  o = execution.objects.make(address, ObjectKind::atomic, execution.current->id);
  if (execution.recording) o->created = stack_here(pc);
  return o;
}

Step begin(const Operation &op) {
  objects::Object *o = location(op.address, op.pc);
  Step s{op, nullptr, o, op.size};
  s.op.object = o->id;
  s.thread = &reach(s.op, o);
  // While others ran the memory may have ended its life and begun another one.
  if (!o->alive) {
    s.location = location(op.address, op.pc);
    s.op.object = s.location->id;
  }
  return s;
}

void choose_newest(Step &s) {
  ModificationOrder &stores = s.location->stores;
  if (stores.count() == 0) stores.restart(0, 0, execution.memory);
  s.source = stores.count() - 1;
}

// The pool has 16 pairs of cache lines, of which the first has the count.
bool is_waiter_count(std::uint64_t address) {
  constexpr std::uint64_t kPairs = 16, kLine = 64;
  const std::uint64_t offset = address - reinterpret_cast<std::uint64_t>(libstdcxx_waiter_pool);
  return libstdcxx_waiter_pool && offset < kPairs * 2 * kLine && offset % (2 * kLine) < kLine;
}

Value choose_load(Step &s, Order order, Value newest) {
  if (partial::is_on()) return s.thread->answer.value;
  if (!is_weak() || is_waiter_count(s.op.address)) return choose_newest(s), newest;
  ModificationOrder &stores = stores_of(s, newest);
  choose(s, ChoiceKind::store, floor_of(s, order), [](std::uint32_t) { return true; });
  return stores[s.source].value;
}

Value choose_update(Step &s, Order order, Value newest) {
  if (partial::is_on()) return s.thread->answer.value;
  if (!is_weak()) return choose_newest(s), newest;
  ModificationOrder &stores = stores_of(s, newest);
  if (stores.is_full()) make_room(stores);
  choose(s, ChoiceKind::store, floor_of(s, order),
         [&](std::uint32_t i) { return !stores[i].is_consumed; });
  return stores[s.source].value;
}

// A success reads and writes with one order, a failure only reads with the other one. A weak one
// fails only where it could have succeeded.
Value choose_exchange(Step &s, Order success, Order failure, Value newest, Value expected) {
  if (partial::is_on()) return s.thread->answer.value;
  if (!is_weak()) return choose_newest(s), newest;
  ModificationOrder &stores = stores_of(s, newest);
  if (stores.is_full()) make_room(stores);
  const std::uint32_t if_equal = floor_of(s, success);
  const bool is_alike = (success == Order::seq_cst) == (failure == Order::seq_cst);
  const std::uint32_t if_not = is_alike ? if_equal : floor_of(s, failure);
  choose(s, ChoiceKind::store, std::min(if_equal, if_not), [&](std::uint32_t i) {
    if (stores[i].value == expected) return i >= if_equal && !stores[i].is_consumed;
    return i >= if_not;
  });
  return stores[s.source].value;
}

namespace {

bool is_found(const Operation &op, Value value) {
  return (value == static_cast<Value>(op.expected)) == (op.finds == model::Finds::expected);
}

Value memory_at(const Operation &op) {
  Value value = 0;
  std::memcpy(&value, reinterpret_cast<const void *>(op.address), op.size);
  return value;
}

}  // namespace

Value choose_found(Step &s, Value newest) {
  if (partial::is_on()) return s.thread->answer.value;
  if (!is_weak()) return choose_newest(s), newest;
  ModificationOrder &stores = stores_of(s, newest);
  const std::uint32_t last = stores.count() - 1;
  std::uint32_t older[ModificationOrder::kMostStores], count = 0;
  for (std::uint32_t i = last + 1; i-- > floor_of(s, Order::relaxed);)
    if (is_found(s.op, stores[i].value)) older[count++] = last - i;
  CHECK(count != 0, "an atomic operation that does not find what it must");
  s.source = last - (count == 1 ? older[0] : ask(ChoiceKind::store, older, count));
  s.is_stale = s.source != last;
  return stores[s.source].value;
}

bool can_find(const Thread &t) {
  const Value newest = memory_at(t.pending);
  if (is_found(t.pending, newest)) return true;
  ModificationOrder &stores = t.object->stores;
  if (!is_weak() || stores.count() == 0 || stores.newest().value != newest) return false;
  for (std::uint32_t i = stores.coherence_floor_of(execution.clocks.of(t.id)); i < stores.count(); i++)
    if (is_found(t.pending, stores[i].value)) return true;
  return false;
}

// ---- what it does -------------------------------------------------------------------------------

void reads(Step &s, Order order) {
  if (!partial::is_on()) {
    acquire(s, order);
    if (is_weak()) s.location->stores[s.source].read_by(s.thread->id, execution.clocks);
  }
  detect::Conflict conflict;
  if (execution.races.atomic_read(s.thread->id, s.op.address, s.bytes, site(s), &conflict))
    report_conflict(conflict, s.op.pc);
}

bool writes(Step &s, Order order, Value newest, Value value) {
  if (partial::is_on()) return check_write(s), false;
  if (!is_weak()) return writes_unknown(s, order), true;
  ModificationOrder &stores = stores_of(s, newest);
  if (stores.is_full()) make_room(stores);
  choose(s, ChoiceKind::position, floor_of(s, order),
         [&](std::uint32_t i) { return !stores[i].is_consumed; });
  check_write(s);
  put(s, order, value, nullptr);
  return !s.is_stale;
}

// For the detector a read-modify-write is a write: what races with its reading races with its
// writing.
bool updates(Step &s, Order order, Value value) {
  if (partial::is_on()) return check_write(s), false;
  if (!is_weak()) return updates_unknown(s, order), true;
  acquire(s, order);
  check_write(s);
  Store &read = s.location->stores[s.source];
  const detect::Clock continued = read.release;
  if (execution.thread_count > 1) read.is_consumed = true;
  put(s, order, value, &continued);
  return !s.is_stale;
}

void writes_unknown(Step &s, Order order) {
  if (partial::is_on()) partial::give_up();
  choose_newest(s);
  check_write(s);
  s.location->stores.restart(0, 0, execution.memory);
  detect::Clock &clock = s.location->stores.newest().release;
  if (model::releases(order)) execution.clocks.release_assign(s.thread->id, clock);
  else clock.assign(execution.clocks.fenced(s.thread->id), execution.memory);
}

void updates_unknown(Step &s, Order order) {
  if (partial::is_on()) partial::give_up();
  acquire(s, order);
  check_write(s);
  s.location->stores.restart(0, 0, execution.memory);
  detect::Clock &clock = s.location->stores.newest().release;
  if (model::releases(order)) execution.clocks.release(s.thread->id, clock);
  else clock.join(execution.clocks.fenced(s.thread->id), execution.memory);
}

void release_newest(objects::Object *location) {
  if (location->stores.count() == 0) location->stores.restart(0, 0, execution.memory);
  execution.clocks.release(execution.current->id, location->stores.newest().release);
}

// An operation that leaves the memory as it was counts as a read for whoever looks for spinning:
// test_and_set of a taken spin lock. One that reads a stale value may yet see something new, so
// that it is no sign of a livelock.
void end(Step &s, std::uint64_t value, bool changed, unsigned flags) {
  note(*s.thread, s.op, value, s.is_stale ? flags | campaign::kStale : flags);
  if (execution.recording) record_sources(s);
  if (changed) return note_change(*s.thread);
  note_read_for_spin(*s.thread, s.op.pc, s.op.address, value);
  if (s.is_stale) execution.last_change = execution.visible;
}

void fence(Order order, std::uint64_t pc) {
  if (order == Order::relaxed) return;
  if (!controlled) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return;
  }
  Operation op;
  op.op = Op::atomic_fence;
  op.order = order;
  op.pc = pc;
  Thread &t = reach(op);
  if (model::acquires(order)) execution.clocks.acquire_fence(t.id);
  if (order == Order::seq_cst) execution.fences.add(t.id, execution.clocks);
  if (model::releases(order)) execution.clocks.release_fence(t.id);
  note(t, op);
}

}  // namespace interleave::runtime::atomics
