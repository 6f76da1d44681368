// Recording: stacks, events, objects and threads of one execution, into the campaign's memory.
// SPDX-License-Identifier: Apache-2.0
//
// Exploration keeps nothing of this. When something was found its schedule runs again with Settings::record, and then every
// operation leaves an event with the whole call stack. Equal stacks are stored once. A walk of the stack takes some microseconds, so
// plain accesses, a thousand times as frequent, keep theirs only where Settings::watch_begin asks for it, else just their pc.
#include "runtime/record.h"

#include <link.h>
#include <unwind.h>

#include <algorithm>
#include <cstring>

#include "runtime/context.h"
#include "runtime/findings.h"
#include "runtime/scheduler.h"

namespace interleave::runtime {
namespace {

constexpr std::uint32_t kSlots = 1 << 16;
std::uint32_t slots[kSlots];            // hash of a stack -> its id

struct Walk {
  std::uint64_t frames[kMostFrames];
  std::uint32_t count;
  std::uint64_t end;                  // the thread's first frame, which is ours; 0: the main thread's is the C library's
};

Walk walk_of_current() {
  Walk walk;
  walk.count = 0;
  walk.end = reinterpret_cast<std::uint64_t>(execution.current->stack_mark);
  return walk;
}

_Unwind_Reason_Code visit(_Unwind_Context *context, void *argument) {
  auto *walk = static_cast<Walk *>(argument);
  if (walk->count == kMostFrames) return _URC_END_OF_STACK;
  std::uint64_t ip = _Unwind_GetIP(context);
  if (ip == 0 || (walk->end != 0 && _Unwind_GetCFA(context) > walk->end)) return _URC_END_OF_STACK;
  walk->frames[walk->count++] = ip;
  return _URC_NO_REASON;
}

model::StackId keep(const std::uint64_t *frames, std::uint32_t count) {
  campaign::Campaign &c = *execution.campaign;
  if (c.stack_count == 0) c.stacks[c.stack_count++] = {0, 0};
  std::uint64_t h = count;
  for (std::uint32_t i = 0; i < count; i++) h = (h ^ frames[i]) * 0x9e3779b97f4a7c15u, h ^= h >> 31;
  for (std::uint32_t probe = 0; probe < 64; probe++) {
    std::uint32_t &slot = slots[(h + probe) % kSlots];
    if (slot != 0 && slot < c.stack_count) {
      const campaign::Stack &s = c.stacks[slot];
      if (s.count == count && std::memcmp(&c.frames[s.first], frames, count * sizeof *frames) == 0) return slot;
      continue;
    }
    if (c.stack_count == campaign::kMaxStacks || c.frame_count + count > campaign::kMaxFrames) return 0;
    std::memcpy(&c.frames[c.frame_count], frames, count * sizeof *frames);
    c.stacks[c.stack_count] = {c.frame_count, count};
    c.frame_count += count;
    return slot = c.stack_count++;
  }
  return 0;
}

int visit_module(dl_phdr_info *info, std::size_t, void *) {
  campaign::Campaign &c = *execution.campaign;
  if (c.module_count == campaign::kMaxModules) return 1;
  campaign::Module &m = c.modules[c.module_count++];
  m = {};
  m.base = info->dlpi_addr;
  m.low = UINT64_MAX;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const auto &h = info->dlpi_phdr[i];
    if (h.p_type != PT_LOAD) continue;
    if (m.base + h.p_vaddr < m.low) m.low = m.base + h.p_vaddr;
    if (m.base + h.p_vaddr + h.p_memsz > m.high) m.high = m.base + h.p_vaddr + h.p_memsz;
  }
  std::strncpy(m.path, info->dlpi_name, sizeof m.path - 1);   // empty: the program itself
  return 0;
}

void dump_objects() {
  campaign::Campaign &c = *execution.campaign;
  c.object_count = 0;
  for (ObjectId i = 0; i < execution.objects.count() && i < campaign::kMaxObjects; i++) {
    const objects::Object &o = *execution.objects.at(i);
    Block block = block_of(o.address);
    c.objects[c.object_count++] = {o.kind,     o.creator, o.address, block.begin,
                                   block.size, o.created, allocation_stack(o.address)};
  }
}

void dump_threads() {
  campaign::Campaign &c = *execution.campaign;
  c.thread_count = execution.thread_count;
  for (ThreadId i = 0; i < execution.thread_count; i++) {
    const Thread &t = execution.threads[i];
    campaign::ThreadInfo &info = c.threads[i];
    info = {};
    info.parent = t.parent;
    info.created = t.created_stack;
    info.stack_low = reinterpret_cast<std::uint64_t>(t.carrier->stack_low);
    info.stack_high = reinterpret_cast<std::uint64_t>(t.carrier->stack_high);
    std::memcpy(info.name, t.name, sizeof info.name);
    info.joined = t.joined;
    info.detached = t.detached;
    info.ended = t.ended;
    info.blocked = !t.ended && &t != execution.current;
    info.blocked_in = t.pending.op;
    info.blocked_on = t.object ? t.object->id : model::kNoObject;
  }
}

}  // namespace

std::uint32_t fingerprint_of(std::uint64_t hash) {
  hash ^= hash >> 32;
  hash ^= hash >> 16;
  return static_cast<std::uint32_t>(hash & 0xffff);
}

void begin_recording() {
  campaign::Campaign &c = *execution.campaign;
  c.event_count = c.object_count = c.thread_count = c.module_count = c.stack_count = c.frame_count = 0;
  std::memset(slots, 0, sizeof slots);
  dump_modules();
}

void dump_modules() {
  execution.campaign->module_count = 0;
  dl_iterate_phdr(visit_module, nullptr);
}

RecordingMark recording_mark() {
  const campaign::Campaign &c = *execution.campaign;
  return {c.event_count, c.stack_count, c.frame_count};
}

void go_back_to(const RecordingMark &mark) {
  campaign::Campaign &c = *execution.campaign;
  c.event_count = mark.events;
  c.stack_count = mark.stacks;
  c.frame_count = mark.frames;
}

std::uint32_t calls_here(std::uint64_t pc, std::uint64_t (&frames)[kMostFrames]) {
  Inside inside;
  Walk walk = walk_of_current();
  _Unwind_Backtrace(visit, &walk);
  std::uint32_t first = 0;
  while (first < walk.count && walk.frames[first] != pc) first++;
  if (first == walk.count) return frames[0] = pc, 1;    // asked from code that left no frame (a tail call)
  std::copy(walk.frames + first, walk.frames + walk.count, frames);
  return walk.count - first;
}

model::StackId calls_here_kept(std::uint64_t pc) {
  std::uint64_t frames[kMostFrames];
  const std::uint32_t count = calls_here(pc, frames);
  return keep(frames, count);
}

model::StackId stack_here(std::uint64_t pc) {
  if (!execution.campaign) return 0;
  return execution.recording ? calls_here_kept(pc) : keep(&pc, 1);
}

model::StackId stack_of_signal(std::uint64_t pc) {
  // The frames between are the handler's and the kernel's trampoline; pc is exact, so that one more keeps it inside its line
  // when the reader takes one off, as from a return address.
  std::uint64_t after = pc + 1;
  if (!execution.recording) return keep(&after, 1);
  Inside inside;
  Walk walk = walk_of_current();
  _Unwind_Backtrace(visit, &walk);
  std::uint32_t first = 0;
  while (first < walk.count && walk.frames[first] != pc) first++;
  if (first == walk.count) return keep(&after, 1);
  walk.frames[first] = after;
  return keep(walk.frames + first, walk.count - first);
}

std::uint64_t site_here(std::uint64_t pc) { return execution.recording ? stack_here(pc) : pc; }

std::uint64_t site_of_pc(std::uint64_t pc) { return execution.recording ? keep(&pc, 1) : pc; }

model::StackId stack_of_site(std::uint64_t site) {
  if (execution.recording) return static_cast<model::StackId>(site);
  return keep(&site, 1);
}

void record_event(Thread &t, const Operation &op, std::uint64_t value, unsigned flags) {
  campaign::Campaign &c = *execution.campaign;
  if (c.event_count == campaign::kMaxEvents) return;
  campaign::Event &e = c.events[c.event_count++];
  e.step = c.execution.choice_count;
  e.thread = static_cast<std::uint16_t>(t.id);
  e.op = op.op;
  e.flags = static_cast<std::uint8_t>(flags);
  e.object = op.object;
  e.stack = model::is_visible(op.op) && t.pending_stack ? t.pending_stack : stack_here(op.pc);
  e.address = op.address;
  e.value = value;
  e.operand = op.operand;
  e.size = op.size;
  e.order = op.order;
  e.source = e.newest = UINT32_MAX;
}

void dump_tables() {
  dump_objects();
  dump_threads();
}

}  // namespace interleave::runtime
