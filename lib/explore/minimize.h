// minimize: makes a failing schedule as simple as a budget of executions allows.
// SPDX-License-Identifier: Apache-2.0
//
// Simplest means: fewest preemptions, then fewest deviations, then fewest choices, then the
// deviations as early as they can be. Sampling finds failures with hundreds of deviations, of which
// two or three matter; the bounded strategy's have the fewest preemptions already and lose only
// what else was in them.
//
// How: a candidate is a list of wishes, deviations named by (thread that was running, its count of
// visible operations) instead of by step, because leaving one out renumbers all later steps.
// Strategy::guided follows a candidate as far as it applies, and its execution's own choices are
// what is judged and kept; so whatever the moves below try, the result is always a schedule that
// really failed in the same way.
//   1. ddmin (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002):
//      leave out chunks, halves first, single ones last.
//   2. For each preemption: let the thread go on for some operations, or until it stops by itself,
//      where the switch is free (Jalbert and Sen, "A trace simplification technique for effective
//      debugging of concurrent programs", 2010).
//   3. Leave out two preemptions at once: a switch away and a switch back often need each other.
//   4. Let what a thread did between two switches happen a few switches earlier or later.
//   5. Move each deviation to an earlier point of the same thread.
// Rounds of these repeat until none helps. Deterministic: the same answers give the same result.
//
// Cost: one execution a trial. Measured on simulated programs: 50 to 200 trials from some 170
// deviations of a random walk down to the 2 to 4 that matter. A local minimum, not a proof: of 193
// small programs with careless loads and stores, 185 came down to the fewest preemptions of any
// failing execution (tests/unit/minimize_test.cc). Runs in the driver.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "model/choice.h"

namespace interleave::explore {

// What came of a candidate.
struct Trial {
  bool same_failure = false;             // it failed in the same way as the original
  bool stop = false;                     // no further trials, please (time is up, interrupted)
  std::vector<model::Choice> choices;    // all choices made, also if it did not fail
};

// Runs one execution under Strategy::guided with these deviations.
using RunTrial = std::function<Trial(const std::vector<model::Deviation> &)>;

struct Minimized {
  std::vector<model::Choice> choices;        // of the simplest failing execution
  std::vector<model::Deviation> deviations;  // its schedule, for Strategy::replay and for the text
  std::uint32_t preemptions = 0;
  std::uint32_t trials = 0;                  // executions used
  bool finished = false;                     // false: the budget or `stop` ended it early
};

// minimize() simplifies the execution whose choices were `failing`, with at most `max_trials`
// executions.
Minimized minimize(std::vector<model::Choice> failing, const RunTrial &run,
                   std::uint32_t max_trials = 1000);

}  // namespace interleave::explore
