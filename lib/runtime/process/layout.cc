// The places that decide all others.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/process/layout.h"

#include <link.h>

#include <cerrno>

#include "runtime/memory/allocator.h"

namespace interleave::runtime {
namespace {

std::uint64_t mix(std::uint64_t h, std::uint64_t word) {
  h = (h ^ word) * 0x9e3779b97f4a7c15u;
  return h ^ h >> 29;
}

int visit(dl_phdr_info *info, std::size_t, void *hash) {
  auto &h = *static_cast<std::uint64_t *>(hash);
  h = mix(h, info->dlpi_addr);
  for (const char *c = info->dlpi_name; *c; c++) h = mix(h, static_cast<unsigned char>(*c));
  return 0;
}

}  // namespace

std::uint64_t layout_of_process() {
  std::uint64_t h = 1;
  dl_iterate_phdr(visit, &h);
  h = mix(h, reinterpret_cast<std::uint64_t>(__builtin_frame_address(0)));
  h = mix(h, reinterpret_cast<std::uint64_t>(&errno));
  return mix(h, heap_top());
}

}  // namespace interleave::runtime
