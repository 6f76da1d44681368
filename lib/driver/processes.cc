// Processes that a program leaves behind, and programs that run plainly.
// SPDX-License-Identifier: Apache-2.0
#include "driver/processes.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>

#include <fmt/format.h>

#include "support/fs.h"
#include "support/interrupt.h"

namespace interleave::driver {
namespace {

std::vector<pid_t> owned;  // started by us and meant to live, or here before us
bool is_adopting = false;

std::vector<pid_t> children() {
  std::vector<pid_t> result;
  auto text = support::read_file(fmt::format("/proc/self/task/{}/children", getpid()));
  std::istringstream words(text.value_or(""));
  for (pid_t pid; words >> pid;) result.push_back(pid);
  return result;
}

// A file without a name, for output that may be larger than a pipe.
int nameless_file() { return open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); }

std::string take_text(int fd) {
  std::string text;
  char buffer[4096];
  ssize_t got;
  lseek(fd, 0, SEEK_SET);
  while ((got = read(fd, buffer, sizeof buffer)) > 0)
    text.append(buffer, static_cast<std::size_t>(got));
  close(fd);
  return text;
}

}  // namespace

// By its number: glibc 2.36 declares pidfd_open() without C linkage.
int descriptor_of_process(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

void adopt_orphans() {
  if (is_adopting) return;
  is_adopting = true;
  owned = children();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void own_child(pid_t pid) { owned.push_back(pid); }

void disown_child(pid_t pid) { std::erase(owned, pid); }

void reap_orphans() {
  // Killing one may hand us its children: repeat until none is left.
  constexpr int kRounds = 100;
  for (int round = 0; round < kRounds; round++) {
    bool found = false;
    for (pid_t pid : children()) {
      if (std::find(owned.begin(), owned.end(), pid) != owned.end()) continue;
      found = true;
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
    if (!found) return;
  }
}

support::Result<Finished> run_plainly(const std::vector<std::string> &command,
                                      const std::vector<std::string> &env, int timeout_ms) {
  adopt_orphans();
  int output = nameless_file(), errors = nameless_file();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, errors, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<char *> argv, envp;
  for (const std::string &word : command) argv.push_back(const_cast<char *>(word.c_str()));
  for (const std::string &entry : env) envp.push_back(const_cast<char *>(entry.c_str()));
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  pid_t pid = 0;
  int failure = posix_spawn(&pid, argv[0], &actions, &attributes, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  Finished result{};
  if (failure == 0) {
    support::set_current_group(pid);
    int pid_fd = descriptor_of_process(pid);
    pollfd fds[2] = {{pid_fd, POLLIN, 0}, {support::interrupt_fd(), POLLIN, 0}};
    poll(fds, 2, timeout_ms);
    result.timed_out = (fds[0].revents & POLLIN) == 0;
    close(pid_fd);
    if (result.timed_out) kill(-pid, SIGKILL);
    while (waitpid(pid, &result.status, 0) < 0 && errno == EINTR) {}
    kill(-pid, SIGKILL);  // what it left in its group
    support::set_current_group(0);
    reap_orphans();
  }
  result.output = take_text(output);
  result.errors = take_text(errors);
  if (failure == 0) return result;
  return support::error(support::Exit::untestable,
                        fmt::format("cannot run {}: {}", command[0], std::strerror(failure)));
}

}  // namespace interleave::driver
