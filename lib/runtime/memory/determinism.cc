// Random numbers, process ids and processor counts under control.
// SPDX-License-Identifier: Apache-2.0
//
// Random bytes are a fixed stream for each thread. std::random_device of libstdc++ 12 asks the
// processor (rdrand) before it asks libc, so its own function is interposed. /dev/urandom is left
// alone, and so are rand() and random(), which begin the same in each process. There are two
// processors, so that a pool that is sized by them is small, and the same everywhere.
//
// The process id is fixed too; kill() and the system calls that take one know its meaning.
#include "runtime/memory/determinism.h"

#include <sched.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "runtime/execution.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"
#include "runtime/process/raw_syscall.h"

namespace interleave::runtime::determinism {
namespace {

std::uint64_t taken[model::kMaxThreads];       // numbers of each thread's stream

// SplitMix64 (Steele, Lea and Flood 2014).
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

std::uint64_t next_number() {
  const ThreadId t = execution.current->place;
  return mix(mix(t + 1) + ++taken[t] * 0x9e3779b97f4a7c15u);
}

}  // namespace

void begin_execution() { std::fill(std::begin(taken), std::end(taken), 0); }

void begin_thread(ThreadId place) { taken[place] = 0; }

void fill(void *at, std::size_t size) {
  auto *to = static_cast<char *>(at);
  for (std::size_t done = 0; done < size; done += sizeof(std::uint64_t)) {
    const std::uint64_t number = next_number();
    std::memcpy(to + done, &number, std::min(size - done, sizeof number));
  }
}

pid_t thread_id() { return kProcess + static_cast<pid_t>(execution.current->place); }

pid_t real_id(pid_t id) {
  if (id == kProcess) return static_cast<pid_t>(raw_syscall(SYS_getpid));
  const bool is_thread = id > kProcess && id < kProcess + static_cast<pid_t>(model::kMaxThreads);
  return is_thread ? static_cast<pid_t>(raw_syscall(SYS_gettid))
                   : id;   // fibers: one kernel thread is all of them
}

}  // namespace interleave::runtime::determinism

namespace determinism = interleave::runtime::determinism;
namespace real = interleave::real;
using interleave::runtime::controlled;

// ---- random numbers ----------------------------------------------------------------------------

INTERLEAVE_EXPORT ssize_t getrandom(void *at, std::size_t size, unsigned flags) {
  if (!controlled) return real::getrandom(at, size, flags);
  determinism::fill(at, size);
  return static_cast<ssize_t>(size);
}

INTERLEAVE_EXPORT int getentropy(void *at, std::size_t size) {
  if (!controlled) return real::getentropy(at, size);
  if (size > 256) {
    errno = EIO;
    return -1;
  }
  determinism::fill(at, size);
  return 0;
}

INTERLEAVE_EXPORT std::uint32_t arc4random() {
  if (!controlled) return real::arc4random();
  std::uint32_t number;
  determinism::fill(&number, sizeof number);
  return number;
}

INTERLEAVE_EXPORT void arc4random_buf(void *at, std::size_t size) {
  if (!controlled) return real::arc4random_buf(at, size);
  determinism::fill(at, size);
}

INTERLEAVE_EXPORT std::uint32_t arc4random_uniform(std::uint32_t bound) {
  if (!controlled) return real::arc4random_uniform(bound);
  if (bound < 2) return 0;
  std::uint64_t number;
  determinism::fill(&number, sizeof number);
  return static_cast<std::uint32_t>(number % bound);  // the bias of 2^-32 does not matter here
}

// std::random_device::_M_getval(). Weak: a program that links libstdc++ statically has it already.
INTERLEAVE_EXPORT __attribute__((weak)) unsigned interleave_random_device(void *device) asm(
    "_ZNSt13random_device9_M_getvalEv");
INTERLEAVE_EXPORT __attribute__((weak)) unsigned interleave_random_device(void *device) {
  if (!controlled) return real::_ZNSt13random_device9_M_getvalEv(device);
  unsigned number;
  determinism::fill(&number, sizeof number);
  return number;
}

// ---- ids ---------------------------------------------------------------------------------------

INTERLEAVE_EXPORT pid_t getpid() noexcept {
  return controlled ? determinism::kProcess : real::getpid();
}

INTERLEAVE_EXPORT pid_t gettid() noexcept {
  return controlled ? determinism::thread_id() : real::gettid();
}

INTERLEAVE_EXPORT int kill(pid_t process, int signal) noexcept {
  return real::kill(controlled ? determinism::real_id(process) : process, signal);
}

// ---- processors --------------------------------------------------------------------------------

namespace {

constexpr int kProcessors = 2;

template <class Set>
void fill_set(std::size_t size, Set *set) {
  std::memset(set, 0, size);
  for (std::size_t i = 0; i < kProcessors; i++) CPU_SET_S(i, size, set);
}

}  // namespace

INTERLEAVE_EXPORT int get_nprocs() noexcept {
  return controlled ? kProcessors : real::get_nprocs();
}

INTERLEAVE_EXPORT int get_nprocs_conf() noexcept {
  return controlled ? kProcessors : real::get_nprocs_conf();
}

INTERLEAVE_EXPORT long sysconf(int name) noexcept {
  if (controlled && (name == _SC_NPROCESSORS_ONLN || name == _SC_NPROCESSORS_CONF))
    return kProcessors;
  return real::sysconf(name);
}

INTERLEAVE_EXPORT int sched_getaffinity(pid_t id, std::size_t size, cpu_set_t *set) noexcept {
  if (!controlled || size < sizeof(unsigned long)) return real::sched_getaffinity(id, size, set);
  fill_set(size, set);
  return 0;
}

INTERLEAVE_EXPORT int pthread_getaffinity_np(pthread_t thread, std::size_t size,
                                             cpu_set_t *set) noexcept {
  if (!controlled || size < sizeof(unsigned long))
    return real::pthread_getaffinity_np(thread, size, set);
  fill_set(size, set);
  return 0;
}

INTERLEAVE_EXPORT int sched_getcpu() noexcept { return controlled ? 0 : real::sched_getcpu(); }
