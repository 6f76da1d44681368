// Plain reads and writes of the program, as its instrumentation tells them: the hottest path.
// SPDX-License-Identifier: Apache-2.0
//
// There is no short cut for a thread's own stack: an object there may have escaped, and to know
// that it did not would cost what the look at the shadow costs. Not under control, an access costs
// a load and a branch.
//
// A plain access is no choice point. So that a loop that waits for a plain variable to change (a
// race, in most cases, but perhaps one of volatile accesses) does not spin for ever, a thread that
// made kMostPlain of them without a visible operation yields. The count is the thread's own, so it
// yields at the same place in every execution. By graph it does so later, and only beside others,
// for then segments are not known one by one any more (by_graph/exhaustive.cc).
#include "runtime/memory/access.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/by_graph/partial.h"
#include "runtime/context.h"
#include "runtime/execution.h"
#include "runtime/memory/writes.h"
#include "runtime/scheduler.h"
#include "runtime/thread_base.h"

namespace interleave::runtime {
namespace {

constexpr std::uint64_t kMostPlain = 200000;  // a millisecond, at 5 ns each
constexpr std::uint64_t kMostPlainByGraph = 10 * kMostPlain;
constexpr std::size_t kOwnFrames = 512;     // most of what an access that finds nothing calls
constexpr std::uint64_t kPiece = 1u << 30;  // the detector counts bytes in 32 bits

struct Ignored {
  std::uint32_t reads, writes;
} ignored[model::kMaxThreads];
bool some_ignored;  // an entry of the above may not be 0

objects::Table annotated;
bool some_annotated;

struct Range {
  std::uint64_t begin, size;
} benign[256];
std::uint32_t benign_count;

bool is_benign(std::uint64_t address) {
  for (std::uint32_t i = 0; i < benign_count; i++)
    if (address - benign[i].begin < benign[i].size) return true;
  return false;
}

void yield_in_plain_loop(std::uint64_t pc) {
  Thread &me = *execution.current;
  if (execution.by_graph) {
    if (me.plain_accesses < kMostPlainByGraph || execution.live_threads < 2) return;
    if (partial::is_on()) partial::give_up();
  } else {
    yield_to_others(me);
  }
  Operation op;
  op.op = Op::thread_yield;
  op.operand = kPlainLoop;
  op.pc = pc;
  Thread &t = reach(op);
  t.plain_accesses = 0;
  note(t, op);
}

bool is_on_own_stack(const Thread &t, std::uint64_t address) {
  auto low = reinterpret_cast<std::uint64_t>(t.carrier->stack_low);
  return address - low < reinterpret_cast<std::uint64_t>(t.carrier->stack_high) - low;
}

// --on-race continue: what a race does can only be seen when others may run between two accesses. Which accesses race is not
// known before they did, and a schedule must not depend on what other executions found; so every access to memory outside
// the thread's own stack is a scheduling point then.
void stop_before_access(bool is_write, std::uint64_t address, std::uint64_t size, std::uint64_t pc) {
  Thread &t = *execution.current;
  if (execution.live_threads < 2 || is_on_own_stack(t, address)) return;
  std::uint64_t plain = t.plain_accesses;
  Operation op;
  op.op = is_write ? Op::memory_write : Op::memory_read;
  op.address = address;
  op.size = static_cast<std::uint8_t>(std::min<std::uint64_t>(size, 255));
  op.pc = pc;
  note(reach(op), op);
  t.plain_accesses = plain;              // such a stop ends no spin on a plain variable
}

// Recording: is this an access to the memory that a race is about?
bool is_watched(std::uint64_t address, std::uint64_t size) {
  const campaign::Settings &settings = execution.campaign->settings;
  return address < settings.watch_end && address + size > settings.watch_begin;
}

// The last read kept by record_watched(). Plain variables: only the thread that runs touches it.
struct WatchedRead {
  std::uint32_t events;       // that there were after it
  std::uint64_t address, pc, value;
} last_watched;

// Recording: the accesses to the memory that a race is about become events of their own, so that a report can show where they
// stand among the operations. The hook runs before the access: a read's value is there already, a written one is not. A read that
// only repeats the event just before it (a thread spinning on a plain variable) says nothing new and is left out.
void record_watched(Thread &t, bool is_write, std::uint64_t address, std::uint64_t size, std::uint64_t pc) {
  Operation op;
  op.op = is_write ? Op::memory_write : Op::memory_read;
  op.address = address;
  op.size = static_cast<std::uint8_t>(std::min<std::uint64_t>(size, 255));
  op.pc = pc;
  std::uint64_t value = 0;
  if (!is_write && size <= sizeof value) std::memcpy(&value, reinterpret_cast<const void *>(address), size);
  const std::uint32_t &events = execution.campaign->event_count;
  const WatchedRead &last = last_watched;
  if (!is_write && last.events == events && last.address == address && last.pc == pc && last.value == value) return;
  record_event(t, op, value, 0);
  last_watched = {is_write ? 0 : events, address, pc, value};
}

// A loop that changes shared memory in each round does not merely wait, nor do threads that change it make no progress.
inline void note_plain_change(Thread &t, std::uint64_t address, std::uint64_t size) {
  if (is_on_own_stack(t, address) || writes::may_change_nothing(t, address, size)) return;
  bool is_noted = t.spin_at == 0 && execution.last_change == execution.visible;
  if (is_noted) return;
  note_change(t);
  t.changes++;
}

template <bool is_write>
inline void access_memory(std::uint64_t address, std::uint64_t size, std::uint64_t pc) {
  if (!controlled) return;
  if (__builtin_expect(thread_base::exchanged.has(address), 0)) return;
  Thread &t = *execution.current;
  using explore::segments::Access;
  // First: in a partial execution it puts in place what the thread finds there.
  exhaustive::note_access(is_write ? Access::write : Access::read, address, size);
  if (__builtin_expect(some_ignored, 0) &&
      (is_write ? ignored[t.id].writes : ignored[t.id].reads) != 0)
    return;
  if (__builtin_expect(execution.stops_at_plain_accesses, 0)) stop_before_access(is_write, address, size, pc);
  if (is_write) note_plain_change(t, address, size);
  detect::Site site = pc;
  if (__builtin_expect(execution.recording, 0)) {
    bool watched = is_watched(address, size);
    site = watched ? site_here(pc) : site_of_pc(pc);
    if (watched) record_watched(t, is_write, address, size, pc);
  }
  detect::Conflict conflict;
  while (size != 0) {
    auto piece = static_cast<std::uint32_t>(std::min(size, kPiece));
    bool conflicts = is_write ? execution.races.write(t.id, address, piece, site, &conflict)
                              : execution.races.read(t.id, address, piece, site, &conflict);
    if (__builtin_expect(conflicts, 0) && !is_benign(conflict.now.address))
      report_conflict(conflict, pc);
    address += piece;
    size -= piece;
  }
  if (__builtin_expect(++t.plain_accesses >= kMostPlain, 0)) yield_in_plain_loop(pc);
  // What we leave below lies in the unused parts of the next functions' frames: equal rounds of loops would look different.
  if (execution.by_graph) context::wipe_stack<kOwnFrames>();
}

detect::Clock &clock_of(std::uint64_t address, bool readers) {
  if (!some_annotated) {
    annotated.begin(execution.memory);
    some_annotated = true;
  }
  objects::Object *o = annotated.find_any(address);
  if (!o) o = annotated.make(address, ObjectKind::memory, execution.current->id);
  return readers ? o->readers : o->clock;
}

}  // namespace

void plain_read(std::uint64_t address, std::uint64_t size, std::uint64_t pc) {
  access_memory<false>(address, size, pc);
}

void plain_write(std::uint64_t address, std::uint64_t size, std::uint64_t pc) {
  access_memory<true>(address, size, pc);
}

namespace access {

void ignore(bool reads, bool writes, int change) {
  if (!controlled) return;
  Ignored &mine = ignored[execution.current->id];
  auto move = [change](std::uint32_t &depth) {  // an end without a beginning (before control began)
                                                // changes nothing
    if (change > 0) depth++;
    else if (depth > 0) depth--;
  };
  if (reads) move(mine.reads);
  if (writes) move(mine.writes);
  some_ignored = true;
}

bool ignores_writes() { return ignored[execution.current->id].writes != 0; }

void annotate_release(std::uint64_t address) {
  if (controlled) execution.clocks.release(execution.current->id, clock_of(address, false));
}

void annotate_acquire(std::uint64_t address) {
  if (controlled) execution.clocks.acquire(execution.current->id, clock_of(address, false));
}

void annotate_release_shared(std::uint64_t address) {
  if (controlled) execution.clocks.release(execution.current->id, clock_of(address, true));
}

void annotate_acquire_exclusive(std::uint64_t address) {
  if (!controlled) return;
  execution.clocks.acquire(execution.current->id, clock_of(address, false));
  execution.clocks.acquire(execution.current->id, clock_of(address, true));
}

void forget_annotations(std::uint64_t address, std::uint64_t size) {
  if (some_annotated) annotated.erase_range(address, size, nullptr);
}

void declare_benign(std::uint64_t address, std::uint64_t size) {
  if (benign_count < std::size(benign)) benign[benign_count++] = {address, size};
}

void begin_thread(ThreadId t) { ignored[t] = {}; }

void begin_execution() {
  std::fill(std::begin(ignored), std::end(ignored), Ignored{});
  some_ignored = some_annotated = false;
  writes::begin_execution();
}

}  // namespace access
}  // namespace interleave::runtime
