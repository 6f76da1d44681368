// Who explores which part.
// SPDX-License-Identifier: Apache-2.0
#include "driver/crew.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "support/interrupt.h"

namespace interleave::driver {

using campaign::Done;
using campaign::Progress;

namespace {

constexpr double kTickSeconds = 0.1, kStopSeconds = 1;
// A part that lasts less than kShort makes its process rest; the longest rest is kMostRest.
constexpr double kShort = 0.01, kFirstRest = 0.002, kMostRest = 0.1;

double since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
}

std::chrono::steady_clock::duration of_seconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

void add(Progress &sum, const Progress &other) {
  const bool is_first = sum.executions == 0;
  sum.executions += other.executions;
  sum.truncated += other.truncated;
  sum.blocked += other.blocked;
  sum.cut += other.cut;
  sum.recalled += other.recalled;
  sum.level_done += other.level_done;
  if (other.executions != 0 && (is_first || other.steps_min < sum.steps_min)) sum.steps_min = other.steps_min;
  sum.steps_max = std::max(sum.steps_max, other.steps_max);
  sum.steps_sum += other.steps_sum;
  sum.visible_max = std::max(sum.visible_max, other.visible_max);
  sum.threads_max = std::max(sum.threads_max, other.threads_max);
  sum.reached_choice |= other.reached_choice;
  sum.has_cut_timeouts |= other.has_cut_timeouts;
  sum.taken_together |= other.taken_together;
  sum.tried |= other.tried;
}

Part copy_of(const campaign::Part &part) {
  return {part.layout, part.progress, {part.bytes, part.bytes + std::min(part.size, campaign::kPartBytes)}, 0};
}

void copy_to(campaign::Part &to, const Part &part) {
  to.layout = part.layout;
  to.progress = part.progress;
  to.size = part.bytes.size();
  std::memcpy(to.bytes, part.bytes.data(), part.bytes.size());
}

Crew::Crew(Workbench &bench, std::unique_ptr<Session> first, std::vector<Part> parts, const Progress &drained, Hooks hooks)
    : bench_(bench), waiting_(std::make_move_iterator(parts.begin()), std::make_move_iterator(parts.end())), drained_(drained),
      hooks_(std::move(hooks)), jobs_(bench.options().max_executions != 0 || bench.caution().is_undivided ? 1 : bench.options().jobs),
      layout_(first->campaign().layout) {
  if (waiting_.empty()) waiting_.emplace_back();
  members_.push_back({searcher(0), std::move(first), false, false, false, false, 0, {}, began_, began_, 0});
}

// A process that works would not hear that it shall finish.
Crew::~Crew() {
  for (Member &member : members_)
    if (member.is_working) member.session->kill();
}

campaign::Settings Crew::settings(double seconds_left) const {
  constexpr double kLeastSeconds = 0.001;  // 0 would mean no limit
  campaign::Settings s = bench_.settings();
  s.strategy = campaign::Strategy::exhaustive;
  s.max_time_ns = static_cast<std::uint64_t>(std::max(seconds_left, kLeastSeconds) * 1e9);
  return s;
}

// What is left of the executions that are wanted, for a part in which `own` of those in progress() were; 0: no limit.
std::uint64_t Crew::most_executions(std::uint64_t own) {
  const std::uint64_t most = bench_.options().max_executions, others = progress().executions - own;
  return most == 0 ? 0 : most - std::min(most - 1, others);
}

void Crew::put(Member &member, Part part, double seconds_left) {
  campaign::Settings s = settings(seconds_left);
  s.resume_strategy = member.can_go_on;
  s.has_task = !part.is_whole();
  if (s.has_task) copy_to(member.session->campaign().task, part);
  s.max_executions = most_executions(0);
  Progress &shown = member.session->campaign().progress;
  const std::uint32_t fingerprint = shown.default_fingerprint;
  shown = part.progress;
  shown.default_fingerprint = fingerprint;
  member.is_working = true;
  member.can_go_on = true;
  member.is_asked = false;
  member.gifts = 0;
  member.began = Clock::now();
  member.part = std::move(part);
  member.session->put(s, {}, bench_.patience());
}

void Crew::go_on(Session &session, double seconds_left) {
  for (Member &member : members_) {
    if (member.session.get() != &session || !member.has_answered) continue;
    campaign::Settings s = settings(seconds_left);
    s.resume_strategy = true;
    s.max_executions = most_executions(session.campaign().progress.executions);
    member.has_answered = member.is_asked = false;
    member.is_working = true;
    session.put(s, {}, bench_.patience());
  }
}

// A gift counts from the moment a snapshot says so.
void Crew::collect_gifts(Member &member) {
  campaign::Campaign &c = member.session->campaign();
  const std::uint32_t number = std::atomic_ref(c.snapshot_number).load(std::memory_order_acquire);
  if (number == 0 || c.snapshots[number % 2].gifts == member.gifts) return;
  member.gifts = c.snapshots[number % 2].gifts;
  member.is_asked = false;
  waiting_.push_back(copy_of(c.gift));
}

// The member's part as it can go on elsewhere: its last snapshot, or as it began.
Part Crew::latest(Member &member) {
  campaign::Campaign &c = member.session->campaign();
  for (;;) {
    const std::uint32_t number = std::atomic_ref(c.snapshot_number).load(std::memory_order_acquire);
    if (number == 0) return member.part;
    collect_gifts(member);
    Part part = copy_of(c.snapshots[number % 2].part);
    if (std::atomic_ref(c.snapshot_number).load(std::memory_order_acquire) != number) continue;
    if (part.progress.executions == member.part.progress.executions) part.deaths = member.part.deaths;
    return part;
  }
}

bool Crew::open(Member &member) {
  auto opening = bench_.start(member.role, bench_.settings());
  if (!opening || opening->kind != Opening::Kind::ready) return false;
  member.session = std::move(opening->session);
  member.can_go_on = false;
  return true;
}

// Gives those that have nothing to do what waits, and has more made of what others do.
void Crew::assign(double seconds_left) {
  while (members_.size() < jobs_ && since(began_) > kAloneSeconds) {
    Member member{searcher(static_cast<std::uint32_t>(members_.size())), nullptr, false, false, false, false, 0, {}, began_, began_, 0};
    if (!open(member)) {
      if (support::interrupt_signal() != 0) return;
      note_ = "Not all processes that were asked for could be started.";
      jobs_ = static_cast<std::uint32_t>(members_.size());
    } else if (member.session->campaign().layout != layout_) {
      note_ = "One process explored: two of this program do not have the same addresses here.";
      jobs_ = static_cast<std::uint32_t>(members_.size());
    } else {
      members_.push_back(std::move(member));
    }
  }
  std::size_t wanted = 0;
  for (Member &member : members_) {
    if (member.is_working || member.has_answered) continue;
    if (!waiting_.empty()) {
      if (!member.session && !open(member)) {
        if (++waiting_.front().deaths >= kMostDeaths) events_.push_back({Event::Kind::lost, nullptr, {}, 0});
        continue;
      }
      Part part = std::move(waiting_.front());
      waiting_.pop_front();
      put(member, std::move(part), seconds_left);
    } else if (member.rests_until <= Clock::now()) {
      wanted++;
    }
  }
  ask_for_part(wanted);
}

// Asks as many as want something, those with most left first.
void Crew::ask_for_part(std::size_t wanted) {
  for (const Member &member : members_) wanted -= member.is_asked && member.is_working && wanted != 0;
  for (; wanted != 0; wanted--) {
    Member *richest = nullptr;
    double most = -1;
    for (Member &member : members_) {
      if (!member.is_working || member.is_asked) continue;
      const Progress &p = member.session->campaign().progress;
      const double left = p.share - p.level_done;
      if (left <= most) continue;
      most = left;
      richest = &member;
    }
    if (!richest) return;
    richest->is_asked = true;
    richest->session->campaign().split_requested = 1;
  }
}

// The process died, or what it had in memory is worth nothing: its part goes on elsewhere.
void Crew::recover(Member &member, int status) {
  Part part = latest(member);
  member.is_working = false;
  member.can_go_on = false;
  if (++part.deaths >= kMostDeaths) events_.push_back({Event::Kind::lost, nullptr, {}, status});
  waiting_.push_front(std::move(part));
}

void Crew::take_answer(Member &member, const Session::Answer &answer) {
  Session &session = *member.session;
  collect_gifts(member);
  if (answer.kind == Session::Answer::Kind::exited && answer.refusal.empty() && WIFSIGNALED(answer.status)) {
    hooks_.before_next(session);
    recover(member, answer.status);
    member.session.reset();
    return;
  }
  const Done done = answer.done;
  if (answer.kind == Session::Answer::Kind::done && done == Done::worker_lost) {
    hooks_.before_next(session);
    return recover(member, session.campaign().worker_status);
  }
  if (answer.kind == Session::Answer::Kind::done && done == Done::drained) {
    hooks_.before_next(session);
    add(drained_, session.campaign().progress);
    member.is_working = false;
    const bool is_short = since(member.began) < kShort;
    member.rest = !is_short ? 0 : std::min(std::max(2 * member.rest, kFirstRest), kMostRest);
    member.rests_until = Clock::now() + of_seconds(member.rest);
    return;
  }
  if (answer.kind == Session::Answer::Kind::done && (done == Done::limit || done == Done::interrupted)) {
    hooks_.before_next(session);
    waiting_.push_back(latest(member));
    member.is_working = false;
    is_over_ |= done == Done::limit;
    return;
  }
  member.is_working = false;
  member.has_answered = true;
  events_.push_back({Event::Kind::answer, &session, answer, 0, member.role});
}

// Waits until a process says something.
void Crew::poll(int timeout_ms) {
  std::vector<pollfd> fds{{support::interrupt_fd(), POLLIN, 0}};
  for (const Member &member : members_) {
    if (!member.is_working) {
      if (member.rests_until > Clock::now()) timeout_ms = std::min(timeout_ms, 1 + static_cast<int>(member.rest * 1000));
      continue;
    }
    fds.push_back({member.session->socket(), POLLIN, 0});
    fds.push_back({member.session->exit_fd(), POLLIN, 0});
  }
  // After a signal its descriptor stays readable.
  const bool is_interrupted = support::interrupt_signal() != 0;
  ::poll(fds.data() + is_interrupted, fds.size() - is_interrupted, timeout_ms);
}

void Crew::look_at_all() {
  for (Member &member : members_) {
    if (!member.is_working) continue;
    std::optional<Session::Answer> answer = member.session->look(0);
    collect_gifts(member);
    if (answer && answer->kind != Session::Answer::Kind::interrupted) take_answer(member, *answer);
  }
}

Crew::Event Crew::next(double seconds_left) {
  const Clock::time_point begin = Clock::now();
  for (;;) {
    if (!events_.empty()) {
      Event event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    const std::uint64_t most = bench_.options().max_executions;
    is_over_ |= most != 0 && progress().executions >= most && !waiting_.empty();
    if (is_over_ || support::interrupt_signal() != 0) {
      stop();
      events_.push_back({is_over_ ? Event::Kind::over : Event::Kind::interrupted});
      continue;
    }
    assign(seconds_left - since(begin));
    const bool is_anyone_working = std::any_of(members_.begin(), members_.end(), [](const Member &m) { return m.is_working; });
    if (!is_anyone_working && waiting_.empty() && events_.empty()) return {Event::Kind::drained};
    if (!events_.empty()) continue;
    poll(static_cast<int>(kTickSeconds * 1000));
    look_at_all();
    if (since(last_tick_) < kTickSeconds) continue;
    last_tick_ = Clock::now();
    hooks_.tick();
  }
}

void Crew::stop() {
  const Clock::time_point begin = Clock::now();
  for (Member &member : members_)
    if (member.is_working) member.session->campaign().stop_requested = 1;
  const auto is_working = [](const Member &m) { return m.is_working; };
  while (std::any_of(members_.begin(), members_.end(), is_working) && since(begin) < kStopSeconds) {
    poll(10);
    look_at_all();
  }
  for (Member &member : members_) {
    if (!member.is_working && !member.has_answered) continue;
    if (member.is_working) member.session->kill();
    waiting_.push_back(latest(member));
    member.is_working = member.has_answered = false;
    member.can_go_on = false;
  }
}

Progress Crew::progress() {
  Progress sum = drained_;
  for (Member &member : members_) {
    if (!member.is_working && !member.has_answered) continue;
    collect_gifts(member);
    add(sum, member.session->campaign().progress);
  }
  for (const Part &part : waiting_) add(sum, part.progress);
  return sum;
}

std::vector<Part> Crew::parts() {
  std::vector<Part> result;
  for (Member &member : members_)
    if (member.is_working || member.has_answered) result.push_back(latest(member));
  result.insert(result.end(), waiting_.begin(), waiting_.end());
  return result;
}

}  // namespace interleave::driver
