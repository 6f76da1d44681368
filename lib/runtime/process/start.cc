// Finding out whether this process is under control, and its end.
// SPDX-License-Identifier: Apache-2.0
//
// The constructor runs before those of the program's own files (priority 102), so objects they build are under control already.
// Without the session variable it does nothing at all: the program is the plain program.
#include "runtime/process/start.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/clock.h"
#include "runtime/context.h"
#include "runtime/execution.h"
#include "runtime/findings.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"
#include "runtime/memory/access.h"
#include "runtime/memory/allocator.h"
#include "runtime/modules.h"
#include "runtime/process/crash.h"
#include "runtime/process/raw_syscall.h"
#include "runtime/process/server.h"
#include "runtime/record.h"
#include "runtime/threads.h"
#include "support/check.h"

// Defined wherever GoogleTest is part of the program; nothing pulls it in otherwise.
extern "C" __attribute__((weak)) void _ZN7testing14InitGoogleTestEPiPPc(int *, char **);
extern "C" __attribute__((weak)) void _ZN7testing14InitGoogleTestEv();

extern "C" void __cxa_finalize(void *) noexcept;      // the C library's; no header has it

// The marks that `interleave doctor` and the linker look for: see instrument/note.h.
INTERLEAVE_EXPORT const char interleave_runtime_abi_1[] = "interleave runtime, ABI 1";
INTERLEAVE_EXPORT const char interleave_abi_1[] = "interleave ABI 1";

namespace interleave::runtime {
namespace {

constexpr std::size_t kMemory = std::size_t{4} << 30, kShadow = std::size_t{64} << 30;   // address space, not memory
bool listing;

// The first handler that was registered, so the last but for those of the libraries. What the C library does after it is done here, if the
// next execution can follow in this process: the end itself would be noticed by a signal (system_calls.h), which takes some microseconds more.
void on_exit_of_program(int status, void *) {
  end_of_program(status);
  if (status != 0 || !server::can_go_back()) return;
  __cxa_finalize(nullptr);        // those handlers, and destructor functions
  std::fflush(nullptr);
  server::go_on();                // returns if something has happened that it cannot put back
}

void stop_before_exit() {
  if (!controlled || execution.live_threads < 2) return;
  Operation op{.op = Op::program_exit};
  note(reach(op), op);
}

// A name that resolves to libc's function would be used by shared libraries behind our back.
void check_interposition() {
  struct {
    const char *name;
    const void *ours;
  } const names[] = {
#define OURS(name) {#name, reinterpret_cast<const void *>(&::name)}
      OURS(pthread_create),      OURS(pthread_join),       OURS(pthread_mutex_lock), OURS(pthread_mutex_unlock),
      OURS(pthread_cond_wait),   OURS(pthread_cond_signal), OURS(pthread_once),       OURS(clock_gettime),
      OURS(nanosleep),           OURS(malloc),             OURS(free),               OURS(pthread_rwlock_rdlock),
      OURS(pthread_cond_broadcast), OURS(sched_yield),     OURS(pthread_getspecific), OURS(syscall),
#undef OURS
  };
  for (const auto &n : names) {
    if (dlsym(RTLD_DEFAULT, n.name) == n.ours) continue;
    char text[200];
    std::snprintf(text, sizeof text,
                  "%s of this program does not lead to interleave's: link it with interleave-c++ or interleave_instrument()",
                  n.name);
    server::tell(campaign::Message::failed, 0, text);
    raw_syscall(SYS_exit_group, 3);
  }
}

// Moves the descriptors' numbers out of the program's sight: not inherited by what it executes.
bool open_session(const char *session, campaign::Campaign **shared, int *socket) {
  unsigned abi;
  int memory, places;
  if (std::sscanf(session, "%u:%d:%d:%d", &abi, &memory, socket, &places) != 4) return false;
  if (abi != campaign::kLayout) {
    server::start(nullptr, *socket);
    server::tell(campaign::Message::failed, abi, "the program's runtime and this interleave are of different versions");
    raw_syscall(SYS_exit_group, 3);
  }
  void *at = mmap(nullptr, campaign::kCampaignBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memory, 0);
  if (at == MAP_FAILED) return false;
  close(memory);
  fcntl(*socket, F_SETFD, FD_CLOEXEC);
  *shared = static_cast<campaign::Campaign *>(at);
  if (places < 0) return true;
  at = mmap((*shared)->places, campaign::kPageBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, places, 0);
  close(places);
  return at != MAP_FAILED;
}

__attribute__((constructor(102))) void start() {
  const char *session = std::getenv(campaign::kSessionVariable);
  if (!session) return;
  campaign::Campaign *shared = nullptr;
  int socket = -1;
  if (!open_session(session, &shared, &socket)) return;
  unsetenv(campaign::kSessionVariable);
  real::resolve();
  execution.campaign = shared;
  server::start(shared, socket);
  shared->has_gtest = _ZN7testing14InitGoogleTestEPiPPc || _ZN7testing14InitGoogleTestEv;
  check_interposition();
  server::tell(campaign::Message::hello, campaign::kLayout, "");
  if (shared->settings.mode == campaign::Mode::list) {
    listing = true;
    return;
  }
  begin_control();
  on_exit(on_exit_of_program, nullptr);
  crash::install();
  controlled = true;
}

}  // namespace

bool is_listing() { return listing; }

void begin_control() {
  const campaign::Settings &settings = execution.campaign->settings;
  real::resolve();
  execution.memory.reserve(kMemory);
  execution.shadow.reserve(kShadow);
  modules::find();
  context::start(settings.substrate);
  begin_execution_state();
  execution.recording = settings.record;
  if (execution.recording) begin_recording();
}

void begin_execution_state() {
  execution.memory.reset();
  execution.clocks.begin(execution.memory);
  execution.races.begin(execution.clocks, execution.shadow);
  execution.locks.begin(execution.memory);
  execution.objects.begin(execution.memory);
  execution.fences.begin(execution.memory);
  threads::begin();
  context::take_back_all();
  allocator_begin_execution();
  access::begin_execution();
  execution.now_ns = 0;
  execution.visible = execution.visible_alone = execution.last_change = execution.turn = 0;
  execution.idle_yields = execution.since_time_passed = 0;
  execution.operations_hash = 0;
  execution.notes = 0;
  execution.yielding = false;
  exhaustive::begin_execution();
  execution.timeouts_used = execution.spurious_used = execution.weak_failures_used = 0;
  execution.stops_at_plain_accesses = execution.campaign->settings.on_race == campaign::OnRace::carry_on;
  execution.budgets = execution.campaign->settings.budgets;
  execution.memory_model = execution.campaign->settings.memory_model;
  execution.max_visible = execution.campaign->settings.max_steps;
}

void watch_for_exit() {
  static bool done;
  if (done) return;
  done = true;
  Inside inside;
  std::atexit(stop_before_exit);
}

void end_of_program(int status) {
  if (!controlled) return;
  controlled = false;
  if (server::has_finished()) {
    execution.campaign->rest_status = status;
    return;
  }
  server::enter_worker();
  threads::end_checks();
  campaign::Execution &e = execution.campaign->execution;
  e.exit_status = status;
  publish_execution();
  e.ending = campaign::Ending::passed;
  if (status == 0) return;       // what the C library still has to write comes after this
  auto &f = begin_finding(model::Rule::test_failed);
  f.exit_status = status;
  std::snprintf(f.message, sizeof f.message, "the program ended with exit status %d", status);
  e.ending = campaign::Ending::finding;
}

void end_program_by_itself() {
  controlled = false;
  campaign::Execution &e = execution.campaign->execution;
  e.exit_status = 0;
  publish_execution();
  e.ending = campaign::Ending::passed;
  server::go_on();
  raw_syscall(SYS_exit_group, 0);
  __builtin_unreachable();
}

void leave_control() {
  controlled = false;
  execution.campaign = nullptr;
}

}  // namespace interleave::runtime
