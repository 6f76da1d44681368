// Threads: their creation, end, and everything that belongs to one thread (keys, thread_local destructors, names).
// SPDX-License-Identifier: Apache-2.0
//
// pthread_create, std::thread and C11 threads all arrive here. Keys and thread_local destructors are ours because glibc's own
// belong to kernel threads that a forked worker no longer has.
#pragma once

#include <pthread.h>

#include <cstdint>

#include "runtime/execution.h"

namespace interleave::runtime::threads {

// begin() makes thread 0 of the caller and forgets all others.
void begin();
// enter_worker() is server::enter_worker() with stacks for the threads that come, which a worker cannot make.
void enter_worker();
int create(pthread_t *handle, bool detached, void *(*start)(void *), void *argument, std::uint64_t pc);
// begin_again() makes t, which stands still, be as it was when it was created: `born` is what it was then. What it has done to memory off its
// stack stays.
void begin_again(Thread &t, const Thread &born);
int join(pthread_t handle, void **result, std::uint64_t deadline_ns, bool try_only, std::uint64_t pc);
int detach(pthread_t handle);
[[noreturn]] void exit(void *result);
// The clean-up handlers of C, which jump into their frame and from there to exit() again.
void push_cleanup(__pthread_unwind_buf_t *cleanup);
void pop_cleanup(__pthread_unwind_buf_t *cleanup);
// find() returns the controlled thread that `handle` stands for now, or null.
Thread *find(pthread_t handle);

int key_create(pthread_key_t *key, void (*destructor)(void *));
int key_delete(pthread_key_t key);
int set_specific(pthread_key_t key, const void *value);
void *get_specific(pthread_key_t key);
bool is_our_key(pthread_key_t key);

// at_exit() registers the destructor of a thread_local object of the current thread. False: the main thread, whose end is the C
// library's business.
bool at_exit(void (*destructor)(void *), void *object);

// end_of_program() makes the checks of a program's or body's end: joinable threads nobody joined, lock-order cycles.
void end_checks();

}  // namespace interleave::runtime::threads
