// Confirming a failing execution.
// SPDX-License-Identifier: Apache-2.0
#include "driver/confirm.h"

#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

#include "driver/resolve.h"
#include "explore/minimize.h"
#include "support/interrupt.h"

namespace interleave::driver {
namespace {

using campaign::Campaign;
using campaign::Done;
using model::FindingRecord;

// What tells one failure from another: rule and, of each party, operation and code address.
std::vector<std::uint64_t> key_of(const FindingRecord &r, const Campaign &c, bool with_code) {
  std::vector<std::uint64_t> key;
  for (std::uint32_t i = 0; i < r.party_count && i < model::kMaxParties; i++) {
    const model::Party &p = r.parties[i];
    bool has_code = with_code && p.stack < c.stack_count && c.stacks[p.stack].count > 0;
    std::uint64_t pc = has_code ? c.frames[c.stacks[p.stack].first] : 0;
    key.push_back(static_cast<std::uint64_t>(p.op) << 56 ^ pc);
  }
  std::sort(key.begin(), key.end());
  key.push_back(static_cast<std::uint64_t>(r.rule));
  return key;
}

std::uint32_t count_of(const Campaign &c) {
  return std::min<std::uint32_t>(c.finding_count, campaign::kMaxFindings);
}

// The record of this execution that is the same failure; null: none.
const FindingRecord *find_same(const Campaign &c, const std::vector<std::uint64_t> &key,
                               bool with_code) {
  for (std::uint32_t i = 0; i < count_of(c); i++)
    if (key_of(c.findings[i], c, with_code) == key) return &c.findings[i];
  return nullptr;
}

std::vector<model::Choice> choices_of(const Campaign &c) {
  return {c.choices,
          c.choices + std::min<std::size_t>(c.execution.choice_count, campaign::kMaxChoices)};
}

// Tries simpler schedules in one fresh server, a fork each. Returns the failing choices when
// nothing simpler works or the failure does not come back here at all (the recording will say so).
std::vector<model::Deviation> simplify(Workbench &bench, const Failure &failure) {
  constexpr double kMostSeconds = 10;
  auto opening = bench.start(Role::minimize, bench.settings());
  if (!opening || opening->kind != Opening::Kind::ready) return failure.deviations;
  Session &session = *opening->session;
  Campaign &c = session.campaign();
  campaign::Settings settings = bench.settings();
  settings.max_executions = 1;
  settings.strategy = campaign::Strategy::replay;
  Session::Answer first = session.carry_out(settings, failure.deviations, bench.patience());
  const FindingRecord *again = find_same(c, key_of(failure.record, c, false), false);
  if (first.kind != Session::Answer::Kind::done || !again) return failure.deviations;
  std::vector<std::uint64_t> key = key_of(*again, c, true);
  std::vector<model::Choice> failing = choices_of(c);
  auto begin = std::chrono::steady_clock::now();
  settings.strategy = campaign::Strategy::guided;
  bool is_broken = false;
  auto trial = [&](const std::vector<model::Deviation> &deviations) {
    explore::Trial result;
    std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    result.stop = is_broken || spent.count() > kMostSeconds || support::interrupt_signal() != 0;
    if (result.stop) return result;
    Session::Answer answer = session.carry_out(settings, deviations, bench.patience());
    is_broken =
        answer.kind != Session::Answer::Kind::done || session.hang().kind != Hang::Kind::none;
    if (is_broken) return result;
    result.same_failure = find_same(c, key, true) != nullptr;
    result.choices = choices_of(c);
    return result;
  };
  return explore::minimize(std::move(failing), trial).deviations;
}

void copy_schedule(report::Finding &finding, const Campaign &c, const model::Schedule &schedule) {
  std::vector<model::Choice> choices = choices_of(c);
  finding.schedule.text = model::to_text(schedule);
  finding.schedule.is_long = finding.schedule.text.size() > model::kMaxTextLength;
  finding.schedule.deviations = static_cast<std::uint32_t>(schedule.deviations.size());
  finding.schedule.preemptions = model::preemptions(choices);
  finding.schedule.stale_reads = static_cast<std::uint32_t>(std::count_if(
      schedule.deviations.begin(), schedule.deviations.end(), [](const model::Deviation &d) {
        return d.kind == model::ChoiceKind::store || d.kind == model::ChoiceKind::position;
      }));
  finding.schedule.steps = static_cast<std::uint32_t>(choices.size());
}

// What is known without a recording: for a failure that was interrupted before it could be
// replayed.
report::Finding bare_finding(const Workbench &bench, const Failure &failure) {
  report::Finding finding;
  finding.rule = failure.record.rule;
  finding.is_confirmed = failure.record.confirmed;
  finding.message.assign(failure.record.message,
                         strnlen(failure.record.message, sizeof failure.record.message));
  finding.schedule.text = model::to_text(bench.schedule(failure.fingerprint, failure.deviations));
  finding.schedule.is_long = finding.schedule.text.size() > model::kMaxTextLength;
  finding.schedule.deviations = static_cast<std::uint32_t>(failure.deviations.size());
  return finding;
}

std::string what_happened(const Replayed &r, const FindingRecord &wanted) {
  using Kind = Replayed::Kind;
  std::string was = model::text(wanted.rule).title;
  switch (r.kind) {
    case Kind::finding:
      return fmt::format("first {}, then {}", was, model::text(r.finding.rule).title);
    case Kind::passed: return fmt::format("first {}, then nothing went wrong", was);
    case Kind::truncated: return fmt::format("first {}, then the step budget ran out", was);
    case Kind::sequential: return fmt::format("first {}, then no thread was ever created", was);
    default: return fmt::format("first {}, then {}", was, r.sentence);
  }
}

// The memory whose accesses a second recording shows; 0: none.
std::uint64_t address_to_watch(const FindingRecord &r) {
  bool is_memory = r.rule == model::Rule::data_race || r.rule == model::Rule::use_after_destroy;
  return is_memory ? r.address : 0;
}

Replayed broken(std::string sentence) {
  Replayed result;
  result.sentence = std::move(sentence);
  return result;
}

Replayed not_ready(const Opening &opening) {
  Replayed result;
  switch (opening.kind) {
    case Opening::Kind::sequential:
      result.kind = Replayed::Kind::sequential;
      result.status = opening.status;
      break;
    case Opening::Kind::interrupted: result.kind = Replayed::Kind::interrupted; break;
    case Opening::Kind::refused: result.sentence = opening.sentence; break;
    case Opening::Kind::hung:
      result.kind = Replayed::Kind::hung;
      result.sentence = describe(opening.hang);
      break;
    default: result.sentence = "the program ended without a word of the runtime"; break;
  }
  return result;
}

// One recorded execution; the session's campaign is read before it goes.
Replayed record_once(Workbench &bench, const std::vector<model::Deviation> &deviations,
                     const FindingRecord *wanted, std::uint64_t watch, std::uint64_t *watch_next) {
  campaign::Settings settings = bench.settings();
  settings.strategy = campaign::Strategy::replay;
  settings.max_executions = 1;
  settings.record = true;
  settings.watch_begin = watch;
  settings.watch_end = watch ? watch + 1 : 0;
  Role role = watch ? Role::watch : Role::record;
  auto opening = bench.start(role, settings);
  if (!opening) return broken(opening.error().message);
  if (opening->kind != Opening::Kind::ready) return not_ready(*opening);
  Session &session = *opening->session;
  Campaign &c = session.campaign();
  Session::Answer answer = session.carry_out(settings, deviations, bench.patience());
  Replayed result;
  result.output = bench.output(role);
  result.operations_hash = c.execution.operations_hash;
  result.choice_count = c.execution.choice_count;
  result.fingerprint = c.progress.default_fingerprint;
  if (answer.kind == Session::Answer::Kind::interrupted) {
    result.kind = Replayed::Kind::interrupted;
    return result;
  }
  if (answer.kind != Session::Answer::Kind::done)
    return broken(!answer.refusal.empty() ? answer.refusal
                                          : "the program's server process ended unexpectedly");
  if (c.done == Done::need_carriers) {
    bench.raise_carriers(c.carriers_needed);
    return record_once(bench, deviations, wanted, watch, watch_next);
  }
  if (c.done == Done::diverged) {
    result.kind = Replayed::Kind::diverged;
    result.divergence = c.divergence;
    result.sentence = divergence_text(c.divergence);
    return result;
  }
  const FindingRecord *found = wanted ? find_same(c, key_of(*wanted, c, false), false) : nullptr;
  if (!found) found = pick_finding(c, true);
  if (!found) {
    result.kind = c.execution.ending == campaign::Ending::truncated ? Replayed::Kind::truncated
                                                                    : Replayed::Kind::passed;
    return result;
  }
  result.kind = Replayed::Kind::finding;
  Symbolizer symbolizer;
  AddressBook book(c, bench.program().path, symbolizer);
  result.finding = resolve(*found, book);
  copy_schedule(result.finding, c, bench.schedule(result.fingerprint, deviations));
  finish_finding(result.finding, session.hang(), result.output, deviations.size());
  result.finding.output = result.output;
  *watch_next = address_to_watch(*found);
  return result;
}

}  // namespace

const FindingRecord *pick_finding(const Campaign &c, bool soft) {
  const FindingRecord *best = nullptr;
  for (std::uint32_t i = 0; i < count_of(c); i++) {
    const FindingRecord &r = c.findings[i];
    if (r.is_soft && !soft) continue;
    bool is_better = !best || (best->is_soft && !r.is_soft) ||
                     (best->is_soft == r.is_soft && r.rule < best->rule);
    if (is_better) best = &r;
  }
  return best;
}

std::vector<std::uint64_t> failure_key(const FindingRecord &record, const Campaign &campaign) {
  return key_of(record, campaign, true);
}

std::string divergence_text(const campaign::Divergence &d) {
  auto named = [](model::ChoiceKind kind, std::uint32_t value) {
    switch (kind) {
      case model::ChoiceKind::thread: return fmt::format("thread {}", value);
      case model::ChoiceKind::waiter: return fmt::format("waking thread {}", value);
      case model::ChoiceKind::timeout: return std::string("a timeout");
      case model::ChoiceKind::spurious: return std::string("a spurious wake-up");
      case model::ChoiceKind::weak_fail: return std::string("a weak compare-exchange that fails");
      case model::ChoiceKind::blocks: return std::string("a wait that sleeps");
      case model::ChoiceKind::user: return fmt::format("choose() = {}", value);
      case model::ChoiceKind::store: return fmt::format("a read of the store {} older", value);
      case model::ChoiceKind::position: return fmt::format("a store put before {} newer", value);
    }
    return std::string();
  };
  std::string asks =
      fmt::format("step {} asks for {}", d.step, named(d.wanted_kind, d.wanted_value));
  if (d.count == 0) return asks + ", but the execution ended before";
  if (d.found_kind != d.wanted_kind)
    return fmt::format("{}, but there the question is another one ({})", asks,
                       model::letter(d.found_kind));
  std::vector<std::uint32_t> values(d.values,
                                    d.values + std::min<std::size_t>(d.count, std::size(d.values)));
  std::sort(values.begin(), values.end());
  std::string list;
  for (std::size_t i = 0; i < values.size(); i++)
    list += (i == 0                                                     ? ""
             : i + 1 == values.size() && d.count <= std::size(d.values) ? " and "
                                                                        : ", ") +
            std::to_string(values[i]);
  if (d.count > std::size(d.values)) list += ", ...";
  if (d.wanted_kind == model::ChoiceKind::thread)
    return fmt::format("{}, runnable were {}", asks, list);
  return fmt::format("{}, possible were {}", asks, list);
}

void finish_finding(report::Finding &f, const Hang &hang, const std::string &output,
                    std::size_t deviations) {
  if (hang.kind != Hang::Kind::none) f.message = describe(hang);
  bool can_be_in_output = f.rule == model::Rule::test_failed || f.rule == model::Rule::assertion ||
                          f.rule == model::Rule::crash;
  report::Location where;
  std::string said;
  if (can_be_in_output && failure_in_output(output, &said, &where)) {
    if (f.rule != model::Rule::assertion || f.message.empty()) f.message = said;
    if (!f.primary.is_known()) {
      where.source = source_line(where.file, where.line);
      f.primary = where;
    }
  }
  if (deviations == 0 && f.rule == model::Rule::test_failed)
    f.explanation.push_back(
        "No particular interleaving is needed: it fails under the default schedule.");
  f.fingerprint = report::fingerprint(f);
}

Replayed replay_once(Workbench &bench, const std::vector<model::Deviation> &deviations,
                     const FindingRecord *wanted) {
  std::uint64_t watch = 0, ignored = 0;
  Replayed first = record_once(bench, deviations, wanted, 0, &watch);
  if (first.kind != Replayed::Kind::finding || watch == 0) return first;
  Replayed watched = record_once(bench, deviations, wanted, watch, &ignored);
  // Not by fingerprint: the first has only the innermost frame of each access.
  bool is_same = watched.kind == Replayed::Kind::finding &&
                 watched.finding.rule == first.finding.rule &&
                 watched.operations_hash == first.operations_hash;
  if (watched.fingerprint == 0) watched.fingerprint = first.fingerprint;
  return is_same ? watched : first;
}

Confirmation confirm(Workbench &bench, const Failure &failure) {
  Confirmation result;
  bool is_hang =
      failure.hang.kind != Hang::Kind::none;  // each trial would take the watchdog's patience
  std::vector<std::vector<model::Deviation>> candidates;
  if (!is_hang) candidates.push_back(simplify(bench, failure));
  if (candidates.empty() || candidates.front() != failure.deviations)
    candidates.push_back(failure.deviations);
  for (const auto &candidate : candidates) {
    // What is replayed is what will be printed: through the text and back.
    const std::string text = model::to_text(bench.schedule(failure.fingerprint, candidate));
    auto parsed = model::parse_schedule(text);
    Replayed replayed =
        replay_once(bench, parsed ? parsed->deviations : candidate, &failure.record);
    if (replayed.kind == Replayed::Kind::interrupted) {
      result.is_interrupted = true;
      break;
    }
    if (replayed.kind == Replayed::Kind::finding && replayed.finding.rule == failure.record.rule) {
      result.is_reproduced = true;
      result.finding = std::move(replayed.finding);
      result.finding.schedule.text = text;
      result.finding.schedule.is_long = result.finding.schedule.text.size() > model::kMaxTextLength;
      return result;
    }
    result.difference = what_happened(replayed, failure.record);
  }
  result.finding = bare_finding(bench, failure);
  return result;
}

}  // namespace interleave::driver
