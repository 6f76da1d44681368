// Arena: memory of our own inside the program under test, taken from the kernel and given back all at once.
// SPDX-License-Identifier: Apache-2.0
//
// The runtime may not use the program's heap: its allocations would shift the program's, and a schedule would no longer
// mean the same. An Arena reserves address space once (pages appear when touched) and hands it out upwards. reset()
// starts over without giving pages back, so a search of a million executions allocates nothing after the first few.
// It is a std::pmr::memory_resource, so standard containers can live in it. Not thread safe. Never throws: exhaustion
// ends the process with a sentence, because it means our sizes are wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>

namespace interleave::support {

class Arena : public std::pmr::memory_resource {
 public:
  Arena() = default;
  // Uses [begin, begin + bytes), which must be zeroed or never read before written; `used` may be shared memory.
  Arena(void *begin, std::size_t bytes, std::uint64_t *used) : begin_(begin), bytes_(bytes), used_(used) {}
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;

  // Reserves `bytes` of private address space. Aborts when the kernel refuses.
  void reserve(std::size_t bytes);
  const void *begin() const { return begin_; }
  std::size_t bytes() const { return bytes_; }
  bool is_reserved() const { return begin_ != nullptr; }

  // take() returns uninitialised memory, aligned to `align` (a power of two).
  void *take(std::size_t bytes, std::size_t align = 16) {
    std::uint64_t at = (*used_ + align - 1) & ~std::uint64_t(align - 1);
    if (at + bytes > bytes_) exhausted();
    *used_ = at + bytes;
    return static_cast<char *>(begin_) + at;
  }
  template <class T>
  T *take_array(std::size_t count) {
    return static_cast<T *>(take(count * sizeof(T), alignof(T)));
  }

  void reset() { *used_ = 0; }
  std::uint64_t used() const { return *used_; }

 private:
  [[noreturn]] void exhausted() const;
  void *do_allocate(std::size_t bytes, std::size_t align) override { return take(bytes, align); }
  void do_deallocate(void *, std::size_t, std::size_t) override {}
  bool do_is_equal(const memory_resource &other) const noexcept override { return this == &other; }

  void *begin_ = nullptr;
  std::size_t bytes_ = 0;
  std::uint64_t own_used_ = 0;
  std::uint64_t *used_ = &own_used_;
};

}  // namespace interleave::support
