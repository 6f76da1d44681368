// Exploring one test.
// SPDX-License-Identifier: Apache-2.0
#include "driver/exploration.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "driver/confirm.h"
#include "driver/names.h"
#include "driver/resolve.h"
#include "support/fs.h"
#include "support/interrupt.h"

namespace interleave::driver {

using campaign::Campaign;
using campaign::Done;
using model::FindingRecord;
using report::TestResult;
using report::Verdict;

const char *name_of(campaign::Strategy strategy) {
  switch (strategy) {
    case campaign::Strategy::bounded: return "bounded";
    case campaign::Strategy::random: return "random";
    case campaign::Strategy::pct: return "pct";
    case campaign::Strategy::exhaustive: return "exhaustive";
    default: return "replay";
  }
}

void Exploration::show(const std::string &strategy, const std::string &phase,
                       const campaign::Progress &p) {
  if (!watcher_.on_progress) return;
  bool is_bounded = strategy == "bounded";
  watcher_.on_progress({bench_.test().name, strategy, is_bounded ? p.bound : 0,
                        is_bounded ? options_.bound : 0, executions_before_ + p.executions,
                        p.level_done, seconds(), phase});
}

bool Exploration::run_in_one_process() {
  auto opening = bench_.start(Role::search, bench_.settings());
  if (!opening) {
    result_.verdict = Verdict::untestable;
    result_.failure = opening.error().message;
    return true;
  }
  if (opening->kind != Opening::Kind::ready) return conclude_without_choice(*opening), true;
  session_ = std::move(opening->session);
  current_ = session_.get();
  role_ = Role::search;
  restart_ = is_over_ = false;
  result_.coverage.clear();
  executions_before_ = 0;
  if (is_deterministic()) explore_phases();
  session_.reset();
  return !restart_;
}

void Exploration::conclude_without_choice(const Opening &opening) {
  FindingRecord record{};
  record.confirmed = true;
  Hang hang;
  switch (opening.kind) {
    case Opening::Kind::sequential:
      result_.verdict = Verdict::sequential;
      if (WIFEXITED(opening.status) && WEXITSTATUS(opening.status) == 0) return;
      record.rule = WIFSIGNALED(opening.status) ? model::Rule::crash : model::Rule::test_failed;
      break;
    case Opening::Kind::hung:
      record.rule = model::Rule::uncontrolled;
      hang = opening.hang;
      break;
    case Opening::Kind::interrupted: result_.verdict = Verdict::interrupted; return;
    default:
      result_.verdict = Verdict::untestable;
      result_.failure = opening.kind == Opening::Kind::refused
                            ? opening.sentence
                            : "it ended without a word of the Interleave runtime";
      return;
  }
  report::Finding finding;
  finding.rule = record.rule;
  if (opening.kind == Opening::Kind::sequential)
    finding.message = WIFSIGNALED(opening.status)
                          ? fmt::format("signal {}", WTERMSIG(opening.status))
                          : fmt::format("exit status {}", WEXITSTATUS(opening.status));
  finding.output = bench_.output(Role::search);
  finish_finding(finding, hang, finding.output, 1);
  finding.explanation.push_back(
      "No interleaving is needed: it happens before any thread is created.");
  finding.schedule.text = model::to_text(bench_.schedule(0, {}));
  finding.strategy = "none";
  add_finding(std::move(finding));
}

bool Exploration::is_deterministic() {
  campaign::Settings settings = bench_.settings();
  settings.strategy = campaign::Strategy::replay;
  settings.max_executions = 1;
  std::uint64_t hashes[2];
  std::uint32_t choices[2];
  campaign::Ending endings[2];
  for (int i = 0; i < 2; i++) {
    Session::Answer answer = session_->carry_out(settings, {}, bench_.patience(),
                                                 [&](const Campaign &) { show("bounded", ""); });
    Campaign &c = campaign();
    if (answer.kind == Session::Answer::Kind::done && c.done == Done::need_carriers) {
      bench_.raise_carriers(c.carriers_needed);
      return !(restart_ = true);
    }
    report::Coverage part;
    Phase phase{campaign::Strategy::bounded, 0, 1};
    if (answer.kind != Session::Answer::Kind::done) return take_answer(answer, phase, part), false;
    if (current_->hang().kind != Hang::Kind::none)
      return take_finding(phase, 1), false;  // found already
    fingerprint_ = c.progress.default_fingerprint;
    hashes[i] = c.execution.operations_hash;
    choices[i] = c.execution.choice_count;
    endings[i] = c.execution.ending;
  }
  if (hashes[0] == hashes[1] && choices[0] == choices[1] && endings[0] == endings[1]) return true;
  std::string what =
      choices[0] != choices[1]
          ? fmt::format("the default schedule had {} choices, then {}", choices[0], choices[1])
          : "the default schedule did different operations the second time";
  add_nondeterminism(what, model::to_text(bench_.schedule(fingerprint_, {})));
  return false;
}

void Exploration::explore_phases() {
  std::vector<Phase> phases;
  double time = options_.max_time;
  switch (options_.plan) {
    case Plan::automatic:
      phases = {{campaign::Strategy::bounded, time * (1 - kSamplingShare), 0}};
      break;
    case Plan::bounded: phases = {{campaign::Strategy::bounded, time, 0}}; break;
    case Plan::random: phases = {{campaign::Strategy::random, time, 0}}; break;
    case Plan::pct: phases = {{campaign::Strategy::pct, time, 0}}; break;
    case Plan::exhaustive: phases = {{campaign::Strategy::exhaustive, time, 0}}; break;
  }
  for (std::size_t i = 0; i < phases.size() && !is_over_; i++) {
    Next next = options_.plan == Plan::exhaustive ? run_parts(phases[i]) : run_phase(phases[i]);
    if (next == Next::restart) restart_ = true;
    if (next != Next::phase_over) return;
    if (i == 0 && options_.plan == Plan::automatic)
      for (const Phase &phase : later_phases()) phases.push_back(phase);
  }
}

std::vector<Phase> Exploration::later_phases() const {
  if (result_.coverage.back().is_everything) return {};
  double time = std::min(left(), options_.max_time * kSamplingShare);
  std::uint64_t most = result_.coverage.back().is_complete ? kSamples : 0;
  if (time <= 0) return {};
  return {{campaign::Strategy::random, time / 2, most}, {campaign::Strategy::pct, time / 2, most}};
}

Exploration::Next Exploration::run_phase(const Phase &phase) {
  constexpr double kLeastSeconds = 0.001;  // 0 would mean no limit
  campaign::Settings settings = bench_.settings();
  settings.strategy = phase.strategy;
  settings.max_executions = phase.executions;
  if (options_.max_executions) {
    if (executions_before_ >= options_.max_executions) return Next::phase_over;
    std::uint64_t rest = options_.max_executions - executions_before_;
    settings.max_executions = phase.executions ? std::min(phase.executions, rest) : rest;
  }
  auto phase_begin = seconds();
  result_.coverage.emplace_back();
  while (true) {
    double rest = std::min(phase.seconds - (seconds() - phase_begin), left());
    if (settings.resume_strategy && rest <= 0) {         // every execution may end with a finding that is known
      executions_before_ += result_.coverage.back().executions;
      return Next::phase_over;
    }
    settings.max_time_ns = static_cast<std::uint64_t>(std::max(rest, kLeastSeconds) * 1e9);
    Session::Answer answer =
        session_->carry_out(settings, {}, bench_.patience(),
                            [&](const Campaign &) { show(name_of(phase.strategy), ""); });
    cover(phase, campaign().progress, result_.coverage.back());
    collect_soft(phase);
    Next next = take_answer(answer, phase, result_.coverage.back());
    if (next != Next::go_on) {
      executions_before_ += result_.coverage.back().executions;
      return next;
    }
    settings.resume_strategy = true;
  }
}

void Exploration::cover(const Phase &phase, const campaign::Progress &p, report::Coverage &part) {
  part.strategy = name_of(phase.strategy);
  part.bound = phase.strategy == campaign::Strategy::bounded ? options_.bound : 0;
  bool is_sampling = phase.strategy == campaign::Strategy::random || phase.strategy == campaign::Strategy::pct;
  part.seed = is_sampling ? options_.seed : 0;
  part.executions = p.executions - p.blocked - p.cut;
  part.blocked = p.blocked;
  part.cut = p.cut;
  part.recalled = p.recalled;
  part.truncated = p.truncated;
  part.steps_min = p.steps_min;
  part.steps_max = p.steps_max;
  part.steps_sum = p.steps_sum;
  part.threads = p.threads_max;
  if (phase.strategy == campaign::Strategy::bounded) {
    part.drained = static_cast<std::int64_t>(p.bound) - 1;
    part.level_done = p.level_done;
  }
  if (phase.strategy == campaign::Strategy::exhaustive) {
    part.level_done = p.level_done;
    part.bound = options_.loop_bound;
  }
  reached_choice_ |= p.reached_choice;
  has_cut_timeouts_ = p.has_cut_timeouts;
  tries_together_ = (p.taken_together & p.tried) != 0;
  if (session_) notes_ |= campaign().execution.notes;
}

// Why a process of ours ended: a broken invariant of the runtime says so in the program's output.
std::string Exploration::last_words(const std::string &otherwise, int status) const {
  std::string output = bench_.output(role_);
  std::size_t at = output.find("interleave: internal error");
  if (at != std::string::npos) return output.substr(at, output.find('\n', at) - at);
  return fmt::format("{} (wait status {:#x})", otherwise, status);
}

// Nothing is known of a program of which every execution was cut.
void Exploration::require_execution(report::Coverage &part) {
  if (part.executions != 0 || !result_.findings.empty()) return;
  is_over_ = true;
  part.is_complete = part.is_everything = false;
  result_.verdict = Verdict::untestable;
  if (part.cut != 0)
    result_.failure = fmt::format("not one execution is complete: in each a place is come to more than {} times; raise --loop-bound", part.bound);
  else if (has_cut_timeouts_)
    result_.failure = "not one execution is complete: in each a thread would time out more often than --timeouts allows";
  else
    result_.failure = "not one execution ended in time";
}

// "a loop that may have no end: thread 2 read the same 200 times in a row at a.cc:7 (...), ..."
std::string Exploration::endless_text() {
  const campaign::EndlessLoop &loop = campaign().loop;
  Symbolizer symbolizer;
  AddressBook book(campaign(), bench_.program().path, symbolizer);
  const report::Location where = book.place(loop.stack);
  const std::string place = fmt::format("{}{}", where.is_known() ? report::file_and_line(where) : where.function,
                                        where.source.empty() ? "" : fmt::format(" ({})", where.source));
  const std::string did =
      loop.rounds != 0
          ? fmt::format("{} {} times in a row at {}, and something else changes in each round",
                        model::object_kind(loop.op) == model::ObjectKind::atomic ? "read the same" : "tried in vain", loop.rounds,
                        place)
          : fmt::format("had not ended after {} steps, and was at {}", options_.max_steps, place);
  return fmt::format("a loop that may have no end: thread {} {}; --loop-bound N explores all executions in which no place is come to more "
                     "than N times",
                     loop.thread, did);
}

Exploration::Next Exploration::take_answer(const Session::Answer &answer, const Phase &phase,
                                           report::Coverage &part) {
  switch (answer.kind) {
    case Session::Answer::Kind::interrupted: is_over_ = true; return Next::leave;
    case Session::Answer::Kind::overdue:
      result_.notes.push_back("The program did not end its work in time and was killed.");
      if (executions_before_ + campaign().progress.executions == 0) {
        result_.verdict = Verdict::untestable;  // nothing was seen: no pass, however small
        result_.failure = "not one execution ended in time";
      }
      return is_over_ = true, Next::leave;
    case Session::Answer::Kind::exited:
      is_over_ = true;
      result_.verdict = answer.refusal.empty() ? Verdict::internal : Verdict::untestable;
      result_.failure = !answer.refusal.empty()
                             ? answer.refusal
                             : last_words("the program's server process ended unexpectedly", answer.status);
      return Next::leave;
    case Session::Answer::Kind::done: break;
  }
  Campaign &c = campaign();
  switch (c.done) {
    case Done::need_carriers: bench_.raise_carriers(c.carriers_needed); return Next::restart;
    case Done::interrupted: is_over_ = true; return Next::leave;
    case Done::finding:
      return take_finding(phase, executions_before_ + part.executions + part.blocked + part.cut);
    case Done::begin_anew: return bench_.set_caution(c.caution_needed), Next::restart;
    case Done::no_part:
      result_.verdict = Verdict::untestable;
      result_.failure =
          "it cannot be resumed here: memory of the program lies at other addresses than it did";
      return is_over_ = true, Next::leave;
    case Done::worker_lost:  // in exhaustive searches told of in another way: crew.h
      is_over_ = true;
      result_.verdict = Verdict::internal;
      result_.failure = last_words("the process that ran the executions was killed", c.worker_status);
      return Next::leave;
    case Done::diverged: add_nondeterminism(divergence_text(c.divergence), ""); return Next::leave;
    case Done::limit: return Next::phase_over;
    case Done::endless:
      is_over_ = true;
      result_.verdict = Verdict::untestable;
      result_.failure = endless_text();
      return Next::leave;
    case Done::drained: break;
  }
  if (phase.strategy == campaign::Strategy::bounded) {
    part.drained = part.bound;
    part.is_complete = part.truncated == 0 && result_.findings.empty();
    part.is_everything = part.is_complete && c.progress.left_out == 0;
    part.level_done = 1;
  }
  return Next::phase_over;
}

Exploration::Next Exploration::take_finding(const Phase &phase, std::uint64_t executions) {
  Campaign &c = campaign();
  const FindingRecord *record = pick_finding(c, false);
  if (!record) {
    result_.verdict = Verdict::internal;
    result_.failure = "an execution ended with a finding that nobody recorded";
    return is_over_ = true, Next::leave;
  }
  bool is_hang = current_->hang().kind != Hang::Kind::none;
  std::vector<std::uint64_t> key = failure_key(*record, c);
  if (!is_hang && std::find(seen_.begin(), seen_.end(), key) != seen_.end()) return Next::go_on;
  seen_.push_back(key);
  Failure failure{*record,
                  {c.choices, c.choices + std::min<std::size_t>(c.execution.choice_count,
                                                                campaign::kMaxChoices)},
                  {},
                  0,
                  current_->hang()};
  failure.deviations = model::from_choices(failure.choices);
  if (fingerprint_ == 0) fingerprint_ = c.progress.default_fingerprint;
  failure.fingerprint = fingerprint_;
  reached_choice_ = true;
  show(name_of(phase.strategy), "confirming");
  if (!is_hang) hard_.push_back({failure, executions, std::move(key)});
  std::uint32_t bound = phase.strategy == campaign::Strategy::bounded ? c.execution.preemptions : 0;
  add_confirmed(confirm(bench_, failure), failure, name_of(phase.strategy), bound, executions);
  if (is_hang || result_.findings.size() >= options_.keep_going ||
      support::interrupt_signal() != 0 || result_.verdict == Verdict::diverged) {
    is_over_ = true;
    return Next::leave;
  }
  return Next::go_on;
}

void Exploration::add_confirmed(Confirmation confirmation, const Failure &failure,
                                const std::string &strategy, std::uint32_t bound,
                                std::uint64_t executions) {
  report::Finding &finding = confirmation.finding;
  if (!confirmation.is_reproduced && !confirmation.is_interrupted) {
    add_nondeterminism(confirmation.difference,
                       model::to_text(bench_.schedule(failure.fingerprint, failure.deviations)));
    return;
  }
  finding.strategy = strategy;
  finding.bound = bound;
  finding.executions = executions;
  for (const report::Finding &other : result_.findings)
    if (!finding.fingerprint.empty() && other.fingerprint == finding.fingerprint &&
        other.rule == finding.rule)
      return;
  add_finding(std::move(finding));
}

void Exploration::add_finding(report::Finding finding) {
  finding.test = bench_.test().name;
  finding.program = bench_.program().shown;
  result_.verdict = finding.rule == model::Rule::nondeterminism && result_.findings.empty()
                        ? Verdict::diverged
                        : Verdict::failed;
  result_.findings.push_back(std::move(finding));
  if (watcher_.on_finding) watcher_.on_finding(result_, result_.findings.back());
}

void Exploration::add_nondeterminism(const std::string &what, const std::string &schedule) {
  report::Finding finding;
  finding.rule = model::Rule::nondeterminism;
  finding.message = what;
  finding.schedule.text = schedule;
  finding.explanation.push_back(
      "Two executions of one schedule must do the same. Time, random numbers, addresses, "
      "files\nand other processes "
      "are what usually differs.");
  if (bench_.test().kind == Test::Kind::body)
    finding.explanation.push_back("So does what an execution of the body leaves behind for the next one: let it begin with objects of its own.");
  finding.fingerprint = report::fingerprint(finding);
  is_over_ = true;
  add_finding(std::move(finding));
}

// Soft findings did not end their executions; each comes once, with its schedule.
void Exploration::collect_soft(const Phase &phase) {
  Campaign &c = campaign();
  for (std::uint32_t i = 0; i < c.finding_count && i < campaign::kMaxFindings; i++) {
    const FindingRecord &r = c.findings[i];
    if (!r.is_soft) continue;
    std::vector<std::uint64_t> key = failure_key(r, c);
    bool is_known = std::any_of(soft_.begin(), soft_.end(),
                                [&](const SoftFailure &s) { return s.key == key; });
    if (is_known) continue;
    Failure failure{r, {}, {}, fingerprint_, {}};
    std::uint32_t end =
        std::min<std::uint32_t>(r.deviation_first + r.deviation_count, c.soft_deviation_count);
    for (std::uint32_t d = r.deviation_first; d < end; d++)
      failure.deviations.push_back(c.soft_deviations[d]);
    std::uint32_t bound = phase.strategy == campaign::Strategy::bounded ? r.preemptions : 0;
    soft_.push_back({{std::move(failure), executions_before_ + r.execution, std::move(key)},
                     name_of(phase.strategy),
                     bound});
  }
}

// A lock order that was explored completely without its deadlock cannot happen there; after a
// deadlock it says nothing new.
void Exploration::settle_soft_findings() {
  bool has_deadlock =
      std::any_of(result_.findings.begin(), result_.findings.end(),
                  [](const report::Finding &f) { return f.rule == model::Rule::deadlock; });
  bool is_everything = std::any_of(result_.coverage.begin(), result_.coverage.end(),
                                   [](const report::Coverage &c) { return c.is_everything; });
  bool was_left =
      is_over_ && result_.verdict != Verdict::failed;  // interrupted, internal, not deterministic
  std::size_t harmless = 0;
  for (const SoftFailure &soft : soft_) {
    const Failure &failure = soft.failure;
    bool is_order = failure.record.rule == model::Rule::lock_order;
    if (was_left || (is_order && has_deadlock) || support::interrupt_signal() != 0) continue;
    if (is_order && is_everything) {
      harmless++;
      continue;
    }
    if (is_over_ && result_.findings.size() >= options_.keep_going) break;
    add_confirmed(confirm(bench_, failure), failure, soft.strategy, soft.bound, soft.executions);
  }
  if (harmless)
    result_.notes.push_back(
        fmt::format("{} lock order{} inverted, but no schedule deadlocks: all were explored.",
                    harmless, harmless == 1 ? " is" : "s are"));
}

// Of a test that goes on after its explore(). (In a program of several bodies those that are not asked for return at once, with no result that
// its exit status could tell anything of.)
void Exploration::judge_rest() {
  const Rest &rest = bench_.rest();
  const bool fails = rest.status != 0 && bench_.test().kind != Test::Kind::body;
  if (!rest.left_out.empty())
    result_.notes.push_back(fmt::format("Only the first explore() of this test was explored, not {}: give each a test of its own.", rest.left_out));
  if (fails)
    result_.notes.push_back(fmt::format("After its explore() the test fails by itself (exit status {}): run it directly.", rest.status));
  if (rest.left_out.empty() && !fails) return;
  for (report::Coverage &part : result_.coverage) part.is_complete = part.is_everything = false;
}

void Exploration::conclude() {
  result_.seconds = seconds();
  std::uint64_t truncated = 0;
  for (const report::Coverage &part : result_.coverage) truncated += part.truncated;
  if (truncated)
    result_.notes.push_back(fmt::format("{} execution{} cut after {} steps (--max-steps).",
                                        truncated, truncated == 1 ? " was" : "s were",
                                        options_.max_steps));
  if (has_cut_timeouts_)
    result_.notes.push_back(fmt::format("Executions in which a thread times out more than {} were left out (--timeouts).",
                                        options_.budgets_by_graph.timeouts == 1
                                            ? std::string("once")
                                            : fmt::format("{} times", options_.budgets_by_graph.timeouts)));
  if (tries_together_)
    result_.notes.push_back("It is assumed that no try_lock meets a mutex that std::lock holds for a moment and gives back.");
  if (notes_ & campaign::kThreadsLeftBehind)
    result_.notes.push_back("Other threads were still blocked or running when main returned.");
  if (notes_ & campaign::kForked)
    result_.notes.push_back("The program forked; its child processes were not controlled.");
  if (notes_ & campaign::kLockOrdersCut)
    result_.notes.push_back("Too many lock orders to look for every cycle in them.");
  if (result_.verdict == Verdict::passed && !result_.has_finding() && support::interrupt_signal() == 0) judge_rest();
  if (result_.verdict == Verdict::internal && result_.has_finding())
    result_.notes.push_back(result_.failure + ".");
  if (result_.verdict != Verdict::passed) return;
  if (support::interrupt_signal() != 0) result_.verdict = Verdict::interrupted;
  else if (!reached_choice_) result_.verdict = Verdict::sequential;
}

TestResult explore_test(const Program &program, const Test &test, const ExploreOptions &options,
                        const Watcher &watcher, const std::string &checkpoint,
                        const Checkpoint *resumed) {
  TestResult result;
  result.name = test.name;
  auto scratch = Scratch::make(program, test.name);
  if (!scratch) {
    result.verdict = Verdict::internal;
    result.failure = scratch.error().message;
    return result;
  }
  Workbench bench(program, test, options, std::move(*scratch));
  Exploration(bench, watcher, result, checkpoint, resumed).run();
  return result;
}

}  // namespace interleave::driver
