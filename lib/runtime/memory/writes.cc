// The last writes of each thread.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/memory/writes.h"

#include <cstring>

#include "runtime/context.h"
#include "runtime/memory/allocator.h"

extern "C" char __data_start, _end;       // the program's variables; of the linker

namespace interleave::runtime::writes {
namespace {

constexpr std::uint32_t kMostRecent = 8, kRemembered = 32;

struct Bytes {
  std::uint64_t address, value;
  std::uint32_t size;
  bool is_as_written;      // a recent one: the value, which was there before, is the thread's own
};

struct Writes {
  std::uint64_t execution;
  std::uint32_t count;
  Bytes recent[kMostRecent];        // since the thread's last operation, with what was there before
  Bytes last[kRemembered];          // by address, with what was written
} writes[model::kMaxThreads];

std::uint64_t execution_number = 1;

std::uint64_t value_at(std::uint64_t address, std::uint64_t size) {
  std::uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void *>(address), size);
  return value;
}

// Is there memory? The program may be about to write where there is none; that is for it to do.
bool is_readable(std::uint64_t address, std::uint64_t size) {
  const auto is_within = [&](const char *begin, const char *end) {
    return address >= reinterpret_cast<std::uint64_t>(begin) && address + size <= reinterpret_cast<std::uint64_t>(end);
  };
  const Carrier &main = *context::main_carrier();
  return heap_contains(address) || is_within(&__data_start, &_end) || is_within(main.stack_low, main.stack_high);
}

Bytes &last_at(Writes &w, std::uint64_t address) { return w.last[(address ^ address >> 5) / 4 % kRemembered]; }

}  // namespace

bool may_change_nothing(const Thread &t, std::uint64_t address, std::uint64_t size) {
  Writes &w = writes[t.id];
  if (w.execution != execution_number) {
    w = {};
    w.execution = execution_number;
  }
  if (size > sizeof(std::uint64_t) || w.count == kMostRecent || !is_readable(address, size)) return false;
  const Bytes &last = last_at(w, address);
  const std::uint64_t now = value_at(address, size);
  const bool is_as_written = last.address == address && last.size == size && last.value == now;
  w.recent[w.count++] = {address, now, static_cast<std::uint32_t>(size), is_as_written};
  return is_as_written;
}

bool have_changed(const Thread &t) {
  Writes &w = writes[t.id];
  if (w.execution != execution_number) return false;
  bool any = false;
  for (std::uint32_t i = 0; i < w.count; i++) {
    const Bytes &before = w.recent[i];
    const std::uint64_t now = value_at(before.address, before.size);
    any |= before.is_as_written && now != before.value;
    last_at(w, before.address) = {before.address, now, before.size, false};
  }
  w.count = 0;
  return any;
}

void forget(const Thread &t) { writes[t.id].count = 0; }

void begin_execution() { execution_number++; }

void begin_thread(const Thread &t) { writes[t.id].execution = 0; }

}  // namespace interleave::runtime::writes
