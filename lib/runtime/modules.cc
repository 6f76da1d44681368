// The address ranges of what is loaded.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/modules.h"

#include <link.h>

#include <cstring>
#include <initializer_list>

namespace interleave::runtime::modules {
namespace {

struct Range {
  std::uint64_t low, high;
  bool system;
};
constexpr int kMost = 256;
Range ranges[kMost];
int count;

int visit(dl_phdr_info *info, std::size_t, void *) {
  for (int i = 0; i < info->dlpi_phnum && count < kMost; i++) {
    const auto &h = info->dlpi_phdr[i];
    if (h.p_type != PT_LOAD || !(h.p_flags & PF_W)) continue;
    std::uint64_t low = info->dlpi_addr + h.p_vaddr;
    ranges[count++] = {low, low + h.p_memsz, is_system_library(info->dlpi_name)};
  }
  return 0;
}

const Range *range_of(const void *address) {
  auto at = reinterpret_cast<std::uint64_t>(address);
  for (int i = 0; i < count; i++)
    if (at >= ranges[i].low && at < ranges[i].high) return &ranges[i];
  return nullptr;
}

}  // namespace

void find() {
  count = 0;
  dl_iterate_phdr(visit, nullptr);
}

bool is_static(const void *address) { return range_of(address) != nullptr; }

bool is_library_object(const void *address) {
  const Range *range = range_of(address);
  return range && range->system;
}

bool is_system_library(const char *path) {
  const char *slash = std::strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  for (const char *prefix : {"libc.so", "libc-", "ld-linux", "libstdc++", "libgcc_s", "libpthread", "libm.so", "libdl"})
    if (std::strncmp(name, prefix, std::strlen(prefix)) == 0) return true;
  return false;
}

}  // namespace interleave::runtime::modules
