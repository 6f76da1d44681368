// Strategy: answers every question that an execution leaves open, and decides which execution comes next.
// SPDX-License-Identifier: Apache-2.0
//
// Every way of searching, replay among them, is one of these; the runtime knows nothing else about exploration. The
// shape is Shuttle's (awslabs/shuttle, scheduler/mod.rs): begin, choose, end.
//
// A strategy lives in the campaign's memory: the process that runs an execution may be a fork that dies, and what the
// strategy learned must not die with it. So it allocates only from the memory_resource given to it (never the program's
// heap), holds no file and no lock, and is called by one process at a time. Calls must not throw.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>

#include "campaign/campaign.h"
#include "model/choice.h"
#include "support/bytes.h"

namespace interleave::explore {

namespace graph {
class Assumptions;
class Explorer;
}
namespace segments {
class Native;
class Recorder;
}

// What an execution was, once it has ended.
struct ExecutionEnd {
  std::span<const model::Choice> choices;   // every choice made, in order; index = step
  campaign::Ending ending;
};

enum class Skip : std::uint8_t { none, one, last };

enum class Taken : std::uint8_t {
  searching,   // an execution of the part comes next
  exhausted,   // there is none in it
  refused,     // these bytes are no part
};

class Strategy {
 public:
  // Returned by choose() when the wanted alternative does not exist; the execution ends as diverged.
  static constexpr std::uint32_t kCannotFollow = UINT32_MAX;

  virtual ~Strategy() = default;

  // begin_execution() is called once before each execution. Never called after end_execution() returned false.
  virtual void begin_execution() = 0;

  // choose() returns the index (< point.count) of the alternative to take. Called with steps 0, 1, 2, ... in order.
  virtual std::uint32_t choose(const model::ChoicePoint &point) = 0;

  // end_execution() learns from a finished execution (also one that died: choices are then those made before).
  // Returns whether another execution is to follow; false means that everything in the bound has been explored.
  virtual bool end_execution(const ExecutionEnd &end) = 0;

  // skip() goes over the next execution without running it, if what would happen in it is known. none: it has to run; one: it was
  // skipped, and another is to follow; last: it was skipped, and everything has been explored.
  // With `native`: some threads of the program run, as far as something is not known of them. Called in place of the execution that was to
  // run, if may_run_partially().
  virtual Skip skip(segments::Native * = nullptr) { return Skip::none; }
  virtual bool may_run_partially() const { return false; }
  // forgo_partial() is called when the process died in skip(native); forbid_partial() when none is to be tried again.
  virtual void forgo_partial() {}
  virtual void forbid_partial() {}

  // Parts of a search (exhaustive only; graph/part.cc), between end_execution(), or skip(), that said there is more, and what follows.
  // save() writes what is still to be explored; give() writes some of it, and goes on without; take() goes on with what was written, and
  // forgets all else. save(), give(): false, and nothing is changed, if that cannot be now.
  virtual bool save(support::ByteWriter &) { return false; }
  virtual bool give(support::ByteWriter &) { return false; }
  virtual Taken take(support::ByteReader &) { return Taken::refused; }
  // must_begin_anew() tells, between executions, that the search is void: executions were skipped that should have run, or the program
  // contradicts what was taken for granted. `with`: what another one has to do without.
  virtual bool must_begin_anew(campaign::Caution *) const { return false; }

  // report() fills the fields bound, level_done and left_out of the campaign's progress. A strategy without levels has
  // nothing to say.
  virtual void report(campaign::Progress &progress) const {
    progress.bound = 0;
    progress.level_done = -1;
    progress.left_out = 0;
    progress.share = 1;
  }

  // explorer() is the graph engine of the exhaustive strategy, which the runtime asks instead of choose(); null otherwise.
  virtual graph::Explorer *explorer() { return nullptr; }
  // recorder() is told what happens in an execution of the exhaustive strategy; null otherwise.
  virtual segments::Recorder *recorder() { return nullptr; }

  // assumptions() are what the exhaustive strategy takes for granted, and is told when the program contradicts it; null otherwise.
  virtual graph::Assumptions *assumptions() { return nullptr; }

  // divergence() tells why choose() returned kCannotFollow, or, after end_execution(), that the execution passed before the
  // schedule's last deviation (count is 0 then); null otherwise.
  virtual const campaign::Divergence *divergence() const { return nullptr; }
};

// make_strategy() builds the one that `settings` ask for inside `memory`. Never fails; it is never destroyed, its memory
// is dropped as a whole. `deviations` must outlive it (used by Strategy::replay only).
Strategy *make_strategy(const campaign::Settings &settings, std::span<const model::Deviation> deviations,
                        std::pmr::memory_resource &memory);

}  // namespace interleave::explore
