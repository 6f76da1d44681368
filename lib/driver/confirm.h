// Confirming a failing execution: made as simple as can be, reproduced from its printed text in a
// fresh process, recorded. SPDX-License-Identifier: Apache-2.0
//
// Three processes, none of them the one that failed: one tries simpler schedules
// (explore/minimize.h); one follows the text that will be printed, parsed back, and records; for a
// race a third one records once more with the memory watched, so that the trace shows both
// accesses. What does not fail again in the same way is not deterministic: a verdict of its own.
#pragma once

#include <string>
#include <vector>

#include "driver/workbench.h"
#include "model/finding.h"
#include "model/schedule.h"
#include "report/finding.h"

namespace interleave::driver {

// A failing execution as the search left it.
struct Failure {
  model::FindingRecord record{};
  std::vector<model::Choice> choices;        // of a hard finding
  std::vector<model::Deviation> deviations;  // its schedule
  std::uint32_t fingerprint = 0;             // of the program's default execution
  Hang hang;                                 // the watchdog ended it
};

struct Confirmation {
  bool is_reproduced = false;
  bool is_interrupted = false;  // a signal came; `finding` then has what was known before
  report::Finding finding;
  std::string difference;  // not reproduced: what happened instead
};

Confirmation confirm(Workbench &bench, const Failure &failure);

// replay_once() follows a schedule in a fresh process and records it. Used by confirm() and
// `interleave replay`.
struct Replayed {
  enum class Kind {
    finding,
    passed,
    diverged,
    truncated,
    sequential,
    hung,    // it blocked or ran for ever before its first choice; see `sentence`
    interrupted,
    broken,  // the program or the runtime failed; see `sentence`
  } kind = Kind::broken;
  report::Finding finding;  // Kind::finding
  campaign::Divergence divergence{};
  std::string sentence;           // diverged, broken: what happened
  std::uint32_t fingerprint = 0;  // of this build's default execution; 0: not known
  std::uint64_t operations_hash = 0;
  std::uint32_t choice_count = 0;
  std::string output;  // of the program
  int status = 0;      // sequential: as of waitpid
};
// `wanted`: the finding expected; any other is taken too when it does not come. Null: whatever
// comes first.
Replayed replay_once(Workbench &bench, const std::vector<model::Deviation> &deviations,
                     const model::FindingRecord *wanted);

// pick_finding() is the record to tell first: of hard ones the one with the highest precedence;
// else, with `soft`, the first soft one. Null: none.
const model::FindingRecord *pick_finding(const campaign::Campaign &campaign, bool soft);

// failure_key() is what tells one failure from another, of programs whose code lies at the same addresses: rule, operations, addresses.
std::vector<std::uint64_t> failure_key(const model::FindingRecord &record,
                                       const campaign::Campaign &campaign);

// divergence_text() is "step 14 asks for thread 9, runnable were 1 and 2".
std::string divergence_text(const campaign::Divergence &divergence);

// finish_finding() adds what only the outcome of the whole execution tells: the framework's words
// for a failed test, how a hang looked from outside, whether any interleaving was needed.
void finish_finding(report::Finding &finding, const Hang &hang, const std::string &output,
                    std::size_t deviations);

}  // namespace interleave::driver
