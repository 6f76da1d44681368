// Processes that a program leaves behind: we inherit them, and end them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/exit.h"

namespace interleave::driver {

// adopt_orphans() makes this process inherit the children of its children (Linux's subreaper), so
// that even a daemonised process cannot outlive its test. Remembers the children that exist now:
// those are not ours to end.
void adopt_orphans();

// own_child() says that a started program lives on purpose, until disown_child().
void own_child(pid_t pid);
void disown_child(pid_t pid);

// reap_orphans() kills and reaps every inherited process that nobody owns.
void reap_orphans();

// descriptor_of_process() becomes readable when the process ends (Linux's pidfd); -1: cannot be
// had.
int descriptor_of_process(pid_t pid);

struct Finished {
  int status;          // as of waitpid
  std::string output;  // stdout
  std::string errors;  // stderr
  bool timed_out;
};

// run_plainly() runs a command to its end with the given environment, without control and without
// input.
support::Result<Finished> run_plainly(const std::vector<std::string> &command,
                                      const std::vector<std::string> &env, int timeout_ms);

}  // namespace interleave::driver
