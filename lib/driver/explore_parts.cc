// The exhaustive search of a test: shared by processes (crew.h), written down (checkpoint.h), resumed.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "driver/exploration.h"

namespace interleave::driver {

using report::Verdict;

// The exhaustive search, in as many processes as were asked for.
Exploration::Next Exploration::run_parts(const Phase &phase) {
  Crew *members = nullptr;
  auto last_saved = std::chrono::steady_clock::now();
  Crew::Hooks hooks;
  hooks.before_next = [&](Session &session) {
    current_ = &session;
    collect_soft(phase);
    notes_ |= campaign().execution.notes;
  };
  hooks.tick = [&] {
    show(name_of(phase.strategy), "", members->progress());
    auto now = std::chrono::steady_clock::now();
    if (std::chrono::duration<double>(now - last_saved).count() < kCheckpointSeconds) return;
    last_saved = now;
    save(*members);
  };
  result_.coverage.emplace_back();
  Crew crew(bench_, std::move(session_), resumed_ ? resumed_->parts : std::vector<Part>(),
            resumed_ ? resumed_->drained : campaign::Progress{}, hooks);
  members = &crew;
  Next next = Next::go_on;
  while (next == Next::go_on) {
    Crew::Event event = crew.next(left());
    report::Coverage &part = result_.coverage.back();
    if (event.session) hooks.before_next(*event.session);
    cover(phase, crew.progress(), part);
    switch (event.kind) {
      case Crew::Event::Kind::drained:
        part.is_complete = part.truncated == 0 && result_.findings.empty() && !has_cut_timeouts_;
        part.is_everything = part.is_complete && part.cut == 0;
        forget_checkpoint();
        require_execution(part);
        next = Next::phase_over;
        break;
      case Crew::Event::Kind::over:
        save(crew);
        require_execution(part);
        next = Next::phase_over;
        break;
      case Crew::Event::Kind::interrupted:
        save(crew);
        is_over_ = true;
        next = Next::leave;
        break;
      case Crew::Event::Kind::lost:
        save(crew);
        is_over_ = true;
        result_.verdict = Verdict::internal;
        result_.failure = last_words(fmt::format("{} processes in turn were killed at one place of the search; if it is the program that "
                                                 "does it, --strategy bounded finds where",
                                                 Crew::kMostDeaths),
                                     event.status);
        next = Next::leave;
        break;
      case Crew::Event::Kind::answer:
        role_ = event.role;
        next = take_answer(event.answer, phase, part);
        if (next == Next::go_on) crew.go_on(*event.session, left());
        else if (next == Next::restart || result_.has_finding()) forget_checkpoint();
        break;
    }
  }
  if (!crew.note().empty()) result_.notes.push_back(crew.note());
  if (next == Next::restart) resumed_ = nullptr;      // what was explored before does not count
  return next;
}

// What was known when the checkpoint was written.
void Exploration::resume() {
  bench_.set_carriers(resumed_->carriers);
  bench_.set_caution(resumed_->caution);
  std::copy(resumed_->places.begin(), resumed_->places.end(), bench_.places());
  for (const KnownFailure &known : resumed_->failures) {
    if (known.failure.record.is_soft) {
      soft_.push_back({known, name_of(campaign::Strategy::exhaustive), 0});
      continue;
    }
    hard_.push_back(known);
    seen_.push_back(known.key);
    add_confirmed(confirm(bench_, known.failure), known.failure,
                  name_of(campaign::Strategy::exhaustive), 0, known.executions);
  }
}

void Exploration::save(Crew &crew) {
  if (checkpoint_.empty() || !bench_.places()) return;
  Checkpoint checkpoint{bench_.caution(), bench_.carriers(), {}, {}, {}, {}};
  checkpoint.parts = crew.parts();
  checkpoint.drained = crew.drained();
  checkpoint.places.assign(bench_.places(), bench_.places() + model::kMaxThreads);
  for (const SoftFailure &soft : soft_) checkpoint.failures.push_back(soft);
  checkpoint.failures.insert(checkpoint.failures.end(), hard_.begin(), hard_.end());
  bool is_begun = std::none_of(checkpoint.parts.begin(), checkpoint.parts.end(),
                               [](const Part &part) { return part.is_whole(); });
  if (!is_begun) return;                 // as good as from the beginning
  result_.is_resumable =
      save_checkpoint(checkpoint_, checkpoint, bench_.program(), bench_.test(), options_).has_value();
}

}  // namespace interleave::driver
