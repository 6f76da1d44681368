// Recorder: watches an execution of the program, and keeps what its threads did in their segments.
// SPDX-License-Identifier: Apache-2.0
//
// The runtime tells every operation and its answer, and every instrumented access to plain memory. After an execution that passed, or
// that turned out to be none (blocked, cut), each thread's way through it is added to the tree.
//
// What a segment does must follow from its history in the tree. What else could decide?
//   * Shared plain memory. A cell that turns out to be shared was not part of the histories before, so the tree is emptied
//     and grows again; each cell can do so once. An execution is only ever recalled if all its segments have run, so that
//     all their accesses have been seen.
//   * Memory changed where we do not look, in a library that was not compiled by us. What is in the cells is compared, before and after each
//     segment: a change without a write is its thread's. If another thread looks at these bytes, nothing is recalled. (What creating and
//     joining a std::thread write is told: runtime/intercept/pthread.cc.) Memory changed *and* read only where we do not look remains: an
//     assumption that the verdict names, and the reason why some recalled executions are run all the same.
//   * Data of code that was not instrumented: where an operation comes from such code, nothing is recalled (runtime/instrumented.h).
//   * What some primitives answer besides the engine's answer, or order otherwise than the graph's happens-before: the runtime calls
//     turn_off() where a program uses one.
//
// Cost: while the program runs some 20 ns an access and 4 ns a cell in each segment that was not known; nothing in executions that are recalled.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "campaign/campaign.h"
#include "explore/graph/explorer.h"
#include "explore/graph/futile_reads.h"
#include "explore/graph/location_table.h"
#include "explore/segments/cells.h"
#include "explore/segments/tree.h"

namespace interleave::explore::segments {

// Addresses of a thread's stack that the program does not use: what lies there is nobody's.
struct DeadStack {
  std::uint64_t begin = 0, end = 0;
  bool has(std::uint64_t address) const { return address - begin < end - begin; }
};

// What the threads that do not run have done, in a partial execution (recall.h).
class Past {
 public:
  struct Bytes {
    std::uint8_t mask = 0;
    std::uint8_t initial = 0;            // of `mask`: those that nobody has written
    std::uint64_t value = 0;
  };
  virtual ~Past() = default;
  // What t finds now in bytes of a shared cell: those that somebody has written, or that are old.
  virtual Bytes found_by(ThreadId t, std::uint32_t cell, std::uint8_t mask) const = 0;
  // Has there been an operation on bytes of a shared cell before?
  virtual bool is_operated_on(ThreadId t, std::uint32_t cell, std::uint8_t mask) const = 0;
};

class Recorder : public graph::FutileReads {
 public:
  static constexpr ThreadId kMostThreads = 64;

  explicit Recorder(std::pmr::memory_resource &memory);

  // ---- while the program runs: called by the runtime ------------------------------------------------------------------

  // begin() is called before the first thread is created. owner_of tells which thread allocated memory since then; kNoThread: it is older.
  void begin(ThreadId (*owner_of)(std::uint64_t address));
  bool is_on() const { return is_on_ && is_recording_; }
  void access(ThreadId t, Access access, std::uint64_t address, std::uint64_t size);
  // begin_segment() is called when t goes on: for the first time, or after happened().
  void begin_segment(ThreadId t);
  // t has come to its next operation; of a thread's end: `left` is what is left of it for who joins it.
  void announce(ThreadId t, const graph::Operation &op, std::uint64_t left, const DeadStack &dead_stack);
  void announce_exit(ThreadId t, const DeadStack &dead_stack);
  void happened(ThreadId t, const graph::Operation &op, const graph::Answer &answer);
  // come_back() is called in place of announce() when t is where it was before its last operation, a load. Was that all that its round looked at?
  // Then the read is kept as a futile one.
  bool come_back(ThreadId t, const DeadStack &dead_stack);
  // t's history before its present operation, or, after happened(), before its last one.
  History before(ThreadId t) const { return before_[t]; }
  // turn_off() is called when the program does what histories do not cover. Executions recalled before stay valid: they did not have it.
  // From then on nothing is looked at: cells may be gone.
  void turn_off() { is_on_ = false; }
  // finish() is called when t has ended the execution, a partial one: of others end() knows.
  void finish(ThreadId t) { add(t, {.next = Next::end}); }
  // distrust() is called when the program did something else than its history says.
  void distrust() { is_distrusted_ = true; }

  // ---- partial executions -----------------------------------------------------------------------------------------------

  // repeat() is called before begin_segment() or happened(): the segment that begins `is_known`, and the thread only goes through it to
  // come to another.
  void repeat(bool is_known) { is_repeated_ = is_known; }
  // begin_partial() is called after begin(), before anything else is told, and after leave() for the next one in the same process. `past` stays
  // until leave(). `expects_untold`: it is given up when a thread writes to memory that is not its own.
  void begin_partial(const Past &past, bool expects_untold);
  // begin_again() is called when t, which stood before some operation, is made to be as it was before its first step. may_begin_again(): it never
  // wrote to plain memory but its own.
  bool may_begin_again(ThreadId t) const { return (writes_outside_ >> t & 1) == 0; }
  void begin_again(ThreadId t);
  // disown() forgets what is known.
  void disown();
  // check() is called before a process is left in which threads began again: did nothing change in memory but what was told? If not, what
  // was kept since may be wrong. check_never(): the process has died.
  void check(bool is_sound);
  void check_never() { check(!is_unchecked_); }
  bool is_misled() const { return is_misled_; }
  // must_give_up(): what the thread is about to do is no function of what is known.
  bool must_give_up() const { return has_new_share_ || gives_up_ || !is_on_ || is_distrusted_; }
  // keep() adds what was recorded so far to the tree, while the threads stand still; false: it contradicts the tree, or
  // must_give_up(). leave() ends a partial execution, whatever came of it.
  bool keep();
  void leave();

  // ---- between executions -----------------------------------------------------------------------------------------------

  void end(campaign::Ending ending);
  bool is_distrusted() const { return is_distrusted_; }
  // False: turn_off() was called.
  bool is_recordable() const { return is_on_; }
  // Recall tells that a graph was filled from what is known. blames_itself(): then an execution that does not follow its graph is no
  // fault of the program, as far as is known; the search is to begin anew.
  void rely() { is_relied_on_ = true; }
  bool is_relied_on() const { return is_relied_on_; }
  bool blames_itself() { return is_distrusted_ |= is_relied_on_; }
  // Did no thread but the main one ever write to plain memory but its own?
  bool shares_nothing() const { return writes_outside_ == 0; }
  // The bytes of the cell at an address (a multiple of 8) that may be other ones since some thread ran, as is known (Cell::told).
  std::uint8_t written_at(std::uint64_t address) const;
  // use_initial() is called when somebody reads bytes of an old cell that nobody has written. False: what is there is no rule.
  bool use_initial(std::uint32_t cell, std::uint8_t mask) {
    cells_[cell].initial_used |= mask;
    return (cells_[cell].unsettled & mask) == 0;
  }
  // may_recall(): something is known, and nothing that was seen is still to be compared.
  bool may_recall() const { return is_on_ && !is_distrusted_ && unverified_.empty() && has_tree_; }

  static constexpr History kMain = 1;
  static History child_of(History parent, ThreadId child) { return after(parent, 0x10000u + child); }
  const Tree &tree() const { return tree_; }
  Known find(std::uint64_t history, std::uint64_t value) const override;
  bool has_futile_reads() const { return has_futile_; }
  // Another number whenever histories that were known are known no more.
  std::uint32_t generation() const { return generation_; }
  const Cells &cells() const { return cells_; }
  std::uint32_t cell_of(std::uint64_t location) { return cells_.index_of(location & ~std::uint64_t{7}); }
  std::uint32_t location_of(const graph::Operation &op);
  // What a location holds before its first store.
  std::uint64_t initial_of(std::uint32_t location) const { return initials_[location].value; }
  // The bytes of its cell that an operation's location has.
  static std::uint8_t mask_of(const graph::Operation &op);
  static bool is_in_memory(const graph::Operation &op) { return graph::touches_location(op.kind) && op.location >> 48 == 0; }

 private:
  struct Initial {
    std::uint64_t value = 0, execution = 0;
  };

  void touch(ThreadId t, Access access, std::uint64_t address, std::uint8_t mask);
  void add_cell(Cell &cell);
  void note_accessor(Cell &cell, ThreadId t, bool writes);
  void note_bytes(Cell &cell, ThreadId t, std::uint8_t mask);
  bool is_handed_over(const Cell &cell) const;
  void read(ThreadId t, std::uint8_t mask, std::uint32_t index);
  void put_past(ThreadId t, std::uint8_t mask, Cell &cell, std::uint32_t index);
  bool add_draft();
  void forget();
  void watch(ThreadId t);
  void end_segment(ThreadId t, const DeadStack &dead_stack);
  void add(ThreadId t, Node node);

  Tree tree_;
  Cells cells_;
  graph::LocationTable locations_;
  std::pmr::vector<Initial> initials_;
  std::pmr::vector<Node> draft_;                 // this execution's
  std::pmr::vector<std::uint32_t> written_;      // cells, in this segment
  std::pmr::vector<std::uint32_t> unverified_;   // old cells with bytes whose initial values only one execution has seen
  History history_[kMostThreads];
  History before_[kMostThreads];
  History first_[kMostThreads];                  // at its creation
  std::uint64_t answer_[kMostThreads];           // of its last operation
  std::uint64_t left_[kMostThreads];
  std::uint32_t creations_[kMostThreads];        // threads it has created
  ThreadId parent_[kMostThreads];
  std::uint32_t place_[kMostThreads];            // among its parent's children
  ThreadId (*owner_of_)(std::uint64_t) = nullptr;
  const Past *past_ = nullptr;                   // of a partial execution
  std::uint64_t execution_ = 0;
  std::uint32_t segment_ = 0;
  ThreadId current_ = 0;
  bool is_on_ = true, is_recording_ = false, is_distrusted_ = false, is_relied_on_ = false, has_tree_ = false;
  bool has_new_share_ = false;
  bool gives_up_ = false;                        // a partial execution: it did what it cannot
  bool expects_untold_ = false;                  // a partial execution: what threads write to, others may read in libraries
  bool is_unchecked_ = false, is_misled_ = false;
  std::uint64_t writes_outside_ = 0;             // threads other than the main one that wrote to memory that is not their own, ever
  std::uint32_t generation_ = 1;
  bool has_futile_ = false;                      // some read was futile: find() has to look
  bool is_new_ = false;                          // what the present segment does was not known before
  bool is_repeated_ = false;                     // it is known, and is not to be compared
  bool goes_beyond_[kMostThreads];               // it did what was not known, and so will all that follows be
};

}  // namespace interleave::explore::segments
