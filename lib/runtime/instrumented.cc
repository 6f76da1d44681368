// Looking for the call of __tsan_func_entry.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/instrumented.h"

#include <cstring>
#include <iterator>

#include "runtime/execution.h"

extern "C" void __tsan_func_entry(void *);

namespace interleave::runtime {
namespace {

struct Bases {                        // struct dwarf_eh_bases of libgcc and libunwind
  void *text, *data, *function;
};
extern "C" const void *_Unwind_Find_FDE(void *pc, Bases *bases);

struct Known {
  std::uint64_t pc;
  bool is_instrumented;
} known[1024];

bool find(std::uint64_t pc) {
#if defined(__x86_64__)
  Bases bases{};
  {
    Inside inside;
    if (!_Unwind_Find_FDE(reinterpret_cast<void *>(pc - 1), &bases)) return false;
  }
  constexpr unsigned char kCall = 0xe8;               // and 32 bits: how far from the next instruction
  const auto entry = reinterpret_cast<std::uint64_t>(&__tsan_func_entry);
  for (auto at = reinterpret_cast<std::uint64_t>(bases.function); at + 5 <= pc; at++) {
    std::int32_t distance;
    std::memcpy(&distance, reinterpret_cast<const void *>(at + 1), sizeof distance);
    const bool is_call = *reinterpret_cast<const unsigned char *>(at) == kCall;
    if (is_call && at + 5 + static_cast<std::uint64_t>(std::int64_t{distance}) == entry) return true;
  }
#endif
  return false;
}

}  // namespace

bool is_instrumented(std::uint64_t pc) {
  Known &k = known[(pc ^ pc >> 10) % std::size(known)];
  if (k.pc != pc) k = {pc, find(pc)};
  return k.is_instrumented;
}

}  // namespace interleave::runtime
