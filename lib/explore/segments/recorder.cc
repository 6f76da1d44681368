// Segments as they happen.
// SPDX-License-Identifier: Apache-2.0
#include "explore/segments/recorder.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace interleave::explore::segments {
namespace {

// An access to more memory at once than this is not followed.
constexpr std::uint64_t kMostBytes = 4096;
constexpr std::size_t kMostNodes = std::size_t{1} << 18;        // of one execution

std::uint64_t memory_at(std::uint64_t address) {
  std::uint64_t value;
  std::memcpy(&value, reinterpret_cast<const void *>(address), sizeof value);
  return value;
}

void put_memory(std::uint64_t address, std::uint64_t value) { std::memcpy(reinterpret_cast<void *>(address), &value, sizeof value); }

bool differ(std::uint64_t a, std::uint64_t b, std::uint8_t mask) { return ((a ^ b) & bytes_of(mask)) != 0; }

std::uint8_t bytes_in(std::uint64_t begin, std::uint64_t end, std::uint64_t cell) {
  const std::uint64_t first = std::max(begin, cell) - cell, last = std::min(end, cell + 8) - cell;
  return static_cast<std::uint8_t>((1u << last) - (1u << first));
}

}  // namespace

Recorder::Recorder(std::pmr::memory_resource &memory)
    : tree_(memory), cells_(memory), locations_(memory), initials_(&memory), draft_(&memory), written_(&memory),
      unverified_(&memory) {}

void Recorder::begin(ThreadId (*owner_of)(std::uint64_t)) {
  execution_++;
  is_recording_ = true;
  owner_of_ = owner_of;
  draft_.clear();
  written_.clear();
  history_[0] = kMain;
  has_new_share_ = gives_up_ = is_repeated_ = false;
  goes_beyond_[0] = false;
  if (!is_on_) return;
  std::fill(std::begin(creations_), std::end(creations_), 0);
  for (const std::uint32_t index : unverified_) {
    Cell &cell = cells_[index];
    const std::uint64_t now = memory_at(cell.address);
    if (differ(now, cell.initial, cell.touched)) has_new_share_ = true;      // changed before it was first looked at: histories were wrong
    cell.initial = now;
  }
  unverified_.clear();
  for (Cell &cell : cells_) {
    if (!cell.is_old) continue;
    const std::uint64_t now = memory_at(cell.address);
    if (cell.is_shared) cell.unsettled |= different_bytes(now, cell.initial) & cell.touched;
    if (cell.unsettled & cell.initial_used) distrust();
    cell.initial = now;
  }
  begin_segment(0);
}

void Recorder::begin_segment(ThreadId t) {
  if (!is_on_) return;
  current_ = t;
  segment_++;
  is_new_ = false;
  watch(t);
}

// Where the thread does what no execution showed before, what it changes without our seeing it is to be found: end_segment() compares.
void Recorder::watch(ThreadId t) {
  if (is_new_ || is_repeated_ || (!goes_beyond_[t] && tree_.find(history_[t]))) return;
  is_new_ = goes_beyond_[t] = true;
  for (Cell &cell : cells_) cell.value = memory_at(cell.address);
}

void Recorder::access(ThreadId t, Access access, std::uint64_t address, std::uint64_t size) {
  if (!is_on_) return;
  if (t >= kMostThreads || size > kMostBytes) return turn_off();
  current_ = t;
  const std::uint64_t end = address + size;
  for (std::uint64_t cell = address & ~std::uint64_t{7}; cell < end; cell += 8) touch(t, access, cell, bytes_in(address, end, cell));
}

void Recorder::add_cell(Cell &cell) {
  cell.value = memory_at(cell.address);
  const ThreadId owner = owner_of_(cell.address);
  if (owner == model::kNoThread) {
    cell.is_old = true;
    cell.initial = cell.value;
  } else if (owner < kMostThreads) {
    note_accessor(cell, owner, true);
  }
}

void Recorder::touch(ThreadId t, Access access, std::uint64_t address, std::uint8_t mask) {
  const std::size_t count = cells_.size();
  if (count == Cells::kMost) return turn_off();
  const std::uint32_t index = cells_.index_of(address);
  Cell &cell = cells_[index];
  if (cells_.size() != count) add_cell(cell);
  if (cell.is_old && (mask & ~cell.touched) != 0) unverified_.push_back(index);
  cell.touched |= mask;
  if (cell.segment != segment_) {
    cell.segment = segment_;
    cell.read = cell.written = cell.found_initial = 0;
    cell.has_ended = false;
  }
  if (past_ && access == Access::write && (cell.atomic & mask) && (cell.operated == execution_ || past_->is_operated_on(t, index, mask)))
    gives_up_ = true;                      // perhaps another life of an atomic object, which only the whole program shows
  if (access == Access::atomic) {
    cell.operated = execution_;
    cell.atomic |= mask;
  } else if (access == Access::read) {
    cell.plain_read |= mask;
  }
  if (cell.atomic & cell.plain_read) turn_off();       // what is read there is in the graph
  if (access != Access::atomic) note_bytes(cell, t, mask);
  note_accessor(cell, t, access == Access::write || access == Access::end_of_life);
  if (access == Access::atomic) return;
  // Before a write too, for the runtime looks whether it changes anything (runtime/memory/writes.h).
  if (past_ && cell.is_shared) put_past(t, mask & static_cast<std::uint8_t>(~(cell.written | cell.read)), cell, index);
  if (access == Access::read) return read(t, mask, index);
  if (access == Access::write && t != model::kMainThread) {
    cell.told |= mask;
    if (owner_of_(address) != t) {
      writes_outside_ |= std::uint64_t{1} << t;
      gives_up_ |= expects_untold_;
    }
  }
  if (cell.fresh_in != execution_) cell.fresh = 0;
  cell.fresh_in = execution_;
  cell.fresh |= mask;
  if (cell.written == 0) written_.push_back(index);
  cell.written |= mask;
  cell.has_ended |= access == Access::end_of_life;
}

// Did all accesses happen before the creation of one thread, by the thread that created it, or in that one?
bool Recorder::is_handed_over(const Cell &cell) const {
  const std::uint64_t others = cell.accessors & ~(std::uint64_t{1} << cell.first);
  if (others == 0) return true;
  if (!std::has_single_bit(others)) return false;
  const int child = std::countr_zero(others);
  return parent_[child] == cell.first && place_[child] >= cell.creations;
}

void Recorder::note_accessor(Cell &cell, ThreadId t, bool writes) {
  const std::uint64_t self = std::uint64_t{1} << t;
  if (cell.first == model::kNoThread) cell.first = t;
  if (cell.first == t) cell.creations = std::max(cell.creations, creations_[t]);
  cell.accessors |= self;
  if (writes) cell.writers |= self;
  if (!cell.is_shared) {
    if (cell.writers == 0 || (!cell.atomic && is_handed_over(cell))) return;
    cell.is_shared = true;
    has_new_share_ = true;
  }
  if (cell.strange & cell.touched_by_more) turn_off();
}

void Recorder::note_bytes(Cell &cell, ThreadId t, std::uint8_t mask) {
  for (int i = 0; i < 8; i++) {
    if ((mask >> i & 1) == 0) continue;
    if (cell.toucher[i] == 0) cell.toucher[i] = static_cast<std::uint8_t>(t + 1);
    if (cell.toucher[i] != t + 1) cell.touched_by_more |= static_cast<std::uint8_t>(1 << i);
  }
}

void Recorder::read(ThreadId t, std::uint8_t mask, std::uint32_t index) {
  Cell &cell = cells_[index];
  mask &= static_cast<std::uint8_t>(~(cell.written | cell.read));
  cell.read |= mask;
  if (mask == 0 || !cell.is_shared) return;
  const std::uint8_t initial = past_ ? cell.found_initial : cell.fresh_in == execution_ ? static_cast<std::uint8_t>(~cell.fresh) : std::uint8_t{0xff};
  if (cell.is_old && !use_initial(index, mask & initial)) distrust();
  add(t, {.index = index, .next = Next::read, .mask = mask});
  history_[t] = after(history_[t], memory_at(cell.address) & bytes_of(mask));
  watch(t);
}

// These bytes become what they would be now if all threads ran.
void Recorder::put_past(ThreadId t, std::uint8_t mask, Cell &cell, std::uint32_t index) {
  const Past::Bytes found = past_->found_by(t, index, mask);
  const std::uint64_t bytes = bytes_of(found.mask), now = memory_at(cell.address);
  if (((now ^ found.value) & bytes) != 0) put_memory(cell.address, (now & ~bytes) | (found.value & bytes));
  cell.value = (cell.value & ~bytes) | (found.value & bytes);
  cell.told |= found.mask;
  cell.found_initial |= found.initial;
}

void Recorder::add(ThreadId t, Node node) {
  if (is_repeated_) return;
  node.history = history_[t];
  if (draft_.size() == kMostNodes) return turn_off();
  draft_.push_back(node);
}

// Keeps what the thread wrote in its segment, and looks for what changed besides.
void Recorder::end_segment(ThreadId t, const DeadStack &dead_stack) {
  for (const std::uint32_t index : written_) {
    Cell &cell = cells_[index];
    cell.value = memory_at(cell.address);
    if (!cell.is_shared) continue;
    const Next next = cell.has_ended ? Next::end_of_life : Next::write;
    const std::uint64_t value = cell.has_ended || dead_stack.has(cell.address) ? 0 : cell.value & bytes_of(cell.written);
    add(t, {.value = value, .index = index, .next = next, .mask = cell.written});
    history_[t] = after(history_[t], index);
  }
  written_.clear();
  if (!is_new_) return;
  for (Cell &cell : cells_) {
    if (dead_stack.has(cell.address)) continue;
    const std::uint8_t strange = different_bytes(memory_at(cell.address), cell.value) & static_cast<std::uint8_t>(~cell.atomic);
    if (strange == 0) continue;
    cell.strange |= strange;
    note_bytes(cell, t, strange);
    note_accessor(cell, t, true);
  }
}

void Recorder::announce(ThreadId t, const graph::Operation &op, std::uint64_t left, const DeadStack &dead_stack) {
  if (!is_on_) return;
  if (t >= kMostThreads) return turn_off();
  current_ = t;
  end_segment(t, dead_stack);
  if (is_in_memory(op)) {
    touch(t, Access::atomic, op.location & ~std::uint64_t{7}, mask_of(op));
  } else if (graph::touches_location(op.kind) && op.location >> 63 == 0) {
    turn_off();              // another life at an address
  }
  left_[t] = left;
  before_[t] = history_[t];
  if (!is_repeated_) add(t, {.value = left, .index = tree_.index_of(op), .next = Next::operation});
}

bool Recorder::come_back(ThreadId t, const DeadStack &dead_stack) {
  if (!is_on_ || t >= kMostThreads) return false;
  current_ = t;
  end_segment(t, dead_stack);
  if (history_[t] != after(before_[t], answer_[t])) return false;
  add(t, {.next = Next::futile});
  has_futile_ = true;
  return true;
}

graph::FutileReads::Known Recorder::find(std::uint64_t history, std::uint64_t value) const {
  if (!has_futile_ || !is_on_) return Known::no;
  const Node *node = tree_.find(after(history, value));
  return !node ? Known::no : node->next == Next::futile ? Known::futile : Known::goes_on;
}

void Recorder::announce_exit(ThreadId t, const DeadStack &dead_stack) {
  if (!is_on_) return;
  if (t >= kMostThreads) return turn_off();
  current_ = t;
  end_segment(t, dead_stack);
  add(t, {.next = Next::exit});
  history_[t] = after(history_[t], 0);
}

void Recorder::happened(ThreadId t, const graph::Operation &op, const graph::Answer &answer) {
  if (!is_on_) return;
  if (t >= kMostThreads) return turn_off();
  answer_[t] = op.kind == graph::Kind::join ? left_[op.operand] : answer.value;
  history_[t] = after(history_[t], answer_[t]);
  begin_segment(t);
  if (op.kind == graph::Kind::create && op.operand < kMostThreads) {
    history_[op.operand] = first_[op.operand] = child_of(history_[t], static_cast<ThreadId>(op.operand));
    goes_beyond_[op.operand] = false;
    parent_[op.operand] = t;
    place_[op.operand] = creations_[t]++;
  }
  if (!graph::touches_location(op.kind)) return;
  Initial &initial = initials_[location_of(op)];
  if (initial.execution == execution_) return;
  const bool is_first = initial.execution == 0;
  initial.execution = execution_;
  if (is_first) initial.value = op.initial;
  if (initial.value == op.initial) return;
  if (op.kind == graph::Kind::object || !cells_[cell_of(op.location)].is_shared) turn_off();
}

std::uint8_t Recorder::mask_of(const graph::Operation &op) {
  return bytes_in(op.location, op.location + op.bytes, op.location & ~std::uint64_t{7});
}

std::uint32_t Recorder::location_of(const graph::Operation &op) {
  const std::uint32_t location = locations_.index_of(op.location);
  if (location >= initials_.size()) initials_.resize(location + 1, {op.initial, 0});
  return location;
}

void Recorder::end(campaign::Ending ending) {
  using campaign::Ending;
  if (!is_recording_) return;
  is_recording_ = false;
  if (has_new_share_) return forget();   // whatever the ending: a search may go on after a finding
  if (!is_on_ || (ending != Ending::passed && ending != Ending::blocked && ending != Ending::cut)) return;
  if (ending == Ending::passed) add(current_, {.next = Next::end});
  if (!add_draft()) return distrust();
  has_tree_ = true;
}

// False: the thread did otherwise before, with the same history.
bool Recorder::add_draft() {
  return std::all_of(draft_.begin(), draft_.end(), [&](const Node &node) { return tree_.add(node); });
}

// What histories were made of was not all.
void Recorder::forget() {
  tree_.clear();
  generation_++;
  has_tree_ = false;
}

void Recorder::begin_partial(const Past &past, bool expects_untold) {
  past_ = &past;
  expects_untold_ = expects_untold;
  execution_++;
  is_recording_ = true;
  has_new_share_ = gives_up_ = false;
  draft_.clear();
}

void Recorder::begin_again(ThreadId t) {
  history_[t] = first_[t];
  goes_beyond_[t] = false;
  is_unchecked_ = true;
}

void Recorder::check(bool is_sound) {
  is_misled_ |= !is_sound;
  is_unchecked_ = false;
}

std::uint8_t Recorder::written_at(std::uint64_t address) const {
  const Cell *cell = cells_.find(address);
  return cell ? cell->told : std::uint8_t{0};
}

void Recorder::disown() {
  forget();
  is_unchecked_ = false;
}

bool Recorder::keep() {
  if (must_give_up()) return false;
  const bool is_consistent = add_draft();
  is_misled_ |= !is_consistent && is_unchecked_;
  draft_.clear();
  return is_consistent;
}

void Recorder::leave() {
  expects_untold_ = false;
  is_repeated_ = false;
  is_recording_ = false;
  past_ = nullptr;
  if (has_new_share_) forget();
}

}  // namespace interleave::explore::segments
