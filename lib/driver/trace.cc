// The steps of a finding: what each event says, and which of them matter.
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "driver/resolve.h"
#include "driver/weak_order.h"

namespace interleave::driver {

std::string order_text(model::Order order) {
  switch (order) {
    case model::Order::relaxed: return " (relaxed)";
    case model::Order::consume: return " (consume)";
    case model::Order::acquire: return " (acquire)";
    case model::Order::release: return " (release)";
    case model::Order::acq_rel: return " (acq_rel)";
    case model::Order::seq_cst: return "";
  }
  return "";
}

namespace {

using model::Op;
using report::Why;

// A value as people write it. Addresses differ from run to run, so they are named or left out.
std::string value_text(std::uint64_t value, std::uint8_t size, AddressBook &book) {
  constexpr std::uint64_t kFirstPage =
      1 << 16;  // nothing is mapped below; up to here it is a number for sure
  if (value < kFirstPage) return std::to_string(value);
  if (size < 8) {
    // All bits set above the low ones: a negative number of that size.
    std::int64_t number = static_cast<std::int64_t>(value << (64 - 8 * size)) >> (64 - 8 * size);
    return number < 0 && number > -static_cast<std::int64_t>(kFirstPage) ? std::to_string(number)
                                                                         : std::to_string(value);
  }
  auto number = static_cast<std::int64_t>(value);
  if (number < 0 && number > -static_cast<std::int64_t>(kFirstPage)) return std::to_string(number);
  if (auto variable = book.variable(value)) return "&" + variable->name;
  constexpr std::uint64_t kLeastAddress = 1ull << 32, kMostAddress = 1ull << 47;
  if (value >= kLeastAddress && value < kMostAddress) return "a pointer";
  return std::to_string(value);
}

std::string atomic_text(const campaign::Event &e, const std::string &object, AddressBook &book) {
  std::string order = order_text(e.order);
  std::string value = value_text(e.value, e.size, book),
              operand = value_text(e.operand, e.size, book);
  switch (e.op) {
    case Op::atomic_load: return fmt::format("load {}{} → {}", object, order, value);
    case Op::atomic_store: return fmt::format("store {} = {}{}", object, operand, order);
    case Op::atomic_rmw: return fmt::format("update {} {} → {}{}", object, value, operand, order);
    case Op::atomic_cas:
      if (e.flags & campaign::kFailed)
        return fmt::format("cas {} fails, is {}{}", object, value, order);
      return fmt::format("cas {} {} → {}{}", object, value, operand, order);
    default: return fmt::format("fence{}", order);
  }
}

std::string memory_text(const campaign::Event &e, AddressBook &book) {
  std::string name = book.memory_name(e.address, book.place(e.stack));
  return fmt::format("{} {}", model::words(e.op),
                     name.empty() ? fmt::format("{} bytes", e.size) : name);
}

std::string thread_text(std::uint64_t id) { return fmt::format("thread {}", id); }

// The value that an event left in its location.
std::uint64_t written_by(const campaign::Event &e) { return e.operand; }

}  // namespace

std::string at_place(const campaign::Event &e, AddressBook &book) {
  report::Location where = book.place(e.stack);
  return where.is_known() ? " at " + report::file_and_line(where, true) : "";
}

std::string stale_text(const campaign::Event &e, AddressBook &book) {
  const campaign::Campaign &c = book.campaign();
  const std::string name = e.object == model::kNoObject ? "an atomic" : book.object_name(e.object);
  const bool is_store = e.op == Op::atomic_store;
  const std::string old_value = value_text(is_store ? e.operand : e.value, e.size, book);
  std::string text = (e.thread == model::kMainThread ? "main" : thread_text(e.thread)) + at_place(e, book);
  if (is_store) text += fmt::format(" stored {} to {} before", old_value, name);
  else text += fmt::format(" read the stale value {} of {}", old_value, name);
  if (!is_store && e.source < c.event_count)
    text += ", written" + at_place(c.events[e.source], book);
  else if (!is_store) text += ", its initial value";
  if (e.newest < c.event_count) {
    const campaign::Event &newest = c.events[e.newest];
    const std::string value = value_text(written_by(newest), newest.size, book);
    text += is_store ? fmt::format(" {}{} in modification order", value, at_place(newest, book))
                     : fmt::format("; {}{} was already written", value, at_place(newest, book));
  }
  return text + (is_store ? ", which was done earlier; nothing orders them." : "; nothing orders them.");
}

std::string step_text(const campaign::Event &e, AddressBook &book) {
  std::string object = e.object == model::kNoObject ? "" : book.object_name(e.object);
  std::string with_object =
      object.empty() ? model::words(e.op) : fmt::format("{} {}", model::words(e.op), object);
  switch (e.op) {
    case Op::thread_start: return "start";
    case Op::thread_end: return "end";
    case Op::thread_create: return "create " + thread_text(e.operand);
    case Op::thread_join: return "join " + thread_text(e.operand);
    case Op::thread_detach: return "detach " + thread_text(e.operand);
    case Op::thread_yield: return "yield";
    case Op::thread_sleep: return "sleep";
    case Op::atomic_load:
    case Op::atomic_store:
    case Op::atomic_rmw:
    case Op::atomic_cas:
    case Op::atomic_fence:
      if (e.flags & campaign::kBlocked) return with_object;
      return (e.flags & campaign::kStale ? "stale " : "") +
             atomic_text(e, object.empty() ? "atomic" : object, book);
    case Op::memory_read:
    case Op::memory_write: return memory_text(e, book);
    case Op::memory_allocate: return fmt::format("allocate {} bytes", e.operand);
    case Op::memory_free: return "free";
    case Op::condition_notify_one:
      // The operand is the thread woken; its absence is what lost wake-ups are made of.
      return e.operand == model::kNoThread || e.operand == UINT64_MAX
                 ? with_object + " (nobody waits)"
                 : with_object;
    case Op::choose: return fmt::format("choose {}", e.value);
    default: return with_object;
  }
}

namespace {

std::set<std::uint32_t> threads_of(const model::FindingRecord &r) {
  std::set<std::uint32_t> result;
  for (std::uint32_t i = 0; i < r.party_count; i++) result.insert(r.parties[i].thread);
  return result;
}

std::set<model::ObjectId> objects_of(const model::FindingRecord &r) {
  std::set<model::ObjectId> result;
  for (std::uint32_t i = 0; i < r.party_count; i++) {
    const model::Party &p = r.parties[i];
    if (p.object != model::kNoObject) result.insert(p.object);
    for (std::uint32_t h = 0; h < p.hold_count && h < std::size(p.holds); h++)
      result.insert(p.holds[h].object);
  }
  return result;
}

// Objects that at least two threads used, for findings that name none (crashes, failed tests).
std::set<model::ObjectId> shared_objects(const campaign::Campaign &c, std::uint32_t count) {
  std::map<model::ObjectId, std::set<std::uint32_t>> users;
  for (std::uint32_t i = 0; i < count; i++) {
    model::ObjectKind kind = model::object_kind(c.events[i].op);
    if (c.events[i].object != model::kNoObject && kind != model::ObjectKind::thread)
      users[c.events[i].object].insert(c.events[i].thread);
  }
  std::set<model::ObjectId> result;
  for (const auto &[object, threads] : users)
    if (threads.size() > 1) result.insert(object);
  return result;
}

bool touches(const campaign::Event &e, const model::FindingRecord &r) {
  if (r.address == 0 || model::object_kind(e.op) != model::ObjectKind::memory) return false;
  std::uint64_t size = e.op == Op::memory_allocate ? e.operand : std::max<std::uint64_t>(e.size, 1);
  return r.address >= e.address && r.address < e.address + size;
}

void raise(Why &why, Why to) {
  if (why == Why::none) why = to;
}

// Only the last few of a kind of step that there may be thousands of.
void keep_last(std::vector<report::TraceStep> &steps, Why kind, std::size_t most) {
  std::size_t kept = 0;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step)
    if (step->why == kind && ++kept > most) step->why = Why::none;
}

// Of equal steps that one thread does on an object again and again, the last is shown.
void leave_out_equal(std::vector<report::TraceStep> &steps, const campaign::Campaign &c, std::uint32_t before, std::uint32_t now) {
  const campaign::Event &a = c.events[before], &b = c.events[now];
  const bool is_equal = a.op == b.op && a.object == b.object && a.value == b.value && a.operand == b.operand && a.flags == b.flags;
  if (is_equal && steps[before].why == Why::same_object) steps[before].why = Why::none;
}

}  // namespace

void mark_steps(report::Finding &finding, const model::FindingRecord &record,
                const campaign::Campaign &c) {
  constexpr std::size_t kMostShared = 12, kMostLast = 10, kMostPreemptions = 20;
  auto &steps = finding.steps;
  auto count = static_cast<std::uint32_t>(std::min<std::size_t>(
      steps.size(), std::min(std::size_t{c.event_count}, campaign::kMaxEvents)));
  std::set<std::uint32_t> threads = threads_of(record);
  std::set<model::ObjectId> objects = objects_of(record);
  bool is_of_objects = !objects.empty();
  if (!is_of_objects && record.rule != model::Rule::data_race) objects = shared_objects(c, count);
  std::map<std::uint32_t, std::uint32_t> last_of;        // by thread: its last step on an object of the finding
  for (std::uint32_t i = 0; i < count; i++) {
    const campaign::Event &e = c.events[i];
    report::TraceStep &step = steps[i];
    bool is_party = threads.empty() || threads.contains(e.thread);
    if (e.flags & campaign::kBlocked) raise(step.why, Why::blocked);
    if (step.is_preemption) raise(step.why, Why::preemption);
    if (e.flags & (campaign::kSpurious | campaign::kTimedOut | campaign::kStale))
      raise(step.why, Why::choice);
    if (touches(e, record)) raise(step.why, Why::same_object);
    if (objects.contains(e.object) && (is_party || !is_of_objects || writes_atomic(e))) {
      raise(step.why, Why::same_object);
      const auto [last, is_first] = last_of.try_emplace(e.thread, i);
      if (!is_first) leave_out_equal(steps, c, last->second, i);
      last->second = i;
    }
    if (e.op == Op::thread_create &&
        (threads.contains(static_cast<std::uint32_t>(e.operand)) || threads.empty()))
      raise(step.why, Why::creation);
    bool is_before_preemption = i + 1 < count && steps[i + 1].is_preemption;
    if (is_before_preemption) raise(step.why, Why::last_before);
  }
  keep_last(steps, Why::same_object, kMostShared);
  keep_last(steps, Why::last_before, kMostLast);
  keep_last(steps, Why::preemption, kMostPreemptions);
  finding.hidden_steps = static_cast<std::uint32_t>(std::count_if(
      steps.begin(), steps.end(), [](const report::TraceStep &s) { return s.why == Why::none; }));
}

}  // namespace interleave::driver
