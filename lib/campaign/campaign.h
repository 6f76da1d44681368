// The campaign's memory: what the driver and the program under test share, and what survives every crash.
// SPDX-License-Identifier: Apache-2.0
//
// One sparse memory file, mapped by `interleave` and by the program's processes. The driver writes settings and a
// request; the program's *server* process (the one that was started, stopped at the point where exploration begins)
// carries the request out by forking *workers*, which run executions and write what they choose, see and find here
// as it happens. Everything up to `arena` is plain data without pointers, so both sides may map it anywhere; `arena` holds the
// strategy's own state, which only the program's processes touch (forked from one another, they see it at one address).
//
//   driver                      server                         worker (forked)
//     | -- Request::explore ------> |                              |
//     |                             | -- fork ------------------->  | executes under a schedule; choices[] first,
//     | reads progress, watches     |                              | then the step itself
//     |   worker.pid for hangs      | <---------- exits, dies ----- |
//     | <------ Message::done ----- |  (loop until the strategy, a limit or a finding ends it; a worker, too, runs many executions
//                                      if it can: runtime/process/image.h)
//
// The socket beside it (SOCK_SEQPACKET) carries Messages only to wake the other side up.
// Cost: pages are made when touched; a small campaign uses some tens of kilobytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/choice.h"
#include "model/finding.h"
#include "model/ids.h"

namespace interleave::campaign {

// The environment variable by which a program learns that it is under control: "<layout>:<memory fd>:<socket fd>:<places fd>". The last is
// a file whose first page is Campaign::places for several programs; -1: none.
inline constexpr const char *kSessionVariable = "INTERLEAVE_SESSION";

enum class Mode : std::uint32_t {
  explore,     // stop where exploration begins and serve requests
  list,        // run plainly; name the explore() bodies (Message::listed), do not run them
};
enum class Strategy : std::uint32_t {
  bounded,
  random,
  pct,
  exhaustive,  // by the graph engine; needs Settings::by_graph
  replay,      // `deviations`, by step, or Done::diverged
  guided,      // `deviations`, by (current, ordinal), ignoring those that do not apply: for minimisation
};
enum class MemoryModel : std::uint32_t {
  cxx,         // RC11: objects/modification_order.h
  sc,          // a load reads the last store
};
enum class OnRace : std::uint32_t { stop, carry_on };
enum class Substrate : std::uint32_t { fibers, os };

// How often an execution may take each kind of unusual choice (SEMANTICS, "Costs").
struct Budgets {
  std::uint32_t timeouts = 1;
  std::uint32_t spurious_wakeups = 1;
  std::uint32_t weak_cas_failures = 1;
  std::uint32_t stale_reads = 1;         // ... and stores put before others: Bounded's to keep, the others have no limit
};

// The exhaustive strategy's: of each thread. Weak failures would multiply the executions of every loop around a compare-exchange.
inline constexpr Budgets kBudgetsByGraph{.timeouts = 1, .spurious_wakeups = 1, .weak_cas_failures = 0, .stale_reads = 0};

// What an exhaustive search does without, since the program or the user does not allow it.
struct Caution {
  bool runs_all = false;         // runs also the executions in which all that happens is known
  bool runs_whole = false;       // lets all threads run if one does something new (runtime/by_graph/partial.h), or
  bool expects_untold = true;    // where a thread writes to memory that is not its own: libraries may read it, and nobody tells
  bool is_undivided = false;     // one process explores all of it
  bool tells_sleepers = false;   // does not assume that atomic waits are notified, or
  bool tells_last = false;       // that barriers are full: explore/graph/assumptions.h
  friend bool operator==(const Caution &, const Caution &) = default;
};

struct Settings {
  Mode mode = Mode::explore;
  Strategy strategy = Strategy::bounded;
  std::uint32_t bound = 2;               // most preemptions of the bounded strategy; UINT32_MAX: no bound
  std::uint32_t pct_depth = 3;
  std::uint64_t seed = 1;
  std::uint64_t max_executions = 0;      // of this request; 0: no limit
  std::uint64_t max_time_ns = 0;         // of this request; 0: no limit
  std::uint32_t max_steps = 20000;       // visible operations of one execution
  Budgets budgets;
  MemoryModel memory_model = MemoryModel::cxx;  // looked at when the program starts
  bool by_graph = false;                 // of Strategy::exhaustive and replays of its schedules: see runtime/by_graph/exhaustive.h
  Caution caution;                       // exhaustive
  std::uint32_t loop_bound = 0;          // exhaustive: most rounds of a loop (runtime/by_graph/rounds.h); 0: no bound
  OnRace on_race = OnRace::stop;
  Substrate substrate = Substrate::fibers;
  std::uint32_t carriers = 8;            // threads an execution can have before it asks for more (Done::need_carriers)
  bool record = false;                   // keep events, full stacks and objects (replay); looked at when the program starts
  std::uint64_t watch_begin = 0;         // recording: plain accesses that touch [watch_begin, watch_end) are events too
  std::uint64_t watch_end = 0;           // (the driver replays a race a second time to show where both accesses stand)
  bool resume_strategy = false;          // go on with the strategy's state of the last request instead of a new one
  bool has_task = false;                 // exhaustive: explore the part of the search that Campaign::task is, instead of the whole
  char test[256] = "";                   // the explore() body wanted; empty: whichever comes first, or the whole program
};

enum class Request : std::uint32_t { none, explore, finish };

// Why a request ended.
enum class Done : std::uint32_t {
  drained,        // the strategy has nothing left: complete within its bound
  limit,          // max_executions or max_time
  finding,        // an execution had a finding; see findings[]
  diverged,       // a schedule could not be followed; see divergence
  need_carriers,  // more threads than carriers: start again with at least `carriers_needed`
  interrupted,    // stop_requested was set
  begin_anew,     // exhaustive: what was explored is void; start again with Campaign::caution_needed
  worker_lost,    // exhaustive: somebody killed the worker; what was done since the last snapshot is lost
  no_part,        // Campaign::task is not of this program, or damaged
  endless,        // exhaustive: a loop that goes on for ever and has no bound; see `loop`
};

enum class Ending : std::uint32_t {
  none,         // still running, or the worker died before it could tell (see worker_status)
  passed,
  finding,
  truncated,    // step budget used up, but not by repetition
  diverged,
  need_carriers,
  blocked,      // exhaustive: a thread waits though what it waits for has happened; only a step to other executions
  cut,          // exhaustive: a thread came to the bound of loops, and nobody else can go on
  endless,      // exhaustive: a thread would go on for ever
};

// The execution that runs now or ran last.
struct Execution {
  std::uint64_t number;           // 1, 2, ... within the request
  std::int64_t started_ns;        // CLOCK_MONOTONIC; 0: none runs
  Ending ending;
  std::uint32_t visible;          // visible operations so far: a watchdog sees here whether it moves
  std::uint32_t choice_count;     // entries of choices[]
  std::uint32_t preemptions;
  std::uint64_t operations_hash;  // of (thread, operation, object) in order: equal schedules must give equal hashes
  std::int32_t exit_status;       // of the program; -1: not ended by exiting
  std::uint32_t notes;            // Note bits
  bool is_partial;                // not all threads run (runtime/by_graph/partial.h)
};

enum Note : std::uint32_t {
  kThreadsLeftBehind = 1,         // others were blocked or running when main returned
  kForked = 2,                    // the program forked; its child was not under control
  kLockOrdersCut = 4,             // too many lock orders to look for every cycle in them
};

struct Progress {
  std::uint64_t executions;       // finished in this request
  std::uint64_t truncated;
  std::uint32_t bound;            // level now explored; every lower one is drained
  double level_done;              // 0..1, estimate for this level (bounded); < 0: unknown
  std::uint64_t blocked, cut;     // of `executions`: those that ended so (Ending::blocked, Ending::cut)
  std::uint64_t recalled;         // of `executions`: those that did not run, since all that happens in them was known (exhaustive)
  // Alternatives beyond the bound or the budget of stale reads (bounded); 0 and drained: these were all schedules.
  std::uint64_t left_out;
  std::uint64_t steps_min, steps_max, steps_sum;   // choices per execution
  std::uint64_t visible_max;
  std::uint32_t threads_max;
  std::uint32_t default_fingerprint;   // four hex digits of the first, default execution of this program
  bool reached_choice;            // some execution had a choice at all
  bool has_cut_timeouts;          // exhaustive: some thread waited on for ever, for its timeouts were used up
  std::uint64_t taken_together, tried;   // exhaustive: locks of std::lock, and of others who give up; see explore/graph/assumptions.h
  double share;                   // exhaustive: how much of the whole search the part explored here is; level_done is of the whole too
};

// What a thread did again and again in an execution that does not end.
struct EndlessLoop {
  model::ThreadId thread;
  model::Op op;
  model::StackId stack;
  std::uint32_t rounds;         // in which it read the same each time; 0: the step budget was used up
};

struct Divergence {
  model::Step step;
  model::ChoiceKind wanted_kind, found_kind;
  std::uint32_t wanted_value;
  std::uint32_t count;            // alternatives there were (the first eight in `values`); 0: the execution ended before
  std::uint32_t values[8];
};

// ---- recorded executions (Settings::record) ---------------------------------------------------------------------------

enum EventFlag : std::uint8_t {
  kSwitched = 1,       // another thread ran before this operation
  kPreempted = 2,      // ... and it could have gone on
  kFailed = 4,         // try failed, compare-exchange failed, wait timed out
  kBlocked = 8,        // the operation did not happen: its thread is blocked in it at the end
  kDeviation = 16,     // a choice here differed from the default
  kSpurious = 32,
  kTimedOut = 64,
  kStale = 128,        // read another store than the newest, or a store was put before others: see Event::source, newest
};

struct Event {
  model::Step step;              // choices made before it
  std::uint16_t thread;
  model::Op op;
  std::uint8_t flags;
  model::ObjectId object;
  model::StackId stack;
  std::uint64_t address;
  std::uint64_t value;           // read or returned
  std::uint64_t operand;         // written; thread created or joined; whom a notify woke
  std::uint8_t size;
  model::Order order;
  std::uint32_t source;          // kStale: the event that wrote what was read, and the newest store of the location then;
  std::uint32_t newest;          // UINT32_MAX: none, what memory held before the first atomic access
};

struct ObjectInfo {
  model::ObjectKind kind;
  model::ThreadId creator;
  std::uint64_t address;
  std::uint64_t block;            // start of the heap block it lies in; 0: none
  std::uint64_t block_size;
  model::StackId created;         // first use
  model::StackId allocated;       // of the heap block
};

struct ThreadInfo {
  model::ThreadId parent;
  model::StackId created;
  std::uint64_t stack_low, stack_high;
  char name[16];                  // pthread_setname_np
  bool joined, detached, ended;
  model::Op blocked_in;           // at the end; valid if `blocked`
  bool blocked;
  model::ObjectId blocked_on;
};

struct Module {
  std::uint64_t base;             // load bias
  std::uint64_t low, high;        // addresses
  char path[256];
};

// ---- parts of an exhaustive search -----------------------------------------------------------------------------------------

// Some hundred kilobytes, in truth: pages that nobody writes do not exist.
inline constexpr std::size_t kPartBytes = std::size_t{64} << 20;

// A part of the search: what is still to be explored, and what was counted in it so far. The bytes are the strategy's.
struct Part {
  std::uint64_t layout;            // of the process it was written in: its addresses mean something only there (runtime/process/layout.h)
  Progress progress;
  std::uint64_t size;
  std::byte bytes[kPartBytes];
};

// A state of the search to which another process can go back.
struct Snapshot {
  std::uint32_t gifts;             // how many parts had been given away in this request
  Part part;
};

inline constexpr std::size_t kMaxDeviations = 1 << 16, kMaxChoices = 1 << 20, kMaxEvents = 1 << 20;
inline constexpr std::size_t kMaxFindings = 64, kMaxObjects = 1 << 16, kMaxModules = 128;
inline constexpr std::size_t kMaxStacks = 1 << 20, kMaxFrames = 1 << 23;
inline constexpr std::size_t kArenaBytes = std::size_t{16} << 30;
inline constexpr std::size_t kPageBytes = 4096;

// A call stack: frames[first .. first + count), innermost first; addresses of the instructions after the calls.
struct Stack {
  std::uint32_t first, count;
};

struct Campaign {
  std::uint32_t abi;
  std::uint32_t has_gtest;                // the program is a GoogleTest binary
  Settings settings;
  Request request;
  std::uint32_t deviation_count;          // the schedule to follow (Strategy::replay)
  model::Deviation deviations[kMaxDeviations];
  std::uint32_t stop_requested;           // set by the driver; looked at between executions

  std::int32_t server_pid;
  std::int32_t worker_pid;                // 0: none
  std::int32_t worker_status;             // as of waitpid, of the last worker that ended
  std::uint32_t must_fork;                // each execution is a process: memory is not all that executions change
  std::uint32_t leaves_next;              // the worker that ended began another execution, which the next worker has to run
  std::uint32_t killed_by_watchdog;       // set by the driver before it kills a worker
  std::uint32_t has_broken_invariant;     // set by a worker that ends because of one (support/check.h)
  char body[256];                         // name of the explore() body served; empty: the whole program
  // What the program did when its body was explored and it was asked to finish: the explore() it came to or other choices (empty: none), and
  // its exit status.
  char rest[256];
  std::int32_t rest_status;
  Done done;
  std::uint32_t carriers_needed;
  Caution caution_needed;
  Progress progress;
  Execution execution;
  Divergence divergence;
  EndlessLoop loop;

  // Findings of the request. A *soft* one (lock_order, thread_leak) does not end its execution (Ending::passed): exploration goes on,
  // each is kept once, and its FindingRecord says which schedule had it: soft_deviations[deviation_first ...).
  std::uint32_t finding_count;
  model::FindingRecord findings[kMaxFindings];
  std::uint32_t soft_deviation_count;
  model::Deviation soft_deviations[kMaxDeviations];

  std::uint32_t event_count, object_count, thread_count, module_count, stack_count, frame_count;
  ThreadInfo threads[model::kMaxThreads];
  ObjectInfo objects[kMaxObjects];
  Module modules[kMaxModules];
  Stack stacks[kMaxStacks];
  std::uint64_t frames[kMaxFrames];
  Event events[kMaxEvents];
  model::Choice choices[kMaxChoices];

  // Exhaustive: see runtime/by_graph/places.h. A page of its own: processes that share a search have the same one in its place.
  alignas(kPageBytes) std::uint32_t places[model::kMaxThreads];

  // Exhaustive. The driver sets split_requested; the program, between two executions, gives a part of its search away: writes `gift`, then a
  // snapshot without it, and says Message::gave. A gift counts from the moment its snapshot does, and stays until the next one is asked for.
  // Snapshot n (1, 2, ...) is snapshots[n % 2]; snapshot_number is set when it is complete, and 0 at the beginning of a request.
  alignas(kPageBytes) std::uint64_t layout;   // of this program's processes
  std::uint32_t split_requested;
  std::uint32_t snapshot_number;
  Snapshot snapshots[2];
  Part gift, task;

  std::uint64_t arena_used;
  alignas(kPageBytes) unsigned char arena[1];   // kArenaBytes, for the strategy
};

// kAbi is the version in the runtime's symbol interleave_abi_1. What driver and program really exchange at start is kLayout: it
// also differs between two builds whose campaigns are laid out differently.
inline constexpr std::uint32_t kAbi = 1;
inline constexpr std::uint32_t kLayout =
    kAbi << 24 | ((offsetof(Campaign, arena) >> 12) * 31 + sizeof(Settings) * 1009 + sizeof(Execution) * 4001 + sizeof(Progress) * 16001 +
                  sizeof(Event) * 64007 + sizeof(Snapshot) * 251 + offsetof(Campaign, findings)) % 0xffffff;

inline constexpr std::size_t kCampaignBytes = offsetof(Campaign, arena) + kArenaBytes;

// ---- messages ---------------------------------------------------------------------------------------------------------

struct Message {
  enum Kind : std::uint32_t {
    hello,      // program -> driver: the runtime is there; value = kLayout; Campaign::has_gtest is set
    listed,     // program -> driver (Mode::list): text = name of an explore() body
    ready,      // program -> driver: exploration can begin; text = name of the body, empty for the whole program
    done,       // program -> driver: the request is finished; Campaign::done tells why
    gave,       // program -> driver: Campaign::gift is a part of the search given away
    go,         // driver -> program: carry out Campaign::request
    failed,     // program -> driver: the runtime refuses; text = one sentence
  } kind;
  std::uint32_t value;
  char text[248];
};

}  // namespace interleave::campaign
