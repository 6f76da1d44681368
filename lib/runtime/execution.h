// Execution: everything the runtime knows about the one execution that is under control in this process.
// SPDX-License-Identifier: Apache-2.0
//
// One kernel thread at a time runs program code, and every visible operation passes Scheduler::reach() before it happens;
// so nothing here needs a lock. The state lives in the process's private memory: a worker forked by the server inherits
// the execution as far as the server ran it, and its own part dies with it. What must survive (choices, findings) is in the
// campaign's memory.
//
// An operation in the runtime is always the same four steps:
//     Operation op = ...;                 what the thread is about to do
//     Thread &t = reach(op);              others may run here; returns when `op` is enabled and t was chosen
//     <change the object's state, move clocks, tell detectors>
//     note(t, op, value, flags);          the event: hashed always, kept when recording
#pragma once

#include <pthread.h>

#include <cstddef>
#include <cstdint>

#include "campaign/campaign.h"
#include "detect/clocks.h"
#include "detect/lock_graph.h"
#include "detect/race.h"
#include "explore/graph/operation.h"
#include "model/finding.h"
#include "model/operation.h"
#include "objects/object.h"
#include "support/arena.h"

namespace interleave::runtime {

using model::ObjectId;
using model::ObjectKind;
using model::Op;
using model::Operation;
using model::Order;
using model::ThreadId;

struct Carrier;      // context.h: the stack and TLS a thread runs on

// One controlled thread.
struct Thread {
  ThreadId id;
  ThreadId parent;
  ThreadId place;               // who it is in every execution: places.h
  std::uint32_t created;        // how many threads it has created
  bool started, ended, detached, joined;
  bool left_behind;             // by graph: goes round in a loop for ever, and the program ends without it
  Carrier *carrier;
  pthread_t handle;
  void *(*start)(void *);
  void *argument;
  void *result;

  Operation pending;            // what it will do next; valid unless ended
  objects::Object *object;      // ... on which (null: none)
  objects::Object *second;      // the mutex of a condition wait
  explore::graph::Answer answer;  // exhaustive: what the operation it was chosen for reads
  model::StackId pending_stack; // recording: where it asked
  bool notified, spurious;      // of the wait it is in
  std::uint64_t ticket;         // arrival order among waiters of one condition

  objects::ThreadSet waits_for; // after a yield: not chosen again before each of these ran or blocked
  std::uint32_t visible;        // visible operations done (Choice::ordinal)
  std::uint32_t changes;        // by graph: how often it changed something that others can see, or its own memory off its stack
  std::uint32_t timeouts_used, spurious_used, weak_failures_used;     // by graph: of its budgets
  std::uint64_t slept_ns;       // by graph: its own time, which passes for those that it creates and that join it too
  std::uint64_t clock_reads;    // virtual time is a function of the thread's own history: see clock.cc
  std::uint32_t held_count;
  detect::HeldLock held[64];
  struct Together {             // the call of std::lock it is in (together.h)
    static constexpr std::uint32_t kMost = 8;
    std::uint32_t calls;        // how many, one in the other; what follows is of the outermost
    std::uint32_t held_before;  // of `held`: what the thread held when it began
    std::uint32_t count;        // of locks; 0: too many
    std::uint64_t locks[kMost]; // addresses
    bool is_shared[kMost];
  } together;

  struct Spin {                 // the last operations, to notice a loop that only reads (spin.cc)
    std::uint64_t pc, address, value;
  } spin[16];
  std::uint32_t spin_at, spin_length, spin_repeats;
  std::uint64_t plain_accesses; // since the last visible operation
  char name[16];
  model::StackId created_stack;
  struct ExitCall *exit_calls;  // destructors of its thread_local variables, last registered first (threads.cc)
  void *stack_mark;             // its first frame: where pthread_exit stops unwinding
  __pthread_unwind_buf_t *cleanups;   // pthread_cleanup_push() of C, last first
};

struct Execution {
  campaign::Campaign *campaign = nullptr;
  support::Arena memory;               // objects, clocks; reset between in-process executions
  support::Arena shadow;               // the race detector's
  detect::Clocks clocks;
  detect::RaceDetector races;
  detect::LockGraph locks;
  objects::Table objects;
  Thread threads[model::kMaxThreads];
  ThreadId thread_count = 0;
  Thread *current = nullptr;
  std::uint64_t now_ns = 0;            // the virtual clock
  std::uint32_t visible = 0;           // visible operations so far
  std::uint32_t max_visible = 20000;
  std::uint32_t visible_alone = 0;     // ... before there was a second thread: not counted as steps, no loop of one waits for another
  std::uint32_t last_change = 0;       // `visible` at the last operation that changed shared state: see stuck.cc
  std::uint32_t turn = 0;              // visible operations since another thread was switched to
  std::uint32_t idle_yields = 0;       // yields since shared state changed or time passed
  std::uint32_t since_time_passed = 0; // visible operations since the clock moved to a deadline
  std::uint32_t live_threads = 1;
  bool yielding = false;               // some thread's waits_for is not empty
  std::uint64_t operations_hash = 0;
  campaign::Budgets budgets;
  std::uint32_t notes = 0;             // campaign::Note bits
  std::uint32_t timeouts_used = 0, spurious_used = 0, weak_failures_used = 0;
  bool by_graph = false;               // see exhaustive.h
  bool recording = false;
  bool stops_at_plain_accesses = false;   // OnRace::carry_on
  objects::SeqCstFences fences;
  campaign::MemoryModel memory_model = campaign::MemoryModel::cxx;
};

extern Execution execution;

// controlled: this process is under the scheduler's control and the caller is program code. False in plain runs (everything then
// forwards to the real function), before the runtime has started, and while the runtime itself calls libraries (see Inside).
extern bool controlled;

// While one lives, interposed functions do the real thing: for calls of our own into libraries. Never switch threads inside.
struct Inside {
  Inside() : before(controlled) { controlled = false; }
  ~Inside() { controlled = before; }
  Inside(const Inside &) = delete;
  bool before;
};

// ---- scheduler.cc -------------------------------------------------------------------------------------------------------

// reach() announces the operation, lets the strategy choose who runs, and returns when the calling thread was chosen and its
// operation is enabled. `object`, `second` may be null. May switch threads; may not return at all (the execution ended).
Thread &reach(const Operation &op, objects::Object *object = nullptr, objects::Object *second = nullptr);

// note() tells that the operation happened: raises counters, hashes, and keeps an event when recording.
void note(Thread &t, const Operation &op, std::uint64_t value = 0, unsigned flags = 0);

// ask() puts a choice other than of a thread to the strategy; alternatives are values[0 .. count). count >= 2.
std::uint32_t ask(model::ChoiceKind kind, const std::uint32_t *values, std::uint32_t count);
// ask_yes() is a choice between the default (no) and yes. Always no where nothing else could run, or where the budget is used up. By graph
// it is an operation of the thread alone, which has a budget of its own, and is asked before what it is about is announced.
bool ask_yes(model::ChoiceKind kind, std::uint64_t pc);

// A thread that found nothing to do (yield, failed try, spin): not chosen again before each other enabled thread ran or blocked.
void yield_to_others(Thread &t);
// spin.cc: t read `value` at `address` from code at `pc`; a loop that only repeats such reads yields. A change resets it.
void note_read_for_spin(Thread &t, std::uint64_t pc, std::uint64_t address, std::uint64_t value);
void note_change(Thread &t);

// ---- findings.cc --------------------------------------------------------------------------------------------------------

// begin_finding() returns a zeroed record in the campaign's memory; fill it in, then end_execution(Ending::finding), or nothing when
// exploration of this execution goes on. Returns a scratch record when there are too many.
model::FindingRecord &begin_finding(model::Rule rule);
model::Party &add_party(model::FindingRecord &f, ThreadId t, Op op, model::StackId stack);
[[noreturn]] void end_execution(campaign::Ending ending);
// A race found by one of the access functions below; ends the execution unless on_race is carry_on.
void report_conflict(const detect::Conflict &conflict, std::uint64_t pc);

// ---- record.cc ----------------------------------------------------------------------------------------------------------

// stack_here() is the calling thread's stack while recording (innermost frame: `pc`), and just `pc` while searching.
model::StackId stack_here(std::uint64_t pc);
// site_here() is what is given to detectors as Site: the stack id while recording, else the pc.
std::uint64_t site_here(std::uint64_t pc);
// site_of_pc() is a site without the callers: cheap also while recording.
std::uint64_t site_of_pc(std::uint64_t pc);
model::StackId stack_of_site(std::uint64_t site);

// ---- access.cc: plain accesses; hot -------------------------------------------------------------------------------------

void plain_read(std::uint64_t address, std::uint64_t size, std::uint64_t pc);
void plain_write(std::uint64_t address, std::uint64_t size, std::uint64_t pc);

// ---- allocator.cc -------------------------------------------------------------------------------------------------------

struct Block {
  std::uint64_t begin, size;     // 0, 0: not in a block of ours
};
Block block_of(std::uint64_t address);

}  // namespace interleave::runtime
