// Watchdog: what /proc says about a process that does not move.
// SPDX-License-Identifier: Apache-2.0
#include "driver/watchdog.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <iterator>

#include <fmt/format.h>

#include "support/fs.h"

namespace interleave::driver {
namespace {

struct Call {
  long number;
  const char *name;
};

// The calls in which a thread can wait; others show as their number.
constexpr Call kCalls[] = {
    {SYS_read, "read"},
    {SYS_write, "write"},
    {SYS_readv, "readv"},
    {SYS_writev, "writev"},
    {SYS_recvfrom, "recvfrom"},
    {SYS_recvmsg, "recvmsg"},
    {SYS_sendto, "sendto"},
    {SYS_sendmsg, "sendmsg"},
    {SYS_accept, "accept"},
    {SYS_accept4, "accept4"},
    {SYS_connect, "connect"},
    {SYS_ppoll, "ppoll"},
    {SYS_pselect6, "pselect"},
    {SYS_epoll_pwait, "epoll_pwait"},
    {SYS_futex, "futex"},
    {SYS_flock, "flock"},
    {SYS_nanosleep, "nanosleep"},
    {SYS_clock_nanosleep, "clock_nanosleep"},
    {SYS_fcntl, "fcntl"},
    {SYS_wait4, "wait4"},
    {SYS_waitid, "waitid"},
    {SYS_rt_sigtimedwait, "sigtimedwait"},
    {SYS_rt_sigsuspend, "sigsuspend"},
    {SYS_openat, "openat"},
    {SYS_msgrcv, "msgrcv"},
    {SYS_msgsnd, "msgsnd"},
    {SYS_semtimedop, "semtimedop"},
    {SYS_mq_timedreceive, "mq_receive"},
    {SYS_fsync, "fsync"},
    {SYS_io_getevents, "io_getevents"},
    {SYS_restart_syscall, "a restarted call"},
#ifdef SYS_poll  // AArch64 has only the newer forms
    {SYS_poll, "poll"},
    {SYS_select, "select"},
    {SYS_epoll_wait, "epoll_wait"},
    {SYS_pause, "pause"},
    {SYS_open, "open"},
#endif
};

std::string name_of_call(long number) {
  for (const Call &call : kCalls)
    if (call.number == number) return call.name;
  return fmt::format("system call {}", number);
}

}  // namespace

ProcessState process_state(pid_t pid) {
  ProcessState result;
  // "pid (name) S ppid ..."; the name may hold anything, so fields are counted from the last ')'.
  if (auto stat = support::read_file(fmt::format("/proc/{}/stat", pid))) {
    std::size_t end = stat->rfind(')');
    unsigned long user = 0, system = 0;
    if (end != std::string::npos)
      std::sscanf(stat->c_str() + end + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                  &result.state, &user, &system);
    result.cpu_seconds =
        static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  if (auto call = support::read_file(fmt::format("/proc/{}/syscall", pid))) {
    long number = -1;
    unsigned long argument = 0;
    if (std::sscanf(call->c_str(), "%ld 0x%lx", &number, &argument) == 2 && number >= 0) {
      result.call = name_of_call(number);
      result.argument = argument;
    }
  }
  return result;
}

Hang Watchdog::look(const campaign::Campaign &c, std::int64_t now_ns) {
  if (c.execution.started_ns == 0 || c.worker_pid == 0) {
    pid_ = 0;
    return {};
  }
  if (c.execution.number != execution_ || c.worker_pid != pid_) {
    execution_ = c.execution.number;
    cpu_at_begin_ = process_state(c.worker_pid).cpu_seconds;
  }
  double seconds = static_cast<double>(now_ns - c.execution.started_ns) * 1e-9;
  // Half of the time on a processor: what a busy machine makes slow is not endless.
  bool is_over = limit_ > 0 && seconds > limit_;
  if (is_over && process_state(c.worker_pid).cpu_seconds - cpu_at_begin_ >= limit_ / 2)
    return {Hang::Kind::endless, "", 0, seconds};
  return look_at(c.worker_pid,
                 c.execution.number << 32 ^ c.execution.visible ^
                     std::uint64_t{c.execution.choice_count} << 16,
                 now_ns);
}

Hang Watchdog::look_at(pid_t pid, std::uint64_t moved, std::int64_t now_ns) {
  if (pid != pid_ || moved != moved_) {
    pid_ = pid;
    moved_ = moved;
    since_ns_ = now_ns;
    cpu_since_ = process_state(pid).cpu_seconds;
    return {};
  }
  double seconds = static_cast<double>(now_ns - since_ns_) * 1e-9;
  if (seconds < patience_) return {};
  ProcessState state = process_state(pid);
  if (state.state == 'Z' || state.state == 'X' || state.state == '?')
    return {};  // ended; its server will tell
  if (state.cpu_seconds - cpu_since_ >= patience_ / 2)
    return {Hang::Kind::spinning, "", 0, seconds};
  if (state.state == 'R') return {};  // starved, not stuck
  return {Hang::Kind::blocked, state.call, state.argument, seconds};
}

std::string describe(const Hang &hang) {
  if (hang.kind == Hang::Kind::spinning)
    return fmt::format("a thread ran for {:.0f} s without any operation that the tool controls",
                       hang.seconds);
  if (hang.kind == Hang::Kind::endless)
    return fmt::format("the execution did not end within {:.0f} s", hang.seconds);
  std::string call = hang.call.empty() ? "a system call" : hang.call;
  bool has_descriptor = call == "read" || call == "write" || call == "recvfrom" ||
                        call == "recvmsg" || call == "accept" || call == "accept4" ||
                        call == "connect" || call == "flock";
  if (has_descriptor) call += fmt::format(" on descriptor {}", hang.argument);
  return fmt::format("a thread blocked in {} for {:.0f} s", call, hang.seconds);
}

}  // namespace interleave::driver
