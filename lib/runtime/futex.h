// Futex: waiting for a change of memory (futex(2); std::atomic::wait and notify, [atomics.wait]).
// SPDX-License-Identifier: Apache-2.0
//
// A wait is two visible operations: futex_wait compares and joins the waiters in one step,
// futex_wake is enabled when the thread was notified, its deadline passed, or it wakes spuriously.
// By graph, whether a wait finds another value or sleeps is a choice of the thread that comes before
// (ChoiceKind::blocks). It finds another value: one atomic load that does. It sleeps: it joins the
// waiters, an operation of that queue alone; then a load finds the value expected; then it is
// blocked until notified. Who joins after a notify has acquired what that released, and so does not
// find a value that was changed before: comparing and joining in one step would order no more. No
// spurious wake-ups there, and that a std::atomic::wait sleeps is mostly not gone through at all
// (explore/graph/assumptions.h).
// A notify that need not wake everybody wakes whom the strategy chooses, the longest waiting first
// by default. A futex orders nothing by itself; the accesses around it do.
//
// The waiters live in the object of the atomic location itself: a wait depends on the stores there,
// and two objects at one address would be two names for one thing. libstdc++'s semaphore, latch,
// barrier, future and std::atomic::wait arrive here by syscall(SYS_futex) where they were not
// rewritten.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/operation.h"

namespace interleave::runtime::futex {

// wait() blocks while *at == expected. Returns 0, or a positive errno: EAGAIN (the value is another
// one), ETIMEDOUT. deadline_ns is on the virtual clock, 0: none. Only wakes whose mask meets `mask`
// wake it.
int wait(const void *at, std::uint32_t expected, std::uint64_t deadline_ns, std::uint64_t pc,
         std::uint32_t mask = UINT32_MAX);
// wake() wakes up to `count` waiters and returns how many.
std::uint32_t wake(const void *at, std::uint32_t count, std::uint64_t pc,
                   std::uint32_t mask = UINT32_MAX);

// notify() is std::atomic::notify_one and notify_all.
std::uint32_t notify(const void *at, std::uint32_t count, std::uint64_t pc, std::uint32_t mask = UINT32_MAX);

// wait_while_equal() is std::atomic::wait: returns when a load of `size` bytes with `order` is not
// *old.
void wait_while_equal(const void *at, const void *old, std::size_t size, model::Order order,
                      std::uint64_t pc);

// All of these work only under control; both of these do without, by the kernel's futex.
void plain_wait_while_equal(const void *at, const void *old, std::size_t size);
void plain_notify(const void *at);

}  // namespace interleave::runtime::futex
