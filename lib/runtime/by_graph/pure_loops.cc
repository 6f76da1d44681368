// Fingerprints of a thread's state.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/by_graph/pure_loops.h"

#include <iterator>

#include "runtime/by_graph/caller_state.h"
#include "runtime/context.h"

CallerState interleave_caller;
unsigned char interleave_wants_caller;

namespace interleave::runtime {

std::uint64_t stack_in_use;

namespace pure_loops {
namespace {

// The last looks of a thread. A loop of more accesses than this in a round is not found.
struct Look {
  std::uint64_t hash;            // 64 bits: two different states meet once in 2^64 pairs
  std::uint32_t next_event;
};
struct Looks {
  Look ring[32];
  std::uint32_t count;
  std::uint32_t changes;         // of the thread, when the ring began
  std::uint64_t execution;
};
Looks looks[model::kMaxThreads];
std::uint64_t number_of_execution;

std::uint64_t mix(std::uint64_t h, std::uint64_t word) {
  h = (h ^ word) * 0x9e3779b97f4a7c15u;
  return h ^ h >> 29;
}

std::uint64_t hash_of_stack(std::uint64_t begin, std::uint64_t end) {
  std::uint64_t a = 1, b = 2;
  const auto *word = reinterpret_cast<const std::uint64_t *>(begin);
  const auto *last = reinterpret_cast<const std::uint64_t *>(end & ~std::uint64_t{7});
  for (; word + 1 < last; word += 2) {
    a = mix(a, word[0]);
    b = mix(b, word[1]);
  }
  if (word < last) a = mix(a, *word);
  return mix(a, b);
}

std::uint64_t hash_of(const Thread &t) {
  const CallerState &c = interleave_caller;
  const auto end = reinterpret_cast<std::uint64_t>(t.stack_mark ? t.stack_mark : t.carrier->stack_high);
  std::uint64_t h = hash_of_stack(c.rsp, end);
  for (std::uint64_t word : {c.rbx, c.rbp, c.r12, c.r13, c.r14, c.r15, c.rsp, t.pending.pc, t.pending.address,
                             t.pending.operand, t.pending.expected, std::uint64_t(t.pending.op)})
    h = mix(h, word);
  return h;
}

}  // namespace

void begin_execution() {
  number_of_execution++;
}

void begin_thread(const Thread &t) { looks[t.id].count = 0; }

bool at_round(Thread &t, std::uint32_t next_event, std::uint32_t *since) {
#if !defined(__x86_64__)
  return false;
#endif
  if (interleave_caller.rsp == 0) return false;          // asked from a function that does not store it
  Looks &mine = looks[t.id];
  if (mine.changes != t.changes || mine.execution != number_of_execution)
    mine.count = 0, mine.changes = t.changes, mine.execution = number_of_execution;
  const std::uint64_t hash = hash_of(t);
  const std::uint32_t known = std::min<std::uint32_t>(mine.count, std::size(mine.ring));
  for (std::uint32_t i = 1; i <= known; i++) {
    const Look &look = mine.ring[(mine.count - i) % std::size(mine.ring)];
    if (look.hash != hash) continue;
    *since = look.next_event;
    return true;
  }
  mine.ring[mine.count++ % std::size(mine.ring)] = {hash, next_event};
  return false;
}

}  // namespace pure_loops
}  // namespace interleave::runtime
