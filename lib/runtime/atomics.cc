// The steps that all atomic operations share; what they mean is in the header.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/atomics.h"

namespace interleave::runtime::atomics {
namespace {

detect::Site site(const Step &s) { return execution.recording ? site_here(s.op.pc) : s.op.pc; }

void check_write(Step &s) {
  detect::Conflict conflict;
  if (execution.races.atomic_write(s.thread->id, s.op.address, s.bytes, site(s), &conflict))
    report_conflict(conflict, s.op.pc);
}

void acquire(Step &s, Order order) {
  if (model::acquires(order)) execution.clocks.acquire(s.thread->id, s.location->clock);
  else execution.clocks.remember(s.thread->id, s.location->clock);
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

void reads(Step &s, Order order) {
  acquire(s, order);
  detect::Conflict conflict;
  if (execution.races.atomic_read(s.thread->id, s.op.address, s.bytes, site(s), &conflict))
    report_conflict(conflict, s.op.pc);
}

void writes(Step &s, Order order) {
  check_write(s);
  detect::Clock &clock = s.location->clock;
  if (model::releases(order)) execution.clocks.release_assign(s.thread->id, clock);
  else clock.assign(execution.clocks.fenced(s.thread->id), execution.clocks.arena());
}

// For the detector a read-modify-write is a write: what races with its reading races with its
// writing.
void updates(Step &s, Order order) {
  acquire(s, order);
  check_write(s);
  detect::Clock &clock = s.location->clock;
  if (model::releases(order)) execution.clocks.release(s.thread->id, clock);
  else clock.join(execution.clocks.fenced(s.thread->id), execution.clocks.arena());
}

// An operation that leaves the memory as it was counts as a read for whoever looks for spinning:
// test_and_set of a taken spin lock.
void end(Step &s, std::uint64_t value, bool changed, unsigned flags) {
  note(*s.thread, s.op, value, flags);
  if (changed) note_change(*s.thread);
  else note_read_for_spin(*s.thread, s.op.pc, s.op.address, value);
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
  if (order == Order::seq_cst) {
    execution.clocks.seq_cst_fence(t.id);
  } else {
    if (model::acquires(order)) execution.clocks.acquire_fence(t.id);
    if (model::releases(order)) execution.clocks.release_fence(t.id);
  }
  note(t, op);
}

}  // namespace interleave::runtime::atomics
