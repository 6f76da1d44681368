// real: the next definitions (libc's) of the functions that the runtime interposes.
// SPDX-License-Identifier: Apache-2.0
//
// real::name(...) may be called at any time, also before resolve(): an entry that was not resolved
// yet resolves all of them first. dlsym() without a version finds the default one, which is what a
// program linked today would get.
#pragma once

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/time.h>
#include <threads.h>
#include <sys/types.h>
#include <time.h>

#include <cstddef>
#include <cstdint>

namespace interleave::real {

#define REAL(result, name, parameters) extern result(*name) parameters;
#include "runtime/intercept/real.def"
#undef REAL

// resolve() looks every name up. Calling it again is harmless.
void resolve();

}  // namespace interleave::real
