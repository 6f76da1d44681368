// Finds the modules' TLS segments and copies their initial images.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/memory/tls_image.h"

#include <link.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "runtime/modules.h"

namespace interleave::runtime::tls_image {
namespace {

struct Segment {
  std::int64_t offset;          // of the block from the thread base
  const void *image;
  std::size_t image_bytes, bytes;
};
constexpr int kMaxSegments = 64;
constexpr std::int64_t kFarthest = 1 << 20;             // static TLS is no farther from the base
Segment segments[kMaxSegments];
int segment_count;
std::uint64_t main_base;
bool is_all_known;
std::int64_t libraries_begin, libraries_end;

int visit(dl_phdr_info *info, std::size_t, void *) {
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const auto &header = info->dlpi_phdr[i];
    if (header.p_type != PT_TLS || header.p_memsz == 0) continue;
    const auto offset = static_cast<std::int64_t>(reinterpret_cast<std::uint64_t>(info->dlpi_tls_data) - main_base);
    if (!info->dlpi_tls_data || std::abs(offset) > kFarthest || segment_count == kMaxSegments) {
      is_all_known = false;                                       // not static TLS
    } else if (modules::is_system_library(info->dlpi_name)) {
      const auto end = offset + static_cast<std::int64_t>(header.p_memsz);
      libraries_begin = std::min(libraries_begin, offset);
      libraries_end = std::max(libraries_end, end);
    } else {
      segments[segment_count++] = {offset, reinterpret_cast<const void *>(info->dlpi_addr + header.p_vaddr),
                                   header.p_filesz, header.p_memsz};
    }
  }
  return 0;
}

}  // namespace

void find(std::uint64_t main_thread_base) {
  main_base = main_thread_base;
  segment_count = 0;
  libraries_begin = 0;
  libraries_end = -kFarthest;
  is_all_known = true;
  dl_iterate_phdr(visit, nullptr);
}

void reset(std::uint64_t thread_base) {
  for (int i = 0; i < segment_count; i++) {
    const Segment &s = segments[i];
    char *block = reinterpret_cast<char *>(thread_base + static_cast<std::uint64_t>(s.offset));
    std::memcpy(block, s.image, s.image_bytes);
    std::memset(block + s.image_bytes, 0, s.bytes - s.image_bytes);
  }
}

void for_each(std::uint64_t thread_base, void (*f)(std::uint64_t, std::uint64_t)) {
  for (int i = 0; i < segment_count; i++)
    f(thread_base + static_cast<std::uint64_t>(segments[i].offset), segments[i].bytes);
}

Libraries libraries() {
  if (libraries_end <= libraries_begin) return {is_all_known && segment_count == 0, is_all_known, 0, 0};
  return {is_all_known && segment_count == 0, is_all_known, libraries_begin, static_cast<std::size_t>(libraries_end - libraries_begin)};
}

}  // namespace interleave::runtime::tls_image
