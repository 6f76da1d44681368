// interleave::thread, jthread and this_thread: std's own.
// SPDX-License-Identifier: Apache-2.0
//
// libstdc++'s thread is already one operation each of the runtime's pthread_create, pthread_join
// and pthread_detach, and this_thread's functions are one call each of sched_yield, nanosleep and
// the clocks, so there is nothing to write better. They have names here so that shimmed code can be
// spelled with one namespace.
#pragma once

#include <thread>

namespace interleave {

using std::thread;
#ifdef __cpp_lib_jthread
using std::jthread;
#endif
namespace this_thread = std::this_thread;

}  // namespace interleave
