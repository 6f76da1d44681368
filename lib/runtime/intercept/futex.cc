// syscall(): how libstdc++ and others reach the kernel's futex.
// SPDX-License-Identifier: Apache-2.0
//
// Modelled under control: futex wait and wake with and without bit sets, clocks, sleeps and yields,
// random numbers, thread ids. Everything else goes to the kernel as it is. Futex operations that
// are not modelled (requeueing, priority inheritance) fail with ENOSYS: in the kernel they would
// block all threads at once.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

#include "runtime/clock.h"
#include "runtime/execution.h"
#include "runtime/futex.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"
#include "runtime/memory/determinism.h"
#include "runtime/process/raw_syscall.h"
#include "runtime/process/system_calls.h"

namespace interleave::runtime {
namespace {

struct FutexCall {
  const void *at;
  int operation;
  std::uint32_t value;
  const timespec *timeout;
  std::uint32_t mask;
};

// A plain wait takes a length on the monotonic clock, one with a bit set a time on the clock that
// it names.
std::uint64_t deadline_of(const FutexCall &call, bool is_absolute) {
  if (!call.timeout) return 0;
  if (!is_absolute) return deadline_after(*call.timeout);
  return virtual_deadline(*call.timeout,
                          call.operation & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC);
}

// Returns as the kernel does: negative errno on failure.
long do_futex(const FutexCall &call, std::uint64_t pc) {
  const int command = call.operation & FUTEX_CMD_MASK;
  const bool has_mask = command == FUTEX_WAIT_BITSET || command == FUTEX_WAKE_BITSET;
  const std::uint32_t mask = has_mask ? call.mask : UINT32_MAX;
  if (mask == 0) return -EINVAL;
  switch (command) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
      if (call.timeout && !is_valid(*call.timeout)) return -EINVAL;
      return -futex::wait(call.at, call.value, deadline_of(call, has_mask), pc, mask);
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET: return futex::wake(call.at, call.value, pc, mask);
    default: return -ENOSYS;
  }
}

bool is_ours(long number) {
  switch (number) {
    case SYS_futex:
    case SYS_clock_gettime:
    case SYS_nanosleep:
    case SYS_clock_nanosleep:
    case SYS_sched_yield:
    case SYS_getrandom:
    case SYS_getpid:
    case SYS_gettid:
    case SYS_kill:
    case SYS_tkill:
    case SYS_tgkill: return true;
    default: return false;
  }
}

long sleep_by_syscall(clockid_t clock, bool is_absolute, const timespec *time, std::uint64_t pc) {
  if (!is_valid(*time) || time->tv_sec < 0) return -EINVAL;
  sleep_until(is_absolute ? virtual_deadline(*time, clock) : deadline_after(*time), pc);
  return 0;
}

long do_syscall(long number, const long (&a)[6], std::uint64_t pc) {
  const auto pid = [&](int i) {
    return static_cast<long>(determinism::real_id(static_cast<pid_t>(a[i])));
  };
  switch (number) {
    case SYS_futex:
      return do_futex({reinterpret_cast<const void *>(a[0]), static_cast<int>(a[1]),
                       static_cast<std::uint32_t>(a[2]), reinterpret_cast<const timespec *>(a[3]),
                       static_cast<std::uint32_t>(a[5])},
                      pc);
    case SYS_clock_gettime: {
      const std::int64_t ns = read_clock(static_cast<clockid_t>(a[0]));
      *reinterpret_cast<timespec *>(a[1]) = {ns / kNsPerSecond, ns % kNsPerSecond};
      return 0;
    }
    case SYS_nanosleep:
      return sleep_by_syscall(CLOCK_MONOTONIC, false, reinterpret_cast<const timespec *>(a[0]), pc);
    case SYS_clock_nanosleep:
      return sleep_by_syscall(static_cast<clockid_t>(a[0]), a[1] & TIMER_ABSTIME,
                              reinterpret_cast<const timespec *>(a[2]), pc);
    case SYS_sched_yield: yield(pc); return 0;
    case SYS_getrandom:
      determinism::fill(reinterpret_cast<void *>(a[0]), static_cast<std::size_t>(a[1]));
      return a[1];
    case SYS_getpid: return determinism::kProcess;
    case SYS_gettid: return determinism::thread_id();
    case SYS_tgkill: return raw_syscall(number, pid(0), pid(1), a[2]);
    default: return raw_syscall(number, pid(0), a[1]);  // kill, tkill
  }
}

}  // namespace
}  // namespace interleave::runtime

INTERLEAVE_EXPORT long syscall(long number, ...) noexcept {
  using namespace interleave::runtime;
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (long &value : a)
    value = va_arg(rest, long);  // reading more than was passed is harmless on our platforms
  va_end(rest);
  system_calls::note(number, a[0], a[1]);
  const long result = controlled && is_ours(number)
                          ? do_syscall(number, a, INTERLEAVE_CALLER())
                          : raw_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (result >= 0 || result < -4095) return result;
  errno = static_cast<int>(-result);
  return -1;
}
