// tls_image: gives a carrier that is lent again the thread_local variables of a new thread.
// SPDX-License-Identifier: Apache-2.0
//
// Each loaded module's static TLS lies at a fixed distance from the thread base; its initial image is in the module's PT_TLS segment.
// The C and C++ libraries' own TLS is left alone (locale, malloc caches, exception globals: they belong to the parked pthread).
// Modules loaded later with dlopen have no static TLS and keep the values of the last borrower: a limit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace interleave::runtime::tls_image {

void find(std::uint64_t main_thread_base);       // once, on the main thread
void reset(std::uint64_t thread_base);
// for_each() calls f(begin, size) for each block, e.g. to forget accesses of an earlier thread.
void for_each(std::uint64_t thread_base, void (*f)(std::uint64_t begin, std::uint64_t size));

// What the C and C++ libraries have as thread-local storage: `bytes` at `offset` from each thread base.
struct Libraries {
  bool are_all;                 // nobody else has any
  bool are_known;               // all static thread-local storage is
  std::int64_t offset;
  std::size_t bytes;
};
Libraries libraries();

}  // namespace interleave::runtime::tls_image
