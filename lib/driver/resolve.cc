// From a recorded execution to a report::Finding.
// SPDX-License-Identifier: Apache-2.0
#include "driver/resolve.h"

#include <signal.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "driver/weak_order.h"

namespace interleave::driver {
namespace {

using model::Op;
using model::Rule;
using report::Access;
using report::Finding;

std::string operation_text(const model::Party &party) {
  std::string words = party.op == Op::condition_wake ? "wait" : model::words(party.op);
  bool is_memory = model::object_kind(party.op) == model::ObjectKind::memory;
  return party.is_atomic && is_memory ? "atomic " + words : words;
}

// What ends a blocked wait, in words; empty: the operation is no wait.
std::string waited_for(Op op) {
  switch (op) {
    case Op::condition_wake:
    case Op::futex_wake: return "a notify of ";
    case Op::semaphore_wait:
    case Op::semaphore_timed_wait: return "a post of ";
    case Op::barrier_leave: return "the others at ";
    default: return "";
  }
}

// A join's party carries the id of the thread that it waits for.
std::string thread_text(std::uint64_t id) {
  return id < model::kMaxThreads ? fmt::format("thread {}", id) : "a thread";
}

Access resolve_party(const model::Party &party, AddressBook &book) {
  Access access;
  access.thread = party.thread;
  access.operation = operation_text(party);
  access.waits_for = waited_for(party.op);
  bool is_memory = model::object_kind(party.op) == model::ObjectKind::memory;
  access.size = is_memory ? party.size : 0;
  access.is_blocked = party.is_blocked;
  access.stack = book.stack(party.stack);
  access.where = book.place(party.stack);
  if (party.object != model::kNoObject) access.object = book.object_name(party.object);
  if (party.op == Op::thread_join) access.object = thread_text(party.address);
  for (std::uint32_t i = 0; i < party.hold_count && i < std::size(party.holds); i++)
    access.locks.push_back(
        {book.object_name(party.holds[i].object), book.place(party.holds[i].stack)});
  return access;
}

void resolve_threads(Finding &finding, AddressBook &book) {
  const campaign::Campaign &c = book.campaign();
  std::uint32_t events = std::min<std::uint32_t>(c.event_count, campaign::kMaxEvents);
  for (std::uint32_t id = 0; id < c.thread_count && id < model::kMaxThreads; id++) {
    const campaign::ThreadInfo &info = c.threads[id];
    report::ThreadEntry thread;
    thread.id = id;
    thread.name.assign(info.name, strnlen(info.name, sizeof info.name));
    if (id != 0) {
      thread.parent = info.parent;
      thread.created = book.place(info.created);
    }
    for (std::uint32_t i = 0; i < events && thread.role.empty(); i++)
      if (c.events[i].thread == id && c.events[i].op != Op::thread_start)
        thread.role = book.role(c.events[i].stack);
    if (info.ended) thread.state = "ended";
    else if (info.blocked && !waited_for(info.blocked_in).empty())
      thread.state = "waits for " + waited_for(info.blocked_in) + book.object_name(info.blocked_on);
    else if (info.blocked && info.blocked_in == Op::thread_join)
      thread.state = "waits for the end of a thread";
    else if (info.blocked && info.blocked_on != model::kNoObject)
      thread.state = fmt::format("before {} {}", model::words(info.blocked_in),
                                 book.object_name(info.blocked_on));
    else if (info.blocked) thread.state = fmt::format("before {}", model::words(info.blocked_in));
    else thread.state = "running";
    finding.threads.push_back(std::move(thread));
  }
}

void resolve_steps(Finding &finding, AddressBook &book) {
  const campaign::Campaign &c = book.campaign();
  std::uint32_t events = std::min<std::uint32_t>(c.event_count, campaign::kMaxEvents);
  for (std::uint32_t i = 0; i < events; i++) {
    const campaign::Event &e = c.events[i];
    report::TraceStep step;
    step.number = i + 1;
    step.schedule_step = e.step;
    step.thread = e.thread;
    step.text = step_text(e, book);
    step.where = book.place(e.stack);
    step.is_switch = e.flags & campaign::kSwitched;
    step.is_preemption = e.flags & campaign::kPreempted;
    if (e.flags & campaign::kBlocked) step.note = "waits for ever";
    else if (e.flags & campaign::kTimedOut) step.note = "timed out";
    else if (e.flags & campaign::kSpurious) step.note = "without a notify";
    else if ((e.flags & campaign::kFailed) && e.op != Op::atomic_cas) step.note = "failed";
    finding.steps.push_back(std::move(step));
  }
}

// Index of the event that is a party's share; -1: it left none.
int event_of(const model::Party &party, const campaign::Campaign &c) {
  std::uint32_t events = std::min<std::uint32_t>(c.event_count, campaign::kMaxEvents);
  if (party.event < events) return static_cast<int>(party.event);
  bool is_memory = model::object_kind(party.op) == model::ObjectKind::memory;
  for (std::uint32_t i = events; i-- > 0;) {
    const campaign::Event &e = c.events[i];
    if (e.thread != party.thread || e.op != party.op) continue;
    bool overlaps = e.address < party.address + std::max(party.size, 1u) &&
                    party.address < e.address + std::max<unsigned>(e.size, 1);
    if (is_memory ? overlaps : party.object == model::kNoObject || e.object == party.object)
      return static_cast<int>(i);
  }
  return -1;
}

// Shares that left no event (a plain access without a watch, the crash itself) become steps at the
// end.
void mark_parties(Finding &finding, const model::FindingRecord &record,
                  const campaign::Campaign &c) {
  bool is_end = record.rule == Rule::crash || record.rule == Rule::assertion ||
                record.rule == Rule::test_failed;
  for (std::uint32_t i = 0; i < record.party_count; i++) {
    const Access &access = finding.accesses[i];
    int event = is_end || access.is_blocked ? -1 : event_of(record.parties[i], c);
    if (event >= 0) {
      finding.steps[static_cast<std::size_t>(event)].why = report::Why::finding;
      continue;
    }
    bool can_be_last = access.is_blocked || (i == 0 && (is_end || record.rule == Rule::data_race ||
                                                        record.rule == Rule::use_after_destroy ||
                                                        record.rule == Rule::mutex_misuse ||
                                                        record.rule == Rule::uncontrolled));
    if (!can_be_last) continue;
    report::TraceStep step;
    step.number = finding.steps.empty() ? 1 : finding.steps.back().number + 1;
    step.schedule_step = c.execution.choice_count;
    step.thread = access.thread;
    step.text = is_end                  ? model::text(record.rule).title
                : access.object.empty() ? access.operation
                                        : access.operation + " " + access.object;
    if (record.rule == Rule::uncontrolled) step.text = "never comes back";
    step.where = access.where;
    step.why = access.is_blocked ? report::Why::blocked : report::Why::finding;
    if (access.is_blocked) step.note = "for ever";
    finding.steps.push_back(std::move(step));
  }
}

std::string name_list(const std::vector<report::Lock> &locks) {
  std::string text;
  for (const report::Lock &lock : locks) text += (text.empty() ? "" : ", ") + lock.name;
  return text;
}

void explain_race(Finding &f) {
  if (f.accesses.size() < 2) return;
  const Access &now = f.accesses[0], &before = f.accesses[1];
  std::string a = thread_label(f, now.thread), b = thread_label(f, before.thread);
  if (now.locks.empty() && before.locks.empty())
    f.explanation.push_back(
        "Nothing orders the two accesses: neither thread holds a lock, and no other\noperation "
        "makes one happen before "
        "the other.");
  else if (now.locks.empty())
    f.explanation.push_back(fmt::format("Nothing orders the two accesses: {} does not hold {}.", a,
                                        name_list(before.locks)));
  else if (before.locks.empty())
    f.explanation.push_back(fmt::format("Nothing orders the two accesses: {} did not hold {}.", b,
                                        name_list(now.locks)));
  else
    f.explanation.push_back(fmt::format("Nothing orders the two accesses: {} holds {}, {} held {}.",
                                        a, name_list(now.locks), b, name_list(before.locks)));
}

// A race's accesses and what would order them, were it not too weak.
std::optional<WeakOrder> weak_order_of(const model::FindingRecord &record, const campaign::Campaign &c) {
  if (record.rule != Rule::data_race || record.party_count < 2) return std::nullopt;
  const int now = event_of(record.parties[0], c), before = event_of(record.parties[1], c);
  if (before < 0) return std::nullopt;
  const std::uint32_t count = std::min<std::uint32_t>(c.event_count, campaign::kMaxEvents);
  return find_weak_order({c.events, count}, record.parties[1].thread, static_cast<std::uint32_t>(before), record.parties[0].thread,
                         now < 0 ? count : static_cast<std::uint32_t>(now));
}

// "thread 2 read ready (acquire) at mp.cc:12, which thread 1 had written (relaxed) at mp.cc:9 after its write; were the store release,
// that write would happen before the read."
void explain_weak_order(Finding &f, const WeakOrder &weak, AddressBook &book) {
  const campaign::Event &store = book.campaign().events[weak.store], &load = book.campaign().events[weak.load];
  const Access &now = f.accesses[0], &before = f.accesses[1];
  const std::string wanted = !weak.is_load_weak ? "were the store release"
                             : !weak.is_store_weak ? "were the load acquire" : "were the store release and the load acquire";
  f.explanation.push_back(fmt::format(
      "{} read {}{}{}, which {} had written{}{} after its {}; {}, that {} would happen before the {}.", thread_label(f, now.thread),
      book.object_name(load.object), order_text(load.order), at_place(load, book), thread_label(f, before.thread),
      order_text(store.order), at_place(store, book), before.operation, wanted, before.operation, now.operation));
}

std::string lock_with_place(const report::Lock &lock) {
  return lock.taken.is_known() ? fmt::format("{} ({})", lock.name, file_and_line(lock.taken, true))
                               : lock.name;
}

void explain_wait(Finding &f, const Access &a, bool has_happened) {
  std::string holds;
  for (const report::Lock &lock : a.locks)
    holds += (holds.empty() ? "" : ", ") + lock_with_place(lock);
  std::string what = a.object.empty() ? a.operation : a.object;
  if (a.operation == "join") what = "the end of " + a.object;
  if (!a.waits_for.empty()) what = a.waits_for + a.object;
  std::string where =
      a.where.is_known() ? fmt::format(" ({})", file_and_line(a.where, true)) : "";
  std::string verb = has_happened ? "waits for" : "then takes";
  f.explanation.push_back(
      holds.empty() ? fmt::format("{} {} {}{}", thread_label(f, a.thread), verb, what, where)
                    : fmt::format("{} holds {}, {} {}{}", thread_label(f, a.thread), holds, verb,
                                  what, where));
}

void explain_waits(Finding &f, bool has_happened) {
  for (const Access &a : f.accesses) explain_wait(f, a, has_happened);
}

// What the newest value of a location would not have shown: the first few stale reads.
void explain_stale_reads(Finding &f, AddressBook &book) {
  constexpr int kMost = 4;
  const campaign::Campaign &c = book.campaign();
  int count = 0;
  for (std::uint32_t i = 0; i < c.event_count && i < campaign::kMaxEvents; i++)
    if ((c.events[i].flags & campaign::kStale) && count++ < kMost)
      f.explanation.push_back(stale_text(c.events[i], book));
  if (count > kMost) f.explanation.push_back(fmt::format("{} more stale reads.", count - kMost));
}

// Who spins where, and what it finds there each time. The threads' last events are of the loops that they are in.
void explain_spin(Finding &f, const campaign::Campaign &c) {
  std::uint32_t events = std::min<std::uint32_t>(c.event_count, campaign::kMaxEvents);
  for (const Access &a : f.accesses) {
    if (a.is_blocked) {
      if (a.operation != "join") explain_wait(f, a, true);
      continue;
    }
    const campaign::Event *last = nullptr;
    for (std::uint32_t i = events; i-- > 0 && !last;)
      if (c.events[i].thread == a.thread) last = &c.events[i];
    if (!last || a.object.empty()) continue;
    const bool is_atomic = model::object_kind(last->op) == model::ObjectKind::atomic;
    const std::string found = is_atomic && model::words(last->op) == a.operation
                                  ? fmt::format("{} is {} each time", a.object, last->value)
                                  : fmt::format("{} of {}", a.operation, a.object);
    f.explanation.push_back(fmt::format("{} goes round in a loop at {}: {}.", thread_label(f, a.thread),
                                        file_and_line(a.where, true), found));
  }
}

void explain(Finding &f, const campaign::Campaign &c) {
  switch (f.rule) {
    case Rule::livelock: explain_spin(f, c); break;
    case Rule::data_race: explain_race(f); break;
    case Rule::deadlock: explain_waits(f, true); break;
    case Rule::lock_order:
      explain_waits(f, false);
      f.explanation.push_back("No execution seen deadlocked; another schedule might.");
      break;
    case Rule::lost_wakeup:
      if (f.accesses.size() >= 2)
        f.explanation.push_back(fmt::format(
            "{} notified at {} before {} began to wait at {}; nobody will notify again.",
            thread_label(f, f.accesses[1].thread), file_and_line(f.accesses[1].where, true),
            thread_label(f, f.accesses[0].thread), file_and_line(f.accesses[0].where, true)));
      break;
    default: break;
  }
}

std::string signal_text(int signal) {
  const char *name = sigabbrev_np(signal), *words = sigdescr_np(signal);
  return fmt::format("SIG{} ({})", name ? name : std::to_string(signal), words ? words : "signal");
}

std::string message_of(const model::FindingRecord &r, const Finding &f) {
  std::string said(r.message, strnlen(r.message, sizeof r.message));
  switch (r.rule) {
    case Rule::data_race:
      return f.object.empty() ? "two threads access the same memory" : "on " + f.object;
    case Rule::crash:
      if (!said.empty()) return said;
      return r.signal ? signal_text(r.signal) : "the program ended abnormally";
    case Rule::test_failed:
      return said.empty() ? fmt::format("exit status {}", r.exit_status) : said;
    case Rule::deadlock: {
      std::set<std::uint32_t> threads;
      for (const Access &a : f.accesses) threads.insert(a.thread);
      return said.empty()
                 ? fmt::format("{} thread{} wait{} for ever", threads.size(),
                               threads.size() == 1 ? "" : "s", threads.size() == 1 ? "s" : "")
                 : said;
    }
    case Rule::lost_wakeup:
      return f.accesses.empty() || f.accesses[0].object.empty() ? said
                                                                : "on " + f.accesses[0].object;
    case Rule::lock_order: {
      std::string names;
      for (const Access &a : f.accesses) names += (names.empty() ? "" : ", ") + a.object;
      return said.empty() ? "between " + names : said;
    }
    default: return said;
  }
}

void name_subject(Finding &f, const model::FindingRecord &r, AddressBook &book) {
  if (r.party_count == 0) return;
  bool is_memory = model::object_kind(r.parties[0].op) == model::ObjectKind::memory;
  std::uint64_t address = r.address ? r.address : r.parties[0].address;
  if (is_memory && address) {
    for (const Access &a : f.accesses) {
      if (f.object.empty()) f.object = book.memory_name(address, a.where);
    }
    report::Location declared;
    f.object_description = book.description(address, &declared);
    for (std::uint32_t i = 0; i < r.party_count; i++)
      if (f.accesses[i].object.empty()) f.accesses[i].object = f.object;
  } else if (r.parties[0].object != model::kNoObject) {
    f.object = f.accesses[0].object;
    report::Location declared;
    f.object_description = book.description(r.parties[0].address, &declared);
  }
}

}  // namespace

bool failure_in_output(const std::string &output, std::string *message, report::Location *where) {
  static const std::regex kGtest(
      R"((?:^|\n)([^\s:][^\n:]*):(\d+): Failure\n((?:[^\n\[]+\n?){1,6}))");
  static const std::regex kAssert(
      R"((?:^|\n)[^\n]*?([^\s:]+):(\d+): ([^\n]*): Assertion `([^\n]*)' failed)");
  std::smatch match;
  if (std::regex_search(output, match, kGtest)) {
    where->file = match[1];
    where->line = static_cast<unsigned>(std::stoul(match[2]));
    *message = match[3];
    while (!message->empty() && message->back() == '\n') message->pop_back();
    std::replace(message->begin(), message->end(), '\n', ' ');
    *message = std::regex_replace(*message, std::regex("  +"), " ");
    return true;
  }
  if (!std::regex_search(output, match, kAssert)) return false;
  where->file = match[1];
  where->line = static_cast<unsigned>(std::stoul(match[2]));
  where->function = readable(match[3]);
  *message = fmt::format("assertion `{}' failed", match[4].str());
  return true;
}

Finding resolve(const model::FindingRecord &record, AddressBook &book) {
  Finding finding;
  finding.rule = record.rule;
  finding.is_confirmed = record.confirmed;
  for (std::uint32_t i = 0; i < record.party_count && i < model::kMaxParties; i++)
    finding.accesses.push_back(resolve_party(record.parties[i], book));
  name_subject(finding, record, book);
  if (const Access *access = report::primary_access(finding)) finding.primary = access->where;
  resolve_threads(finding, book);
  resolve_steps(finding, book);
  mark_parties(finding, record, book.campaign());
  const std::optional<WeakOrder> weak = weak_order_of(record, book.campaign());
  if (weak)
    for (std::uint32_t event : {weak->store, weak->load}) finding.steps[event].why = report::Why::weak_order;
  mark_steps(finding, record, book.campaign());
  finding.message = message_of(record, finding);
  std::string place = finding.primary.file.substr(finding.primary.file.rfind('/') + 1) +
                      fmt::format(":{}: ", finding.primary.line);
  if (finding.message.starts_with(place))
    finding.message.erase(0, place.size());  // the report says it anyway
  explain(finding, book.campaign());
  if (weak) explain_weak_order(finding, *weak, book);
  explain_stale_reads(finding, book);
  return finding;
}

}  // namespace interleave::driver
