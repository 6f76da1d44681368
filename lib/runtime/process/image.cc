// Copies of pages, and the list of those to be put back.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/process/image.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <boost/context/detail/fcontext.hpp>

#include "runtime/context.h"
#include "runtime/execution.h"
#include "runtime/memory/allocator.h"
#include "runtime/process/raw_syscall.h"
#include "runtime/process/system_calls.h"
#include "runtime/thread_base.h"
#include "support/check.h"

namespace interleave::runtime::image {
namespace {

using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

constexpr std::uint64_t kPage = 4096;
constexpr std::uint32_t kManyPages = 8192;                        // to be put back: about as long as a fork takes
constexpr std::uint64_t kMostCopied = std::uint64_t{64} << 20, kMostPages = 1 << 18;
constexpr std::uint64_t kLarge = std::uint64_t{1} << 30;          // no image of a program with a mapping like that
constexpr std::uint32_t kMostRanges = 1024;
constexpr std::size_t kStackBytes = 64 << 10, kTextBytes = 256 << 10, kSpareBytes = 8 << 20;
constexpr int kFirstDescriptor = 700;                             // out of the way of the program's

// A page's entry in /proc/self/pagemap (Documentation/admin-guide/mm/pagemap.rst).
constexpr std::uint64_t kPresent = std::uint64_t{1} << 63, kSwapped = std::uint64_t{1} << 62, kOfFile = std::uint64_t{1} << 61,
                        kGuard = std::uint64_t{1} << 58, kExclusive = std::uint64_t{1} << 56;

struct Range {
  std::uint64_t begin, end;
  bool is_of_file;              // pages that are not there hold what is in the file
};

struct Page {
  std::uint64_t address;
  const void *copy;             // null: zeros
};

// In memory that is not put back.
struct Vault {
  void *where;                  // executions begin
  std::uint64_t thread_base;
  int pagemap;
  bool is_complete;
  std::uint64_t faults;         // when the list of pages was made
  std::uint32_t range_count, held_count, written_count;
  std::uint64_t copied;         // bytes of `copies` in use
  Range ranges[kMostRanges];
  std::uint64_t entries[4096];  // read from pagemap
  char text[kTextBytes];        // of /proc/self/maps
  Page held[kMostPages];        // all that were there, by address
  Page written[kMostPages];     // those to be put back, by address
  alignas(kPage) char page[kPage];
  alignas(kPage) char stack[kStackBytes];
  alignas(kPage) char copies[kMostCopied];
  alignas(kPage) char spare[kSpareBytes];
};

Vault *vault;

std::uint64_t count_faults() {
  rusage usage{};
  raw_syscall(SYS_getrusage, RUSAGE_SELF, reinterpret_cast<long>(&usage));
  return static_cast<std::uint64_t>(usage.ru_minflt + usage.ru_majflt);
}

bool is_zero(const void *page) {
  const auto *word = static_cast<const std::uint64_t *>(page);
  std::uint64_t any = 0;
  for (std::size_t i = 0; i < kPage / sizeof *word; i++) any |= word[i];
  return any == 0;
}

// ---- what there is ------------------------------------------------------------------------------------------------------------

bool add_range(std::uint64_t begin, std::uint64_t end, bool is_of_file) {
  if (begin >= end) return true;
  if (vault->range_count == kMostRanges) return false;
  vault->ranges[vault->range_count++] = {begin & ~(kPage - 1), (end + kPage - 1) & ~(kPage - 1), is_of_file};
  return true;
}

// Address space that we have reserved: larger by far than what is in use of it. The kernel may show several as one mapping.
struct Reserved {
  std::uint64_t begin, end;
};

Reserved reserved(const support::Arena &arena) {
  const auto begin = reinterpret_cast<std::uint64_t>(arena.begin());
  return {begin, begin + arena.bytes()};
}

// What is in use of our reservations.
bool add_parts_in_use() {
  bool all = true;
  for (const support::Arena *arena : {&execution.memory, &execution.shadow}) {
    const std::uint64_t begin = reserved(*arena).begin;
    all &= add_range(begin, begin + arena->used(), false);
  }
  const auto add = [](void *result, std::uint64_t begin, std::uint64_t end) {
    *static_cast<bool *>(result) &= add_range(begin, end, false);
  };
  for_each_part_of_heap(add, &all);
  return all;
}

// A mapping but for our reservations in it.
bool add_rest(std::uint64_t begin, std::uint64_t end, bool is_of_file) {
  const auto vault_begin = reinterpret_cast<std::uint64_t>(vault);
  const Reserved ours[] = {{vault_begin, vault_begin + sizeof(Vault)},
                           reserved(execution.memory),
                           reserved(execution.shadow),
                           {heap_begin(), heap_begin() + heap_bytes()}};
  for (const Reserved &r : ours) {
    if (end <= r.begin || r.end <= begin) continue;
    return (begin >= r.begin || add_rest(begin, r.begin, is_of_file)) && (r.end >= end || add_rest(r.end, end, is_of_file));
  }
  return end - begin < kLarge && add_range(begin, end, is_of_file);
}

std::uint64_t read_hex(const char *&at) {
  std::uint64_t n = 0;
  for (;; at++) {
    if (*at >= '0' && *at <= '9') n = n * 16 + static_cast<std::uint64_t>(*at - '0');
    else if (*at >= 'a' && *at <= 'f') n = n * 16 + static_cast<std::uint64_t>(*at - 'a' + 10);
    else return n;
  }
}

// "55af19b8a000-55af19b8c000 rw-p 00000000 fe:00 247498   /usr/bin/head"
bool add_mapping(const char *line) {
  const std::uint64_t begin = read_hex(line), end = read_hex(++line);
  const bool is_writable = line[2] == 'w', is_private = line[4] == 'p';
  if (!is_writable || !is_private) return true;
  line += 6;
  read_hex(line), read_hex(++line), read_hex(++line);
  const bool is_of_file = *++line != '0';
  const char *name = line;
  while (*name != '[' && *name != '/' && *name != '\0') name++;
  if (std::strncmp(name, "[stack]", 7) == 0) {
    constexpr std::uint64_t kMostGrowth = std::uint64_t{8} << 20;
    return add_range(end - std::max(end - begin, kMostGrowth), end, false);
  }
  return add_rest(begin, end, is_of_file);
}

bool find_ranges() {
  vault->range_count = 0;
  const long file = raw_syscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>("/proc/self/maps"), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  std::size_t size = 0;
  long n;
  while ((n = raw_syscall(SYS_read, file, reinterpret_cast<long>(vault->text + size), static_cast<long>(kTextBytes - 1 - size))) > 0)
    size += static_cast<std::size_t>(n);
  raw_syscall(SYS_close, file);
  if (size == 0 || size == kTextBytes - 1) return false;
  vault->text[size] = '\0';
  for (char *line = vault->text; *line;) {
    char *end = std::strchr(line, '\n');
    if (!end) return false;
    *end = '\0';
    if (!add_mapping(line)) return false;
    line = end + 1;
  }
  if (!add_parts_in_use()) return false;
  std::sort(vault->ranges, vault->ranges + vault->range_count, [](const Range &a, const Range &b) { return a.begin < b.begin; });
  return true;
}

// Calls f(address, entry) for each page of the range; false: it cannot be known.
template <class F>
bool for_each_page(const Range &range, F f) {
  for (std::uint64_t at = range.begin; at < range.end;) {
    const std::uint64_t count = std::min<std::uint64_t>((range.end - at) / kPage, std::size(vault->entries));
    const long wanted = static_cast<long>(count * sizeof(std::uint64_t));
    if (raw_syscall(SYS_pread64, vault->pagemap, reinterpret_cast<long>(vault->entries), wanted,
                    static_cast<long>(at / kPage * sizeof(std::uint64_t))) != wanted)
      return false;
    for (std::uint64_t i = 0; i < count; i++, at += kPage)
      if (!f(at, vault->entries[i])) return false;
  }
  return true;
}

// Of a page that is swapped out the kernel does not tell whether others have it too.
bool is_own(std::uint64_t entry) {
  if (entry & (kOfFile | kGuard)) return false;
  return (entry & kSwapped) || ((entry & kPresent) && (entry & kExclusive));
}

// ---- taking it ----------------------------------------------------------------------------------------------------------------

// By the kernel, for to read a page beyond the end of its file is a fatal signal. Null: it cannot be read.
const void *read_page(std::uint64_t page) {
  const iovec here{vault->page, kPage}, there{reinterpret_cast<void *>(page), kPage};
  const long pid = raw_syscall(SYS_getpid);
  const long n = raw_syscall(SYS_process_vm_readv, pid, reinterpret_cast<long>(&here), 1, reinterpret_cast<long>(&there), 1);
  return n == static_cast<long>(kPage) ? vault->page : nullptr;
}

bool hold(std::uint64_t page, bool is_present) {
  if (vault->held_count == kMostPages) return false;
  const void *content = is_present ? reinterpret_cast<const void *>(page) : read_page(page);
  if (!content) return false;
  Page &held = vault->held[vault->held_count++];
  held = {page, nullptr};
  if (is_zero(content)) return true;
  if (vault->copied == kMostCopied) return false;
  held.copy = std::memcpy(vault->copies + vault->copied, content, kPage);
  vault->copied += kPage;
  return true;
}

const void *copy_of(std::uint64_t page) {
  const Page *end = vault->held + vault->held_count;
  const Page *begin = vault->held;
  const Page *found = std::lower_bound(begin, end, page, [](const Page &held, std::uint64_t address) { return held.address < address; });
  return found != end && found->address == page ? found->copy : nullptr;
}

// Makes the list of pages that are to be put back.
bool find_written() {
  std::uint32_t before = 0;
  const std::uint32_t known = vault->written_count;
  for (std::uint32_t r = 0; r < vault->range_count; r++) {
    const bool all = for_each_page(vault->ranges[r], [&](std::uint64_t page, std::uint64_t entry) {
      if (!is_own(entry)) return true;
      while (before < known && vault->written[before].address < page) before++;
      if (before < known && vault->written[before].address == page) return true;
      if (vault->written_count == kMostPages) return false;
      vault->written[vault->written_count++] = {page, copy_of(page)};
      return true;
    });
    if (!all) return false;
  }
  // Not by merging, which would allocate.
  std::sort(vault->written, vault->written + vault->written_count, [](const Page &a, const Page &b) { return a.address < b.address; });
  vault->faults = count_faults();
  return true;
}

bool take() {
  if (!find_ranges()) return false;
  for (std::uint32_t r = 0; r < vault->range_count; r++) {
    const Range &range = vault->ranges[r];
    const bool all = for_each_page(range, [&](std::uint64_t page, std::uint64_t entry) {
      const bool is_there = range.is_of_file || (entry & (kPresent | kSwapped));
      return !is_there || (entry & kGuard) || hold(page, entry & kPresent);
    });
    if (!all) return false;
  }
  return find_written();
}

void begin_on_own_stack(transfer_t from) {
  vault->where = from.fctx;
  vault->is_complete = take();
  jump_fcontext(vault->where, nullptr);
}

// ---- going back ---------------------------------------------------------------------------------------------------------------

void put_back(transfer_t) {
  Vault &v = *vault;
  if (count_faults() != v.faults && !(find_ranges() && find_written())) {
    execution.campaign->must_fork = execution.campaign->leaves_next = 1;
    raw_syscall(SYS_exit_group, 0);
  }
  thread_base::load(v.thread_base);
  char of_kernel[kKernelsBytes];
  if (kernels_memory()) std::memcpy(of_kernel, kernels_memory(), sizeof of_kernel);
  for (const Page *page = v.written, *end = v.written + v.written_count; page != end; page++) {
    void *to = reinterpret_cast<void *>(page->address);
    if (page->copy) std::memcpy(to, page->copy, kPage);
    else std::memset(to, 0, kPage);
  }
  if (kernels_memory()) std::memcpy(kernels_memory(), of_kernel, sizeof of_kernel);
  jump_fcontext(v.where, nullptr);
}

// Runs on the vault's stack, which is not put back.
void run_apart(void (*f)(transfer_t)) { jump_fcontext(make_fcontext(vault->stack + kStackBytes, kStackBytes, f), nullptr); }

bool open_pagemap() {
  const long file = raw_syscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>("/proc/self/pagemap"), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  vault->pagemap = static_cast<int>(raw_syscall(SYS_fcntl, file, F_DUPFD_CLOEXEC, kFirstDescriptor));
  raw_syscall(SYS_close, file);
  return vault->pagemap >= 0;
}

}  // namespace

void begin_here([[maybe_unused]] void (*at_exit)(int)) {
#if defined(__x86_64__)
  const long at = raw_syscall(SYS_mmap, 0, sizeof(Vault), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at < 0 && at > -4096) return;
  vault = reinterpret_cast<Vault *>(at);
  raw_syscall(SYS_prctl, PR_SET_THP_DISABLE, 1);          // the kernel would join pages without a fault
  if (!open_pagemap() || !system_calls::watch(at_exit)) return;
  vault->thread_base = thread_base::current();
  run_apart(begin_on_own_stack);
#endif
}

bool can_go_back() { return vault && vault->is_complete && !system_calls::is_marked(); }

void *kernels_memory() {
  if (__rseq_size == 0) return nullptr;
  return reinterpret_cast<void *>(context::main_carrier()->thread_base + static_cast<std::uint64_t>(__rseq_offset));
}

bool for_each_written(void (*f)(void *, std::uint64_t, const void *), void *context) {
  if (count_faults() != vault->faults && !(find_ranges() && find_written())) return false;
  for (std::uint32_t i = 0; i < vault->written_count; i++) f(context, vault->written[i].address, vault->written[i].copy);
  return true;
}

void *spare(std::size_t bytes) {
  CHECK(bytes <= kSpareBytes, "the image has less to spare");
  return vault->spare;
}

bool is_large() { return vault->written_count > kManyPages; }

void go_back() {
  run_apart(put_back);
  __builtin_unreachable();
}

}  // namespace interleave::runtime::image
