// Loads the base, or exchanges what is found through it.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/thread_base.h"

#include <link.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#if defined(__x86_64__)
#include <asm/prctl.h>
#endif

#include <cstring>

#include "model/ids.h"
#include "runtime/context.h"
#include "runtime/memory/tls_image.h"
#include "runtime/process/raw_syscall.h"

namespace interleave::runtime::thread_base {

Exchanged exchanged;

namespace {

constexpr std::size_t kMostBytes = 256;

std::uint64_t shared_base;
std::int64_t offset;                                    // of the libraries' storage from the base
std::size_t bytes;                                      // of it; it is shared if they are exchanged
char contents[model::kMaxThreads + 1][kMostBytes];      // of those that do not run: close together, for they are put back in each execution
char first_contents[model::kMaxThreads][kMostBytes];    // when they were added

int module_count;
bool are_libraries_known;

int count_modules() {
  int count = 0;
  for (const link_map *module = _r_debug.r_map; module; module = module->l_next) count++;
  return count;
}

bool is_shared() { return exchanged.bytes != 0; }

char *block(std::uint64_t base) { return reinterpret_cast<char *>(base + static_cast<std::uint64_t>(offset)); }

}  // namespace

#if defined(__x86_64__)
namespace {

bool is_load_cheap;
bool find_whether_load_is_cheap() { return getauxval(AT_HWCAP2) & 2; }      // HWCAP2_FSGSBASE: the kernel allows it too

}  // namespace

// The word at the base is its address ([System V ABI, x86-64 TLS]).
std::uint64_t current() {
  std::uint64_t base;
  asm volatile("mov %%fs:0, %0" : "=r"(base));
  return base;
}

void load(std::uint64_t base) {
  if (base == current()) return;
  if (is_load_cheap) {
    asm volatile("wrfsbase %0" : : "r"(base) : "memory");
  } else {
    raw_syscall(SYS_arch_prctl, ARCH_SET_FS, static_cast<long>(base));
  }
}
#elif defined(__aarch64__)
namespace {

bool is_load_cheap;
bool find_whether_load_is_cheap() { return true; }

}  // namespace

std::uint64_t current() {
  std::uint64_t base;
  asm volatile("mrs %0, tpidr_el0" : "=r"(base));
  return base;
}

void load(std::uint64_t base) { asm volatile("msr tpidr_el0, %0" : : "r"(base) : "memory"); }
#endif

void start(Carrier *main) {
  main->thread_base = shared_base = current();
  main->library_tls = contents[0];
  is_load_cheap = find_whether_load_is_cheap();
  const tls_image::Libraries libraries = tls_image::libraries();
  module_count = count_modules();
  offset = libraries.offset;
  bytes = libraries.bytes;
  are_libraries_known = libraries.are_known;
  const bool shares = !is_load_cheap && libraries.are_all && bytes <= kMostBytes && !context::is_os();
  exchanged = {reinterpret_cast<std::uint64_t>(block(shared_base)), shares ? bytes : 0};
}

void add(Carrier *carrier) {
  carrier->thread_base = current();
  carrier->library_tls = contents[carrier->index];
  if (is_shared()) std::memcpy(carrier->library_tls, block(carrier->thread_base), bytes);
  if (bytes <= kMostBytes) std::memcpy(first_contents[carrier->index], block(carrier->thread_base), bytes);
}

bool can_renew() { return are_libraries_known && bytes <= kMostBytes; }

void renew(const Carrier *carrier) {
  char *own = is_shared() ? carrier->library_tls : block(carrier->thread_base);
  std::memcpy(own, first_contents[carrier->index], bytes);
}

void add_walker(Carrier *carrier) {
  carrier->library_tls = contents[model::kMaxThreads];
  if (is_shared()) std::memcpy(carrier->library_tls, block(shared_base), bytes);
}

void borrow(Carrier *carrier, const Carrier *lender) { carrier->thread_base = lender->thread_base; }

void move(const Carrier *from, const Carrier *to) {
  if (!is_shared()) return load(to->thread_base);
  if (from->library_tls == to->library_tls) return;
  std::memcpy(from->library_tls, block(shared_base), bytes);
  std::memcpy(block(shared_base), to->library_tls, bytes);
}

void share_no_more(const Carrier *on) {
  if (!is_shared()) return;
  exchanged.bytes = 0;
  std::memcpy(on->library_tls, block(shared_base), bytes);
  context::for_each([](const Carrier &carrier) { std::memcpy(block(carrier.thread_base), carrier.library_tls, bytes); });
  load(on->thread_base);
}

void look_at_modules(const Carrier *on) {
  if (is_shared() && count_modules() != module_count) share_no_more(on);
}

}  // namespace interleave::runtime::thread_base
