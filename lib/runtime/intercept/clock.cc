// Clocks, sleeps and yields of libc.
// SPDX-License-Identifier: Apache-2.0
//
// clock_getres() is libc's own. Interrupts by signals do not happen to a virtual sleep, so nothing
// ever remains of it. poll() and select() on no descriptors are sleeps too; on descriptors they
// wait for the world outside and are not ours.
#include <poll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <threads.h>

#include <cerrno>
#include <ctime>

#include "runtime/clock.h"
#include "runtime/execution.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"

using interleave::runtime::controlled;
using interleave::runtime::deadline_after;
using interleave::runtime::is_valid;
using interleave::runtime::kNsPerSecond;
using interleave::runtime::read_clock;
using interleave::runtime::sleep_until;
using interleave::runtime::virtual_deadline;
namespace real = interleave::real;

namespace {

timespec in_seconds(std::int64_t ns) { return {ns / kNsPerSecond, ns % kNsPerSecond}; }

bool is_known(clockid_t clock) {
  return clock <= CLOCK_TAI;
}      // negative ones are processor time of some thread

// The common part of the relative sleeps: 0 or an errno.
int sleep_for(const timespec &length, timespec *rest, std::uint64_t pc) {
  if (!is_valid(length) || length.tv_sec < 0) return EINVAL;
  sleep_until(deadline_after(length), pc);
  if (rest) *rest = {};
  return 0;
}

int fail(int error) {
  if (error == 0) return 0;
  errno = error;
  return -1;
}

}  // namespace

// ---- reading -----------------------------------------------------------------------------------

INTERLEAVE_EXPORT int clock_gettime(clockid_t clock, timespec *now) noexcept {
  if (!controlled || !is_known(clock)) return real::clock_gettime(clock, now);
  *now = in_seconds(read_clock(clock));
  return 0;
}

INTERLEAVE_EXPORT int gettimeofday(timeval *now, void *zone) noexcept {
  if (!controlled) return real::gettimeofday(now, zone);
  std::int64_t ns = read_clock(CLOCK_REALTIME);
  *now = {ns / kNsPerSecond, ns % kNsPerSecond / 1000};
  return 0;
}

INTERLEAVE_EXPORT time_t time(time_t *now) noexcept {
  if (!controlled) return real::time(now);
  time_t seconds = read_clock(CLOCK_REALTIME) / kNsPerSecond;
  if (now) *now = seconds;
  return seconds;
}

INTERLEAVE_EXPORT clock_t clock() noexcept {
  if (!controlled) return real::clock();
  return read_clock(CLOCK_PROCESS_CPUTIME_ID) / (kNsPerSecond / CLOCKS_PER_SEC);
}

INTERLEAVE_EXPORT int timespec_get(timespec *now, int base) noexcept {
  if (!controlled || base != TIME_UTC) return real::timespec_get(now, base);
  *now = in_seconds(read_clock(CLOCK_REALTIME));
  return base;
}

// ---- sleeping ----------------------------------------------------------------------------------

INTERLEAVE_EXPORT int nanosleep(const timespec *length, timespec *rest) {
  if (!controlled) return real::nanosleep(length, rest);
  return fail(sleep_for(*length, rest, INTERLEAVE_CALLER()));
}

INTERLEAVE_EXPORT int clock_nanosleep(clockid_t clock, int flags, const timespec *time,
                                      timespec *rest) {
  if (!controlled || !is_known(clock)) return real::clock_nanosleep(clock, flags, time, rest);
  if (!(flags & TIMER_ABSTIME)) return sleep_for(*time, rest, INTERLEAVE_CALLER());
  if (!is_valid(*time)) return EINVAL;
  sleep_until(virtual_deadline(*time, clock), INTERLEAVE_CALLER());
  return 0;
}

INTERLEAVE_EXPORT int usleep(useconds_t length) {
  if (!controlled) return real::usleep(length);
  return fail(sleep_for({length / 1000000, length % 1000000 * 1000}, nullptr, INTERLEAVE_CALLER()));
}

INTERLEAVE_EXPORT unsigned sleep(unsigned seconds) {
  if (!controlled) return real::sleep(seconds);
  sleep_for({seconds, 0}, nullptr, INTERLEAVE_CALLER());
  return 0;
}

INTERLEAVE_EXPORT int thrd_sleep(const timespec *length, timespec *rest) {
  if (!controlled) return real::thrd_sleep(length, rest);
  return sleep_for(*length, rest, INTERLEAVE_CALLER()) == 0 ? 0 : -2;
}

INTERLEAVE_EXPORT int poll(pollfd *descriptors, nfds_t count, int timeout_ms) {
  if (!controlled || count != 0 || timeout_ms < 0)
    return real::poll(descriptors, count, timeout_ms);
  sleep_for({timeout_ms / 1000, timeout_ms % 1000 * 1000000}, nullptr, INTERLEAVE_CALLER());
  return 0;
}

INTERLEAVE_EXPORT int select(int count, fd_set *reads, fd_set *writes, fd_set *errors,
                             timeval *timeout) {
  if (!controlled || count != 0 || !timeout)
    return real::select(count, reads, writes, errors, timeout);
  if (timeout->tv_sec < 0 || timeout->tv_usec < 0 || timeout->tv_usec >= 1000000)
    return fail(EINVAL);
  return fail(sleep_for({timeout->tv_sec, timeout->tv_usec * 1000}, nullptr, INTERLEAVE_CALLER()));
}

// ---- yielding ----------------------------------------------------------------------------------

INTERLEAVE_EXPORT int sched_yield() noexcept {
  if (!controlled) return real::sched_yield();
  interleave::runtime::yield(INTERLEAVE_CALLER());
  return 0;
}

INTERLEAVE_EXPORT void thrd_yield() {
  if (!controlled) real::sched_yield();
  else interleave::runtime::yield(INTERLEAVE_CALLER());
}

// An old name; glibc's headers declare it as an alias, so it is defined under another one.
INTERLEAVE_EXPORT int interleave_pthread_yield() noexcept asm("pthread_yield");
INTERLEAVE_EXPORT int interleave_pthread_yield() noexcept {
  if (!controlled) return real::sched_yield();
  interleave::runtime::yield(INTERLEAVE_CALLER());
  return 0;
}
