// TSan's public interface: what code under __has_feature(thread_sanitizer) calls by itself.
// SPDX-License-Identifier: Apache-2.0
//
// See <sanitizer/tsan_interface.h> and tsan_interface_ann.cpp of compiler-rt. Happens-before
// annotations count, and so do locks that are described by annotations (their own accesses to plain
// memory are then not looked at; their atomics are). A benign race by declaration is not reported.
// Fibers of the program are accepted but unknown: what one thread's fibers do is done by that
// thread, in that order. Functions about reports exist only inside TSan's callbacks and are absent.
//
// Annotate* are weak: programs bring definitions of their own (dynamic_annotations.c).
#include <algorithm>
#include <cstring>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/execution.h"
#include "runtime/futex.h"
#include "runtime/intercept/export.h"
#include "runtime/memory/access.h"

namespace access = interleave::runtime::access;
using interleave::runtime::controlled;
using interleave::runtime::execution;

#define ANNOTATION INTERLEAVE_EXPORT __attribute__((weak))

namespace {

std::uint64_t number(const volatile void *p) { return reinterpret_cast<std::uint64_t>(p); }

// Flags of __tsan_mutex_*.
constexpr unsigned kReadLock = 1 << 3, kTryLockFailed = 1 << 5;

}  // namespace

INTERLEAVE_EXPORT void __tsan_acquire(void *at) { access::annotate_acquire(number(at)); }
INTERLEAVE_EXPORT void __tsan_release(void *at) { access::annotate_release(number(at)); }
INTERLEAVE_EXPORT void __tsan_ignore_thread_begin() { access::ignore(true, true, 1); }
INTERLEAVE_EXPORT void __tsan_ignore_thread_end() { access::ignore(true, true, -1); }

INTERLEAVE_EXPORT void __tsan_mutex_create(void *, unsigned) {}
INTERLEAVE_EXPORT void __tsan_mutex_destroy(void *at, unsigned) {
  access::forget_annotations(number(at), 1);
}
INTERLEAVE_EXPORT void __tsan_mutex_pre_lock(void *, unsigned) { access::ignore(true, true, 1); }
INTERLEAVE_EXPORT void __tsan_mutex_post_lock(void *at, unsigned flags, int) {
  access::ignore(true, true, -1);
  if (flags & kTryLockFailed) return;
  if (flags & kReadLock) access::annotate_acquire(number(at));
  else access::annotate_acquire_exclusive(number(at));
}
INTERLEAVE_EXPORT int __tsan_mutex_pre_unlock(void *at, unsigned flags) {
  if (flags & kReadLock) access::annotate_release_shared(number(at));
  else access::annotate_release(number(at));
  access::ignore(true, true, 1);
  return 1;
}
INTERLEAVE_EXPORT void __tsan_mutex_post_unlock(void *, unsigned) {
  access::ignore(true, true, -1);
}
INTERLEAVE_EXPORT void __tsan_mutex_pre_signal(void *, unsigned) { access::ignore(true, true, 1); }
INTERLEAVE_EXPORT void __tsan_mutex_post_signal(void *, unsigned) {
  access::ignore(true, true, -1);
}
INTERLEAVE_EXPORT void __tsan_mutex_pre_divert(void *, unsigned) { access::ignore(true, true, -1); }
INTERLEAVE_EXPORT void __tsan_mutex_post_divert(void *, unsigned) { access::ignore(true, true, 1); }
INTERLEAVE_EXPORT void __tsan_check_no_mutexes_held() {}

// Libraries' objects: an access to one is told as an access to its first byte.
INTERLEAVE_EXPORT void *__tsan_external_register_tag(const char *type) {
  return const_cast<char *>(type);
}
INTERLEAVE_EXPORT void __tsan_external_register_header(void *, const char *) {}
INTERLEAVE_EXPORT void __tsan_external_assign_tag(void *, void *) {}
INTERLEAVE_EXPORT void __tsan_external_read(void *at, void *pc, void *) {
  interleave::runtime::plain_read(number(at), 1, number(pc));
}
INTERLEAVE_EXPORT void __tsan_external_write(void *at, void *pc, void *) {
  interleave::runtime::plain_write(number(at), 1, number(pc));
}

namespace {
char only_fiber;
}
INTERLEAVE_EXPORT void *__tsan_get_current_fiber() { return &only_fiber; }
INTERLEAVE_EXPORT void *__tsan_create_fiber(unsigned) { return &only_fiber; }
INTERLEAVE_EXPORT void __tsan_destroy_fiber(void *) {}
INTERLEAVE_EXPORT void __tsan_switch_to_fiber(void *, unsigned) {}
INTERLEAVE_EXPORT void __tsan_set_fiber_name(void *, const char *) {}
INTERLEAVE_EXPORT void __tsan_flush_memory() {}

// TSan's own tests order threads by a barrier that orders nothing: the low half counts arrivals,
// the high half is how many make a round.
INTERLEAVE_EXPORT void __tsan_testonly_barrier_init(std::uint64_t *barrier, unsigned count) {
  *barrier = std::uint64_t{count} << 32;
}
INTERLEAVE_EXPORT void __tsan_testonly_barrier_wait(std::uint64_t *barrier) {
  auto *arrived = reinterpret_cast<std::uint32_t *>(barrier);
  auto size = static_cast<std::uint32_t>(*barrier >> 32);
  std::uint32_t place = __atomic_fetch_add(arrived, 1, __ATOMIC_SEQ_CST), round = place / size;
  if ((place + 1) % size == 0) {
    interleave::runtime::futex::wake(arrived, UINT32_MAX, INTERLEAVE_CALLER());
    return;
  }
  for (std::uint32_t now; (now = __atomic_load_n(arrived, __ATOMIC_SEQ_CST)) / size == round;)
    interleave::runtime::futex::wait(arrived, now, 0, INTERLEAVE_CALLER());
}

ANNOTATION void AnnotateHappensBefore(const char *, int, const volatile void *at) {
  access::annotate_release(number(at));
}
ANNOTATION void AnnotateHappensAfter(const char *, int, const volatile void *at) {
  access::annotate_acquire(number(at));
}
ANNOTATION void WTFAnnotateHappensBefore(const char *, int, const volatile void *at) {
  access::annotate_release(number(at));
}
ANNOTATION void WTFAnnotateHappensAfter(const char *, int, const volatile void *at) {
  access::annotate_acquire(number(at));
}
ANNOTATION void AnnotateIgnoreReadsBegin(const char *, int) { access::ignore(true, false, 1); }
ANNOTATION void AnnotateIgnoreReadsEnd(const char *, int) { access::ignore(true, false, -1); }
ANNOTATION void AnnotateIgnoreWritesBegin(const char *, int) { access::ignore(false, true, 1); }
ANNOTATION void AnnotateIgnoreWritesEnd(const char *, int) { access::ignore(false, true, -1); }
ANNOTATION void AnnotateIgnoreSyncBegin(const char *, int) {}
ANNOTATION void AnnotateIgnoreSyncEnd(const char *, int) {}
ANNOTATION void AnnotateBenignRaceSized(const char *, int, const volatile void *at,
                                        std::size_t size, const char *) {
  access::declare_benign(number(at), size);
}
ANNOTATION void WTFAnnotateBenignRaceSized(const char *, int, const volatile void *at,
                                           std::size_t size, const char *) {
  access::declare_benign(number(at), size);
}
ANNOTATION void AnnotateBenignRace(const char *, int, const volatile void *at, const char *) {
  access::declare_benign(number(at), 8);
}
ANNOTATION void AnnotateNewMemory(const char *, int, const volatile void *at, std::size_t size) {
  if (!controlled) return;
  execution.races.forget(number(at), size);
  interleave::runtime::exhaustive::forgo_recall();
}
ANNOTATION void AnnotateThreadName(const char *, int, const char *name) {
  if (!controlled) return;
  auto &mine = execution.current->name;
  std::strncpy(mine, name, sizeof mine - 1);
}
ANNOTATION void AnnotateRWLockCreate(const char *, int, const volatile void *) {}
ANNOTATION void AnnotateRWLockCreateStatic(const char *, int, const volatile void *) {}
ANNOTATION void AnnotateRWLockDestroy(const char *, int, const volatile void *) {}
ANNOTATION void AnnotateRWLockAcquired(const char *, int, const volatile void *at, long is_writer) {
  if (is_writer) access::annotate_acquire_exclusive(number(at));
  else access::annotate_acquire(number(at));
}
ANNOTATION void AnnotateRWLockReleased(const char *, int, const volatile void *at, long is_writer) {
  if (is_writer) access::annotate_release(number(at));
  else access::annotate_release_shared(number(at));
}

// Of the days of helgrind and of TSan's first version: TSan ignores them too.
ANNOTATION void AnnotateCondVarWait(const char *, int, const volatile void *,
                                    const volatile void *) {}
ANNOTATION void AnnotateCondVarSignal(const char *, int, const volatile void *) {}
ANNOTATION void AnnotateCondVarSignalAll(const char *, int, const volatile void *) {}
ANNOTATION void AnnotateMutexIsNotPHB(const char *, int, const volatile void *) {}
ANNOTATION void AnnotateMutexIsUsedAsCondVar(const char *, int, const volatile void *) {}
ANNOTATION void AnnotatePublishMemoryRange(const char *, int, const volatile void *, std::size_t) {}
ANNOTATION void AnnotateUnpublishMemoryRange(const char *, int, const volatile void *,
                                             std::size_t) {}
ANNOTATION void AnnotatePCQCreate(const char *, int, const volatile void *) {}
ANNOTATION void AnnotatePCQDestroy(const char *, int, const volatile void *) {}
ANNOTATION void AnnotatePCQPut(const char *, int, const volatile void *) {}
ANNOTATION void AnnotatePCQGet(const char *, int, const volatile void *) {}
ANNOTATION void AnnotateExpectRace(const char *, int, const volatile void *, const char *) {}
ANNOTATION void AnnotateFlushExpectedRaces(const char *, int) {}
ANNOTATION void AnnotateFlushState(const char *, int) {}
ANNOTATION void AnnotateEnableRaceDetection(const char *, int, int) {}
ANNOTATION void AnnotateTraceMemory(const char *, int, const volatile void *) {}
ANNOTATION void AnnotateNoOp(const char *, int, const volatile void *) {}
ANNOTATION void AnnotateMemoryIsInitialized(const char *, int, const volatile void *, std::size_t) {
}
ANNOTATION void AnnotateMemoryIsUninitialized(const char *, int, const volatile void *,
                                              std::size_t) {}
