// Ctrl-C and its relatives: noticed at once, obeyed at a good moment, and at once the second time.
// SPDX-License-Identifier: Apache-2.0
//
// The programs under test run in process groups of their own, so a terminal's Ctrl-C reaches only
// us. The first SIGINT, SIGTERM or SIGHUP makes interrupt_fd() readable; the second kills the
// current program and ends this process. Two within 0.3 s are one: runners send a signal to the
// process and again to its group.
#pragma once

#include <sys/types.h>

namespace interleave::support {

// Installs the handlers; called once by main.
void watch_interrupts();

// The signal that asked us to stop; 0: none.
int interrupt_signal();

// Readable once a signal came; -1 before watch_interrupts().
int interrupt_fd();

// The process group that a second signal kills; 0: none.
void set_current_group(pid_t group);

}  // namespace interleave::support
