// The runtime's atomics without the runtime: a scheduler that grants everything at once, and
// threads that the test switches itself. SPDX-License-Identifier: Apache-2.0
//
// The runtime is one object file that takes libc's place in what links it, so the sources are part
// of the test that includes this.
#pragma once

#include <functional>

#include "runtime/atomics.cc"

namespace interleave::runtime {

Execution execution;
bool controlled;

namespace partial {
bool on;
void give_up() { CHECK(false, "a partial execution"); __builtin_unreachable(); }
}  // namespace partial

namespace alone {
inline bool answer_yes;                // to every question of yes and no
inline std::function<std::uint32_t(model::ChoiceKind, const std::uint32_t *, std::uint32_t)> answer;
inline std::uint64_t changes, reads_seen;
inline int conflicts;

// begin() forgets all and leaves `threads` of them, all made by thread 0, which runs.
inline void begin(ThreadId threads) {
  if (!execution.memory.is_reserved()) {
    execution.memory.reserve(std::size_t{1} << 30);
    execution.shadow.reserve(std::size_t{1} << 36);
  }
  execution.memory.reset();
  execution.clocks.begin(execution.memory);
  execution.races.begin(execution.clocks, execution.shadow);
  execution.objects.begin(execution.memory);
  execution.fences.begin(execution.memory);
  execution.thread_count = threads;
  for (ThreadId i = 0; i < threads; i++) {
    execution.threads[i].id = i;
    execution.threads[i].ended = false;
    execution.threads[i].clock_reads = 0;
    if (i > 0) execution.clocks.create(0, i);
  }
  execution.current = &execution.threads[0];
  execution.now_ns = 0;
  answer_yes = false;
  answer = nullptr;
  conflicts = 0;
  changes = reads_seen = 0;
  controlled = true;
}

inline void run(ThreadId t) { execution.current = &execution.threads[t]; }
}  // namespace alone

Thread &reach(const Operation &op, objects::Object *, objects::Object *) {
  execution.current->pending = op;
  return *execution.current;
}
void note(Thread &, const Operation &, std::uint64_t, unsigned) {}
bool ask_yes(model::ChoiceKind, std::uint64_t) { return alone::answer_yes; }
std::uint32_t ask(model::ChoiceKind kind, const std::uint32_t *values, std::uint32_t count) {
  return alone::answer ? alone::answer(kind, values, count) : values[0];
}
void yield_to_others(Thread &) {}
void note_read_for_spin(Thread &, std::uint64_t, std::uint64_t, std::uint64_t) {
  alone::reads_seen++;
}
void note_change(Thread &) { alone::changes++; }
void report_conflict(const detect::Conflict &, std::uint64_t) { alone::conflicts++; }
std::uint64_t site_here(std::uint64_t pc) { return pc; }
model::StackId stack_here(std::uint64_t) { return 0; }
namespace sync {
bool once_is_done(const void *) { return false; }
}  // namespace sync

}  // namespace interleave::runtime
