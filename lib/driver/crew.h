// Crew: the processes that share an exhaustive search, and the parts that they have of it.
// SPDX-License-Identifier: Apache-2.0
//
// The first process begins with the whole. A process with nothing to do gets a part that waits, or else the one that has most left, by its
// estimate, is asked for half of it (runtime/process/parts.h). At any moment each part belongs to one process or waits here, so that the
// sum over all parts is the search that one process would make: same executions, same counts.
//
// A process that dies leaves its last snapshot, in memory that is ours too. What it did since then counts as not done, and another process
// goes on from there; kMostDeaths processes that die without getting further are enough, and the search is given up.
//
// Parts are full of addresses: they go only from one process to another at the same layout. Where processes differ (addresses are
// randomised, and the system does not let us switch that off) one explores alone.
//
// Cost: others than the first are started when the search has lasted kAloneSeconds; giving a part takes some hundred microseconds. Who gets
// parts that are over at once is left alone for a while, twice as long each time: towards its end a search is not divided to dust.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/part.h"
#include "driver/workbench.h"

namespace interleave::driver {

class Crew {
 public:
  static constexpr int kMostDeaths = 5;
  static constexpr double kAloneSeconds = 0.1;

  struct Event {
    enum class Kind {
      drained,      // nothing is left
      over,         // no time is left, or no more executions are wanted
      interrupted,
      answer,       // `session` had a finding, or cannot go on: `answer` tells
      lost,         // its processes die; `status` as of waitpid is the last one's
    } kind;
    Session *session = nullptr;
    Session::Answer answer{};
    int status = 0;
    Role role = Role::search;         // of `session`
  };
  struct Hooks {
    std::function<void(Session &)> before_next;     // its request has ended: what it found besides is to be taken
    std::function<void()> tick;                     // about ten times a second
  };

  // `first` is ready; `parts`: what is still to be explored, `drained`: what was counted in all else. Empty: the whole.
  Crew(Workbench &bench, std::unique_ptr<Session> first, std::vector<Part> parts, const campaign::Progress &drained, Hooks hooks);
  // Ends all processes.
  ~Crew();

  // next() explores until something has to be decided. After a finding go_on(), or next(), which goes on without that session's part.
  Event next(double seconds_left);
  void go_on(Session &session, double seconds_left);

  // progress() is that of the whole search.
  campaign::Progress progress();
  // parts() are those of which something is left, as they were a moment ago.
  std::vector<Part> parts();
  const campaign::Progress &drained() const { return drained_; }
  // Why not all jobs that were asked for took part; empty: they did.
  const std::string &note() const { return note_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Member {
    Role role;
    std::unique_ptr<Session> session;
    bool is_working = false;
    bool has_answered = false;       // its part waits for go_on()
    bool can_go_on = false;          // its strategy is whole: what it recorded is of use for the next part
    bool is_asked = false;           // to give
    std::uint32_t gifts = 0;         // taken in this request
    Part part;                       // as it began
    Clock::time_point began, rests_until;
    double rest = 0;                 // seconds
  };

  void put(Member &member, Part part, double seconds_left);
  void collect_gifts(Member &member);
  Part latest(Member &member);
  // stop() lets all processes end what they do; what is left are parts(). Those that do not within a second are killed.
  void stop();
  std::uint64_t most_executions(std::uint64_t own);
  void assign(double seconds_left);
  void ask_for_part(std::size_t wanted);
  bool open(Member &member);
  void take_answer(Member &member, const Session::Answer &answer);
  void recover(Member &member, int status);
  void poll(int timeout_ms);
  void look_at_all();
  campaign::Settings settings(double seconds_left) const;

  Workbench &bench_;
  std::deque<Member> members_;
  std::deque<Part> waiting_;
  std::deque<Event> events_;
  campaign::Progress drained_;
  Hooks hooks_;
  std::uint32_t jobs_;
  std::uint64_t layout_;
  std::string note_;
  bool is_over_ = false;
  Clock::time_point began_ = Clock::now(), last_tick_ = began_;
};

}  // namespace interleave::driver
