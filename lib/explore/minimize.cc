// The moves of minimisation and the order in which they are tried.
// SPDX-License-Identifier: Apache-2.0
#include "explore/minimize.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "explore/guided.h"
#include "model/schedule.h"

namespace interleave::explore {
namespace {

using model::Choice;
using model::ChoiceKind;
using model::Deviation;
using Wishes = std::vector<Deviation>;

// An execution that failed as wanted. What makes one simpler than another is in this order.
struct Failure {
  std::vector<Choice> choices;
  Wishes deviations;
  std::uint32_t preemptions = 0;

  explicit Failure(std::vector<Choice> made)
      : choices(std::move(made)),
        deviations(model::from_choices(choices)),
        preemptions(model::preemptions(choices)) {}

  bool is_simpler_than(const Failure &other) const {
    const auto sizes = std::tuple(preemptions, deviations.size(), choices.size());
    const auto other_sizes =
        std::tuple(other.preemptions, other.deviations.size(), other.choices.size());
    if (sizes != other_sizes) return sizes < other_sizes;
    return std::lexicographical_compare(
        deviations.begin(), deviations.end(), other.deviations.begin(), other.deviations.end(),
        [](const Deviation &a, const Deviation &b) {
          return std::tuple(a.step, a.kind, a.value) < std::tuple(b.step, b.kind, b.value);
        });
  }

  bool is_preemption(std::size_t deviation) const {
    return choices[deviations[deviation].step].preempts;
  }

  std::vector<std::size_t> indices(bool only_preemptions) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < deviations.size(); i++) {
      if (!only_preemptions || is_preemption(i)) out.push_back(i);
    }
    return out;
  }

  // The deviations but for those at `left_out` (ascending indices).
  Wishes without(std::span<const std::size_t> left_out) const {
    Wishes out;
    for (std::size_t i = 0; i < deviations.size(); i++) {
      if (!std::binary_search(left_out.begin(), left_out.end(), i)) out.push_back(deviations[i]);
    }
    return out;
  }
};

// A stretch of one thread between two switches.
struct Segment {
  std::uint32_t thread;
  std::uint32_t end;       // its visible operations before the switch away, or kWhenStopped
  bool is_cut;             // a preemption ended it
};

// The segments that the choices tell of; switches that were no choice end kWhenStopped.
std::vector<Segment> segments(const std::vector<Choice> &choices) {
  std::vector<Segment> out;
  for (const Choice &c : choices) {
    if (c.kind != ChoiceKind::thread) continue;
    if (out.empty() || out.back().thread != c.current) {
      out.push_back({c.current, kWhenStopped, false});
    }
    if (c.value == c.current) continue;
    out.back().end = c.ordinal;
    out.back().is_cut = c.preempts;
    out.push_back({c.value, kWhenStopped, false});
  }
  return out;
}

// The wishes that make threads run in this order, besides the deviations of other kinds.
Wishes in_order(const std::vector<Segment> &order, const Wishes &deviations) {
  Wishes out;
  for (std::size_t i = 0; i + 1 < order.size(); i++) {
    const Segment &s = order[i];
    if (s.thread == order[i + 1].thread) continue;
    out.push_back({0, ChoiceKind::thread, order[i + 1].thread,
                   static_cast<std::uint16_t>(s.thread), s.end});
  }
  std::copy_if(deviations.begin(), deviations.end(), std::back_inserter(out),
               [](const Deviation &d) { return d.kind != ChoiceKind::thread; });
  return out;
}

// What Guided sees of wishes: equal ones need not be tried twice.
struct SeenAlike {
  bool operator()(const Wishes &a, const Wishes &b) const {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(), [](const Deviation &x, const Deviation &y) {
          return std::tuple(x.kind, x.value, x.current, x.ordinal) <
                 std::tuple(y.kind, y.value, y.current, y.ordinal);
        });
  }
};

class Minimizer {
 public:
  Minimizer(std::vector<Choice> failing, const RunTrial &run, std::uint32_t max_trials)
      : best_(std::move(failing)), run_(run), max_trials_(max_trials) {}

  Minimized minimize() {
    leave_out_chunks(false);
    bool improved = true;
    while (improved && may_go_on()) {
      improved = leave_out_chunks(true);
      improved |= leave_out_chunks(false);
      improved |= move_later();
      improved |= leave_out_pairs();
      improved |= move_segments();
      improved |= move_earlier();
    }
    const bool finished = may_go_on();
    return {std::move(best_.choices), std::move(best_.deviations), best_.preemptions, trials_,
            finished};
  }

 private:
  // How many places a move tries, of a thread's choices or of segments. Each costs a trial.
  static constexpr int kPlaces = 4;
  static constexpr std::size_t kFewSegments = 24;

  bool may_go_on() const { return !stopped_ && trials_ < max_trials_; }

  // Runs a candidate; true if its execution is the new best. `choices` gets what it did.
  bool run(const Wishes &wishes, std::vector<Choice> *choices) {
    trials_++;
    tried_.insert(wishes);
    Trial trial = run_(wishes);
    stopped_ = trial.stop;
    if (choices != nullptr) *choices = trial.choices;
    if (!trial.same_failure) return false;
    Failure failure(std::move(trial.choices));
    if (!failure.is_simpler_than(best_)) return false;
    best_ = std::move(failure);
    return true;
  }

  bool attempt(const Wishes &wishes) {
    return may_go_on() && tried_.count(wishes) == 0 && run(wishes, nullptr);
  }

  // ddmin: chunks of n, n/2, ... 1 deviations, last ones first, since what comes after the cause of
  // the failure can go without changing what came before.
  bool leave_out_chunks(bool only_preemptions) {
    bool improved = false;
    for (std::size_t size = best_.indices(only_preemptions).size(); size > 0; size /= 2) {
      std::size_t end = best_.indices(only_preemptions).size();
      while (end > 0 && may_go_on()) {
        const std::vector<std::size_t> all = best_.indices(only_preemptions);
        end = std::min(end, all.size());
        const std::size_t begin = end - std::min(size, end);
        improved |= attempt(best_.without(std::span(all).subspan(begin, end - begin)));
        end = begin;
      }
    }
    return improved;
  }

  // A preemption comes some places later, where it may need fewer others, or is left to the place
  // where the thread stops by itself.
  bool move_later() {
    bool improved = false;
    for (std::size_t i = best_.deviations.size(); i-- > 0 && may_go_on();) {
      if (i >= best_.deviations.size() || !best_.is_preemption(i)) continue;
      improved |= move_later(i);
    }
    return improved;
  }

  bool move_later(std::size_t i) {
    const Deviation moved = best_.deviations[i];
    Wishes wishes = best_.without(std::span(&i, 1));
    std::vector<Choice> choices;   // shows the places that the thread comes to
    if (run(wishes, &choices)) return true;
    wishes.insert(wishes.begin() + static_cast<std::ptrdiff_t>(i), moved);
    int places = 0;
    for (std::size_t step = moved.step; step < choices.size(); step++) {
      const Choice &c = choices[step];
      if (c.kind != ChoiceKind::thread || c.current != moved.current) continue;
      if (c.ordinal == moved.ordinal || (c.preempts && places++ >= kPlaces)) continue;
      wishes[i].ordinal = c.ordinal;
      if (attempt(wishes)) return true;
      if (!c.preempts) return false;
    }
    return false;
  }

  // Two preemptions at once, neighbours first.
  bool leave_out_pairs() {
    bool improved = false;
    for (std::size_t distance = 1; may_go_on(); distance++) {
      if (distance >= best_.indices(true).size()) break;
      for (std::size_t first = 0; may_go_on(); first++) {
        const std::vector<std::size_t> all = best_.indices(true);
        if (first + distance >= all.size()) break;
        const std::size_t pair[] = {all[first], all[first + distance]};
        improved |= attempt(best_.without(pair));
      }
    }
    return improved;
  }

  // A segment runs a few places earlier or later. Next to another of its thread, the two become
  // one; where the thread before it has stopped by itself, the switch to it is free. Of many
  // segments, only those at preemptions are worth the trials.
  bool move_segments() {
    bool improved = false;
    while (move_a_segment()) improved = true;
    return improved;
  }

  bool move_a_segment() {
    const std::vector<Segment> all = segments(best_.choices);
    for (std::size_t from = 0; from < all.size() && may_go_on(); from++) {
      const bool is_at_cut = all[from].is_cut || (from > 0 && all[from - 1].is_cut);
      if (!is_at_cut && all.size() > kFewSegments) continue;
      for (const bool later : {false, true}) {
        if (move_segment(all, from, later)) return true;
      }
    }
    return false;
  }

  bool move_segment(std::vector<Segment> order, std::size_t from, bool later) {
    for (int n = 0; n < kPlaces; n++) {
      if (later ? from + 1 == order.size() : from == 0) return false;
      const std::size_t to = later ? from + 1 : from - 1;
      if (order[to].thread == order[from].thread) return false;   // program order
      std::swap(order[from], order[to]);
      if (attempt(in_order(order, best_.deviations))) return true;
      from = to;
    }
    return false;
  }

  // The same switch at an earlier point of the same thread, earliest first.
  bool move_earlier() {
    bool improved = false;
    for (std::size_t i = 0; i < best_.deviations.size() && may_go_on(); i++) {
      improved |= move_earlier(i);
    }
    return improved;
  }

  bool move_earlier(std::size_t i) {
    const Deviation moved = best_.deviations[i];
    const std::size_t begin = i == 0 ? 0 : best_.deviations[i - 1].step + 1;
    int places = 0;
    for (std::size_t step = begin; step < moved.step && places < kPlaces; step++) {
      const Choice &c = best_.choices[step];
      if (c.kind != moved.kind || c.current != moved.current) continue;
      Wishes wishes = best_.deviations;
      wishes[i] = {static_cast<model::Step>(step), moved.kind, moved.value, c.current, c.ordinal};
      places++;
      if (attempt(wishes)) return true;
    }
    return false;
  }

  Failure best_;
  const RunTrial &run_;
  std::uint32_t max_trials_;
  std::uint32_t trials_ = 0;
  bool stopped_ = false;
  std::set<Wishes, SeenAlike> tried_;
};

}  // namespace

Minimized minimize(std::vector<Choice> failing, const RunTrial &run, std::uint32_t max_trials) {
  return Minimizer(std::move(failing), run, max_trials).minimize();
}

}  // namespace interleave::explore
