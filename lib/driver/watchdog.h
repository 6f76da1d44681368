// Watchdog: tells an execution that hangs in a system call, or spins, from one that works.
// SPDX-License-Identifier: Apache-2.0
//
// The runtime sees visible operations only. A thread that blocks in something the runtime does not
// model, or loops without any operation, never comes back to it; only another process can notice.
// Nothing moves for kPatience: if the worker sleeps in the kernel it is blocked, and /proc says in
// which call; if it runs, and got at least half of that time on a processor (the machine may just
// be busy), it spins. One that does move, but does not end within `limit`, is endless.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "campaign/campaign.h"

namespace interleave::driver {

struct Hang {
  enum class Kind { none, blocked, spinning, endless } kind = Kind::none;
  std::string call;  // blocked: "read", "futex", ...; may be empty when the system does not tell
  std::uint64_t argument = 0;  // the call's first argument
  double seconds = 0;
};

class Watchdog {
 public:
  static constexpr double kPatience = 10;  // seconds
  explicit Watchdog(double patience = kPatience, double limit = 0)
      : patience_(patience), limit_(limit) {}  // 0: no limit
  // look() compares with the last look; says what is wrong once patience is over.
  Hang look(const campaign::Campaign &campaign, std::int64_t now_ns);
  // look_at() is the same for a process without an execution (a program before its first thread).
  Hang look_at(pid_t pid, std::uint64_t moved, std::int64_t now_ns);

 private:
  double patience_, limit_;
  pid_t pid_ = 0;
  std::uint64_t moved_ = 0;
  std::int64_t since_ns_ = 0;
  double cpu_since_ = 0;
  std::uint64_t execution_ = 0;
  double cpu_at_begin_ = 0;  // of the execution
};

// What /proc says about a process.
struct ProcessState {
  char state = '?';  // R, S, D, Z ...
  double cpu_seconds = 0;
  std::string call;  // name of the system call it is in
  std::uint64_t argument = 0;
};
ProcessState process_state(pid_t pid);

// describe() is the hang as a sentence: "thread blocked in read(5) for 10 s".
std::string describe(const Hang &hang);

}  // namespace interleave::driver
