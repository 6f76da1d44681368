// Virtual time, sleeping and yielding.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/clock.h"

#include <algorithm>

#include "runtime/execution.h"

namespace interleave::runtime {
namespace {

constexpr std::int64_t kRealOrigin = 1767225600 * kNsPerSecond;      // 2026-01-01 00:00 UTC
constexpr std::int64_t kMonotonicOrigin =
    1000 * kNsPerSecond;       // a machine that was started a while ago
constexpr std::int64_t kReadingNs = 1000;
constexpr std::int64_t kLeapSecondsNs = 37 * kNsPerSecond;           // of TAI
constexpr std::int64_t kFarNs = INT64_MAX / 2;

std::int64_t origin(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM: return kRealOrigin;
    case CLOCK_TAI: return kRealOrigin + kLeapSecondsNs;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM: return kMonotonicOrigin;
    default: return 0;                                               // processor time
  }
}

// What the calling thread would read on a clock with origin 0, without reading it.
std::int64_t own_now() {
  return static_cast<std::int64_t>(execution.now_ns + execution.current->slept_ns) +
         static_cast<std::int64_t>(execution.current->clock_reads) * kReadingNs;
}

std::int64_t nanoseconds(const timespec &t) {
  if (t.tv_sec >= kFarNs / kNsPerSecond) return kFarNs;
  return t.tv_sec * kNsPerSecond + t.tv_nsec;
}

// A moment that has passed. The execution begins at 0, which stands for "no deadline": there, let a
// nanosecond go by.
std::uint64_t passed() {
  execution.now_ns = std::max<std::uint64_t>(execution.now_ns, 1);
  return execution.now_ns;
}

}  // namespace

std::uint64_t virtual_deadline(const timespec &time, clockid_t clock) {
  const std::int64_t at = nanoseconds(time) - origin(clock);
  return at <= own_now() ? passed() : static_cast<std::uint64_t>(at);
}

std::uint64_t deadline_after(const timespec &time) {
  const std::int64_t length = nanoseconds(time);
  return length <= 0 ? passed() : execution.now_ns + execution.current->slept_ns + static_cast<std::uint64_t>(length);
}

std::int64_t read_clock(clockid_t clock) {
  execution.current->clock_reads++;
  execution.current->changes++;          // a round of a loop that reads it is never the same again
  return origin(clock) + own_now();
}

void pass_time_to(std::uint64_t deadline_ns) {
  if (!execution.by_graph) {
    execution.now_ns = std::max(execution.now_ns, deadline_ns);
    return;
  }
  std::uint64_t &slept = execution.current->slept_ns;
  slept = std::max(slept, deadline_ns - std::min(deadline_ns, execution.now_ns));
}

// A sleeper goes on when nothing else can run; or by choice while others could, within the budget
// of timeouts.
void sleep_until(std::uint64_t deadline_ns, std::uint64_t pc) {
  if (execution.by_graph) return pass_time_to(deadline_ns);      // no operation
  if (deadline_ns <= execution.now_ns) return yield(pc);
  if (ask_yes(model::ChoiceKind::timeout, pc)) pass_time_to(deadline_ns);
  Operation op;
  op.op = Op::thread_sleep;
  op.deadline_ns = deadline_ns;
  op.pc = pc;
  Thread &t = reach(op);
  note(t, op);
}

void yield(std::uint64_t pc) {
  Operation op;
  op.op = Op::thread_yield;
  op.pc = pc;
  yield_to_others(*execution.current);
  Thread &t = reach(op);
  note(t, op);
}

}  // namespace interleave::runtime
