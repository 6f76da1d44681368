// interleave::explore(): a body run again and again in one process.
// SPDX-License-Identifier: Apache-2.0
//
// Under the driver the body is served like a whole program, but its worker runs many executions without a fork between them. In a program
// that was run directly, the same happens with a campaign of the program's own: a child explores, so that a crash or a deadlock
// in it leaves this process as it was.
#include <sys/mman.h>
#include <sys/syscall.h>

#include <cstdio>
#include <cstring>

#include "interleave/runtime.h"
#include "runtime/by_graph/exhaustive.h"
#include "runtime/context.h"
#include "runtime/execution.h"
#include "runtime/findings.h"
#include "runtime/intercept/export.h"
#include "runtime/memory/allocator.h"
#include "runtime/process/raw_syscall.h"
#include "runtime/process/server.h"
#include "runtime/process/start.h"
#include "runtime/scheduler.h"
#include "runtime/threads.h"

using namespace interleave;
using namespace interleave::runtime;

// Defined wherever GoogleTest is part of the program; nothing pulls them in otherwise.
extern "C" __attribute__((weak)) bool _ZN7testing4Test15HasFatalFailureEv();
extern "C" __attribute__((weak)) bool _ZN7testing4Test18HasNonfatalFailureEv();

namespace {

// The last execution's frames: what threads write there is compared with what was there (segments/recorder.h), which must not be another
// in each execution. Frames of more than this are rare.
constexpr std::size_t kBodyFrames = std::size_t{32} << 10;

// Has an expectation of GoogleTest failed, in this test or outside of all?
bool has_failed_expectation() {
  return (_ZN7testing4Test15HasFatalFailureEv && _ZN7testing4Test15HasFatalFailureEv()) ||
         (_ZN7testing4Test18HasNonfatalFailureEv && _ZN7testing4Test18HasNonfatalFailureEv());
}

[[noreturn]] void end_failed() {
  auto &f = begin_finding(model::Rule::test_failed);
  std::snprintf(f.message, sizeof f.message, "an expectation of the test failed");
  end_execution(campaign::Ending::finding);
}

[[noreturn]] void run_executions(void (*body)(void *), void *context) {
  const bool had_failed = has_failed_expectation();
  for (;;) {
    begin_execution_state();
    context::wipe_stack<kBodyFrames>();
    controlled = true;
    body(context);
    Operation op{.op = Op::program_exit, .operand = kBodyEnds};
    stack_in_use = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
    note(reach(op), op);                   // enabled when every thread of the body has ended
    controlled = false;
    threads::end_checks();
    publish_execution();
    if (!had_failed && has_failed_expectation()) end_failed();
    execution.campaign->execution.ending = campaign::Ending::passed;
    server::next_execution();
  }
}

// The schedule of the last execution as text (model/schedule.h is the driver's side of it).
void write_schedule(char *text, std::size_t size) {
  const campaign::Campaign &c = *execution.campaign;
  const bool is_sc = c.settings.memory_model == campaign::MemoryModel::sc;
  std::size_t at = static_cast<std::size_t>(std::snprintf(text, size, "il1:%s%s%04x:", is_sc ? "sc:" : "", c.settings.by_graph ? "x:" : "",
                                                          c.progress.default_fingerprint & 0xffff));
  bool first = true;
  for (std::uint32_t i = 0; i < c.execution.choice_count && at + 24 < size; i++) {
    const model::Choice &choice = c.choices[i];
    if (choice.taken == 0) continue;
    at += static_cast<std::size_t>(
        std::snprintf(text + at, size - at, "%s%u%c", first ? "" : ",", i, model::letter(choice.kind)));
    first = false;
    bool has_value = choice.kind != model::ChoiceKind::timeout && choice.kind != model::ChoiceKind::spurious &&
                     choice.kind != model::ChoiceKind::weak_fail && choice.kind != model::ChoiceKind::blocks;
    if (has_value) at += static_cast<std::size_t>(std::snprintf(text + at, size - at, "%u", choice.value));
  }
}

int fill_result(interleave_explore_result *result) {
  const campaign::Campaign &c = *execution.campaign;
  result->executions = c.progress.executions - c.progress.blocked - c.progress.cut;
  result->recalled = c.progress.recalled;
  result->blocked = c.progress.blocked;
  result->complete = c.done == campaign::Done::drained && !c.progress.has_cut_timeouts;
  for (std::uint32_t i = 0; i < c.finding_count; i++) {
    const model::FindingRecord &f = c.findings[i];
    if (f.is_soft && c.done == campaign::Done::finding) continue;
    std::snprintf(result->rule, sizeof result->rule, "%s", model::text(f.rule).id);
    const bool is_race = f.rule == model::Rule::data_race && f.message[0] == '\0';
    std::snprintf(result->message, sizeof result->message, "%s",
                  is_race ? "two accesses that nothing orders; interleave run says which" : f.message);
    if (!f.is_soft) write_schedule(result->schedule, sizeof result->schedule);
    return 1;
  }
  if (result->executions == 0 && c.progress.cut != 0) {
    std::snprintf(result->message, sizeof result->message, "not one execution is complete: in each a place is come to more often than loop_bound");
    return 2;
  }
  if (c.done == campaign::Done::drained || c.done == campaign::Done::limit) return 0;
  std::snprintf(result->message, sizeof result->message, "exploration stopped: %s",
                c.done == campaign::Done::endless ? "a loop goes on without end; loop_bound cuts it"
                                                  : "the body did something else when the same schedule ran again");
  return 2;
}

campaign::Strategy strategy_of(const char *name) {
  if (name && std::strcmp(name, "random") == 0) return campaign::Strategy::random;
  if (name && std::strcmp(name, "pct") == 0) return campaign::Strategy::pct;
  if (name && std::strcmp(name, "exhaustive") == 0) return campaign::Strategy::exhaustive;
  return campaign::Strategy::bounded;
}

// A campaign without a driver, in memory of our own.
bool begin_own_campaign() {
  if (execution.campaign) return true;
  void *at = mmap(nullptr, campaign::kCampaignBytes, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return false;
  execution.campaign = new (at) campaign::Campaign;
  server::start(execution.campaign, -1);
  begin_control();
  return true;
}

int explore_directly(const interleave_explore_options &options, void (*body)(void *), void *context,
                     interleave_explore_result *result) {
  if (!begin_own_campaign()) return 2;
  campaign::Settings &s = execution.campaign->settings;
  s = {};
  s.strategy = strategy_of(options.strategy);
  s.by_graph = s.strategy == campaign::Strategy::exhaustive;
  if (s.by_graph) s.budgets = campaign::kBudgetsByGraph;
  s.bound = options.bound;
  s.seed = options.seed;
  s.max_executions = options.max_executions;
  s.max_time_ns = options.max_time_ms * 1'000'000;
  if (options.memory_model && std::strcmp(options.memory_model, "sc") == 0) s.memory_model = campaign::MemoryModel::sc;
  s.caution.runs_all = options.run_all != 0;
  s.caution.expects_untold = options.assume_told_reads == 0;
  s.loop_bound = options.loop_bound;
  for (;;) {
    context::prepare(s.carriers);
    if (!server::run_request()) run_executions(body, context);
    switch (execution.campaign->done) {
      case campaign::Done::need_carriers: s.carriers = execution.campaign->carriers_needed; break;
      case campaign::Done::begin_anew: s.caution = execution.campaign->caution_needed; break;
      default: return fill_result(result);
    }
  }
}

}  // namespace

INTERLEAVE_EXPORT int interleave_explore(const interleave_explore_options *options, void (*body)(void *), void *context,
                                         interleave_explore_result *result) {
  std::memset(result, 0, sizeof *result);
  const char *name = options->name ? options->name : "";
  if (is_listing()) {
    server::tell(campaign::Message::listed, 0, name);
    return 0;
  }
  if (!controlled) return explore_directly(*options, body, context, result);
  if (server::is_worker()) {          // threads were running before: the body is a part of the whole program's execution
    body(context);
    return 0;
  }
  const char *wanted = execution.campaign->settings.test;
  if (wanted[0] && std::strcmp(wanted, name) != 0) return 0;
  controlled = false;
  context::prepare(execution.campaign->settings.carriers);
  if (server::serve_body(name)) run_executions(body, context);
  controlled = true;
  return fill_result(result);
}

INTERLEAVE_EXPORT uint32_t interleave_choose(uint32_t n) {
  if (!controlled || n < 2) return 0;
  exhaustive::begin();                               // before there are threads, too
  Operation op{.op = Op::choose, .operand = n, .pc = INTERLEAVE_CALLER()};
  std::uint32_t values[256];
  if (n > 256) n = 256;
  for (std::uint32_t i = 0; i < n; i++) values[i] = i;
  if (execution.by_graph) reach(op);
  std::uint32_t value = ask(model::ChoiceKind::user, values, n);
  note(*execution.current, op, value);
  return value;
}
