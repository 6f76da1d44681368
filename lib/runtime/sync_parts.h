// What the files of synchronisation objects (locks.cc, conditions.cc, semaphores.cc) share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/clock.h"
#include "runtime/findings.h"
#include "runtime/sync.h"

namespace interleave::runtime::sync {

inline std::uint64_t address_of(const void *p) { return reinterpret_cast<std::uint64_t>(p); }

// make() begins the life of an object; its state is the caller's to set.
inline objects::Object *make(const void *at, ObjectKind kind, std::uint64_t pc) {
  objects::Object *o = execution.objects.make(address_of(at), kind, execution.current->id);
  if (execution.recording) o->created = stack_here(pc);
  return o;
}

inline Operation operation(Op kind, const objects::Object *o, std::uint64_t pc, std::uint64_t deadline_ns = 0) {
  Operation op{};
  op.op = kind;
  op.address = o->address;
  op.object = o->id;
  op.deadline_ns = deadline_ns;
  op.pc = pc;
  return op;
}

// expire_by_choice() puts it as a choice whether time passes to a deadline right away, although others could run. Returns whether it
// did. By graph it passes for the thread alone.
inline bool expire_by_choice(std::uint64_t deadline_ns, std::uint64_t pc) {
  if (deadline_ns <= execution.now_ns || !ask_yes(model::ChoiceKind::timeout, pc)) return false;
  pass_time_to(deadline_ns);
  return true;
}

// Has the wait, whose turn it is, expired? `is_there`: what it waited for is to be had.
inline bool has_expired(const Operation &op, bool is_there) { return !is_there || (execution.by_graph && op.expires); }

// Reports the use of an object whose life ended while the caller waited for its turn.
inline void check_alive(objects::Object *o, const Operation &op) {
  if (!o->alive) report_dead_object(op, o);
}

}  // namespace interleave::runtime::sync
