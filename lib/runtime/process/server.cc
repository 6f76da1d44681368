// Serving requests: fork, wait, learn, again.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/process/server.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "runtime/by_graph/partial.h"
#include "runtime/by_graph/places.h"
#include "runtime/context.h"
#include "runtime/execution.h"
#include "runtime/findings.h"
#include "runtime/intercept/real.h"
#include "runtime/process/crash.h"
#include "runtime/process/image.h"
#include "runtime/process/layout.h"
#include "runtime/process/machine_clock.h"
#include "runtime/process/parts.h"
#include "runtime/process/raw_syscall.h"
#include "runtime/process/system_calls.h"
#include "runtime/record.h"
#include "support/arena.h"
#include "support/check.h"

namespace interleave::runtime::server {
namespace {

using campaign::Campaign;
using campaign::Done;
using campaign::Ending;
using campaign::Message;

Campaign *shared;
int driver_socket = -1;
bool worker;
explore::Strategy *current_strategy;
bool *drained;                     // the strategy has nothing more to run; in shared memory, beside it
// The strategy's memory resource, itself in memory that never moves; `used` is in the campaign so that all processes agree.
alignas(support::Arena) unsigned char arena_bytes[sizeof(support::Arena)];
std::int64_t request_began;
RecordingMark recorded_before;     // what the server itself recorded: each worker goes on from there

struct Output {                    // a captured stdout or stderr: each execution writes from here on
  int fd;
  long offset;                     // -1: not a file, left alone
};
Output outputs[] = {{1, -1}, {2, -1}};

bool receive(Message *message) {
  for (;;) {
    long n = raw_syscall(SYS_recvfrom, driver_socket, reinterpret_cast<long>(message), sizeof *message, 0, 0, 0);
    if (n == -EINTR) continue;
    return n == sizeof *message;
  }
}

void find_outputs() {
  if (driver_socket < 0) return;
  std::fflush(nullptr);
  for (Output &o : outputs) {
    struct stat status {};
    if (fstat(o.fd, &status) == 0 && S_ISREG(status.st_mode)) o.offset = lseek(o.fd, 0, SEEK_CUR);
  }
}

void rewind_outputs() {
  for (const Output &o : outputs) {
    if (o.offset < 0) continue;
    raw_syscall(SYS_ftruncate, o.fd, o.offset);
    raw_syscall(SYS_lseek, o.fd, o.offset, SEEK_SET);
  }
}

void begin_execution() {
  campaign::Execution &e = shared->execution;
  std::uint64_t number = e.number + 1;
  e = {};
  e.number = number;
  e.exit_status = -1;
  e.started_ns = machine_ns();
  current_strategy->begin_execution();
}

// Are there more executions to come, of a kind that can follow one another in one process?
bool may_go_back() {
  const campaign::Settings &s = shared->settings;
  // A body is called again; it is left midway by the exhaustive strategy.
  const bool is_body = driver_socket < 0 || shared->body[0] != '\0';
  if (is_body && s.strategy != campaign::Strategy::exhaustive) return false;
  return s.strategy != campaign::Strategy::replay && !s.record && s.max_executions != 1 && !context::is_os() && !shared->must_fork;
}

// In a worker with an image, in place of the end of the process: all that the program had to write is written.
[[noreturn]] void exit_or_go_on(int status) {
  if (status == 0 && shared->execution.ending == Ending::passed) go_on();
  if (partial::is_on()) partial::give_up();
  raw_syscall(SYS_exit_group, status);
  __builtin_unreachable();
}

void begin_worker() {
  worker = true;
  support::check_hook = [](const char *) {            // that is no end of the program
    shared->has_broken_invariant = 1;
    raw_syscall(SYS_exit_group, 70);
  };
  raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
  if (execution.recording) go_back_to(recorded_before);
  execution.budgets = shared->settings.budgets;
  execution.max_visible = shared->settings.max_steps;
  if (driver_socket < 0) crash::install();           // before, the process is the plain program
  if (may_go_back()) image::begin_here(exit_or_go_on);
}

// What a worker that died could not say itself.
void explain_death(int status) {
  campaign::Execution &e = shared->execution;
  if (e.ending != Ending::none) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && e.exit_status == 0) {
    e.ending = Ending::passed;
    return;
  }
  e.ending = Ending::finding;
  for (std::uint32_t i = 0; i < shared->finding_count; i++)
    if (!shared->findings[i].is_soft) return;         // its crash handler told
  auto &f = shared->findings[shared->finding_count < campaign::kMaxFindings ? shared->finding_count++
                                                                            : campaign::kMaxFindings - 1];
  std::memset(&f, 0, sizeof f);
  f.confirmed = true;
  if (WIFSIGNALED(status)) {
    f.rule = shared->killed_by_watchdog ? model::Rule::uncontrolled : model::Rule::crash;
    f.signal = shared->killed_by_watchdog ? 0 : WTERMSIG(status);
  } else {
    f.rule = model::Rule::test_failed;
    f.exit_status = WEXITSTATUS(status);
  }
}

bool is_default_schedule(const campaign::Execution &e) {
  for (std::uint32_t i = 0; i < e.choice_count; i++)
    if (shared->choices[i].taken != 0) return false;
  return true;
}

// Sets Campaign::done when nothing more is to run. The clock is not always looked at.
bool may_run_another(bool is_time_looked_at = true) {
  const campaign::Settings &s = shared->settings;
  if (current_strategy->must_begin_anew(&shared->caution_needed)) return shared->done = Done::begin_anew, false;
  if (*drained) return shared->done = Done::drained, false;
  if (shared->stop_requested) return shared->done = Done::interrupted, false;
  if (s.max_executions && shared->progress.executions >= s.max_executions) return shared->done = Done::limit, false;
  if (is_time_looked_at && s.max_time_ns && machine_ns() - request_began >= static_cast<std::int64_t>(s.max_time_ns))
    return shared->done = Done::limit, false;
  return true;
}

void account_for(explore::Skip skip) {
  *drained = skip == explore::Skip::last;
  current_strategy->report(shared->progress);
}

// Goes over the executions that need not run; returns whether one is to be run.
bool find_another() {
  for (std::uint32_t skipped = 0; may_run_another(skipped % 64 == 0); skipped++) {
    if (driver_socket >= 0) parts::tend(*current_strategy, skipped % 64 == 0);
    const explore::Skip skip = current_strategy->skip();
    if (skip == explore::Skip::none) return true;
    account_for(skip);
  }
  return false;
}

// Accounts for an execution that has ended; returns whether another may follow, else sets Campaign::done.
bool finish_execution() {
  campaign::Execution &e = shared->execution;
  campaign::Progress &p = shared->progress;
  p.executions++;
  if (e.ending == Ending::truncated) p.truncated++;
  if (e.choice_count > 0) p.reached_choice = true;
  if (p.executions == 1 || e.choice_count < p.steps_min) p.steps_min = e.choice_count;
  if (e.choice_count > p.steps_max) p.steps_max = e.choice_count;
  p.steps_sum += e.choice_count;
  if (e.visible > p.visible_max) p.visible_max = e.visible;
  if (is_default_schedule(e)) p.default_fingerprint = fingerprint_of(e.operations_hash);
  *drained = !current_strategy->end_execution({{shared->choices, e.choice_count}, e.ending});
  current_strategy->report(p);
  e.started_ns = 0;
  if (e.ending == Ending::none || e.ending == Ending::need_carriers) return shared->done = Done::need_carriers, false;
  if (e.ending == Ending::finding) return shared->done = Done::finding, false;
  if (e.ending == Ending::endless) return shared->done = Done::endless, false;
  if (current_strategy->must_begin_anew(&shared->caution_needed)) return shared->done = Done::begin_anew, false;
  if (auto *why = current_strategy->divergence()) {      // also of an execution that passed too early
    shared->divergence = *why;
    return shared->done = Done::diverged, false;
  }
  if (e.ending == Ending::diverged) return shared->done = Done::diverged, false;
  return find_another();
}

void make_strategy() {
  shared->arena_used = 0;
  auto *arena = new (arena_bytes) support::Arena(shared->arena, campaign::kArenaBytes, &shared->arena_used);
  drained = new (arena->allocate(sizeof(bool), alignof(bool))) bool(false);
  if (!shared->settings.has_task) places::forget();
  current_strategy = explore::make_strategy(shared->settings, {shared->deviations, shared->deviation_count}, *arena);
}

// Sets Campaign::done if the part cannot be explored.
void take_part() {
  const explore::Taken taken = parts::take(*current_strategy);
  *drained = taken == explore::Taken::exhausted;
  if (taken == explore::Taken::refused) shared->done = Done::no_part;
}

void begin_request() {
  request_began = machine_ns();
  shared->finding_count = 0;
  shared->soft_deviation_count = 0;
  shared->killed_by_watchdog = shared->has_broken_invariant = 0;
  shared->done = Done::drained;
  shared->carriers_needed = 0;
  shared->must_fork = shared->leaves_next = 0;
  const bool goes_on = shared->settings.resume_strategy && current_strategy;
  if (goes_on && !shared->settings.has_task) return;
  shared->execution.number = 0;
  std::uint32_t fingerprint = shared->progress.default_fingerprint;
  shared->progress = {};
  shared->progress.default_fingerprint = fingerprint;
  if (!goes_on) make_strategy();
  if (shared->settings.has_task) take_part();
}

// Puts this process back, for the execution that has begun.
[[noreturn]] void go_back() {
  if (!image::can_go_back() || image::is_large()) {
    shared->leaves_next = 1;
    raw_syscall(SYS_exit_group, 0);
  }
  if (system_calls::has_written()) rewind_outputs();
  image::go_back();
}

// Without what fork() does for a process of several threads, which writes to the pages of each of them: under the driver, none but this one runs.
// Nor are the program's handlers of fork() called (pthread_atfork): it does not fork.
pid_t fork_alone() {
#if __GLIBC_PREREQ(2, 34)
  return ::_Fork();
#else
  return real::fork();
#endif
}

// Forks one worker and waits for it. Returns false in the worker.
bool run_worker() {
  if (driver_socket < 0) std::fflush(nullptr);      // what is still buffered is this process's to print
  rewind_outputs();
  pid_t pid = context::is_os() || driver_socket < 0 ? real::fork() : fork_alone();
  CHECK(pid >= 0, "fork failed");
  if (pid == 0) {
    begin_worker();
    return false;
  }
  shared->worker_pid = pid;
  int status = 0;
  while (raw_syscall(SYS_wait4, pid, reinterpret_cast<long>(&status), 0, 0) == -EINTR) {
  }
  shared->worker_pid = 0;
  shared->worker_status = status;
  return true;
}

// Who kills a worker ends it in the middle of what it does: what is in the strategy's memory is worth nothing. So it is after a broken
// invariant of ours.
bool is_worker_lost() {
  if (shared->has_broken_invariant) return true;
  const int status = shared->worker_status;
  return shared->settings.strategy == campaign::Strategy::exhaustive && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL &&
         !shared->killed_by_watchdog;
}

void leave_out(const char *what) {
  if (!shared->rest[0]) std::snprintf(shared->rest, sizeof shared->rest, "%s", what);
}

bool serve(const char *name) {
  shared->server_pid = getpid();
  shared->layout = layout_of_process();
  std::snprintf(shared->body, sizeof shared->body, "%s", name);
  find_outputs();
  recorded_before = recording_mark();
  tell(Message::ready, 0, name);
  for (;;) {
    Message message{};
    if (!receive(&message)) raw_syscall(SYS_exit_group, 0);
    if (message.kind != Message::go) continue;
    if (shared->request == campaign::Request::finish) return false;
    if (!run_request()) return true;
    const bool is_resumable = shared->done == Done::limit || shared->done == Done::interrupted || shared->done == Done::finding;
    if (is_resumable && !*drained) parts::take_snapshot(*current_strategy);
    tell(Message::done, static_cast<std::uint32_t>(shared->done), "");
  }
}

}  // namespace

void start(Campaign *campaign, int socket) {
  shared = campaign;
  driver_socket = socket;
}

bool is_worker() { return worker; }
bool is_serving() { return !worker && shared && shared->server_pid == getpid(); }
explore::Strategy &strategy() { return *current_strategy; }

bool run_request() {
  begin_request();
  if (shared->done == Done::no_part) return true;
  if (!may_run_another()) return true;       // resumed after a finding in the very last execution, or a part without any
  for (;;) {
    if (!shared->leaves_next) begin_execution();
    shared->leaves_next = 0;
    const std::uint64_t first = shared->execution.number;
    if (!run_worker()) return false;
    if (shared->leaves_next) continue;
    const bool is_between = shared->execution.number == 0 || shared->execution.started_ns == 0;
    if (is_worker_lost() || (is_between && shared->worker_status != 0)) return shared->done = Done::worker_lost, true;
    if (is_between) return true;                                  // the worker ended the request
    if (shared->execution.is_partial) {
      current_strategy->forgo_partial();
      shared->killed_by_watchdog = 0;
      continue;
    }
    if (shared->execution.number == first) shared->must_fork = 1;   // it could not go back even once
    explain_death(shared->worker_status);
    if (!finish_execution()) return true;
  }
}

bool has_finished() { return !worker && shared->request == campaign::Request::finish; }

void enter_worker() {
  if (worker) return;
  Inside inside;
  if (has_finished()) leave_out("what comes after it");
  else if (serve("")) return;
  raw_syscall(SYS_exit_group, 0);
}

bool serve_body(const char *name) {
  Inside inside;
  if (has_finished()) return leave_out(name), false;
  return serve(name);
}

void next_execution() {
  if (partial::is_on()) partial::end();
  if (!finish_execution()) raw_syscall(SYS_exit_group, 0);
  begin_execution();
}

bool can_go_back() { return may_go_back() && image::can_go_back(); }

void go_on() {
  if (partial::is_on()) partial::end();
  if (!can_go_back()) return;
  next_execution();
  go_back();
}

Next after_partial(explore::Skip skip) {
  const bool is_over = skip != explore::Skip::none;
  if (is_over) {
    shared->execution.started_ns = 0;
    account_for(skip);
    if (!find_another()) return Next::nothing;
  }
  begin_execution();
  shared->execution.is_partial = is_over && current_strategy->may_run_partially();
  return shared->execution.is_partial ? Next::partial : Next::whole;
}

void leave_partial(Next next) {
  if (next != Next::nothing) go_back();
  if (system_calls::has_written()) rewind_outputs();
  // That may have been found out since another was looked for.
  if (current_strategy->must_begin_anew(&shared->caution_needed)) shared->done = Done::begin_anew;
  raw_syscall(SYS_exit_group, 0);
  __builtin_unreachable();
}

void refuse(const char *sentence) {
  if (driver_socket < 0) return;
  tell(Message::failed, 0, sentence);
  for (;;) raw_syscall(SYS_pause);
}

void tell(Message::Kind kind, std::uint32_t value, const char *text) {
  if (driver_socket < 0) return;
  Message message{kind, value, {}};
  std::snprintf(message.text, sizeof message.text, "%s", text);
  raw_syscall(SYS_sendto, driver_socket, reinterpret_cast<long>(&message), sizeof message, MSG_NOSIGNAL, 0, 0);
}

}  // namespace interleave::runtime::server
