// Keeping pages, and comparing them but for what is no trace.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/process/traces.h"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "explore/segments/cells.h"
#include "runtime/by_graph/exhaustive.h"
#include "runtime/context.h"
#include "runtime/execution.h"
#include "runtime/memory/allocator.h"
#include "runtime/process/image.h"
#include "runtime/process/system_calls.h"
#include "runtime/thread_base.h"

// All of the runtime's variables: link_runtime.sh gives the sections these names, and the linker the symbols.
extern "C" {
extern char __start_interleave_data[] __attribute__((visibility("hidden")));
extern char __stop_interleave_data[] __attribute__((visibility("hidden")));
extern char __start_interleave_bss[] __attribute__((visibility("hidden")));
extern char __stop_interleave_bss[] __attribute__((visibility("hidden")));
}

namespace interleave::runtime::traces {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint32_t kMostKept = 1024, kMostRanges = 512;

// In memory that is not put back.
struct Kept {
  std::uint32_t count;
  bool is_all;
  std::uint64_t pages[kMostKept];                 // by address
  char contents[kMostKept][kPage];
};

// Where no change is a trace.
struct Range {
  std::uint64_t begin, end;
} ranges[kMostRanges];
std::uint32_t range_count;
bool had_written;

Kept &kept() { return *static_cast<Kept *>(image::spare(sizeof(Kept))); }

std::uint64_t number(const void *at) { return reinterpret_cast<std::uint64_t>(at); }

void add(std::uint64_t begin, std::uint64_t end) {
  if (range_count < kMostRanges && begin < end) ranges[range_count++] = {begin, end};
}

bool is_within(std::uint64_t begin, std::uint64_t end) {
  return std::any_of(ranges, ranges + range_count, [&](const Range &r) { return r.begin <= begin && end <= r.end; });
}

// The slots that lazy binding writes to, and all variables of the dynamic linker itself.
int add_linkers(dl_phdr_info *module, std::size_t, void *) {
  const std::uint64_t base = module->dlpi_addr;
  const ElfW(Dyn) *dynamic = nullptr;
  bool is_linker = false;
  for (int i = 0; i < module->dlpi_phnum; i++) {
    const auto &header = module->dlpi_phdr[i];
    if (header.p_type == PT_DYNAMIC) dynamic = reinterpret_cast<const ElfW(Dyn) *>(base + header.p_vaddr);
    is_linker |= header.p_type == PT_LOAD && number(&_r_debug) - (base + header.p_vaddr) < header.p_memsz;
  }
  for (int i = 0; i < module->dlpi_phnum && is_linker; i++) {
    const auto &header = module->dlpi_phdr[i];
    if (header.p_type == PT_LOAD && (header.p_flags & PF_W)) add(base + header.p_vaddr, base + header.p_vaddr + header.p_memsz);
  }
  std::uint64_t relocations = 0, bytes = 0;
  for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
    if (dynamic->d_tag == DT_JMPREL) relocations = dynamic->d_un.d_ptr;
    if (dynamic->d_tag == DT_PLTRELSZ) bytes = dynamic->d_un.d_val;
  }
  if (relocations < base) relocations += base;
  std::uint64_t first = UINT64_MAX, last = 0;
  for (std::uint64_t i = 0; i < bytes / sizeof(ElfW(Rela)); i++) {
    const std::uint64_t slot = base + reinterpret_cast<const ElfW(Rela) *>(relocations)[i].r_offset;
    first = std::min(first, slot);
    last = std::max(last, slot + sizeof(void *));
  }
  add(first, last);
  return 0;
}

// A thread that stands still has left its registers at the bottom of its stack.
void add_stack(const Thread &t) {
  const std::uint64_t low = number(t.carrier->stack_low);
  add(low, t.id == model::kMainThread ? number(t.carrier->context) : number(t.carrier->stack_high));
}

void find_ranges() {
  range_count = 0;
  add(number(__start_interleave_data), number(__stop_interleave_data));
  add(number(__start_interleave_bss), number(__stop_interleave_bss));
  for (const support::Arena *arena : {&execution.memory, &execution.shadow})
    add(number(arena->begin()), number(arena->begin()) + arena->bytes());
  add(heap_begin(), heap_begin() + heap_table_bytes());
  add(thread_base::exchanged.begin, thread_base::exchanged.begin + thread_base::exchanged.bytes);
  if (void *at = image::kernels_memory()) add(number(at), number(at) + image::kKernelsBytes);
  for (ThreadId i = 0; i < execution.thread_count; i++) add_stack(execution.threads[i]);
  Inside inside;
  dl_iterate_phdr(add_linkers, nullptr);
}

void keep(void *, std::uint64_t page, const void *) {
  Kept &k = kept();
  if (is_within(page, page + kPage)) return;
  k.is_all &= k.count < kMostKept;
  if (!k.is_all) return;
  std::memcpy(k.contents[k.count], reinterpret_cast<const void *>(page), kPage);
  k.pages[k.count++] = page;
}

// What a thread allocates is its own; it does not begin again (partial.h).
bool is_in_others_heap(std::uint64_t address) { return heap_contains(address) && heap_owner(address) != model::kMainThread; }

bool is_trace(std::uint64_t address, std::uint64_t before, std::uint64_t now) {
  if (before == now || is_within(address, address + sizeof now) || is_in_others_heap(address)) return false;
  return explore::segments::different_bytes(before, now) & ~exhaustive::recorder->written_at(address);
}

void compare(void *result, std::uint64_t page, const void *copy) {
  if (is_within(page, page + kPage)) return;
  const Kept &k = kept();
  const std::uint64_t *end = k.pages + k.count, *found = std::lower_bound(k.pages, end, page);
  if (found != end && *found == page) copy = k.contents[found - k.pages];
  if (copy && std::memcmp(copy, reinterpret_cast<const void *>(page), kPage) == 0) return;
  for (std::uint64_t at = 0; at < kPage; at += sizeof(std::uint64_t)) {
    std::uint64_t before = 0, now;
    if (copy) std::memcpy(&before, static_cast<const char *>(copy) + at, sizeof before);
    std::memcpy(&now, reinterpret_cast<const void *>(page + at), sizeof now);
    if (!is_trace(page + at, before, now)) continue;
    *static_cast<bool *>(result) = true;
    return;
  }
}

}  // namespace

bool begin() {
  find_ranges();
  had_written = system_calls::has_written();
  kept().count = 0;
  kept().is_all = true;
  return image::for_each_written(keep, nullptr) && kept().is_all && range_count < kMostRanges;
}

bool are_none() {
  if (system_calls::is_marked() || system_calls::has_written() != had_written) return false;
  bool is_any = false;
  return image::for_each_written(compare, &is_any) && !is_any;
}

}  // namespace interleave::runtime::traces
