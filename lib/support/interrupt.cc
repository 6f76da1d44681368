// Ctrl-C and its relatives.
// SPDX-License-Identifier: Apache-2.0
#include "support/interrupt.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <ctime>

#include "support/check.h"

namespace interleave::support {
namespace {

// Written by the handler, read by everybody: lock-free atomics are what [support.signal] allows.
std::atomic<int> first_signal{0};
std::atomic<std::int64_t> first_ms{0};
std::atomic<pid_t> current_group{0};
int pipe_ends[2] = {-1, -1};

std::int64_t now_ms() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * std::int64_t{1000} + now.tv_nsec / 1'000'000;
}

void on_signal(int signal) {
  constexpr std::int64_t kSameMs = 300;
  int before = errno;
  int none = 0;
  if (first_signal.compare_exchange_strong(none, signal)) {
    first_ms.store(now_ms());
    [[maybe_unused]] auto ignored = write(pipe_ends[1], "!", 1);
    errno = before;
    return;
  }
  if (now_ms() - first_ms.load() < kSameMs) {
    errno = before;
    return;
  }
  if (pid_t group = current_group.load(); group > 0) kill(-group, SIGKILL);
  _exit(128 + signal);
}

}  // namespace

void watch_interrupts() {
  CHECK(pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) == 0, "no pipe");
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before{};
    sigaction(signal, nullptr, &before);
    // nohup and shells' background jobs ignore them on purpose.
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

int interrupt_signal() { return first_signal.load(); }
int interrupt_fd() { return pipe_ends[0]; }
void set_current_group(pid_t group) { current_group.store(group); }

}  // namespace interleave::support
