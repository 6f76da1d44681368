// Notices a thread that only repeats the same reads, so that a spin loop without a yield lets others run.
// SPDX-License-Identifier: Apache-2.0
//
// A loop that did the same operations at the same places with the same results kSpinRepeats times in a row, changing nothing,
// is taken to be waiting for another thread: it yields. (The idea is the await of ALGORITHMS 3.6: dynamic purity with a
// threshold.) Locking and unlocking leave the state as it was, so they count as reads; a store or a successful read-modify-write starts
// anew. The loop's private variables are not seen: a loop that polls more than kSpinRepeats times and then gives up by
// itself is explored with the others running between its later polls. The README names this limit.
// A loop that does something else in each round is the scheduler's to notice: kLongestTurn.
#include "runtime/execution.h"

namespace interleave::runtime {
namespace {

constexpr std::uint32_t kSpinRepeats = 4;
constexpr std::uint32_t kRing = sizeof(Thread::spin) / sizeof(Thread::Spin);

bool same(const Thread::Spin &a, const Thread::Spin &b) {
  return a.pc == b.pc && a.address == b.address && a.value == b.value;
}

}  // namespace

void note_read_for_spin(Thread &t, std::uint64_t pc, std::uint64_t address, std::uint64_t value) {
  Thread::Spin now{pc, address, value};
  // spin_length is the period of the repetition now followed (0: none); spin_repeats counts operations that fitted it.
  if (t.spin_length != 0 && same(t.spin[(t.spin_at - t.spin_length) % kRing], now)) {
    t.spin_repeats++;
  } else {
    t.spin_length = t.spin_repeats = 0;
    for (std::uint32_t period = 1; period < kRing && period <= t.spin_at; period++) {
      if (!same(t.spin[(t.spin_at - period) % kRing], now)) continue;
      t.spin_length = period;
      t.spin_repeats = 1;
      break;
    }
  }
  t.spin[t.spin_at % kRing] = now;
  t.spin_at++;
  if (t.spin_length != 0 && t.spin_repeats >= kSpinRepeats * t.spin_length) yield_to_others(t);
}

void note_change(Thread &t) {
  t.spin_at = t.spin_length = t.spin_repeats = 0;
  execution.last_change = execution.visible;
  execution.idle_yields = 0;
}

}  // namespace interleave::runtime
