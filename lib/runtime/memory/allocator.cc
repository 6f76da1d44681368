// Allocation and freeing by the program, with what they end and begin.
// SPDX-License-Identifier: Apache-2.0
//
// free() is a write of the whole block after which every access is a finding; objects in it end
// their lives; a mutex that is held then is a misuse. Freeing twice, or what malloc did not return,
// is a finding too.
//
// Blocks that libc gave out before control began (by constructors of shared libraries) and that the
// program frees under control are not given back to libc: it might hand the address out again
// without our knowing that a new life began. There are few of them.
#include "runtime/memory/allocator.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "runtime/by_graph/exhaustive.h"
#include "runtime/by_graph/partial.h"
#include "runtime/findings.h"
#include "runtime/intercept/real.h"
#include "runtime/memory/access.h"
#include "runtime/memory/determinism.h"
#include "runtime/memory/heap.h"
#include "runtime/record.h"
#include "support/check.h"

extern "C" void __libc_free(void *);
extern "C" void *__libc_realloc(void *, std::size_t);

namespace interleave::runtime {
namespace {

Heap heap;
std::uint64_t freeing_pc;  // of the free() whose objects end their lives

std::uint64_t number(const void *p) { return reinterpret_cast<std::uint64_t>(p); }

[[noreturn]] void report_bad_free(std::uint64_t address, const char *message, std::uint64_t pc) {
  auto &f = begin_finding(model::Rule::use_after_destroy);
  f.address = address;
  add_party(f, execution.current->id, Op::memory_free, stack_here(pc)).address = address;
  std::snprintf(f.message, sizeof f.message, "%s", message);
  end_execution(campaign::Ending::finding);
}

void end_of_object(objects::Object *o) {
  using objects::Misuse;
  Misuse misuse = Misuse::none;
  if (o->kind == ObjectKind::mutex) misuse = o->mutex.destroy();
  if (o->kind == ObjectKind::rwlock) misuse = o->rwlock.destroy();
  if (o->kind == ObjectKind::condition) misuse = o->condition.destroy();
  if (misuse == Misuse::none) return;
  Operation op;
  op.op = Op::memory_free;
  op.object = o->id;
  op.address = o->address;
  op.pc = freeing_pc;
  report_misuse(misuse, op, o);
}

// The end of the life of memory: a write to all of it, and the end of the objects in it.
void end_of_life(std::uint64_t begin, std::uint64_t size, std::uint64_t pc) {
  detect::Site site = execution.recording ? site_here(pc) : pc;
  detect::Conflict conflict;
  if (execution.races.release(execution.current->id, begin, size, site, &conflict) && !access::ignores_writes())
    report_conflict(conflict, pc);
  exhaustive::note_access(explore::segments::Access::end_of_life, begin, size);
  freeing_pc = pc;
  execution.objects.erase_range(begin, size, end_of_object);
  access::forget_annotations(begin, size);
}

void free_ours(void *block, std::uint64_t pc) {
  Heap::Entry *e = heap.find(number(block));
  if (!controlled) {  // after the end, or while we call a library
    if (e && e->is_live) heap.free(model::kNoThread, e);
    return;
  }
  if (!e) report_bad_free(number(block), "free() of a pointer that malloc() did not return", pc);
  if (!e->is_live) report_bad_free(number(block), "memory freed twice", pc);
  if (e->owner == execution.current->place) partial::note_trace();
  else partial::note_freed(e->begin);
  end_of_life(e->begin, e->size, pc);
  heap.free(execution.current->place, e);
}

}  // namespace

void allocator_begin_execution() {
  if (!heap.is_reserved()) CHECK(heap.reserve(), "no address space for the program's heap");
  heap.begin_execution();
  determinism::begin_execution();
}

bool heap_contains(std::uint64_t address) { return heap.contains(address); }
model::ThreadId heap_owner(std::uint64_t address) { return heap.owner_of(address); }
bool heap_has_moved() { return heap.has_moved(); }
std::uint64_t heap_begin() { return heap.begin(); }
std::uint64_t heap_bytes() { return heap.bytes(); }
void for_each_part_of_heap(void (*f)(void *, std::uint64_t, std::uint64_t), void *context) { heap.for_each_part(f, context); }
std::uint64_t heap_table_bytes() { return heap.table_bytes(); }
std::uint64_t heap_top() { return heap.fresh_begin(model::kMainThread); }

Block block_of(std::uint64_t address) {
  const Heap::Entry *e = heap.around(address);
  return e ? Block{e->begin, e->size} : Block{0, 0};
}

model::StackId allocation_stack(std::uint64_t address) {
  const Heap::Entry *e = heap.around(address);
  return e ? e->stack : 0;
}

namespace allocator {

void *allocate(std::size_t size, std::size_t align, bool zeroed, std::uint64_t pc) {
  partial::note_trace();
  bool is_reused;
  Heap::Entry *e =
      heap.allocate(execution.current->place, size, align < 16 ? 16 : align, zeroed, &is_reused);
  if (!e) {
    errno = ENOMEM;
    return nullptr;
  }
  if (is_reused) {
    execution.races.forget(e->begin, e->size);
    exhaustive::forgo_recall();            // its cells begin another life
  }
  if (execution.recording) e->stack = stack_here(pc);
  return reinterpret_cast<void *>(e->begin);
}

void free(void *block, std::uint64_t pc) {
  if (!block) return;
  if (heap.contains(number(block))) return free_ours(block, pc);
  if (!controlled) return __libc_free(block);
  end_of_life(number(block), real::malloc_usable_size(block), pc);
}

// A block that grows moves, so that pointers to where it was are seen to be stale; one that shrinks
// stays.
void *resize(void *block, std::size_t size, std::uint64_t pc) {
  bool ours = heap.contains(number(block));
  if (!controlled && !ours) return __libc_realloc(block, size);
  Heap::Entry *e = ours ? heap.find(number(block)) : nullptr;
  if (ours && (!e || !e->is_live)) {
    if (controlled) report_bad_free(number(block), "realloc() of memory that is not allocated", pc);
    return nullptr;
  }
  std::size_t old_size = ours ? e->size : real::malloc_usable_size(block);
  if (ours && size <= old_size) {
    partial::note_trace();
    Heap::resize_in_place(e, size);
    return block;
  }
  void *moved = controlled ? allocate(size, 16, false, pc) : __libc_realloc(nullptr, size);
  if (!moved) return nullptr;
  std::memcpy(moved, block, old_size < size ? old_size : size);
  allocator::free(block, pc);
  return moved;
}

void revive(std::uint64_t block) {
  Heap::Entry *e = heap.find(block);
  heap.revive(e);
  execution.races.forget(e->begin, e->size);
}

std::size_t usable_size(void *block) {
  if (!block) return 0;
  if (!heap.contains(number(block))) return real::malloc_usable_size(block);
  const Heap::Entry *e = heap.find(number(block));
  return e ? e->size : 0;
}

}  // namespace allocator
}  // namespace interleave::runtime
